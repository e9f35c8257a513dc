import type { InfiniteData, QueryClient, QueryKey } from '@tanstack/react-query';
import type { JobProperties } from './client';
import { laterJob } from './jobOrder';
import { patchRows, type Rows } from './livePatch';

/**
 * What the stream has told of jobs is kept, each last account under `[...key, id]`: an answer that was asked for
 * before, and arrives after, would take the page back to what was.
 */

/** Keeps an account of a job; undefined where it tells nothing new. */
export function remember<T extends JobProperties>(
  client: QueryClient,
  key: QueryKey,
  next: T,
): T | undefined {
  const known = client.getQueryData<T>([...key, next.id]);
  const later = laterJob(known, next);
  if (later === known) return undefined;
  client.setQueryData<T>([...key, next.id], later);
  return later;
}

export function toldSince<T extends JobProperties>(
  client: QueryClient,
  key: QueryKey,
  since_ms: number,
): T[] {
  const accounts = client.getQueryCache().findAll({ queryKey: key });
  return accounts.filter(({ state }) => state.dataUpdatedAt >= since_ms).map(({ state }) => state.data as T);
}

/** A page of a list with what was told since it was asked for; only the first page takes jobs that it did not have. */
export function withTold<T extends JobProperties>(
  page: Rows<T>,
  told: T[],
  fits: (job: T) => boolean,
  isFirst: boolean,
): Rows<T> {
  const taken = told.filter((job) => isFirst || page.rows.some(({ id }) => id === job.id));
  const data: InfiniteData<Rows<T>> = { pages: [page], pageParams: [] };
  return taken.reduce((patched, job) => patchRows(patched, job, fits), data).pages[0] ?? page;
}

import type { InfiniteData } from '@tanstack/react-query';
import type { Backtest, BacktestStatus, BacktestSummary, Job, JobProperties } from './client';
import { isEnded } from './completed';
import { laterJob } from './jobOrder';
import type { Rows } from './jobs';

/** How what is at hand changes when the stream tells of a job. Nothing is changed in place: what did not change stays itself. */

/** A list of jobs, newest first. `fits` is the list's own filter. */
export function patchRows<T extends JobProperties>(
  data: InfiniteData<Rows<T>>,
  job: T,
  fits: (job: T) => boolean,
): InfiniteData<Rows<T>> {
  const known = data.pages.flatMap(({ rows }) => rows).find(({ id }) => id === job.id);
  const later = laterJob(known, job);
  if (later === known) return data;
  if (known) return withPages(data, (rows) => replaceRow(rows, later, fits(later)));
  return fits(later) ? insertRow(data, later) : data;
}

const withPages = <T>(data: InfiniteData<Rows<T>>, change: (rows: T[]) => T[]): InfiniteData<Rows<T>> => ({
  ...data,
  pages: data.pages.map((page) => {
    const rows = change(page.rows);
    return rows === page.rows ? page : { ...page, rows };
  }),
});

function replaceRow<T extends JobProperties>(rows: T[], job: T, stays: boolean): T[] {
  if (!rows.some(({ id }) => id === job.id)) return rows;
  return stays ? rows.map((row) => (row.id === job.id ? job : row)) : rows.filter(({ id }) => id !== job.id);
}

/** Puts a new job where it belongs by its age; one older than all that is loaded comes with its own page. */
function insertRow<T extends JobProperties>(data: InfiniteData<Rows<T>>, job: T): InfiniteData<Rows<T>> {
  const isOlder = (row: T) => row.created_at < job.created_at;
  const last = data.pages.length - 1;
  const target = data.pages.findIndex(({ rows }) => rows.some(isOlder));
  const page = target >= 0 ? target : data.pages[last]?.next_cursor === null ? last : -1;
  if (page < 0) return data;
  return {
    ...data,
    pages: data.pages.map((one, index) => {
      if (index !== page) return one;
      const found = one.rows.findIndex(isOlder);
      const at = found >= 0 ? found : one.rows.length;
      return { ...one, rows: [...one.rows.slice(0, at), job, ...one.rows.slice(at)] };
    }),
  };
}

/**
 * A backtest as far as its job tells: how far it has come. An end is not taken from here: the result comes with
 * it, and so the whole backtest is read again.
 */
export function patchBacktest<T extends Backtest | BacktestSummary>(backtest: T, job: Job): T {
  if (backtest.id !== job.backtest_id || isEnded(job.status) || isEnded(backtest.status)) return backtest;
  const { status, progress, started_at, error } = job;
  if (backtest.status === status && backtest.progress === progress) return backtest;
  return { ...backtest, status, progress, started_at, error };
}

export type BacktestPages = InfiniteData<{ backtests: BacktestSummary[]; next_cursor: string | null }>;

/** The same in a list of backtests; a row that no longer fits the list's filter leaves it. */
export function patchBacktests(
  data: BacktestPages,
  job: Job,
  wanted: BacktestStatus | undefined,
): BacktestPages {
  const fits = ({ id, status }: BacktestSummary) => id !== job.backtest_id || !wanted || status === wanted;
  let changed = false;
  const pages = data.pages.map((page) => {
    const patched = page.backtests.map((row) => patchBacktest(row, job));
    if (patched.every((row, index) => row === page.backtests[index])) return page;
    changed = true;
    return { ...page, backtests: patched.filter(fits) };
  });
  return changed ? { ...data, pages } : data;
}

import { onPreferences, preferencesDocument, takePreferences } from '~/lib/preferences';
import { api, withTag } from './client';
import { describeError } from './problem';

const SETTLES_MS = 1000;
const TRIES = 3;
const PATH = '/api/v1/me/preferences' as const;

/** Under this of the person's preferences; what other programs keep there stays as it is. */
const NAME = 'web';

/**
 * Keeps the preferences of somebody who is signed in on the server, so that every browser of theirs looks the same.
 * The copy in this browser is what is shown; where both have changed the later choice of each holds. Returns how to
 * stop.
 */
export function keepPreferences(userId: string): () => void {
  const ending = new AbortController();
  const { signal } = ending;
  let etag = '';
  let others: Record<string, unknown> = {};
  let timer: ReturnType<typeof setTimeout> | undefined;

  /** Takes over what is there; answers whether there is something here to tell. */
  const read = async () => {
    const reply = await withTag(api.GET(PATH, { signal }));
    const { [NAME]: own, ...rest } = reply.body as Record<string, unknown>;
    if (signal.aborted) return false;
    etag = reply.etag;
    others = rest;
    return takePreferences(userId, own);
  };
  const write = async () => {
    for (let tries = 0; tries < TRIES; tries++) {
      try {
        const body = { ...others, [NAME]: preferencesDocument() };
        const headers = { 'If-Match': etag };
        etag = (await withTag(api.PUT(PATH, { params: { header: headers }, body, signal }))).etag;
        return;
      } catch (error) {
        // Another browser was first: of both the later choices are told.
        if (describeError(error).status !== 412 || !(await read())) return;
      }
    }
  };
  // The browser has its copy: what could not be told now is told the next time.
  const quietly = (work: Promise<unknown>) => void work.catch(() => undefined);
  const ready = read();
  quietly(ready.then((isNewer) => (isNewer ? write() : undefined)));
  const stop = onPreferences((isOwn) => {
    if (!isOwn) return;
    clearTimeout(timer);
    timer = setTimeout(() => quietly(ready.then(write)), SETTLES_MS);
  });
  return () => {
    stop();
    clearTimeout(timer);
    ending.abort();
  };
}

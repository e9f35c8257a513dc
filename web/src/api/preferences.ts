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
  let timer: ReturnType<typeof setTimeout> | undefined;

  /** Takes over what is there, and tells what is newer here. */
  const meet = async () => {
    const { body, etag } = await withTag(api.GET(PATH, { signal }));
    const { [NAME]: kept, ...others } = body as Record<string, unknown>;
    if (signal.aborted || !takePreferences(userId, kept)) return;
    const next = { ...others, [NAME]: preferencesDocument() };
    await withTag(api.PUT(PATH, { params: { header: { 'If-Match': etag } }, body: next, signal }));
  };
  const keep = async () => {
    for (let tries = 1; ; tries++) {
      try {
        return await meet();
      } catch (error) {
        // Another browser came in between: what it told is looked at first. Of anything else this browser keeps its
        // copy, and tells it the next time.
        if (describeError(error).status !== 412 || tries === TRIES) return;
      }
    }
  };

  void keep();
  const stop = onPreferences((isOwn) => {
    if (!isOwn) return;
    clearTimeout(timer);
    timer = setTimeout(() => void keep(), SETTLES_MS);
  });
  return () => {
    stop();
    clearTimeout(timer);
    ending.abort();
  };
}

/**
 * Elects one of the pages that share a name. `lead` is called in the page that leads now and returns how to stop;
 * when that page goes, another one follows. Where locks are refused every page leads for itself.
 */
export function runForLeader(name: string, lead: () => () => void, locks?: LockManager): () => void {
  if (!locks) return lead();
  const withdrawn = new AbortController();
  let resign = () => {};
  const hold = () => {
    if (withdrawn.signal.aborted) return undefined;
    const stop = lead();
    return new Promise<void>((release) => {
      resign = () => {
        stop();
        release();
      };
    });
  };
  locks.request(name, { signal: withdrawn.signal }, hold).catch(() => {
    if (!withdrawn.signal.aborted) resign = lead();
  });
  return () => {
    withdrawn.abort();
    resign();
  };
}

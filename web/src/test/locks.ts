/** The exclusive locks of one browser, for tests: granted in the order asked for, one holder at a time. */
export function fakeLocks(): LockManager {
  const queues = new Map<string, (() => Promise<void>)[]>();
  const next = async (name: string) => {
    const queue = queues.get(name) ?? [];
    await queue[0]?.();
    queue.shift();
    if (queue.length > 0) void next(name);
  };
  const request = (
    name: string,
    { signal }: { signal: AbortSignal },
    hold: () => Promise<void> | undefined,
  ) =>
    new Promise<void>((done, fail) => {
      const queue = queues.get(name) ?? [];
      queues.set(name, queue);
      let granted = false;
      const turn = async () => {
        granted = true;
        if (!signal.aborted) await hold();
        done();
      };
      signal.addEventListener('abort', () => {
        if (!granted) fail(signal.reason);
      });
      queue.push(turn);
      if (queue.length === 1) queueMicrotask(() => void next(name));
    });
  return { request } as unknown as LockManager;
}

export const settle = () => new Promise<void>((done) => setTimeout(done, 0));

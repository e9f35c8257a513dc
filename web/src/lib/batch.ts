export interface Batch<T> {
  /** A second item under the same key takes the place of the first. */
  add: (key: string, item: T) => void;
  clear: () => void;
}

/**
 * Collects items and hands them on together, `delay_ms` after the first. What comes while the last hand-over is
 * still going on waits for its end, so that a burst costs one run and a slow run never piles up.
 */
export function createBatch<T>(delay_ms: number, run: (items: T[]) => unknown): Batch<T> {
  const waiting = new Map<string, T>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let busy = false;

  const schedule = () => {
    if (!busy && timer === undefined && waiting.size > 0) timer = setTimeout(() => void flush(), delay_ms);
  };
  const flush = async () => {
    timer = undefined;
    busy = true;
    const items = [...waiting.values()];
    waiting.clear();
    try {
      await run(items);
    } finally {
      busy = false;
      schedule();
    }
  };
  return {
    add: (key, item) => {
      waiting.set(key, item);
      schedule();
    },
    clear: () => {
      waiting.clear();
      clearTimeout(timer);
      timer = undefined;
    },
  };
}

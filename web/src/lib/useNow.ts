import { useSyncExternalStore } from 'react';

// One clock for all texts that grow old while they are looked at.
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

function subscribe(listener: () => void) {
  listeners.add(listener);
  timer ??= setInterval(() => {
    for (const one of listeners) one();
  }, 1000);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** Seconds since 1970, in steps: a component renders again only when a step is over. */
export const useNow = (step_s = 1): number =>
  useSyncExternalStore(subscribe, () => Math.floor(Date.now() / 1000 / step_s) * step_s);

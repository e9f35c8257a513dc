const HERE_MS = 60_000;
const SIGNS = ['pointerdown', 'pointermove', 'keydown', 'wheel', 'touchstart'] as const;

// A page that has just been opened was opened by somebody.
let seen_ms = Date.now();

for (const sign of SIGNS)
  window.addEventListener(
    sign,
    () => {
      seen_ms = Date.now();
    },
    { passive: true, capture: true },
  );

/** Whether the person did something on this page within the last minute. */
export const isPresent = (now_ms = Date.now()): boolean => now_ms - seen_ms < HERE_MS;

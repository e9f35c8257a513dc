import { useEffect, useState } from 'react';

/** Seconds until a moment (milliseconds since 1970), counting down to 0; 0 without one. */
export function useCountdown(until_ms: number | undefined): number {
  const [now_ms, setNow] = useState(Date.now);
  const left = until_ms === undefined ? 0 : Math.max(0, Math.ceil((until_ms - now_ms) / 1000));
  useEffect(() => {
    if (until_ms === undefined) return;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), 250);
    return () => clearInterval(timer);
  }, [until_ms]);
  return left;
}

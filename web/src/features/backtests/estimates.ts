import type { BacktestSummary } from '~/api/client';
import { type Interval, intervalSeconds } from '~/lib/interval';
import { parseMoment } from '~/lib/time';

/** How much a request asks for: bars, and how long such a run took before. */

interface Asked {
  from: string;
  to: string;
  interval: Interval;
}

/** Bars from the asked start to the asked end, as far as something is stored; undefined where nothing is. */
export function barsBetween(
  { from, to, interval }: Asked,
  coverage: { first: number; last: number } | undefined,
): number | undefined {
  if (!coverage) return undefined;
  const step = intervalSeconds(interval);
  const start = Math.max(coverage.first, parseMoment(from) ?? coverage.first);
  const end = Math.min(coverage.last + step, parseMoment(to) ?? coverage.last + step);
  return Math.max(0, Math.round((end - start) / step));
}

/** Milliseconds a bar of the newest of these runs that has bars at all; undefined where there is none. */
export function pace_ms(runs: readonly BacktestSummary[]): number | undefined {
  for (const { timings, bars } of runs)
    if (timings && bars !== null && bars > 0) return (timings.load_ms + timings.run_ms) / bars;
  return undefined;
}

/** A span that is only guessed, in words. */
export function guessText(milliseconds: number): string {
  if (milliseconds < 1) return 'less than 1 ms';
  if (milliseconds < 1000) return `about ${Math.ceil(milliseconds)} ms`;
  const seconds = milliseconds / 1000;
  return seconds < 120 ? `about ${Math.ceil(seconds)} s` : `about ${Math.ceil(seconds / 60)} min`;
}

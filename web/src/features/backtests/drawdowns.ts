import type { EquityPoint } from '~/api/client';
import { type Interval, isDaily } from '~/lib/interval';
import { formatDate, formatDuration, type Zone } from '~/lib/time';

/** A stretch of the equity below its highest value so far. */
export interface Drawdown {
  /** At its lowest point, a fraction below 0. */
  depth: number;
  /** Time of the bar with the highest value before it. */
  peak: number;
  trough: number;
  /** Time of the first bar that is back at the peak; undefined where there is none yet. */
  recovery: number | undefined;
  /** Bars below the peak. */
  bars: number;
}

/** By which equity is off that was put together from cash and units: the server calls that a peak, too. */
const ROUNDING = 1e-14;

function drawdownsOf(points: readonly EquityPoint[]): Drawdown[] {
  const found: Drawdown[] = [];
  let peak = points[0]?.time ?? 0;
  let current: Drawdown | undefined;
  for (const { time, drawdown } of points) {
    if (drawdown >= -ROUNDING) {
      if (current) current.recovery = time;
      current = undefined;
      peak = time;
      continue;
    }
    if (!current) {
      current = { depth: 0, peak, trough: time, recovery: undefined, bars: 0 };
      found.push(current);
    }
    current.bars++;
    if (drawdown < current.depth) Object.assign(current, { depth: drawdown, trough: time });
  }
  return found;
}

/** The deepest first; of equal ones the earlier first. */
export const worstDrawdowns = (points: readonly EquityPoint[], count: number): Drawdown[] =>
  drawdownsOf(points)
    .sort((a, b) => a.depth - b.depth)
    .slice(0, count);

/** The deepest by its dates and how long it went on, until the peak was reached again or the last bar: in two lines. */
export function deepestText(points: readonly EquityPoint[], interval: Interval, zone: Zone): string {
  const [deepest] = worstDrawdowns(points, 1);
  const end = points[points.length - 1]?.time;
  if (!deepest || end === undefined) return '';
  const day = (seconds: number) => formatDate(seconds, isDaily(interval) ? 'utc' : zone);
  const { peak, recovery } = deepest;
  const length = formatDuration((recovery ?? end) - peak);
  return recovery === undefined
    ? `since ${day(peak)},\n${length}, not back yet`
    : `${day(peak)} →\n${day(recovery)}, ${length}`;
}

import type { UTCTimestamp } from 'lightweight-charts';
import type { Line } from './indicators';

/**
 * A line as the library takes it, a point a bar: one without a value where the line has none. The library draws from the
 * last value before such bars to the next one, in the colour of the former; with `isBroken` that part is not seen.
 */
export const linePoints = (
  time: readonly number[],
  line: Line,
  colorOf: (value: number) => string | undefined = () => undefined,
  isBroken = false,
) =>
  time.map((seconds, bar) => {
    const point = { time: seconds as UTCTimestamp };
    const value = line[bar];
    if (value === null || value === undefined) return point;
    const color = isBroken && typeof line[bar + 1] !== 'number' ? 'transparent' : colorOf(value);
    return color ? { ...point, value, color } : { ...point, value };
  });

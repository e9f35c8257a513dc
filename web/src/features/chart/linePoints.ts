import type { UTCTimestamp } from 'lightweight-charts';
import type { Line } from './indicators';

/** A line as the library takes it, a point a bar: one without a value where the line has none. */
export const linePoints = (
  time: readonly number[],
  line: Line,
  colorOf: (value: number) => string | undefined = () => undefined,
) =>
  time.map((seconds, bar) => {
    const point = { time: seconds as UTCTimestamp };
    const value = line[bar];
    if (value === null || value === undefined) return point;
    const color = colorOf(value);
    return color ? { ...point, value, color } : { ...point, value };
  });

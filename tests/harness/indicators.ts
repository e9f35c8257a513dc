// The indicators again, written from their definitions and not from the server's code, so that the same mistake is not
// made twice. A value that is not defined is null.
import type { Candle } from './candles.ts';

export type Line = (number | null)[];

const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Average of the last n values, each window on its own. */
export const sma = (values: number[], n: number): Line =>
  values.map((_, t) => (t < n - 1 ? null : mean(values.slice(t - n + 1, t + 1))));

/** Begins with the simple average of the first n values. */
export function ema(values: number[], n: number): Line {
  const line: Line = [];
  let last: number | null = null;
  values.forEach((value, t) => {
    if (t === n - 1) last = mean(values.slice(0, n));
    else if (last !== null) last += (2 / (n + 1)) * (value - last);
    line.push(last);
  });
  return line;
}

/** Wilder's average: begins with the mean of the first n, then takes in a share of 1/n. */
function wilder(values: number[], n: number): Line {
  const line: Line = [];
  let last: number | null = null;
  values.forEach((value, t) => {
    if (t === n - 1) last = mean(values.slice(0, n));
    else if (last !== null) last = (last * (n - 1) + value) / n;
    line.push(last);
  });
  return line;
}

/** Wilder 1978: 100 · gains / (gains + losses); a series that does not move has no strength either way: 50. */
export function rsi(values: number[], n: number): Line {
  const changes = values.slice(1).map((value, i) => value - (values[i] as number));
  const gains = wilder(
    changes.map((c) => Math.max(c, 0)),
    n,
  );
  const losses = wilder(
    changes.map((c) => Math.max(-c, 0)),
    n,
  );
  const line = gains.map((gain, i) => {
    const loss = losses[i] as number | null;
    if (gain === null || loss === null) return null;
    return gain + loss === 0 ? 50 : (100 * gain) / (gain + loss);
  });
  return values.length === 0 ? [] : [null, ...line];
}

/** Wilder 1978; the first bar has no close before it, so its true range is not counted. */
export function atr(candles: Candle[], n: number): Line {
  const ranges = candles.slice(1).map((candle, i) => {
    const before = (candles[i] as Candle).close;
    return Math.max(candle.high, before) - Math.min(candle.low, before);
  });
  return candles.length === 0 ? [] : [null, ...wilder(ranges, n)];
}

/** Bollinger 2001: the simple average, and `width` standard deviations (of the population) above and below. */
export function bollinger(
  values: number[],
  n: number,
  width: number,
): { upper: Line; middle: Line; lower: Line } {
  const middle = sma(values, n);
  const spread = middle.map((average, t) => {
    if (average === null) return null;
    const window = values.slice(t - n + 1, t + 1);
    return width * Math.sqrt(mean(window.map((value) => (value - average) ** 2)));
  });
  const shifted = (sign: number): Line =>
    middle.map((average, t) => (average === null ? null : average + sign * (spread[t] as number)));
  return { upper: shifted(1), middle, lower: shifted(-1) };
}

/** Appel: fast less slow average, and the average of that. */
export function macd(
  values: number[],
  fast: number,
  slow: number,
  signalLength: number,
): { macd: Line; signal: Line; histogram: Line } {
  const slowLine = ema(values, slow);
  const line = ema(values, fast).map((value, t) =>
    value === null || slowLine[t] === null ? null : value - (slowLine[t] as number),
  );
  const defined = line.filter((value): value is number => value !== null);
  const lead: Line = line.filter((value) => value === null);
  const signal = [...lead, ...ema(defined, signalLength)];
  return {
    macd: line,
    signal,
    histogram: line.map((value, t) =>
      value === null || signal[t] === null ? null : value - (signal[t] as number),
    ),
  };
}

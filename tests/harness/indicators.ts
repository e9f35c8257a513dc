// The indicators again, written from their definitions and not from the server's code, so that the same mistake is not
// made twice. A value that is not defined is null.
import type { Candle } from './candles.ts';

export type Line = (number | null)[];

const REQUEST_MAX = 16;

/** The `indicators` of as many requests as it takes to ask for all of these. */
export const indicatorRequests = (names: string[]): string[] =>
  Array.from({ length: Math.ceil(names.length / REQUEST_MAX) }, (_, i) =>
    names.slice(i * REQUEST_MAX, (i + 1) * REQUEST_MAX).join(','),
  );

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

/** Donchian 1974: highest high and lowest low of the last n bars, the bar itself included, and the middle. */
export function donchian(candles: Candle[], n: number): { upper: Line; middle: Line; lower: Line } {
  const windows = candles.map((_, t) => (t < n - 1 ? undefined : candles.slice(t - n + 1, t + 1)));
  const upper = windows.map((bars) => (bars ? Math.max(...bars.map((c) => c.high)) : null));
  const lower = windows.map((bars) => (bars ? Math.min(...bars.map((c) => c.low)) : null));
  const middle = upper.map((high, t) => (high === null ? null : (high + (lower[t] as number)) / 2));
  return { upper, middle, lower };
}

/** The return over n bars in percent. */
export const roc = (values: number[], n: number): Line =>
  values.map((value, t) => (t < n ? null : 100 * (value / (values[t - n] as number) - 1)));

const deviation = (values: number[], ddof: number): number => {
  const average = mean(values);
  return Math.sqrt(values.reduce((sum, v) => sum + (v - average) ** 2, 0) / (values.length - ddof));
};

/** Of the population. */
export const stddev = (values: number[], n: number): Line =>
  values.map((_, t) => (t < n - 1 ? null : deviation(values.slice(t - n + 1, t + 1), 0)));

/** Of the last n returns as a sample, in percent a bar. */
export function volatility(values: number[], n: number): Line {
  const returns = values.slice(1).map((value, i) => 100 * (value / (values[i] as number) - 1));
  return values.map((_, t) => (t < n ? null : deviation(returns.slice(t - n, t), 1)));
}

/** The newest counts n times, the oldest once. */
export const wma = (values: number[], n: number): Line =>
  values.map((_, t) => {
    if (t < n - 1) return null;
    const weighted = values.slice(t - n + 1, t + 1).map((value, k) => (value * (k + 1)) / ((n * (n + 1)) / 2));
    return weighted.reduce((sum, value) => sum + value, 0);
  });

/** Of each bar's UTC day up to the bar; a day without volume has none. */
export function vwap(candles: Candle[]): Line {
  let [turnover, volume] = [0, 0];
  return candles.map((candle, t) => {
    const dayOf = (bar: Candle | undefined) => bar && Math.floor(bar.time / 86_400);
    if (dayOf(candle) !== dayOf(candles[t - 1])) [turnover, volume] = [0, 0];
    turnover += ((candle.high + candle.low + candle.close) / 3) * candle.volume;
    volume += candle.volume;
    return volume > 0 ? turnover / volume : null;
  });
}

/** Lane 1984: the place of the close in the range of the last n bars, averaged, and the average of that. */
export function stoch(candles: Candle[], n: number, smoothing: number, signal: number): { k: Line; d: Line } {
  const { upper, lower } = donchian(candles, n);
  const places = candles.flatMap(({ close }, t) => {
    const [high, low] = [upper[t], lower[t]];
    if (high == null || low == null) return [];
    return [high === low ? 50 : (100 * (close - low)) / (high - low)];
  });
  const averaged = sma(places, smoothing).filter((value) => value !== null);
  const behind = (line: Line): Line => [...candles.map(() => null), ...line].slice(-candles.length);
  return { k: behind(averaged), d: behind(sma(averaged, signal)) };
}

/** Two bands around the middle of the bar that only come nearer, until a close beyond one turns the trend. */
export function supertrend(candles: Candle[], n: number, factor: number): { line: Line; direction: Line } {
  const ranges = atr(candles, n);
  let bands: { upper: number; lower: number } | undefined;
  let rising = false;
  const line: Line = [];
  const direction: Line = [];
  candles.forEach(({ high, low, close }, t) => {
    const range = ranges[t] as number | null;
    if (range === null) {
      line.push(null);
      direction.push(null);
      return;
    }
    const middle = (high + low) / 2;
    const [upper, lower] = [middle + factor * range, middle - factor * range];
    const before = candles[t - 1]?.close as number;
    bands = {
      upper: bands && before <= bands.upper ? Math.min(upper, bands.upper) : upper,
      lower: bands && before >= bands.lower ? Math.max(lower, bands.lower) : lower,
    };
    rising = rising ? close >= bands.lower : close > bands.upper;
    line.push(rising ? bands.lower : bands.upper);
    direction.push(rising ? 1 : -1);
  });
  return { line, direction };
}

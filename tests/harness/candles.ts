// Candles that tests make themselves: always the same for the same seed, with prices of few decimals, so that what the
// server answers must be equal to the last bit.
export interface Candle {
  time: number; // epoch seconds
  open: number;
  high: number;
  low: number;
  close: number;
  volume: number;
}

/** Numerical Recipes' linear congruential generator: enough for wiggly prices. */
export function makeRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

const round = (value: number, decimals: number): number => Number(value.toFixed(decimals));

export interface WalkOptions {
  seed: number;
  start: number; // epoch seconds
  step: number; // seconds
  count: number;
  price: number;
  decimals?: number;
  skip?: (index: number) => boolean; // leaves gaps
}

/** A random walk with highs above and lows below, never under a tenth of where it began. */
export function walk({
  seed,
  start,
  step,
  count,
  price,
  decimals = 2,
  skip = () => false,
}: WalkOptions): Candle[] {
  const random = makeRandom(seed);
  const candles: Candle[] = [];
  let last = price;
  for (let i = 0; i < count; i++) {
    const open = round(last * (1 + (random() - 0.5) * 0.004), decimals);
    const close = round(Math.max(price / 10, open * (1 + (random() - 0.495) * 0.04)), decimals);
    const high = round(Math.max(open, close) * (1 + random() * 0.01), decimals);
    const low = round(Math.min(open, close) * (1 - random() * 0.01), decimals);
    const volume = round(random() * 1000, 3);
    last = close;
    if (!skip(i)) candles.push({ time: start + i * step, open, high, low, close, volume });
  }
  return candles;
}

export const epoch = (text: string): number => Date.parse(text) / 1000;

/** A file as Binance publishes it: twelve columns, no header, milliseconds. */
export function binanceCsv(candles: Candle[], step: number): string {
  return candles
    .map(
      (c) =>
        `${c.time * 1000},${c.open},${c.high},${c.low},${c.close},${c.volume},${(c.time + step) * 1000 - 1},0,0,0,0,0\n`,
    )
    .join('');
}

/** Bars of `width` seconds out of shorter ones, on the grid that begins at `origin`. */
export function resample(candles: Candle[], width: number, origin = 0): Candle[] {
  return resampleBy(candles, (time) => Math.floor((time - origin) / width) * width + origin);
}

export const monday = epoch('1970-01-05T00:00:00Z');

export const monthStart = (time: number): number => {
  const date = new Date(time * 1000);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1) / 1000;
};

export function resampleBy(candles: Candle[], barOf: (time: number) => number): Candle[] {
  const bars: Candle[] = [];
  for (const candle of candles) {
    const time = barOf(candle.time);
    const bar = bars.at(-1);
    if (bar?.time !== time) {
      bars.push({ ...candle, time });
      continue;
    }
    bar.high = Math.max(bar.high, candle.high);
    bar.low = Math.min(bar.low, candle.low);
    bar.close = candle.close;
    bar.volume += candle.volume;
  }
  return bars;
}

/** Base divided by quote where both have a candle. */
export function ratio(base: Candle[], quote: Candle[]): Candle[] {
  const byTime = new Map(quote.map((candle) => [candle.time, candle]));
  return base.flatMap((a) => {
    const b = byTime.get(a.time);
    if (!b) return [];
    const open = a.open / b.open;
    const close = a.close / b.close;
    const high = Math.max(open, close, a.high / b.high);
    const low = Math.min(open, close, a.low / b.low);
    return [{ time: a.time, open, high, low, close, volume: 0 }];
  });
}

export function countGaps(candles: Candle[], step: number): number {
  return candles.filter((candle, i) => i > 0 && candle.time - (candles[i - 1]?.time ?? 0) > step).length;
}

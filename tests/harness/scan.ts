// The scanners written down once more, slowly: uptrend rules, ratios of candles, score cards.
import type { Candle } from './candles.ts';

export interface ScanRules {
  short: number;
  medium: number;
  long: number;
  slope: number;
  recent: number;
  past: number;
  maxExtension: number;
}

export const defaultRules: ScanRules = {
  short: 20,
  medium: 50,
  long: 200,
  slope: 20,
  recent: 30,
  past: 90,
  maxExtension: 0.25,
};

/** The query parameters that ask for these rules. */
export const rulesQuery = (r: ScanRules): Record<string, number> => ({
  short_window: r.short,
  medium_window: r.medium,
  long_window: r.long,
  slope_window: r.slope,
  recent_return_window: r.recent,
  long_return_window: r.past,
  max_extension: r.maxExtension,
});

export const minCandles = (r: ScanRules): number => Math.max(r.long + r.slope, r.recent + 1, r.past + 1);

export interface ScanFigures {
  close: number;
  sma_short: number;
  sma_medium: number;
  sma_long: number;
  slope_medium: number;
  slope_long: number;
  recent_return: number;
  long_return: number;
  extension: number;
  passes: boolean;
}

/** At the last of the closes; undefined when there are too few. */
export function scanCloses(closes: number[], r: ScanRules): ScanFigures | undefined {
  if (closes.length < minCandles(r)) return undefined;
  const at = (age: number): number => closes.at(-1 - age) as number;
  const mean = (age: number, length: number): number => {
    const end = closes.length - age;
    return closes.slice(end - length, end).reduce((sum, close) => sum + close, 0) / length;
  };
  const close = at(0);
  const [short, medium, long] = [mean(0, r.short), mean(0, r.medium), mean(0, r.long)];
  const [mediumBefore, longBefore] = [mean(r.slope, r.medium), mean(r.slope, r.long)];
  return {
    close,
    sma_short: short,
    sma_medium: medium,
    sma_long: long,
    slope_medium: medium / mediumBefore - 1,
    slope_long: long / longBefore - 1,
    recent_return: close / at(r.recent) - 1,
    long_return: close / at(r.past) - 1,
    extension: close / medium - 1,
    passes:
      close > medium &&
      short > medium &&
      medium > long &&
      medium > mediumBefore &&
      long > longBefore &&
      close > at(r.recent) &&
      close > at(r.past) &&
      close / medium - 1 <= r.maxExtension,
  };
}

/** Bars of base/quote: time and close. */
export function ratioBars(base: Candle[], quote: Candle[]): { time: number; close: number }[] {
  const below = new Map(quote.map((c) => [c.time, c]));
  return base.flatMap((c) => {
    const q = below.get(c.time);
    return q && q.close !== 0 ? [{ time: c.time, close: c.close / q.close }] : [];
  });
}

export interface Signal {
  time: number;
  year: number;
  isFirst: boolean;
  outcome: 'full' | 'broken' | 'delisted' | 'unfinished' | 'not_entered';
  value: number;
  benchmark: number;
  /** What the equal-weight index of the universe did from the next bar's open to the horizon's close. */
  index: number;
}

type Forward = Pick<Signal, 'outcome' | 'value'>;

const isBreak = (before: Candle, after: Candle): boolean =>
  after.open > before.close * 10 || after.open * 10 < before.close;

/** What the position after bar `own` of a series comes to within a horizon of the calendar. */
export function goForward(candles: Candle[], own: number, calendar: number[], horizon: number): Forward {
  const end = calendar[calendar.indexOf((candles[own] as Candle).time) + horizon];
  if (end === undefined) return { outcome: 'unfinished', value: 0 };
  const held = candles.slice(own + 1).filter((c) => c.time <= end);
  const all = [candles[own] as Candle, ...held];
  const broken = all.findIndex((c, i) => i > 0 && isBreak(all[i - 1] as Candle, c));
  const kept = broken > 0 ? all.slice(1, broken) : held;
  const [entry, exit] = [kept[0], kept.at(-1)];
  if (!entry || !exit) return { outcome: 'not_entered', value: 0 };
  const value = exit.close / entry.open - 1;
  if (broken > 0) return { outcome: 'broken', value };
  return { outcome: exit === candles.at(-1) && exit.time < end ? 'delisted' : 'full', value };
}

/** The index of a universe: its open and close at each bar of the calendar, by the rule of a category's index. */
function indexOf(universe: Candle[][], calendar: number[]): { open: number; close: number }[] {
  const byTime = universe.map((candles) => new Map(candles.map((c) => [c.time, c])));
  let level = 1;
  return calendar.map((time, t) => {
    const steps = byTime.flatMap((at) => {
      const [before, now] = [at.get(calendar[t - 1] ?? Number.NaN), at.get(time)];
      return before && now && !isBreak(before, now)
        ? [{ open: now.open / before.close, close: now.close / before.close }]
        : [];
    });
    const mean = (price: 'open' | 'close'): number =>
      steps.length ? steps.reduce((sum, step) => sum + step[price], 0) / steps.length : 1;
    const bar = { open: level * mean('open'), close: level * mean('close') };
    level = bar.close;
    return bar;
  });
}

/** Whether each bar passes by the candles of its own asset; undefined where those are too few. */
export function passesOf(candles: Candle[], rules: ScanRules): (boolean | undefined)[] {
  let begin = 0;
  return candles.map((candle, i) => {
    if (i > 0 && isBreak(candles[i - 1] as Candle, candle)) begin = i;
    const closes = candles.slice(begin, i + 1).map((c) => c.close);
    return scanCloses(closes, rules)?.passes;
  });
}

/** Every signal of a universe at one horizon. */
export function signalsOf(universe: Candle[][], rules: ScanRules, horizon: number): Signal[] {
  const calendar = [...new Set(universe.flat().map((c) => c.time))].sort((a, b) => a - b);
  const forwards = universe.map((candles) => candles.map((_, i) => goForward(candles, i, calendar, horizon)));
  const index = indexOf(universe, calendar);
  const indexReturn = (time: number): number => {
    const bar = calendar.indexOf(time);
    return (index[bar + horizon]?.close ?? Number.NaN) / (index[bar + 1]?.open ?? Number.NaN) - 1;
  };
  const isIn = ({ outcome }: Forward): boolean => !['unfinished', 'not_entered'].includes(outcome);
  const benchmarks = new Map<number, number[]>();
  universe.forEach((candles, s) => {
    candles.forEach(({ time }, i) => {
      const forward = (forwards[s] as Forward[])[i] as Forward;
      if (isIn(forward)) benchmarks.set(time, [...(benchmarks.get(time) ?? []), forward.value]);
    });
  });
  const mean = (values: number[]): number => values.reduce((sum, v) => sum + v, 0) / values.length;
  return universe.flatMap((candles, s) => {
    const passes = passesOf(candles, rules);
    return candles.flatMap(({ time }, i) =>
      passes[i]
        ? [
            {
              time,
              year: new Date(time * 1000).getUTCFullYear(),
              isFirst: passes[i - 1] === false,
              benchmark: mean(benchmarks.get(time) ?? []),
              index: indexReturn(time),
              ...((forwards[s] as Forward[])[i] as Forward),
            },
          ]
        : [],
    );
  });
}

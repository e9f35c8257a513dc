// The market that the tests import: every series here is in the file, and nothing else.
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { binanceCsv, type Candle, epoch, walk } from './candles.ts';
import { categoriesPathOf, makeTempDir, runDir } from './paths.ts';
import { tlabOk } from './tlab.ts';

export interface SampleSeries {
  symbol: string;
  interval: string;
  seconds: number;
  candles: Candle[];
}

const hour = 3600;
const day = 86400;

const flat = (start: number, count: number): Candle[] =>
  Array.from({ length: count }, (_, i) => ({
    time: start + i * day,
    open: 1,
    high: 1,
    low: 1,
    close: 1,
    volume: 0,
  }));

/** Rises every day by a tenth: a strategy that goes long once and stays. */
const rising = (start: number, count: number): Candle[] =>
  Array.from({ length: count }, (_, i) => {
    const open = 100 + i * 10;
    return { time: start + i * day, open, high: open + 12, low: open - 1, close: open + 10, volume: 5 };
  });

const series: Record<string, () => SampleSeries> = {
  btcDay: () => ({
    symbol: 'BTCUSDT',
    interval: '1d',
    seconds: day,
    candles: walk({ seed: 1, start: epoch('2021-01-01'), step: day, count: 1500, price: 30000 }),
  }),
  btcHour: () => ({
    symbol: 'BTCUSDT',
    interval: '1h',
    seconds: hour,
    candles: walk({
      seed: 2,
      start: epoch('2024-01-01'),
      step: hour,
      count: 3000,
      price: 42000,
      skip: (i) => i === 1000 || (i >= 1500 && i < 1507) || (i >= 2000 && i < 2200),
    }),
  }),
  ethHour: () => ({
    symbol: 'ETHUSDT',
    interval: '1h',
    seconds: hour,
    candles: walk({
      seed: 3,
      start: epoch('2023-12-27T05:00:00Z'),
      step: hour,
      count: 2600,
      price: 2300,
      skip: (i) => i % 701 === 700,
    }),
  }),
  minute: () => ({
    symbol: 'MINUTEUSDT',
    interval: '1m',
    seconds: 60,
    candles: walk({ seed: 4, start: epoch('2024-03-01'), step: 60, count: 50_010, price: 5, decimals: 5 }),
  }),
  flatDay: () => ({
    symbol: 'FLATUSDT',
    interval: '1d',
    seconds: day,
    candles: flat(epoch('2023-01-01'), 300),
  }),
  risingDay: () => ({
    symbol: 'RISINGUSDT',
    interval: '1d',
    seconds: day,
    candles: rising(epoch('2023-01-01'), 200),
  }),
  oneDay: () => ({
    symbol: 'ONEUSDT',
    interval: '1d',
    seconds: day,
    candles: walk({ seed: 5, start: epoch('2024-05-01'), step: day, count: 1, price: 7 }),
  }),
  shortDay: () => ({
    symbol: 'SHORTBTC',
    interval: '1d',
    seconds: day,
    candles: walk({ seed: 6, start: epoch('2024-05-01'), step: day, count: 40, price: 0.0007, decimals: 8 }),
  }),
  unicodeDay: () => ({
    symbol: '币安人生USDT',
    interval: '1d',
    seconds: day,
    candles: walk({ seed: 7, start: epoch('2024-05-01'), step: day, count: 60, price: 0.3, decimals: 6 }),
  }),
};

export type SampleName = keyof typeof series;

const made = new Map<string, SampleSeries>();

export function sample(name: string): SampleSeries {
  const found = made.get(name);
  if (found) return found;
  const make = series[name];
  if (!make) throw new Error(`there is no sample ${name}`);
  const fresh = make();
  made.set(name, fresh);
  return fresh;
}

export const samples = (): SampleSeries[] => Object.keys(series).map(sample);

/** One CSV a series, named so that an importer knows symbol and interval. */
export function writeCsv(
  dir: string,
  { symbol, interval, seconds, candles }: SampleSeries,
  month = '2024-01',
): string {
  const path = join(dir, `${symbol}-${interval}-${month}.csv`);
  writeFileSync(path, binanceCsv(candles, seconds));
  return path;
}

/** The file with all samples, made once a run by run.ts and never written to again. */
export const samplePath = (): string => join(runDir(), 'sample.db');

/** A copy of it, for tests that change it. */
export function copySampleMarket(): string {
  const path = join(makeTempDir('market'), 'market.db');
  copyFileSync(samplePath(), path);
  return path;
}

/** What the categories of the sample hold; XYZUSDT is not stored. */
export const sampleCategories: Record<string, string[]> = {
  'Layer 1': ['BTCUSDT', 'ETHUSDT', 'XYZUSDT'],
  'Long-lived': ['BTCUSDT', 'FLATUSDT', 'RISINGUSDT'],
  Meme: ['币安人生USDT', 'ONEUSDT', 'SHORTBTC'],
  Nothing: ['XYZUSDT'],
  Steady: ['FLATUSDT', 'RISINGUSDT'],
};

export const categoriesYaml = (categories: Record<string, string[]>): string =>
  `categories:\n${Object.entries(categories)
    .map(([name, symbols]) => `  ${name}: [${symbols.join(', ')}]\n`)
    .join('')}`;

export async function makeSampleMarket(): Promise<void> {
  const dir = makeTempDir('sample');
  mkdirSync(dir, { recursive: true });
  for (const one of samples()) writeCsv(dir, one);
  await tlabOk(['import', '--db-path', samplePath(), dir]);
  writeFileSync(categoriesPathOf(samplePath()), categoriesYaml(sampleCategories));
}

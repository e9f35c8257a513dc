// Candles that change after they were used: imported again with other numbers.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Candle } from './candles.ts';
import { makeTempDir } from './paths.ts';
import { type SampleSeries, writeCsv } from './sample.ts';
import { tlabOk } from './tlab.ts';

/** Stores these candles in place of, or beside, those that are there. */
export async function importCandles(
  marketPath: string,
  series: SampleSeries,
  candles: Candle[],
): Promise<void> {
  const dir = makeTempDir('revised');
  writeCsv(dir, { ...series, candles });
  await tlabOk(['import', '--quiet', '--db-path', marketPath, dir]);
  rmSync(dir, { recursive: true });
}

/** The same candle, closed a little higher. */
export function revised(candle: Candle): Candle {
  const close = Number((candle.close * 1.01).toFixed(2));
  return { ...candle, close, high: Math.max(candle.high, close) };
}

/** A market with nothing but these candles in it. */
export async function makeMarket(series: SampleSeries, candles: Candle[]): Promise<string> {
  const path = join(makeTempDir('small-market'), 'market.db');
  await importCandles(path, series, candles);
  return path;
}

// A market of a test's own, whose candles arrive while a server runs.
import { join } from 'node:path';
import { binanceCsv, type Candle, epoch } from './candles.ts';
import { mkdirSync, writeFileSync } from 'node:fs';
import { makeTempDir } from './paths.ts';
import { tlabOk } from './tlab.ts';

const seconds: Record<string, number> = { '1h': 3600, '1d': 86400 };

/** Candles as [open, high, low, close], one after another from `first` on. */
export type Bars = [number, number, number, number][];

export class Market {
  readonly path = join(makeTempDir('watched'), 'market.db');
  #count = 0;

  /** Imports candles from the n-th interval after 2024-01-01 on. */
  async add(symbol: string, interval: string, first: number, bars: Bars): Promise<void> {
    const step = seconds[interval] as number;
    const begin = epoch('2024-01-01') + first * step;
    const candles: Candle[] = bars.map(([open, high, low, close], i) => ({
      time: begin + i * step,
      open,
      high,
      low,
      close,
      volume: 1,
    }));
    const dir = join(makeTempDir('arriving'), String(this.#count++));
    mkdirSync(dir);
    writeFileSync(join(dir, `${symbol}-${interval}-2024-01.csv`), binanceCsv(candles, step));
    await tlabOk(['import', '--db-path', this.path, dir]);
  }
}

/** A candle that stays at a price. */
export const calm = (price: number): Bars[number] => [price, price, price, price];

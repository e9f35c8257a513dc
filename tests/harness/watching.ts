// A market of a test's own, whose candles arrive while a server runs.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { binanceCsv, type Candle, epoch } from './candles.ts';
import { makeTempDir } from './paths.ts';
import { tlabOk } from './tlab.ts';

const seconds: Record<string, number> = { '1h': 3600, '1d': 86400 };

/** Candles as [open, high, low, close], one after another. */
export type Bars = [number, number, number, number][];

/** Candles from the n-th interval after 2024-01-01 on. */
export interface Arrival {
  symbol: string;
  interval?: string;
  first: number;
  bars: Bars;
}

const candlesOf = (first: number, step: number, bars: Bars): Candle[] =>
  bars.map(([open, high, low, close], i) => ({
    time: epoch('2024-01-01') + (first + i) * step,
    open,
    high,
    low,
    close,
    volume: 1,
  }));

export class Market {
  readonly path = join(makeTempDir('watched'), 'market.db');
  #count = 0;

  /** Imports them all at once. */
  async arrive(arrivals: Arrival[]): Promise<void> {
    const dir = join(makeTempDir('arriving'), String(this.#count++));
    mkdirSync(dir);
    for (const { symbol, interval = '1h', first, bars } of arrivals) {
      const step = seconds[interval] as number;
      const name = `${symbol}-${interval}-2024-01.csv`;
      writeFileSync(join(dir, name), binanceCsv(candlesOf(first, step, bars), step));
    }
    await tlabOk(['import', '--db-path', this.path, dir]);
  }

  add(symbol: string, interval: string, first: number, bars: Bars): Promise<void> {
    return this.arrive([{ symbol, interval, first, bars }]);
  }
}

/** A candle that stays at a price. */
export const calm = (price: number): Bars[number] => [price, price, price, price];

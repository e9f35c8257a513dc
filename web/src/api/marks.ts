import { queryOptions } from '@tanstack/react-query';
import { type Interval, intervalSeconds, isInterval } from '~/lib/interval';
import { exactApi, exactOf, type MarketSymbol } from './client';

/** What a symbol is worth now, as the server takes it for a fill that is given no price. */
export interface Mark {
  /** The close, with the digits that are stored. */
  price: string;
  /** When its candle ended, in epoch seconds. */
  time: number;
}

/** The stored interval whose newest ended candle ends last. */
function newestInterval({ intervals }: MarketSymbol, now_s: number): Interval | undefined {
  const ends = intervals.flatMap(({ interval, last, count }) => {
    if (!isInterval(interval)) return [];
    const end = last + intervalSeconds(interval);
    // Of one that has not ended yet the candle before counts, and that ended where this one begins.
    if (end <= now_s) return [{ interval, end }];
    return count > 1 ? [{ interval, end: last }] : [];
  });
  return ends.sort((a, b) => b.end - a.end || intervalSeconds(b.interval) - intervalSeconds(a.interval))[0]
    ?.interval;
}

/** Null where no candle of the symbol has ended. It is read again when candles arrive. */
export const markQuery = (symbol: MarketSymbol) =>
  queryOptions({
    queryKey: ['market', 'mark', symbol.symbol],
    queryFn: async ({ signal }): Promise<Mark | null> => {
      const now_s = Date.now() / 1000;
      const interval = newestInterval(symbol, now_s);
      if (interval === undefined) return null;
      const query = { symbol: symbol.symbol, interval, limit: 2, format: 'columns' as const };
      const page = await exactOf(exactApi.GET('/api/v1/candles', { params: { query }, signal }));
      if (typeof page === 'string' || !('columns' in page))
        throw new Error('candles did not come as columns');
      const { time, close } = page.columns;
      for (let bar = time.length - 1; bar >= 0; bar -= 1) {
        const end = Number(time[bar]) + intervalSeconds(interval);
        const price = close[bar];
        if (end <= now_s && price !== undefined) return { price, time: end };
      }
      return null;
    },
  });

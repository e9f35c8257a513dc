import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { Interval } from '~/lib/interval';
import { api, bodyOf, type CandleColumnPage, type MarketSymbol } from './client';

/** Candles are shared by all workspaces: their keys do not start with one. */
export const symbolsQuery = queryOptions({
  queryKey: ['market', 'symbols'],
  queryFn: async ({ signal }) => {
    const all: MarketSymbol[] = [];
    let cursor: string | undefined;
    do {
      const page = await bodyOf(api.GET('/api/v1/symbols', { params: { query: { cursor } }, signal }));
      all.push(...page.symbols);
      cursor = page.next_cursor ?? undefined;
    } while (cursor);
    return all;
  },
  staleTime: 60_000,
});

export const strategiesQuery = queryOptions({
  queryKey: ['market', 'strategies'],
  queryFn: async ({ signal }) => (await bodyOf(api.GET('/api/v1/strategies', { signal }))).strategies,
  staleTime: Number.POSITIVE_INFINITY,
});

export interface SeriesRequest {
  symbol: string;
  interval: Interval;
  /** In the server's words: `sma:20,bbands:20:2`; empty for none. */
  indicators: string;
  /** Bars of the newest page and of each older one. */
  firstPage: number;
  nextPage: number;
}

/** Candles from the newest page backwards: `fetchNextPage` brings older ones. */
export const candlesQuery = ({ symbol, interval, indicators, firstPage, nextPage }: SeriesRequest) =>
  infiniteQueryOptions({
    queryKey: ['market', 'candles', symbol, interval, indicators],
    queryFn: async ({ pageParam, signal }): Promise<CandleColumnPage> => {
      const query = {
        symbol,
        interval,
        limit: pageParam ? nextPage : firstPage,
        format: 'columns' as const,
        cursor: pageParam || undefined,
        indicators: indicators || undefined,
      };
      const page = await bodyOf(api.GET('/api/v1/candles', { params: { query }, signal }));
      if (typeof page === 'string' || !('columns' in page))
        throw new Error('candles did not come as columns');
      return page;
    },
    initialPageParam: '',
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
    enabled: symbol !== '',
  });

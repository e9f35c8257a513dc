import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { Interval } from '~/lib/interval';
import { api, bodyOf, type CandleColumnPage, jsonOf, type MarketSymbol } from './client';

/** The stored symbols, with their categories in a set of the workspace (its id) or in the server's file. */
export const symbolsInQuery = (set: string | undefined) =>
  queryOptions({
    // Candles are shared by all workspaces: their keys do not start with one.
    queryKey: set === undefined ? ['market', 'symbols'] : ['market', 'symbols', set],
    queryFn: async ({ signal }) => {
      const all: MarketSymbol[] = [];
      let cursor: string | undefined;
      do {
        const page = await jsonOf(
          'the symbols',
          api.GET('/api/v1/symbols', { params: { query: { cursor, category_set_id: set } }, signal }),
        );
        all.push(...page.symbols);
        cursor = page.next_cursor ?? undefined;
      } while (cursor);
      return all;
    },
    staleTime: 60_000,
  });

export const symbolsQuery = symbolsInQuery(undefined);

export const strategiesQuery = queryOptions({
  queryKey: ['market', 'strategies'],
  queryFn: async ({ signal }) => (await bodyOf(api.GET('/api/v1/strategies', { signal }))).strategies,
  staleTime: Number.POSITIVE_INFINITY,
});

/** The first thousand candles that open from then on, as columns. */
export const candlesSinceQuery = (symbol: string, interval: Interval, from: number) =>
  queryOptions({
    queryKey: ['market', 'candles', symbol, interval, 'since', from],
    queryFn: async ({ signal }) => {
      const query = { symbol, interval, from, limit: 1000, format: 'columns' as const };
      const page = await bodyOf(api.GET('/api/v1/candles', { params: { query }, signal }));
      if (typeof page === 'string' || !('columns' in page))
        throw new Error('candles did not come as columns');
      return page.columns;
    },
    staleTime: 60_000,
  });

export interface SeriesRequest {
  symbol: string;
  /** The set of the workspace that its categories are of; those of the server's file without. */
  set: string | undefined;
  interval: Interval;
  /** In the server's words: `sma:20,bbands:20:2`; empty for none. */
  indicators: string;
  /** Bars of the newest page and of each older one. */
  firstPage: number;
  nextPage: number;
}

export interface Closes {
  time: number[];
  close: number[];
}

interface ClosesRequest {
  symbol: string;
  set: string | undefined;
  interval: Interval;
  /** Of the first bar; nothing is asked for until it is known. */
  from: number | undefined;
}

/** As many as one answer may have. */
const CLOSES_MAX = 50_000;

/** The closes of a series from one time on. */
export const closesQuery = ({ symbol, set, interval, from }: ClosesRequest) =>
  queryOptions({
    queryKey: ['market', 'candles', symbol, interval, 'closes', set ?? '', from],
    queryFn: async ({ signal }): Promise<Closes> => {
      const query = {
        symbol,
        category_set_id: set,
        interval,
        from: String(from),
        limit: CLOSES_MAX,
        format: 'columns' as const,
      };
      const page = await bodyOf(api.GET('/api/v1/candles', { params: { query }, signal }));
      if (typeof page === 'string' || !('columns' in page))
        throw new Error('candles did not come as columns');
      return page.columns;
    },
    // Those from a later bar on stay until the older ones are there, too; never those of another series.
    placeholderData: (before, query) =>
      query?.queryKey[2] === symbol && query.queryKey[3] === interval ? before : undefined,
    enabled: from !== undefined,
  });

/** Candles from the newest page backwards: `fetchNextPage` brings older ones. */
export const candlesQuery = ({ symbol, set, interval, indicators, firstPage, nextPage }: SeriesRequest) =>
  infiniteQueryOptions({
    queryKey: ['market', 'candles', symbol, interval, indicators, set ?? ''],
    queryFn: async ({ pageParam, signal }): Promise<CandleColumnPage> => {
      const query = {
        symbol,
        category_set_id: set,
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

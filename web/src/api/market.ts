import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { Interval } from '~/lib/interval';
import { api, bodyOf, type CandleColumnPage, jsonOf } from './client';
import { allRows } from './pages';
import type { paths } from './schema';

/** As many as one answer may have. */
export const CANDLES_MAX = 50_000;

type CandleQuery = NonNullable<paths['/api/v1/candles']['get']['parameters']['query']>;

async function candleColumns(
  query: Omit<CandleQuery, 'format'>,
  signal: AbortSignal,
): Promise<CandleColumnPage> {
  const asked = { ...query, format: 'columns' as const };
  const page = await bodyOf(api.GET('/api/v1/candles', { params: { query: asked }, signal }));
  if (typeof page === 'string' || !('columns' in page)) throw new Error('candles did not come as columns');
  return page;
}

/** The stored symbols, with their categories in a set of the workspace (its id) or in the server's file. */
export const symbolsInQuery = (set: string | undefined) =>
  queryOptions({
    // Candles are shared by all workspaces: their keys do not start with one.
    queryKey: set === undefined ? ['market', 'symbols'] : ['market', 'symbols', set],
    queryFn: ({ signal }) =>
      allRows(async (cursor) => {
        const page = await jsonOf(
          'the symbols',
          api.GET('/api/v1/symbols', { params: { query: { cursor, category_set_id: set } }, signal }),
        );
        return [page.symbols, page.next_cursor];
      }),
    staleTime: 60_000,
  });

export const symbolsQuery = symbolsInQuery(undefined);

export const strategiesQuery = queryOptions({
  queryKey: ['market', 'strategies'],
  queryFn: async ({ signal }) => (await bodyOf(api.GET('/api/v1/strategies', { signal }))).strategies,
  staleTime: Number.POSITIVE_INFINITY,
});

interface SinceRequest {
  symbol: string;
  set?: string;
  interval: Interval;
  from: number;
  limit: number;
}

/** The first candles that open from then on, as columns. */
export const candlesSinceQuery = ({ symbol, set, interval, from, limit }: SinceRequest) =>
  queryOptions({
    queryKey: ['market', 'candles', symbol, interval, 'since', from, limit, set ?? ''],
    queryFn: async ({ signal }) => {
      const query = { symbol, category_set_id: set, interval, from, limit };
      return (await candleColumns(query, signal)).columns;
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
        cursor: pageParam || undefined,
        indicators: indicators || undefined,
      };
      return candleColumns(query, signal);
    },
    initialPageParam: '',
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
    enabled: symbol !== '',
  });

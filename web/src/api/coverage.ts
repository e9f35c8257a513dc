import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { Interval } from '~/lib/interval';
import { api, bodyOf } from './client';
import { allRows } from './pages';

/** How complete and clean every stored series is. Candles are shared by all workspaces: the key starts with none. */
export const coverageQuery = queryOptions({
  queryKey: ['market', 'coverage'],
  queryFn: ({ signal }) =>
    allRows(async (cursor) => {
      const query = { cursor, limit: 1000 };
      const page = await bodyOf(api.GET('/api/v1/coverage', { params: { query }, signal }));
      if (typeof page === 'string') throw new Error('CSV was not asked for');
      return [page.coverage, page.next_cursor];
    }),
  staleTime: 60_000,
});

/** The same of one stored series; null where it is none. */
export const seriesCoverageQuery = (symbol: string, interval: Interval) =>
  queryOptions({
    queryKey: ['market', 'coverage', symbol, interval],
    queryFn: async ({ signal }) => {
      const page = await bodyOf(
        api.GET('/api/v1/coverage', { params: { query: { symbol, interval } }, signal }),
      );
      return typeof page === 'string' ? null : (page.coverage[0] ?? null);
    },
    staleTime: 60_000,
  });

const provenancePage = (part: 'sources' | 'revisions', symbol: string, interval: Interval) =>
  infiniteQueryOptions({
    queryKey: ['market', 'provenance', part, symbol, interval],
    queryFn: async ({ pageParam, signal }) => {
      const query = { symbol, interval, part, limit: 100, cursor: pageParam || undefined };
      const page = await bodyOf(api.GET('/api/v1/candles/provenance', { params: { query }, signal }));
      if (typeof page === 'string') throw new Error('CSV was not asked for');
      return page;
    },
    initialPageParam: '',
    getNextPageParam: ({ next_cursor }) => next_cursor ?? undefined,
    staleTime: 60_000,
  });

/** The files that changed something of a series, in the order of their import. */
export const sourcesQuery = (symbol: string, interval: Interval) =>
  provenancePage('sources', symbol, interval);

/** The candles of a series whose values a later file replaced. */
export const revisionsQuery = (symbol: string, interval: Interval) =>
  provenancePage('revisions', symbol, interval);

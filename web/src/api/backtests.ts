import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import {
  api,
  type BacktestCreate,
  type BacktestSort,
  type BacktestStatus,
  bodyOf,
  type Job,
  jsonOf,
  type LabelChange,
  type MomentumCreate,
  type Verification,
} from './client';
import { isEnded } from './completed';
import { once } from './once';
import { allRows } from './pages';

const PAGE = 50_000;

export interface BacktestFilter {
  q?: string;
  strategy_id?: string;
  status?: BacktestStatus;
  tag?: string;
  starred?: boolean;
  sort?: BacktestSort;
  /** How many of them a page has. */
  limit?: number;
}

/** Everything of a workspace stands under ['ws', id]: nothing of one can show under another. */
export const backtestsKey = (ws: string) => ['ws', ws, 'backtests'] as const;

export const backtestsQuery = (ws: string, filter: BacktestFilter) =>
  infiniteQueryOptions({
    queryKey: [...backtestsKey(ws), 'list', filter],
    queryFn: ({ pageParam, signal }) =>
      jsonOf(
        'the backtests',
        api.GET('/api/v1/workspaces/{workspace_id}/backtests', {
          params: { path: { workspace_id: ws }, query: { ...filter, cursor: pageParam || undefined } },
          signal,
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
  });

const at = (workspace_id: string, backtest_id: string) => ({ path: { workspace_id, backtest_id } });

export const backtestQuery = (ws: string, id: string) =>
  queryOptions({
    queryKey: [...backtestsKey(ws), id],
    queryFn: ({ signal }) =>
      bodyOf(
        api.GET('/api/v1/workspaces/{workspace_id}/backtests/{backtest_id}', { params: at(ws, id), signal }),
      ),
    staleTime: ({ state }) => (state.data && isEnded(state.data.status) ? Number.POSITIVE_INFINITY : 0),
  });

export const equityQuery = (ws: string, id: string) =>
  queryOptions({
    queryKey: [...backtestsKey(ws), id, 'equity'],
    queryFn: ({ signal }) =>
      allRows(async (cursor) => {
        const page = await jsonOf(
          'equity',
          api.GET('/api/v1/workspaces/{workspace_id}/backtests/{backtest_id}/equity', {
            params: { ...at(ws, id), query: { limit: PAGE, cursor } },
            signal,
          }),
        );
        return [page.points, page.next_cursor];
      }),
    staleTime: Number.POSITIVE_INFINITY,
  });

export const tradesQuery = (ws: string, id: string) =>
  queryOptions({
    queryKey: [...backtestsKey(ws), id, 'trades'],
    queryFn: ({ signal }) =>
      allRows(async (cursor) => {
        const page = await jsonOf(
          'trades',
          api.GET('/api/v1/workspaces/{workspace_id}/backtests/{backtest_id}/trades', {
            params: { ...at(ws, id), query: { limit: PAGE, cursor } },
            signal,
          }),
        );
        return [page.trades, page.next_cursor];
      }),
    staleTime: Number.POSITIVE_INFINITY,
  });

/** The rebalances of a backtest of a category, page after page. */
export const rebalancesQuery = (ws: string, id: string) =>
  infiniteQueryOptions({
    queryKey: [...backtestsKey(ws), id, 'rebalances'],
    queryFn: ({ pageParam, signal }) =>
      jsonOf(
        'rebalances',
        api.GET('/api/v1/workspaces/{workspace_id}/backtests/{backtest_id}/rebalances', {
          params: { ...at(ws, id), query: { cursor: pageParam || undefined } },
          signal,
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    staleTime: Number.POSITIVE_INFINITY,
  });

const COMPARE_POINTS = 5000;

/** Completed backtests side by side. They never change, so neither does what is told of them together. */
export const comparisonQuery = (ws: string, ids: readonly string[]) =>
  queryOptions({
    queryKey: [...backtestsKey(ws), 'compare', 'of', ids],
    queryFn: ({ signal }) =>
      jsonOf(
        'the comparison',
        api.GET('/api/v1/workspaces/{workspace_id}/backtests/compare', {
          params: {
            path: { workspace_id: ws },
            query: { ids: ids.join(','), points: COMPARE_POINTS },
          },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
  });

export const runBacktest = (ws: string, body: BacktestCreate) =>
  once(`backtest ${ws}`, body, ({ headers }) =>
    bodyOf(
      api.POST('/api/v1/workspaces/{workspace_id}/backtests', {
        params: { path: { workspace_id: ws } },
        body,
        headers,
      }),
    ),
  );

/** Of the symbols of a category, ranked by momentum. */
export const runCategoryBacktest = (ws: string, body: MomentumCreate) =>
  once(`category backtest ${ws}`, body, ({ headers }) =>
    bodyOf(
      api.POST('/api/v1/workspaces/{workspace_id}/backtests/category-relative-momentum', {
        params: { path: { workspace_id: ws } },
        body,
        headers,
      }),
    ),
  );

/** The same request over the candles as they are now: a new backtest. */
export const rerunBacktest = (ws: string, id: string) =>
  once(`rerun ${ws} ${id}`, undefined, ({ headers }) =>
    bodyOf(
      api.POST('/api/v1/workspaces/{workspace_id}/backtests/{backtest_id}/rerun', {
        params: at(ws, id),
        headers,
      }),
    ),
  );

/** Runs it again and compares: the verdict, or the job that will have it where that takes longer. */
export const verifyBacktest = async (
  ws: string,
  id: string,
): Promise<{ verification: Verification } | { job: Job }> => {
  const path = '/api/v1/workspaces/{workspace_id}/backtests/{backtest_id}/verify' as const;
  const answer = await once(`verify ${ws} ${id}`, undefined, ({ headers }) =>
    bodyOf(api.POST(path, { params: at(ws, id), headers })),
  );
  return 'verdict' in answer ? { verification: answer } : { job: answer };
};

export const labelBacktest = (ws: string, id: string, body: LabelChange) =>
  bodyOf(
    api.PATCH('/api/v1/workspaces/{workspace_id}/backtests/{backtest_id}', { params: at(ws, id), body }),
  );

export const deleteBacktest = (ws: string, id: string) =>
  bodyOf(api.DELETE('/api/v1/workspaces/{workspace_id}/backtests/{backtest_id}', { params: at(ws, id) }));

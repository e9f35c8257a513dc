import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, type BacktestSort, bodyOf, jsonOf, type LabelChange, type SweepCreate } from './client';
import { once } from './once';

export const sweepsKey = (ws: string) => ['ws', ws, 'sweeps'] as const;

const PAGE_ROWS = 100;
const at = (workspace_id: string, sweep_id: string) => ({ path: { workspace_id, sweep_id } });

export interface SweepFilter {
  q?: string;
  sort?: BacktestSort;
}

export const sweepsQuery = (ws: string, filter: SweepFilter) =>
  infiniteQueryOptions({
    queryKey: [...sweepsKey(ws), 'list', filter],
    queryFn: ({ pageParam, signal }) =>
      jsonOf(
        'the sweeps',
        api.GET('/api/v1/workspaces/{workspace_id}/backtests/sweeps', {
          params: { path: { workspace_id: ws }, query: { ...filter, cursor: pageParam || undefined } },
          signal,
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
  });

export const sweepQuery = (ws: string, id: string) =>
  queryOptions({
    queryKey: [...sweepsKey(ws), id],
    queryFn: ({ signal }) =>
      bodyOf(
        api.GET('/api/v1/workspaces/{workspace_id}/backtests/sweeps/{sweep_id}', {
          params: at(ws, id),
          signal,
        }),
      ),
  });

/** The table of a completed sweep, sorted by the server; it never changes. */
export const combinationsQuery = (ws: string, id: string, sort: string) =>
  infiniteQueryOptions({
    queryKey: [...sweepsKey(ws), id, 'combinations', sort],
    queryFn: ({ pageParam, signal }) =>
      jsonOf(
        'the combinations',
        api.GET('/api/v1/workspaces/{workspace_id}/backtests/sweeps/{sweep_id}/combinations', {
          params: { ...at(ws, id), query: { sort, limit: PAGE_ROWS, cursor: pageParam || undefined } },
          signal,
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
  });

export interface HeatmapChoice {
  x: string;
  y: string;
  metric: string;
}

export const sweepHeatmapQuery = (ws: string, id: string, choice: HeatmapChoice) =>
  queryOptions({
    queryKey: [...sweepsKey(ws), id, 'heatmap', choice],
    queryFn: ({ signal }) =>
      jsonOf(
        'the heat map',
        api.GET('/api/v1/workspaces/{workspace_id}/backtests/sweeps/{sweep_id}/heatmap', {
          params: { ...at(ws, id), query: { ...choice } },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
  });

export const runSweep = (ws: string, body: SweepCreate) =>
  once(`sweep ${ws}`, body, ({ headers }) =>
    bodyOf(
      api.POST('/api/v1/workspaces/{workspace_id}/backtests/sweeps', {
        params: { path: { workspace_id: ws } },
        body,
        headers,
      }),
    ),
  );

/** The same sweep over the candles as they are now: a new one. */
export const rerunSweep = (ws: string, id: string) =>
  once(`rerun ${ws} ${id}`, undefined, ({ headers }) =>
    bodyOf(
      api.POST('/api/v1/workspaces/{workspace_id}/backtests/sweeps/{sweep_id}/rerun', {
        params: at(ws, id),
        headers,
      }),
    ),
  );

export const labelSweep = (ws: string, id: string, body: LabelChange) =>
  bodyOf(
    api.PATCH('/api/v1/workspaces/{workspace_id}/backtests/sweeps/{sweep_id}', { params: at(ws, id), body }),
  );

export const deleteSweep = (ws: string, id: string) =>
  bodyOf(api.DELETE('/api/v1/workspaces/{workspace_id}/backtests/sweeps/{sweep_id}', { params: at(ws, id) }));

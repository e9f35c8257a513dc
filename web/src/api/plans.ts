import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import {
  exactApi,
  exactOf,
  exactWithTag,
  type PaperClose,
  type PaperOpen,
  type PlanStatus,
  type TradePlanCreate,
  type TradePlanUpdate,
} from './client';
import { once } from './once';
import { allRows } from './pages';

/** Trade plans of a workspace. Their decimals are text: see `exactApi`. */

export const plansKey = (ws: string) => ['ws', ws, 'plans'] as const;
export const planKey = (ws: string, id: string) => [...plansKey(ws), id] as const;

const PAGE = 100;
const MOST = 1000;
const PATH = '/api/v1/workspaces/{workspace_id}/trade-plans' as const;
const PLAN = `${PATH}/{trade_plan_id}` as const;
const of = (workspace_id: string) => ({ path: { workspace_id } });
const at = (workspace_id: string, trade_plan_id: string) => ({ path: { workspace_id, trade_plan_id } });

export interface PlanFilter {
  q?: string;
  status?: PlanStatus;
  tag?: string;
  symbol?: string;
  account_id?: string;
  mine?: boolean;
  /** How many of them a page has. */
  limit?: number;
}

/** Newest first, each with what it has made at the newest marks. */
export const plansQuery = (ws: string, filter: PlanFilter) =>
  infiniteQueryOptions({
    queryKey: [...plansKey(ws), 'list', filter],
    queryFn: ({ pageParam, signal }) => {
      const query = { limit: PAGE, ...filter, include: 'pnl' as const, cursor: pageParam || undefined };
      return exactOf(exactApi.GET(PATH, { params: { ...of(ws), query }, signal }));
    },
    initialPageParam: '',
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
    staleTime: 0,
  });

/** A plan with the ETag that a change of it has to name. */
export const planQuery = (ws: string, id: string) =>
  queryOptions({
    queryKey: [...planKey(ws, id), 'plan'],
    queryFn: ({ signal }) => exactWithTag(exactApi.GET(PLAN, { params: at(ws, id), signal })),
    staleTime: 0,
  });

export const planPnlQuery = (ws: string, id: string) =>
  queryOptions({
    queryKey: [...planKey(ws, id), 'pnl'],
    queryFn: ({ signal }) => exactOf(exactApi.GET(`${PLAN}/pnl`, { params: at(ws, id), signal })),
    staleTime: 0,
  });

/** Oldest first. */
export const planFillsQuery = (ws: string, id: string) =>
  infiniteQueryOptions({
    queryKey: [...planKey(ws, id), 'fills'],
    queryFn: ({ pageParam, signal }) => {
      const params = { ...at(ws, id), query: { limit: PAGE, cursor: pageParam || undefined } };
      return exactOf(exactApi.GET(`${PLAN}/fills`, { params, signal }));
    },
    initialPageParam: '',
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    staleTime: 0,
  });

/** All of them, oldest first. */
export const planAllFillsQuery = (ws: string, id: string) =>
  queryOptions({
    queryKey: [...planKey(ws, id), 'fills', 'all'],
    queryFn: ({ signal }) =>
      allRows(async (cursor) => {
        const params = { ...at(ws, id), query: { limit: MOST, cursor } };
        const page = await exactOf(exactApi.GET(`${PLAN}/fills`, { params, signal }));
        return [page.fills, page.next_cursor];
      }),
    staleTime: 0,
  });

/** Newest first. */
export const planHistoryQuery = (ws: string, id: string) =>
  infiniteQueryOptions({
    queryKey: [...planKey(ws, id), 'history'],
    queryFn: ({ pageParam, signal }) => {
      const params = { ...at(ws, id), query: { limit: PAGE, cursor: pageParam || undefined } };
      return exactOf(exactApi.GET(`${PLAN}/history`, { params, signal }));
    },
    initialPageParam: '',
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    staleTime: 0,
  });

/** The fills of a plan once more by the rules of backtests. */
export const planReplayQuery = (ws: string, id: string) =>
  queryOptions({
    queryKey: [...planKey(ws, id), 'replay'],
    queryFn: ({ signal }) => exactOf(exactApi.GET(`${PLAN}/replay`, { params: at(ws, id), signal })),
    staleTime: 0,
  });

export const createPlan = (ws: string, body: TradePlanCreate) =>
  once(`trade plan ${ws}`, body, ({ headers }) =>
    exactOf(exactApi.POST(PATH, { params: of(ws), body, headers })),
  );

export const updatePlan = (ws: string, id: string, etag: string, body: TradePlanUpdate) =>
  exactWithTag(exactApi.PATCH(PLAN, { params: { ...at(ws, id), header: { 'If-Match': etag } }, body }));

export const cancelPlan = (ws: string, id: string) => exactOf(exactApi.DELETE(PLAN, { params: at(ws, id) }));

/** Refused when the plan is no longer the one that was looked at. */
export const openPlan = (ws: string, id: string, etag: string, body: PaperOpen) =>
  once(`open ${ws} ${id} ${etag}`, body, ({ headers }) =>
    exactOf(
      exactApi.POST(`${PLAN}/paper-open`, {
        params: { ...at(ws, id), header: { 'If-Match': etag } },
        body,
        headers,
      }),
    ),
  );

export const closePlan = (ws: string, id: string, etag: string, body: PaperClose) =>
  once(`close ${ws} ${id} ${etag}`, body, ({ headers }) =>
    exactOf(
      exactApi.POST(`${PLAN}/paper-close`, {
        params: { ...at(ws, id), header: { 'If-Match': etag } },
        body,
        headers,
      }),
    ),
  );

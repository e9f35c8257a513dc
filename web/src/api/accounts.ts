import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import {
  exactApi,
  exactOf,
  exactWithTag,
  type LedgerEntry,
  type PaperAccount,
  type PaperAccountCreate,
  type PaperAccountUpdate,
} from './client';
import { once } from './once';

/** Paper accounts of a workspace. Their decimals are text: see `exactApi`. */

export const accountsKey = (ws: string) => ['ws', ws, 'accounts'] as const;
export const accountKey = (ws: string, id: string) => [...accountsKey(ws), id] as const;

const PAGE = 100;
const WITH_TODAY = 'pnl_today' as const;
const PATH = '/api/v1/workspaces/{workspace_id}/accounts' as const;
const ACCOUNT = `${PATH}/{account_id}` as const;
const of = (workspace_id: string) => ({ path: { workspace_id } });
const at = (workspace_id: string, account_id: string) => ({ path: { workspace_id, account_id } });

export const accountsQuery = (ws: string) =>
  queryOptions({
    queryKey: [...accountsKey(ws), 'list'],
    queryFn: async ({ signal }): Promise<PaperAccount[]> => {
      const params = { ...of(ws), query: { limit: PAGE, include: WITH_TODAY } };
      return (await exactOf(exactApi.GET(PATH, { params, signal }))).accounts;
    },
    staleTime: 0,
  });

export const accountQuery = (ws: string, id: string) =>
  queryOptions({
    queryKey: [...accountKey(ws, id), 'account'],
    queryFn: ({ signal }) => {
      const params = { ...at(ws, id), query: { include: WITH_TODAY } };
      return exactWithTag(exactApi.GET(ACCOUNT, { params, signal }));
    },
    staleTime: 0,
  });

export const positionsQuery = (ws: string, id: string) =>
  queryOptions({
    queryKey: [...accountKey(ws, id), 'positions'],
    queryFn: async ({ signal }) =>
      (await exactOf(exactApi.GET(`${ACCOUNT}/positions`, { params: at(ws, id), signal }))).positions,
    staleTime: 0,
  });

/** A point a day, at most a year of them. */
export const accountEquityQuery = (ws: string, id: string) =>
  queryOptions({
    queryKey: [...accountKey(ws, id), 'equity'],
    queryFn: async ({ signal }) =>
      (await exactOf(exactApi.GET(`${ACCOUNT}/equity`, { params: at(ws, id), signal }))).points,
    staleTime: 0,
  });

export interface LedgerFilter {
  kind?: LedgerEntry['kind'];
}

/** Newest first. */
export const ledgerQuery = (ws: string, id: string, filter: LedgerFilter) =>
  infiniteQueryOptions({
    queryKey: [...accountKey(ws, id), 'ledger', filter],
    queryFn: async ({ pageParam, signal }) => {
      const query = { ...filter, limit: PAGE, cursor: pageParam || undefined };
      const page = await exactOf(
        exactApi.GET(`${ACCOUNT}/ledger`, { params: { ...at(ws, id), query }, signal }),
      );
      if (typeof page === 'string') throw new Error('the ledger did not come as JSON');
      return page;
    },
    initialPageParam: '',
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    staleTime: 0,
  });

export const createAccount = (ws: string, body: PaperAccountCreate) =>
  once(`account ${ws}`, body, ({ headers }) =>
    exactOf(exactApi.POST(PATH, { params: of(ws), body, headers })),
  );

export const updateAccount = (ws: string, id: string, etag: string, body: PaperAccountUpdate) =>
  exactOf(exactApi.PATCH(ACCOUNT, { params: { ...at(ws, id), header: { 'If-Match': etag } }, body }));

/** An amount below zero is taken out. */
export const deposit = (ws: string, id: string, body: { amount: string; note?: string }) =>
  once(`deposit ${ws} ${id}`, body, ({ headers }) =>
    exactOf(exactApi.POST(`${ACCOUNT}/deposit`, { params: at(ws, id), body, headers })),
  );

export const resetAccount = (ws: string, id: string, body: { starting_balance?: string }) =>
  once(`reset ${ws} ${id}`, body, ({ headers }) =>
    exactOf(exactApi.POST(`${ACCOUNT}/reset`, { params: at(ws, id), body, headers })),
  );

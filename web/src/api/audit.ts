import { infiniteQueryOptions, keepPreviousData } from '@tanstack/react-query';
import { type AuditEntry, api, jsonOf } from './client';

export const auditKey = (ws: string) => ['ws', ws, 'audit'] as const;

export interface AuditFilter {
  /** One action, or all of a kind by what stands before its point. */
  action?: string;
  actor_id?: string;
  /** What was done to it: an account, whose failed logins are among it, or any other thing with an id. */
  object_id?: string;
  outcome?: 'ok' | 'failed' | 'denied';
  from?: number;
  to?: number;
}

export interface AuditPage {
  entries: AuditEntry[];
  next_cursor: string | null;
}

type Fetch = (query: AuditFilter & { cursor?: string }, signal: AbortSignal) => Promise<AuditPage>;

const pages = (queryKey: readonly unknown[], fetch: Fetch, filter: AuditFilter) =>
  infiniteQueryOptions({
    queryKey: [...queryKey, filter],
    queryFn: ({ pageParam, signal }) => fetch({ ...filter, cursor: pageParam || undefined }, signal),
    initialPageParam: '',
    getNextPageParam: (page: AuditPage) => page.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
    staleTime: 0,
  });

/** What was done in a workspace, for its owners. */
export const auditQuery = (workspace_id: string, filter: AuditFilter) =>
  pages(
    auditKey(workspace_id),
    (query, signal) =>
      jsonOf(
        'the audit log',
        api.GET('/api/v1/workspaces/{workspace_id}/audit', {
          params: { path: { workspace_id }, query },
          signal,
        }),
      ),
    filter,
  );

/** What was done outside of workspaces, for operators. */
export const instanceAuditQuery = (filter: AuditFilter) =>
  pages(
    ['admin', 'audit'],
    (query, signal) => jsonOf('the audit log', api.GET('/api/v1/admin/audit', { params: { query }, signal })),
    filter,
  );

export type AuditQuery = ReturnType<typeof instanceAuditQuery>;

import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { stringifyQuery } from '~/lib/search';
import { ask, askWithTag } from './ask';
import type { Workspace } from './client';
import type { Account, DeletedWorkspace } from './people';

export const accountsKey = ['admin', 'users'] as const;

/** All accounts of the server, for its operators. `q` is part of an e-mail or a name. */
export const accountsQuery = (q: string | undefined) =>
  infiniteQueryOptions({
    queryKey: [...accountsKey, q ?? ''],
    queryFn: ({ pageParam, signal }) =>
      ask<{ users: Account[]; next_cursor: string | null }>(
        `/admin/users${stringifyQuery({ q, cursor: pageParam })}`,
        { signal },
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
    staleTime: 0,
  });

export async function changeAccount(id: string, change: Partial<Pick<Account, 'status' | 'is_operator'>>) {
  const { etag } = await askWithTag<Account>(`/admin/users/${id}`);
  return ask<Account>(`/admin/users/${id}`, {
    method: 'PATCH',
    body: change,
    headers: { 'If-Match': etag },
  });
}

export const endSessionsOf = (id: string) => ask<void>(`/admin/users/${id}/sessions`, { method: 'DELETE' });

/** Workspaces of one's own that can still be had back. */
export const deletedWorkspacesQuery = queryOptions({
  queryKey: ['deleted-workspaces'],
  queryFn: async ({ signal }) =>
    (await ask<{ workspaces: DeletedWorkspace[] }>('/workspaces?deleted=true', { signal })).workspaces,
  staleTime: 0,
});

export const restoreWorkspace = (id: string) =>
  ask<Workspace>(`/workspaces/${id}/restore`, { method: 'POST' });

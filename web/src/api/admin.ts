import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { type Account, api, bodyOf, withTag } from './client';

export const accountsKey = ['admin', 'users'] as const;

/** All accounts of the server, for its operators. `q` is part of an e-mail or a name. */
export const accountsQuery = (q: string | undefined) =>
  infiniteQueryOptions({
    queryKey: [...accountsKey, 'list', q ?? ''],
    queryFn: ({ pageParam, signal }) =>
      bodyOf(
        api.GET('/api/v1/admin/users', { params: { query: { q, cursor: pageParam || undefined } }, signal }),
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
    staleTime: 0,
  });

const PAGE = 1000;

/** Who there is to choose from, of a server with more accounts the oldest so many. */
export const accountNamesQuery = queryOptions({
  queryKey: [...accountsKey, 'names'],
  queryFn: async ({ signal }) => {
    const { users } = await bodyOf(
      api.GET('/api/v1/admin/users', { params: { query: { limit: PAGE } }, signal }),
    );
    return users.map(({ id, display_name }) => ({ id, name: display_name }));
  },
});

const at = (user_id: string) => ({ path: { user_id } });

export async function changeAccount(id: string, body: Partial<Pick<Account, 'status' | 'is_operator'>>) {
  const path = '/api/v1/admin/users/{user_id}' as const;
  const { etag } = await withTag(api.GET(path, { params: at(id) }));
  return bodyOf(api.PATCH(path, { params: { ...at(id), header: { 'If-Match': etag } }, body }));
}

export const endSessionsOf = (id: string) =>
  bodyOf(api.DELETE('/api/v1/admin/users/{user_id}/sessions', { params: at(id) }));

import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, bodyOf, type InvitationCreated, type Member, type Role, withTag } from './client';
import { once } from './once';
import { allRows } from './pages';
import { ApiError } from './problem';

export const membersKey = (ws: string) => ['ws', ws, 'members'] as const;
export const invitationsKey = (ws: string) => ['ws', ws, 'invitations'] as const;

const PAGE = 1000;
const of = (workspace_id: string) => ({ path: { workspace_id } });
const at = (workspace_id: string, user_id: string) => ({ path: { workspace_id, user_id } });

export const membersQuery = (ws: string) =>
  queryOptions({
    queryKey: membersKey(ws),
    queryFn: ({ signal }) =>
      allRows(async (cursor) => {
        const page = await bodyOf(
          api.GET('/api/v1/workspaces/{workspace_id}/members', {
            params: { ...of(ws), query: { limit: PAGE, cursor } },
            signal,
          }),
        );
        return [page.members, page.next_cursor];
      }),
  });

export interface MemberInput {
  email: string;
  role: Role;
  display_name?: string;
  password?: string;
}

export const addMember = (ws: string, body: MemberInput) =>
  once(`member ${ws}`, body, ({ headers }) =>
    bodyOf(api.POST('/api/v1/workspaces/{workspace_id}/members', { params: of(ws), body, headers })),
  );

/** Gives a member another role, provided that nobody else has changed it since it was shown. */
export async function setRole(ws: string, shown: Member, role: Role) {
  const path = '/api/v1/workspaces/{workspace_id}/members/{user_id}' as const;
  const params = at(ws, shown.user_id);
  const { body: now, etag } = await withTag(api.GET(path, { params }));
  if (now.version !== shown.version)
    throw new ApiError(
      412,
      'Precondition Failed',
      `somebody else made ${now.display_name} ${now.role} in the meantime; look again, then change it`,
    );
  return bodyOf(api.PATCH(path, { params: { ...params, header: { 'If-Match': etag } }, body: { role } }));
}

export const removeMember = (ws: string, user_id: string) =>
  bodyOf(api.DELETE('/api/v1/workspaces/{workspace_id}/members/{user_id}', { params: at(ws, user_id) }));

export const transferOwnership = (ws: string, user_id: string) =>
  bodyOf(
    api.POST('/api/v1/workspaces/{workspace_id}/transfer-ownership', { params: of(ws), body: { user_id } }),
  );

export const invitationsQuery = (ws: string) =>
  infiniteQueryOptions({
    queryKey: invitationsKey(ws),
    queryFn: ({ pageParam, signal }) =>
      bodyOf(
        api.GET('/api/v1/workspaces/{workspace_id}/invitations', {
          params: { ...of(ws), query: { cursor: pageParam || undefined } },
          signal,
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    staleTime: 0,
  });

export interface InvitationInput {
  email: string;
  role: Role;
  expires_in_hours: number;
}

export const invite = (ws: string, body: InvitationInput): Promise<InvitationCreated> =>
  bodyOf(api.POST('/api/v1/workspaces/{workspace_id}/invitations', { params: of(ws), body }));

const invitation = (workspace_id: string, invitation_id: string) => ({
  params: { path: { workspace_id, invitation_id } },
});

/** Another link in place of the old one, good for so many hours from now on. */
export const resendInvitation = (ws: string, id: string, expires_in_hours: number) =>
  bodyOf(
    api.POST('/api/v1/workspaces/{workspace_id}/invitations/{invitation_id}/resend', {
      ...invitation(ws, id),
      body: { expires_in_hours },
    }),
  );

export const revokeInvitation = (ws: string, id: string) =>
  bodyOf(api.DELETE('/api/v1/workspaces/{workspace_id}/invitations/{invitation_id}', invitation(ws, id)));

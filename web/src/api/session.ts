import { queryOptions } from '@tanstack/react-query';
import { api, bodyOf, type DeletedWorkspace, type Session, withTag } from './client';
import { signedIn } from './needs';
import { once } from './once';

/** Takes note of who this page shows things of. */
export function asSession(session: Session): Session {
  signedIn.set(session.user.id);
  return session;
}

export const fetchSession = async (signal?: AbortSignal): Promise<Session> =>
  asSession(await bodyOf(api.GET('/api/v1/auth/session', { signal })));

export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: ({ signal }) => fetchSession(signal),
});

export const versionQuery = queryOptions({
  queryKey: ['version'],
  queryFn: ({ signal }) => bodyOf(api.GET('/api/v1/version', { signal })),
});

const at = (workspace_id: string) => ({ path: { workspace_id } });

/** One workspace with the ETag that a change of it has to name. */
export const workspaceQuery = (id: string) =>
  queryOptions({
    queryKey: ['ws', id, 'workspace'],
    queryFn: ({ signal }) =>
      withTag(api.GET('/api/v1/workspaces/{workspace_id}', { params: at(id), signal })),
    staleTime: 0,
  });

export interface WorkspaceFields {
  name: string;
  default_quote_asset: string;
}

export const createWorkspace = (body: WorkspaceFields) =>
  once('workspace', body, ({ headers }) => bodyOf(api.POST('/api/v1/workspaces', { body, headers })));

export const updateWorkspace = (id: string, etag: string, body: Partial<WorkspaceFields>) =>
  bodyOf(
    api.PATCH('/api/v1/workspaces/{workspace_id}', {
      params: { ...at(id), header: { 'If-Match': etag } },
      body,
    }),
  );

export const deleteWorkspace = (id: string, etag: string) =>
  bodyOf(
    api.DELETE('/api/v1/workspaces/{workspace_id}', { params: { ...at(id), header: { 'If-Match': etag } } }),
  );

export const rememberWorkspace = (workspace_id: string) =>
  bodyOf(api.POST('/api/v1/auth/active-workspace', { body: { workspace_id } }));

/** Workspaces of one's own that can still be had back. */
export const deletedWorkspacesQuery = queryOptions({
  queryKey: ['deleted-workspaces'],
  queryFn: async ({ signal }) => {
    const params = { query: { deleted: true } };
    const { workspaces } = await bodyOf(api.GET('/api/v1/workspaces', { params, signal }));
    return workspaces.filter((one): one is DeletedWorkspace => 'kept_until' in one);
  },
  staleTime: 0,
});

export const restoreWorkspace = (id: string) =>
  bodyOf(api.POST('/api/v1/workspaces/{workspace_id}/restore', { params: at(id) }));

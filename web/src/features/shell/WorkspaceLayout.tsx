import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Outlet } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { rememberWorkspace, sessionQuery } from '~/api/session';
import { MemberContext } from '~/components/Gated';
import { LinkButton } from '~/components/LinkButton';
import { PanelBoundary } from '~/components/PanelBoundary';
import { EmptyState, SkeletonBlock } from '~/components/States';
import { Shell } from './Shell';
import { useLive } from './useLive';

const route = getRouteApi('/w/$ws');

/** The frame around every page of a workspace; who is no member of it is told so, and offered their own. */
export function WorkspaceLayout() {
  const { ws } = route.useParams();
  const { data: session } = useQuery(sessionQuery);
  const workspace = session?.workspaces.find(({ id }) => id === ws);
  useWorkspaceSwitch(ws, session?.active_workspace_id, workspace !== undefined);
  const connection = useLive(workspace?.id, session?.user.id);

  if (!session) return <SkeletonBlock height="100%" />;
  return (
    <Shell session={session} workspace={workspace} connection={connection}>
      <MemberContext value={{ userId: session.user.id, role: workspace?.role }}>
        <PanelBoundary resetKey={ws}>
          {workspace ? <Outlet key={ws} /> : <NoAccess home={session.active_workspace_id} />}
        </PanelBoundary>
      </MemberContext>
    </Shell>
  );
}

/** Remembers the choice on the server and stops what the workspace left behind was still loading. */
function useWorkspaceSwitch(ws: string, active: string | undefined, isMember: boolean) {
  const queryClient = useQueryClient();
  const previous = useRef(ws);

  useEffect(() => {
    if (previous.current !== ws) void queryClient.cancelQueries({ queryKey: ['ws', previous.current] });
    previous.current = ws;
  }, [ws, queryClient]);

  useEffect(() => {
    if (!isMember || active === undefined || active === ws) return;
    rememberWorkspace(ws)
      .then((session) => queryClient.setQueryData(sessionQuery.queryKey, session))
      // The choice is a convenience: the page itself works without it.
      .catch(() => undefined);
  }, [ws, active, isMember, queryClient]);
}

function NoAccess({ home }: { home: string }) {
  return (
    <>
      <h1 className="visually-hidden">No access to this workspace</h1>
      <EmptyState icon="briefcase" title="There is no such workspace, or you have no access to it">
        <p className="dim" style={{ margin: 0 }}>
          It may have been deleted. If it exists, ask one of its owners to add you.
        </p>
        {home === '' ? (
          <LinkButton to="/no-workspace" variant="default">
            What I can do
          </LinkButton>
        ) : (
          <LinkButton to="/w/$ws/chart" params={{ ws: home }} variant="default">
            Go to my workspace
          </LinkButton>
        )}
      </EmptyState>
    </>
  );
}

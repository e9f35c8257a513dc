import { useQuery } from '@tanstack/react-query';
import { Outlet } from '@tanstack/react-router';
import { sessionQuery } from '~/api/session';
import { PanelBoundary } from '~/components/PanelBoundary';
import { SkeletonBlock } from '~/components/States';
import { Shell } from './Shell';
import { useLive } from './useLive';

/** The same frame around pages of the person: the workspace last worked in stays at hand. */
export function PersonalLayout() {
  const { data: session } = useQuery(sessionQuery);
  const workspace = session?.workspaces.find(({ id }) => id === session.active_workspace_id);
  const connection = useLive(workspace?.id, session?.user.id);
  if (!session) return <SkeletonBlock height="100%" />;
  return (
    <Shell session={session} workspace={workspace} connection={connection}>
      <PanelBoundary>
        <Outlet />
      </PanelBoundary>
    </Shell>
  );
}

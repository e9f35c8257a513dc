import { Button, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { DeletedWorkspace } from '~/api/client';
import { deletedWorkspacesQuery, restoreWorkspace, sessionQuery } from '~/api/session';
import { Ago } from '~/components/Ago';
import { formatDate, isoSeconds } from '~/lib/time';
import { toastDone, toastError } from '~/lib/toast';
import { useZone } from '~/lib/useZone';
import classes from './SettingsPage.module.css';

/** Workspaces that were deleted and can still be had back; nothing where there are none. */
export function DeletedWorkspaces() {
  const { data = [] } = useQuery(deletedWorkspacesQuery);
  if (data.length === 0) return null;
  return (
    <section className={classes.card}>
      <h2>Deleted workspaces</h2>
      <Text size="sm" c="dimmed">
        With all that was in them, they can be had back by those who owned them.
      </Text>
      <ul className={classes.list}>
        {data.map((workspace) => (
          <Deleted key={workspace.id} workspace={workspace} />
        ))}
      </ul>
    </section>
  );
}

function Deleted({ workspace }: { workspace: DeletedWorkspace }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const [zone] = useZone();
  const restore = useMutation({
    mutationFn: () => restoreWorkspace(workspace.id),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: deletedWorkspacesQuery.queryKey });
      await client.fetchQuery({ ...sessionQuery, staleTime: 0 });
      toastDone(`Workspace “${workspace.name}” is back.`);
      await navigate({ to: '/w/$ws/chart', params: { ws: workspace.id } });
    },
    onError: (error) => toastError(`Could not restore ${workspace.name}`, error),
  });
  return (
    <li>
      <span>
        <strong>{workspace.name}</strong>
        <span className="dim">
          deleted <Ago iso={workspace.deleted_at} />, kept until{' '}
          {formatDate(isoSeconds(workspace.kept_until), zone)}
        </span>
      </span>
      <Button variant="default" loading={restore.isPending} onClick={() => restore.mutate()}>
        Restore
      </Button>
    </li>
  );
}

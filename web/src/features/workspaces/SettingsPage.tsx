import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import type { Workspace } from '~/api/client';
import { describeError, mapFieldProblems } from '~/api/problem';
import { deleteWorkspace, sessionQuery, updateWorkspace, workspaceQuery } from '~/api/session';
import { Dialog } from '~/components/Dialog';
import { Notice } from '~/components/Notice';
import { ErrorState, SkeletonRows } from '~/components/States';
import { formatDateTime, isoSeconds, zoneLabel } from '~/lib/time';
import { toastDone } from '~/lib/toast';
import { isNameTyped } from '~/lib/typedName';
import { useTitle } from '~/lib/useTitle';
import { useZone } from '~/lib/useZone';
import { DeletedWorkspaces } from './DeletedWorkspaces';
import classes from './SettingsPage.module.css';

const route = getRouteApi('/w/$ws/settings');
const DEFAULT_WORKSPACE = 'local-workspace';

export function SettingsPage() {
  const { ws } = route.useParams();
  useTitle('Workspace settings');
  const workspace = useQuery(workspaceQuery(ws));
  return (
    <div className={classes.page}>
      <h1>Workspace settings</h1>
      {workspace.isPending && <SkeletonRows rows={6} />}
      {workspace.isError && <ErrorState error={workspace.error} onRetry={() => void workspace.refetch()} />}
      {workspace.data && (
        <>
          <GeneralForm key={ws} workspace={workspace.data.body} etag={workspace.data.etag} />
          <DangerZone workspace={workspace.data.body} etag={workspace.data.etag} />
          <DeletedWorkspaces />
        </>
      )}
    </div>
  );
}

interface Props {
  workspace: Workspace;
  etag: string;
}

const isOwner = ({ role }: Workspace) => role === 'owner';
const NEEDS_OWNER = 'Only an owner of the workspace may do this.';

function GeneralForm({ workspace, etag }: Props) {
  // What the typing began from: a change of somebody else must not be overwritten unseen.
  const [base, setBase] = useState({ workspace, etag });
  const [name, setName] = useState(workspace.name);
  const [quote, setQuote] = useState(workspace.default_quote_asset);
  const [zone] = useZone();
  const queryClient = useQueryClient();
  const refresh = () =>
    Promise.all([
      queryClient.invalidateQueries({ queryKey: workspaceQuery(workspace.id).queryKey }),
      queryClient.invalidateQueries({ queryKey: sessionQuery.queryKey }),
    ]);
  const differs = (other: Workspace) =>
    name.trim() !== other.name || quote.trim().toUpperCase() !== other.default_quote_asset;
  const take = (fresh: Workspace) => {
    setName(fresh.name);
    setQuote(fresh.default_quote_asset);
  };

  const save = useMutation({
    mutationFn: () =>
      updateWorkspace(workspace.id, base.etag, {
        name: name.trim(),
        default_quote_asset: quote.trim().toUpperCase(),
      }),
    onSuccess: async () => {
      await refresh();
      toastDone('Workspace settings were saved.');
    },
  });

  const changed = differs(base.workspace);
  const isOther = etag !== base.etag;
  if (isOther && !(changed && differs(workspace))) {
    setBase({ workspace, etag });
    take(workspace);
  }

  const rebase = async () => {
    const fresh = await queryClient.fetchQuery(workspaceQuery(workspace.id));
    setBase({ workspace: fresh.body, etag: fresh.etag });
    save.reset();
    return fresh.body;
  };

  const problem = save.error ? describeError(save.error) : undefined;
  const { byField, rest } = mapFieldProblems(problem?.fields ?? [], (field) =>
    ['name', 'default_quote_asset'].includes(field),
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (changed) save.mutate();
  };

  return (
    <form className={classes.card} onSubmit={submit} noValidate>
      <h2>General</h2>
      <Stack gap="md" maw={420}>
        <TextInput
          label="Name"
          maxLength={120}
          disabled={!isOwner(workspace)}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={byField.name}
        />
        <TextInput
          label="Quote asset"
          description="What prices are in where nothing else is said."
          maxLength={20}
          disabled={!isOwner(workspace)}
          value={quote}
          onChange={(event) => setQuote(event.currentTarget.value)}
          error={byField.default_quote_asset}
        />
      </Stack>
      {problem?.status === 412 || isOther ? (
        <StaleNotice
          workspace={base.workspace}
          onMine={() => void rebase()}
          onTheirs={async () => take(await rebase())}
        />
      ) : (
        problem &&
        Object.keys(byField).length === 0 && (
          <Notice kind="bad" title="The settings were not saved">
            {[problem.detail, ...rest].filter(Boolean).join(' ')}
          </Notice>
        )
      )}
      <Group gap="md">
        <Button type="submit" loading={save.isPending} disabled={!isOwner(workspace)}>
          Save
        </Button>
        <Text size="xs" c="dimmed">
          {!isOwner(workspace)
            ? NEEDS_OWNER
            : changed
              ? 'There are unsaved changes.'
              : `Saved. Version ${workspace.version}, last changed ${formatDateTime(isoSeconds(workspace.updated_at), zone)} ${zoneLabel(zone)}.`}
        </Text>
      </Group>
    </form>
  );
}

interface StaleProps {
  workspace: Workspace;
  onMine: () => void;
  onTheirs: () => void;
}

/** 412: somebody else saved first. Nothing typed is lost; the person decides. */
function StaleNotice({ workspace, onMine, onTheirs }: StaleProps) {
  return (
    <Notice title="Somebody changed this workspace in the meantime">
      <Stack gap="sm">
        <Text size="sm">
          You started from version {workspace.version}. Keep what you typed and save again over theirs, or
          take theirs.
        </Text>
        <Group gap="sm">
          <Button variant="default" onClick={onMine}>
            Keep mine
          </Button>
          <Button variant="default" onClick={onTheirs}>
            Take theirs
          </Button>
        </Group>
      </Stack>
    </Notice>
  );
}

function DangerZone({ workspace, etag }: Props) {
  const [opened, setOpened] = useState(false);
  const isDefault = workspace.id === DEFAULT_WORKSPACE;
  const reason = isDefault
    ? 'The local workspace is where links without a workspace lead, so it stays.'
    : isOwner(workspace)
      ? 'All that is in it goes with it. For thirty days it can be had back here.'
      : NEEDS_OWNER;
  return (
    <section className={classes.card}>
      <h2>Delete workspace</h2>
      <Text size="sm" c="dimmed">
        {reason}
      </Text>
      <div>
        <Button
          color="red"
          variant="light"
          disabled={isDefault || !isOwner(workspace)}
          onClick={() => setOpened(true)}
        >
          Delete workspace…
        </Button>
      </div>
      <Dialog opened={opened} onClose={() => setOpened(false)} title={`Delete “${workspace.name}”?`}>
        <DeleteForm workspace={workspace} etag={etag} onClose={() => setOpened(false)} />
      </Dialog>
    </section>
  );
}

function DeleteForm({ workspace, etag, onClose }: Props & { onClose: () => void }) {
  const [typed, setTyped] = useState('');
  const [wrong, setWrong] = useState(false);
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const remove = useMutation({
    mutationFn: () => deleteWorkspace(workspace.id, etag),
    onSuccess: async () => {
      const session = await queryClient.fetchQuery({ ...sessionQuery, staleTime: 0 });
      onClose();
      await navigate(
        session.active_workspace_id === ''
          ? { to: '/no-workspace' }
          : { to: '/w/$ws/chart', params: { ws: session.active_workspace_id } },
      );
      queryClient.removeQueries({ queryKey: ['ws', workspace.id] });
      toastDone(`Workspace “${workspace.name}” was deleted.`);
    },
  });
  const problem = remove.error ? describeError(remove.error) : undefined;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const matches = isNameTyped(typed, workspace.name);
    setWrong(!matches);
    if (matches) remove.mutate();
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <TextInput
          data-autofocus
          label={`Type ${workspace.name} to confirm`}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          error={wrong ? 'This is not the name of the workspace.' : undefined}
        />
        {problem && (
          <Notice kind="bad" title="The workspace was not deleted">
            {problem.status === 412
              ? 'Somebody changed this workspace in the meantime. Close this, look at it again, then delete it.'
              : problem.detail}
          </Notice>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Keep it
          </Button>
          <Button type="submit" color="red" loading={remove.isPending}>
            Delete workspace
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

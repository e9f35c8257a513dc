import { Button, Group, NativeSelect, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { createToken, revokeToken, tokensQuery } from '~/api/account';
import type { ApiToken, NewApiToken, Role, Session } from '~/api/client';
import { Ago } from '~/components/Ago';
import { CodeLine } from '~/components/CodeLine';
import { type Column, DataTable } from '~/components/DataTable';
import { Dialog } from '~/components/Dialog';
import { Icon } from '~/components/Icon';
import { Notice } from '~/components/Notice';
import { FormAlert, formProblems } from '~/components/Problem';
import { EmptyState, ErrorState, SkeletonRows } from '~/components/States';
import { apiBase } from '~/lib/base';
import { isAtLeast, ROLES } from '~/lib/roles';
import { splitList } from '~/lib/splitList';
import { formatDate, isoSeconds } from '~/lib/time';
import { toastDone, toastError } from '~/lib/toast';
import { useZone } from '~/lib/useZone';
import type { TabProps } from './AccountPage';
import classes from './Settings.module.css';

const DAYS = 90;
const DAYS_MAX = 366;

/** Keys for programs: each with a name, a role at most one's own, an end, and a last use. */
export function TokensTab({ session }: TabProps) {
  const list = useQuery(tokensQuery);
  const [creating, setCreating] = useState(false);
  const [made, setMade] = useState<NewApiToken>();
  const [revoking, setRevoking] = useState<ApiToken>();
  const [zone] = useZone();
  if (list.isPending) return <SkeletonRows rows={4} />;
  if (list.isError) return <ErrorState error={list.error} onRetry={() => void list.refetch()} />;
  return (
    <>
      <div className={classes.row}>
        <p className={classes.note}>
          Programs show a token instead of a password. It never may more than you.
        </p>
        <Button data-end leftSection={<Icon name="plus" size={15} />} onClick={() => setCreating(true)}>
          New token
        </Button>
      </div>
      {made && <Made token={made} onClose={() => setMade(undefined)} />}
      {list.data.length === 0 ? (
        <EmptyState icon="key" title="There are no API tokens" />
      ) : (
        <div className={classes.table}>
          <DataTable
            label="API tokens"
            columns={columns(session, (iso) => formatDate(isoSeconds(iso), zone), setRevoking)}
            rows={list.data}
            rowKey={({ id }) => id}
            rowHeight={48}
          />
        </div>
      )}
      <Dialog opened={creating} onClose={() => setCreating(false)} title="New API token">
        <CreateForm
          session={session}
          onClose={() => setCreating(false)}
          onMade={(token) => {
            setMade(token);
            setCreating(false);
          }}
        />
      </Dialog>
      <Dialog
        opened={revoking !== undefined}
        onClose={() => setRevoking(undefined)}
        title="Revoke this token?"
      >
        {revoking && <Revoke token={revoking} onClose={() => setRevoking(undefined)} />}
      </Dialog>
    </>
  );
}

const placeOf = (session: Session, id: string | null) =>
  id === null ? 'all your workspaces' : (session.workspaces.find((one) => one.id === id)?.name ?? id);

const columns = (
  session: Session,
  date: (iso: string) => string,
  onRevoke: (token: ApiToken) => void,
): Column<ApiToken>[] => [
  {
    key: 'name',
    header: 'Name',
    cell: (token) => (
      <span className={classes.cell}>
        <strong>{token.name}</strong>
        <span>
          {token.role} in {placeOf(session, token.workspace_id)}
          {token.allowed_cidrs && `, from ${token.allowed_cidrs.join(', ')}`}
        </span>
      </span>
    ),
  },
  {
    key: 'used',
    header: 'Last used',
    wide: true,
    cell: ({ last_used_at }) =>
      last_used_at ? <Ago iso={last_used_at} /> : <span className="dim">never</span>,
  },
  { key: 'made', header: 'Created', wide: true, cell: ({ created_at }) => <Ago iso={created_at} /> },
  {
    key: 'ends',
    header: 'Ends',
    cell: ({ expires_at, is_expired }) =>
      is_expired ? (
        <span className={classes.tag} data-warn>
          expired
        </span>
      ) : (
        date(expires_at)
      ),
  },
  {
    key: 'revoke',
    header: 'Revoke',
    headerHidden: true,
    align: 'right',
    cell: (token) => (
      <Button variant="default" aria-label={`Revoke ${token.name}`} onClick={() => onRevoke(token)}>
        Revoke
      </Button>
    ),
  },
];

/** The one time that the token is seen. */
function Made({ token, onClose }: { token: NewApiToken; onClose: () => void }) {
  const path = token.workspace_id ? `/api/v1/workspaces/${token.workspace_id}/backtests` : '/api/v1/me';
  const curl = `curl -H 'Authorization: Bearer ${token.token}' ${apiBase}${path}`;
  return (
    <Notice kind="good" title={`The token “${token.name}” was made`}>
      <Stack gap="sm">
        <Text size="sm">Copy it now: it is not shown again.</Text>
        <CodeLine code={token.token} label="Token" />
        <CodeLine code={curl} label="Example" />
        <div>
          <Button variant="default" onClick={onClose}>
            I have copied it
          </Button>
        </div>
      </Stack>
    </Notice>
  );
}

const highestRole = (session: Session, ws: string): Role => {
  const roles = session.workspaces.filter(({ id }) => ws === '' || id === ws).map(({ role }) => role);
  return ROLES.findLast((role) => roles.includes(role)) ?? 'viewer';
};

interface FormProps {
  session: Session;
  onClose: () => void;
  onMade: (token: NewApiToken) => void;
}

function CreateForm({ session, onClose, onMade }: FormProps) {
  const [name, setName] = useState('');
  const [ws, setWs] = useState(session.active_workspace_id);
  const [role, setRole] = useState<Role>('viewer');
  const [days, setDays] = useState(String(DAYS));
  const [places, setPlaces] = useState('');
  const client = useQueryClient();
  const highest = highestRole(session, ws);
  const create = useMutation({
    mutationFn: () =>
      createToken({
        name: name.trim(),
        role: isAtLeast(highest, role) ? role : highest,
        workspace_id: ws || undefined,
        expires_in_days: Number(days),
        allowed_cidrs: splitList(places),
      }),
    onSuccess: async (token) => {
      onMade(token);
      await client.invalidateQueries({ queryKey: tokensQuery.queryKey });
    },
  });
  const { byField, rest } = formProblems(create.error, [
    'name',
    'role',
    'workspace_id',
    'expires_in_days',
    'allowed_cidrs',
    ...splitList(places).map((_, index) => `allowed_cidrs.${index}`),
  ]);
  const placesError = Object.entries(byField).find(([field]) => field.startsWith('allowed_cidrs'))?.[1];
  const submit = (event: FormEvent) => {
    event.preventDefault();
    create.mutate();
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <TextInput
          label="Name"
          description="What it is for, such as the program that uses it."
          data-autofocus
          maxLength={120}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={byField.name}
        />
        <NativeSelect
          label="Workspace"
          value={ws}
          onChange={(event) => setWs(event.currentTarget.value)}
          error={byField.workspace_id}
          data={[
            ...session.workspaces.map(({ id, name: label }) => ({ value: id, label })),
            { value: '', label: 'All my workspaces' },
          ]}
        />
        <NativeSelect
          label="Role"
          description="The most that it may do. Reading takes no more than viewer."
          value={isAtLeast(highest, role) ? role : highest}
          onChange={(event) => setRole(event.currentTarget.value as Role)}
          error={byField.role}
          data={ROLES.map((value) => ({ value, label: value, disabled: !isAtLeast(highest, value) }))}
        />
        <TextInput
          label="Days until it ends"
          description={`1 to ${DAYS_MAX}.`}
          inputMode="numeric"
          value={days}
          onChange={(event) => setDays(event.currentTarget.value)}
          error={byField.expires_in_days}
        />
        <TextInput
          label="Addresses it may be used from"
          description="Such as 192.0.2.0/24, 2001:db8::/32 or one address; up to ten. Left empty: from everywhere."
          value={places}
          onChange={(event) => setPlaces(event.currentTarget.value)}
          error={placesError}
        />
        <FormAlert messages={rest} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={create.isPending}>
            Create token
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function Revoke({ token, onClose }: { token: ApiToken; onClose: () => void }) {
  const client = useQueryClient();
  const revoke = useMutation({
    mutationFn: () => revokeToken(token.id),
    onSuccess: () => {
      onClose();
      toastDone(`The token “${token.name}” was revoked.`);
    },
    onError: (error) => toastError('Could not revoke the token', error),
    onSettled: () => client.invalidateQueries({ queryKey: tokensQuery.queryKey }),
  });
  return (
    <Stack gap="md">
      <Text size="sm">Programs that use “{token.name}” are refused from now on. This cannot be undone.</Text>
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose} data-autofocus>
          Keep it
        </Button>
        <Button color="red" loading={revoke.isPending} onClick={() => revoke.mutate()}>
          Revoke
        </Button>
      </Group>
    </Stack>
  );
}

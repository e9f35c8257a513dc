import { Button, TextInput } from '@mantine/core';
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { accountsKey, accountsQuery, changeAccount, endSessionsOf } from '~/api/admin';
import type { Account } from '~/api/client';
import { sessionQuery } from '~/api/session';
import { Ago } from '~/components/Ago';
import type { Column } from '~/components/DataTable';
import { Dialog } from '~/components/Dialog';
import { PagedTable } from '~/components/PagedTable';
import { EmptyState } from '~/components/States';
import { toastDone, toastError } from '~/lib/toast';
import page from '../account/Settings.module.css';
import { AdminFrame } from './AdminFrame';

const route = getRouteApi('/personal/admin/users');

/** All accounts of this server, for whoever runs it. */
export function UsersPage() {
  return (
    <AdminFrame page="users">
      <Users />
    </AdminFrame>
  );
}

function Users() {
  const { q } = route.useSearch();
  const { data: session } = useQuery(sessionQuery);
  const list = useInfiniteQuery(accountsQuery(q));
  const act = useAction();
  const [asked, setAsked] = useState<Act>();
  return (
    <>
      <Search q={q} />
      <PagedTable
        label="Users"
        pages={list}
        columns={columns(session?.user.id ?? '', (next) =>
          ASKS[next.kind] ? setAsked(next) : act.mutate(next),
        )}
        rows={list.data?.pages.flatMap(({ users }) => users) ?? []}
        rowKey={({ id }) => id}
        rowHeight={48}
        empty={<EmptyState icon="search" title="Nobody fits" />}
      />
      <Dialog
        opened={asked !== undefined}
        onClose={() => setAsked(undefined)}
        title={asked ? `${ASKS[asked.kind]?.title} ${asked.account.display_name}?` : ''}
      >
        <p className={page.note}>{asked && ASKS[asked.kind]?.text}</p>
        <div className={page.row} style={{ marginTop: 16 }}>
          <Button data-end variant="default" data-autofocus onClick={() => setAsked(undefined)}>
            Cancel
          </Button>
          <Button
            color="red"
            onClick={() => {
              if (asked) act.mutate(asked);
              setAsked(undefined);
            }}
          >
            {asked && ASKS[asked.kind]?.title}
          </Button>
        </div>
      </Dialog>
    </>
  );
}

interface Act {
  kind: 'disable' | 'enable' | 'end';
  account: Account;
}

/** What is asked about before it is done. */
const ASKS: Partial<Record<Act['kind'], { title: string; text: string }>> = {
  disable: {
    title: 'Disable',
    text: 'They are signed out everywhere at once, their tokens stop, and they cannot sign in until they are enabled again. What they made stays.',
  },
};

function useAction() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async ({ kind, account }: Act) => {
      if (kind === 'end') await endSessionsOf(account.id);
      else await changeAccount(account.id, { status: kind === 'enable' ? 'active' : 'disabled' });
    },
    onSuccess: (_, { kind, account }) =>
      toastDone(
        kind === 'end'
          ? `The sessions of ${account.display_name} have ended.`
          : `${account.display_name} is ${kind}d.`,
      ),
    onError: (error, { account }) => toastError(`Could not change ${account.display_name}`, error),
    onSettled: () => client.invalidateQueries({ queryKey: accountsKey }),
  });
}

function Search({ q }: { q: string | undefined }) {
  const navigate = route.useNavigate();
  return (
    <search className={page.row}>
      <TextInput
        aria-label="Find by name or e-mail"
        placeholder="Find by name or e-mail"
        w={280}
        value={q ?? ''}
        onChange={(event) => {
          const text = event.currentTarget.value;
          void navigate({ search: { q: text || undefined }, replace: true });
        }}
      />
    </search>
  );
}

const columns = (me: string, onAct: (act: Act) => void): Column<Account>[] => [
  {
    key: 'name',
    header: 'Name',
    cell: (account) => (
      <span className={page.cell}>
        <strong>
          {account.display_name} {account.id === me && <em className={page.tag}>you</em>}{' '}
          {account.is_operator && <em className={page.tag}>operator</em>}{' '}
          {account.status === 'disabled' && (
            <em className={page.tag} data-warn>
              disabled
            </em>
          )}
        </strong>
        <span>{account.email}</span>
      </span>
    ),
  },
  {
    key: 'seen',
    header: 'Last seen',
    wide: true,
    cell: ({ last_seen_at }) =>
      last_seen_at ? <Ago iso={last_seen_at} /> : <span className="dim">never</span>,
  },
  { key: 'made', header: 'Created', wide: true, cell: ({ created_at }) => <Ago iso={created_at} /> },
  {
    key: 'actions',
    header: 'Actions',
    headerHidden: true,
    align: 'right',
    cell: (account) =>
      account.id !== me && (
        <span className={page.actions}>
          <Button
            variant="default"
            aria-label={`End sessions of ${account.display_name}`}
            onClick={() => onAct({ kind: 'end', account })}
          >
            End sessions
          </Button>
          {account.status === 'active' ? (
            <Button
              variant="default"
              aria-label={`Disable ${account.display_name}`}
              onClick={() => onAct({ kind: 'disable', account })}
            >
              Disable
            </Button>
          ) : (
            <Button
              variant="default"
              aria-label={`Enable ${account.display_name}`}
              onClick={() => onAct({ kind: 'enable', account })}
            >
              Enable
            </Button>
          )}
        </span>
      ),
  },
];

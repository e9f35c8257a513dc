import { Button } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { endSession, sessionsQuery } from '~/api/account';
import type { SignedInSession } from '~/api/client';
import { Ago } from '~/components/Ago';
import { type Column, DataTable } from '~/components/DataTable';
import { ErrorState, SkeletonRows } from '~/components/States';
import { toastDone, toastError } from '~/lib/toast';
import { describeBrowser } from '~/lib/userAgent';
import classes from './Settings.module.css';

/** Where one is signed in: this browser, and others. */
export function SessionsTab() {
  const list = useQuery(sessionsQuery);
  const client = useQueryClient();
  const end = useMutation({
    // One after the other: what ended stays ended where a later one fails.
    mutationFn: async (sessions: SignedInSession[]) => {
      for (const { id } of sessions) await endSession(id);
      return sessions.length;
    },
    onSuccess: (count) => toastDone(count === 1 ? 'The session has ended.' : `${count} sessions have ended.`),
    onError: (error) => toastError('Could not end the session', error),
    onSettled: () => client.invalidateQueries({ queryKey: sessionsQuery.queryKey }),
  });
  if (list.isPending) return <SkeletonRows rows={4} />;
  if (list.isError) return <ErrorState error={list.error} onRetry={() => void list.refetch()} />;
  const others = list.data.filter(({ is_current }) => !is_current);
  return (
    <>
      <div className={classes.row}>
        <p className={classes.note}>
          {others.length === 0
            ? 'You are signed in here only.'
            : 'One that you do not know? End it and change your password.'}
        </p>
        {others.length > 0 && (
          <Button variant="default" data-end loading={end.isPending} onClick={() => end.mutate(others)}>
            End all others
          </Button>
        )}
      </div>
      <div className={classes.table}>
        <DataTable
          label="Sessions"
          columns={columns((session) => end.mutate([session]))}
          rows={list.data}
          rowKey={({ id }) => id}
          rowHeight={48}
        />
      </div>
    </>
  );
}

const columns = (onEnd: (session: SignedInSession) => void): Column<SignedInSession>[] => [
  {
    key: 'browser',
    header: 'Browser',
    cell: (session) => (
      <span className={classes.cell} title={session.user_agent}>
        <strong>
          {describeBrowser(session.user_agent)}{' '}
          {session.is_current && <em className={classes.tag}>this one</em>}
        </strong>
        <span>from {session.address}</span>
      </span>
    ),
  },
  { key: 'seen', header: 'Last used', cell: ({ last_seen_at }) => <Ago iso={last_seen_at} /> },
  { key: 'begun', header: 'Signed in', wide: true, cell: ({ created_at }) => <Ago iso={created_at} /> },
  {
    key: 'end',
    header: 'End',
    headerHidden: true,
    align: 'right',
    cell: (session) =>
      !session.is_current && (
        <Button
          variant="default"
          aria-label={`End the session of ${describeBrowser(session.user_agent)} from ${session.address}`}
          onClick={() => onEnd(session)}
        >
          End
        </Button>
      ),
  },
];

import { Button, Group, Stack } from '@mantine/core';
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import type { Invitation, InvitationCreated } from '~/api/client';
import { invitationsKey, invitationsQuery, resendInvitation, revokeInvitation } from '~/api/members';
import { Ago } from '~/components/Ago';
import { CodeLine } from '~/components/CodeLine';
import type { Column } from '~/components/DataTable';
import { Dialog } from '~/components/Dialog';
import { Icon } from '~/components/Icon';
import { PagedTable } from '~/components/PagedTable';
import { EmptyState } from '~/components/States';
import { formatDateTime, isoSeconds, zoneLabel } from '~/lib/time';
import { toastDone, toastError } from '~/lib/toast';
import { useZone } from '~/lib/useZone';
import page from '../account/Settings.module.css';
import { AddMemberDialog } from './AddMemberDialog';
import { HoursField, hoursOf } from './invites';

const route = getRouteApi('/w/$ws/members');

/** Who is invited and has not come yet. */
export function InvitationsTab() {
  const { ws } = route.useParams();
  const list = useInfiniteQuery(invitationsQuery(ws));
  const [adding, setAdding] = useState(false);
  const [renewing, setRenewing] = useState<Invitation>();
  const [renewed, setRenewed] = useState<InvitationCreated>();
  const [zone] = useZone();
  const client = useQueryClient();
  const onSettled = () => client.invalidateQueries({ queryKey: invitationsKey(ws) });
  const resend = useMutation({
    mutationFn: ({ id, hours }: { id: string; hours: number }) => resendInvitation(ws, id, hours),
    onSuccess: (made) => {
      setRenewed(made);
      setRenewing(undefined);
    },
    onError: (error) => toastError('Could not make another link', error),
    onSettled,
  });
  const revoke = useMutation({
    mutationFn: ({ id }: Invitation) => revokeInvitation(ws, id),
    onSuccess: (_, { email }) => toastDone(`The invitation of ${email} was taken back.`),
    onError: (error) => toastError('Could not take the invitation back', error),
    onSettled,
  });
  const until = (iso: string) => `${formatDateTime(isoSeconds(iso), zone)} ${zoneLabel(zone)}`;
  return (
    <>
      <div className={page.row}>
        <p className={page.note}>Links are shown when they are made. Whoever lost theirs gets another one.</p>
        <Button data-end leftSection={<Icon name="plus" size={15} />} onClick={() => setAdding(true)}>
          Invite…
        </Button>
      </div>
      <PagedTable
        label="Invitations"
        pages={list}
        columns={columns(until, setRenewing, revoke.mutate)}
        rows={list.data?.pages.flatMap(({ invitations }) => invitations) ?? []}
        rowKey={({ id }) => id}
        rowHeight={48}
        empty={<EmptyState icon="inbox" title="Nobody is invited at the moment" />}
      />
      <AddMemberDialog ws={ws} opened={adding} onClose={() => setAdding(false)} />
      <Dialog opened={renewing !== undefined} onClose={() => setRenewing(undefined)} title="Another link?">
        {renewing && (
          <RenewForm
            invitation={renewing}
            isPending={resend.isPending}
            onClose={() => setRenewing(undefined)}
            onRenew={(hours) => resend.mutate({ id: renewing.id, hours })}
          />
        )}
      </Dialog>
      <Dialog opened={renewed !== undefined} onClose={() => setRenewed(undefined)} title="Another link">
        <p className={page.note}>
          The one before does not work any more. This one is good once, for {renewed?.email}
          {renewed && `, until ${until(renewed.expires_at)}`}.
        </p>
        <CodeLine code={renewed?.link ?? ''} label="Link" />
      </Dialog>
    </>
  );
}

interface RenewProps {
  invitation: Invitation;
  isPending: boolean;
  onClose: () => void;
  onRenew: (hours: number) => void;
}

/** Offered is how long the first one held. */
function RenewForm({ invitation, isPending, onClose, onRenew }: RenewProps) {
  const [hours, setHours] = useState(() => hoursOf(invitation));
  return (
    <Stack gap="md">
      <p className={page.note}>The link that {invitation.email} has does not work any more then.</p>
      <HoursField label="The new link holds for" hours={hours} onChange={setHours} />
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button data-autofocus loading={isPending} onClick={() => onRenew(hours)}>
          Make the link
        </Button>
      </Group>
    </Stack>
  );
}

const columns = (
  until: (iso: string) => string,
  onResend: (invitation: Invitation) => void,
  onRevoke: (invitation: Invitation) => void,
): Column<Invitation>[] => [
  {
    key: 'email',
    header: 'E-mail',
    cell: (invitation) => (
      <span className={page.cell}>
        <strong>{invitation.email}</strong>
        <span>
          {invitation.role}, by {invitation.created_by_name}
          <span className={page.phone}>
            {invitation.is_expired ? 'expired' : `until ${until(invitation.expires_at)}`}
          </span>
        </span>
      </span>
    ),
  },
  { key: 'made', header: 'Invited', wide: true, cell: ({ created_at }) => <Ago iso={created_at} /> },
  {
    key: 'ends',
    header: 'Holds until',
    wide: true,
    cell: ({ expires_at, is_expired }) =>
      is_expired ? (
        <span className={page.tag} data-warn>
          expired
        </span>
      ) : (
        until(expires_at)
      ),
  },
  {
    key: 'actions',
    header: 'Actions',
    headerHidden: true,
    align: 'right',
    cell: (invitation) => (
      <span className={page.actions}>
        <Button
          variant="default"
          aria-label={`New link for ${invitation.email}`}
          onClick={() => onResend(invitation)}
        >
          New link
        </Button>
        <Button
          variant="default"
          aria-label={`Revoke the invitation of ${invitation.email}`}
          onClick={() => onRevoke(invitation)}
        >
          Revoke
        </Button>
      </span>
    ),
  },
];

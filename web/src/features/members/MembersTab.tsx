import { Button, NativeSelect } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import type { Member, Role } from '~/api/client';
import { membersKey, membersQuery, setRole } from '~/api/members';
import { sessionQuery } from '~/api/session';
import { Ago } from '~/components/Ago';
import { type Column, DataTable } from '~/components/DataTable';
import { Gated, GatedNote, useDenied } from '~/components/Gated';
import { Icon } from '~/components/Icon';
import { ErrorState, SkeletonRows } from '~/components/States';
import { ROLES } from '~/lib/roles';
import { toastDone, toastError } from '~/lib/toast';
import page from '../account/Settings.module.css';
import { AddMemberDialog } from './AddMemberDialog';
import { RemoveDialog, TransferDialog } from './MemberDialogs';
import { RoleMatrix } from './RoleMatrix';

const route = getRouteApi('/w/$ws/members');
const LAST_OWNER = 'The last owner stays one: make somebody else an owner first.';

export function MembersTab() {
  const { ws } = route.useParams();
  const { data: session } = useQuery(sessionQuery);
  const members = useQuery(membersQuery(ws));
  const [adding, setAdding] = useState(false);
  const [removing, setRemoving] = useState<Member>();
  const [handing, setHanding] = useState(false);
  const isOwner = useDenied('owner') === undefined;
  const change = useRoleChange(ws);
  if (members.isPending) return <SkeletonRows rows={5} />;
  if (members.isError) return <ErrorState error={members.error} onRetry={() => void members.refetch()} />;
  const me = session?.user.id ?? '';
  const owners = members.data.filter(({ role }) => role === 'owner');
  const isLast = ({ role }: Member) => role === 'owner' && owners.length === 1;
  return (
    <>
      <GatedNote needs="owner" what="Members are managed by owners" />
      {!isOwner && (
        <p className={page.note}>
          {owners.length === 1 ? 'The owner is' : 'Owners are'}{' '}
          {owners.map(({ display_name }) => display_name).join(', ')}.
        </p>
      )}
      <div className={page.row}>
        <Gated needs="owner">
          <Button leftSection={<Icon name="plus" size={15} />} onClick={() => setAdding(true)}>
            Add or invite…
          </Button>
        </Gated>
        <Gated needs="owner">
          <Button variant="default" onClick={() => setHanding(true)}>
            Transfer ownership…
          </Button>
        </Gated>
        <span className="dim" data-end>
          {members.data.length === 1 ? '1 member' : `${members.data.length} members`}
        </span>
      </div>
      <div className={page.table}>
        <DataTable
          label="Members"
          columns={columns({
            me,
            isOwner,
            isLast,
            onRole: (member, role) => change.mutate({ member, role }),
            onRemove: setRemoving,
          })}
          rows={members.data}
          rowKey={({ user_id }) => user_id}
          rowHeight={48}
        />
      </div>
      <RoleMatrix />
      <AddMemberDialog ws={ws} opened={adding} onClose={() => setAdding(false)} />
      <RemoveDialog ws={ws} me={me} member={removing} onClose={() => setRemoving(undefined)} />
      <TransferDialog
        ws={ws}
        heirs={members.data.filter(({ user_id }) => user_id !== me)}
        opened={handing}
        onClose={() => setHanding(false)}
      />
    </>
  );
}

/** Shown at once, taken back where the server will not have it. */
function useRoleChange(ws: string) {
  const client = useQueryClient();
  const queryKey = membersKey(ws);
  return useMutation({
    mutationFn: ({ member, role }: { member: Member; role: Role }) => setRole(ws, member, role),
    onMutate: async ({ member, role }) => {
      await client.cancelQueries({ queryKey });
      const before = client.getQueryData<Member[]>(queryKey);
      client.setQueryData<Member[]>(queryKey, (all) =>
        all?.map((one) => (one.user_id === member.user_id ? { ...one, role } : one)),
      );
      return before;
    },
    onSuccess: (member) => toastDone(`${member.display_name} is ${member.role} now.`),
    onError: (error, { member }, before) => {
      client.setQueryData(queryKey, before);
      toastError(`Could not change the role of ${member.display_name}`, error);
    },
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey }),
        client.invalidateQueries({ queryKey: sessionQuery.queryKey }),
      ]),
  });
}

interface Rights {
  me: string;
  isOwner: boolean;
  isLast: (member: Member) => boolean;
  onRole: (member: Member, role: Role) => void;
  onRemove: (member: Member) => void;
}

const columns = ({ me, isOwner, isLast, onRole, onRemove }: Rights): Column<Member>[] => [
  {
    key: 'name',
    header: 'Name',
    cell: (member) => (
      <span className={page.cell}>
        <strong>
          {member.display_name} {member.user_id === me && <em className={page.tag}>you</em>}{' '}
          {member.status === 'disabled' && (
            <em className={page.tag} data-warn>
              disabled
            </em>
          )}
        </strong>
        {member.email && <span>{member.email}</span>}
      </span>
    ),
  },
  {
    key: 'role',
    header: 'Role',
    cell: (member) =>
      isOwner ? (
        <NativeSelect
          aria-label={`Role of ${member.display_name}`}
          title={isLast(member) ? LAST_OWNER : undefined}
          disabled={isLast(member)}
          value={member.role}
          onChange={(event) => onRole(member, event.currentTarget.value as Role)}
          data={[...ROLES]}
        />
      ) : (
        member.role
      ),
  },
  { key: 'joined', header: 'Joined', wide: true, cell: ({ created_at }) => <Ago iso={created_at} /> },
  {
    key: 'actions',
    header: 'Actions',
    headerHidden: true,
    align: 'right',
    cell: (member) => {
      const isMe = member.user_id === me;
      if (!isMe && !isOwner) return null;
      return (
        <Button
          variant="default"
          disabled={isLast(member)}
          title={isLast(member) ? LAST_OWNER : undefined}
          aria-label={isMe ? 'Leave the workspace' : `Remove ${member.display_name}`}
          onClick={() => onRemove(member)}
        >
          {isMe ? 'Leave' : 'Remove'}
        </Button>
      );
    },
  },
];

import { Button, Group, NativeSelect, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import type { Member } from '~/api/client';
import { membersKey, removeMember, transferOwnership } from '~/api/members';
import { sessionQuery } from '~/api/session';
import { Dialog } from '~/components/Dialog';
import { FormAlert, formProblems } from '~/components/Problem';
import { toastDone } from '~/lib/toast';
import { isNameTyped } from '~/lib/typedName';

interface RemoveProps {
  ws: string;
  me: string;
  member: Member | undefined;
  onClose: () => void;
}

/** Before somebody is removed, or leaves. */
export function RemoveDialog({ ws, me, member, onClose }: RemoveProps) {
  const isMe = member?.user_id === me;
  const title = isMe ? 'Leave this workspace?' : `Remove ${member?.display_name}?`;
  return (
    <Dialog opened={member !== undefined} onClose={onClose} title={title}>
      {member && <RemoveForm ws={ws} isMe={isMe} member={member} onClose={onClose} />}
    </Dialog>
  );
}

interface RemoveFormProps {
  ws: string;
  isMe: boolean;
  member: Member;
  onClose: () => void;
}

function RemoveForm({ ws, isMe, member, onClose }: RemoveFormProps) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const remove = useMutation({
    mutationFn: () => removeMember(ws, member.user_id),
    onSuccess: async () => {
      onClose();
      toastDone(isMe ? 'You have left the workspace.' : `${member.display_name} was removed.`);
      if (!isMe) return client.invalidateQueries({ queryKey: membersKey(ws) });
      await client.fetchQuery({ ...sessionQuery, staleTime: 0 });
      await navigate({ to: '/' });
      client.removeQueries({ queryKey: ['ws', ws] });
    },
  });
  const { rest } = formProblems(remove.error, []);
  return (
    <Stack gap="md">
      <Text size="sm">
        {isMe
          ? 'You see nothing of it any more, until an owner adds you again. What you made stays.'
          : 'They see nothing of the workspace any more, from now on. What they made stays.'}
      </Text>
      <FormAlert messages={rest} />
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose} data-autofocus>
          {isMe ? 'Stay' : 'Keep them'}
        </Button>
        <Button color="red" loading={remove.isPending} onClick={() => remove.mutate()}>
          {isMe ? 'Leave' : 'Remove'}
        </Button>
      </Group>
    </Stack>
  );
}

interface TransferProps {
  ws: string;
  heirs: Member[];
  opened: boolean;
  onClose: () => void;
}

export function TransferDialog({ ws, heirs, opened, onClose }: TransferProps) {
  return (
    <Dialog opened={opened} onClose={onClose} title="Transfer ownership">
      {heirs.length === 0 ? (
        <Text size="sm">There is nobody else in this workspace yet. Add or invite somebody first.</Text>
      ) : (
        <TransferForm ws={ws} heirs={heirs} onClose={onClose} />
      )}
    </Dialog>
  );
}

function TransferForm({ ws, heirs, onClose }: Omit<TransferProps, 'opened'>) {
  const [heirId, setHeirId] = useState(heirs[0]?.user_id ?? '');
  const [typed, setTyped] = useState('');
  const [wrong, setWrong] = useState(false);
  const client = useQueryClient();
  const heir = heirs.find(({ user_id }) => user_id === heirId);
  const transfer = useMutation({
    mutationFn: () => transferOwnership(ws, heirId),
    onSuccess: async () => {
      onClose();
      toastDone(`${heir?.display_name} is the owner now, and you are an editor.`);
      await Promise.all([
        client.invalidateQueries({ queryKey: membersKey(ws) }),
        client.invalidateQueries({ queryKey: sessionQuery.queryKey }),
      ]);
    },
  });
  const { rest } = formProblems(transfer.error, []);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const matches = isNameTyped(typed, heir?.display_name);
    setWrong(!matches);
    if (matches) transfer.mutate();
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <Text size="sm">
          The other one becomes an owner, you become an editor: only they can give it back to you.
        </Text>
        <NativeSelect
          label="New owner"
          value={heirId}
          onChange={(event) => setHeirId(event.currentTarget.value)}
          data={heirs.map(({ user_id, display_name, email }) => ({
            value: user_id,
            label: email ? `${display_name} (${email})` : display_name,
          }))}
        />
        <TextInput
          label={`Type ${heir?.display_name} to confirm`}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          error={wrong ? 'This is not the name of the new owner.' : undefined}
        />
        <FormAlert messages={rest} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" color="red" loading={transfer.isPending}>
            Transfer ownership
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

import { Button, Group, SegmentedControl, Stack, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type { Role } from '~/api/client';
import { addMember, invitationsKey, membersKey } from '~/api/members';
import { Dialog } from '~/components/Dialog';
import { PasswordField } from '~/components/PasswordField';
import { FormAlert, formProblems } from '~/components/Problem';
import { PASSWORD_HINT } from '~/features/account/PasswordForm';
import { splitList } from '~/lib/splitList';
import { toastDone } from '~/lib/toast';
import { InviteFields, NOBODY, RoleField, SentLinks, useInvites } from './invites';

interface Props {
  ws: string;
  opened: boolean;
  onClose: () => void;
}

type Way = 'invite' | 'add';

/** Inviting by links that are good once, or adding with a password that is handed over. */
export function AddMemberDialog({ ws, opened, onClose }: Props) {
  const [way, setWay] = useState<Way>('invite');
  return (
    <Dialog opened={opened} onClose={onClose} title="Add to the workspace" size="md">
      <Stack gap="md">
        <SegmentedControl
          aria-label="How"
          value={way}
          onChange={(value) => setWay(value as Way)}
          data={[
            { value: 'invite', label: 'Invite by a link' },
            { value: 'add', label: 'Add with a password' },
          ]}
        />
        {way === 'invite' ? <InviteForm ws={ws} onClose={onClose} /> : <AddForm ws={ws} onClose={onClose} />}
      </Stack>
    </Dialog>
  );
}

function InviteForm({ ws, onClose }: { ws: string; onClose: () => void }) {
  const [draft, setDraft] = useState(NOBODY);
  const [missing, setMissing] = useState(false);
  const { send, sent, failed } = useInvites(ws, (left) => setDraft({ ...draft, emails: left }));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const isEmpty = splitList(draft.emails).length === 0;
    setMissing(isEmpty);
    if (!isEmpty) send.mutate(draft);
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        {sent.length > 0 && <SentLinks sent={sent} />}
        <InviteFields
          draft={draft}
          onChange={setDraft}
          error={missing ? 'Give at least one address.' : undefined}
        />
        <FormAlert messages={failed} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {sent.length > 0 ? 'Close' : 'Cancel'}
          </Button>
          <Button type="submit" loading={send.isPending}>
            Invite
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function AddForm({ ws, onClose }: { ws: string; onClose: () => void }) {
  const [email, setEmail] = useState('');
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role>('viewer');
  const [password, setPassword] = useState('');
  const client = useQueryClient();
  const add = useMutation({
    mutationFn: () =>
      addMember(ws, {
        email: email.trim(),
        role,
        display_name: name.trim() || undefined,
        password: password || undefined,
      }),
    onSuccess: async (added) => {
      onClose();
      if ('link' in added) toastDone(`${email.trim()} was invited: the link is among the invitations.`);
      else if ('password_ignored' in added)
        toastDone(
          `${added.display_name} has an account here already and was added; the password stays theirs.`,
        );
      else toastDone(`${added.display_name} was added as ${added.role}.`);
      await Promise.all(
        [membersKey(ws), invitationsKey(ws)].map((queryKey) => client.invalidateQueries({ queryKey })),
      );
    },
  });
  const { byField, rest } = formProblems(add.error, ['email', 'display_name', 'role', 'password']);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    add.mutate();
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <TextInput
          label="E-mail"
          type="email"
          autoComplete="off"
          data-autofocus
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
          error={byField.email}
        />
        <TextInput
          label="Name"
          autoComplete="off"
          maxLength={120}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={byField.display_name}
        />
        <RoleField role={role} onChange={setRole} />
        <PasswordField
          label="First password"
          description={`${PASSWORD_HINT} They are asked to choose their own.`}
          autoComplete="new-password"
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          error={byField.password}
        />
        <FormAlert messages={rest} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={add.isPending}>
            Add
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

import {
  Button,
  Group,
  NativeSelect,
  SegmentedControl,
  Stack,
  Text,
  Textarea,
  TextInput,
} from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type { InvitationCreated, Role } from '~/api/client';
import { addMember, invitationsKey, invite, membersKey } from '~/api/members';
import { describeError } from '~/api/problem';
import { CodeLine } from '~/components/CodeLine';
import { Dialog } from '~/components/Dialog';
import { Notice } from '~/components/Notice';
import { PasswordField } from '~/components/PasswordField';
import { FormAlert, formProblems } from '~/components/Problem';
import { PASSWORD_HINT } from '~/features/account/PasswordForm';
import { ROLE_WORDS, ROLES } from '~/lib/roles';
import { toastDone } from '~/lib/toast';
import { splitEmails } from './emails';
import classes from './Members.module.css';

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

function RoleField({ role, onChange }: { role: Role; onChange: (role: Role) => void }) {
  return (
    <NativeSelect
      label="Role"
      description={ROLE_WORDS[role]}
      value={role}
      onChange={(event) => onChange(event.currentTarget.value as Role)}
      data={[...ROLES]}
    />
  );
}

interface Sent {
  email: string;
  made?: InvitationCreated;
  error?: string;
}

function InviteForm({ ws, onClose }: { ws: string; onClose: () => void }) {
  const [text, setText] = useState('');
  const [role, setRole] = useState<Role>('viewer');
  const [sent, setSent] = useState<Sent[]>([]);
  const [missing, setMissing] = useState(false);
  const client = useQueryClient();
  const send = useMutation({
    // One after the other, so that each has its own answer.
    mutationFn: async (emails: string[]) => {
      const done: Sent[] = [];
      for (const email of emails) done.push(await inviteOne(ws, email, role));
      return done;
    },
    onSuccess: (done) => {
      setSent((before) => [...before, ...done.filter(({ made }) => made)]);
      const failed = done.filter(({ error }) => error);
      setText(failed.map(({ email }) => email).join('\n'));
      return client.invalidateQueries({ queryKey: invitationsKey(ws) });
    },
  });
  const failed = send.data?.filter(({ error }) => error) ?? [];
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const emails = splitEmails(text);
    setMissing(emails.length === 0);
    if (emails.length > 0) send.mutate(emails);
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        {sent.length > 0 && <SentLinks sent={sent} />}
        <Textarea
          label="E-mail addresses"
          description="As many as you like, separated by commas or lines."
          size="xs"
          rows={3}
          data-autofocus
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          error={missing ? 'Give at least one address.' : undefined}
        />
        <RoleField role={role} onChange={setRole} />
        <FormAlert messages={failed.map(({ email, error }) => `${email}: ${error}.`)} />
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

async function inviteOne(ws: string, email: string, role: Role): Promise<Sent> {
  try {
    return { email, made: await invite(ws, email, role) };
  } catch (error) {
    const { detail, title, fields } = describeError(error);
    return { email, error: fields[0]?.detail || detail || title };
  }
}

/** The only time that the links are seen. */
function SentLinks({ sent }: { sent: Sent[] }) {
  return (
    <Notice isGood title={sent.length === 1 ? 'Invited' : `${sent.length} people are invited`}>
      <Stack gap="sm">
        <Text size="sm">
          Each link is good once and for three days, for that address alone. Hand it over: it is not shown
          again.
        </Text>
        <ul className={classes.links}>
          {sent.map(({ email, made }) => (
            <li key={made?.id}>
              <Text size="xs" fw={600}>
                {email}
              </Text>
              <CodeLine code={made?.link ?? ''} label={`Link for ${email}`} />
              <MailNote made={made} />
            </li>
          ))}
        </ul>
      </Stack>
    </Notice>
  );
}

function MailNote({ made }: { made: (InvitationCreated & { mail_error?: string }) | undefined }) {
  if (made?.mail_error) return <Text size="xs">It could not be sent by mail: {made.mail_error}.</Text>;
  if (made?.sent_at) return <Text size="xs">It was sent by mail, too.</Text>;
  return null;
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

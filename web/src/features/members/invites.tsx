import { NativeSelect, Stack, Text, Textarea } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { InvitationCreated, Role } from '~/api/client';
import { invitationsKey, invite } from '~/api/members';
import { describeError } from '~/api/problem';
import { CodeLine } from '~/components/CodeLine';
import { Notice } from '~/components/Notice';
import { ROLE_WORDS, ROLES } from '~/lib/roles';
import { splitList } from '~/lib/splitList';
import { formatDateTime, isoSeconds, zoneLabel } from '~/lib/time';
import { useZone } from '~/lib/useZone';
import classes from './Members.module.css';

/** Who is to be invited, as typed. */
export interface InviteDraft {
  emails: string;
  role: Role;
  hours: number;
}

export const NOBODY: InviteDraft = { emails: '', role: 'viewer', hours: 72 };

const ENDS = [
  { value: '24', label: '24 hours' },
  { value: '72', label: '3 days' },
  { value: '168', label: '7 days' },
  { value: '720', label: '30 days' },
];

export function RoleField({ role, onChange }: { role: Role; onChange: (role: Role) => void }) {
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

interface FieldsProps {
  draft: InviteDraft;
  onChange: (draft: InviteDraft) => void;
  error?: string;
  /** The first thing that is asked for. */
  isFirst?: boolean;
}

export function InviteFields({ draft, onChange, error, isFirst = true }: FieldsProps) {
  return (
    <>
      <Textarea
        label="E-mail addresses"
        description="As many as you like, separated by commas or lines."
        size="xs"
        rows={3}
        data-autofocus={isFirst || undefined}
        value={draft.emails}
        onChange={(event) => onChange({ ...draft, emails: event.currentTarget.value })}
        error={error}
      />
      <RoleField role={draft.role} onChange={(role) => onChange({ ...draft, role })} />
      <HoursField
        label="Links hold for"
        hours={draft.hours}
        onChange={(hours) => onChange({ ...draft, hours })}
      />
    </>
  );
}

interface HoursProps {
  label: string;
  hours: number;
  onChange: (hours: number) => void;
}

/** For how long a link holds. */
export function HoursField({ label, hours, onChange }: HoursProps) {
  return (
    <NativeSelect
      label={label}
      value={String(hours)}
      onChange={(event) => onChange(Number(event.currentTarget.value))}
      data={ENDS}
    />
  );
}

/** The choice next to how long an invitation held when it was made or sent last. */
export function hoursOf({
  created_at,
  expires_at,
}: Pick<InvitationCreated, 'created_at' | 'expires_at'>): number {
  const hours = (Date.parse(expires_at) - Date.parse(created_at)) / 3_600_000;
  const choices = ENDS.map(({ value }) => Number(value));
  return choices.find((choice) => choice >= hours) ?? NOBODY.hours;
}

export interface Sent {
  email: string;
  made?: InvitationCreated;
  error?: string;
}

async function inviteOne(ws: string, email: string, { role, hours }: InviteDraft): Promise<Sent> {
  try {
    return { email, made: await invite(ws, { email, role, expires_in_hours: hours }) };
  } catch (error) {
    const { detail, title, fields } = describeError(error);
    return { email, error: fields[0]?.detail || detail || title };
  }
}

/** One after the other, so that each has its own answer. */
export async function inviteAll(ws: string, draft: InviteDraft): Promise<Sent[]> {
  const done: Sent[] = [];
  for (const email of splitList(draft.emails)) done.push(await inviteOne(ws, email, draft));
  return done;
}

export const failedOf = (done: readonly Sent[]) => done.filter(({ error }) => error !== undefined);
export const messagesOf = (done: readonly Sent[]) =>
  failedOf(done).map(({ email, error }) => `${email}: ${error}.`);

/** Invites, keeps the links that were made, and gives back the addresses that did not work. */
export function useInvites(ws: string, onLeft: (emails: string) => void) {
  const [sent, setSent] = useState<Sent[]>([]);
  const client = useQueryClient();
  const send = useMutation({
    mutationFn: (draft: InviteDraft) => inviteAll(ws, draft),
    onSuccess: (done) => {
      setSent((before) => [...before, ...done.filter(({ made }) => made)]);
      onLeft(
        failedOf(done)
          .map(({ email }) => email)
          .join('\n'),
      );
      return client.invalidateQueries({ queryKey: invitationsKey(ws) });
    },
  });
  return { send, sent, failed: messagesOf(send.data ?? []) };
}

/** The only time that the links are seen. */
export function SentLinks({ sent }: { sent: Sent[] }) {
  const [zone] = useZone();
  const until = (iso: string) => `${formatDateTime(isoSeconds(iso), zone)} ${zoneLabel(zone)}`;
  return (
    <Notice kind="good" title={sent.length === 1 ? 'Invited' : `${sent.length} people are invited`}>
      <Stack gap="sm">
        <Text size="sm">
          Each link is good once, for that address alone. Hand it over: it is not shown again.
        </Text>
        <ul className={classes.links}>
          {sent.map(({ email, made }) => (
            <li key={made?.id}>
              <Text size="xs">
                <strong>{email}</strong>
                {made && `, until ${until(made.expires_at)}`}
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

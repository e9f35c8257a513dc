import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, type ReactNode, useState } from 'react';
import { signIn, signOut } from '~/api/account';
import type { InvitationOffer, Session } from '~/api/client';
import { acceptInvitation, lookUpInvitation, registerByInvitation } from '~/api/invitations';
import { signedIn } from '~/api/needs';
import { describeError } from '~/api/problem';
import { sessionQuery } from '~/api/session';
import { LinkButton } from '~/components/LinkButton';
import { PasswordField } from '~/components/PasswordField';
import { asSentence, FormAlert, formProblems } from '~/components/Problem';
import { SkeletonRows } from '~/components/States';
import { basePath } from '~/lib/base';
import { ROLE_WORDS } from '~/lib/roles';
import { tellTabs } from '~/lib/tabs';
import { formatDateTime, isoSeconds, zoneLabel } from '~/lib/time';
import { toastDone } from '~/lib/toast';
import { useTitle } from '~/lib/useTitle';
import { useZone } from '~/lib/useZone';
import classes from './Account.module.css';
import { GatePage } from './GatePage';
import { LoginForm } from './LoginForm';
import { PASSWORD_HINT } from './PasswordForm';

/** Where the link of an invitation leads. Its token stands behind "#" and never leaves the browser but in the path of the API. */
export function InvitePage() {
  const [token] = useState(() => window.location.hash.slice(1));
  useTitle('Invitation');
  const offer = useQuery({
    queryKey: ['invitation', token],
    queryFn: ({ signal }) => lookUpInvitation(token, signal),
    enabled: token !== '',
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
  // Not signed in is an answer, too.
  const session = useQuery({ ...sessionQuery, retry: false });
  const isKnown = !session.isPending;
  return (
    <GatePage title="Invitation">
      {token === '' || offer.isError ? (
        <NoOffer error={offer.error} />
      ) : offer.isPending || !isKnown ? (
        <SkeletonRows rows={4} />
      ) : (
        <Offer token={token} offer={offer.data} session={session.data} />
      )}
    </GatePage>
  );
}

/** The server does not tell what is wrong with a link: whoever tries some learns nothing. */
function NoOffer({ error }: { error: unknown }) {
  const { status, title, detail } = describeError(error);
  const isGone = !error || status === 404;
  return (
    <Stack gap="md">
      {isGone ? (
        <>
          <strong>This invitation does not hold any more</strong>
          <Text size="sm" c="dimmed">
            It was used already, was taken back, or has ended; or a part of the link is missing. Ask whoever
            sent it for another one. If you used it, sign in.
          </Text>
        </>
      ) : (
        <FormAlert messages={[asSentence(detail || title)]} />
      )}
      <Button component="a" href={`${basePath}login`} variant="default">
        Sign in
      </Button>
    </Stack>
  );
}

interface OfferProps {
  token: string;
  offer: InvitationOffer;
  session: Session | undefined;
}

const isSame = (a: string, b: string) => a.toLowerCase() === b.toLowerCase();

function Offer({ token, offer, session }: OfferProps) {
  const [zone] = useZone();
  return (
    <Stack gap="md">
      <Text size="sm">
        {offer.invited_by} invited <strong>{offer.email}</strong> to <strong>{offer.workspace_name}</strong>{' '}
        as <strong>{offer.role}</strong>.
      </Text>
      <Text size="xs" c="dimmed">
        {ROLE_WORDS[offer.role]} The invitation holds until{' '}
        {formatDateTime(isoSeconds(offer.expires_at), zone)} {zoneLabel(zone)}.
      </Text>
      {session ? (
        isSame(session.user.email, offer.email) ? (
          <Accept token={token} />
        ) : (
          <OtherPerson email={session.user.email} hasLogin={session.auth_mode !== 'none'} />
        )
      ) : (
        <Newcomer token={token} offer={offer} />
      )}
    </Stack>
  );
}

/** Joins, and goes to the workspace. The link is used up then, so it is not kept in the history. */
function useJoin(token: string) {
  const client = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: () => acceptInvitation(token),
    onSuccess: ({ workspace_id }) => enter(workspace_id),
  });

  async function enter(ws: string) {
    await client.fetchQuery({ ...sessionQuery, staleTime: 0 });
    await navigate({ to: '/w/$ws/chart', params: { ws }, replace: true });
  }
}

function Accept({ token }: { token: string }) {
  const join = useJoin(token);
  const { rest } = formProblems(join.error, []);
  return (
    <>
      <FormAlert messages={rest} />
      <Button size="sm" fullWidth loading={join.isPending} onClick={() => join.mutate()}>
        Join the workspace
      </Button>
    </>
  );
}

function OtherPerson({ email, hasLogin }: { email: string; hasLogin: boolean }) {
  const out = useMutation({
    mutationFn: async () => {
      signedIn.set('');
      await signOut();
    },
    onSuccess: () => {
      tellTabs('');
      window.location.reload();
    },
  });
  return (
    <>
      <FormAlert messages={[`You are signed in as ${email}, but it was sent to another e-mail address.`]} />
      <Group>
        {hasLogin && (
          <Button loading={out.isPending} onClick={() => out.mutate()}>
            Sign out and go on
          </Button>
        )}
        <LinkButton to="/" variant="default">
          Leave it
        </LinkButton>
      </Group>
    </>
  );
}

/** A new account, or the one that this e-mail has already. */
function Newcomer({ token, offer }: { token: string; offer: InvitationOffer }) {
  const [hasAccount, setHasAccount] = useState(false);
  const client = useQueryClient();
  const join = useJoin(token);
  const { rest } = formProblems(join.error, []);
  if (!hasAccount)
    return (
      <Register token={token} offer={offer} onTaken={() => setHasAccount(true)}>
        <Switch onClick={() => setHasAccount(true)}>I have an account here already</Switch>
      </Register>
    );
  return (
    <>
      <LoginForm
        email={offer.email}
        onDone={(session) => {
          client.setQueryData(sessionQuery.queryKey, session);
          tellTabs(session.user.id);
          join.mutate();
        }}
      />
      <FormAlert messages={rest} />
      <Switch onClick={() => setHasAccount(false)}>I am new here</Switch>
    </>
  );
}

function Switch({ onClick, children }: { onClick: () => void; children: ReactNode }) {
  return (
    <button type="button" className={classes.link} onClick={onClick}>
      {children}
    </button>
  );
}

interface RegisterProps {
  token: string;
  offer: InvitationOffer;
  onTaken: () => void;
  children: ReactNode;
}

function Register({ token, offer, onTaken, children }: RegisterProps) {
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const client = useQueryClient();
  const navigate = useNavigate();
  const register = useMutation({
    mutationFn: async () => {
      const joined = await registerByInvitation(token, { password, display_name: name.trim() || undefined });
      const session = await signIn({ email: offer.email, password });
      return { joined, session };
    },
    onSuccess: async ({ joined, session }) => {
      client.setQueryData(sessionQuery.queryKey, session);
      tellTabs(session.user.id);
      toastDone(`Welcome to ${joined.workspace_name}.`);
      await navigate({ to: '/w/$ws/chart', params: { ws: joined.workspace_id }, replace: true });
    },
    onError: (error) => {
      if (describeError(error).code === 'email_taken') onTaken();
    },
  });
  const { byField, rest } = formProblems(register.error, ['password', 'display_name']);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    register.mutate();
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <TextInput
          label="Your name"
          description="As others in the workspace see you."
          size="sm"
          name="name"
          autoComplete="name"
          maxLength={120}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={byField.display_name}
        />
        <input type="hidden" name="username" autoComplete="username" value={offer.email} readOnly />
        <PasswordField
          label="A password"
          description={PASSWORD_HINT}
          size="sm"
          autoComplete="new-password"
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          error={byField.password}
        />
        <FormAlert messages={rest} />
        <Button type="submit" size="sm" fullWidth loading={register.isPending}>
          Create account and join
        </Button>
        {children}
      </Stack>
    </form>
  );
}

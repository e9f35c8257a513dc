import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { type UseMutationResult, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
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
        <Offer token={token} offer={offer.data} session={session.data} lookAgain={offer.refetch} />
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
  lookAgain: () => Promise<unknown>;
}

function Offer({ token, offer, session, lookAgain }: OfferProps) {
  const [zone] = useZone();
  const join = useJoin(token, lookAgain);
  return (
    <Stack gap="md">
      <Text size="sm">
        {offer.invited_by} invited you to <strong>{offer.workspace_name}</strong> as{' '}
        <strong>{offer.role}</strong>.
      </Text>
      <Text size="xs" c="dimmed">
        {ROLE_WORDS[offer.role]} The invitation holds until{' '}
        {formatDateTime(isoSeconds(offer.expires_at), zone)} {zoneLabel(zone)}.
      </Text>
      {!session ? (
        <Newcomer token={token} join={join} lookAgain={lookAgain} />
      ) : isForAnother(join.error) ? (
        <OtherPerson email={session.user.email} hasLogin={session.auth_mode !== 'none'} />
      ) : (
        <Accept email={session.user.email} join={join} />
      )}
    </Stack>
  );
}

/** To whom a link was sent is not told. One that is still there, and not for this account, is for another. */
const isForAnother = (error: unknown): boolean => error !== null && describeError(error).status === 404;

type Join = UseMutationResult<unknown, Error, void>;

/** Joins, and goes to the workspace. The link is used up then, so it is not kept in the history. */
function useJoin(token: string, lookAgain: () => Promise<unknown>) {
  const client = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: () => acceptInvitation(token),
    onSuccess: ({ workspace_id }) => enter(workspace_id),
    onError: (error) => (isForAnother(error) ? lookAgain() : undefined),
  });

  async function enter(ws: string) {
    await client.fetchQuery({ ...sessionQuery, staleTime: 0 });
    await navigate({ to: '/w/$ws/chart', params: { ws }, replace: true });
  }
}

function Accept({ email, join }: { email: string; join: Join }) {
  const { rest } = formProblems(join.error, []);
  return (
    <>
      <Text size="sm">You are signed in as {email}.</Text>
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
      <FormAlert
        messages={[`You are signed in as ${email}, but the invitation was sent to another e-mail address.`]}
      />
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

interface NewcomerProps {
  token: string;
  join: Join;
  lookAgain: () => Promise<unknown>;
}

/** A new account, or the one that this e-mail has already. */
function Newcomer({ token, join, lookAgain }: NewcomerProps) {
  const [hasAccount, setHasAccount] = useState(false);
  const [taken, setTaken] = useState<string>();
  const client = useQueryClient();
  if (!hasAccount)
    return (
      <Register
        token={token}
        lookAgain={lookAgain}
        onTaken={(email) => {
          setTaken(email);
          setHasAccount(true);
        }}
      >
        <Switch onClick={() => setHasAccount(true)}>I have an account here already</Switch>
      </Register>
    );
  return (
    <>
      <LoginForm
        email={taken}
        onDone={(session) => {
          client.setQueryData(sessionQuery.queryKey, session);
          tellTabs(session.user.id);
          join.mutate();
        }}
      />
      <Switch
        onClick={() => {
          setTaken(undefined);
          setHasAccount(false);
        }}
      >
        I am new here
      </Switch>
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
  lookAgain: () => Promise<unknown>;
  onTaken: (email: string) => void;
  children: ReactNode;
}

function Register({ token, lookAgain, onTaken, children }: RegisterProps) {
  const [email, setEmail] = useState('');
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const client = useQueryClient();
  const navigate = useNavigate();
  const register = useMutation({
    mutationFn: async () => {
      const account = { email: email.trim(), password, display_name: name.trim() || undefined };
      const joined = await registerByInvitation(token, account);
      const session = await signIn({ email: account.email, password });
      return { joined, session };
    },
    onSuccess: async ({ joined, session }) => {
      client.setQueryData(sessionQuery.queryKey, session);
      tellTabs(session.user.id);
      toastDone(`Welcome to ${joined.workspace_name}.`);
      await navigate({ to: '/w/$ws/chart', params: { ws: joined.workspace_id }, replace: true });
    },
    onError: async (error) => {
      if (describeError(error).code === 'email_taken') onTaken(email.trim());
      if (isForAnother(error)) await lookAgain();
    },
  });
  const isOther = isForAnother(register.error);
  const { byField, rest } = formProblems(register.error, ['email', 'password', 'display_name']);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    register.mutate();
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <TextInput
          label="Your e-mail"
          description="The address that the invitation was sent to."
          size="sm"
          type="email"
          name="email"
          autoComplete="username"
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
          error={isOther ? 'The invitation was sent to another address than this one.' : byField.email}
        />
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
        <PasswordField
          label="A password"
          description={PASSWORD_HINT}
          size="sm"
          autoComplete="new-password"
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          error={byField.password}
        />
        {!isOther && <FormAlert messages={rest} />}
        <Button type="submit" size="sm" fullWidth loading={register.isPending}>
          Create account and join
        </Button>
        {children}
      </Stack>
    </form>
  );
}

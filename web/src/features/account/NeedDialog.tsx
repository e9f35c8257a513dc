import { Button, Group, Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { provePassword } from '~/api/account';
import { type Need, settleNeed, signedIn } from '~/api/needs';
import { describeError } from '~/api/problem';
import { sessionQuery } from '~/api/session';
import { Dialog } from '~/components/Dialog';
import { PasswordField } from '~/components/PasswordField';
import { asSentence, FormAlert } from '~/components/Problem';
import { tellTabs } from '~/lib/tabs';
import { toastDone } from '~/lib/toast';
import { useCountdown } from '~/lib/useCountdown';
import classes from './Account.module.css';
import { AuthenticatorSetupPanel } from './AuthenticatorSetup';
import { LoginForm } from './LoginForm';
import { leave } from './leave';
import { PasswordForm } from './PasswordForm';

const TITLES: Record<Need, string> = {
  'sign-in': 'Your session has ended',
  password: 'Choose a password of your own',
  authenticator: 'Set up an authenticator',
  proof: 'Confirm that it is you',
};

/** Above every other dialog: what stands behind it waits for this. */
export function NeedDialog({ need }: { need: Need }) {
  const giveUp = () => settleNeed(need, false);
  return (
    <Dialog
      opened
      title={TITLES[need]}
      onClose={giveUp}
      isForced={need !== 'proof'}
      size={need === 'authenticator' ? 'lg' : 'sm'}
      zIndex={300}
    >
      {need === 'sign-in' && <SignInAgain />}
      {need === 'password' && <OwnPassword />}
      {need === 'authenticator' && <OwnAuthenticator />}
      {need === 'proof' && <Proof onCancel={giveUp} />}
    </Dialog>
  );
}

function SignInAgain() {
  const client = useQueryClient();
  const { user } = client.getQueryData(sessionQuery.queryKey) ?? {};
  return (
    <Stack gap="md">
      <Text size="sm">Sign in again to go on where you were. What you have typed is still there.</Text>
      <LoginForm
        email={user?.email}
        onDone={(session) => {
          const isOther = session.user.id !== user?.id;
          tellTabs(session.user.id);
          if (isOther) return window.location.reload();
          client.setQueryData(sessionQuery.queryKey, session);
          settleNeed('sign-in', true);
        }}
      />
      <Text size="xs" c="dimmed">
        Not {user?.display_name ?? 'you'}?{' '}
        <button type="button" className={classes.link} onClick={() => leave(false)}>
          Sign in as somebody else
        </button>{' '}
        (what was typed here is lost).
      </Text>
    </Stack>
  );
}

function OwnPassword() {
  const client = useQueryClient();
  return (
    <Stack gap="md">
      <Text size="sm">
        Your password was given to you by somebody else. This server wants you to choose one that only you
        know.
      </Text>
      <PasswordForm
        onDone={async () => {
          settleNeed('password', true);
          await client.invalidateQueries({ queryKey: sessionQuery.queryKey });
          toastDone('Your password was changed.');
        }}
      />
    </Stack>
  );
}

function OwnAuthenticator() {
  const client = useQueryClient();
  return (
    <Stack gap="md">
      <Text size="sm">This server wants a second step at signing in: a code of an authenticator app.</Text>
      <AuthenticatorSetupPanel
        onDone={async () => {
          settleNeed('authenticator', true);
          await client.invalidateQueries();
        }}
      />
    </Stack>
  );
}

function Proof({ onCancel }: { onCancel: () => void }) {
  const { data: session } = useQuery({ ...sessionQuery, enabled: false });
  const [password, setPassword] = useState('');
  const [until_ms, setUntil] = useState<number>();
  const wait_s = useCountdown(until_ms);
  const user = signedIn.get();
  const prove = useMutation({
    mutationFn: () => provePassword(password),
    onSuccess: () => settleNeed('proof', true),
    onError: (error) => {
      const { status, retryAfter_s } = describeError(error);
      if (status === 429) setUntil(Date.now() + retryAfter_s * 1000);
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (wait_s === 0) prove.mutate();
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <Text size="sm">This changes something important. Give your password once more.</Text>
        <input
          type="hidden"
          name="username"
          autoComplete="username"
          value={session?.user.email ?? user}
          readOnly
        />
        <PasswordField
          label="Password"
          autoComplete="current-password"
          data-autofocus
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        <FormAlert messages={proofTrouble(prove.error, wait_s)} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onCancel}>
            Cancel
          </Button>
          <Button type="submit" loading={prove.isPending} data-disabled={wait_s > 0 || undefined}>
            Confirm
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function proofTrouble(error: unknown, wait_s: number): string[] {
  if (!error) return [];
  const { status, title, detail } = describeError(error);
  if (status !== 429) return [asSentence(detail || title)];
  return [wait_s > 0 ? `Too many tries. Try again in ${wait_s} s.` : 'You can try again now.'];
}

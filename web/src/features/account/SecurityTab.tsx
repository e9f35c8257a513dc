import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { authenticatorQuery, removeAuthenticator } from '~/api/account';
import type { Authenticator } from '~/api/client';
import { describeError } from '~/api/problem';
import { sessionQuery } from '~/api/session';
import { Dialog } from '~/components/Dialog';
import { PasswordField } from '~/components/PasswordField';
import { FormAlert, formProblems } from '~/components/Problem';
import { ErrorState, SkeletonRows } from '~/components/States';
import { formatDate, isoSeconds } from '~/lib/time';
import { toastDone } from '~/lib/toast';
import { useZone } from '~/lib/useZone';
import type { TabProps } from './AccountPage';
import { AuthenticatorSetupPanel } from './AuthenticatorSetup';
import { PasswordForm } from './PasswordForm';
import classes from './Settings.module.css';

export function SecurityTab({ session: { user } }: TabProps) {
  const client = useQueryClient();
  return (
    <>
      <section className={classes.card}>
        <h2>Password</h2>
        <p className={classes.note}>All your other sessions end when you change it.</p>
        <input type="hidden" name="username" autoComplete="username" value={user.email} readOnly />
        <PasswordForm
          onDone={async () => {
            toastDone('Your password was changed. All your other sessions have ended.');
            await client.invalidateQueries({ queryKey: sessionQuery.queryKey });
          }}
        />
      </section>
      <section className={classes.card}>
        <h2>Second step</h2>
        <SecondStep />
      </section>
    </>
  );
}

function SecondStep() {
  const state = useQuery(authenticatorQuery);
  const [setting, setSetting] = useState(false);
  const client = useQueryClient();
  const done = async () => {
    await client.invalidateQueries({ queryKey: authenticatorQuery.queryKey, exact: true });
    setSetting(false);
  };
  if (setting)
    return <AuthenticatorSetupPanel onDone={() => void done()} onCancel={() => setSetting(false)} />;
  if (state.isPending) return <SkeletonRows rows={2} />;
  if (state.isError) return <ErrorState error={state.error} onRetry={() => void state.refetch()} />;
  if (state.data.is_enabled) return <Enabled state={state.data} onRemoved={() => void done()} />;
  return (
    <>
      <p className={classes.note}>
        With an authenticator app nobody signs in with your password alone: a code that changes every half
        minute is asked for as well.
      </p>
      <div>
        <Button variant="default" onClick={() => setSetting(true)}>
          Set up an authenticator…
        </Button>
      </div>
    </>
  );
}

function Enabled({ state, onRemoved }: { state: Authenticator; onRemoved: () => void }) {
  const [removing, setRemoving] = useState(false);
  const [zone] = useZone();
  const left = state.recovery_codes_left;
  return (
    <>
      <p className={classes.note}>
        <span className={classes.tag}>On</span> An authenticator was set up
        {state.confirmed_at && ` on ${formatDate(isoSeconds(state.confirmed_at), zone)}`}.{' '}
        {left === 1 ? 'One recovery code is' : `${left} recovery codes are`} left
        {left < 3 && ': for new ones, remove the authenticator and set it up again'}.
      </p>
      <div>
        <Button color="red" variant="light" onClick={() => setRemoving(true)}>
          Remove the authenticator…
        </Button>
      </div>
      <Dialog opened={removing} onClose={() => setRemoving(false)} title="Remove the authenticator?">
        <RemoveForm onClose={() => setRemoving(false)} onRemoved={onRemoved} />
      </Dialog>
    </>
  );
}

function RemoveForm({ onClose, onRemoved }: { onClose: () => void; onRemoved: () => void }) {
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const remove = useMutation({
    mutationFn: () => removeAuthenticator({ password, code: code.replace(/\s/g, '') }),
    onSuccess: () => {
      toastDone('The authenticator was removed: your password alone signs you in.');
      onRemoved();
    },
  });
  const reason = remove.error ? describeError(remove.error).code : '';
  const { byField, rest } = formProblems(remove.error, ['password', 'code']);
  const isPlaced = reason === 'wrong_password' || reason === 'wrong_code';
  const submit = (event: FormEvent) => {
    event.preventDefault();
    remove.mutate();
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <Text size="sm">From then on your password alone signs you in.</Text>
        <PasswordField
          label="Password"
          autoComplete="current-password"
          data-autofocus
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          error={reason === 'wrong_password' ? 'That is not your password.' : byField.password}
        />
        <TextInput
          label="One-time code"
          description="Or a recovery code."
          autoComplete="one-time-code"
          maxLength={40}
          value={code}
          onChange={(event) => setCode(event.currentTarget.value)}
          error={
            reason === 'wrong_code'
              ? 'The code is wrong, or was used already. Wait for the next one.'
              : byField.code
          }
        />
        <FormAlert messages={isPlaced ? [] : rest} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Keep it
          </Button>
          <Button type="submit" color="red" loading={remove.isPending}>
            Remove
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

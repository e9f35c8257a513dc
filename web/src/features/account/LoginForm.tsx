import { Button, Stack, Text, TextInput } from '@mantine/core';
import { type FormEvent, useRef, useState } from 'react';
import { signIn } from '~/api/account';
import type { Credentials, Session } from '~/api/client';
import { describeError } from '~/api/problem';
import { PasswordField } from '~/components/PasswordField';
import { asSentence, FormAlert } from '~/components/Problem';
import { useCountdown } from '~/lib/useCountdown';
import { useSending } from '~/lib/useSending';
import classes from './Account.module.css';

interface Props {
  /** Whose session has ended: only they can go on with it. */
  email?: string;
  onDone: (session: Session) => void;
}

/** Signing in, with a code of the authenticator as a second step where the account has one. */
export function LoginForm({ email: fixed, onDone }: Props) {
  const [email, setEmail] = useState(fixed ?? '');
  const [password, setPassword] = useState('');
  const [otp, setOtp] = useState('');
  const [remember, setRemember] = useState(false);
  const [asksOtp, setAsksOtp] = useState(false);
  const [submitted, setSubmitted] = useState(false);
  const [until_ms, setUntil] = useState<number>();
  const form = useRef<HTMLFormElement>(null);
  const wait_s = useCountdown(until_ms);

  const login = useSending((credentials: Credentials) => signIn(credentials), {
    onDone,
    onFailed: (error) => {
      const { code, status, retryAfter_s } = describeError(error);
      if (code === 'otp_required') {
        setAsksOtp(true);
        setSubmitted(false);
      }
      if (code === 'wrong_credentials' && asksOtp) setAsksOtp(false);
      if (status === 429) setUntil(Date.now() + retryAfter_s * 1000);
      setOtp('');
    },
  });

  const submit = (event: FormEvent) => {
    event.preventDefault();
    setSubmitted(true);
    const empty = [...(form.current?.querySelectorAll('input') ?? [])].find(({ value }) => value === '');
    if (empty) return empty.focus();
    if (wait_s === 0)
      login.send({
        email: email.trim(),
        password,
        otp: asksOtp ? otp.replace(/\s/g, '') : undefined,
        remember,
      });
  };

  return (
    <form ref={form} onSubmit={submit} noValidate>
      <Stack gap="md">
        <TextInput
          label="E-mail"
          type="email"
          name="email"
          size="sm"
          autoComplete="username"
          autoFocus={fixed === undefined}
          data-autofocus={fixed === undefined || undefined}
          readOnly={fixed !== undefined}
          error={submitted && email === '' ? 'Your e-mail address is missing.' : undefined}
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
        />
        <PasswordField
          label="Password"
          name="password"
          size="sm"
          autoComplete="current-password"
          data-autofocus={fixed !== undefined || undefined}
          error={submitted && password === '' ? 'The password is missing.' : undefined}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        {asksOtp && (
          <TextInput
            label="One-time code"
            description="Of your authenticator app; a recovery code does as well."
            name="otp"
            size="sm"
            autoComplete="one-time-code"
            inputMode="text"
            autoFocus
            maxLength={40}
            error={submitted && otp === '' && !login.isPending ? 'The code is missing.' : undefined}
            value={otp}
            onChange={(event) => setOtp(event.currentTarget.value)}
          />
        )}
        <label className={classes.check}>
          <input
            type="checkbox"
            checked={remember}
            onChange={(event) => setRemember(event.currentTarget.checked)}
          />
          Stay signed in for 30 days
        </label>
        <Trouble error={login.error} asksOtp={asksOtp} wait_s={wait_s} />
        <Button
          type="submit"
          size="sm"
          fullWidth
          loading={login.isPending}
          data-disabled={wait_s > 0 || undefined}
        >
          {asksOtp ? 'Confirm' : 'Sign in'}
        </Button>
        {asksOtp && (
          <Text size="xs" c="dimmed">
            The password is right. This account has a second step.
          </Text>
        )}
      </Stack>
    </form>
  );
}

interface TroubleProps {
  error: unknown;
  asksOtp: boolean;
  wait_s: number;
}

/** Why it did not work: never whether there is such an account. */
function Trouble({ error, asksOtp, wait_s }: TroubleProps) {
  if (!error) return null;
  const problem = describeError(error);
  if (problem.status === 429) return <FormAlert messages={[throttled(problem.code, wait_s)]} />;
  if (problem.code === 'otp_required') return null;
  if (problem.code === 'wrong_credentials' || (problem.status === 422 && !asksOtp))
    return <FormAlert messages={['E-mail or password is wrong.']} />;
  return <FormAlert messages={[asSentence(problem.detail || problem.title)]} />;
}

/** By whom too much was tried: this account or address, or the whole server, which is no fault of who reads it. */
function throttled(code: string, wait_s: number): string {
  if (wait_s === 0) return 'You can try again now.';
  if (code !== 'only_known_browsers') return `Too many tries. Try again in ${wait_s} s.`;
  return (
    'Somebody is guessing passwords on this server, so for a moment only browsers that were signed in here before ' +
    `may sign in. Try again in ${wait_s} s.`
  );
}

import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { type FormEvent, useMemo, useState } from 'react';
import { beginAuthenticator, confirmAuthenticator } from '~/api/account';
import { CodeLine } from '~/components/CodeLine';
import { CopyButton } from '~/components/CopyButton';
import { FormAlert, formProblems } from '~/components/Problem';
import { ErrorState, SkeletonBlock } from '~/components/States';
import classes from './Account.module.css';
import { qrPath } from './qr';

interface Props {
  onDone: () => void;
  onCancel?: () => void;
}

/** From the secret to a confirmed authenticator with its recovery codes, which are shown once. */
export function AuthenticatorSetupPanel({ onDone, onCancel }: Props) {
  const setup = useQuery({
    queryKey: ['account', 'authenticator', 'setup'],
    queryFn: beginAuthenticator,
    // Each asking makes another secret.
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    retry: false,
  });
  const [codes, setCodes] = useState<string[]>();
  if (codes) return <RecoveryCodes codes={codes} onDone={onDone} />;
  if (setup.isPending) return <SkeletonBlock height={200} />;
  if (setup.isError) return <ErrorState error={setup.error} onRetry={() => void setup.refetch()} />;
  return <Confirm setup={setup.data} onConfirmed={setCodes} onCancel={onCancel} />;
}

interface ConfirmProps {
  setup: { secret: string; uri: string };
  onConfirmed: (codes: string[]) => void;
  onCancel?: () => void;
}

function Confirm({ setup, onConfirmed, onCancel }: ConfirmProps) {
  const [code, setCode] = useState('');
  const confirm = useMutation({
    mutationFn: () => confirmAuthenticator(code.replace(/\s/g, '')),
    onSuccess: onConfirmed,
  });
  const { byField, rest } = formProblems(confirm.error, ['code']);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    confirm.mutate();
  };
  return (
    <form onSubmit={submit} noValidate>
      <div className={classes.setup}>
        <QrCode text={setup.uri} />
        <Stack gap="md">
          <Text size="sm">
            Scan this with an authenticator app, or type the secret into it. Then give the code that it shows.
          </Text>
          <CodeLine code={setup.secret.replace(/(.{4})(?=.)/g, '$1 ')} label="Secret" />
          <TextInput
            label="Code of the app"
            autoComplete="one-time-code"
            inputMode="numeric"
            maxLength={10}
            value={code}
            onChange={(event) => setCode(event.currentTarget.value)}
            error={byField.code}
          />
          <FormAlert messages={rest} />
          <Group>
            <Button type="submit" loading={confirm.isPending}>
              Confirm
            </Button>
            {onCancel && (
              <Button variant="default" onClick={onCancel}>
                Cancel
              </Button>
            )}
          </Group>
        </Stack>
      </div>
    </form>
  );
}

/** Dark on white in both themes: that is what cameras read. */
function QrCode({ text }: { text: string }) {
  const { path, side } = useMemo(() => qrPath(text), [text]);
  return (
    <svg className={classes.qr} viewBox={`0 0 ${side} ${side}`} role="img" aria-label="QR code of the secret">
      <rect width={side} height={side} fill="#ffffff" />
      <path d={path} fill="#000000" shapeRendering="crispEdges" />
    </svg>
  );
}

function RecoveryCodes({ codes, onDone }: { codes: string[]; onDone: () => void }) {
  return (
    <Stack gap="md">
      <Text size="sm">
        The authenticator is set up. Keep these recovery codes where you find them without your phone: each
        signs you in once in place of a code. They are not shown again.
      </Text>
      <ul className={classes.codes} aria-label="Recovery codes">
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ul>
      <Group>
        <Button onClick={onDone}>I have kept them</Button>
        <Text size="xs" c="dimmed">
          Copy all <CopyButton text={codes.join('\n')} label="Copy recovery codes" />
        </Text>
      </Group>
    </Stack>
  );
}

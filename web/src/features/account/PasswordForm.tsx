import { Button, Group, Stack } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, type ReactNode, useState } from 'react';
import { changePassword } from '~/api/account';
import { describeError } from '~/api/problem';
import { PasswordField } from '~/components/PasswordField';
import { FormAlert, formProblems } from '~/components/Problem';

export const PASSWORD_HINT = 'At least 12 characters, any of them: a few words are good.';

interface Props {
  onDone: () => void;
  /** Beside the button. */
  children?: ReactNode;
}

/** Another password for oneself. All other sessions end with it. */
export function PasswordForm({ onDone, children }: Props) {
  const [current, setCurrent] = useState('');
  const [wanted, setWanted] = useState('');
  const change = useMutation({
    mutationFn: () => changePassword({ current_password: current, new_password: wanted }),
    onSuccess: () => {
      setCurrent('');
      setWanted('');
      onDone();
    },
  });
  const isWrong = change.error && describeError(change.error).code === 'wrong_password';
  const { byField, rest } = formProblems(change.error, ['current_password', 'new_password']);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    change.mutate();
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md" maw={420}>
        <PasswordField
          label="Current password"
          autoComplete="current-password"
          data-autofocus
          value={current}
          onChange={(event) => setCurrent(event.currentTarget.value)}
          error={isWrong ? 'That is not your password.' : byField.current_password}
        />
        <PasswordField
          label="New password"
          description={PASSWORD_HINT}
          autoComplete="new-password"
          value={wanted}
          onChange={(event) => setWanted(event.currentTarget.value)}
          error={byField.new_password}
        />
        <FormAlert messages={isWrong ? [] : rest} />
        <Group>
          <Button type="submit" loading={change.isPending}>
            Change password
          </Button>
          {children}
        </Group>
      </Stack>
    </form>
  );
}

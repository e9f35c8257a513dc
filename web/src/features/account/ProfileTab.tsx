import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { rename } from '~/api/account';
import { sessionQuery } from '~/api/session';
import { FormAlert, formProblems } from '~/components/Problem';
import { toastDone } from '~/lib/toast';
import type { TabProps } from './AccountPage';
import classes from './Settings.module.css';

export function ProfileTab({ session: { user } }: TabProps) {
  const [name, setName] = useState(user.display_name);
  const client = useQueryClient();
  const save = useMutation({
    mutationFn: () => rename(name.trim()),
    onSuccess: (session) => {
      client.setQueryData(sessionQuery.queryKey, session);
      setName(session.user.display_name);
      toastDone('Your name was saved.');
    },
  });
  const { byField, rest } = formProblems(save.error, ['display_name']);
  const changed = name.trim() !== user.display_name;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (changed) save.mutate();
  };
  return (
    <form className={classes.card} onSubmit={submit} noValidate>
      <h2>Profile</h2>
      <Stack gap="md" maw={420}>
        <TextInput
          label="Name"
          description="As others in your workspaces see you."
          autoComplete="name"
          maxLength={120}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={byField.display_name}
        />
        <TextInput
          label="E-mail"
          description="What you sign in with. It cannot be changed here."
          readOnly
          value={user.email}
        />
        <FormAlert messages={rest} />
        <Group>
          <Button type="submit" loading={save.isPending}>
            Save
          </Button>
          <Text size="xs" c="dimmed">
            {changed ? 'There are unsaved changes.' : 'Saved.'}
          </Text>
        </Group>
      </Stack>
    </form>
  );
}

import { Alert, Button, Group, Stack, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { describeError, mapFieldProblems } from '~/api/problem';
import { createWorkspace, sessionQuery } from '~/api/session';
import { Dialog } from '~/components/Dialog';
import { toastDone } from '~/lib/toast';

interface Props {
  opened: boolean;
  onClose: () => void;
}

export function CreateWorkspaceDialog({ opened, onClose }: Props) {
  return (
    <Dialog opened={opened} onClose={onClose} title="Create workspace">
      <CreateForm onClose={onClose} />
    </Dialog>
  );
}

function CreateForm({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState('');
  const [quote, setQuote] = useState('USDT');
  const queryClient = useQueryClient();
  const navigate = useNavigate();

  const create = useMutation({
    mutationFn: () => createWorkspace({ name: name.trim(), default_quote_asset: quote.trim().toUpperCase() }),
    onSuccess: async (workspace) => {
      await queryClient.invalidateQueries({ queryKey: sessionQuery.queryKey });
      onClose();
      toastDone(`Workspace “${workspace.name}” was created.`);
      await navigate({ to: '/w/$ws/chart', params: { ws: workspace.id } });
    },
  });

  const problem = create.error ? describeError(create.error) : undefined;
  const { byField, rest } = mapFieldProblems(problem?.fields ?? [], (field) => field in FIELDS);
  const message = problem && Object.keys(byField).length === 0 ? [problem.detail || problem.title] : rest;

  const submit = (event: FormEvent) => {
    event.preventDefault();
    create.mutate();
  };

  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <TextInput
          label="Name"
          description="Backtests of one workspace are not seen in another."
          data-autofocus
          maxLength={120}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={byField.name}
        />
        <TextInput
          label="Quote asset"
          description="What prices are in, such as USDT or BTC."
          maxLength={20}
          value={quote}
          onChange={(event) => setQuote(event.currentTarget.value)}
          error={byField.default_quote_asset}
        />
        {message.length > 0 && (
          <Alert color="red" variant="light">
            {message.join(' ')}
          </Alert>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={create.isPending}>
            Create workspace
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

const FIELDS = { name: true, default_quote_asset: true };

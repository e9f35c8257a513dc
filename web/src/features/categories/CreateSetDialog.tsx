import { Button, Group, SegmentedControl, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { categorySetsKey, createCategorySet, createCategorySetOfYaml } from '~/api/categorySets';
import { Dialog } from '~/components/Dialog';
import { FormAlert, formProblems } from '~/components/Problem';
import { toastDone } from '~/lib/toast';
import { FileField } from './FileField';

interface Props {
  ws: string;
  opened: boolean;
  onClose: () => void;
}

export function CreateSetDialog({ ws, opened, onClose }: Props) {
  return (
    <Dialog opened={opened} onClose={onClose} title="New category set">
      <CreateForm ws={ws} onClose={onClose} />
    </Dialog>
  );
}

const WAYS = {
  copy: { label: 'Copy', text: 'Begins with the categories of the server’s file as they are now.' },
  empty: { label: 'Empty', text: 'Begins without categories.' },
  file: {
    label: 'YAML file',
    text: 'Begins with a file as it can be downloaded here, or the server reads it.',
  },
};
type Way = keyof typeof WAYS;

function CreateForm({ ws, onClose }: Omit<Props, 'opened'>) {
  const [name, setName] = useState('');
  const [way, setWay] = useState<Way>('copy');
  const [file, setFile] = useState<File>();
  const [missing, setMissing] = useState(false);
  const client = useQueryClient();
  const navigate = useNavigate();
  const create = useMutation({
    mutationFn: async () => {
      const called = name.trim();
      if (way === 'file') return createCategorySetOfYaml(ws, called, (await file?.text()) ?? '');
      return createCategorySet(ws, way === 'copy' ? { name: called } : { name: called, document: {} });
    },
    onSuccess: async ({ id, name: called }) => {
      onClose();
      toastDone(`The set “${called}” was created.`);
      await client.invalidateQueries({ queryKey: categorySetsKey(ws) });
      await navigate({ to: '/w/$ws/categories/$id', params: { ws, id } });
    },
  });
  const { byField, rest } = formProblems(create.error, ['name', '?name']);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const lacksFile = way === 'file' && file === undefined;
    setMissing(name.trim() === '' || lacksFile);
    if (name.trim() !== '' && !lacksFile) create.mutate();
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <TextInput
          label="Name"
          data-autofocus
          maxLength={120}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={missing && name.trim() === '' ? 'Give it a name.' : (byField.name ?? byField['?name'])}
        />
        <div>
          <SegmentedControl
            fullWidth
            aria-label="What it begins with"
            value={way}
            onChange={(value) => setWay(value as Way)}
            data={Object.entries(WAYS).map(([value, { label }]) => ({ value, label }))}
          />
          <Text size="xs" c="dimmed" mt={6}>
            {WAYS[way].text}
          </Text>
        </div>
        {way === 'file' && (
          <FileField onChange={setFile} error={missing && !file ? 'Choose a file.' : undefined} />
        )}
        <FormAlert messages={rest} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={create.isPending}>
            Create set
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

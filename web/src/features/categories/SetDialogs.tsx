import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import {
  categorySetQuery,
  categorySetsKey,
  deleteCategorySet,
  updateCategorySet,
  updateCategorySetOfYaml,
} from '~/api/categorySets';
import type { CategorySetSummary } from '~/api/client';
import { Dialog } from '~/components/Dialog';
import { Notice } from '~/components/Notice';
import { FormAlert, formProblems } from '~/components/Problem';
import { toastDone } from '~/lib/toast';
import { isNameTyped } from '~/lib/typedName';
import { FileField } from './FileField';

type Named = Pick<CategorySetSummary, 'id' | 'name'>;

interface Props {
  ws: string;
  set: Named | undefined;
  onClose: () => void;
}

/** A change of the set as it is at this moment: a name is no work of others that could be lost. */
function useSetChange(ws: string, act: (id: string, etag: string) => Promise<unknown>, onDone: () => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (id: string) => {
      const { etag } = await client.fetchQuery({ ...categorySetQuery(ws, id), staleTime: 0 });
      await act(id, etag);
    },
    onSuccess: onDone,
    onSettled: () => client.invalidateQueries({ queryKey: categorySetsKey(ws) }),
  });
}

interface NameProps {
  title: string;
  action: string;
  /** What it is called now. */
  name: string;
  fault: (name: string) => string | undefined;
  isPending?: boolean;
  messages?: readonly string[];
  onSubmit: (name: string) => void;
  onClose: () => void;
}

/** Asks for the name of something. */
export function NameForm({
  action,
  name: old,
  fault,
  isPending,
  messages = [],
  onSubmit,
  onClose,
}: NameProps) {
  const [name, setName] = useState(old);
  const [shown, setShown] = useState<string>();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const found = fault(name);
    setShown(found);
    if (found === undefined) onSubmit(name.trim());
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
          error={shown}
        />
        <FormAlert messages={messages} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={isPending}>
            {action}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

export function NameDialog({ opened, ...form }: NameProps & { opened: boolean }) {
  return (
    <Dialog opened={opened} onClose={form.onClose} title={form.title}>
      <NameForm {...form} />
    </Dialog>
  );
}

export function RenameSetDialog({ ws, set, onClose }: Props) {
  const [name, setName] = useState('');
  const rename = useSetChange(
    ws,
    (id, etag) => updateCategorySet(ws, id, etag, { name }),
    () => {
      onClose();
      toastDone(`The set is called “${name}” now.`);
    },
  );
  const { byField, rest } = formProblems(rename.error, ['name']);
  return (
    <NameDialog
      opened={set !== undefined}
      title="Rename the set"
      action="Rename"
      name={set?.name ?? ''}
      fault={(typed) => (typed.trim() === '' ? 'Give it a name.' : undefined)}
      isPending={rename.isPending}
      messages={[...Object.values(byField), ...rest]}
      onSubmit={(typed) => {
        setName(typed);
        if (set) rename.mutate(set.id);
      }}
      onClose={onClose}
    />
  );
}

interface DeleteProps extends Props {
  onDeleted?: () => void;
}

export function DeleteSetDialog({ ws, set, onClose, onDeleted }: DeleteProps) {
  return (
    <Dialog opened={set !== undefined} onClose={onClose} title={`Delete “${set?.name ?? ''}”?`}>
      {set && <DeleteForm ws={ws} set={set} onClose={onClose} onDeleted={onDeleted} />}
    </Dialog>
  );
}

function DeleteForm({ ws, set, onClose, onDeleted }: DeleteProps & { set: Named }) {
  const [typed, setTyped] = useState('');
  const [wrong, setWrong] = useState(false);
  const remove = useSetChange(
    ws,
    (id, etag) => deleteCategorySet(ws, id, etag),
    () => {
      onClose();
      onDeleted?.();
      toastDone(`The set “${set.name}” was deleted.`);
    },
  );
  const { rest } = formProblems(remove.error, []);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const matches = isNameTyped(typed, set.name);
    setWrong(!matches);
    if (matches) remove.mutate(set.id);
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <Text size="sm">
          With all of its versions, and for everybody in the workspace. Backtests that were run with it keep
          the version they used.
        </Text>
        <TextInput
          data-autofocus
          label={`Type ${set.name} to confirm`}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          error={wrong ? 'This is not the name of the set.' : undefined}
        />
        <FormAlert messages={rest} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Keep it
          </Button>
          <Button type="submit" color="red" loading={remove.isPending}>
            Delete set
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

interface UploadProps {
  ws: string;
  id: string;
  etag: string;
  opened: boolean;
  /** What was edited and not saved would be lost. */
  isDirty: boolean;
  onClose: () => void;
  onDone: (reply: Awaited<ReturnType<typeof updateCategorySetOfYaml>>) => void;
}

/** All categories of the set from a file, as its next version. */
export function UploadDialog(props: UploadProps) {
  return (
    <Dialog opened={props.opened} onClose={props.onClose} title="Replace by a YAML file">
      <UploadForm {...props} />
    </Dialog>
  );
}

function UploadForm({ ws, id, etag, isDirty, onClose, onDone }: UploadProps) {
  const [file, setFile] = useState<File>();
  const [missing, setMissing] = useState(false);
  const send = useMutation({
    mutationFn: async (chosen: File) => updateCategorySetOfYaml(ws, id, etag, await chosen.text()),
    onSuccess: (reply) => {
      onClose();
      onDone(reply);
    },
  });
  const { rest } = formProblems(send.error, []);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setMissing(file === undefined);
    if (file) send.mutate(file);
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <Text size="sm">What the file says becomes the next version. The versions before stay.</Text>
        {isDirty && <Notice title="There are unsaved changes">They are lost with this.</Notice>}
        <FileField onChange={setFile} error={missing && !file ? 'Choose a file.' : undefined} />
        <FormAlert messages={rest} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={send.isPending}>
            Replace
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

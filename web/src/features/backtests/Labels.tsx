import { ActionIcon, Button, Group, Stack, Textarea, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { Dialog } from '~/components/Dialog';
import { Gated } from '~/components/Gated';
import { Icon } from '~/components/Icon';
import type { Kind, Labelled } from './kinds';
import { readTags, useLabels } from './labels';

interface Props {
  ws: string;
  kind: Kind;
  row: Labelled;
}

/** Marks it as one to come back to. */
export function StarButton({ ws, kind, row }: Props) {
  const labels = useLabels(ws, kind);
  return (
    <Gated needs="trader" madeBy={row.created_by}>
      <ActionIcon
        variant="subtle"
        color={row.starred ? 'yellow' : 'gray'}
        aria-pressed={row.starred}
        aria-label={`Star this ${kind.word}`}
        title={row.starred ? 'Take the star off' : 'Star'}
        onClick={() => labels.mutate({ id: row.id, change: { starred: !row.starred } })}
      >
        <Icon name="star" size={16} filled={row.starred} />
      </ActionIcon>
    </Gated>
  );
}

export function TagList({ tags }: Pick<Labelled, 'tags'>) {
  if (tags.length === 0) return null;
  return (
    <ul className="ui-chips" aria-label="Tags">
      {tags.map((tag) => (
        <li key={tag} className="ui-chip">
          {tag}
        </li>
      ))}
    </ul>
  );
}

/** Tags and note, where there are any. */
export function LabelLines({ row }: Pick<Props, 'row'>) {
  return (
    <>
      <TagList tags={row.tags} />
      {row.notes && <p className="ui-note ui-lines">{row.notes}</p>}
    </>
  );
}

interface DialogProps extends Omit<Props, 'row'> {
  /** What is to be labelled; undefined keeps the dialog closed. */
  row: Labelled | undefined;
  onClose: () => void;
}

/** Name, tags and notes of a backtest or a sweep. */
export function LabelDialog({ ws, kind, row, onClose }: DialogProps) {
  return (
    <Dialog opened={row !== undefined} onClose={onClose} title={`Name and tags of this ${kind.word}`}>
      {row && <LabelForm key={row.id} ws={ws} kind={kind} row={row} onClose={onClose} />}
    </Dialog>
  );
}

function LabelForm({ ws, kind, row, onClose }: Props & { onClose: () => void }) {
  const [draft, setDraft] = useState({
    name: row.name ?? '',
    tags: row.tags.join(', '),
    notes: row.notes ?? '',
  });
  const labels = useLabels(ws, kind);
  const tags = readTags(draft.tags);
  const field = (name: keyof typeof draft) => ({
    value: draft[name],
    onChange: (event: { currentTarget: { value: string } }) =>
      setDraft({ ...draft, [name]: event.currentTarget.value }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if ('fault' in tags) return;
    labels.mutate({
      id: row.id,
      change: { name: draft.name.trim() || null, tags: tags.tags, notes: draft.notes.trimEnd() || null },
    });
    onClose();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <TextInput
          label="Name"
          placeholder={row.strategy_id}
          maxLength={120}
          data-autofocus
          {...field('name')}
        />
        <TextInput
          label="Tags"
          description="With commas between"
          error={'fault' in tags ? tags.fault : undefined}
          {...field('tags')}
        />
        <Textarea label="Note" rows={4} maxLength={16384} {...field('notes')} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit">Save</Button>
        </Group>
      </Stack>
    </form>
  );
}

/** Opens the dialog from the page of one. */
export function LabelButton(props: Props) {
  const [opened, setOpened] = useState(false);
  return (
    <>
      <Gated needs="trader" madeBy={props.row.created_by}>
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={`Name and tags of this ${props.kind.word}`}
          title="Name, tags, note"
          onClick={() => setOpened(true)}
        >
          <Icon name="pencil" size={15} />
        </ActionIcon>
      </Gated>
      <LabelDialog {...props} row={opened ? props.row : undefined} onClose={() => setOpened(false)} />
    </>
  );
}

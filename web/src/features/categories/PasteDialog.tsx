import { Button, Group, Stack, Switch, Text, Textarea } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { Dialog } from '~/components/Dialog';
import { formatInteger } from '~/lib/format';
import { namesOf } from '~/lib/names';

interface Props {
  category: string;
  opened: boolean;
  /** What is in the category now. */
  members: ReadonlySet<string> | undefined;
  isStored: (symbol: string) => boolean;
  onAdd: (symbols: string[]) => void;
  onClose: () => void;
}

/** Many symbols at once, from wherever a list of them was copied. */
export function PasteDialog(props: Props) {
  return (
    <Dialog opened={props.opened} onClose={props.onClose} title={`Add symbols to “${props.category}”`}>
      <PasteForm {...props} />
    </Dialog>
  );
}

const SYMBOL = /^[^\s/:]{1,64}$/u;
const SHOWN = 6;

function PasteForm({ members, isStored, onAdd, onClose }: Props) {
  const [text, setText] = useState('');
  const [takesAll, setTakesAll] = useState(false);
  const [missing, setMissing] = useState(false);
  const names = namesOf(text).filter((name) => SYMBOL.test(name));
  const fresh = names.filter((name) => !members?.has(name));
  const unknown = fresh.filter((name) => !isStored(name));
  const added = takesAll ? fresh : fresh.filter(isStored);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setMissing(added.length === 0);
    if (added.length > 0) onAdd(added);
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <Textarea
          label="Symbols"
          description="With commas, spaces or lines between, such as BTCUSDT, ETHUSDT."
          size="xs"
          rows={6}
          spellCheck={false}
          data-autofocus
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          error={missing && added.length === 0 ? 'There is nothing to add in it.' : undefined}
        />
        <Text size="sm" role="status">
          {formatInteger(added.length)} to add
          {names.length > fresh.length && `, ${formatInteger(names.length - fresh.length)} in it already`}
          {unknown.length > 0 && `, ${formatInteger(unknown.length)} without candles: ${some(unknown)}`}.
        </Text>
        {unknown.length > 0 && (
          <Switch
            label="Add those without candles, too"
            checked={takesAll}
            onChange={(event) => setTakesAll(event.currentTarget.checked)}
          />
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit">Add</Button>
        </Group>
      </Stack>
    </form>
  );
}

const some = (names: string[]) => names.slice(0, SHOWN).join(', ') + (names.length > SHOWN ? ' …' : '');

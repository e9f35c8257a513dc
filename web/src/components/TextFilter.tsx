import { TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useState } from 'react';
import { Icon } from './Icon';

const SETTLES_MS = 250;

interface Props {
  id: string;
  label: string;
  /** As the address has it; what is typed goes there once it has settled. */
  value: string | undefined;
  onChange: (value: string | undefined) => void;
}

/** Narrows a list by a word. */
export function TextFilter({ id, label, value, onChange }: Props) {
  const [typed, setTyped] = useState(value ?? '');
  const apply = useDebouncedCallback((text: string) => onChange(text.trim() || undefined), SETTLES_MS);
  return (
    <TextInput
      id={id}
      aria-label={label}
      placeholder={label.replace(/^Filter by n/, 'N')}
      leftSection={<Icon name="search" size={15} />}
      w={260}
      value={typed}
      onChange={(event) => {
        setTyped(event.currentTarget.value);
        apply(event.currentTarget.value);
      }}
    />
  );
}

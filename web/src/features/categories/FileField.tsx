import { Input } from '@mantine/core';
import { useId } from 'react';
import classes from './Categories.module.css';

interface Props {
  error?: string;
  onChange: (file: File | undefined) => void;
}

/** A YAML file of categories from this computer. */
export function FileField({ error, onChange }: Props) {
  const id = useId();
  return (
    <Input.Wrapper id={id} label="File" error={error} size="xs">
      <input
        id={id}
        type="file"
        accept=".yaml,.yml,application/yaml,text/yaml"
        className={classes.file}
        onChange={(event) => onChange(event.currentTarget.files?.[0])}
      />
    </Input.Wrapper>
  );
}

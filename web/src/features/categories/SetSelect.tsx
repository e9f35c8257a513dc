import { NativeSelect, type NativeSelectProps } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { categorySetsQuery } from '~/api/categorySets';

interface Props extends Omit<NativeSelectProps, 'onChange' | 'data' | 'value'> {
  ws: string;
  /** The id of a set; undefined for the categories of the server's file. */
  value: string | undefined;
  onChange: (set: string | undefined) => void;
}

/** Whose categories are meant. Where there is no set there is nothing to choose. */
export function SetSelect({ ws, value, onChange, ...rest }: Props) {
  const { data: sets } = useQuery(categorySetsQuery(ws));
  if (value === undefined && (sets === undefined || sets.length === 0)) return null;
  const isKnown = value === undefined || sets === undefined || sets.some(({ id }) => id === value);
  return (
    <NativeSelect
      {...(rest.label === undefined && { 'aria-label': 'Categories of', title: 'Whose categories' })}
      {...rest}
      value={value ?? ''}
      onChange={(event) => onChange(event.currentTarget.value || undefined)}
      data={[
        { value: '', label: 'Server’s categories' },
        ...(sets ?? []).map(({ id, name }) => ({ value: id, label: name })),
        ...(isKnown ? [] : [{ value: value ?? '', label: 'A set that is gone' }]),
      ]}
    />
  );
}

import { Autocomplete, Button, Group, NativeSelect, Stack, Switch, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type { Download, DownloadRequest } from '~/api/client';
import { startDownload } from '~/api/downloads';
import { symbolsQuery } from '~/api/market';
import { asSentence, FormAlert, formProblems } from '~/components/Problem';
import { INTERVALS, type Interval } from '~/lib/interval';
import { splitList } from '~/lib/splitList';
import { firstDay } from './wish';

const SUGGESTED = 8;
const FIELDS = ['symbols', 'interval', 'from', 'to', 'asset', 'freq', 'recheck'];

const ASSETS = [
  { value: 'spot', label: 'Spot' },
  { value: 'um', label: 'USD-M futures' },
  { value: 'cm', label: 'COIN-M futures' },
];

const FREQS = [
  { value: 'auto', label: 'Months, and days for the rest' },
  { value: 'daily', label: 'Days' },
  { value: 'monthly', label: 'Whole months' },
];

interface Props {
  onStarted: (made: Download) => void;
  onClose: () => void;
}

/** Which candles are to be fetched, with what the server takes for granted filled in. */
export function DownloadForm({ onStarted, onClose }: Props) {
  const [symbols, setSymbols] = useState('');
  const [from, setFrom] = useState<string>();
  const [rest, setRest] = useState({ interval: '1d', to: '', asset: 'spot', freq: 'auto', recheck: false });
  const [missing, setMissing] = useState(false);
  const start = useMutation({
    mutationFn: startDownload,
    onSuccess: (made) => {
      onClose();
      onStarted(made);
    },
  });
  const names = splitList(symbols);
  const begin = from ?? firstDay(rest.interval as Interval, Date.now() / 1000);
  const problems = formProblems(start.error, FIELDS);
  const errorOf = (name: string) => problems.byField[name] && asSentence(problems.byField[name]);
  const field = (name: 'interval' | 'to' | 'asset' | 'freq') => ({
    value: rest[name],
    error: errorOf(name),
    onChange: (event: { currentTarget: { value: string } }) =>
      setRest({ ...rest, [name]: event.currentTarget.value }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setMissing(names.length === 0);
    if (names.length === 0) return;
    start.mutate({ ...rest, symbols: names, from: begin, to: rest.to || undefined } as DownloadRequest);
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <SymbolsField
          value={symbols}
          error={missing && names.length === 0 ? 'Name a symbol.' : errorOf('symbols')}
          onChange={setSymbols}
        />
        <div className="ui-fields">
          <NativeSelect label="Interval" data={INTERVALS} {...field('interval')} />
          <NativeSelect label="Market" data={ASSETS} {...field('asset')} />
          <TextInput
            type="date"
            label="From"
            description="The first day, UTC"
            value={begin}
            error={errorOf('from')}
            onChange={(event) => setFrom(event.currentTarget.value)}
          />
          <TextInput
            type="date"
            label="To"
            description="The last day; without it yesterday"
            {...field('to')}
          />
          <NativeSelect label="Files" data={FREQS} {...field('freq')} />
        </div>
        <Switch
          label="Also look for files that were replaced"
          description="Candles that differ are revised, their old values kept"
          checked={rest.recheck}
          onChange={(event) => setRest({ ...rest, recheck: event.currentTarget.checked })}
        />
        <p className="ui-note">
          What is stored is not fetched again. Spot and futures have the same names: keep to the market whose
          candles are here.
        </p>
        <FormAlert messages={problems.rest} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={start.isPending}>
            Download
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

interface FieldProps {
  value: string;
  error: string | undefined;
  onChange: (value: string) => void;
}

/** Names with commas between; what is stored is suggested for the last of them. */
function SymbolsField({ value, error, onChange }: FieldProps) {
  // Where the page behind says that there are none it would be put away for a new answer, and this form with it.
  const { data: stored = [] } = useQuery({ ...symbolsQuery, retryOnMount: false });
  const before = value.slice(0, value.search(/[^\s,;]*$/));
  const word = value.slice(before.length).toUpperCase();
  const named = splitList(before.toUpperCase());
  const fitting = stored
    .map(({ symbol }) => symbol)
    .filter((symbol) => word && symbol !== word && symbol.includes(word) && !named.includes(symbol));
  return (
    <Autocomplete
      data-autofocus
      label="Symbols"
      description="As Binance writes them, with commas between"
      placeholder="BTCUSDT, ETHUSDT"
      spellCheck={false}
      data={fitting.slice(0, SUGGESTED).map((symbol) => before + symbol)}
      filter={({ options }) => options}
      renderOption={({ option }) => option.value.slice(before.length)}
      value={value}
      error={error}
      onChange={onChange}
    />
  );
}

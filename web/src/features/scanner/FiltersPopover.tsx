import { Autocomplete, Button, Popover, Select, Switch, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { categoriesQuery } from '~/api/categories';
import { symbolsQuery } from '~/api/market';
import { Icon } from '~/components/Icon';
import { SetSelect } from '~/features/categories/SetSelect';
import { INTERVALS } from '~/lib/interval';
import { formatMoment } from '~/lib/time';
import { chipsOf } from './FilterChips';
import {
  EXTENSION,
  type Faults,
  type FilterDraft,
  readFilters,
  type ScanFilters,
  WINDOW_NAMES,
  WINDOWS,
  windowOf,
} from './filters';
import classes from './Scanner.module.css';
import type { ScannerState } from './useScanner';

const DAY = '1d';
const SYMBOLS_OFFERED = 40;

export function FiltersPopover({ state }: { state: ScannerState }) {
  const [opened, setOpened] = useState(false);
  const count = chipsOf(state.filters).length;
  return (
    <Popover
      opened={opened}
      onChange={setOpened}
      width="min(470px, calc(100vw - 20px))"
      position="bottom-end"
      trapFocus
      returnFocus
    >
      <Popover.Target>
        <Button
          variant="default"
          leftSection={<Icon name="funnel" size={15} />}
          onClick={() => setOpened(!opened)}
        >
          Filters{count > 0 && ` · ${count}`}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label="Filters" className={classes.dropdown}>
        {opened && <FilterForm state={state} onDone={() => setOpened(false)} />}
      </Popover.Dropdown>
    </Popover>
  );
}

const draftOf = (filters: ScanFilters): FilterDraft => ({
  ...(Object.fromEntries(WINDOW_NAMES.map((name) => [name, String(windowOf(filters, name))])) as Record<
    (typeof WINDOW_NAMES)[number],
    string
  >),
  quote: filters.quote ?? '',
  quote_symbol: filters.quote_symbol ?? '',
  as_of: filters.as_of === undefined ? '' : formatMoment(filters.as_of),
  max_extension: String(Math.round((filters.max_extension ?? EXTENSION) * 1e6) / 1e4),
  min_quote_volume: String(filters.min_quote_volume ?? ''),
});

/** Typed freely, taken over together: half a number is no filter. */
function FilterForm({ state, onDone }: { state: ScannerState; onDone: () => void }) {
  const { ws, filters, isRatio, change } = state;
  const [draft, setDraft] = useState(() => draftOf(filters));
  const [choice, setChoice] = useState({
    interval: filters.interval ?? DAY,
    set: filters.set,
    category: filters.category ?? null,
    passing: filters.passing_only !== 'false',
  });
  const [faults, setFaults] = useState<Faults>({});
  const quote = draft.quote.trim().toUpperCase() || 'USDT';
  const { data: categories = [] } = useQuery(categoriesQuery(filters.quote ?? 'USDT', choice.set));
  const { data: symbols = [] } = useQuery(symbolsQuery);

  const field = (name: keyof FilterDraft) => ({
    value: draft[name],
    error: faults[name],
    onChange: (event: { currentTarget: HTMLInputElement }) =>
      setDraft({ ...draft, [name]: event.currentTarget.value }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const read = readFilters(draft);
    setFaults(read.faults);
    if (Object.keys(read.faults).length > 0) return;
    const none = Object.fromEntries(Object.keys(draft).map((name) => [name, undefined]));
    change({
      ...none,
      ...read.filters,
      interval: choice.interval === DAY ? undefined : choice.interval,
      set: choice.category === null ? undefined : choice.set,
      category: choice.category ?? undefined,
      passing_only: choice.passing ? undefined : 'false',
    } as Parameters<typeof change>[0]);
    onDone();
  };

  return (
    <form className={classes.form} onSubmit={submit} noValidate>
      <div className={classes.fields}>
        <Select
          label="Interval"
          data={[...INTERVALS]}
          value={choice.interval}
          allowDeselect={false}
          comboboxProps={{ withinPortal: false }}
          onChange={(interval) => interval && setChoice({ ...choice, interval })}
        />
        <TextInput label="Quote asset" placeholder="USDT" {...field('quote')} />
        <Select
          label="Category"
          placeholder="All"
          clearable
          searchable
          data={categories.map(({ name }) => name)}
          value={choice.category}
          comboboxProps={{ withinPortal: false }}
          onChange={(category) => setChoice({ ...choice, category })}
        />
        {WINDOW_NAMES.map((name) => (
          <TextInput
            key={name}
            label={WINDOWS[name].label}
            inputMode="numeric"
            rightSection={<span className="ui-note">bars</span>}
            rightSectionWidth={40}
            {...field(name)}
          />
        ))}
        <TextInput label="Max extension, %" inputMode="decimal" {...field('max_extension')} />
        <TextInput
          label={`Min volume, ${quote}`}
          placeholder="0"
          inputMode="decimal"
          {...field('min_quote_volume')}
        />
        <TextInput label="As of (UTC)" placeholder="newest bar" {...field('as_of')} />
      </div>
      <SetSelect
        ws={ws}
        label="Categories of"
        value={choice.set}
        onChange={(set) => setChoice({ ...choice, set, category: null })}
      />
      {isRatio && (
        <Autocomplete
          label="Priced in one symbol"
          placeholder="every symbol"
          size="xs"
          limit={SYMBOLS_OFFERED}
          data={symbols.filter(({ quote_asset }) => quote_asset === quote).map(({ symbol }) => symbol)}
          comboboxProps={{ withinPortal: false }}
          value={draft.quote_symbol}
          onChange={(quote_symbol) => setDraft({ ...draft, quote_symbol })}
        />
      )}
      <div className={classes.formEnd}>
        <Switch
          label="Only what passes"
          checked={choice.passing}
          onChange={(event) => setChoice({ ...choice, passing: event.currentTarget.checked })}
        />
        <Button type="submit">Apply</Button>
      </div>
    </form>
  );
}

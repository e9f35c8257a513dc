import { UnstyledButton } from '@mantine/core';
import { Icon } from '~/components/Icon';
import { formatCompact } from '~/lib/format';
import { formatMoment } from '~/lib/time';
import { presetOf, type ScanFilters, WINDOW_NAMES, WINDOWS } from './filters';
import classes from './Scanner.module.css';
import type { ScannerState } from './useScanner';

type Name = keyof ScanFilters;

interface Chip {
  name: Name;
  text: string;
}

/** What differs from the defaults, each to be taken back by itself. */
export function FilterChips({ state }: { state: ScannerState }) {
  const { filters, change } = state;
  const chips = chipsOf(filters);
  if (chips.length === 0) return null;
  const reset = Object.fromEntries(chips.map(({ name }) => [name, undefined]));
  return (
    <ul className={classes.chips} aria-label="Filters in use">
      {chips.map(({ name, text }) => (
        <li key={name}>
          <UnstyledButton
            className={classes.chip}
            aria-label={`Remove filter ${text}`}
            onClick={() => change({ [name]: undefined, ...(name === 'category' && { set: undefined }) })}
          >
            {text}
            <Icon name="close" size={12} />
          </UnstyledButton>
        </li>
      ))}
      <li>
        <UnstyledButton
          className={classes.reset}
          onClick={() =>
            change({
              ...reset,
              set: undefined,
              ...Object.fromEntries(WINDOW_NAMES.map((name) => [name, undefined])),
            })
          }
        >
          Reset all
        </UnstyledButton>
      </li>
    </ul>
  );
}

/** Windows that make a preset are named by it, beside; only windows of one's own are listed. */
export function chipsOf(filters: ScanFilters): Chip[] {
  const chips: Chip[] = [];
  const add = (name: Name, text: string) => filters[name] !== undefined && chips.push({ name, text });
  add('interval', `Interval ${filters.interval}`);
  add('quote', `Quote ${filters.quote}`);
  add('category', `Category ${filters.category}${filters.set ? ', own set' : ''}`);
  add('quote_symbol', `Priced in ${filters.quote_symbol}`);
  if (!presetOf(filters))
    for (const name of WINDOW_NAMES) add(name, `${WINDOWS[name].label} ${filters[name]} bars`);
  add('max_extension', `Extension up to ${Math.round((filters.max_extension ?? 0) * 1000) / 10}%`);
  add('min_quote_volume', `Volume from ${formatCompact(filters.min_quote_volume)}`);
  add('passing_only', 'Failing ones too');
  add('as_of', `As of ${formatMoment(filters.as_of ?? 0)}`);
  return chips;
}

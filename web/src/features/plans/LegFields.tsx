import { Autocomplete, Button, NativeSelect, TextInput } from '@mantine/core';
import type { Mark } from '~/api/marks';
import { formatPriceText } from '~/lib/money';
import { formatDate, formatDateTime, zoneLabel } from '~/lib/time';
import { useZone } from '~/lib/useZone';
import type { Faults, LegDraft } from './draft';
import classes from './Paper.module.css';
import type { Sizing } from './sizing';

interface Props {
  leg: LegDraft;
  index: number;
  /** Symbols that candles are stored of. */
  names: string[];
  mark: Mark | undefined;
  errors: Faults;
  onChange: (next: Partial<LegDraft>, ...fields: string[]) => void;
  onRemove: (() => void) | undefined;
}

const SIDES = [
  { value: 'long', label: 'Long' },
  { value: 'short', label: 'Short' },
];
const SIZINGS: Record<Sizing, string> = {
  quantity: 'Quantity',
  notional: 'Worth',
  risk: 'Lose at most',
  equal: 'As much as leg 1',
};
const SIZE_HINTS: Record<Sizing, string> = {
  quantity: 'How many',
  notional: 'Value at the entry price',
  risk: 'At the stop price',
  equal: 'The same value',
};
const SYMBOLS_OFFERED = 60;

/** One leg: what, which way, how much, and at which prices. */
export function LegFields({ leg, index, names, mark, errors, onChange, onRemove }: Props) {
  const [zone] = useZone();
  const at = `legs.${index}`;
  const price = (name: 'entry' | 'stop' | 'target', field: string, label: string) => ({
    'data-field': `${at}.${field}`,
    label,
    inputMode: 'decimal' as const,
    value: leg[name],
    error: errors[`${at}.${field}`],
    onChange: (event: { currentTarget: HTMLInputElement }) =>
      onChange({ [name]: event.currentTarget.value }, field),
  });
  const sizings = Object.entries(SIZINGS)
    .filter(([value]) => value !== 'equal' || index > 0)
    .map(([value, label]) => ({ value, label }));
  return (
    <div className={classes.leg} role="group" aria-label={`Leg ${index + 1}`}>
      <Autocomplete
        data-field={`${at}.symbol`}
        label="Symbol"
        data={names}
        limit={SYMBOLS_OFFERED}
        value={leg.symbol}
        error={errors[`${at}.symbol`]}
        spellCheck={false}
        onChange={(symbol) => onChange({ symbol }, 'symbol')}
        onBlur={() => onChange({ symbol: leg.symbol.trim().toUpperCase() })}
        size="xs"
      />
      <NativeSelect
        data-field={`${at}.side`}
        label="Side"
        data={SIDES}
        value={leg.side}
        error={errors[`${at}.side`]}
        onChange={(event) => onChange({ side: event.currentTarget.value as LegDraft['side'] }, 'side')}
      />
      <NativeSelect
        label="Size"
        data={sizings}
        value={leg.sizing}
        onChange={(event) => onChange({ sizing: event.currentTarget.value as Sizing })}
      />
      <TextInput
        data-field={`${at}.planned_quantity`}
        label={leg.sizing === 'equal' ? 'Amount' : SIZINGS[leg.sizing]}
        placeholder={SIZE_HINTS[leg.sizing]}
        inputMode="decimal"
        disabled={leg.sizing === 'equal'}
        value={leg.sizing === 'equal' ? '' : leg.amount}
        error={errors[`${at}.planned_quantity`]}
        onChange={(event) => onChange({ amount: event.currentTarget.value }, 'planned_quantity')}
      />
      <div>
        <TextInput {...price('entry', 'planned_entry_price', 'Entry price')} />
        {mark && (
          <Button
            size="compact-xs"
            variant="subtle"
            title={`Close of ${formatDateTime(mark.time, zone)} ${zoneLabel(zone)}`}
            onClick={() => onChange({ entry: mark.price })}
          >
            Use last, {formatPriceText(mark.price)} of {formatDate(mark.time)}
          </Button>
        )}
      </div>
      <TextInput {...price('stop', 'stop_price', 'Stop')} />
      <TextInput {...price('target', 'target_price', 'Target')} />
      {onRemove && (
        <Button variant="default" mt={22} aria-label={`Take leg ${index + 1} away`} onClick={onRemove}>
          Take away
        </Button>
      )}
    </div>
  );
}

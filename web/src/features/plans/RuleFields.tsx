import { Autocomplete, NativeSelect, Switch, TextInput } from '@mantine/core';
import type { MarketSymbol } from '~/api/client';
import { resolveRatio } from '~/features/chart/symbolSearch';
import { INTERVALS } from '~/lib/interval';
import type { Faults, RuleDraft } from './draft';
import classes from './Paper.module.css';

interface Props {
  rule: RuleDraft;
  symbols: MarketSymbol[];
  /** The series of the legs, to begin with. */
  fallback: string;
  errors: Faults;
  onChange: (rule: RuleDraft, ...fields: string[]) => void;
}

const AT = 'invalidation_rule';
const AGAINST = [
  { value: 'level', label: 'a level' },
  { value: 'sma', label: 'its average (SMA)' },
  { value: 'ema', label: 'its average (EMA)' },
];

/** The invalidation in a form that the server looks at by itself, whenever candles arrive. */
export function RuleFields({ rule, symbols, fallback, errors, onChange }: Props) {
  const set = (next: Partial<RuleDraft>, ...fields: string[]) =>
    onChange({ ...rule, ...next }, ...fields.map((name) => `${AT}.${name}`));
  const value = rule.against === 'level' ? 'level' : 'average.length';
  const settle = () => {
    const typed = rule.series.trim();
    const known = symbols.find(({ symbol }) => symbol.toLowerCase() === typed.toLowerCase())?.symbol;
    const resolved = known ?? resolveRatio(symbols, typed);
    if (resolved && resolved !== rule.series) set({ series: resolved });
  };
  return (
    <>
      <Switch
        label="Watch it"
        description="The plan is marked, and closed where it closes by itself, once candles say that it is wrong"
        checked={rule.isOn}
        error={errors[AT]}
        onChange={(event) =>
          set({
            isOn: event.currentTarget.checked,
            series: rule.series || (fallback.split('/').length > 2 ? '' : fallback),
          })
        }
      />
      {rule.isOn && (
        <div className={classes.leg} role="group" aria-label="What is watched">
          <Autocomplete
            data-field={`${AT}.series`}
            label="Close of"
            data={symbols.map(({ symbol }) => symbol)}
            limit={60}
            value={rule.series}
            error={errors[`${AT}.series`]}
            spellCheck={false}
            onChange={(series) => set({ series }, 'series')}
            onBlur={settle}
            size="xs"
          />
          <NativeSelect
            data-field={`${AT}.interval`}
            label="On candles of"
            data={[...INTERVALS]}
            value={rule.interval}
            error={errors[`${AT}.interval`]}
            onChange={(event) => set({ interval: event.currentTarget.value }, 'interval')}
          />
          <NativeSelect
            label="Is"
            data={['below', 'above']}
            value={rule.operator}
            onChange={(event) => set({ operator: event.currentTarget.value as RuleDraft['operator'] })}
          />
          <NativeSelect
            label="Than"
            data={AGAINST}
            value={rule.against}
            onChange={(event) =>
              set({ against: event.currentTarget.value as RuleDraft['against'], value: '' })
            }
          />
          <TextInput
            data-field={`${AT}.${value}`}
            label={rule.against === 'level' ? 'Level' : 'Bars'}
            inputMode="decimal"
            value={rule.value}
            error={errors[`${AT}.${value}`]}
            onChange={(event) => set({ value: event.currentTarget.value }, value)}
          />
        </div>
      )}
    </>
  );
}

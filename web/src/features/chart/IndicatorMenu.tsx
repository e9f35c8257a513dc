import { ActionIcon, Button, Popover, TextInput, Tooltip } from '@mantine/core';
import { useEffect, useState } from 'react';
import { Icon } from '~/components/Icon';
import classes from './IndicatorMenu.module.css';
import {
  checkValues,
  defaultIndicator,
  INDICATORS,
  INDICATORS_MAX,
  type Indicator,
  type IndicatorKind,
  indicatorId,
  indicatorLabel,
} from './indicators';
import { ownColor } from './priceChart';

interface Props {
  opened: boolean;
  onOpened: (opened: boolean) => void;
  indicators: Indicator[];
  onChange: (list: Indicator[]) => void;
}

const KINDS = Object.keys(INDICATORS) as IndicatorKind[];

export function IndicatorMenu({ opened, onOpened, indicators, onChange }: Props) {
  return (
    <Popover opened={opened} onChange={onOpened} width={372} position="bottom-start" trapFocus returnFocus>
      <Popover.Target>
        <Button
          variant="default"
          className={classes.target}
          leftSection={<Icon name="function" size={15} />}
          onClick={() => onOpened(!opened)}
        >
          Indicators{indicators.length > 0 && ` · ${indicators.length}`}
        </Button>
      </Popover.Target>
      <Popover.Dropdown className={classes.dropdown} aria-label="Indicators">
        {indicators.map((indicator, position) => (
          <IndicatorRow
            // biome-ignore lint/suspicious/noArrayIndexKey: the place keeps the row and its focus while its numbers change
            key={`${position} ${indicator.kind}`}
            indicator={indicator}
            color={ownColor(position)}
            taken={indicators.map(indicatorId)}
            onChange={(next) => onChange(indicators.map((one, index) => (index === position ? next : one)))}
            onRemove={() => onChange(indicators.filter((_, index) => index !== position))}
          />
        ))}
        <AddButtons indicators={indicators} onAdd={(added) => onChange([...indicators, added])} />
      </Popover.Dropdown>
    </Popover>
  );
}

/** A kind that is there already comes again with the next free period. */
function nextFree(kind: IndicatorKind, taken: readonly string[]): Indicator {
  const candidate = defaultIndicator(kind);
  const last = candidate.values.length - 1;
  const moved = kind === 'macd' ? last : 0;
  while (taken.includes(indicatorId(candidate)))
    candidate.values[moved] = (candidate.values[moved] ?? 1) + (kind === 'macd' ? 1 : 30);
  return candidate;
}

/** Without a number there is one of its kind. */
const isAlone = (kind: IndicatorKind, indicators: Indicator[]) =>
  INDICATORS[kind].arguments.length === 0 && indicators.some((one) => one.kind === kind);

function AddButtons({ indicators, onAdd }: { indicators: Indicator[]; onAdd: (added: Indicator) => void }) {
  const full = indicators.length >= INDICATORS_MAX;
  return (
    <div className={classes.add}>
      <span>{full ? `At most ${INDICATORS_MAX} at once.` : 'Add'}</span>
      {!full &&
        KINDS.filter((kind) => !isAlone(kind, indicators)).map((kind) => (
          <Tooltip key={kind} label={INDICATORS[kind].title}>
            <Button
              size="compact-xs"
              variant="light"
              onClick={() => onAdd(nextFree(kind, indicators.map(indicatorId)))}
              aria-label={`${INDICATORS[kind].short}: add ${INDICATORS[kind].title}`}
            >
              {INDICATORS[kind].short}
            </Button>
          </Tooltip>
        ))}
    </div>
  );
}

interface RowProps {
  indicator: Indicator;
  color: string;
  taken: readonly string[];
  onChange: (next: Indicator) => void;
  onRemove: () => void;
}

function IndicatorRow({ indicator, color, taken, onChange, onRemove }: RowProps) {
  const { kind } = indicator;
  const type = INDICATORS[kind];
  const id = indicatorId(indicator);
  const [draft, setDraft] = useState<(number | string)[]>(indicator.values);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a change from outside replaces what was typed
  useEffect(() => setDraft(indicator.values), [id]);

  const values = draft.map((value) => (value === '' ? Number.NaN : Number(value)));
  const next = { kind, values };
  const faults = checkValues(kind, values);
  if (indicatorId(next) !== id && taken.includes(indicatorId(next))) faults.push('This one is there already');

  const edit = (index: number, value: number | string) => {
    const changed = draft.map((old, position) => (position === index ? value : old));
    setDraft(changed);
    const numbers = changed.map((one) => (one === '' ? Number.NaN : Number(one)));
    const edited = { kind, values: numbers };
    if (checkValues(kind, numbers).length === 0 && !taken.includes(indicatorId(edited))) onChange(edited);
  };

  return (
    <div className={classes.row}>
      <span className={classes.dot} style={{ background: color }} />
      <span className={classes.name} title={type.title}>
        {type.short}
      </span>
      <div className={classes.values}>
        {type.arguments.map((argument, index) => (
          <TextInput
            key={argument.name}
            label={argument.name}
            value={draft[index]}
            onChange={(event) => edit(index, event.currentTarget.value)}
            inputMode={argument.whole ? 'numeric' : 'decimal'}
            w={66}
          />
        ))}
      </div>
      <ActionIcon
        variant="subtle"
        color="gray"
        onClick={onRemove}
        aria-label={`Remove ${indicatorLabel(indicator)}`}
      >
        <Icon name="close" size={15} />
      </ActionIcon>
      {faults.length > 0 && (
        <p className={classes.fault} role="alert">
          {faults.join('. ')}.
        </p>
      )}
    </div>
  );
}

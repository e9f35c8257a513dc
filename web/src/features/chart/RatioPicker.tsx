import { ActionIcon, Button, Popover, Select, Tooltip } from '@mantine/core';
import { useState } from 'react';
import type { MarketSymbol } from '~/api/client';
import { Icon } from '~/components/Icon';
import classes from './RatioPicker.module.css';
import { splitRatio } from './series';

interface Props {
  symbols: MarketSymbol[];
  symbol: string;
  onPick: (series: string) => void;
}

/** One symbol priced in another: two pickers, and a swap that works with the picker closed as well. */
export function RatioPicker({ symbols, symbol, onPick }: Props) {
  const [opened, setOpened] = useState(false);
  const [base, quote] = splitRatio(symbol);
  return (
    <div className={classes.group}>
      <Popover opened={opened} onChange={setOpened} width={280} position="bottom-start" trapFocus returnFocus>
        <Popover.Target>
          <Button variant={quote ? 'light' : 'default'} onClick={() => setOpened(!opened)}>
            Ratio A/B
          </Button>
        </Popover.Target>
        <Popover.Dropdown aria-label="Ratio of two symbols">
          {opened && (
            <RatioForm
              symbols={symbols}
              base={base}
              quote={quote}
              onPick={(series) => {
                setOpened(false);
                onPick(series);
              }}
            />
          )}
        </Popover.Dropdown>
      </Popover>
      {quote && (
        <Tooltip label={`Swap to ${quote}/${base}`}>
          <ActionIcon
            variant="default"
            size={30}
            onClick={() => onPick(`${quote}/${base}`)}
            aria-label="Swap the sides"
          >
            <Icon name="swap" size={15} />
          </ActionIcon>
        </Tooltip>
      )}
    </div>
  );
}

interface FormProps {
  symbols: MarketSymbol[];
  base: string;
  quote: string | undefined;
  onPick: (series: string) => void;
}

function RatioForm({ symbols, base, quote, onPick }: FormProps) {
  const names = symbols.map(({ symbol }) => symbol);
  const other =
    names.find((name) => name.startsWith('BTC') && name !== base) ?? names.find((name) => name !== base);
  const [a, setA] = useState<string | null>(base);
  const [b, setB] = useState<string | null>(quote ?? other ?? null);
  const fault = !a || !b ? 'Choose both sides.' : a === b ? 'The two sides must differ.' : '';
  const picker = { data: names, searchable: true, limit: 60, comboboxProps: { withinPortal: false } };
  return (
    <div className={classes.form}>
      <Select label="A (numerator)" value={a} onChange={setA} {...picker} />
      <Button
        variant="subtle"
        color="gray"
        size="compact-xs"
        leftSection={<Icon name="swap" size={14} />}
        onClick={() => {
          setA(b);
          setB(a);
        }}
      >
        Swap
      </Button>
      <Select label="B (denominator)" value={b} onChange={setB} {...picker} />
      <p className={classes.note}>
        {fault || 'Bars where both have a candle; open and close are divided, volume is left out.'}
      </p>
      <div className={classes.actions}>
        {quote && (
          <Button variant="default" onClick={() => onPick(base)}>
            Only {base}
          </Button>
        )}
        <Button aria-disabled={fault !== '' || undefined} onClick={() => !fault && onPick(`${a}/${b}`)}>
          Show ratio
        </Button>
      </div>
    </div>
  );
}

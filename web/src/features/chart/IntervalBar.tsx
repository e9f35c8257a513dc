import { Tooltip, UnstyledButton } from '@mantine/core';
import type { MarketSymbol } from '~/api/client';
import { type Command, CommandDialog } from '~/components/CommandDialog';
import { Icon } from '~/components/Icon';
import { type Interval, parseInterval } from '~/lib/interval';
import { type Availability, availability } from './coverage';
import classes from './IntervalBar.module.css';

const COMMON: Interval[] = ['15m', '1h', '4h', '1d', '1w'];

interface Props {
  symbols: MarketSymbol[];
  symbol: string;
  interval: Interval;
  onPick: (interval: Interval) => void;
  /** Opens the list of all of them. */
  onMore: () => void;
}

/** What stands behind an interval, or why there is none. */
function explain({ interval, source }: Availability): string {
  if (source === undefined) return `No ${interval} bars, and none stored that add up to them`;
  return source === interval ? 'Stored' : `Made of ${source} bars`;
}

export function IntervalBar({ symbols, symbol, interval, onPick, onMore }: Props) {
  const all = availability(symbols, symbol);
  const shown = all.filter((one) => COMMON.includes(one.interval) || one.interval === interval);
  return (
    <div className={classes.bar} role="group" aria-label="Interval">
      {shown.map((one) => (
        <Tooltip key={one.interval} label={explain(one)}>
          <UnstyledButton
            className={classes.button}
            aria-pressed={one.interval === interval}
            aria-disabled={one.source === undefined || undefined}
            onClick={() => one.source && onPick(one.interval)}
          >
            {one.interval}
          </UnstyledButton>
        </Tooltip>
      ))}
      <Tooltip label="All intervals (,)">
        <UnstyledButton className={classes.button} aria-label="All intervals" onClick={onMore}>
          <Icon name="chevron" size={15} />
        </UnstyledButton>
      </Tooltip>
    </div>
  );
}

interface DialogProps {
  opened: boolean;
  onClose: () => void;
  symbols: MarketSymbol[];
  symbol: string;
  onPick: (interval: Interval) => void;
}

/** The same by typing: "4h", "15", "d". */
export function IntervalDialog({ opened, onClose, symbols, symbol, onPick }: DialogProps) {
  const commands = (query: string): Command[] => {
    const typed = parseInterval(query);
    return availability(symbols, symbol)
      .filter(
        ({ interval }) => query === '' || interval === typed || interval.startsWith(query.toLowerCase()),
      )
      .sort((a, b) => Number(b.interval === typed) - Number(a.interval === typed))
      .map((one) => ({
        id: one.interval,
        group: 'Intervals',
        label: one.interval,
        hint: explain(one),
        disabled: one.source === undefined,
        run: () => onPick(one.interval),
      }));
  };
  return (
    <CommandDialog
      opened={opened}
      onClose={onClose}
      title="Interval"
      placeholder="4h, 15, d …"
      commands={commands}
      empty={(query) => `“${query}” is no interval. 1m is a minute, 1M or 1mo a month.`}
    />
  );
}

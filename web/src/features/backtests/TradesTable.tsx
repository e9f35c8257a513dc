import { Button, SegmentedControl } from '@mantine/core';
import type { Trade } from '~/api/client';
import { type Column, DataTable, type Sort } from '~/components/DataTable';
import { Icon } from '~/components/Icon';
import { Change } from '~/components/Num';
import { EmptyState } from '~/components/States';
import {
  decimalsOf,
  formatInteger,
  formatNumber,
  formatPrice,
  formatQuantity,
  formatTrades,
  NONE,
} from '~/lib/format';
import type { Interval } from '~/lib/interval';
import { formatBarTime, type Zone, zoneLabel } from '~/lib/time';
import classes from './TradesTable.module.css';

export type TradeSide = 'long' | 'short';

interface Props {
  trades: Trade[];
  interval: Interval;
  zone: Zone;
  sort: Sort;
  onSort: (sort: Sort) => void;
  side: TradeSide | undefined;
  onSide: (side: TradeSide | undefined) => void;
  onExport: () => void;
}

const isOpen = ({ exit_time }: Trade) => exit_time === null;

/** Counted as in the figures of the run, those that are open apart. */
function countText(shown: readonly Trade[], all: readonly Trade[]): string {
  const count = (trades: readonly Trade[]) => {
    const open_trades = trades.filter(isOpen).length;
    return formatTrades({ trades: trades.length - open_trades, open_trades });
  };
  return shown.length === all.length ? `${count(all)} trades` : `${count(shown)} of ${count(all)} trades`;
}

const SORTABLE: Record<string, (trade: Trade) => number> = {
  number: ({ number }) => number,
  pnl: ({ pnl }) => pnl,
  return_pct: ({ return_pct }) => return_pct,
  bars: ({ bars }) => bars,
};

export function TradesTable({ trades, interval, zone, sort, onSort, side, onSide, onExport }: Props) {
  const shown = sortTrades(side ? trades.filter((trade) => trade.side === side) : trades, sort);
  if (trades.length === 0)
    return (
      <EmptyState icon="swap" title="No trades">
        <p className="dim" style={{ margin: 0 }}>
          The strategy gave no signal over these bars. A longer range or other parameters may.
        </p>
      </EmptyState>
    );
  return (
    <div className={classes.panel}>
      <div className={classes.bar}>
        <SegmentedControl
          aria-label="Side"
          value={side ?? 'all'}
          onChange={(value) => onSide(value === 'all' ? undefined : (value as TradeSide))}
          data={[
            { value: 'all', label: 'All' },
            { value: 'long', label: 'Long' },
            { value: 'short', label: 'Short' },
          ]}
        />
        <span className="dim num">
          {countText(shown, trades)} · times in {zoneLabel(zone)}
        </span>
        <span className={classes.spring} />
        <Button variant="default" leftSection={<Icon name="download" size={15} />} onClick={onExport}>
          CSV
        </Button>
      </div>
      <div className={classes.table} data-long={shown.length > 14 || undefined}>
        <DataTable
          label="Trades"
          columns={columnsOf(trades, interval, zone)}
          rows={shown}
          rowKey={({ number }) => String(number)}
          sort={sort}
          onSort={onSort}
          fill
        />
      </div>
    </div>
  );
}

export function sortTrades(trades: readonly Trade[], { key, descending }: Sort): Trade[] {
  const value = SORTABLE[key] ?? SORTABLE.number;
  if (!value) return [...trades];
  const sign = descending ? -1 : 1;
  return [...trades].sort((a, b) => sign * (value(a) - value(b)) || a.number - b.number);
}

const REASONS: Record<Trade['exit_reason'], string> = {
  signal: 'signal',
  reversal: 'reversal',
  liquidation: 'liquidated',
  series_break: 'series ended',
  end_of_data: 'still open',
  stop_loss: 'stop loss',
  take_profit: 'take profit',
  trailing_stop: 'trailing stop',
  data_ended: 'candles ended',
};

function columnsOf(trades: Trade[], interval: Interval, zone: Zone): Column<Trade>[] {
  const several = trades.some(({ symbol }) => symbol !== trades[0]?.symbol);
  // prices of several symbols have nothing in common
  const decimals = several ? undefined : decimalsOf(trades.map(({ entry_price }) => entry_price));
  const time = (seconds: number | null) => (seconds === null ? NONE : formatBarTime(seconds, interval, zone));
  return [
    { key: 'number', header: '#', align: 'right', sortable: true, cell: ({ number }) => number },
    ...(several ? [{ key: 'symbol', header: 'Symbol', cell: ({ symbol }: Trade) => symbol }] : []),
    { key: 'side', header: 'Side', cell: ({ side }) => <Side side={side} /> },
    { key: 'entry_time', header: 'Entry', cell: ({ entry_time }) => time(entry_time) },
    {
      key: 'entry_price',
      header: 'Entry price',
      align: 'right',
      wide: true,
      cell: ({ entry_price }) => formatPrice(entry_price, decimals),
    },
    { key: 'exit_time', header: 'Exit', wide: true, cell: ({ exit_time }) => time(exit_time) },
    {
      key: 'exit_price',
      header: 'Exit price',
      align: 'right',
      wide: true,
      cell: ({ exit_price }) => formatPrice(exit_price, decimals),
    },
    {
      key: 'quantity',
      header: 'Quantity',
      align: 'right',
      wide: true,
      cell: ({ quantity }) => formatQuantity(quantity),
    },
    {
      key: 'pnl',
      header: 'P&L',
      hint: 'Net of the fees of both fills',
      align: 'right',
      sortable: true,
      cell: ({ pnl }) => <Change value={pnl} as="number" />,
    },
    {
      key: 'return_pct',
      header: 'Return',
      align: 'right',
      sortable: true,
      cell: ({ return_pct }) => <Change value={return_pct / 100} />,
    },
    {
      key: 'bars',
      header: 'Bars',
      align: 'right',
      sortable: true,
      wide: true,
      cell: ({ bars }) => formatInteger(bars),
    },
    { key: 'fees', header: 'Fees', align: 'right', wide: true, cell: ({ fees }) => formatNumber(fees) },
    { key: 'exit_reason', header: 'Exit by', wide: true, cell: ({ exit_reason }) => REASONS[exit_reason] },
  ];
}

function Side({ side }: { side: TradeSide }) {
  return <span className={side === 'long' ? 'up' : 'down'}>{side === 'long' ? '▲ long' : '▼ short'}</span>;
}

import { Button, SegmentedControl, Select } from '@mantine/core';
import type { Trade } from '~/api/client';
import type { CompletedBacktest } from '~/api/completed';
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
import { formatBarTime, type Zone, zoneLabel } from '~/lib/time';
import { EXIT_REASONS, EXIT_WORDS } from './exits';
import { ReturnsHistogram } from './ReturnsHistogram';
import { intervalOf, RunChartLink } from './RunChartLink';
import { Side } from './Side';
import classes from './TradesTable.module.css';
import { filterTrades, rangeAround, sortTrades, type TradeFilter } from './trades';

interface Props {
  backtest: CompletedBacktest;
  trades: Trade[];
  zone: Zone;
  sort: Sort;
  onSort: (sort: Sort) => void;
  filter: TradeFilter;
  onFilter: (change: TradeFilter) => void;
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

export function TradesTable({ backtest, trades, zone, sort, onSort, filter, onFilter, onExport }: Props) {
  const shown = sortTrades(filterTrades(trades, filter), sort);
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
        <Filters trades={trades} filter={filter} onFilter={onFilter} />
        <span className="dim num">
          {countText(shown, trades)} · times in {zoneLabel(zone)}
        </span>
        <span className={classes.spring} />
        <Button variant="default" leftSection={<Icon name="download" size={15} />} onClick={onExport}>
          CSV
        </Button>
      </div>
      {shown.length === 0 ? (
        <EmptyState icon="search" title="No trade fits" />
      ) : (
        <>
          <ReturnsHistogram returns={shown.map(({ return_pct }) => return_pct / 100)} />
          <div className={classes.table} data-long={shown.length > 14 || undefined}>
            <DataTable
              label="Trades"
              columns={columnsOf(backtest, trades, zone)}
              rows={shown}
              rowKey={({ number }) => String(number)}
              sort={sort}
              onSort={onSort}
              fill
            />
          </div>
        </>
      )}
    </div>
  );
}

interface ChoiceProps<T extends string> {
  label: string;
  words: Record<T, string>;
  value: T | undefined;
  onChange: (value: T | undefined) => void;
}

function Choice<T extends string>({ label, words, value, onChange }: ChoiceProps<T>) {
  const all = { all: 'All', ...words };
  return (
    <SegmentedControl
      aria-label={label}
      value={value ?? 'all'}
      onChange={(next) => onChange(next === 'all' ? undefined : (next as T))}
      data={Object.entries<string>(all).map(([name, word]) => ({ value: name, label: word }))}
    />
  );
}

function Filters({ trades, filter, onFilter }: Pick<Props, 'trades' | 'filter' | 'onFilter'>) {
  const symbols = [...new Set(trades.map(({ symbol }) => symbol))].sort();
  const reasons = EXIT_REASONS.filter(
    (reason) => reason === filter.exit || trades.some(({ exit_reason }) => exit_reason === reason),
  );
  const select = { clearable: true, searchable: true, w: 160 };
  return (
    <>
      <Choice
        label="Side"
        words={{ long: 'Long', short: 'Short' }}
        value={filter.side}
        onChange={(side) => onFilter({ side })}
      />
      <Choice
        label="Outcome"
        words={{ won: 'Winners', lost: 'Losers' }}
        value={filter.pnl}
        onChange={(pnl) => onFilter({ pnl })}
      />
      <Select
        {...select}
        aria-label="Exit by"
        placeholder="Any exit"
        data={reasons.map((value) => ({ value, label: EXIT_WORDS[value] }))}
        value={filter.exit ?? null}
        onChange={(exit) => onFilter({ exit: exit ?? undefined })}
      />
      {symbols.length > 1 && (
        <Select
          {...select}
          aria-label="Symbol"
          placeholder="Any symbol"
          data={symbols}
          value={filter.symbol ?? null}
          onChange={(symbol) => onFilter({ symbol: symbol ?? undefined })}
        />
      )}
    </>
  );
}

/** Absent from runs over several symbols, and from those that were stored before there were any. */
const EXCURSIONS = [
  { key: 'mae_pct', header: 'MAE', hint: 'The farthest that the price went against it, of the entry price' },
  { key: 'mfe_pct', header: 'MFE', hint: 'The farthest that the price went for it, of the entry price' },
] as const;

function columnsOf(backtest: CompletedBacktest, trades: Trade[], zone: Zone): Column<Trade>[] {
  const interval = intervalOf(backtest);
  const several = trades.some(({ symbol }) => symbol !== trades[0]?.symbol);
  // prices of several symbols have nothing in common
  const decimals = several ? undefined : decimalsOf(trades.map(({ entry_price }) => entry_price));
  const time = (seconds: number | null) => (seconds === null ? NONE : formatBarTime(seconds, interval, zone));
  return [
    {
      key: 'number',
      header: '#',
      align: 'right',
      sortable: true,
      cell: ({ number, symbol, entry_time, exit_time }) => (
        <RunChartLink
          backtest={backtest}
          symbol={symbol}
          range={rangeAround(entry_time, exit_time ?? backtest.data.last, interval)}
          label={`Trade ${number}, ${symbol},`}
          className="ui-row-link"
        >
          <span data-wide>
            <Icon name="candle" size={13} />
          </span>{' '}
          {number}
        </RunChartLink>
      ),
    },
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
    ...EXCURSIONS.filter(({ key }) => trades.some((trade) => trade[key] !== null)).map(
      ({ key, ...rest }) => ({
        key,
        ...rest,
        align: 'right' as const,
        sortable: true,
        wide: true,
        cell: (trade: Trade) => formatNumber(trade[key], { signed: true, suffix: '%' }),
      }),
    ),
    {
      key: 'bars',
      header: 'Bars',
      align: 'right',
      sortable: true,
      wide: true,
      cell: ({ bars }) => formatInteger(bars),
    },
    { key: 'fees', header: 'Fees', align: 'right', wide: true, cell: ({ fees }) => formatNumber(fees) },
    { key: 'exit_reason', header: 'Exit by', wide: true, cell: ({ exit_reason }) => EXIT_WORDS[exit_reason] },
  ];
}

import { useInfiniteQuery } from '@tanstack/react-query';
import { rebalancesQuery } from '~/api/backtests';
import type { Rebalance } from '~/api/client';
import type { Column } from '~/components/DataTable';
import { PagedTable } from '~/components/PagedTable';
import { EmptyState } from '~/components/States';
import { formatInteger, formatNumber, formatPercent, NONE } from '~/lib/format';
import type { Interval } from '~/lib/interval';
import { formatBarTime, type Zone } from '~/lib/time';

interface Props {
  ws: string;
  id: string;
  interval: Interval;
  zone: Zone;
}

/** What a backtest of a category held from when on, and what it cost to get there. */
export function RebalancesTable({ ws, id, interval, zone }: Props) {
  const pages = useInfiniteQuery(rebalancesQuery(ws, id));
  return (
    <PagedTable
      label="Rebalances"
      pages={pages}
      columns={columnsOf(interval, zone)}
      rows={pages.data?.pages.flatMap((page) => page.rebalances) ?? []}
      rowKey={({ number }) => String(number)}
      empty={
        <EmptyState icon="swap" title="No rebalances">
          <p className="dim" style={{ margin: 0 }}>
            There was no bar at which a ranking was possible.
          </p>
        </EmptyState>
      }
    />
  );
}

const names = (symbols: string[]) => (symbols.length ? symbols.join(', ') : NONE);

const columnsOf = (interval: Interval, zone: Zone): Column<Rebalance>[] => [
  { key: 'number', header: '#', align: 'right', cell: ({ number }) => number },
  { key: 'time', header: 'Filled', cell: ({ time }) => formatBarTime(time, interval, zone) },
  { key: 'longs', header: 'Long', cell: ({ longs }) => <span className="up">{names(longs)}</span> },
  { key: 'shorts', header: 'Short', cell: ({ shorts }) => <span className="down">{names(shorts)}</span> },
  {
    key: 'eligible',
    header: 'Ranked',
    hint: 'Symbols that could be ranked',
    align: 'right',
    wide: true,
    cell: ({ eligible, skipped }) =>
      `${formatInteger(eligible)} of ${formatInteger(eligible + unranked(skipped))}`,
  },
  {
    key: 'turnover',
    header: 'Turnover',
    align: 'right',
    wide: true,
    cell: ({ turnover }) => formatPercent(turnover, { signed: false }),
  },
  { key: 'fees', header: 'Fees', align: 'right', wide: true, cell: ({ fees }) => formatNumber(fees) },
];

const UNRANKED = ['no_candle', 'short_history', 'no_candle_at_end_of_lookback', 'no_volatility'];

const unranked = (skipped: Rebalance['skipped']) =>
  skipped.filter(({ reason }) => UNRANKED.includes(reason)).length;

import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useEffect } from 'react';
import { rebalancesQuery } from '~/api/backtests';
import type { Rebalance } from '~/api/client';
import type { CompletedBacktest } from '~/api/completed';
import type { Column } from '~/components/DataTable';
import { PagedTable } from '~/components/PagedTable';
import { EmptyState } from '~/components/States';
import { formatInteger, formatNumber, formatPercent, NONE } from '~/lib/format';
import type { Interval } from '~/lib/interval';
import { formatBarTime, type Zone, zoneLabel } from '~/lib/time';
import { RebalanceDialog } from './RebalanceDialog';
import { intervalOf } from './RunChartLink';
import { candidates, FLAT_WORDS } from './rebalance';

const route = getRouteApi('/w/$ws/backtests/$id');

interface Props {
  backtest: CompletedBacktest;
  zone: Zone;
}

/** What a backtest of a category held from when on, and what it cost to get there; a row opens all of it. */
export function RebalancesTable({ backtest, zone }: Props) {
  const { ws, id } = route.useParams();
  const { rebalance: time } = route.useSearch();
  const navigate = route.useNavigate();
  const pages = useInfiniteQuery(rebalancesQuery(ws, id));
  const { hasNextPage, isFetchingNextPage, isError, fetchNextPage } = pages;
  const rows = pages.data?.pages.flatMap((page) => page.rebalances) ?? [];
  // The one in the address may be on any page, and the next one on the page after.
  const isMissing = time !== undefined && (rows[rows.length - 1]?.time ?? 0) <= time;
  useEffect(() => {
    if (isMissing && hasNextPage && !isFetchingNextPage && !isError) void fetchNextPage();
  }, [isMissing, hasNextPage, isFetchingNextPage, isError, fetchNextPage]);
  const show = (rebalance: number | undefined, replace = false) =>
    void navigate({ search: (old) => ({ ...old, rebalance }), replace, resetScroll: false });
  return (
    <>
      <RebalanceDialog
        backtest={backtest}
        zone={zone}
        rows={rows}
        time={isError ? undefined : time}
        isLoading={pages.isPending || (isMissing && hasNextPage)}
        onClose={() => show(undefined)}
        onShow={(next) => show(next, true)}
      />
      <PagedTable
        label="Rebalances"
        pages={pages}
        columns={columnsOf(intervalOf(backtest), zone)}
        rows={rows}
        rowKey={(row) => String(row.time)}
        current={String(time)}
        empty={
          <EmptyState icon="swap" title="No rebalances">
            <p className="dim" style={{ margin: 0 }}>
              There was no bar at which a ranking was possible.
            </p>
          </EmptyState>
        }
      />
    </>
  );
}

const names = (symbols: string[]) => (symbols.length ? symbols.join(', ') : NONE);

const columnsOf = (interval: Interval, zone: Zone): Column<Rebalance>[] => [
  { key: 'number', header: '#', align: 'right', cell: ({ number }) => number },
  {
    key: 'time',
    header: `Filled (${zoneLabel(zone)})`,
    cell: ({ time }) => (
      <Link
        from="/w/$ws/backtests/$id"
        to="."
        search={(before) => ({ ...before, rebalance: time })}
        resetScroll={false}
        className="ui-row-link"
        aria-label={`Rebalance of ${formatBarTime(time, interval, zone)}`}
      >
        <strong>{formatBarTime(time, interval, zone)}</strong>
      </Link>
    ),
  },
  {
    key: 'longs',
    header: 'Long',
    cell: ({ longs, flat_reason }) =>
      flat_reason ? `flat: ${FLAT_WORDS[flat_reason]}` : <span className="up">{names(longs)}</span>,
  },
  { key: 'shorts', header: 'Short', cell: ({ shorts }) => <span className="down">{names(shorts)}</span> },
  {
    key: 'eligible',
    header: 'Ranked',
    hint: 'Symbols that could be ranked',
    align: 'right',
    wide: true,
    cell: (row) => `${formatInteger(row.eligible)} of ${formatInteger(candidates(row))}`,
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

import { ActionIcon, Button, Select, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useState } from 'react';
import { backtestsQuery } from '~/api/backtests';
import type { BacktestSort, BacktestSummary } from '~/api/client';
import { strategiesQuery } from '~/api/market';
import { type Column, DataTable, type Sort } from '~/components/DataTable';
import { Icon } from '~/components/Icon';
import { LinkButton } from '~/components/LinkButton';
import { Change } from '~/components/Num';
import { EmptyState, ErrorState, SkeletonRows } from '~/components/States';
import { formatInteger, formatNumber } from '~/lib/format';
import { formatAgo, formatDate, formatDateTime, isoSeconds, type Zone, zoneLabel } from '~/lib/time';
import { useHotkeys } from '~/lib/useHotkeys';
import { useTitle } from '~/lib/useTitle';
import { useZone } from '~/lib/useZone';
import { DeleteDialog } from './DeleteDialog';
import classes from './ListPage.module.css';

const route = getRouteApi('/w/$ws/backtests');
const FILTER_SETTLES_MS = 250;
const NEWEST_FIRST: BacktestSort = '-created_at';

export function ListPage() {
  const { ws } = route.useParams();
  useTitle('Backtests');
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const [zone] = useZone();
  const [deleting, setDeleting] = useState<BacktestSummary>();
  const { data: strategies = [] } = useQuery(strategiesQuery);
  const sort = search.sort ?? NEWEST_FIRST;
  const list = useInfiniteQuery(backtestsQuery(ws, { q: search.q, strategy_id: search.strategy, sort }));
  const rows = list.data?.pages.flatMap((page) => page.backtests) ?? [];
  const filtered = search.q !== undefined || search.strategy !== undefined;
  const change = (next: Partial<typeof search>) =>
    void navigate({ search: (old) => ({ ...old, ...next }), replace: true });

  useHotkeys({
    b: () => void navigate({ to: '/w/$ws/backtests/new', params: { ws } }),
    '/': () => document.getElementById('backtest-filter')?.focus(),
  });

  return (
    <div className={classes.page}>
      <header className={classes.header}>
        <h1>Backtests</h1>
        <LinkButton to="/w/$ws/backtests/new" params={{ ws }} leftSection={<Icon name="plus" size={15} />}>
          New backtest
        </LinkButton>
      </header>
      <Filters
        key={ws}
        q={search.q}
        strategy={search.strategy}
        strategies={strategies.map(({ id, title }) => ({ value: id, label: title }))}
        onChange={change}
      />
      {list.isPending && <SkeletonRows rows={8} />}
      {list.isError && <ErrorState error={list.error} onRetry={() => void list.refetch()} />}
      {list.data && rows.length === 0 && (
        <NoRuns ws={ws} filtered={filtered} onReset={() => change({ q: undefined, strategy: undefined })} />
      )}
      {rows.length > 0 && (
        <div className={classes.table} data-stale={list.isPlaceholderData || undefined}>
          <DataTable
            label="Backtests"
            columns={columnsOf(ws, zone, setDeleting)}
            rows={rows}
            rowKey={({ id }) => id}
            rowHeight={40}
            sort={{ key: sort.replace(/^-/, ''), descending: sort.startsWith('-') }}
            onSort={(next) => change({ sort: sortText(next) })}
          />
        </div>
      )}
      {list.hasNextPage && (
        <Button
          variant="default"
          className={classes.more}
          loading={list.isFetchingNextPage}
          onClick={() => void list.fetchNextPage()}
        >
          Show more
        </Button>
      )}
      <DeleteDialog backtest={deleting} ws={ws} onClose={() => setDeleting(undefined)} />
    </div>
  );
}

function sortText({ key, descending }: Sort): BacktestSort | undefined {
  const text = (descending ? '-' : '') + key;
  return text === NEWEST_FIRST ? undefined : (text as BacktestSort);
}

interface FilterProps {
  q: string | undefined;
  strategy: string | undefined;
  strategies: { value: string; label: string }[];
  onChange: (next: { q?: string; strategy?: string }) => void;
}

function Filters({ q, strategy, strategies, onChange }: FilterProps) {
  const [typed, setTyped] = useState(q ?? '');
  const apply = useDebouncedCallback(
    (text: string) => onChange({ q: text.trim() || undefined }),
    FILTER_SETTLES_MS,
  );
  return (
    <search className={classes.filters}>
      <TextInput
        id="backtest-filter"
        aria-label="Filter by name, symbol or strategy"
        placeholder="Name, symbol or strategy"
        leftSection={<Icon name="search" size={15} />}
        w={260}
        value={typed}
        onChange={(event) => {
          setTyped(event.currentTarget.value);
          apply(event.currentTarget.value);
        }}
      />
      <Select
        aria-label="Strategy"
        placeholder="All strategies"
        data={strategies}
        value={strategy ?? null}
        clearable
        w={200}
        onChange={(value) => onChange({ strategy: value ?? undefined })}
      />
    </search>
  );
}

function NoRuns({ ws, filtered, onReset }: { ws: string; filtered: boolean; onReset: () => void }) {
  if (filtered)
    return (
      <EmptyState icon="search" title="No backtest fits these filters">
        <Button variant="default" onClick={onReset}>
          Reset filters
        </Button>
      </EmptyState>
    );
  return (
    <EmptyState icon="flask" title="No backtests in this workspace yet">
      <p className="dim" style={{ margin: 0 }}>
        Choose a strategy and a symbol; the result is kept with everything needed to repeat it.
      </p>
      <LinkButton to="/w/$ws/backtests/new" params={{ ws }}>
        New backtest
      </LinkButton>
    </EmptyState>
  );
}

function columnsOf(
  ws: string,
  zone: Zone,
  onDelete: (row: BacktestSummary) => void,
): Column<BacktestSummary>[] {
  const now_s = Date.now() / 1000;
  return [
    {
      key: 'name',
      header: 'Run',
      cell: (row) => (
        <Link to="/w/$ws/backtests/$id" params={{ ws, id: row.id }} className={classes.run}>
          <strong>{row.name ?? row.request.strategy_id}</strong>
          <span className={classes.phone}>
            {row.request.symbol} · {row.request.interval}
          </span>
        </Link>
      ),
    },
    { key: 'strategy', header: 'Strategy', wide: true, cell: ({ request }) => request.strategy_id },
    { key: 'symbol', header: 'Symbol', wide: true, cell: ({ request }) => request.symbol },
    { key: 'interval', header: 'Interval', wide: true, cell: ({ request }) => request.interval },
    {
      key: 'range',
      header: 'Bars',
      wide: true,
      cell: ({ data, bars }) => (
        <span title={`${formatInteger(bars)} bars`}>
          {formatDate(data.first)} → {formatDate(data.last)}
        </span>
      ),
    },
    {
      key: 'total_return',
      header: 'Total return',
      align: 'right',
      sortable: true,
      cell: ({ metrics }) => <Change value={metrics.total_return} />,
    },
    {
      key: 'max_drawdown',
      header: 'Max DD',
      hint: 'Deepest fall from a high',
      align: 'right',
      sortable: true,
      wide: true,
      cell: ({ metrics }) => <Change value={metrics.max_drawdown} />,
    },
    {
      key: 'sharpe',
      header: 'Sharpe',
      align: 'right',
      sortable: true,
      wide: true,
      cell: ({ metrics }) => formatNumber(metrics.sharpe),
    },
    { key: 'trades', header: 'Trades', align: 'right', cell: ({ metrics }) => formatInteger(metrics.trades) },
    {
      key: 'created_at',
      header: 'Created',
      align: 'right',
      sortable: true,
      wide: true,
      cell: ({ created_at }) => (
        <time
          dateTime={created_at}
          title={`${formatDateTime(isoSeconds(created_at), zone)} ${zoneLabel(zone)}`}
        >
          {formatAgo(created_at, now_s)}
        </time>
      ),
    },
    {
      key: 'actions',
      header: 'Actions',
      headerHidden: true,
      align: 'right',
      cell: (row) => (
        <span className={classes.actions}>
          <Link
            to="/w/$ws/backtests/new"
            params={{ ws }}
            search={{ 'from-run': row.id }}
            className={`${classes.icon} ${classes.desk}`}
            aria-label={`Duplicate and edit ${row.name ?? row.request.strategy_id}`}
            title="Duplicate & edit"
          >
            <Icon name="duplicate" size={15} />
          </Link>
          <ActionIcon
            variant="subtle"
            color="gray"
            title="Delete"
            aria-label={`Delete ${row.name ?? row.request.strategy_id}`}
            onClick={() => onDelete(row)}
          >
            <Icon name="trash" size={15} />
          </ActionIcon>
        </span>
      ),
    },
  ];
}

import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { BacktestSort, SweepSummary } from '~/api/client';
import { sweepsQuery } from '~/api/sweeps';
import { Ago } from '~/components/Ago';
import type { Column } from '~/components/DataTable';
import { Icon } from '~/components/Icon';
import { LinkButton } from '~/components/LinkButton';
import { Change } from '~/components/Num';
import { PagedTable } from '~/components/PagedTable';
import { EmptyState } from '~/components/States';
import { StatusMark } from '~/components/StatusMark';
import { formatInteger, formatNumber } from '~/lib/format';
import { useTitle } from '~/lib/useTitle';
import classes from './Sweep.module.css';

const route = getRouteApi('/w/$ws/backtests/sweeps');
const NEWEST_FIRST = '-created_at';

export function SweepsPage() {
  const { ws } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  useTitle('Sweeps');
  const sort: BacktestSort = search.sort ?? NEWEST_FIRST;
  const list = useInfiniteQuery(sweepsQuery(ws, sort));
  const rows = list.data?.pages.flatMap(({ sweeps }) => sweeps) ?? [];
  const onSort = ({ key, descending }: { key: string; descending: boolean }) => {
    const text = (descending ? '-' : '') + key;
    const next = text === NEWEST_FIRST ? undefined : (text as typeof search.sort);
    void navigate({ search: (old) => ({ ...old, sort: next }), replace: true });
  };
  const newSweep = (
    <LinkButton to="/w/$ws/backtests/sweeps/new" params={{ ws }} leftSection={<Icon name="plus" size={15} />}>
      New sweep
    </LinkButton>
  );
  return (
    <div className={classes.page}>
      <header className={classes.header}>
        <h1>Sweeps</h1>
        <span className={classes.actions}>
          <LinkButton
            variant="default"
            to="/w/$ws/backtests"
            params={{ ws }}
            leftSection={<Icon name="flask" size={15} />}
          >
            Backtests
          </LinkButton>
          {newSweep}
        </span>
      </header>
      <PagedTable
        label="Sweeps"
        pages={list}
        columns={columnsOf(ws)}
        rows={rows}
        rowKey={({ id }) => id}
        rowHeight={40}
        sort={{ key: sort.replace(/^-/, ''), descending: sort.startsWith('-') }}
        onSort={onSort}
        empty={
          <EmptyState icon="grid" title="No sweeps in this workspace yet">
            <p className="dim" style={{ margin: 0 }}>
              A sweep runs a strategy over many combinations of numbers, and says how much of the best is
              luck.
            </p>
            {newSweep}
          </EmptyState>
        }
      />
    </div>
  );
}

const columnsOf = (ws: string): Column<SweepSummary>[] => [
  {
    key: 'name',
    header: 'Sweep',
    cell: ({ id, name, request }) => (
      <Link to="/w/$ws/backtests/sweeps/$id" params={{ ws, id }} className={classes.link}>
        <strong>{name ?? request.strategy_id}</strong>
        <span>
          {request.symbol} · {request.interval}
        </span>
      </Link>
    ),
  },
  { key: 'status', header: 'State', wide: true, cell: ({ status }) => <StatusMark status={status} /> },
  {
    key: 'combinations',
    header: 'Runs',
    hint: 'Combinations of numbers',
    align: 'right',
    cell: ({ combinations }) => formatInteger(combinations),
  },
  {
    key: 'total_return',
    header: 'Best return',
    hint: 'Of the best combination',
    align: 'right',
    sortable: true,
    cell: ({ metrics }) => <Change value={metrics?.total_return} />,
  },
  {
    key: 'sharpe',
    header: 'Sharpe',
    align: 'right',
    sortable: true,
    wide: true,
    cell: ({ metrics }) => formatNumber(metrics?.sharpe),
  },
  {
    key: 'created_at',
    header: 'Created',
    align: 'right',
    sortable: true,
    wide: true,
    cell: ({ created_at }) => <Ago iso={created_at} />,
  },
];

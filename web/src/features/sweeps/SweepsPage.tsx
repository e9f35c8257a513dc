import { ActionIcon, Button } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { BacktestSort, SweepSummary } from '~/api/client';
import { isEnded } from '~/api/completed';
import { sweepsQuery } from '~/api/sweeps';
import { Ago } from '~/components/Ago';
import type { Column } from '~/components/DataTable';
import { Gated } from '~/components/Gated';
import { Icon, type IconName } from '~/components/Icon';
import { LinkButton } from '~/components/LinkButton';
import { Change } from '~/components/Num';
import { PagedTable } from '~/components/PagedTable';
import { EmptyState } from '~/components/States';
import { StatusMark } from '~/components/StatusMark';
import { TextFilter } from '~/components/TextFilter';
import { DeleteDialog } from '~/features/backtests/DeleteDialog';
import { SWEEP } from '~/features/backtests/kinds';
import { LabelDialog, TagList } from '~/features/backtests/Labels';
import { formatInteger, formatNumber } from '~/lib/format';
import { useTitle } from '~/lib/useTitle';
import classes from './Sweep.module.css';
import { useSweepAgain } from './useSweepAgain';

const route = getRouteApi('/w/$ws/backtests/sweeps');
const NEWEST_FIRST = '-created_at';

export function SweepsPage() {
  const { ws } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  useTitle('Sweeps');
  const sort: BacktestSort = search.sort ?? NEWEST_FIRST;
  const [labelling, setLabelling] = useState<SweepSummary>();
  const [deleting, setDeleting] = useState<SweepSummary>();
  const again = useSweepAgain(ws);
  const { q } = search;
  const list = useInfiniteQuery(sweepsQuery(ws, { q, sort }));
  const rows = list.data?.pages.flatMap(({ sweeps }) => sweeps) ?? [];
  const change = (next: Partial<typeof search>) =>
    void navigate({ search: (old) => ({ ...old, ...next }), replace: true });
  const onSort = ({ key, descending }: { key: string; descending: boolean }) => {
    const text = (descending ? '-' : '') + key;
    const next = text === NEWEST_FIRST ? undefined : (text as typeof search.sort);
    change({ sort: next });
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
      <TextFilter
        key={ws}
        id="sweep-filter"
        label="Filter by name, symbol, strategy or tag"
        value={q}
        onChange={(next) => change({ q: next })}
      />
      <PagedTable
        label="Sweeps"
        pages={list}
        columns={columnsOf({
          ws,
          onLabel: setLabelling,
          onDelete: setDeleting,
          onRunAgain: ({ id }) => again.mutate(id),
        })}
        rows={rows}
        rowKey={({ id }) => id}
        rowHeight={40}
        sort={{ key: sort.replace(/^-/, ''), descending: sort.startsWith('-') }}
        onSort={onSort}
        empty={
          q !== undefined ? (
            <EmptyState icon="search" title="No sweep fits this filter">
              <Button variant="default" onClick={() => change({ q: undefined })}>
                Reset the filter
              </Button>
            </EmptyState>
          ) : (
            <EmptyState icon="grid" title="No sweeps in this workspace yet">
              <p className="dim" style={{ margin: 0 }}>
                A sweep runs a strategy over many combinations of numbers, and says how much of the best is
                luck.
              </p>
              {newSweep}
            </EmptyState>
          )
        }
      />
      <LabelDialog ws={ws} kind={SWEEP} row={labelling} onClose={() => setLabelling(undefined)} />
      <DeleteDialog ws={ws} kind={SWEEP} backtest={deleting} onClose={() => setDeleting(undefined)} />
    </div>
  );
}

interface Actions {
  ws: string;
  onLabel: (row: SweepSummary) => void;
  onDelete: (row: SweepSummary) => void;
  onRunAgain: (row: SweepSummary) => void;
}

function RowActions({ row, onLabel, onDelete, onRunAgain }: Actions & { row: SweepSummary }) {
  const name = row.name ?? row.request.strategy_id;
  const action = (icon: IconName, title: string, label: string, run: (row: SweepSummary) => void) => (
    <Gated needs="trader" madeBy={run === onRunAgain ? undefined : row.created_by}>
      <ActionIcon variant="subtle" color="gray" title={title} aria-label={label} onClick={() => run(row)}>
        <Icon name={icon} size={15} />
      </ActionIcon>
    </Gated>
  );
  return (
    <span className={classes.rowActions}>
      {action('pencil', 'Name, tags, note', `Name and tags of ${name}`, onLabel)}
      {isEnded(row.status) && (
        <>
          <span className={classes.desk}>
            {action('refresh', 'Run again', `Run ${name} again`, onRunAgain)}
          </span>
          {action('trash', 'Delete', `Delete ${name}`, onDelete)}
        </>
      )}
    </span>
  );
}

const columnsOf = (actions: Actions): Column<SweepSummary>[] => [
  {
    key: 'name',
    header: 'Sweep',
    cell: ({ id, name, request, starred }) => (
      <Link to="/w/$ws/backtests/sweeps/$id" params={{ ws: actions.ws, id }} className={classes.link}>
        <strong>
          {starred && <Icon name="star" size={12} filled />} {name ?? request.strategy_id}
        </strong>
        <span>
          {request.symbol} · {request.interval}
        </span>
      </Link>
    ),
  },
  { key: 'tags', header: 'Tags', wide: true, cell: ({ tags }) => <TagList tags={tags} /> },
  { key: 'status', header: 'State', wide: true, cell: ({ status }) => <StatusMark status={status} /> },
  {
    key: 'combinations',
    header: 'Runs',
    hint: 'Combinations of numbers',
    align: 'right',
    wide: true,
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
  {
    key: 'actions',
    header: 'Actions',
    headerHidden: true,
    align: 'right',
    cell: (row) => <RowActions row={row} {...actions} />,
  },
];

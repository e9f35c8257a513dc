import { Button } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { backtestsQuery } from '~/api/backtests';
import type { BacktestSort, BacktestSummary, Job } from '~/api/client';
import { isEnded } from '~/api/completed';
import { unfinished } from '~/api/jobs';
import { strategiesQuery } from '~/api/market';
import type { Sort } from '~/components/DataTable';
import { Icon } from '~/components/Icon';
import { LinkButton } from '~/components/LinkButton';
import { PagedTable } from '~/components/PagedTable';
import { EmptyState } from '~/components/States';
import { parseRuns, RUNS_MIN, toggleRun } from '~/features/compare/runs';
import { useBoard } from '~/features/jobs/useJobs';
import { useHotkeys } from '~/lib/useHotkeys';
import { useTitle } from '~/lib/useTitle';
import { DeleteDialog } from './DeleteDialog';
import { ListFilters, NO_FILTER } from './ListFilters';
import classes from './ListPage.module.css';
import { LiveQueue } from './LiveQueue';
import { columnsOf } from './listColumns';
import { useRunAgain } from './useRunAgain';

const route = getRouteApi('/w/$ws/backtests');
const NEWEST_FIRST: BacktestSort = '-created_at';

export function ListPage() {
  const { ws } = route.useParams();
  useTitle('Backtests');
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const [deleting, setDeleting] = useState<BacktestSummary>();
  const { data: strategies = [] } = useQuery(strategiesQuery);
  const runAgain = useRunAgain(ws);
  const { q, strategy, status, tag, starred } = search;
  const sort = search.sort ?? NEWEST_FIRST;
  const list = useInfiniteQuery(
    backtestsQuery(ws, { q, strategy_id: strategy, status, tag, starred: starred && true, sort }),
  );
  const loaded = list.data?.pages.flatMap((page) => page.backtests) ?? [];
  const jobs = unfinished(useBoard(ws)).filter(({ kind }) => kind === 'backtest' || kind === 'sweep');
  const nameOf = ({ id }: Job) => loaded.find((row) => row.job_id === id)?.name ?? undefined;
  const jobById = new Map(jobs.map((job) => [job.id, job]));
  // What has not ended stands above the table, once; asked for by its state it stands in it.
  const queueShown = status === undefined || isEnded(status);
  const rows = queueShown ? loaded.filter((row) => isEnded(row.status) || !jobById.has(row.job_id)) : loaded;
  const chosen = parseRuns(search.sel);
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
        <span className={classes.actions}>
          {chosen.length > 0 && <CompareButton ws={ws} chosen={chosen} />}
          <LinkButton
            variant="default"
            to="/w/$ws/backtests/sweeps"
            params={{ ws }}
            leftSection={<Icon name="grid" size={15} />}
          >
            Sweeps
          </LinkButton>
          <LinkButton to="/w/$ws/backtests/new" params={{ ws }} leftSection={<Icon name="plus" size={15} />}>
            New backtest
          </LinkButton>
        </span>
      </header>
      {queueShown && <LiveQueue ws={ws} jobs={jobs} nameOf={nameOf} />}
      <ListFilters
        key={ws}
        q={q}
        strategy={strategy}
        status={status}
        tag={tag}
        starred={starred}
        strategies={strategies.map(({ id, title }) => ({ value: id, label: title }))}
        onChange={change}
      />
      <PagedTable
        label="Backtests"
        pages={list}
        columns={columnsOf({
          ws,
          jobOf: (row) => jobById.get(row.job_id),
          chosen,
          onChoose: ({ id }) => change({ sel: toggleRun(search.sel, id) }),
          onDelete: setDeleting,
          onRunAgain: (row) => runAgain.mutate(row.id),
        })}
        rows={rows}
        rowKey={({ id }) => id}
        rowHeight={40}
        sort={{ key: sort.replace(/^-/, ''), descending: sort.startsWith('-') }}
        onSort={(next) => change({ sort: sortText(next) })}
        empty={
          <NoRuns
            ws={ws}
            filtered={(q ?? strategy ?? status ?? tag ?? starred) !== undefined}
            begun={jobs.length > 0}
            onReset={() => change(NO_FILTER)}
          />
        }
      />
      <DeleteDialog backtest={deleting} ws={ws} onClose={() => setDeleting(undefined)} />
    </div>
  );
}

/** With one run chosen it says what is missing. */
function CompareButton({ ws, chosen }: { ws: string; chosen: string[] }) {
  if (chosen.length < RUNS_MIN) return <span className="dim">Choose another one to compare</span>;
  return (
    <LinkButton
      to="/w/$ws/backtests/compare"
      params={{ ws }}
      search={{ ids: chosen.join(',') }}
      leftSection={<Icon name="columns" size={15} />}
    >
      Compare ({chosen.length})
    </LinkButton>
  );
}

function sortText({ key, descending }: Sort): BacktestSort | undefined {
  const text = (descending ? '-' : '') + key;
  return text === NEWEST_FIRST ? undefined : (text as BacktestSort);
}

interface NoRunsProps {
  ws: string;
  filtered: boolean;
  /** Some have been begun, and none has ended. */
  begun: boolean;
  onReset: () => void;
}

function NoRuns({ ws, filtered, begun, onReset }: NoRunsProps) {
  if (filtered)
    return (
      <EmptyState icon="search" title="No backtest fits these filters">
        <Button variant="default" onClick={onReset}>
          Reset filters
        </Button>
      </EmptyState>
    );
  if (begun)
    return (
      <EmptyState icon="clock" title="None has ended yet">
        <p className="dim" style={{ margin: 0 }}>
          Results appear here by themselves.
        </p>
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

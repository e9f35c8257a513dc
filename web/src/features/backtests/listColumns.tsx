import { ActionIcon } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { BacktestSummary, Job } from '~/api/client';
import { isCompleted, isEnded } from '~/api/completed';
import { Ago } from '~/components/Ago';
import type { Column } from '~/components/DataTable';
import { Gated } from '~/components/Gated';
import { Icon } from '~/components/Icon';
import { Change } from '~/components/Num';
import { StatusMark } from '~/components/StatusMark';
import { RUNS_MAX } from '~/features/compare/runs';
import { CancelButton } from '~/features/jobs/CancelButton';
import { JobProgress } from '~/features/jobs/JobProgress';
import { formatInteger, formatNumber, formatTrades, NONE } from '~/lib/format';
import { formatDate } from '~/lib/time';
import classes from './ListPage.module.css';
import { requestedRange } from './request';

export interface RowActions {
  ws: string;
  /** The job of a run that has not ended. */
  jobOf: (row: BacktestSummary) => Job | undefined;
  /** Ids of the runs chosen for a comparison. */
  chosen: readonly string[];
  onChoose: (row: BacktestSummary) => void;
  onDelete: (row: BacktestSummary) => void;
  onRunAgain: (row: BacktestSummary) => void;
}

const nameOf = ({ name, strategy_id }: BacktestSummary) => name ?? strategy_id;

/** Each narrows the list to what has it. */
const Tags = ({ tags }: { tags: string[] }) =>
  tags.map((tag) => (
    <Link
      key={tag}
      from="/w/$ws/backtests"
      to="."
      search={(old) => ({ ...old, tag })}
      className="ui-chip"
      title={`Only runs tagged ${tag}`}
    >
      {tag}
    </Link>
  ));

export function columnsOf(actions: RowActions): Column<BacktestSummary>[] {
  const { ws, jobOf } = actions;
  return [
    {
      key: 'chosen',
      header: 'Compare',
      headerHidden: true,
      cell: (row) => <Choice row={row} {...actions} />,
    },
    {
      key: 'name',
      header: 'Run',
      cell: (row) => (
        <>
          <Link to="/w/$ws/backtests/$id" params={{ ws, id: row.id }} className={classes.run}>
            <strong>
              {row.starred && <Icon name="star" size={12} filled />} {nameOf(row)}
            </strong>
            <span className={classes.phone}>
              {row.symbol} · {row.interval}
            </span>
            {!isCompleted(row) && (
              <span className={classes.phone}>
                <State row={row} job={jobOf(row)} />
              </span>
            )}
          </Link>
          {(row.name !== null || row.tags.length > 0) && (
            <div className={`ui-chips ${classes.desk}`}>
              {row.name !== null && row.strategy_id} <Tags tags={row.tags} />
            </div>
          )}
        </>
      ),
    },
    {
      key: 'series',
      header: 'Series',
      wide: true,
      cell: (row) => (
        <span className={classes.series}>
          {row.symbol} · {row.interval}
          <Range row={row} />
        </span>
      ),
    },
    { key: 'status', header: 'State', wide: 'more', cell: (row) => <State row={row} job={jobOf(row)} /> },
    ...metricColumns(),
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
      sticky: true,
      cell: (row) => <Actions row={row} {...actions} />,
    },
  ];
}

const metricColumns = (): Column<BacktestSummary>[] => [
  {
    key: 'total_return',
    header: 'Total return',
    align: 'right',
    sortable: true,
    cell: ({ metrics }) => <Change value={metrics?.total_return} />,
  },
  {
    key: 'max_drawdown',
    header: 'Max DD',
    hint: 'Deepest fall from a high',
    align: 'right',
    sortable: true,
    wide: true,
    cell: ({ metrics }) => <Change value={metrics?.max_drawdown} />,
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
    key: 'trades',
    header: 'Trades',
    align: 'right',
    wide: 'more',
    cell: ({ metrics }) => (metrics ? formatTrades(metrics) : NONE),
  },
];

/** Only what has a result can be compared. */
function Choice({ row, chosen, onChoose }: RowActions & { row: BacktestSummary }) {
  if (!isCompleted(row)) return null;
  const isChosen = chosen.includes(row.id);
  const isFull = !isChosen && chosen.length >= RUNS_MAX;
  return (
    <input
      type="checkbox"
      className={classes.choice}
      aria-label={`Compare ${nameOf(row)}`}
      title={isFull ? `${RUNS_MAX} runs can be compared at once` : 'Compare'}
      checked={isChosen}
      disabled={isFull}
      onChange={() => onChoose(row)}
    />
  );
}

function Range({ row }: { row: BacktestSummary }) {
  if (!isCompleted(row)) return <span>{requestedRange(row.request)}</span>;
  return (
    <span title={`${formatInteger(row.bars)} bars`}>
      {formatDate(row.data.first)} → {formatDate(row.data.last)}
    </span>
  );
}

/** In words and with an icon; how far it is, or what kind of failure: the whole of it is on its page. */
function State({ row, job }: { row: BacktestSummary; job: Job | undefined }) {
  return (
    <span className={classes.state}>
      <StatusMark status={row.status} cancelling={job?.cancel_requested} />
      {job && !isEnded(row.status) && <JobProgress job={job} />}
      {row.liquidated_at !== null && <span className="bad">liquidated</span>}
      {row.status === 'failed' && row.error && (
        <code className={classes.reason} title={row.error.detail}>
          {row.error.code}
        </code>
      )}
    </span>
  );
}

function Actions({ row, ws, jobOf, onDelete, onRunAgain }: RowActions & { row: BacktestSummary }) {
  const job = jobOf(row);
  const name = nameOf(row);
  return (
    <span className={classes.actions}>
      <Link
        to="/w/$ws/backtests/new"
        params={{ ws }}
        search={{ 'from-run': row.id }}
        className={`${classes.icon} ${classes.desk}`}
        aria-label={`Duplicate and edit ${name}`}
        title="Duplicate & edit"
      >
        <Icon name="duplicate" size={15} />
      </Link>
      {isEnded(row.status) && (
        <Gated needs="trader">
          <ActionIcon
            variant="subtle"
            color="gray"
            className={classes.desk}
            title="Run again"
            aria-label={`Run ${name} again`}
            onClick={() => onRunAgain(row)}
          >
            <Icon name="refresh" size={15} />
          </ActionIcon>
        </Gated>
      )}
      {isEnded(row.status) && (
        <Gated needs="trader" madeBy={row.created_by}>
          <ActionIcon
            variant="subtle"
            color="gray"
            title="Delete"
            aria-label={`Delete ${name}`}
            onClick={() => onDelete(row)}
          >
            <Icon name="trash" size={15} />
          </ActionIcon>
        </Gated>
      )}
      {!isEnded(row.status) && (job ? <CancelButton job={job} /> : NONE)}
    </span>
  );
}

import type { Job, JobKind, JobProperties } from '~/api/client';
import { isEnded } from '~/api/completed';
import { Ago } from '~/components/Ago';
import type { Column } from '~/components/DataTable';
import { StatusMark } from '~/components/StatusMark';
import { NONE } from '~/lib/format';
import { formatDuration, isoSeconds } from '~/lib/time';
import { CancelButton } from './CancelButton';
import { JobProgress } from './JobProgress';
import classes from './JobsPage.module.css';
import { JobTitle } from './JobTitle';

export const KINDS: Record<JobKind, string> = {
  backtest: 'Backtest',
  category_backtest: 'Category backtest',
  sweep: 'Sweep',
  backtest_verify: 'Verification',
  market_import: 'Import',
  market_download: 'Download',
};

/** Of a person by their id. */
type NameOf = (id: string) => string;

export function jobColumns(ws: string, nameOf: NameOf): Column<Job>[] {
  return [
    {
      key: 'title',
      header: 'Job',
      cell: (job) => (
        <span className={classes.job}>
          <JobTitle ws={ws} job={job} />
          <PhoneLine job={job} />
        </span>
      ),
    },
    { key: 'kind', header: 'Kind', wide: true, cell: ({ kind }) => KINDS[kind] },
    ...stateColumns(),
    {
      key: 'attempts',
      header: 'Attempt',
      hint: 'How often it was started, of how many times at most',
      align: 'right',
      wide: 'most',
      cell: ({ attempts, max_attempts }) => (attempts === 0 ? NONE : `${attempts} of ${max_attempts}`),
    },
    ...timeColumns(nameOf),
    {
      key: 'started_at',
      header: 'Started',
      align: 'right',
      wide: true,
      cell: ({ started_at }) => <Ago iso={started_at} />,
    },
    {
      key: 'finished_at',
      header: 'Finished',
      align: 'right',
      wide: true,
      cell: ({ finished_at }) => <Ago iso={finished_at} />,
    },
    {
      key: 'worker',
      header: 'Worker',
      wide: 'most',
      cell: ({ worker }) => <span className="dim">{worker ?? NONE}</span>,
    },
    {
      key: 'actions',
      header: 'Actions',
      headerHidden: true,
      align: 'right',
      sticky: true,
      cell: (job) => !isEnded(job.status) && <CancelButton job={job} />,
    },
  ];
}

export const stateColumns = (): Column<JobProperties>[] => [
  {
    key: 'status',
    header: 'State',
    wide: true,
    cell: ({ status, cancel_requested }) => <StatusMark status={status} cancelling={cancel_requested} />,
  },
  { key: 'progress', header: 'Progress', wide: true, cell: (job) => <Progress job={job} /> },
];

export const timeColumns = (nameOf: NameOf): Column<JobProperties>[] => [
  {
    key: 'created_by',
    header: 'By',
    wide: true,
    cell: ({ created_by }) => <span title={created_by}>{nameOf(created_by)}</span>,
  },
  {
    key: 'created_at',
    header: 'Created',
    align: 'right',
    wide: true,
    cell: ({ created_at }) => <Ago iso={created_at} />,
  },
];

/** How far it is, why it failed, or how long it took. */
export function Progress({ job }: { job: JobProperties }) {
  if (!isEnded(job.status))
    return (
      <span className={classes.progress}>
        <JobProgress job={job} />
      </span>
    );
  if (job.status === 'failed' && job.error) return <span className={classes.error}>{job.error.detail}</span>;
  if (job.started_at === null || job.finished_at === null) return <span className="dim">{NONE}</span>;
  return <span className="dim">{tookText(isoSeconds(job.finished_at) - isoSeconds(job.started_at))}</span>;
}

const tookText = (seconds: number) =>
  seconds < 1 ? `took ${Math.max(1, Math.round(seconds * 1000))} ms` : `took ${formatDuration(seconds)}`;

/** On a phone a row has two lines; this is the second. */
export function PhoneLine({ job }: { job: JobProperties }) {
  return (
    <span className={classes.phone}>
      <StatusMark status={job.status} cancelling={job.cancel_requested} />
      {isEnded(job.status) && !job.error ? <Ago iso={job.finished_at} /> : <Progress job={job} />}
    </span>
  );
}

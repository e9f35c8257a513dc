import type { Backtest, Strategy } from '~/api/client';
import { isEnded } from '~/api/completed';
import { Ago } from '~/components/Ago';
import { Notice } from '~/components/Notice';
import { EmptyState } from '~/components/States';
import { StatusMark } from '~/components/StatusMark';
import { CancelButton } from '~/features/jobs/CancelButton';
import { JobProgress } from '~/features/jobs/JobProgress';
import type { Going } from '~/features/jobs/jobText';
import { useJob } from '~/features/jobs/useJobs';
import { useTitle } from '~/lib/useTitle';
import classes from './ResultPage.module.css';
import { DeleteButton, DuplicateButton, RunAgainButton } from './RunActions';
import { RequestDetails } from './RunDetails';
import { RunHeader } from './RunHeader';
import { requestedRange } from './request';

interface Props {
  ws: string;
  backtest: Backtest;
  strategy: Strategy | undefined;
}

/** The page of a run that has no result: not yet, or none that will come. */
export function UnfinishedRun({ ws, backtest, strategy }: Props) {
  const { request } = backtest;
  const job = useJob(ws, backtest.job_id);
  useTitle(`${backtest.name ?? backtest.strategy_id} · ${backtest.symbol}`);
  const ended = isEnded(backtest.status);
  return (
    <div className={classes.page}>
      <RunHeader backtest={backtest} range={requestedRange(request)}>
        {ended && <RunAgainButton ws={ws} backtest={backtest} />}
        <DuplicateButton ws={ws} backtest={backtest} />
        {ended && <DeleteButton ws={ws} backtest={backtest} />}
        {!ended && job && <CancelButton job={job} labelled />}
      </RunHeader>
      {!ended && <Underway ws={ws} backtest={backtest} />}
      {backtest.status === 'failed' && <Failure backtest={backtest} />}
      {backtest.status === 'cancelled' && (
        <section className={classes.state} aria-label="State">
          <EmptyState icon="ban" title="This backtest was cancelled">
            <p className="dim" style={{ margin: 0 }}>
              It has no result. Run it again, or change it first.
            </p>
          </EmptyState>
        </section>
      )}
      <RequestDetails request={request} strategy={strategy} />
    </div>
  );
}

/** What of a run, or a sweep, says how far it is. */
export type UnderwayRun = Pick<
  Backtest,
  'job_id' | 'status' | 'progress' | 'started_at' | 'created_at' | 'strategy_id' | 'symbol' | 'interval'
>;

/** Queued or running. The page turns into the result by itself. */
export function Underway({ ws, backtest }: { ws: string; backtest: UnderwayRun }) {
  const job = useJob(ws, backtest.job_id);
  const going = job && !isEnded(job.status) ? job : withoutJob(backtest);
  const isRunning = going.status === 'running';
  return (
    <section className={classes.state} aria-label="State">
      <p className={classes.stateLine}>
        <StatusMark status={going.status} cancelling={job?.cancel_requested} />
        <span className="dim">
          {isRunning ? 'since ' : 'created '}
          <Ago iso={isRunning ? going.started_at : backtest.created_at} />
        </span>
        {isRunning && job?.worker && <span className="dim">on {job.worker}</span>}
      </p>
      <JobProgress job={going} />
      {job?.error && <p className={classes.lastError}>The last attempt failed: {job.error.detail}</p>}
      <p className={classes.hint}>
        The result shows here by itself. You may leave this page meanwhile; it goes on.
      </p>
    </section>
  );
}

/** What the backtest itself tells of its job, as long as the job is not at hand. */
const withoutJob = ({ status, progress, started_at, strategy_id, symbol, interval }: UnderwayRun): Going => ({
  title: `${strategy_id} ${symbol} ${interval}`,
  status,
  progress,
  progress_text: null,
  started_at,
  run_at: null,
  queue_position: null,
  attempts: 1,
  max_attempts: 1,
});

export function Failure({
  backtest,
  what = 'backtest',
}: {
  backtest: Pick<Backtest, 'error' | 'finished_at'>;
  what?: string;
}) {
  const { error, finished_at } = backtest;
  return (
    <Notice kind="bad" title={`This ${what} failed`}>
      <p className={classes.failure}>{error?.detail ?? 'No reason was given.'}</p>
      <p className={classes.hint}>
        {error && (
          <>
            <code>{error.code}</code> ·{' '}
          </>
        )}
        <Ago iso={finished_at} />
      </p>
    </Notice>
  );
}

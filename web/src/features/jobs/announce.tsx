import { notifications } from '@mantine/notifications';
import { Link } from '@tanstack/react-router';
import type { Import, Job } from '~/api/client';
import { createBatch } from '~/lib/batch';
import classes from './announce.module.css';

const TOAST = 'jobs ended';
// Long enough for the page of a backtest that was just begun to open: it shows the end itself.
const SETTLES_MS = 700;
const LEAVES_MS = 5000;

type Ended = Job | Import;

/** Says that jobs of this person have ended, all that end while the toast is there in one. */
export function createAnnouncer(ws: string, userId: string, isOnScreen: (job: Ended) => boolean) {
  let told: Ended[] = [];
  const close = () => {
    told = [];
  };
  const batch = createBatch<Ended>(SETTLES_MS, async (jobs) => {
    await whenVisible();
    const news = jobs.filter((job) => !isOnScreen(job));
    if (news.length === 0) return;
    const isShown = told.length > 0;
    told = [...told, ...news];
    const toast = { id: TOAST, onClose: close, ...toastOf(ws, told) };
    if (isShown) notifications.update(toast);
    else notifications.show(toast);
  });
  return {
    add: (job: Ended) => {
      if (job.created_by === userId && job.status !== 'cancelled') batch.add(job.id, job);
    },
    close: batch.clear,
  };
}

/** Nobody reads a toast in a hidden tab: it would be gone by the time they come back. */
const whenVisible = () =>
  new Promise<void>((done) => {
    if (!document.hidden) return done();
    document.addEventListener('visibilitychange', () => done(), { once: true });
  });

export function toastOf(ws: string, jobs: Ended[]) {
  const failed = jobs.filter(({ status }) => status === 'failed');
  const look =
    failed.length > 0 ? { color: 'red', autoClose: false as const } : { color: 'teal', autoClose: LEAVES_MS };
  const [only] = jobs;
  if (jobs.length > 1 || !only)
    return {
      ...look,
      title: `${jobs.length} jobs have ended`,
      message: (
        <>
          {failed.length > 0 ? `${failed.length} of them failed. ` : 'All of them completed. '}
          <Link className={classes.link} to="/w/$ws/jobs" params={{ ws }}>
            Show jobs
          </Link>
        </>
      ),
    };
  const isFailed = only.status === 'failed';
  return {
    ...look,
    title: isFailed ? `${only.title} failed` : `${only.title} is done`,
    message: (
      <>
        {isFailed && only.error && <div>{only.error.detail}</div>}
        <OpenLink ws={ws} job={only} />
      </>
    ),
  };
}

function ShowJobs({ ws }: { ws: string }) {
  return (
    <Link className={classes.link} to="/w/$ws/jobs" params={{ ws }}>
      Show jobs
    </Link>
  );
}

function OpenLink({ ws, job }: { ws: string; job: Ended }) {
  if (job.kind === 'sweep')
    return (
      <Link className={classes.link} to="/w/$ws/backtests/sweeps/$id" params={{ ws, id: job.id }}>
        {job.status === 'failed' ? 'See why' : 'Open result'}
      </Link>
    );
  if ('backtest_id' in job && job.backtest_id !== null)
    return (
      <Link className={classes.link} to="/w/$ws/backtests/$id" params={{ ws, id: job.backtest_id }}>
        {job.status === 'failed' ? 'See why' : 'Open result'}
      </Link>
    );
  if ('result' in job && job.kind === 'backtest_verify')
    return job.result && 'backtest_id' in job.result ? (
      <Link
        className={classes.link}
        to="/w/$ws/backtests/$id"
        params={{ ws, id: job.result.backtest_id }}
        search={{ verify: job.id }}
      >
        See the verdict
      </Link>
    ) : (
      <ShowJobs ws={ws} />
    );
  if (job.kind === 'market_download') return <ShowJobs ws={ws} />;
  return (
    <Link className={classes.link} to="/w/$ws/jobs" params={{ ws }} search={{ tab: 'imports' }}>
      Show imports
    </Link>
  );
}

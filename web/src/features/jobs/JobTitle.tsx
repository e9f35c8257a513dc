import { Link } from '@tanstack/react-router';
import type { Job } from '~/api/client';
import classes from './JobTitle.module.css';

interface Props {
  ws: string;
  job: Pick<Job, 'id' | 'kind' | 'title' | 'backtest_id' | 'result'>;
  onOpen?: () => void;
}

/** What a job does, as a link to what comes of it. */
export function JobTitle({ ws, job, onOpen }: Props) {
  if (job.kind === 'sweep')
    return (
      <Link
        to="/w/$ws/backtests/sweeps/$id"
        params={{ ws, id: job.id }}
        className={classes.title}
        onClick={onOpen}
      >
        {job.title}
      </Link>
    );
  if (job.result)
    return (
      <Link
        to="/w/$ws/backtests/$id"
        params={{ ws, id: job.result.backtest_id }}
        search={{ verify: job.id }}
        className={classes.title}
        onClick={onOpen}
      >
        {job.title}
      </Link>
    );
  if (job.backtest_id === null) return <span className={classes.title}>{job.title}</span>;
  return (
    <Link
      to="/w/$ws/backtests/$id"
      params={{ ws, id: job.backtest_id }}
      className={classes.title}
      onClick={onOpen}
    >
      {job.title}
    </Link>
  );
}

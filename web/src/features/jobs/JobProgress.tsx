import { ProgressBar } from '~/components/ProgressBar';
import { formatPercent } from '~/lib/format';
import { useNow } from '~/lib/useNow';
import classes from './JobProgress.module.css';
import { activity, attemptText, type Going } from './jobText';

interface Props {
  job: Going;
  /** The words beside the bar, where there is room for both. */
  inline?: boolean;
}

/** How far an unfinished job is: a bar while it runs, and in words what it is at or waits for. */
export function JobProgress({ job, inline = false }: Props) {
  const now_s = useNow();
  const words = [activity(job, now_s), attemptText(job)].filter(Boolean).join(' · ');
  return (
    <span className={classes.progress} data-inline={inline || undefined}>
      {job.status === 'running' && (
        <span className={classes.line}>
          <ProgressBar value={job.progress} label={`Progress of ${job.title}`} />
          {job.progress !== null && (
            <span className="num">{formatPercent(job.progress, { signed: false, decimals: 0 })}</span>
          )}
        </span>
      )}
      {words && <span className={classes.words}>{words}</span>}
    </span>
  );
}

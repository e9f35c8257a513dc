import type { JobStatus } from '~/api/client';
import { Icon, type IconName } from './Icon';
import classes from './StatusMark.module.css';

export const STATUSES: Record<JobStatus, { word: string; icon: IconName }> = {
  queued: { word: 'Queued', icon: 'clock' },
  running: { word: 'Running', icon: 'refresh' },
  completed: { word: 'Completed', icon: 'check' },
  failed: { word: 'Failed', icon: 'alert' },
  cancelled: { word: 'Cancelled', icon: 'ban' },
};

interface Props {
  status: JobStatus;
  /** It was asked to stop and has not yet. */
  cancelling?: boolean;
  /** The icon alone is seen; the word is still read out. */
  compact?: boolean;
}

/** How a job or backtest stands: an icon and a word, so that colour is never alone. */
export function StatusMark({ status, cancelling = false, compact = false }: Props) {
  const { word, icon } = STATUSES[status];
  const shown = cancelling && (status === 'running' || status === 'queued') ? 'Cancelling…' : word;
  return (
    <span className={classes.mark} data-status={status} title={compact ? shown : undefined}>
      <Icon name={icon} size={14} />
      <span className={compact ? 'visually-hidden' : undefined}>{shown}</span>
    </span>
  );
}

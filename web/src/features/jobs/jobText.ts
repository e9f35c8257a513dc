import type { JobProperties } from '~/api/client';
import { formatDuration, isoSeconds } from '~/lib/time';

/** What of a job says how far it is. */
export type Going = Pick<
  JobProperties,
  | 'title'
  | 'status'
  | 'progress'
  | 'progress_text'
  | 'queue_position'
  | 'attempts'
  | 'max_attempts'
  | 'run_at'
  | 'started_at'
>;

const TELLING = 0.05;
const TELLING_S = 2;

/** How long it will still take if it goes on as it did; undefined as long as that would be a guess. */
export function remaining_s({ progress, started_at, status }: Going, now_s: number): number | undefined {
  if (status !== 'running' || started_at === null || progress === null || progress < TELLING)
    return undefined;
  const spent_s = now_s - isoSeconds(started_at);
  return spent_s < TELLING_S ? undefined : (spent_s / progress) * (1 - progress);
}

/** What an unfinished job is at, or waits for. */
export function activity(job: Going, now_s: number): string {
  if (job.status === 'running') {
    const left_s = remaining_s(job, now_s);
    const left = left_s === undefined ? '' : `~${formatDuration(left_s)} left`;
    return [job.progress_text, left].filter(Boolean).join(' · ');
  }
  const wait_s = job.run_at === null ? 0 : isoSeconds(job.run_at) - now_s;
  if (job.attempts > 0 && wait_s > 1) return `tries again in ${formatDuration(wait_s)}`;
  if (job.queue_position === null) return 'in the queue';
  return job.queue_position === 1 ? 'next in the queue' : `number ${job.queue_position} in the queue`;
}

/** "attempt 2 of 3", where that says something. */
export const attemptText = ({ attempts, max_attempts }: Going): string =>
  attempts > 1 ? `attempt ${attempts} of ${max_attempts}` : '';

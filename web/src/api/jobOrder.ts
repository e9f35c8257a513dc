import type { JobProperties } from './client';
import { isEnded } from './completed';

/**
 * How far a job has come, as something that compares: waiting, running, waiting again after its worker stopped,
 * running again, …, ended. Each start has a later time; attempts do not tell: one that was given back is not counted.
 */
function stage({ status, started_at }: JobProperties): string {
  if (isEnded(status)) return '~';
  return `${started_at ?? ''} ${status === 'queued' ? 1 : 0}`;
}

/**
 * The later of two accounts of one job, whichever arrived first: events and answers overtake each other. Neither
 * the place in the queue, which events do not know, nor a wish to cancel is lost on the way.
 */
export function laterJob<T extends JobProperties>(known: T | undefined, next: T): T {
  if (!known) return next;
  const [before, after] = [stage(known), stage(next)];
  if (after < before || isEnded(known.status)) return known;
  if (after > before) return next;
  if ((next.progress ?? 0) < (known.progress ?? 0)) return known;
  return {
    ...next,
    queue_position: next.queue_position ?? known.queue_position,
    cancel_requested: next.cancel_requested || known.cancel_requested,
  };
}

import type { JobProperties } from './client';
import { isEnded } from './completed';

/**
 * How far a job has come: queued, running, queued again after its worker died, running again, …, ended. Attempts
 * count its starts, so that a job queued again is further than it was while that attempt ran.
 */
function stage({ status, attempts }: JobProperties): number {
  if (isEnded(status)) return Number.POSITIVE_INFINITY;
  return 2 * attempts + (status === 'queued' ? 1 : 0);
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

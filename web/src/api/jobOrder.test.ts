import { describe, expect, it } from 'vitest';
import { job } from '~/test/stream';
import { laterJob } from './jobOrder';

const FIRST = '2026-01-01T00:00:01.000000Z';
const SECOND = '2026-01-01T00:00:07.000000Z';
const queued = job('1');
const running = job('1', { status: 'running', attempts: 1, started_at: FIRST, progress: 0.4 });
const failedOnce = job('1', { status: 'queued', attempts: 1, started_at: FIRST });
const givenBack = job('1', { status: 'queued', attempts: 0, started_at: FIRST });
const second = job('1', { status: 'running', attempts: 2, started_at: SECOND, progress: 0.1 });
const done = job('1', {
  status: 'completed',
  started_at: SECOND,
  finished_at: '2026-01-01T00:00:09.000000Z',
});

describe('of two accounts of a job', () => {
  it('the later one counts, in whatever order they arrive', () => {
    for (const again of [failedOnce, givenBack]) {
      const life = [queued, running, again, second, done];
      life.forEach((later, index) => {
        for (const earlier of life.slice(0, index)) {
          expect(laterJob(earlier, later)).toBe(later);
          expect(laterJob(later, earlier)).toBe(later);
        }
      });
    }
    expect(laterJob(undefined, queued)).toBe(queued);
  });

  it('the further one counts within an attempt', () => {
    const further = { ...running, progress: 0.6 };
    expect(laterJob(running, further).progress).toBe(0.6);
    expect(laterJob(further, running)).toBe(further);
  });

  it('an end stays what it was', () => {
    expect(laterJob(done, { ...done, status: 'cancelled' })).toBe(done);
  });

  it('the place in the queue and the wish to cancel are kept', () => {
    const placed = { ...queued, queue_position: 3 };
    expect(laterJob(placed, queued).queue_position).toBe(3);
    expect(laterJob(queued, placed).queue_position).toBe(3);
    expect(laterJob(placed, running).queue_position).toBeNull();
    expect(laterJob({ ...running, cancel_requested: true }, running).cancel_requested).toBe(true);
  });
});

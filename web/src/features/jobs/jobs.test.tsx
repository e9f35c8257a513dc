import { screen } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ProgressBar } from '~/components/ProgressBar';
import { StatusMark } from '~/components/StatusMark';
import { closeToast, toasts } from '~/lib/toast';
import { renderThemed } from '~/test/render';
import { job } from '~/test/stream';
import { createAnnouncer } from './announce';
import { activity, attemptText, remaining_s } from './jobText';

const STARTED = '2026-01-01T00:00:00.000000Z';
const started_s = Date.parse(STARTED) / 1000;
const running = (changes = {}) =>
  job('1', { status: 'running', started_at: STARTED, attempts: 1, ...changes });

describe('what an unfinished job is at', () => {
  it('is told with the time that is left, once that is no guess', () => {
    const half = running({ progress: 0.5, progress_text: 'bar 500 of 1,000' });
    expect(activity(half, started_s + 10)).toBe('bar 500 of 1,000 · ~10 s left');
    expect(activity(half, started_s + 1)).toBe('bar 500 of 1,000');
    expect(remaining_s(running({ progress: 0.01 }), started_s + 10)).toBeUndefined();
    expect(remaining_s(running({ progress: null }), started_s + 10)).toBeUndefined();
  });

  it('is its place in the queue, or the pause before it is tried again', () => {
    expect(activity(job('1', { queue_position: 1 }), started_s)).toBe('next in the queue');
    expect(activity(job('1', { queue_position: 4 }), started_s)).toBe('number 4 in the queue');
    expect(activity(job('1'), started_s)).toBe('in the queue');
    const later = job('1', { attempts: 1, run_at: '2026-01-01T00:00:20.000000Z', queue_position: 1 });
    expect(activity(later, started_s)).toBe('tries again in 20 s');
  });

  it('names the attempt only where there was one before', () => {
    expect(attemptText(running())).toBe('');
    expect(attemptText(running({ attempts: 2 }))).toBe('attempt 2 of 3');
  });
});

describe('the marks', () => {
  it('say in words what their icons and colours do', () => {
    renderThemed(
      <>
        <StatusMark status="failed" />
        <StatusMark status="running" cancelling />
        <StatusMark status="cancelled" cancelling compact />
      </>,
    );
    for (const word of ['Failed', 'Cancelling…', 'Cancelled'])
      expect(screen.getByText(word)).toBeInTheDocument();
  });

  it('a bar has its value, and none where that is not known', () => {
    renderThemed(
      <>
        <ProgressBar value={0.417} label="known" />
        <ProgressBar value={null} label="unknown" />
      </>,
    );
    expect(screen.getByRole('progressbar', { name: 'known' })).toHaveAttribute('aria-valuenow', '42');
    expect(screen.getByRole('progressbar', { name: 'unknown' })).not.toHaveAttribute('aria-valuenow');
  });
});

describe('the toast about jobs that ended', () => {
  const done = (id: string, changes = {}) =>
    job(id, { status: 'completed', finished_at: STARTED, ...changes });
  const shown = () => toasts.get();

  beforeEach(() => {
    vi.useFakeTimers();
    toasts.set([]);
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('is for my own ones, neither cancelled nor on screen', async () => {
    const announcer = createAnnouncer('ws', 'local-user', ({ id }) => id === done('3').id);
    announcer.add(done('1', { created_by: 'somebody else' }));
    announcer.add(done('2', { status: 'cancelled' }));
    announcer.add(done('3'));
    await vi.advanceTimersByTimeAsync(1000);
    expect(shown()).toEqual([]);
    announcer.add(done('4'));
    await vi.advanceTimersByTimeAsync(1000);
    expect(shown()).toMatchObject([{ title: 'ma_cross BTCUSDT 1d is done', leaves_ms: 5000 }]);
  });

  it('counts those that end while it is there, and stays when one failed', async () => {
    const announcer = createAnnouncer('ws', 'local-user', () => false);
    announcer.add(done('1'));
    await vi.advanceTimersByTimeAsync(1000);
    announcer.add(done('2', { status: 'failed', error: { code: 'x', detail: 'no bars' } }));
    await vi.advanceTimersByTimeAsync(1000);
    expect(shown()).toMatchObject([{ title: '2 jobs have ended', kind: 'bad' }]);
    expect(shown()[0]).not.toHaveProperty('leaves_ms');
    for (const toast of shown()) closeToast(toast);
    announcer.add(done('3'));
    await vi.advanceTimersByTimeAsync(1000);
    expect(shown()).toMatchObject([{ title: 'ma_cross BTCUSDT 1d is done' }]);
  });

  it('waits until somebody sees it', async () => {
    const hidden = vi.spyOn(document, 'hidden', 'get').mockReturnValue(true);
    const announcer = createAnnouncer('ws', 'local-user', () => false);
    for (const id of ['1', '2', '3']) announcer.add(done(id));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(shown()).toEqual([]);
    hidden.mockReturnValue(false);
    document.dispatchEvent(new Event('visibilitychange'));
    await vi.advanceTimersByTimeAsync(0);
    expect(shown()).toMatchObject([{ title: '3 jobs have ended' }]);
  });
});

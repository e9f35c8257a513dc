import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createBatch } from './batch';

describe('a batch', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('hands on once what came within its delay, the last of each key', async () => {
    const run = vi.fn();
    const batch = createBatch<number>(250, run);
    batch.add('a', 1);
    await vi.advanceTimersByTimeAsync(200);
    batch.add('a', 2);
    batch.add('b', 3);
    await vi.advanceTimersByTimeAsync(49);
    expect(run).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(run.mock.calls).toEqual([[[2, 3]]]);
    await vi.advanceTimersByTimeAsync(1000);
    expect(run).toHaveBeenCalledOnce();
  });

  it('starts nothing while the last run goes on, and forgets nothing that came meanwhile', async () => {
    const ends: (() => void)[] = [];
    const run = vi.fn((_: number[]) => new Promise<void>((done) => ends.push(done)));
    const batch = createBatch<number>(250, run);
    batch.add('a', 1);
    await vi.advanceTimersByTimeAsync(250);
    batch.add('a', 2);
    await vi.advanceTimersByTimeAsync(5000);
    expect(run).toHaveBeenCalledOnce();
    ends[0]?.();
    await vi.advanceTimersByTimeAsync(250);
    expect(run).toHaveBeenLastCalledWith([2]);
  });

  it('hands on nothing after clear', async () => {
    const run = vi.fn();
    const batch = createBatch<number>(10, run);
    batch.add('a', 3);
    batch.clear();
    await vi.advanceTimersByTimeAsync(100);
    expect(run).not.toHaveBeenCalled();
  });
});

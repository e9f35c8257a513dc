import type { InfiniteData } from '@tanstack/react-query';
import { describe, expect, it } from 'vitest';
import { backtest } from '~/test/backtest';
import { job } from '~/test/stream';
import type { Job } from './client';
import { putOnBoard, type Rows, unfinished } from './jobs';
import { patchBacktest, patchBacktests, patchRows } from './livePatch';

const at = (second: number) => `2026-01-01T00:00:${String(second).padStart(2, '0')}.000000Z`;
const made = (id: string, second: number, changes: Partial<Job> = {}) =>
  job(id, { created_at: at(second), ...changes });
const list = (pages: Job[][], next: string | null = null) => ({
  pages: pages.map((rows, index) => ({ rows, next_cursor: index < pages.length - 1 ? 'more' : next })),
  pageParams: pages.map(() => ''),
});
const ids = (data: InfiniteData<Rows<Job>>) =>
  data.pages.map(({ rows }) => rows.map(({ id }) => id.slice(-1)));
const all = () => true;

describe('a list of jobs', () => {
  const loaded = list([[made('5', 5), made('4', 4)], [made('2', 2)]], 'more');

  it('takes a new job where its age puts it', () => {
    expect(ids(patchRows(loaded, made('6', 6), all))).toEqual([['6', '5', '4'], ['2']]);
    expect(ids(patchRows(loaded, made('3', 3), all))).toEqual([
      ['5', '4'],
      ['3', '2'],
    ]);
  });

  it('leaves one that is older than all that is loaded to its own page', () => {
    expect(patchRows(loaded, made('1', 1), all)).toBe(loaded);
    expect(ids(patchRows(list([[made('2', 2)]]), made('1', 1), all))).toEqual([['2', '1']]);
    expect(ids(patchRows(list([[]]), made('1', 1), all))).toEqual([['1']]);
  });

  it('changes, or lets go of, one that it has; the other pages stay themselves', () => {
    const running = made('4', 4, { status: 'running', started_at: at(6) });
    const patched = patchRows(loaded, running, all);
    expect(patched.pages[0]?.rows[1]).toBe(running);
    expect(patched.pages[1]).toBe(loaded.pages[1]);
    expect(ids(patchRows(loaded, running, ({ status }) => status === 'queued'))).toEqual([['5'], ['2']]);
    expect(patchRows(patched, made('4', 4), all)).toBe(patched);
    expect(patchRows(loaded, made('7', 7), () => false)).toBe(loaded);
  });
});

describe('the board', () => {
  it('keeps what has not ended, and only the latest of the rest', () => {
    const waiting = made('a', 0);
    const ended = Array.from({ length: 20 }, (_, n) =>
      made(String(n + 10), n + 1, { status: 'completed', finished_at: at(40) }),
    );
    const board = [waiting, ...ended].reduce(putOnBoard, []);
    expect(board).toHaveLength(9);
    expect(board.at(-1)).toBe(waiting);
    expect(board[0]).toBe(ended.at(-1));
    expect(putOnBoard(board, waiting)).toEqual(board);
  });

  it('names what runs first, then the queue in its order, new ones without a place last', () => {
    const jobs = [
      made('1', 1, { queue_position: 2 }),
      made('2', 2),
      made('3', 3, { queue_position: 1 }),
      made('4', 4, { status: 'running' }),
      made('5', 5, { status: 'failed' }),
    ];
    expect(unfinished(jobs).map(({ id }) => id.slice(-1))).toEqual(['4', '3', '1', '2']);
    expect(unfinished(undefined)).toEqual([]);
  });
});

describe('a backtest', () => {
  const running = job('1', { status: 'running', started_at: at(1), progress: 0.5 });

  it('goes as far as its job has come', () => {
    const patched = patchBacktest(backtest('1'), running);
    expect([patched.status, patched.progress, patched.started_at]).toEqual(['running', 0.5, at(1)]);
    const other = backtest('2');
    expect(patchBacktest(other, running)).toBe(other);
  });

  it('is not ended by its job, whose end carries no result, nor begun again', () => {
    const begun = backtest('1', { status: 'running' });
    expect(patchBacktest(begun, job('1', { status: 'completed', progress: 1 }))).toBe(begun);
    const ended = backtest('1', { status: 'cancelled' });
    expect(patchBacktest(ended, running)).toBe(ended);
  });

  it('leaves a list whose filter it no longer fits', () => {
    const data = {
      pages: [{ backtests: [backtest('2'), backtest('1')], next_cursor: null }],
      pageParams: [''],
    };
    expect(patchBacktests(data, running, 'queued').pages[0]?.backtests).toEqual([backtest('2')]);
    expect(patchBacktests(data, running, undefined).pages[0]?.backtests[1]?.status).toBe('running');
    expect(patchBacktests(data, job('9', { status: 'running' }), undefined)).toBe(data);
  });
});

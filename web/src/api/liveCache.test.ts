import { type InfiniteData, QueryClient, QueryObserver } from '@tanstack/react-query';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { backtest } from '~/test/backtest';
import { job } from '~/test/stream';
import { backtestQuery, backtestsQuery } from './backtests';
import { categorySetsQuery } from './categorySets';
import type { Import, Job } from './client';
import { boardQuery, jobsQuery, unfinished } from './jobs';
import { connectCache } from './liveCache';
import type { Rows } from './livePatch';
import { symbolsInQuery } from './market';

const WS = 'local-workspace';

/** A client whose every request is counted by its path and answered by `answers`, the last one again and again. */
function start(answers: Record<string, unknown[]> = {}) {
  const asked: string[] = [];
  vi.stubGlobal('fetch', async (request: Request) => {
    const { pathname, search } = new URL(request.url);
    const path = pathname.replace(/^\/api\/v1(\/workspaces\/[^/]+)?/, '') + search;
    asked.push(path);
    const list = answers[path] ?? answers[path.replace(/\?.*/, '')] ?? [];
    const body = list.length > 1 ? list.shift() : list[0];
    return Response.json(body ?? { jobs: [], next_cursor: null });
  });
  const client = new QueryClient({ defaultOptions: { queries: { retry: false, staleTime: 30_000 } } });
  const ended: (Job | Import)[] = [];
  const cache = connectCache(client, WS, (one) => ended.push(one));
  const watch = (options: { queryKey: readonly unknown[] }) =>
    new QueryObserver(client, options as never).subscribe(() => {});
  const say = (type: string, data: unknown) => cache.onEvent({ type, data, id: '1' } as never);
  return { client, cache, asked, ended, watch, say };
}

const running = job('1', { status: 'running', started_at: '2026-01-01T00:00:01.000000Z', progress: 0.5 });
const done = job('1', { status: 'completed', attempts: 1, finished_at: '2026-01-01T00:00:05.000000Z' });

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('an event of a job', () => {
  it('moves it in the lists, on the board and in its backtest, and asks for nothing', async () => {
    const { client, say, asked } = start();
    client.setQueryData(boardQuery(WS).queryKey, [job('1', { queue_position: 1, status: 'running' })]);
    client.setQueryData(jobsQuery(WS, {}).queryKey, pages([job('1')]));
    client.setQueryData(jobsQuery(WS, { status: 'queued' }).queryKey, pages([job('1')]));
    client.setQueryData(jobsQuery(WS, { status: 'running' }).queryKey, pages([]));
    client.setQueryData(backtestQuery(WS, running.backtest_id ?? '').queryKey, backtest('1'));
    client.setQueryData(backtestsQuery(WS, {}).queryKey, {
      pages: [{ backtests: [backtest('2'), backtest('1')], next_cursor: null }],
      pageParams: [''],
    });
    say('job', running);
    await vi.advanceTimersByTimeAsync(1000);
    const rows = (filter: object) =>
      client.getQueryData(jobsQuery(WS, filter).queryKey)?.pages.flatMap((page) => page.rows);
    expect(client.getQueryData(boardQuery(WS).queryKey)).toEqual([running]);
    expect(rows({})).toEqual([running]);
    expect(rows({ status: 'queued' })).toEqual([]);
    expect(rows({ status: 'running' })).toEqual([running]);
    const page = client.getQueryData(backtestQuery(WS, running.backtest_id ?? '').queryKey);
    expect([page?.status, page?.progress]).toEqual(['running', 0.5]);
    const list = client.getQueryData(backtestsQuery(WS, {}).queryKey)?.pages[0]?.backtests;
    expect(list?.map(({ progress }) => progress)).toEqual([null, 0.5]);
    expect(asked).toEqual([]);
  });

  it('never moves it backwards, and tells of its end once', () => {
    const { client, say, ended } = start();
    client.setQueryData(boardQuery(WS).queryKey, []);
    for (const event of [done, running, job('1'), done]) say('job', event);
    expect(client.getQueryData(boardQuery(WS).queryKey)).toEqual([done]);
    expect(ended).toEqual([done]);
  });

  it('counts more than an answer that was on its way when it came', async () => {
    const answer = { jobs: [running], next_cursor: null };
    const { client, say } = start({ '/jobs': [answer] });
    const fetching = client.fetchQuery(boardQuery(WS));
    say('job', done);
    await vi.advanceTimersByTimeAsync(0);
    expect(await fetching).toEqual([done]);
  });

  it('is not lost on a list whose answer did not know the job yet', async () => {
    const { client, say } = start({ '/jobs': [{ jobs: [job('0')], next_cursor: null }] });
    const [all, failed] = [{}, { status: 'failed' as const }].map((filter) =>
      client.fetchInfiniteQuery(jobsQuery(WS, filter)),
    );
    const newer = job('9', { created_at: '2026-01-02T00:00:00.000000Z' });
    say('job', newer);
    await vi.advanceTimersByTimeAsync(0);
    expect((await all)?.pages[0]?.rows).toEqual([newer, job('0')]);
    expect((await failed)?.pages[0]?.rows).toEqual([job('0')]);
  });

  it('leaves a mark to be read again on what nobody looks at', async () => {
    const { client, say } = start();
    const key = backtestsQuery(WS, {}).queryKey;
    client.setQueryData(key, {
      pages: [{ backtests: [backtest('1')], next_cursor: null }],
      pageParams: [''],
    });
    say('backtest', { id: backtest('1').id, status: 'running', deleted: false });
    await vi.advanceTimersByTimeAsync(200);
    say('job', running);
    expect(client.getQueryState(key)?.isInvalidated).toBe(true);
  });

  it('that joins or leaves the queue has the places read again, once for many', async () => {
    const queued = { jobs: [job('2', { queue_position: 1 })], next_cursor: null };
    const { client, say, asked, watch } = start({ '/jobs?status=queued&limit=1000': [queued] });
    client.setQueryData(boardQuery(WS).queryKey, [
      job('1', { queue_position: 1 }),
      job('2', { queue_position: 2 }),
    ]);
    watch(boardQuery(WS));
    for (const event of [running, done]) say('job', event);
    expect(asked).toEqual([]);
    await vi.advanceTimersByTimeAsync(500);
    expect(asked).toHaveLength(3);
    const waiting = unfinished(client.getQueryData(boardQuery(WS).queryKey));
    expect(waiting.map(({ queue_position }) => queue_position)).toEqual([1]);
  });
});

const pages = (rows: Job[]): InfiniteData<Rows<Job>, string> => ({
  pages: [{ rows, next_cursor: null }],
  pageParams: [''],
});

describe('an event of a backtest', () => {
  it('has exactly that one and the lists read again', async () => {
    const [mine, other] = [backtest('1'), backtest('2')];
    const { asked, say, watch } = start({
      [`/backtests/${mine.id}`]: [mine],
      [`/backtests/${other.id}`]: [other],
      '/backtests': [{ backtests: [], next_cursor: null }],
    });
    watch(backtestQuery(WS, mine.id));
    watch(backtestQuery(WS, other.id));
    await vi.advanceTimersByTimeAsync(50);
    asked.length = 0;
    for (let times = 0; times < 5; times++)
      say('backtest', { id: mine.id, status: 'completed', deleted: false });
    await vi.advanceTimersByTimeAsync(200);
    expect(asked).toEqual([`/backtests/${mine.id}`]);
  });

  it('is not lost while the first read is on its way', async () => {
    const before = backtest('1');
    const after = backtest('1', { status: 'failed', error: { code: 'x', detail: 'y' } });
    const { client, asked, say, watch } = start({ [`/backtests/${before.id}`]: [before, after] });
    say('backtest', { id: before.id, status: 'failed', deleted: false });
    await vi.advanceTimersByTimeAsync(99);
    watch(backtestQuery(WS, before.id));
    await vi.advanceTimersByTimeAsync(100);
    expect(asked).toHaveLength(2);
    expect(client.getQueryData(backtestQuery(WS, before.id).queryKey)?.status).toBe('failed');
  });
});

describe('candles', () => {
  const version = (data_version: string) => ['candles', { data_version }] as const;

  it('of another version are read once for many events; the first one only says where we stand', async () => {
    const { client, say } = start();
    const read = vi.fn(async () => 1);
    const strategies = vi.fn(async () => 2);
    new QueryObserver(client, { queryKey: ['market', 'candles'], queryFn: read }).subscribe(() => {});
    new QueryObserver(client, { queryKey: ['market', 'strategies'], queryFn: strategies }).subscribe(
      () => {},
    );
    await vi.advanceTimersByTimeAsync(10);
    say(...version('a'));
    say(...version('a'));
    await vi.advanceTimersByTimeAsync(1000);
    expect(read).toHaveBeenCalledOnce();
    for (const name of ['b', 'c', 'd']) say(...version(name));
    await vi.advanceTimersByTimeAsync(249);
    expect(read).toHaveBeenCalledOnce();
    await vi.advanceTimersByTimeAsync(1000);
    expect(read).toHaveBeenCalledTimes(2);
    expect(strategies).toHaveBeenCalledOnce();
  });
});

describe('a gap', () => {
  it('at the start spares what cannot change, after a loss nothing of the workspace', async () => {
    const finished = backtest('1', { status: 'completed' });
    const { client, cache, watch, say, asked } = start({ [`/backtests/${finished.id}`]: [finished] });
    client.setQueryData(boardQuery(WS).queryKey, []);
    client.setQueryData(backtestQuery(WS, finished.id).queryKey, finished);
    client.setQueryData(['ws', 'other', 'jobs', 'board'], []);
    watch(boardQuery(WS));
    watch(backtestQuery(WS, finished.id));
    watch({ ...boardQuery('other'), staleTime: 30_000 } as never);
    cache.onGap('start');
    await vi.advanceTimersByTimeAsync(200);
    expect(asked).toHaveLength(3);
    asked.length = 0;
    cache.onGap('lost');
    await vi.advanceTimersByTimeAsync(200);
    expect(asked).toHaveLength(4);
    asked.length = 0;
    say('reset', { reason: 'log' });
    await vi.advanceTimersByTimeAsync(200);
    expect(asked).toHaveLength(4);
  });

  it('that was closed meanwhile reads nothing', async () => {
    const { client, cache, watch, asked } = start();
    client.setQueryData(boardQuery(WS).queryKey, []);
    watch(boardQuery(WS));
    cache.onGap('start');
    cache.close();
    await vi.advanceTimersByTimeAsync(1000);
    expect(asked).toEqual([]);
  });
});

it('a workspace that changed has the session read again', async () => {
  const { client, say } = start();
  const read = vi.fn(async () => ({}));
  new QueryObserver(client, { queryKey: ['session'], queryFn: read }).subscribe(() => {});
  await vi.advanceTimersByTimeAsync(10);
  say('workspace', { id: WS, name: 'New', default_quote_asset: 'USDT', deleted: true });
  await vi.advanceTimersByTimeAsync(200);
  expect(read).toHaveBeenCalledTimes(2);
});

it('a workspace that changed is read again, and one that was deleted is not', async () => {
  const { client, say } = start();
  const read = vi.fn(async () => ({}));
  new QueryObserver(client, { queryKey: ['ws', WS, 'workspace'], queryFn: read }).subscribe(() => {});
  await vi.advanceTimersByTimeAsync(10);
  say('workspace', { id: WS, name: 'New', default_quote_asset: 'USDT', deleted: true });
  await vi.advanceTimersByTimeAsync(200);
  expect(read).toHaveBeenCalledTimes(1);
  say('workspace', { id: WS, name: 'New', default_quote_asset: 'USDT', deleted: false });
  await vi.advanceTimersByTimeAsync(200);
  expect(read).toHaveBeenCalledTimes(2);
});

it('a member who changed has the session, the members and the log read again', async () => {
  const { client, say } = start();
  const reads = [['session'], ['ws', WS, 'members'], ['ws', WS, 'audit', {}]].map((queryKey) => {
    const read = vi.fn(async () => ({}));
    new QueryObserver(client, { queryKey, queryFn: read }).subscribe(() => {});
    return read;
  });
  await vi.advanceTimersByTimeAsync(10);
  say('member', { user_id: 'ann' });
  await vi.advanceTimersByTimeAsync(200);
  for (const read of reads) expect(read).toHaveBeenCalledTimes(2);
});

describe('an event of a category set', () => {
  it('reads again the sets, and what was made with that one', async () => {
    const { client, say, watch, asked } = start({ '/symbols': [{ symbols: [], next_cursor: null }] });
    const stale = (queryKey: readonly unknown[]) => client.getQueryState(queryKey)?.isInvalidated;
    client.setQueryData(categorySetsQuery(WS).queryKey, []);
    for (const set of [undefined, 'one', 'other']) client.setQueryData(symbolsInQuery(set).queryKey, []);
    watch(symbolsInQuery('one'));
    say('category_set', { id: 'one', name: 'One', version: 2, deleted: false });
    await vi.advanceTimersByTimeAsync(1000);
    expect(stale(categorySetsQuery(WS).queryKey)).toBe(true);
    expect(stale(symbolsInQuery(undefined).queryKey)).toBe(false);
    expect(stale(symbolsInQuery('other').queryKey)).toBe(false);
    expect(asked).toEqual(['/symbols?category_set_id=one']);
  });
});

describe('what is told of paper money', () => {
  const keys = {
    list: ['ws', WS, 'plans', 'list', {}],
    plan: ['ws', WS, 'plans', 'p1', 'plan'],
    fills: ['ws', WS, 'plans', 'p1', 'fills'],
    other: ['ws', WS, 'plans', 'p2', 'plan'],
    account: ['ws', WS, 'accounts', 'paper-main', 'account'],
    ledger: ['ws', WS, 'accounts', 'paper-main', 'ledger', {}],
    orders: ['ws', WS, 'orders', 'list', {}],
  };
  /** The names of what is read again when something is told. */
  async function readAgain(...events: [type: string, data: unknown][]): Promise<string[]> {
    const { client, say } = start();
    const reads = Object.entries(keys).map(([name, queryKey]) => {
      const read = vi.fn(async () => ({}));
      new QueryObserver(client, { queryKey, queryFn: read }).subscribe(() => {});
      return { name, read };
    });
    await vi.advanceTimersByTimeAsync(10);
    for (const [type, data] of events) say(type, data);
    await vi.advanceTimersByTimeAsync(1000);
    return reads.filter(({ read }) => read.mock.calls.length > 1).map(({ name }) => name);
  }

  it('a plan has itself and the lists read again, and no other plan', async () => {
    expect(await readAgain(['trade_plan', { id: 'p1' }])).toEqual(['list', 'plan', 'fills']);
  });

  it('an account has all of the accounts read again, an order the orders', async () => {
    expect(await readAgain(['account', { id: 'paper-main' }])).toEqual(['account', 'ledger']);
    expect(await readAgain(['order', { id: 'o1' }])).toEqual(['orders']);
  });

  it('new candles have everything read again that is worth something else now', async () => {
    const told = await readAgain(['candles', { data_version: '1' }], ['candles', { data_version: '2' }]);
    expect(told).toEqual(['list', 'plan', 'other', 'account']);
  });
});

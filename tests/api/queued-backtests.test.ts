// A backtest is a row first and work afterwards: what is answered meanwhile, how it ends, and what stops it.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { binanceCsv } from '../harness/candles.ts';
import { EventStream, ended, isFinal } from '../harness/events.ts';
import { type Api, assertProblem } from '../harness/http.ts';
import { longMarketPath, longRun, queuedRun } from '../harness/long.ts';
import type { Json } from '../harness/openapi.ts';
import { makeTempDir } from '../harness/paths.ts';
import { cross, enqueue, hold, legacy, local, respondAsync, run, withoutIdentity } from '../harness/runs.ts';
import { copySampleMarket, sample, samplePath } from '../harness/sample.ts';
import { onEachEngine, Server, useServer } from '../harness/server.ts';
import { tlabOk } from '../harness/tlab.ts';

const jobs = '/api/v1/workspaces/local-workspace/jobs';
const get = async (api: Api, path: string): Promise<Json> => (await api.get(path, { expect: 200 })).json;

/** What only a result has. */
const resultOf = ({
  engine_version,
  data,
  warmup_bars,
  bars,
  final_equity,
  metrics,
  liquidated_at,
  timings,
  warnings,
  finished_at,
}: Json): Json[] => [
  engine_version,
  data,
  warmup_bars,
  bars,
  final_equity,
  metrics,
  liquidated_at,
  timings,
  warnings,
  finished_at,
];
const noResult = [null, null, null, null, null, null, null, null, [], null];

const rowsOf = async (api: Api, id: string): Promise<string[]> => {
  const texts = [];
  for (const part of ['equity', 'trades'])
    texts.push((await api.get(`${local}/${id}/${part}`, { query: { limit: 50_000 }, expect: 200 })).text);
  return texts;
};

onEachEngine('a backtest and its job', (engine) => {
  const tlab = useServer(async () => ({
    engine,
    marketPath: await longMarketPath(),
    env: { JOB_WORKERS: '2', BACKTEST_WAIT_MS: '20000' },
  }));

  test('a short one is answered with its result, and its job has ended, too', async () => {
    const made = await run(tlab.api, cross);
    assert.equal(made.status, 'completed');
    assert.deepEqual([made.progress, made.error], [1, null]);
    const job = await get(tlab.api, `${jobs}/${made.job_id}`);
    assert.deepEqual(
      [job.kind, job.status, job.backtest_id, job.title],
      ['backtest', 'completed', made.id, 'ma_cross BTCUSDT 1d'],
    );
    assert.deepEqual([job.attempts, job.progress, job.queue_position, job.error], [1, 1, null, null]);
    assert.deepEqual([job.cancel_requested, job.created_by], [false, 'local-user']);
    assert.deepEqual(
      [job.created_at, job.started_at, job.finished_at],
      [made.created_at, made.started_at, made.finished_at],
    );
  });

  test('asked for with respond-async it is answered queued, and then completed by itself', async () => {
    for (const [base, prefer] of [
      [local, 'respond-async'],
      [legacy, 'respond-async, wait=10'],
      [local, 'wait=1, Respond-Async ;of=them'],
      [local, 'wait=10, Respond-Async'],
    ] as const) {
      const stream = await EventStream.open(tlab.api);
      const reply = await tlab.api.post(
        base,
        { ...queuedRun, name: 'later' },
        { headers: { prefer }, expect: 202 },
      );
      const { id, status, request, name, created_at, error } = reply.json;
      assert.ok(['queued', 'running'].includes(status), status);
      assert.deepEqual(resultOf(reply.json), noResult);
      assert.deepEqual([name, error, request.params], ['later', null, { fast: 20, slow: 50, kind: 'sma' }]);
      assert.equal(reply.headers.location, `${local}/${id}`);
      await stream.job(id, 'completed');
      stream.close();
      const read = await tlab.api.get(String(reply.headers.location), { expect: 200 });
      assert.equal(read.json.status, 'completed');
      assert.deepEqual(
        [read.json.created_at, read.json.request, read.json.name],
        [created_at, request, name],
      );
      assert.ok(
        resultOf(read.json).filter((value) => value === null).length === 1,
        'only liquidated_at is null',
      );
      assert.notEqual(read.headers.etag, reply.headers.etag);
    }
  });

  test('other preferences are as good as none', async () => {
    for (const prefer of ['wait=10', 'respond-asynchronously', 'return=minimal', ''])
      await tlab.api.post(local, cross, { headers: { prefer }, expect: 201 });
  });

  test('a long one is done by a worker, and its request waits for it', async () => {
    const made = await run(tlab.api, queuedRun);
    assert.deepEqual([made.status, made.bars], ['completed', 300_000]);
    const job = await get(tlab.api, `${jobs}/${made.job_id}`);
    assert.doesNotMatch(job.worker, /request/);
  });

  test('queued or not, the result is the same to the last byte', async () => {
    for (const body of [
      { ...cross, params: { fast: 5, slow: 20 }, allow_short: true, name: 'n', tags: ['t'], notes: 'x' },
      { ...cross, symbol: 'ETHUSDT/BTCUSDT', interval: '1h', slippage_bps: 3 },
      hold,
    ]) {
      const inline = await run(tlab.api, body);
      const queued = await ended(tlab.api, (await enqueue(tlab.api, body)).id);
      assert.deepEqual(withoutIdentity(queued), withoutIdentity(inline));
      assert.deepEqual(await rowsOf(tlab.api, queued.id), await rowsOf(tlab.api, inline.id));
    }
  });

  test('what cannot be run is refused at once, and nothing is stored of it', async () => {
    const before = await get(tlab.api, `${jobs}?limit=1000`);
    const headers = respondAsync;
    assertProblem(
      await tlab.api.post(local, { ...cross, symbol: 'NOPE' }, { headers }),
      404,
      'unknown_symbol',
    );
    assertProblem(
      await tlab.api.post(local, { ...cross, strategy_id: 'x' }, { headers }),
      404,
      'unknown_strategy',
    );
    assertProblem(
      await tlab.api.post(local, { ...cross, symbol: 'ONEUSDT' }, { headers }),
      422,
      'not_enough_candles',
    );
    assertProblem(await tlab.api.post(local, { ...cross, fee_bps: -1 }, { headers }), 422, 'invalid_input', [
      '/fee_bps',
    ]);
    assert.deepEqual(await get(tlab.api, `${jobs}?limit=1000`), before);
  });

  test('a running one that is cancelled stops within two seconds and leaves no result', async () => {
    const stream = await EventStream.open(tlab.api);
    const { id } = await enqueue(tlab.api, longRun);
    await stream.job(id, 'running');
    const asked = performance.now();
    const { json } = await tlab.api.post(`${local}/${id}/cancel`, undefined, { expect: 200 });
    assert.ok(['running', 'cancelled'].includes(json.status), json.status);
    const end = await stream.job(id, 'cancelled');
    assert.ok(end.at - asked < 2000, `it took ${end.at - asked} ms`);
    assert.equal(end.data.cancel_requested, true);
    const read = await get(tlab.api, `${local}/${id}`);
    assert.equal(read.status, 'cancelled');
    assert.deepEqual(resultOf({ ...read, finished_at: null }), noResult);
    assert.notEqual(read.finished_at, null);
    for (const part of ['equity', 'trades'])
      assertProblem(await tlab.api.get(`${local}/${id}/${part}`), 409, 'no_result');
    // twice is as good as once
    assert.deepEqual((await tlab.api.post(`${local}/${id}/cancel`, undefined, { expect: 200 })).json, read);
    assert.equal(stream.statesOf(id).filter(isFinal).length, 1);
    stream.close();
    assert.equal((await run(tlab.api, queuedRun)).status, 'completed', 'its slot is free again');
  });

  test('one that has ended cannot be cancelled, by either path', async () => {
    const { id } = await run(tlab.api, cross);
    for (const path of [`${local}/${id}/cancel`, `${jobs}/${id}/cancel`])
      assertProblem(await tlab.api.post(path, undefined), 409, 'already_ended');
    assert.equal((await get(tlab.api, `${local}/${id}`)).status, 'completed');
  });

  test('deleting one that has ended takes its job along, and is told', async () => {
    const stream = await EventStream.open(tlab.api);
    const { id } = await run(tlab.api, cross);
    await tlab.api.delete(`${local}/${id}`, { expect: 204 });
    assertProblem(await tlab.api.get(`${jobs}/${id}`), 404, 'not_found');
    assert.ok(!(await get(tlab.api, `${jobs}?limit=1000`)).jobs.some((job: Json) => job.id === id));
    const told = await stream.find(
      'its end',
      (e) => e.type === 'backtest' && e.data.id === id && e.data.deleted,
    );
    assert.equal(told.data.status, 'completed');
    stream.close();
  });

  test('what is absent can be neither cancelled nor run again', async () => {
    const { json: team } = await tlab.api.post('/api/v1/workspaces', { name: 'Team' }, { expect: 201 });
    const { id } = await run(tlab.api, hold);
    for (const base of [
      `${local}/0198f5a2-6c1e-7d3a-9b57-2f4e8a1c6d90`,
      `/api/v1/workspaces/${team.id}/backtests/${id}`,
    ]) {
      assertProblem(await tlab.api.post(`${base}/cancel`, undefined), 404, 'not_found');
      assertProblem(await tlab.api.post(`${base}/rerun`, undefined), 404, 'not_found');
    }
  });

  test('run again it is a new backtest of the same request', async () => {
    const body = {
      ...cross,
      params: { fast: 5, slow: 20 },
      fee_bps: 7.5,
      name: 'first',
      tags: ['a', 'b'],
      notes: 'why',
    };
    const first = await run(tlab.api, body);
    const again = await tlab.api.post(`${local}/${first.id}/rerun`, undefined, { expect: 201 });
    assert.notEqual(again.json.id, first.id);
    assert.equal(again.headers.location, `${local}/${again.json.id}`);
    assert.deepEqual(withoutIdentity(again.json), withoutIdentity(first));
    const later = await ended(
      tlab.api,
      (await enqueue(tlab.api, undefined, `${local}/${first.id}/rerun`)).id,
    );
    assert.deepEqual(withoutIdentity(later), withoutIdentity(first));
    assert.deepEqual(await get(tlab.api, `${local}/${first.id}`), first, 'the first one stays as it is');
  });
});

onEachEngine('a request that does not wait', (engine) => {
  test('with BACKTEST_WAIT_MS=0 is answered 202, however short the run', async () => {
    const server = await Server.start({ engine, marketPath: samplePath(), env: { BACKTEST_WAIT_MS: '0' } });
    const reply = await server.api.post(local, cross, { expect: 202 });
    assert.equal((await ended(server.api, reply.json.id)).status, 'completed');
    const again = await server.api.post(`${local}/${reply.json.id}/rerun`, undefined, { expect: 202 });
    assert.equal((await ended(server.api, again.json.id)).status, 'completed');
    await server.stop();
  });

  test('with BACKTEST_WAIT_MS=1 is answered 202 for a long run, which goes on', async () => {
    const server = await Server.start({
      engine,
      marketPath: await longMarketPath(),
      env: { BACKTEST_WAIT_MS: '1' },
    });
    const reply = await server.api.post(local, queuedRun, { expect: 202 });
    assert.deepEqual(resultOf(reply.json), noResult);
    assert.equal((await ended(server.api, reply.json.id)).bars, 300_000);
    await server.api.post(local, cross, { expect: 201 });
    await server.stop();
  });
});

onEachEngine('while nobody works', (engine) => {
  const tlab = useServer(() => ({
    engine,
    marketPath: samplePath(),
    env: { JOB_WORKERS: '0', JOBS_QUEUED_PER_WORKSPACE: '3' },
  }));
  const cancelAll = async (): Promise<void> => {
    for (const job of (await get(tlab.api, `${jobs}?status=queued&limit=1000`)).jobs)
      await tlab.api.post(`${jobs}/${job.id}/cancel`, undefined, { expect: 200 });
  };

  test('a backtest stays queued, and has no rows to read', async () => {
    const made = await enqueue(tlab.api, cross);
    assert.equal(made.status, 'queued');
    assert.equal(made.started_at, null);
    assert.deepEqual(await get(tlab.api, `${local}/${made.id}`), made);
    for (const base of [local, legacy]) {
      for (const part of ['equity', 'trades'])
        assertProblem(await tlab.api.get(`${base}/${made.id}/${part}`), 409, 'no_result');
    }
    await cancelAll();
  });

  test('it can be deleted only after it was cancelled', async () => {
    for (const base of [local, legacy]) {
      const { id } = await enqueue(tlab.api, cross);
      assertProblem(await tlab.api.delete(`${base}/${id}`), 409, 'not_ended');
      assert.equal((await get(tlab.api, `${local}/${id}`)).status, 'queued');
      const cancelled = (await tlab.api.post(`${local}/${id}/cancel`, undefined, { expect: 200 })).json;
      assert.deepEqual([cancelled.status, cancelled.started_at, cancelled.error], ['cancelled', null, null]);
      assert.notEqual(cancelled.finished_at, null);
      assert.deepEqual(
        (await tlab.api.post(`${local}/${id}/cancel`, undefined, { expect: 200 })).json,
        cancelled,
      );
      assertProblem(await tlab.api.get(`${local}/${id}/equity`), 409, 'no_result');
      await tlab.api.delete(`${base}/${id}`, { expect: 204 });
      assertProblem(await tlab.api.get(`${jobs}/${id}`), 404, 'not_found');
    }
  });

  test('a cancelled one can be run again', async () => {
    const body = { ...cross, params: { fast: 5, slow: 20 }, name: 'again', tags: ['x'] };
    const { id } = await enqueue(tlab.api, body);
    await tlab.api.post(`${local}/${id}/cancel`, undefined, { expect: 200 });
    const again = (await tlab.api.post(`${local}/${id}/rerun`, undefined, { expect: 201 })).json;
    assert.deepEqual(withoutIdentity(again), withoutIdentity(await run(tlab.api, body)));
    assert.equal((await get(tlab.api, `${local}/${id}`)).status, 'cancelled');
  });

  test('lists tell the queued from those that ended', async () => {
    const ids = async (status: string): Promise<string[]> =>
      (await get(tlab.api, `${local}?limit=1000&status=${status}`)).backtests.map((b: Json) => b.id);
    const queued = await enqueue(tlab.api, hold);
    const { id: cancelled } = await enqueue(tlab.api, hold);
    await tlab.api.post(`${local}/${cancelled}/cancel`, undefined, { expect: 200 });
    const completed = await run(tlab.api, hold);
    assert.deepEqual(await ids('queued'), [queued.id]);
    assert.deepEqual(await ids('running'), []);
    assert.deepEqual(await ids('failed'), []);
    assert.ok((await ids('cancelled')).includes(cancelled));
    assert.ok((await ids('completed')).includes(completed.id));
    for (const sort of ['sharpe', '-total_return', 'max_drawdown']) {
      const listed: Json[] = (await get(tlab.api, `${local}?limit=1000&sort=${sort}`)).backtests;
      const firstWithout = listed.findIndex((b) => b.metrics === null);
      assert.ok(
        listed.slice(firstWithout).every((b) => b.metrics === null),
        `${sort}: what has no result comes last`,
      );
      assert.ok(listed.some((b) => b.id === queued.id));
    }
    const { metrics: _, ...row } = (await get(tlab.api, `${local}?status=queued`)).backtests[0];
    const { metrics: _m, ...one } = queued;
    assert.deepEqual(row, one);
    await cancelAll();
  });

  test('more than may wait are refused, and leave nothing behind', async () => {
    for (let i = 0; i < 3; i++) await enqueue(tlab.api, hold);
    const before = [await get(tlab.api, `${jobs}?limit=1000`), await get(tlab.api, `${local}?limit=1000`)];
    const stream = await EventStream.open(tlab.api);
    const { id: done } = before[1].backtests.find((b: Json) => b.status === 'completed');
    for (const [path, body] of [
      [local, hold],
      [legacy, hold],
      [`${local}/${done}/rerun`, undefined],
    ] as [string, Json][]) {
      assertProblem(await tlab.api.post(path, body, { headers: respondAsync }), 429, 'too_many_jobs');
    }
    assert.deepEqual(
      [await get(tlab.api, `${jobs}?limit=1000`), await get(tlab.api, `${local}?limit=1000`)],
      before,
    );
    // a run that is done at once waits for nobody, and other workspaces have room of their own
    const { id } = await run(tlab.api, hold);
    const { json: team } = await tlab.api.post('/api/v1/workspaces', { name: 'Room' }, { expect: 201 });
    await enqueue(tlab.api, hold, `/api/v1/workspaces/${team.id}/backtests`);
    const told = await stream.find('the next one', (e) => e.type === 'job' || e.type === 'backtest');
    assert.equal(told.data.id, id, 'nothing was told of what was refused');
    stream.close();
    await tlab.api.post(`${local}/${before[0].jobs[0].id}/cancel`, undefined, { expect: 200 });
    await enqueue(tlab.api, hold);
    await cancelAll();
  });

  test('who is refused is told when to come again', async () => {
    for (let i = 0; i < 3; i++) await enqueue(tlab.api, hold);
    const reply = await tlab.api.post(local, hold, { headers: respondAsync, expect: 429 });
    assert.match(String(reply.headers['retry-after']), /^[1-9]\d*$/);
    await cancelAll();
  });
});

onEachEngine('a job over candles that are not as they were', (engine) => {
  test('fails when its symbol is gone, and says why', async () => {
    const first = await Server.start({ engine, marketPath: samplePath(), env: { JOB_WORKERS: '0' } });
    const { id } = await enqueue(first.api, cross);
    const empty = join(makeTempDir('other'), 'market.db');
    const other = join(makeTempDir('other'), 'ELSEUSDT-1d-2024-01.csv');
    writeFileSync(other, binanceCsv(sample('shortDay').candles, 86_400));
    await tlabOk(['import', '--quiet', '--db-path', empty, other]);
    const second = await first.restart({ marketPath: empty, env: { JOB_WORKERS: '1' } });
    const failed = await ended(second.api, id);
    assert.equal(failed.status, 'failed');
    assert.equal(failed.error.code, 'unknown_symbol');
    assert.match(failed.error.detail, /BTCUSDT/);
    assert.deepEqual(resultOf({ ...failed, finished_at: null }), noResult);
    const job = await get(second.api, `${jobs}/${id}`);
    assert.deepEqual([job.status, job.error, job.attempts], ['failed', failed.error, 1]);
    assertProblem(await second.api.get(`${local}/${id}/trades`), 409, 'no_result');
    assertProblem(await second.api.post(`${local}/${id}/cancel`, undefined), 409, 'already_ended');
    assertProblem(await second.api.post(`${local}/${id}/rerun`, undefined), 404, 'unknown_symbol');
    assert.deepEqual(
      (await get(second.api, `${local}?status=failed`)).backtests.map((b: Json) => b.id),
      [id],
    );
    const third = await second.restart({ marketPath: samplePath() });
    assert.equal((await get(third.api, `${local}/${id}`)).status, 'failed', 'an end is an end');
    const again = await third.api.post(`${local}/${id}/rerun`, undefined, { expect: 201 });
    assert.equal(again.json.status, 'completed');
    await third.api.delete(`${local}/${id}`, { expect: 204 });
    await third.stop();
  });

  test('run again is over the candles as they are now', async () => {
    const marketPath = copySampleMarket();
    const server = await Server.start({ engine, marketPath });
    const first = await run(server.api, hold);
    const stream = await EventStream.open(server.api);
    await stream.find('the beginning', (e) => e.type === 'candles');
    const seen = stream.events.length;
    const last = sample('risingDay').candles.at(-1);
    assert.ok(last);
    const more = join(makeTempDir('more'), 'RISINGUSDT-1d-2024-02.csv');
    writeFileSync(more, binanceCsv([{ ...last, time: last.time + 86_400 }], 86_400));
    await tlabOk(['import', '--quiet', '--db-path', marketPath, more]);
    await stream.find('new candles', (e) => e.type === 'candles', { from: seen });
    stream.close();
    const again = (await server.api.post(`${local}/${first.id}/rerun`, undefined, { expect: 201 })).json;
    assert.equal(again.bars, first.bars + 1);
    assert.notEqual(again.data.sha256, first.data.sha256);
    assert.deepEqual(await get(server.api, `${local}/${first.id}`), first);
    await server.stop();
  });
});

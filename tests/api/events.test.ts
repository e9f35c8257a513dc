// What happens in a workspace, as it happens: nothing is missed, nothing comes twice, whichever server one comes back to.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { binanceCsv } from '../harness/candles.ts';
import { engines } from '../harness/engines.ts';
import { EventStream, isFinal, type StreamEvent, type StreamOptions, statesOf } from '../harness/events.ts';
import { type Api, assertProblem } from '../harness/http.ts';
import type { Json } from '../harness/openapi.ts';
import { makeTempDir } from '../harness/paths.ts';
import { dropDatabase } from '../harness/postgresql.ts';
import { cross, enqueue, hold, local, run } from '../harness/runs.ts';
import { copySampleMarket, sample, samplePath } from '../harness/sample.ts';
import { makeState, onEachEngine, Server, useServer } from '../harness/server.ts';
import { changeState } from '../harness/state.ts';
import { tlabOk } from '../harness/tlab.ts';

const events = '/api/v1/workspaces/local-workspace/events';
const jobs = '/api/v1/workspaces/local-workspace/jobs';
const get = async (api: Api, path: string): Promise<Json> => (await api.get(path, { expect: 200 })).json;
const isBacktest =
  (id: string, status?: string) =>
  ({ type, data }: StreamEvent): boolean =>
    type === 'backtest' && data.id === id && (status === undefined || data.status === status);

onEachEngine('the events of a workspace', (engine) => {
  const tlab = useServer(() => ({ engine, marketPath: samplePath() }));

  test('begin with the candles, and are sent as they are', async () => {
    const headers = { 'accept-encoding': 'gzip' };
    const stream = await EventStream.open(tlab.api, { headers });
    const first = await stream.find('the beginning', () => true);
    assert.equal(first.type, 'candles');
    assert.match(String(stream.headers['content-type']), /^text\/event-stream\b/);
    assert.match(String(stream.headers['cache-control']), /no-store/);
    assert.equal(stream.headers['content-encoding'], undefined);
    assert.equal(stream.headers['content-length'], undefined);
    stream.close();
  });

  test('tell of a job that it is queued, running, completed, and of its backtest that it is there and has ended', async () => {
    const stream = await EventStream.open(tlab.api);
    const { id } = await enqueue(tlab.api, cross);
    await stream.find('the end of the backtest', isBacktest(id, 'completed'));
    assert.deepEqual(stream.statesOf(id), ['queued', 'running', 'completed']);
    assert.deepEqual(
      stream.events.filter(isBacktest(id)).map(({ data }) => [data.status, data.deleted]),
      [
        ['queued', false],
        ['completed', false],
      ],
    );
    const told = (await stream.job(id, 'completed')).data;
    assert.deepEqual(told, await get(tlab.api, `${jobs}/${id}`));
    const queued = (await stream.job(id, 'queued')).data;
    assert.deepEqual([queued.attempts, queued.worker, queued.started_at], [0, null, null]);
    const running = (await stream.job(id, 'running')).data;
    assert.deepEqual([running.attempts, running.finished_at], [1, null]);
    assert.equal(running.worker, told.worker);
    stream.close();
  });

  test('tell of a backtest that was done at once when it is there', async () => {
    const stream = await EventStream.open(tlab.api);
    const { id } = await run(tlab.api, cross);
    await stream.find('the backtest', isBacktest(id, 'completed'));
    assert.deepEqual(stream.statesOf(id), ['completed']);
    assert.deepEqual((await stream.job(id, 'completed')).data, await get(tlab.api, `${jobs}/${id}`));
    stream.close();
  });

  test('are the same for all who watch', async () => {
    const streams = await Promise.all(Array.from({ length: 40 }, () => EventStream.open(tlab.api)));
    const { id } = await enqueue(tlab.api, hold);
    const logged = (stream: EventStream): Json[] =>
      stream.events.filter((e) => e.type !== 'candles').map(({ id: at, type, data }) => ({ at, type, data }));
    for (const stream of streams) await stream.find('the end', isBacktest(id, 'completed'));
    const [first, ...others] = streams.map(logged);
    for (const other of others) assert.deepEqual(other, first);
    for (const stream of streams) stream.close();
  });

  test('of one workspace are not those of another', async () => {
    const { json: team } = await tlab.api.post('/api/v1/workspaces', { name: 'Team' }, { expect: 201 });
    const [mine, theirs] = [
      await EventStream.open(tlab.api),
      await EventStream.open(tlab.api, { workspace: team.id }),
    ];
    const { id } = await run(tlab.api, hold, `/api/v1/workspaces/${team.id}/backtests`);
    await theirs.find('the backtest', isBacktest(id));
    const own = await run(tlab.api, hold);
    await mine.find('the backtest', isBacktest(own.id));
    assert.ok(mine.events.every((e) => e.data.id !== id));
    assert.ok(theirs.events.every((e) => e.data.id !== own.id));
    mine.close();
    theirs.close();
  });

  test('tell that the workspace has another name, and end with it', async () => {
    const made = await tlab.api.post('/api/v1/workspaces', { name: 'Before' }, { expect: 201 });
    const path = `/api/v1/workspaces/${made.json.id}`;
    const stream = await EventStream.open(tlab.api, { workspace: made.json.id });
    const change = { name: 'After', default_quote_asset: 'BTC' };
    const match = { 'if-match': String(made.headers.etag) };
    const renamed = await tlab.api.patch(path, change, { headers: match, expect: 200 });
    const told = await stream.find('the new name', (e) => e.type === 'workspace');
    assert.deepEqual(told.data, { id: made.json.id, ...change, deleted: false });
    const asked = performance.now();
    await tlab.api.delete(path, { headers: { 'if-match': String(renamed.headers.etag) }, expect: 204 });
    const gone = await stream.find('its end', (e) => e.type === 'workspace' && e.data.deleted);
    assert.deepEqual(gone.data, { id: made.json.id, ...change, deleted: true });
    assert.ok((await stream.ended) - asked < 2000, 'the stream goes on without its workspace');
    stream.check();
    assertProblem(await tlab.api.get(`${path}/events`), 404, 'not_found');
  });

  test('of what is not there are not found, and other pages get none', async () => {
    for (const name of ['nope', '0198f5a2-6c1e-7d3a-9b57-2f4e8a1c6d90'])
      assertProblem(await tlab.api.get(`/api/v1/workspaces/${name}/events`), 404, 'not_found');
    for (const site of ['cross-site', 'same-site'])
      assertProblem(await tlab.api.get(events, { headers: { 'sec-fetch-site': site } }), 403, 'csrf');
    await tlab.api.get(events, { headers: { 'sec-fetch-site': 'same-origin' }, expect: 200 });
    assertProblem(await tlab.api.post(events, {}), 405, 'method_not_allowed');
    assertProblem(await tlab.api.get(events, { query: { since: 5 } }), 422, 'invalid_input', ['?since']);
  });

  test('have a HEAD without a body', async () => {
    const reply = await tlab.api.send('HEAD', events, { timeoutMs: 5000, expect: 200 });
    assert.match(String(reply.headers['content-type']), /^text\/event-stream\b/);
    await tlab.api.get('/api/v1/health', { expect: 200 });
  });
});

onEachEngine('a client that comes back', (engine) => {
  const tlab = useServer(() => ({
    engine,
    marketPath: samplePath(),
    env: { JOB_WORKERS: '2', JOBS_QUEUED_PER_WORKSPACE: '1000' },
  }));

  for (const [how, options] of [
    ['by the header', (id: string): StreamOptions => ({ lastEventId: id })],
    ['by the address', (id: string): StreamOptions => ({ lastEventIdInQuery: id })],
  ] as const) {
    test(`${how} gets what happened meanwhile, in order and once`, async () => {
      const stream = await EventStream.open(tlab.api);
      const before = await run(tlab.api, hold);
      const last = await stream.find('the end', isBacktest(before.id, 'completed'));
      stream.close();
      const missed = [await run(tlab.api, hold), await run(tlab.api, hold)];
      const again = await EventStream.open(tlab.api, options(last.id));
      for (const { id } of missed) await again.find('what it missed', isBacktest(id, 'completed'));
      assert.equal(again.events[0]?.id, last.id, 'it goes on where it was');
      assert.ok(again.events.every((e) => e.data.id !== before.id && e.type !== 'reset'));
      const live = await run(tlab.api, hold);
      await again.find('what comes now', isBacktest(live.id, 'completed'));
      again.close();
      const none = await EventStream.open(tlab.api, options(again.lastId as string));
      await none.find('the beginning', () => true);
      assert.ok(none.events.every((e) => e.type === 'candles'));
      none.close();
    });
  }

  test('after the very first event misses nothing', async () => {
    const stream = await EventStream.open(tlab.api);
    const first = await stream.find('the beginning', () => true);
    stream.close();
    const { id } = await run(tlab.api, hold);
    const again = await EventStream.open(tlab.api, { lastEventId: first.id });
    await again.find('the backtest', isBacktest(id, 'completed'));
    again.close();
  });

  test('fifty times while two hundred jobs run misses none and gets none twice', async () => {
    const ids: string[] = [];
    const seen: StreamEvent[] = [];
    const beginning = await EventStream.open(tlab.api);
    let lastEventId = (await beginning.find('the beginning', () => true)).id;
    beginning.close();
    const submitting = (async () => {
      for (let i = 0; i < 200; i++) ids.push((await enqueue(tlab.api, hold)).id);
    })();
    const isDone = (): boolean => {
      const ends = new Set(
        seen.filter((e) => e.type === 'backtest' && isFinal(e.data.status)).map((e) => e.data.id),
      );
      return ids.length === 200 && ids.every((id) => ends.has(id));
    };
    let visits = 0;
    const deadline = performance.now() + 60_000;
    while (!isDone() || visits < 50) {
      assert.ok(
        performance.now() < deadline,
        `${seen.length} events of ${ids.length} jobs in ${visits} visits`,
      );
      const stream = await EventStream.open(tlab.api, { lastEventId });
      visits++;
      const wanted = 2 + ((visits * 7) % 23); // events of this visit, the first one apart
      await stream.find('more', () => stream.events.length > wanted, { timeoutMs: 1000 }).catch(() => {});
      stream.close();
      assert.equal(stream.events[0]?.id, lastEventId);
      lastEventId = stream.lastId as string;
      seen.push(...stream.events);
    }
    await submitting;
    assert.ok(seen.every((e) => e.type !== 'reset'));
    for (const id of ids) {
      assert.deepEqual(statesOf(seen, id), ['queued', 'running', 'completed']);
      assert.deepEqual(
        seen.filter(isBacktest(id)).map((e) => e.data.status),
        ['queued', 'completed'],
      );
    }
  });

  for (const [what, lastEventId] of [
    ['of the workspace', '9999999.0'],
    ['of the instance', '0.9999999'],
  ] as const) {
    test(`with a place ${what} from another life is told to read anew`, async () => {
      await run(tlab.api, hold);
      const stream = await EventStream.open(tlab.api, { lastEventId });
      await stream.find('the reset', (e) => e.type === 'reset');
      assert.deepEqual(
        stream.events.slice(0, 2).map((e) => e.type),
        ['candles', 'reset'],
      );
      const { id } = await run(tlab.api, hold);
      await stream.find('what comes now', isBacktest(id, 'completed'));
      stream.close();
      const again = await EventStream.open(tlab.api, { lastEventId: stream.lastId as string });
      await again.find('the beginning', () => true);
      await run(tlab.api, hold);
      await again.find('what comes now', (e) => e.type === 'backtest');
      assert.ok(
        again.events.every((e) => e.type !== 'reset'),
        'once is enough',
      );
      again.close();
    });
  }

  test('with what is no place begins now', async () => {
    for (const lastEventId of [
      'x',
      '-1.0',
      '1',
      '1.2.3',
      '1e3.0',
      '99999999999999999999.0',
      "' OR 1=1",
      'x'.repeat(200),
    ]) {
      const stream = await EventStream.open(tlab.api, { lastEventId });
      const { id } = await run(tlab.api, hold);
      await stream.find('what comes now', isBacktest(id, 'completed'));
      assert.ok(
        stream.events.every((e) => e.type === 'candles' || e.data.id === id),
        `${lastEventId}: ${stream.summary()}`,
      );
      stream.close();
    }
  });
});

onEachEngine('the log of events', (engine) => {
  test('goes on over a restart, and tells who comes too late', async () => {
    const first = await Server.start({ engine, marketPath: samplePath() });
    const stream = await EventStream.open(first.api);
    const early = await stream.find('the beginning', () => true);
    const one = await run(first.api, hold);
    const last = await stream.find('the end', isBacktest(one.id, 'completed'));
    await run(first.api, hold);
    await first.stop();
    changeState(
      first.state,
      `DELETE FROM events WHERE log = 'local-workspace' AND number <= ${Number(last.id.split('.')[0])}`,
    );
    const second = await first.startAgain();
    const again = await EventStream.open(second.api, { lastEventId: last.id });
    await again.find('what it missed', (e) => e.type === 'backtest');
    assert.equal(again.events.filter((e) => e.type === 'job').length, 1);
    again.close();
    const late = await EventStream.open(second.api, { lastEventId: early.id });
    await late.find('the reset', (e) => e.type === 'reset');
    assert.ok(
      late.events.every((e) => e.type !== 'job'),
      'half of what was missed is worse than none',
    );
    const { id } = await run(second.api, hold);
    await late.find('what comes now', isBacktest(id, 'completed'));
    late.close();
    await second.stop();
  });
});

onEachEngine('new candles', (engine) => {
  test('are told within two seconds', async () => {
    const marketPath = copySampleMarket();
    const server = await Server.start({ engine, marketPath });
    await get(server.api, '/api/v1/symbols'); // it has looked at the market by then
    const stream = await EventStream.open(server.api);
    const first = await stream.find('the beginning', (e) => e.type === 'candles');
    for (let month = 1; month <= 2; month++) {
      let seen = stream.events.length;
      const file = join(makeTempDir('more'), `NEW${month}USDT-1d-2024-01.csv`);
      writeFileSync(file, binanceCsv(sample('shortDay').candles, 86_400));
      await tlabOk(['import', '--quiet', '--db-path', marketPath, file]);
      const imported = performance.now();
      // a slow import may be noticed before all of it is there; another event follows then
      for (let isThere = false; !isThere; ) {
        const told = await stream.find('the candles', (e) => e.type === 'candles', { from: seen });
        assert.ok(told.at - imported < 2000, `after ${told.at - imported} ms`);
        assert.notEqual(told.data.data_version, first.data.data_version);
        isThere = (await get(server.api, `/api/v1/symbols?q=NEW${month}`)).symbols.length === 1;
        seen = stream.events.indexOf(told) + 1;
      }
    }
    stream.close();
    await server.stop();
  });
});

describe('an idle stream', () => {
  test('gives a sign of life within six seconds, and again', async () => {
    const server = await Server.start({ engine: engines[0] ?? 'sqlite', marketPath: samplePath() });
    const stream = await EventStream.open(server.api);
    await stream.ping(6000);
    await stream.ping(6000);
    stream.close();
    await server.stop();
  });
});

describe('a stream whose server has lost the state database', {
  skip: !engines.includes('postgresql') && 'without PostgreSQL',
}, () => {
  test('falls silent, so that whoever watches learns that the picture grows old', async () => {
    const state = makeState('postgresql');
    const server = await Server.start({ engine: 'postgresql', marketPath: samplePath(), state });
    const stream = await EventStream.open(server.api);
    await stream.ping(6000);
    dropDatabase(state.APP_STATE_DATABASE_URL as string);
    assertProblem(await server.api.get('/api/v1/ready'), 503, 'unavailable');
    await stream.ping(6000).catch(() => undefined); // one that was under way
    await assert.rejects(stream.ping(6000), /no ping within/);
    stream.close();
    await server.stop();
  });
});

onEachEngine('a server that stops', (engine) => {
  test('ends its streams, and is gone within two seconds', async () => {
    const server = await Server.start({ engine, marketPath: samplePath() });
    const streams = await Promise.all(Array.from({ length: 20 }, () => EventStream.open(server.api)));
    const { id } = await run(server.api, hold);
    for (const stream of streams) await stream.find('the backtest', isBacktest(id));
    const asked = performance.now();
    await server.stop();
    assert.ok(performance.now() - asked < 2000, `${performance.now() - asked} ms`);
    for (const stream of streams) {
      await stream.ended;
      stream.check();
    }
  });
});

describe('two servers on one PostgreSQL', {
  skip: !engines.includes('postgresql') && 'without PostgreSQL',
}, () => {
  test('tell each other within a second', async () => {
    const state = makeState('postgresql');
    const options = { engine: 'postgresql', marketPath: samplePath(), state } as const;
    const a = await Server.start({ ...options, env: { JOB_WORKERS: '0' } });
    const b = await Server.start({ ...options, env: { JOB_WORKERS: '1' } });
    const [ofA, ofB] = [await EventStream.open(a.api), await EventStream.open(b.api)];
    for (let round = 0; round < 5; round++) {
      for (const [server, other] of [
        [a, ofB],
        [b, ofA],
      ] as const) {
        const { id } = await run(server.api, hold);
        const answered = performance.now();
        const told = await other.find('the backtest', isBacktest(id, 'completed'));
        assert.ok(told.at - answered < 1000, `after ${told.at - answered} ms`);
      }
    }
    const { id } = await enqueue(a.api, cross);
    const queued = await ofB.job(id, 'queued');
    const done = await ofA.job(id, 'completed');
    assert.ok(done.at - queued.at < 3000);
    assert.deepEqual(ofA.statesOf(id), ['queued', 'running', 'completed']);
    const again = await EventStream.open(b.api, { lastEventId: ofA.events[0]?.id as string });
    await again.job(id, 'completed');
    const logged = (stream: EventStream): string[] =>
      stream.events.filter((e) => e.type !== 'candles').map((e) => `${e.id} ${JSON.stringify(e.data)}`);
    await ofA.find('its backtest', isBacktest(id, 'completed'));
    await again.find('its backtest', isBacktest(id, 'completed'));
    assert.deepEqual(logged(again), logged(ofA), 'one log, whichever server it is read from');
    for (const stream of [ofA, ofB, again]) stream.close();
    await Promise.all([a.stop(), b.stop()]);
  });
});

test('a workspace can be watched from where its log begins', async () => {
  const server = await Server.start({ engine: engines[0] ?? 'sqlite', marketPath: samplePath() });
  const { id } = (await server.api.post(local, hold, { expect: 201 })).json;
  const stream = await EventStream.open(server.api, { lastEventId: '0.0' });
  await stream.find('the first backtest', isBacktest(id));
  stream.close();
  await server.stop();
});

// Whoever works on a job, and whatever becomes of them: it is done, once.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { effectFaults } from '../harness/effects.ts';
import { engines } from '../harness/engines.ts';
import { allEnded, EventStream, ended, isFinal } from '../harness/events.ts';
import type { Api } from '../harness/http.ts';
import { longMarketPath, longRun, queuedRun } from '../harness/long.ts';
import type { Json } from '../harness/openapi.ts';
import { cross, enqueue, hold, local, run } from '../harness/runs.ts';
import { samplePath } from '../harness/sample.ts';
import { makeState, onEachEngine, Server, type StateSettings } from '../harness/server.ts';
import { changeState, queryState } from '../harness/state.ts';
import { tlab, tlabOk } from '../harness/tlab.ts';
import { Worker } from '../harness/worker.ts';

const jobs = '/api/v1/workspaces/local-workspace/jobs';
const job = async (api: Api, id: string): Promise<Json> =>
  (await api.get(`${jobs}/${id}`, { expect: 200 })).json;
const expireLeases = (state: StateSettings): void =>
  changeState(state, "UPDATE jobs SET lease_until = 0 WHERE status = 'running'");

/** A job that a worker had under way when it was told to stop: another one where the worker was done before that. */
async function jobPutBack(
  api: Api,
  stream: EventStream,
  settings: { state: StateSettings; marketPath: string },
): Promise<string> {
  for (let i = 0; i < 10; i++) {
    const worker = await Worker.start({ ...settings, env: { SHUTDOWN_GRACE_S: '0' } });
    const { id } = await enqueue(api, longRun);
    await stream.job(id, 'running');
    await worker.stop();
    if ((await job(api, id)).status === 'queued') return id;
  }
  throw new Error('ten runs were done before their workers were told to stop');
}

onEachEngine('a server that has to stop while a job runs', (engine) => {
  const start = async (): Promise<{ server: Server; stream: EventStream; id: string }> => {
    const server = await Server.start({
      engine,
      marketPath: await longMarketPath(),
      env: { JOB_WORKERS: '1', SHUTDOWN_GRACE_S: '0' },
    });
    await run(server.api, queuedRun); // the candles are loaded
    const stream = await EventStream.open(server.api);
    const { id } = await enqueue(server.api, longRun);
    await stream.job(id, 'running');
    return { server, stream, id };
  };

  /** Another one where the job was done before the server was told to stop. */
  const stop = async (): ReturnType<typeof start> => {
    for (let i = 0; i < 10; i++) {
      const started = await start();
      await started.server.stop();
      started.stream.check();
      const [[status]] = queryState(started.server.state, `SELECT status FROM jobs WHERE id = '${started.id}'`) as [string[]];
      if (status !== 'completed') return started;
    }
    throw new Error('ten runs were done before their servers were told to stop');
  };

  test('puts it back as if it had not begun, and the next one does it', async () => {
    const { server, stream, id } = await stop();
    assert.deepEqual(
      queryState(server.state, `SELECT status, attempts FROM jobs WHERE id = '${id}' AND error_code IS NULL`),
      [['queued', '0']],
    );
    assert.deepEqual(effectFaults(server.state), []);
    const next = await server.startAgain();
    const again = await EventStream.open(next.api, { lastEventId: stream.lastId as string });
    const end = await again.job(id, 'completed', 20_000);
    assert.equal(end.data.attempts, 1);
    assert.equal(end.data.error, null);
    again.close();
    await next.stop();
    assert.deepEqual(effectFaults(next.state), []);
  });

  test('lets it finish when there is time', async () => {
    const first = await Server.start({
      engine,
      marketPath: await longMarketPath(),
      env: { JOB_WORKERS: '1', SHUTDOWN_GRACE_S: '14' },
    });
    const stream = await EventStream.open(first.api);
    const { id } = await enqueue(first.api, queuedRun);
    const behind = await enqueue(first.api, queuedRun);
    await stream.job(id, 'running');
    await first.stop();
    const states = queryState(first.state, 'SELECT id, status, attempts FROM jobs ORDER BY created_at');
    assert.deepEqual(states[0], [id, 'completed', '1']);
    assert.deepEqual(states[1], [behind.id, 'queued', '0'], 'nothing more is begun');
  });

  test('and is killed, the next one begins it once more', async () => {
    const { server, stream, id } = await start();
    await server.kill();
    if (engine === 'postgresql') expireLeases(server.state); // or one would have to wait for their end
    const next = await server.startAgain();
    const again = await EventStream.open(next.api, { lastEventId: stream.lastId as string });
    const lost = await again.job(id, 'queued');
    assert.equal(lost.data.error.code, 'worker_lost');
    const end = await again.job(id, 'completed', 20_000);
    assert.equal(end.data.attempts, 2);
    again.close();
    const made = (await next.api.get(`${local}/${id}`, { expect: 200 })).json;
    assert.deepEqual([made.status, made.bars, made.error], ['completed', 1_000_000, null]);
    const now = await job(next.api, id);
    await next.stop();
    assert.deepEqual(effectFaults(next.state), []);
    assert.deepEqual(end.data, now, 'what is told of its end is what is read of it');
  });
});

describe('a SQLite file that is held', { skip: !engines.includes('sqlite') && 'without SQLite' }, () => {
  test('is refused to workers, too, which name the holder', async () => {
    const server = await Server.start({ engine: 'sqlite', marketPath: samplePath() });
    const began = performance.now();
    const refused = await tlab(['worker', '--jobs', '1'], {
      env: { MARKET_DB_PATH: samplePath(), ...server.state },
      timeoutMs: 10_000,
    });
    assert.equal(refused.signal, null);
    assert.notEqual(refused.code, 0);
    assert.ok(performance.now() - began < 3000);
    assert.match(refused.stderr, new RegExp(`\\b${server.process.pid}\\b`));
    assert.doesNotMatch(refused.stderr, /working as/);
    await run(server.api, hold);
    await server.stop();
  });

  test('by nobody may be worked on by a worker alone', async () => {
    const server = await Server.start({
      engine: 'sqlite',
      marketPath: samplePath(),
      env: { JOB_WORKERS: '0' },
    });
    const ids = [];
    for (let i = 0; i < 5; i++) ids.push((await enqueue(server.api, cross)).id);
    await server.stop();
    const worker = await Worker.start({ marketPath: samplePath(), state: server.state });
    for (let i = 0; i < 200 && worker.logged('job_completed').length < 5; i++)
      await new Promise((resolve) => setTimeout(resolve, 50));
    await worker.stop();
    const next = await server.startAgain();
    for (const made of await allEnded(next.api, ids)) assert.equal(made.status, 'completed');
    await next.stop();
    assert.deepEqual(effectFaults(server.state), []);
  });
});

describe('workers in other processes', {
  skip: !engines.includes('postgresql') && 'without PostgreSQL',
}, () => {
  const startServer = (state: StateSettings, marketPath: string, env = {}): Promise<Server> =>
    Server.start({ engine: 'postgresql', marketPath, state, env: { JOB_WORKERS: '0', ...env } });

  test('do what the server leaves to them, and requests wait for it', async () => {
    const state = makeState('postgresql');
    const marketPath = await longMarketPath();
    const server = await startServer(state, marketPath, { BACKTEST_WAIT_MS: '20000' });
    const early = await enqueue(server.api, cross);
    const worker = await Worker.start({ marketPath, state, args: ['--jobs', '2'] });
    assert.equal((await ended(server.api, early.id)).status, 'completed');
    assert.equal((await job(server.api, early.id)).worker, worker.workerName);
    const made = await run(server.api, queuedRun);
    assert.equal((await job(server.api, made.id)).worker, worker.workerName);
    await worker.stop();
    const late = await enqueue(server.api, cross);
    assert.equal(late.status, 'queued');
    await server.stop();
    assert.deepEqual(effectFaults(state), []);
  });

  test('share the work, each job done by one of them', async () => {
    const state = makeState('postgresql');
    const env = { JOBS_RUNNING_PER_WORKSPACE: '8', JOBS_QUEUED_PER_WORKSPACE: '1000' };
    const server = await startServer(state, samplePath(), env);
    const workers = await Promise.all(
      [0, 1, 2].map(() => Worker.start({ marketPath: samplePath(), state, env, args: ['--jobs', '2'] })),
    );
    const ids = await Promise.all(
      Array.from({ length: 60 }, async () => (await enqueue(server.api, cross)).id),
    );
    await allEnded(server.api, ids, { timeoutMs: 30_000 });
    const rows: Json[] = (await server.api.get(jobs, { query: { limit: 1000 }, expect: 200 })).json.jobs;
    assert.ok(rows.every((row) => row.status === 'completed' && row.attempts === 1));
    const names = new Set(rows.map((row) => row.worker));
    assert.ok(names.size > 1, 'one did it all');
    for (const name of names) assert.ok(workers.some((worker) => worker.workerName === name));
    await Promise.all([server.stop(), ...workers.map((worker) => worker.stop())]);
    assert.deepEqual(effectFaults(state), []);
  });

  test('let go of a job that is cancelled elsewhere within two seconds', async () => {
    const state = makeState('postgresql');
    const marketPath = await longMarketPath();
    const server = await startServer(state, marketPath);
    const worker = await Worker.start({ marketPath, state });
    await ended(server.api, (await enqueue(server.api, queuedRun)).id); // the candles are loaded
    const stream = await EventStream.open(server.api);
    const { id } = await enqueue(server.api, longRun);
    await stream.job(id, 'running');
    const asked = performance.now();
    await server.api.post(`${jobs}/${id}/cancel`, undefined, { expect: 200 });
    const end = await stream.job(id, 'cancelled');
    assert.ok(end.at - asked < 2000, `after ${end.at - asked} ms`);
    stream.close();
    assert.equal((await ended(server.api, (await enqueue(server.api, cross)).id)).status, 'completed');
    await Promise.all([server.stop(), worker.stop()]);
    assert.deepEqual(effectFaults(state), []);
  });

  test('that are told to stop put their job back for others', async () => {
    const state = makeState('postgresql');
    const marketPath = await longMarketPath();
    const server = await startServer(state, marketPath);
    const stream = await EventStream.open(server.api);
    const id = await jobPutBack(server.api, stream, { state, marketPath });
    const second = await Worker.start({ marketPath, state });
    const end = await stream.job(id, 'completed', 30_000);
    assert.deepEqual([end.data.attempts, end.data.worker], [1, second.workerName]);
    stream.close();
    await Promise.all([server.stop(), second.stop()]);
    assert.deepEqual(effectFaults(state), []);
  });

  test('that were away for too long store nothing of what another has done since', async () => {
    const state = makeState('postgresql');
    const marketPath = await longMarketPath();
    const server = await startServer(state, marketPath);
    const sleeper = await Worker.start({ marketPath, state });
    const stream = await EventStream.open(server.api);
    const { id } = await enqueue(server.api, longRun);
    await stream.job(id, 'running');
    sleeper.process.kill('SIGSTOP');
    expireLeases(state);
    // whatever it had locked is released with its connections, as by a server that lost the network
    changeState(
      state,
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND state = 'idle in transaction'",
    );
    const second = await Worker.start({ marketPath, state });
    const end = await stream.job(id, 'completed', 30_000);
    assert.deepEqual([end.data.attempts, end.data.worker], [2, second.workerName]);
    sleeper.process.kill('SIGCONT');
    await sleeper.stop();
    assert.equal(stream.statesOf(id).filter(isFinal).length, 1);
    stream.close();
    assert.equal((await job(server.api, id)).attempts, 2);
    await Promise.all([server.stop(), second.stop()]);
    assert.deepEqual(effectFaults(state), []);
  });

  test('that cannot store the end of a job put it back when they can, instead of keeping it for ever', async () => {
    const server = await Server.start({
      engine: 'postgresql',
      marketPath: samplePath(),
      env: { JOB_WORKERS: '1' },
    });
    changeState(
      server.state,
      `CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'not now'; END $$;
       CREATE TRIGGER ends_are_refused BEFORE UPDATE ON jobs FOR EACH ROW
       WHEN (OLD.status = 'running' AND NEW.status <> 'running') EXECUTE FUNCTION refuse()`,
    );
    const stream = await EventStream.open(server.api);
    const { id } = await enqueue(server.api, hold);
    while (server.logged('job_not_settled').length === 0) await delay(20);
    assert.equal((await job(server.api, id)).status, 'running');
    changeState(server.state, 'DROP TRIGGER ends_are_refused ON jobs');
    const end = await stream.job(id, 'completed');
    assert.equal(end.data.attempts, 2);
    stream.close();
    await server.stop();
    assert.deepEqual(effectFaults(server.state), []);
  });

  test('keep what they have found while the database cannot take it, and store it then', async () => {
    const server = await Server.start({
      engine: 'postgresql',
      marketPath: samplePath(),
      env: { JOB_WORKERS: '1' },
    });
    changeState(
      server.state,
      `CREATE FUNCTION be_busy() RETURNS trigger LANGUAGE plpgsql AS
         $$ BEGIN RAISE EXCEPTION 'busy' USING ERRCODE = '55P03'; END $$;
       CREATE TRIGGER results_wait BEFORE INSERT ON backtest_results FOR EACH ROW EXECUTE FUNCTION be_busy()`,
    );
    const stream = await EventStream.open(server.api);
    const { id } = await enqueue(server.api, hold);
    const behind = await enqueue(server.api, cross);
    while (server.logged('result_waits').length === 0) await delay(20);
    assert.equal((await job(server.api, id)).status, 'running');
    changeState(server.state, 'DROP TRIGGER results_wait ON backtest_results');
    const end = await stream.job(id, 'completed');
    assert.equal(end.data.attempts, 1);
    await stream.job(behind.id, 'completed');
    stream.close();
    await server.stop();
    assert.deepEqual(effectFaults(server.state), []);
  });

  // Slow: a lease is twenty seconds, and this one is waited for.
  test('that are killed are replaced within thirty seconds, and the result is stored once', async () => {
    const state = makeState('postgresql');
    const marketPath = await longMarketPath();
    const server = await startServer(state, marketPath);
    const first = await Worker.start({ marketPath, state });
    const stream = await EventStream.open(server.api);
    const { id } = await enqueue(server.api, longRun);
    await stream.job(id, 'running');
    await first.kill();
    const killed = performance.now();
    const second = await Worker.start({ marketPath, state });
    const again = await stream.find(
      'the second attempt',
      (e) => e.type === 'job' && e.data.id === id && e.data.status === 'running' && e.data.attempts === 2,
      { timeoutMs: 40_000 },
    );
    assert.ok(again.at - killed < 30_000, `after ${again.at - killed} ms`);
    const end = await stream.job(id, 'completed', 40_000);
    assert.deepEqual([end.data.attempts, end.data.worker], [2, second.workerName]);
    stream.close();
    await Promise.all([server.stop(), second.stop()]);
    assert.deepEqual(effectFaults(state), []);
    assert.deepEqual(queryState(state, 'SELECT count(*) FROM backtest_results'), [['1']]);
  });
});

describe('tlab worker', () => {
  test('explains itself', async () => {
    const help = (await tlabOk(['worker', '--help'])).stdout;
    assert.match(help, /--jobs/);
    assert.match(help, /working as/);
  });

  test('refuses what it cannot do, in a sentence', async () => {
    for (const [args, env, says] of [
      [['--jobs', '0'], {}, /JOB_WORKERS.*1/],
      [['--jobs', 'x'], {}, /JOB_WORKERS.*x/],
      [['--jobs', '-1'], {}, /JOB_WORKERS.*-1/],
      [[], { JOB_WORKERS: '0' }, /JOB_WORKERS/],
      [['extra'], {}, /extra/],
      [['--nope'], {}, /nope/],
    ] as [string[], Record<string, string>, RegExp][]) {
      const state = makeState('sqlite');
      const result = await tlab(['worker', ...args], {
        env: { MARKET_DB_PATH: samplePath(), ...state, ...env },
        timeoutMs: 10_000,
      });
      assert.equal(result.signal, null, args.join(' '));
      assert.notEqual(result.code, 0, args.join(' '));
      assert.match(result.stderr, says);
      assert.doesNotMatch(result.stderr, /^working as/m);
    }
  });

  for (const engine of engines) {
    test(`says who it is, and ends with 0 when it is told to [${engine}]`, async () => {
      const worker = await Worker.start({ marketPath: samplePath(), state: makeState(engine) });
      assert.match(worker.workerName, new RegExp(`^[^:]+:${worker.process.pid}:[0-9a-f]{4}$`));
      const asked = performance.now();
      await worker.stop();
      assert.ok(performance.now() - asked < 2000);
    });
  }
});

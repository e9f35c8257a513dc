// Starting, stopping, starting again: what stays, what is refused, what is promised to whoever waits.
import assert from 'node:assert/strict';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { allEnded } from '../harness/events.ts';
import { assertProblem } from '../harness/http.ts';
import type { Json } from '../harness/openapi.ts';
import { allPages } from '../harness/pages.ts';
import { makeTempDir } from '../harness/paths.ts';
import { cutConnections, dropDatabase } from '../harness/postgresql.ts';
import { exchange } from '../harness/raw.ts';
import { samplePath } from '../harness/sample.ts';
import { makeState, onEachEngine, Server } from '../harness/server.ts';
import { tlab, tlabOk } from '../harness/tlab.ts';

const cross = {
  strategy_id: 'ma_cross',
  symbol: 'BTCUSDT',
  params: { fast: 5, slow: 20 },
  name: 'kept',
  tags: ['a'],
  notes: 'b',
};

/** Everything that can be read of the state, as bytes. */
async function readState(server: Server): Promise<string[]> {
  const { api } = server;
  const texts = [];
  for (const path of [
    '/api/v1/auth/session',
    '/api/v1/workspaces?limit=1000',
    '/api/v1/backtests?limit=1000',
  ])
    texts.push((await api.get(path, { expect: 200 })).text);
  for (const { id } of JSON.parse(texts[2] as string).backtests as Json[]) {
    for (const part of ['', '/equity?limit=50000', '/trades?limit=50000']) {
      const reply = await api.get(`/api/v1/backtests/${id}${part}`, { expect: 200 });
      texts.push(reply.text);
    }
  }
  return texts;
}

async function fill(server: Server): Promise<void> {
  const { json } = await server.api.post('/api/v1/workspaces', { name: 'Team' }, { expect: 201 });
  await server.api.post('/api/v1/auth/active-workspace', { workspace_id: json.id }, { expect: 200 });
  for (const change of [{}, { symbol: 'ETHUSDT/BTCUSDT', interval: '1h' }, { symbol: 'FLATUSDT' }])
    await server.api.post('/api/v1/backtests', { ...cross, ...change }, { expect: 201 });
}

onEachEngine('a restart', (engine) => {
  test('gives everything back as it was, to the last byte', async () => {
    const first = await Server.start({ engine, marketPath: samplePath() });
    await fill(first);
    const before = await readState(first);
    const second = await first.restart();
    assert.deepEqual(await readState(second), before);
    await second.stop();
  });

  test('after kill -9 loses nothing that was answered', async () => {
    let server = await Server.start({ engine, marketPath: samplePath() });
    const answered: string[] = [];
    for (let round = 0; round < 3; round++) {
      const { api } = server;
      let isAlive = true;
      const writers = Array.from({ length: 4 }, async () => {
        while (isAlive) {
          try {
            const { json, status } = await api.post('/api/v1/backtests', cross);
            if (status === 201) answered.push(json.id);
          } catch {
            return; // the connection went with the server
          }
        }
      });
      const target = answered.length + 3;
      while (answered.length < target) await delay(10);
      await server.kill();
      isAlive = false;
      await Promise.all(writers);
      server = await Server.start({ engine, marketPath: samplePath(), state: server.state });
    }
    // What was asked for and never answered may be there, too; it goes on by itself. PostgreSQL has other processes that
    // might be at it, so that a lease has to end first.
    const stored = (await allPages(server.api, '/api/v1/backtests', { limit: 1000 })).flatMap(
      (page) => page.backtests,
    );
    const statusOf = new Map<string, string>(stored.map(({ id, status }: Json) => [id, status]));
    assert.deepEqual(
      answered.filter((id) => statusOf.get(id) !== 'completed'),
      [],
    );
    const ids = [...statusOf.keys()];
    for (const { id, status } of await allEnded(server.api, ids, {
      timeoutMs: engine === 'sqlite' ? 8000 : 30_000,
    }))
      assert.equal(status, 'completed', id);
    for (const id of ids.slice(0, 3)) {
      const { json } = await server.api.get(`/api/v1/backtests/${id}`, { expect: 200 });
      const equity = await server.api.get(`/api/v1/backtests/${id}/equity`, {
        query: { limit: 50_000 },
        expect: 200,
      });
      assert.equal(equity.json.points.length, json.bars);
    }
    await server.stop();
  });

  test('migrates once, and says so', async () => {
    const state = makeState(engine);
    const server = await Server.start({ engine, marketPath: samplePath(), state });
    await server.stop();
    const status = await tlabOk(['migrate', '--status'], { env: state });
    assert.match(status.stdout, /\d/);
    await tlabOk(['migrate'], { env: state });
    assert.equal((await tlabOk(['migrate', '--status'], { env: state })).stdout, status.stdout);
  });
});

describe('two servers', () => {
  test('on one SQLite file: the second is refused and names the first', async () => {
    const first = await Server.start({ engine: 'sqlite', marketPath: samplePath() });
    const started = performance.now();
    const second = await tlab(['serve', '--port', '0'], {
      env: { MARKET_DB_PATH: samplePath(), ...first.state },
      timeoutMs: 10_000,
    });
    assert.equal(second.signal, null);
    assert.notEqual(second.code, 0);
    assert.ok(performance.now() - started < 3000);
    assert.match(second.stderr, new RegExp(`\\b${first.process.pid}\\b`));
    await first.api.get('/api/v1/workspaces', { expect: 200 });
    await first.stop();
    const third = await Server.start({ engine: 'sqlite', marketPath: samplePath(), state: first.state });
    await third.stop();
  });

  test('that begin on a new PostgreSQL database at the same moment both begin', {
    skip: process.env.TLAB_TEST_ENGINES === 'sqlite' && 'without PostgreSQL',
  }, async () => {
    for (let round = 0; round < 3; round++) {
      const options = {
        engine: 'postgresql',
        marketPath: samplePath(),
        state: makeState('postgresql'),
      } as const;
      const servers = await Promise.allSettled(Array.from({ length: 4 }, () => Server.start(options)));
      const started = servers.flatMap((server) => (server.status === 'fulfilled' ? [server.value] : []));
      await Promise.all(started.map((server) => server.stop()));
      for (const server of servers) if (server.status === 'rejected') throw server.reason;
    }
  });

  test("on one PostgreSQL database see each other's work", {
    skip: process.env.TLAB_TEST_ENGINES === 'sqlite' && 'without PostgreSQL',
  }, async () => {
    const state = makeState('postgresql');
    const [a, b] = (await Promise.all(
      [0, 1].map(() => Server.start({ engine: 'postgresql', marketPath: samplePath(), state })),
    )) as [Server, Server];
    const made = await a.api.post('/api/v1/workspaces', { name: 'Shared' }, { expect: 201 });
    const seen = await b.api.get(`/api/v1/workspaces/${made.json.id}`, { expect: 200 });
    assert.equal(seen.text, made.text);
    const match = { 'if-match': String(seen.headers.etag) };
    await b.api.patch(
      `/api/v1/workspaces/${made.json.id}`,
      { name: 'Theirs' },
      { headers: match, expect: 200 },
    );
    await a.api.patch(
      `/api/v1/workspaces/${made.json.id}`,
      { name: 'Mine' },
      { headers: match, expect: 412 },
    );
    const backtest = await a.api.post('/api/v1/backtests', cross, { expect: 201 });
    assert.equal(
      (await b.api.get(`/api/v1/backtests/${backtest.json.id}`, { expect: 200 })).text,
      backtest.text,
    );
    await Promise.all([a.stop(), b.stop()]);
  });

  test('a PostgreSQL whose connections are cut is found again', {
    skip: process.env.TLAB_TEST_ENGINES === 'sqlite' && 'without PostgreSQL',
  }, async () => {
    const state = makeState('postgresql');
    const server = await Server.start({ engine: 'postgresql', marketPath: samplePath(), state });
    await server.api.get('/api/v1/workspaces', { expect: 200 });
    cutConnections(state.APP_STATE_DATABASE_URL as string);
    const replies = [];
    for (let i = 0; i < 10; i++) replies.push((await server.api.get('/api/v1/workspaces')).status);
    assert.ok(
      replies.every((status) => status === 200 || status === 503),
      String(replies),
    );
    assert.equal(replies.at(-1), 200);
    await server.api.post('/api/v1/workspaces', { name: 'After' }, { expect: 201 });
    await server.stop();
  });
});

describe('a state database that goes away', () => {
  test('leaves the market readable, and says 503 for the rest', {
    skip: process.env.TLAB_TEST_ENGINES === 'sqlite' && 'without PostgreSQL',
  }, async () => {
    const state = makeState('postgresql');
    const server = await Server.start({ engine: 'postgresql', marketPath: samplePath(), state });
    await server.api.get('/api/v1/ready', { expect: 200 });
    dropDatabase(state.APP_STATE_DATABASE_URL as string);
    assertProblem(await server.api.get('/api/v1/ready'), 503, 'unavailable');
    const { json } = await server.api.get('/api/v1/health', { expect: 200 });
    assert.deepEqual(json.state, { engine: 'postgresql', connected: false });
    await server.api.get('/api/v1/candles?symbol=BTCUSDT&limit=5', { expect: 200 });
    for (const reply of [
      await server.api.get('/api/v1/workspaces'),
      await server.api.get('/api/v1/workspaces/local-workspace/events'),
      await server.api.post('/api/v1/backtests', cross),
    ]) {
      assert.equal(reply.status, 503, reply.text);
      assert.doesNotMatch(reply.text, /t_[0-9a-f]{12}|socket|libpq/, 'nothing of how it is built');
    }
    await server.stop();
  });
});

onEachEngine('SIGTERM', (engine) => {
  test('lets what was asked be answered, then ends with 0', async () => {
    const server = await Server.start({ engine, marketPath: samplePath() });
    const inFlight = Array.from({ length: 8 }, () =>
      server.api.post('/api/v1/backtests', { ...cross, symbol: 'MINUTEUSDT', interval: '1m' }),
    );
    await Promise.any(inFlight); // by then the others are being worked on
    const stopped = server.stop();
    const replies = await Promise.allSettled(inFlight);
    await stopped;
    for (const reply of replies) {
      if (reply.status === 'fulfilled') assert.ok([201, 503].includes(reply.value.status), reply.value.text);
    }
    const answered = replies.filter((reply) => reply.status === 'fulfilled' && reply.value.status === 201);
    assert.ok(answered.length > 1, 'none was answered that was not before');
  });

  test('does not wait for idle or half-sent connections', async () => {
    const server = await Server.start({ engine, marketPath: samplePath() });
    const idle = Promise.all(
      [
        '',
        'GET /api/v1/health HT',
        'POST /api/v1/workspaces HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 50\r\n\r\n{',
      ].map((bytes) => exchange(server.port, bytes, 20_000)),
    );
    await delay(50);
    const started = performance.now();
    await server.stop();
    assert.ok(performance.now() - started < 12_000);
    await idle;
  });
});

describe('a start that cannot succeed', () => {
  const start = (env: Record<string, string>, args: string[] = []) => {
    const paths = {
      MARKET_DB_PATH: samplePath(),
      APP_STATE_DB_PATH: join(makeTempDir('bad'), 'app_state.db'),
    };
    return tlab(['serve', '--port', '0', ...args], { env: { ...paths, ...env }, timeoutMs: 10_000 });
  };
  const cases: [string, Record<string, string>, string[], RegExp][] = [
    ['an unknown AUTH_MODE', { AUTH_MODE: 'nonsense' }, [], /AUTH_MODE.*nonsense/s],
    ['a number that is none', { MARKET_CACHE_MB: 'lots' }, [], /MARKET_CACHE_MB.*lots/s],
    ['a negative number', { MARKET_CACHE_MB: '-5' }, [], /MARKET_CACHE_MB/],
    [
      'a state file in no folder',
      { APP_STATE_DB_PATH: '/nonexistent/folder/app_state.db' },
      [],
      /\/nonexistent\/folder/,
    ],
    [
      'a PostgreSQL that is not there',
      { APP_STATE_DATABASE_URL: 'postgresql://x@/y?host=/nonexistent' },
      [],
      /nonexistent/,
    ],
    ['a database of another kind', { APP_STATE_DATABASE_URL: 'mysql://x/y' }, [], /postgresql:\/\//],
    ['an address open to others', {}, ['--host', '0.0.0.0'], /ALLOW_INSECURE_BIND/],
    ['a port that is none', {}, ['--port', '70000'], /70000/],
    ['an option that does not exist', {}, ['--prot', '1'], /prot/],
  ];
  for (const [what, env, args, says] of cases) {
    test(`${what} is said in a sentence`, async () => {
      const result = await start(env, args);
      assert.equal(result.signal, null, 'it started, or hung');
      assert.notEqual(result.code, 0);
      assert.match(result.stderr, says);
      assert.doesNotMatch(result.stderr, /^listening on /m);
    });
  }

  test('a port that is taken is named', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => taken.once('listening', resolve));
    const { port } = taken.address() as { port: number };
    const result = await start({}, ['--port', String(port)]);
    taken.close();
    assert.notEqual(result.code, 0);
    assert.match(result.stderr, new RegExp(String(port)));
  });

  test('a state file that is no database is left as it is', async () => {
    const path = join(makeTempDir('bad'), 'app_state.db');
    const content = 'this is not SQLite, and it must not become it\n'.repeat(200);
    writeFileSync(path, content);
    const result = await start({ APP_STATE_DB_PATH: path });
    assert.notEqual(result.code, 0);
    assert.match(result.stderr, /app_state\.db/);
    assert.equal(statSync(path).size, content.length);
  });
});

describe('the running process', () => {
  test('has no memory that is both written and run', async () => {
    const server = await Server.start({ engine: 'sqlite', marketPath: samplePath() });
    await server.api.get('/api/v1/candles?symbol=BTCUSDT&limit=5', { expect: 200 });
    const maps = readFileSync(`/proc/${server.process.pid}/maps`, 'utf8').trimEnd().split('\n');
    assert.ok(maps.some((line) => /r-xp .*\/tlab$/.test(line)), 'these are its mappings');
    assert.deepEqual(
      maps.filter((line) => /^\S+ .wx/.test(line)),
      [],
    );
    await server.stop();
  });
});

describe('the files of the state', () => {
  test('are for their owner only', async () => {
    const server = await Server.start({ engine: 'sqlite', marketPath: samplePath() });
    await server.api.post('/api/v1/workspaces', { name: 'x' }, { expect: 201 });
    assert.equal(statSync(server.state.APP_STATE_DB_PATH as string).mode & 0o077, 0);
    await server.stop();
  });
});

describe('the command line', () => {
  test('explains itself and every subcommand', async () => {
    const help = await tlabOk(['--help']);
    for (const command of ['serve', 'worker', 'import', 'demo', 'migrate', 'routes']) {
      assert.match(help.stdout, new RegExp(`\\b${command}\\b`));
      const own = await tlabOk([command, '--help']);
      assert.ok(own.stdout.length > 80, command);
    }
    const serve = (await tlabOk(['serve', '--help'])).stdout;
    for (const name of [
      'MARKET_DB_PATH',
      'APP_STATE_DB_PATH',
      'APP_STATE_DATABASE_URL',
      'AUTH_MODE',
      'ALLOWED_HOSTS',
      'MARKET_CACHE_MB',
    ])
      assert.match(serve, new RegExp(name));
    assert.match((await tlabOk(['--version'])).stdout, /\d+\.\d+\.\d+/);
  });

  test('refuses what it does not know', async () => {
    for (const args of [['nonsense'], ['serve', 'extra'], ['import'], ['demo', '--nope'], []]) {
      const result = await tlab(args, { timeoutMs: 10_000 });
      assert.notEqual(result.code, 0, args.join(' '));
      assert.equal(result.signal, null, args.join(' '));
      assert.ok((result.stderr + result.stdout).length > 10, args.join(' '));
    }
  });
});

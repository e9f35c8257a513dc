// Files of candles that are sent to the server: taken, imported as jobs of the instance, or refused, and cleared away.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { binanceCsv, epoch, walk } from '../harness/candles.ts';
import { effectFaults } from '../harness/effects.ts';
import { engines } from '../harness/engines.ts';
import { EventStream, isFinal } from '../harness/events.ts';
import { type Api, assertProblem, checkReply, type Reply } from '../harness/http.ts';
import type { Json } from '../harness/openapi.ts';
import { allPages } from '../harness/pages.ts';
import { makeTempDir } from '../harness/paths.ts';
import { exchange, parseReplies } from '../harness/raw.ts';
import { hold, run } from '../harness/runs.ts';
import { copySampleMarket } from '../harness/sample.ts';
import { makeState, onEachEngine, Server, type StateSettings, useServer } from '../harness/server.ts';
import { changeState } from '../harness/state.ts';
import { Worker } from '../harness/worker.ts';
import { zip } from '../harness/zip.ts';

const imports = '/api/v1/market/imports';
const day = 86_400;
const candles = walk({ seed: 21, start: epoch('2024-01-01'), step: day, count: 31, price: 100 });
const csv = binanceCsv(candles, day);

const get = async (api: Api, path: string): Promise<Json> => (await api.get(path, { expect: 200 })).json;
const send = (
  api: Api,
  filename: string,
  body: string | Buffer,
  query: Json = {},
  type = 'text/csv',
): Promise<Reply> =>
  api.send('POST', imports, { query: { filename, ...query }, headers: { 'content-type': type }, body });
const upload = async (...args: Parameters<typeof send>): Promise<Json> => {
  const reply = await send(...args);
  assert.equal(reply.status, 202, reply.text);
  return reply.json;
};

/** The import when it has ended, told by the events. */
async function imported(api: Api, id: string, timeoutMs = 10_000): Promise<Json> {
  const stream = await EventStream.open(api);
  const now = await get(api, `${imports}/${id}`);
  if (!isFinal(now.status))
    await stream.find(
      `the end of import ${id}`,
      (e) => e.type === 'import' && e.data.id === id && isFinal(e.data.status),
      {
        timeoutMs,
      },
    );
  stream.close();
  return get(api, `${imports}/${id}`);
}

/** The candles of a symbol, which charts show within two seconds. */
async function series(api: Api, symbol: string, interval = '1d'): Promise<Json[]> {
  const deadline = performance.now() + 3000;
  for (;;) {
    const reply = await api.get('/api/v1/candles', { query: { symbol, interval, from: 0, limit: 5000 } });
    if (reply.status === 200) return reply.json.candles;
    assert.ok(performance.now() < deadline, `${symbol} is not there: ${reply.text}`);
    await delay(20);
  }
}

onEachEngine('an uploaded file', (engine) => {
  const uploads = makeUploads();
  const tlab = useServer(() => ({ engine, marketPath: copySampleMarket(), env: { UPLOAD_DIR: uploads() } }));

  test('is taken, imported, told of, and cleared away', async () => {
    await get(tlab.api, '/api/v1/symbols'); // the market has been looked at by then
    const stream = await EventStream.open(tlab.api);
    const { data_version: before } = (await stream.find('the beginning', () => true)).data;
    const reply = await send(tlab.api, 'UPUSDT-1d-2024-01.csv', csv);
    assert.equal(reply.status, 202, reply.text);
    const { id } = reply.json;
    assert.equal(reply.headers.location, `${imports}/${id}`);
    assert.deepEqual(
      [reply.json.kind, reply.json.filename, reply.json.title, reply.json.bytes, reply.json.result],
      ['market_import', 'UPUSDT-1d-2024-01.csv', 'UPUSDT-1d-2024-01.csv', csv.length, null],
    );
    assert.ok(['queued', 'running'].includes(reply.json.status));
    const told = await stream.find(
      'its end',
      (e) => e.type === 'import' && e.data.id === id && isFinal(e.data.status),
    );
    const done = await get(tlab.api, `${imports}/${id}`);
    assert.deepEqual(told.data, done);
    assert.deepEqual([done.status, done.error, done.progress], ['completed', null, 1]);
    assert.deepEqual([done.result.symbol, done.result.interval], ['UPUSDT', '1d']);
    assert.deepEqual(
      [
        done.result.rows_added,
        done.result.rows_unchanged,
        done.result.rows_revised,
        done.result.rows_left_out,
      ],
      [31, 0, 0, 0],
    );
    await stream.find('the candles', (e) => e.type === 'candles' && e.data.data_version !== before);
    stream.close();
    assert.deepEqual(await series(tlab.api, 'UPUSDT'), candles);
  });

  test('is cleared away when its import has ended', async () => {
    const { id } = await upload(tlab.api, 'AWAYUSDT-1d-2024-01.csv', csv);
    await imported(tlab.api, id);
    const deadline = performance.now() + 3000;
    while (existsSync(join(uploads(), id)) && performance.now() < deadline) await delay(20);
    assert.ok(!existsSync(join(uploads(), id)), 'it may be of 512 MiB, and there may be a hundred of them');
  });

  test('of every kind is as good', async () => {
    const name = 'KINDUSDT-1d-2024-01';
    for (const [filename, body, type] of [
      [`${name}.csv`, csv, 'application/octet-stream'],
      [`${name}.csv.gz`, gzipSync(csv), 'application/gzip'],
      [`${name}.zip`, zip({ [`${name}.csv`]: csv }), 'application/zip'],
      [`${name}.csv`, csv, 'text/csv; charset=utf-8'],
    ] as [string, string | Buffer, string][]) {
      const { id } = await upload(tlab.api, filename, body, {}, type);
      const done = await imported(tlab.api, id);
      assert.equal(done.status, 'completed', JSON.stringify(done.error));
      assert.equal(done.result.rows_added + done.result.rows_unchanged, 31);
    }
  });

  test('says symbol and interval by its name, or beside it', async () => {
    const { id } = await upload(tlab.api, 'whatever.csv', csv, { symbol: 'OWNUSDT', interval: '1d' });
    const done = await imported(tlab.api, id);
    assert.deepEqual([done.status, done.result?.symbol], ['completed', 'OWNUSDT']);
    assert.deepEqual(await series(tlab.api, 'OWNUSDT'), candles);
  });

  test('twice changes nothing, and a revision counts as one', async () => {
    const name = 'TWICEUSDT-1d-2024-01.csv';
    await imported(tlab.api, (await upload(tlab.api, name, csv)).id);
    const again = (await imported(tlab.api, (await upload(tlab.api, name, csv)).id)).result;
    assert.deepEqual([again.rows_added, again.rows_unchanged, again.rows_revised], [0, 31, 0]);
    const revised = candles.map((c, i) => (i === 3 ? { ...c, volume: c.volume + 1 } : c));
    const third = (await imported(tlab.api, (await upload(tlab.api, name, binanceCsv(revised, day))).id))
      .result;
    assert.deepEqual([third.rows_added, third.rows_unchanged, third.rows_revised], [0, 30, 1]);
    assert.deepEqual(await series(tlab.api, 'TWICEUSDT'), revised);
  });

  test('with bad rows is refused whole, or taken without them', async () => {
    const lines = csv.split('\n');
    lines[5] = (lines[5] as string).replace(/^(\d+),[\d.]+/, '$1,oops');
    const bad = lines.join('\n');
    const failed = await imported(tlab.api, (await upload(tlab.api, 'BADUSDT-1d-2024-01.csv', bad)).id);
    assert.equal(failed.status, 'failed');
    assert.equal(failed.result, null);
    assert.ok(failed.error.code.length > 0);
    assert.doesNotMatch(failed.error.detail, /uploads|\/tmp/, 'and not where the file lay');
    assert.equal(failed.attempts, 1, 'the same file will not be better');
    assert.equal((await get(tlab.api, '/api/v1/symbols?q=BADUSDT')).symbols.length, 0);
    const some = await imported(
      tlab.api,
      (await upload(tlab.api, 'BADUSDT-1d-2024-01.csv', bad, { skip_bad: 'true' })).id,
    );
    assert.equal(some.status, 'completed');
    assert.deepEqual([some.result.rows_added, some.result.rows_left_out], [30, 1]);
    assert.ok(
      some.result.notices.some((notice: string) => /\b6\b/.test(notice)),
      'it names the line',
    );
  });

  test('that is refused is told which line is to blame', async () => {
    const lines = csv.split('\n');
    lines[5] = (lines[5] as string).replace(/^(\d+),[\d.]+/, '$1,oops');
    const failed = await imported(
      tlab.api,
      (await upload(tlab.api, 'LINEUSDT-1d-2024-01.csv', lines.join('\n'))).id,
    );
    assert.match(failed.error.detail, /\b6\b/);
  });

  test('that is no file of candles fails by itself', async () => {
    for (const [filename, body, type] of [
      ['NOZIPUSDT-1d-2024-01.zip', 'PK is not enough', 'application/zip'],
      ['NOGZUSDT-1d-2024-01.csv.gz', csv, 'application/gzip'],
      ['CUTUSDT-1d-2024-01.zip', zip({ 'CUTUSDT-1d-2024-01.csv': csv }).subarray(0, 300), 'application/zip'],
      ['NOPQUSDT-1d-2024-01.parquet', 'PAR1 and nothing', 'application/vnd.apache.parquet'],
    ] as [string, string | Buffer, string][]) {
      const done = await imported(tlab.api, (await upload(tlab.api, filename, body, {}, type)).id);
      assert.deepEqual([done.status, done.result], ['failed', null], filename);
      assert.ok(done.error.detail.length > 5);
    }
    await tlab.api.get('/api/v1/candles?symbol=BTCUSDT&limit=5', { expect: 200 });
  });

  test('is refused for what is said about it, before it is looked at', async () => {
    const before = [await get(tlab.api, `${imports}?limit=1000`), readdirSync(uploads()).length];
    const cases: [string | undefined, Json, string[]][] = [
      [undefined, {}, ['?filename']],
      ['', {}, ['?filename']],
      ['../AUSDT-1d-2024-01.csv', {}, ['?filename']],
      ['/etc/AUSDT-1d-2024-01.csv', {}, ['?filename']],
      ['.AUSDT-1d-2024-01.csv', {}, ['?filename']],
      ['A\u0000USDT-1d-2024-01.csv', {}, ['?filename']],
      ['AUSDT-1d-2024-01.exe', {}, ['?filename']],
      [`${'x'.repeat(300)}.csv`, {}, ['?filename']],
      ['AUSDT-1d-2024-01.csv', { interval: '7m' }, ['?interval']],
      ['AUSDT-1d-2024-01.csv', { symbol: 'a b' }, ['?symbol']],
      ['AUSDT-1d-2024-01.csv', { skip_bad: 'yes' }, ['?skip_bad']],
      ['AUSDT-1d-2024-01.csv', { columns: 'x' }, ['?columns']],
    ];
    for (const [filename, query, pointers] of cases) {
      const reply = await tlab.api.send('POST', imports, {
        query: { filename, ...query },
        headers: { 'content-type': 'text/csv' },
        body: csv,
      });
      assert.ok([400, 422].includes(reply.status), `${filename}: ${reply.text}`);
      if (reply.status === 422)
        assert.deepEqual(
          reply.json.errors.map((e: Json) => e.pointer),
          pointers,
          reply.text,
        );
    }
    const named = await send(tlab.api, 'whatever.csv', csv);
    assert.equal(named.status, 422, 'neither symbol nor interval');
    assertProblem(await send(tlab.api, 'AUSDT-1d-2024-01.csv', ''), 422, 'invalid_input', ['']);
    for (const type of [
      'application/json',
      'text/plain',
      'multipart/form-data; boundary=x',
      'application/x-www-form-urlencoded',
    ])
      assertProblem(
        await send(tlab.api, 'AUSDT-1d-2024-01.csv', csv, {}, type),
        415,
        'unsupported_media_type',
      );
    const cross = { 'content-type': 'text/csv', 'sec-fetch-site': 'cross-site' };
    assertProblem(
      await tlab.api.send('POST', imports, {
        query: { filename: 'AUSDT-1d-2024-01.csv' },
        headers: cross,
        body: csv,
      }),
      403,
      'csrf',
    );
    assert.deepEqual([await get(tlab.api, `${imports}?limit=1000`), readdirSync(uploads()).length], before);
  });

  test('of more than 512 MiB is refused by its length', async () => {
    const path = `${imports}?filename=AUSDT-1d-2024-01.csv`;
    const head = `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1:${tlab.server.port}\r\nContent-Type: text/csv\r\nContent-Length: ${512 * 1024 * 1024 + 1}\r\n\r\n`;
    const { text } = await exchange(tlab.server.port, head, 3000);
    const [reply] = parseReplies(text, 'POST', path);
    assert.equal(reply?.status, 413, text.toString('latin1').slice(0, 300));
    assert.equal(reply?.json.code, 'payload_too_large');
    if (reply) checkReply(reply, engine);
  });

  test('that breaks off leaves nothing', async () => {
    const path = `${imports}?filename=OFFUSDT-1d-2024-01.csv`;
    const head = `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1:${tlab.server.port}\r\nContent-Type: text/csv\r\nContent-Length: 1000000\r\n\r\n`;
    const before = await get(tlab.api, `${imports}?limit=1000`);
    const files = readdirSync(uploads());
    await exchange(tlab.server.port, head + csv, 300); // closed by us
    const deadline = performance.now() + 3000;
    while (readdirSync(uploads()).length > files.length && performance.now() < deadline) await delay(20);
    assert.deepEqual(readdirSync(uploads()), files);
    assert.deepEqual(await get(tlab.api, `${imports}?limit=1000`), before);
  });

  test('sent in chunks is the same', async () => {
    const path = `${imports}?filename=CHUNKUSDT-1d-2024-01.csv`;
    const chunks = csv.match(/[\s\S]{1,500}/g) ?? [];
    const body = [...chunks, ''].map((chunk) => `${chunk.length.toString(16)}\r\n${chunk}\r\n`).join('');
    const head = `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1:${tlab.server.port}\r\nContent-Type: text/csv\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n`;
    const { text } = await exchange(tlab.server.port, head + body, 5000);
    const [reply] = parseReplies(text, 'POST', path);
    assert.equal(reply?.status, 202, text.toString('latin1').slice(0, 300));
    assert.equal((await imported(tlab.api, reply?.json.id)).status, 'completed');
    assert.deepEqual(await series(tlab.api, 'CHUNKUSDT'), candles);
  });
});

/** A folder that is made when it is first asked for, by a test that runs. */
function makeUploads(): () => string {
  let dir: string | undefined;
  return () => {
    dir ??= makeTempDir('uploads');
    return dir;
  };
}

onEachEngine('imports that wait', (engine) => {
  const uploads = makeUploads();
  const tlab = useServer(() => ({
    engine,
    marketPath: copySampleMarket(),
    env: { JOB_WORKERS: '0', UPLOAD_DIR: uploads() },
  }));
  const cancel = (id: string): Promise<Reply> => tlab.api.post(`${imports}/${id}/cancel`, undefined);

  test('are listed for operators, newest first, and are no jobs of a workspace', async () => {
    const made = [];
    for (let i = 0; i < 5; i++) made.unshift(await upload(tlab.api, `W${i}USDT-1d-2024-01.csv`, csv));
    await cancel(made[1].id);
    const whole = (await get(tlab.api, `${imports}?limit=1000`)).imports;
    assert.deepEqual(
      whole.map((one: Json) => one.id),
      made.map((one) => one.id),
    );
    assert.deepEqual(
      whole.map((one: Json) => one.queue_position),
      [4, null, 3, 2, 1],
    );
    for (const one of whole) assert.deepEqual(await get(tlab.api, `${imports}/${one.id}`), one);
    const pages = await allPages(tlab.api, imports, { limit: 2 });
    assert.deepEqual(
      pages.flatMap((page) => page.imports),
      whole,
    );
    for (const status of ['queued', 'cancelled', 'completed'])
      assert.deepEqual(
        (await get(tlab.api, `${imports}?status=${status}`)).imports,
        whole.filter((one: Json) => one.status === status),
      );
    for (const [query, pointer] of [
      [{ status: 'x' }, '?status'],
      [{ limit: 0 }, '?limit'],
      [{ kind: 'backtest' }, '?kind'],
      [{ cursor: 'x' }, '?cursor'],
    ] as [Json, string][])
      assertProblem(await tlab.api.get(imports, { query }), 422, 'invalid_input', [pointer]);
    assert.deepEqual((await get(tlab.api, '/api/v1/workspaces/local-workspace/jobs')).jobs, []);
    for (const base of ['jobs', 'backtests'])
      assertProblem(
        await tlab.api.get(`/api/v1/workspaces/local-workspace/${base}/${made[0].id}`),
        404,
        'not_found',
      );
    for (const one of made) await cancel(one.id);
  });

  test('are cancelled at once, twice as well as once; the absent are not there', async () => {
    const { id } = await upload(tlab.api, 'CUSDT-1d-2024-01.csv', csv);
    const first = await cancel(id);
    assert.deepEqual([first.status, first.json.status, first.json.result], [200, 'cancelled', null]);
    assert.deepEqual((await cancel(id)).json, first.json);
    const backtest = await run(tlab.api, hold);
    for (const other of ['0198f5a2-6c1e-7d3a-9b57-2f4e8a1c6d90', backtest.id, 'nope']) {
      assertProblem(await tlab.api.get(`${imports}/${other}`), 404, 'not_found');
      assertProblem(await cancel(other), 404, 'not_found');
    }
  });

  test('lie in a folder for their owner only', async () => {
    const { id } = await upload(tlab.api, 'MODEUSDT-1d-2024-01.csv', csv);
    const file = join(uploads(), id, 'MODEUSDT-1d-2024-01.csv');
    assert.ok(existsSync(file));
    assert.equal(statSync(file).size, csv.length);
    for (const path of [file, join(uploads(), id)]) assert.equal(statSync(path).mode & 0o077, 0, path);
    await cancel(id);
  });

  test('are a hundred at most', async () => {
    const ids: string[] = [];
    let reply: Reply | undefined;
    while (ids.length <= 100) {
      reply = await send(tlab.api, 'MANYUSDT-1d-2024-01.csv', csv);
      if (reply.status !== 202) break;
      ids.push(reply.json.id);
    }
    assert.ok(reply);
    assertProblem(reply, 429, 'too_many_jobs');
    assert.match(String(reply.headers['retry-after']), /^[1-9]\d*$/);
    assert.equal(ids.length, 100);
    assert.equal((await get(tlab.api, `${imports}?status=queued&limit=1000`)).imports.length, 100);
    const folders = readdirSync(uploads()).filter((name) => ids.includes(name));
    assert.equal(folders.length, 100, 'nothing lies there of what was refused');
    for (const id of ids) await cancel(id);
  });
});

onEachEngine('an import over a restart', (engine) => {
  test('is done by the next server, file and all', async () => {
    const env = { UPLOAD_DIR: makeTempDir('uploads') };
    const first = await Server.start({
      engine,
      marketPath: copySampleMarket(),
      env: { ...env, JOB_WORKERS: '0' },
    });
    const { id } = await upload(first.api, 'LATERUSDT-1d-2024-01.csv', csv);
    const cancelled = await upload(first.api, 'NEVERUSDT-1d-2024-01.csv', csv);
    await first.api.post(`${imports}/${cancelled.id}/cancel`, undefined, { expect: 200 });
    const second = await first.restart({ env });
    const done = await imported(second.api, id);
    assert.equal(done.status, 'completed');
    assert.deepEqual(await series(second.api, 'LATERUSDT'), candles);
    assert.equal((await get(second.api, '/api/v1/symbols?q=NEVERUSDT')).symbols.length, 0);
    assertProblem(await second.api.post(`${imports}/${id}/cancel`, undefined), 409, 'already_ended');
    const deadline = performance.now() + 3000;
    while (readdirSync(env.UPLOAD_DIR).includes(cancelled.id) && performance.now() < deadline)
      await delay(20);
    assert.ok(!readdirSync(env.UPLOAD_DIR).includes(cancelled.id), 'what had ended is cleared away');
    await second.stop();
    assert.deepEqual(effectFaults(second.state), []);
  });

  test('is done wherever its folder lies by then, on whichever host', async () => {
    const [made, mounted] = [makeTempDir('uploads'), join(makeTempDir('elsewhere'), 'uploads')];
    const env = { JOB_WORKERS: '0', UPLOAD_DIR: made };
    const first = await Server.start({ engine, marketPath: copySampleMarket(), env });
    const { id } = await upload(first.api, 'MOVEDUSDT-1d-2024-01.csv', csv);
    await first.stop();
    renameSync(made, mounted);
    const second = await first.startAgain({ env: { UPLOAD_DIR: mounted } });
    const done = await imported(second.api, id);
    assert.deepEqual([done.status, done.error], ['completed', null]);
    assert.deepEqual(await series(second.api, 'MOVEDUSDT'), candles);
    const place = join(mounted, '.place');
    if (engine === 'sqlite') assert.ok(!existsSync(place), 'one process has the file, and needs no word for it');
    else assert.equal(statSync(place).mode & 0o777, 0o600);
    await second.stop();
  });

  test('whose file is gone fails, and says so', async () => {
    const env = { UPLOAD_DIR: makeTempDir('uploads') };
    const marketPath = copySampleMarket();
    const first = await Server.start({ engine, marketPath, env: { ...env, JOB_WORKERS: '0' } });
    const { id } = await upload(first.api, 'GONEUSDT-1d-2024-01.csv', csv);
    await first.stop();
    const state: StateSettings = first.state;
    changeState(
      state,
      `UPDATE jobs SET payload = replace(payload, 'GONEUSDT-1d-2024-01.csv"', 'OTHERUSDT-1d-2024-01.csv"')`,
    );
    const second = await first.startAgain({ env });
    const done = await imported(second.api, id, 60_000);
    assert.equal(done.status, 'failed');
    assert.ok(done.error.detail.length > 5);
    assert.doesNotMatch(done.error.detail, /\/tmp|uploads-/);
    await second.stop();
  });
});

describe('an import on SQLite', () => {
  test('that an earlier program left for a host is done by the one server there is', async () => {
    const env = { UPLOAD_DIR: makeTempDir('uploads') };
    const options = { engine: 'sqlite', marketPath: copySampleMarket(), env: { ...env, JOB_WORKERS: '0' } } as const;
    const first = await Server.start(options);
    const { id } = await upload(first.api, 'EARLIERUSDT-1d-2024-01.csv', csv);
    await first.stop();
    changeState(first.state, `UPDATE jobs SET place = 'b6f1c2d3e4a5:/uploads'`);
    const second = await first.startAgain({ env });
    assert.equal((await imported(second.api, id)).status, 'completed');
    await second.stop();
  });
});

describe('an import on PostgreSQL', { skip: !engines.includes('postgresql') && 'without PostgreSQL' }, () => {
  test('has a place that stays, and where none can be had uploads are refused', async () => {
    const env = { UPLOAD_DIR: makeTempDir('uploads') };
    const place = join(env.UPLOAD_DIR, '.place');
    const first = await Server.start({ engine: 'postgresql', marketPath: copySampleMarket(), env });
    const text = readFileSync(place, 'utf8');
    assert.match(text, /^[0-9a-f-]{36}$/);
    const second = await first.restart();
    assert.equal(readFileSync(place, 'utf8'), text);
    writeFileSync(place, text.slice(0, 7));
    const third = await second.restart();
    assertProblem(await send(third.api, 'NONEUSDT-1d-2024-01.csv', csv), 503, 'unavailable');
    assert.equal(readFileSync(place, 'utf8'), text.slice(0, 7));
    await third.stop();
  });

  test('is left to those who have its file', async () => {
    const state = makeState('postgresql');
    const env = { UPLOAD_DIR: makeTempDir('uploads') };
    const marketPath = copySampleMarket();
    const server = await Server.start({
      engine: 'postgresql',
      marketPath,
      state,
      env: { ...env, JOB_WORKERS: '0' },
    });
    const { id } = await upload(server.api, 'HEREUSDT-1d-2024-01.csv', csv);
    const elsewhere = await Worker.start({ marketPath, state });
    const backtest = await server.api.post('/api/v1/backtests', hold, {
      headers: { prefer: 'respond-async' },
    });
    const stream = await EventStream.open(server.api, { lastEventId: '0.0' });
    await stream.job(backtest.json.id, 'completed'); // a worker elsewhere does what it can
    assert.equal((await get(server.api, `${imports}/${id}`)).status, 'queued');
    await elsewhere.stop();
    const here = await Worker.start({ marketPath, state, env });
    const done = await imported(server.api, id);
    assert.deepEqual([done.status, done.worker], ['completed', here.workerName]);
    assert.deepEqual(await series(server.api, 'HEREUSDT'), candles);
    stream.close();
    await Promise.all([server.stop(), here.stop()]);
  });
});

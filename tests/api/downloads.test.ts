// Downloads that are started over the API: candles from a stand-in for Binance, fetched by jobs, in turn with imports.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import { archivePath, Binance } from '../harness/binance.ts';
import { binanceCsv, type Candle, epoch, walk } from '../harness/candles.ts';
import { engines } from '../harness/engines.ts';
import { EventStream, isFinal } from '../harness/events.ts';
import { type Api, assertProblem } from '../harness/http.ts';
import type { Json } from '../harness/openapi.ts';
import { makeTempDir } from '../harness/paths.ts';
import { addPerson, localWorkspace, Person, withPasswords } from '../harness/people.ts';
import { copySampleMarket, samplePath } from '../harness/sample.ts';
import { onEachEngine, useServer } from '../harness/server.ts';
import { finish, spawnTlab } from '../harness/tlab.ts';

const downloads = '/api/v1/market/downloads';
const day = 86_400;
const market: Record<string, Candle[]> = {
  AUSDT: walk({ seed: 31, start: epoch('2024-01-01'), step: day, count: 91, price: 100 }),
  BUSDT: walk({ seed: 32, start: epoch('2024-02-10'), step: day, count: 40, price: 10 }),
};
const wish = { interval: '1d', symbols: ['busdt', 'AUSDT', 'AUSDT'], from: '2024-01-01', to: '2024-03-31' };

let binance: Binance;
before(async () => {
  binance = await Binance.start();
});
after(() => binance.stop());
beforeEach(() => binance.reset(market));

const get = async (api: Api, path: string): Promise<Json> => (await api.get(path, { expect: 200 })).json;
const start = async (api: Api, body: Json = wish): Promise<Json> =>
  (await api.post(downloads, body, { expect: 202 })).json;

/** The download when it has ended, told by the events. */
async function done(api: Api, id: string): Promise<Json> {
  const stream = await EventStream.open(api);
  const path = `${downloads}/${id}`;
  if (!isFinal((await get(api, path)).status))
    await stream.find('its end', (e) => e.type === 'job' && e.data.id === id && isFinal(e.data.status));
  stream.close();
  return get(api, path);
}

async function stored(api: Api, symbol: string): Promise<Candle[]> {
  const query = { symbol, interval: '1d', from: 0, limit: 5000 };
  return (await api.get('/api/v1/candles', { query, expect: 200 })).json.candles;
}

/** The exchange answers nothing before it is released; `asked` when it was asked for something. */
function holdExchange(): { asked: Promise<void>; release: () => void } {
  let release = (): void => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const asked = new Promise<void>((resolve) => {
    binance.before = () => {
      resolve();
      return held;
    };
  });
  return { asked, release: () => release() };
}

onEachEngine('a download over the API', (engine) => {
  let dir: string;
  const tlab = useServer(() => {
    dir = makeTempDir('archives');
    return { engine, marketPath: copySampleMarket(), env: { ...binance.env, DOWNLOAD_DIR: dir } };
  });

  test('is taken, carried out as a job of the local workspace, and told of', async () => {
    const reply = await tlab.api.post(downloads, wish, { expect: 202 });
    const { id } = reply.json;
    assert.equal(reply.headers.location, `${downloads}/${id}`);
    assert.deepEqual(
      [reply.json.kind, reply.json.title, reply.json.asset, reply.json.symbols, reply.json.from, reply.json.to],
      ['market_download', 'spot 1d AUSDT, BUSDT', 'spot', ['AUSDT', 'BUSDT'], wish.from, wish.to],
    );
    assert.deepEqual([reply.json.freq, reply.json.recheck, reply.json.result], ['auto', false, null]);
    const ended = await done(tlab.api, id);
    assert.equal(ended.status, 'completed', JSON.stringify(ended.error));
    const { bytes, ...result } = ended.result;
    assert.ok(bytes > 1000);
    assert.deepEqual(result, {
      files_fetched: 5,
      files_on_disk: 0,
      files_had: 0,
      files_not_published: 1,
      files_failed: 0,
      rows_added: 131,
      rows_unchanged: 0,
      rows_revised: 0,
      failures: [],
    });
    for (const [symbol, candles] of Object.entries(market)) assert.deepEqual(await stored(tlab.api, symbol), candles);
    assert.ok(existsSync(join(dir, archivePath('AUSDT', '1d', '2024-02'))));
    const job = await get(tlab.api, `${localWorkspace}/jobs/${id}`);
    assert.deepEqual([job.kind, job.status, job.result], ['market_download', 'completed', null]);
  });

  test('again fetches nothing, and with recheck what was replaced', async () => {
    const first = await done(tlab.api, (await start(tlab.api)).id);
    assert.deepEqual([first.result.files_fetched, first.result.files_had], [0, 5]);
    const later = (market.AUSDT as Candle[]).map((c, i) => (i === 40 ? { ...c, volume: c.volume + 1 } : c));
    binance.publishAll('AUSDT', '1d', later);
    const again = await done(tlab.api, (await start(tlab.api, { ...wish, recheck: true })).id);
    assert.deepEqual([again.result.files_fetched, again.result.rows_revised], [1, 1]);
    assert.deepEqual(await stored(tlab.api, 'AUSDT'), later);
  });

  test('goes on without files that fail, and names them', async () => {
    const candles = walk({ seed: 33, start: epoch('2024-05-01'), step: day, count: 61, price: 7 });
    binance.publishAll('CUSDT', '1d', candles);
    binance.files.delete(`${archivePath('CUSDT', '1d', '2024-06')}.CHECKSUM`);
    const body = { ...wish, symbols: ['CUSDT'], from: '2024-05-01', to: '2024-06-30' };
    const part = await done(tlab.api, (await start(tlab.api, body)).id);
    assert.deepEqual([part.status, part.result.files_failed, part.result.rows_added], ['completed', 1, 31]);
    assert.match(part.result.failures[0], /CUSDT-1d-2024-06\.zip: there is no CHECKSUM/);
    const none = await done(tlab.api, (await start(tlab.api, { ...body, from: '2024-06-01' })).id);
    assert.deepEqual([none.status, none.result, none.attempts], ['failed', null, 1]);
    assert.match(none.error.detail, /no file could be stored.*CUSDT-1d-2024-06\.zip/);
  });

  test('is refused for what it asks, naming the member', async () => {
    const refused: [Json, string][] = [
      [{ asset: 'options' }, '/asset'],
      [{ interval: '7d' }, '/interval'],
      [{ symbols: [] }, '/symbols'],
      [{ symbols: ['../x'] }, '/symbols'],
      [{ symbols: [7] }, '/symbols'],
      [{ symbols: Array.from({ length: 501 }, (_, i) => `S${i}`) }, '/symbols'],
      [{ symbols: Array.from({ length: 500 }, (_, i) => `S${i}`), from: '2001-01-01' }, '/from'],
      [{ from: '2024-02-30' }, '/from'],
      [{ from: '2999-01-01', to: undefined }, '/from'],
      [{ to: '2023-12-31' }, '/to'],
      [{ freq: 'weekly' }, '/freq'],
      [{ freq: 'daily', interval: '1w' }, '/freq'],
      [{ url: 'http://127.0.0.1/' }, '/url'],
    ];
    for (const [change, pointer] of refused)
      assertProblem(await tlab.api.post(downloads, { ...wish, ...change }), 422, 'invalid_input', [pointer]);
    assert.deepEqual(binance.seen, []);
  });

  test('is one, however often it is sent with one key', async () => {
    const headers = { 'idempotency-key': `key-${engine}-download` };
    const [first, second] = [
      await tlab.api.post(downloads, wish, { headers, expect: 202 }),
      await tlab.api.post(downloads, wish, { headers, expect: 202 }),
    ];
    assert.equal(second.json.id, first.json.id);
    await done(tlab.api, first.json.id);
  });

  test('stops when it is cancelled, and leaves what it had stored', async () => {
    const { asked, release } = holdExchange();
    const { id } = await start(tlab.api, { ...wish, recheck: true });
    await asked;
    await tlab.api.post(`${downloads}/${id}/cancel`, undefined, { expect: 200 });
    const ended = await done(tlab.api, id);
    release();
    assert.deepEqual([ended.status, ended.result], ['cancelled', null]);
    await tlab.api.post(`${downloads}/${id}/cancel`, undefined, { expect: 200 }); // as it is
    const over = await done(tlab.api, (await start(tlab.api)).id);
    assertProblem(await tlab.api.post(`${downloads}/${over.id}/cancel`, undefined), 409, 'already_ended');
  });

  test('that is none is not found, and neither is a job of another kind', async () => {
    const absent = '0198f5a2-6c1e-7d3a-9b57-2f4e8a1c6d90';
    assertProblem(await tlab.api.get(`${downloads}/${absent}`), 404, 'not_found');
    assertProblem(await tlab.api.post(`${downloads}/${absent}/cancel`, undefined), 404, 'not_found');
    const run = { strategy_id: 'buy_and_hold', symbol: 'BTCUSDT' };
    const { id } = (await tlab.api.post(`${localWorkspace}/backtests`, run, { expect: 201 })).json;
    assertProblem(await tlab.api.get(`${downloads}/${id}`), 404, 'not_found');
    assertProblem(await tlab.api.post(`${downloads}/${id}/cancel`, undefined), 404, 'not_found');
  });

  test('is tried again while the archive cannot be reached', async () => {
    binance.faults = [{ on: /DUSDT/, kind: 'status', status: 400, times: 1 }];
    binance.publishAll('DUSDT', '1d', walk({ seed: 34, start: epoch('2024-01-01'), step: day, count: 31, price: 3 }));
    const ended = await done(tlab.api, (await start(tlab.api, { ...wish, symbols: ['DUSDT'], to: '2024-01-31' })).id);
    assert.deepEqual([ended.status, ended.attempts], ['failed', 1], 'one refused file is no outage');
    const again = await done(tlab.api, (await start(tlab.api, { ...wish, symbols: ['DUSDT'], to: '2024-01-31' })).id);
    assert.deepEqual([again.status, again.result.rows_added], ['completed', 31]);
  });
});

onEachEngine('while a command writes candles', (engine) => {
  const imports = '/api/v1/market/imports';
  const tlab = useServer(() => ({
    engine,
    marketPath: copySampleMarket(),
    env: { ...binance.env, DOWNLOAD_DIR: makeTempDir('archives') },
  }));

  test('downloads and imports wait without losing an attempt, may be cancelled, and then have their turn', async () => {
    const { asked, release } = holdExchange();
    const dir = makeTempDir('command');
    const args = ['--db-path', tlab.server.marketPath, '--symbols', 'AUSDT', '--interval', '1d'];
    const dates = ['--from', '2024-01-01', '--to', '2024-01-31'];
    const command = finish(spawnTlab(['download', ...args, ...dates], { env: binance.env, cwd: dir }));
    await asked;
    const stream = await EventStream.open(tlab.api);
    const waits = (type: string, id: string): Promise<unknown> =>
      stream.find(
        `${id} put back`,
        ({ type: told, data }) =>
          told === type && data.id === id && data.status === 'queued' && data.error?.code === 'import_running',
      );
    const { id } = await start(tlab.api, { ...wish, symbols: ['BUSDT'] });
    const file = (name: string): Promise<Json> =>
      tlab.api
        .send('POST', imports, {
          query: { filename: `${name}-1d-2024-01.csv` },
          headers: { 'content-type': 'text/csv' },
          body: binanceCsv(market.AUSDT as Candle[], day),
          expect: 202,
        })
        .then((reply) => reply.json);
    const [sent, dropped] = [await file('SENTUSDT'), await file('DROPUSDT')];
    await waits('job', id);
    await waits('import', sent.id);
    await waits('import', dropped.id);
    const waiting = await get(tlab.api, `${imports}/${sent.id}`);
    assert.deepEqual([waiting.attempts <= 1, waiting.error.code], [true, 'import_running']);
    const cancelled = await tlab.api.post(`${imports}/${dropped.id}/cancel`, undefined, { expect: 200 });
    assert.ok(cancelled.json.status === 'cancelled' || cancelled.json.cancel_requested);
    release();
    const result = await command;
    assert.equal(result.code, 0, result.stderr);
    const ended = await done(tlab.api, id);
    assert.deepEqual([ended.status, ended.attempts, ended.error], ['completed', 1, null]);
    if (!isFinal((await get(tlab.api, `${imports}/${sent.id}`)).status))
      await stream.find('its end', (e) => e.type === 'import' && e.data.id === sent.id && isFinal(e.data.status));
    const stored = await get(tlab.api, `${imports}/${sent.id}`);
    assert.deepEqual([stored.status, stored.attempts, stored.error], ['completed', 1, null]);
    assert.equal((await get(tlab.api, `${imports}/${dropped.id}`)).status, 'cancelled');
    stream.close();
  });
});

onEachEngine('downloads that wait', (engine) => {
  const tlab = useServer(() => ({
    engine,
    marketPath: samplePath(),
    env: { ...binance.env, JOB_WORKERS: '0' },
  }));
  const imports = '/api/v1/market/imports';

  test('stand in one line with the imports, and are listed newest first', async () => {
    const first = await start(tlab.api);
    const file = await tlab.api.send('POST', imports, {
      query: { filename: 'AUSDT-1d-2024-01.csv' },
      headers: { 'content-type': 'text/csv' },
      body: binanceCsv(market.AUSDT as Candle[], day),
      expect: 202,
    });
    const second = await start(tlab.api, { ...wish, symbols: ['BUSDT'] });
    const positions = [first.queue_position, file.json.queue_position, second.queue_position];
    const now = [
      (await get(tlab.api, `${downloads}/${first.id}`)).queue_position,
      (await get(tlab.api, `${imports}/${file.json.id}`)).queue_position,
      (await get(tlab.api, `${downloads}/${second.id}`)).queue_position,
    ];
    assert.deepEqual(now, [1, 2, 3], JSON.stringify(positions));
    const list = await get(tlab.api, `${downloads}?limit=1`);
    assert.deepEqual([list.downloads.map((d: Json) => d.id), typeof list.next_cursor], [[second.id], 'string']);
    assertProblem(await tlab.api.get(`${downloads}?status=odd`), 422, 'invalid_input', ['?status']);
    await tlab.api.post(`${downloads}/${first.id}/cancel`, undefined, { expect: 200 });
    const left = await get(tlab.api, `${downloads}?status=queued`);
    assert.deepEqual(left.downloads.map((d: Json) => d.id), [second.id]);
    assert.deepEqual(binance.seen, []);
  });

  test('are at most a hundred', async () => {
    let refused = 0;
    for (let i = 0; i < 101 && refused === 0; i++) {
      const reply = await tlab.api.post(downloads, wish);
      if (reply.status === 202) continue;
      assertProblem(reply, 429, 'too_many_jobs');
      refused++;
    }
    assert.equal(refused, 1);
  });
});

for (const engine of engines)
  describe(`downloads with passwords [${engine}]`, () => {
    const tlab = useServer(() => ({
      engine,
      marketPath: copySampleMarket(),
      env: { ...binance.env, ...withPasswords() },
    }));
    const by: Record<string, Person> = {};

    before(async () => {
      const owner = new Person(tlab.api);
      await owner.signIn();
      by.owner = owner;
      for (const role of ['trader', 'editor', 'viewer']) 
        by[role] = await addPerson(owner, localWorkspace, role, `${role}@example.org`);
    });

    test('are for editors; whoever reads the workspace sees them; the audit log has them', async () => {
      const { owner, editor, trader, viewer } = by as Record<'owner' | 'editor' | 'trader' | 'viewer', Person>;
      for (const person of [viewer, trader])
        assertProblem(await person.post(downloads, wish), 403, 'forbidden');
      let release = (): void => {};
      const held = new Promise<void>((resolve) => {
        release = resolve;
      });
      binance.before = () => held;
      const headers = { cookie: `tlab_session=${viewer.token}` };
      const stream = await EventStream.open(tlab.api, { workspace: 'local-workspace', headers });
      const { id } = (await editor.post(downloads, wish, { expect: 202 })).json;
      const { id: stopped } = (await editor.post(downloads, wish, { expect: 202 })).json; // waits for the first
      assertProblem(await viewer.post(`${downloads}/${stopped}/cancel`, undefined), 403, 'forbidden');
      const cancelled = await owner.post(`${downloads}/${stopped}/cancel`, undefined, { expect: 200 });
      assert.equal(cancelled.json.status, 'cancelled');
      await owner.post(`${downloads}/${stopped}/cancel`, undefined, { expect: 200 }); // told once
      release();
      await stream.find('its end', (e) => e.type === 'job' && e.data.id === id && isFinal(e.data.status));
      stream.close();
      assert.equal((await viewer.get(`${downloads}/${id}`, { expect: 200 })).json.status, 'completed');
      const entries = (await owner.get('/api/v1/admin/audit?limit=1000', { expect: 200 })).json.entries
        .filter((e: Json) => e.object_id === id || e.object_id === stopped)
        .map((e: Json) => [e.object_id, e.action, e.outcome, e.object_type, e.via, e.detail.title].join(' '));
      const of = (which: string, action: string, via: string): string =>
        `${which} download.${action} ok download ${via} spot 1d AUSDT, BUSDT`;
      assert.deepEqual(entries.reverse(), [
        of(id, 'start', 'session'),
        of(stopped, 'start', 'session'),
        of(stopped, 'stop', 'session'),
        of(stopped, 'cancel', 'job'),
        of(id, 'complete', 'job'),
      ]);
    });
  });

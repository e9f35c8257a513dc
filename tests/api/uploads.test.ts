// Files of candles that are uploaded and imported as jobs.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { EventStream, isFinal } from '../harness/events.ts';
import { type Api, assertProblem, type Reply } from '../harness/http.ts';
import type { Json } from '../harness/openapi.ts';
import { makeTempDir } from '../harness/paths.ts';
import { onEachEngine, Server, useServer } from '../harness/server.ts';
import { tlab as runTlab } from '../harness/tlab.ts';
import { zip } from '../harness/zip.ts';

const imports = '/api/v1/market/imports';
const start_ms = Date.UTC(2024, 0, 1);

/** Daily candles from 2024 on, in Binance's columns as far as they are needed. */
const csv = (days: number, price = 100): string =>
  Array.from({ length: days }, (_, i) => {
    const close = price + i;
    return `${start_ms + i * 86_400_000},${close},${close + 1},${close - 1},${close},5\n`;
  }).join('');

const upload = (
  api: Api,
  body: string | Buffer,
  query: Record<string, string>,
  headers: Record<string, string> = { 'content-type': 'text/csv' },
): Promise<Reply> => api.send('POST', imports, { query, body, headers });

/** Uploads, and answers the import when it has ended. */
async function importNow(api: Api, body: string | Buffer, query: Record<string, string>): Promise<Json> {
  const stream = await EventStream.open(api);
  const reply = await upload(api, body, query);
  assert.equal(reply.status, 202, reply.text);
  assert.equal(reply.headers.location, `${imports}/${reply.json.id}`);
  await stream.find('its end', (e) => e.type === 'import' && e.data.id === reply.json.id && isFinal(e.data.status));
  stream.close();
  return (await api.get(`${imports}/${reply.json.id}`, { expect: 200 })).json;
}

const freshMarket = (): string => join(makeTempDir('uploads'), 'market.db');

onEachEngine('an uploaded file', (engine) => {
  const uploads = makeTempDir('files');
  const tlab = useServer(() => ({ engine, marketPath: freshMarket(), env: { UPLOAD_DIR: uploads } }));

  test('is imported, told of, and shown in the charts', async () => {
    const ended = await importNow(tlab.api, csv(40), { filename: 'NEWUSDT-1d-2024-01.csv' });
    assert.equal(ended.status, 'completed', JSON.stringify(ended));
    assert.equal(ended.result.symbol, 'NEWUSDT');
    assert.equal(ended.result.interval, '1d');
    assert.equal(ended.result.rows_added, 40);
    const again = await importNow(tlab.api, csv(40), { filename: 'NEWUSDT-1d-2024-01.csv' });
    assert.deepEqual([again.result.rows_added, again.result.rows_unchanged], [0, 40]);
    const stream = await EventStream.open(tlab.api);
    const revised = await importNow(tlab.api, csv(41, 101), { filename: 'NEWUSDT-1d-2024-01.csv' });
    assert.deepEqual([revised.result.rows_added, revised.result.rows_revised], [1, 40]);
    await stream.find('new candles', (e) => e.type === 'candles', { from: 1, timeoutMs: 5000 });
    stream.close();
    const { json } = await tlab.api.get('/api/v1/candles?symbol=NEWUSDT&limit=1', { expect: 200 });
    assert.equal(json.candles[0].close, 141);
  });

  test('leaves nothing in the folder of uploads', async () => {
    await importNow(tlab.api, csv(3), { filename: 'GONEUSDT-1d-2024-01.csv' });
    assert.deepEqual(readdirSync(uploads), []);
  });

  test('may be a ZIP, and take symbol and interval from the query', async () => {
    const named = await importNow(tlab.api, zip({ 'ZIPUSDT-1d-2024-01.csv': csv(5) }), {
      filename: 'ZIPUSDT-1d-2024-01.zip',
    });
    assert.equal(named.result.rows_added, 5);
    const said = await importNow(tlab.api, csv(6), { filename: 'dump.csv', symbol: 'SAIDUSDT', interval: '1d' });
    assert.deepEqual([said.result.symbol, said.result.rows_added], ['SAIDUSDT', 6]);
  });

  test('with a bad row is refused whole, or without it', async () => {
    const body = `${csv(4)}${start_ms + 4 * 86_400_000},1,0.5,2,1,5\n`; // high below low
    const refused = await importNow(tlab.api, body, { filename: 'BADUSDT-1d-2024-01.csv' });
    assert.equal(refused.status, 'failed');
    assert.equal(refused.attempts, 1, 'what cannot get better is not tried again');
    assert.equal(refused.result, null);
    assert.match(refused.error.detail, /high/);
    const query = { filename: 'BADUSDT-1d-2024-01.csv', skip_bad: 'true' };
    const taken = await importNow(tlab.api, body, query);
    assert.deepEqual([taken.result.rows_added, taken.result.rows_left_out], [4, 1]);
    assert.ok(taken.result.notices.some((text: string) => /line 5/.test(text)), JSON.stringify(taken.result));
  });

  test('is listed, newest first, by state, page by page', async () => {
    const { json: all } = await tlab.api.get(imports, { expect: 200 });
    const ids = all.imports.map((item: Json) => item.id);
    assert.ok(ids.length >= 5);
    const { json: first } = await tlab.api.get(imports, { query: { limit: 2 }, expect: 200 });
    const rest = { limit: 1000, cursor: first.next_cursor };
    const { json: others } = await tlab.api.get(imports, { query: rest, expect: 200 });
    assert.deepEqual([...first.imports, ...others.imports].map((item: Json) => item.id), ids);
    const { json: failed } = await tlab.api.get(imports, { query: { status: 'failed' }, expect: 200 });
    assert.ok(failed.imports.every((item: Json) => item.status === 'failed') && failed.imports.length === 1);
    assertProblem(await tlab.api.get(imports, { query: { status: 'lost' } }), 422, 'invalid_input', ['?status']);
  });

  test('that has ended is not cancelled, and one that never was is not there', async () => {
    const { id } = await importNow(tlab.api, csv(2), { filename: 'DONEUSDT-1d-2024-01.csv' });
    assertProblem(await tlab.api.post(`${imports}/${id}/cancel`, undefined), 409, 'already_ended');
    const nobody = '0198f5a2-6c1e-7d3a-9b57-2f4e8a1c6d90';
    assertProblem(await tlab.api.get(`${imports}/${nobody}`), 404, 'not_found');
    assertProblem(await tlab.api.post(`${imports}/${nobody}/cancel`, undefined), 404, 'not_found');
    const jobs = '/api/v1/workspaces/local-workspace/jobs';
    assertProblem(await tlab.api.get(`${jobs}/${id}`), 404, 'not_found'); // it is of no workspace
  });

  test('has a name without folders, a known ending, and is of a type that no form sends', async () => {
    for (const filename of ['../x.csv', 'a/b-1d.csv', '.hidden-1d.csv', 'x.exe', 'x\u0007-1d.csv', 'plain.csv'])
      assert.equal((await upload(tlab.api, csv(1), { filename })).status, 422, filename);
    assertProblem(await upload(tlab.api, csv(1), {}), 422, 'invalid_input', ['?filename']);
    const query = { filename: 'X-1d.csv' };
    for (const type of ['text/plain', 'multipart/form-data; boundary=x', 'application/x-www-form-urlencoded'])
      assertProblem(
        await upload(tlab.api, csv(1), query, { 'content-type': type }),
        415,
        'unsupported_media_type',
      );
    assertProblem(await upload(tlab.api, '', query), 422, 'invalid_input');
    const foreign = { 'content-type': 'text/csv', 'sec-fetch-site': 'cross-site' };
    assertProblem(await upload(tlab.api, csv(1), query, foreign), 403, 'csrf');
    assert.deepEqual(readdirSync(uploads).filter((name) => name.startsWith('.')), []);
  });

  test('of more than 512 MiB is refused before it is sent', async () => {
    const reply = await tlab.api.send('POST', imports, {
      query: { filename: 'BIG-1d.csv' },
      headers: { 'content-type': 'text/csv', 'content-length': String(512 * 1024 * 1024 + 1) },
    });
    assertProblem(reply, 413, 'payload_too_large');
  });
});

onEachEngine('imports that wait', (engine) => {
  test('are cancelled with their files, refused beyond a hundred, and go on after a restart', async () => {
    const marketPath = freshMarket();
    const env = { UPLOAD_DIR: makeTempDir('files') };
    const idle = await Server.start({ engine, marketPath, env: { ...env, JOB_WORKERS: '0' } });
    const ids: string[] = [];
    for (let i = 0; i < 100; i++)
      ids.push((await upload(idle.api, csv(2), { filename: `W${i}USDT-1d-2024-01.csv` })).json.id);
    const refused = await upload(idle.api, csv(2), { filename: 'MUCHUSDT-1d-2024-01.csv' });
    assertProblem(refused, 429, 'too_many_jobs');
    assert.match(String(refused.headers['retry-after']), /^[1-9]/);
    assert.equal(readdirSync(env.UPLOAD_DIR).length, 100, 'of what is refused nothing stays');
    for (const id of ids.slice(1)) {
      const { json } = await idle.api.post(`${imports}/${id}/cancel`, undefined, { expect: 200 });
      assert.equal(json.status, 'cancelled');
    }
    await idle.stop();
    const busy = await Server.start({ engine, marketPath, state: idle.state, env });
    const stream = await EventStream.open(busy.api, { lastEventId: '0.0' });
    await stream.find('the first', (e) => e.type === 'import' && e.data.id === ids[0] && e.data.status === 'completed');
    stream.close();
    const { json } = await busy.api.get('/api/v1/symbols', { expect: 200 });
    assert.deepEqual(
      json.symbols.map((item: Json) => item.symbol),
      ['W0USDT'],
    );
    assert.ok(!existsSync(join(env.UPLOAD_DIR, ids[1] as string)), 'a start sweeps up what has ended');
    await busy.stop();
  });
});

describe('an import over the API and one on the command line', () => {
  test('at the same time both end, one after the other', async () => {
    const marketPath = freshMarket();
    const server = await Server.start({ engine: 'sqlite', marketPath });
    const dir = makeTempDir('beside');
    for (let i = 0; i < 20; i++) writeFileSync(join(dir, `C${i}USDT-1d-2024-01.csv`), csv(200));
    const [over, beside] = await Promise.all([
      importNow(server.api, csv(50), { filename: 'OVERUSDT-1d-2024-01.csv' }),
      runTlab(['import', '--db-path', marketPath, dir]),
    ]);
    assert.equal(over.status, 'completed', JSON.stringify(over));
    if (beside.code !== 0) assert.match(beside.stderr, /another|import/, 'it is told why, and may be run again');
    await server.stop();
  });
});

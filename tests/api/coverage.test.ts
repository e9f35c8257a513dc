// What is stored, what is missing and where it came from.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Api, assertProblem } from '../harness/http.ts';
import type { Json } from '../harness/openapi.ts';
import { allPages, csvRows } from '../harness/pages.ts';
import { importCandles, makeMarket, revised } from '../harness/revise.ts';
import { copySampleMarket, sample, samplePath } from '../harness/sample.ts';
import { onEachEngine, useServer, withServer } from '../harness/server.ts';
import { tlab } from '../harness/tlab.ts';

const path = '/api/v1/coverage';
const provenance = '/api/v1/candles/provenance';
const hours = sample('btcHour');
const days = sample('btcDay');
type Bar = (typeof days.candles)[number];
const at = (bar: number): Bar => days.candles[bar] as Bar;

const one = async (api: Api, query: Json): Promise<Json> => {
  const { json } = await api.get(path, { query, expect: 200 });
  assert.equal(json.coverage.length, 1);
  return json.coverage[0];
};

const rowsOf = async (
  api: Api,
  where: string,
  noun: string,
  query: Record<string, string | number>,
): Promise<Json[]> => (await allPages(api, where, query)).flatMap((page) => page[noun]);

/** Runs of missing bars, counted from the times themselves. */
function gapsOf(candles: Bar[], seconds: number): { start: number; end: number; bars: number }[] {
  return candles.slice(1).flatMap((candle, i) => {
    const start = (candles[i] as Bar).time + seconds;
    const bars = (candle.time - start) / seconds;
    return bars > 0 ? [{ start, end: candle.time, bars }] : [];
  });
}

onEachEngine('coverage', (engine) => {
  const server = useServer(() => ({ engine, marketPath: samplePath() }));

  test('has a row for each series, by name and interval', async () => {
    const { json: symbols } = await server.api.get('/api/v1/symbols', { expect: 200 });
    const stored = symbols.symbols.flatMap((s: Json) =>
      s.intervals.map((i: Json) => [s.symbol, i.interval, i.first, i.last, i.count, i.gaps]),
    );
    const rows = await rowsOf(server.api, path, 'coverage', { limit: 3 });
    assert.deepEqual(
      rows.map((r: Json) => [r.symbol, r.interval, r.first, r.last, r.count, r.gaps]),
      stored,
    );
  });

  test('names the gaps, the longest first, with what repairs each', async () => {
    const row = await one(server.api, { symbol: 'btcusdt', interval: '1h' });
    const gaps = gapsOf(hours.candles, 3600).sort((a, b) => b.bars - a.bars || a.start - b.start);
    assert.deepEqual(
      row.largest_gaps.map(({ start, end, bars }: Json) => ({ start, end, bars })),
      gaps,
    );
    const missing = gaps.reduce((sum, gap) => sum + gap.bars, 0);
    assert.deepEqual([row.gaps, row.missing, row.expected], [3, missing, row.count + missing]);
    const date = (seconds: number) => new Date(seconds * 1000).toISOString().slice(0, 10);
    for (const { start, end, repair } of row.largest_gaps)
      assert.equal(
        repair,
        `tlab download --symbols BTCUSDT --interval 1h --from ${date(start)} --to ${date(end - 1)} --recheck`,
      );
    const lost = 40 * Math.max(0, 1 - missing / row.expected / 0.05);
    assert.ok(Math.abs(row.score_parts.gaps - lost) < 1e-9);
  });

  test('knows the import, and that nothing was revised', async () => {
    const row = await one(server.api, { symbol: 'BTCUSDT', interval: '1d' });
    assert.ok(Date.parse(row.last_import) > 0);
    assert.deepEqual([row.files, row.revisions, row.without_source], [1, 0, 0]);
    const sum = Object.values(row.score_parts as Record<string, number>).reduce((a, b) => a + b, 0);
    assert.ok(Math.abs(row.score - sum) < 1e-9);
  });

  test('sees that a market does not move', async () => {
    const flat = sample('flatDay');
    const row = await one(server.api, { symbol: flat.symbol, interval: '1d' });
    assert.equal(row.flat_bars, flat.candles.length);
    assert.deepEqual(
      row.marks.map((m: Json) => [m.kind, m.time, m.bars]),
      [['flat', flat.candles[0]?.time, flat.candles.length]],
    );
    assert.equal(row.score_parts.flat, 0);
  });

  test('can be put in other orders and filtered', async () => {
    const list = async (query: Json): Promise<Json[]> =>
      (await server.api.get(path, { query: { limit: 1000, ...query }, expect: 200 })).json.coverage;
    const rising = (values: number[]): boolean => values.every((v, i) => i === 0 || v >= (values[i - 1] as number));
    assert.ok(rising((await list({ sort: 'score' })).map((r) => r.score)));
    assert.ok(rising((await list({ sort: 'missing' })).map((r) => -r.missing)));
    assert.ok(rising((await list({ sort: 'last' })).map((r) => r.last)));
    assert.ok(rising((await list({ sort: 'revisions' })).map((r) => -r.revisions)));
    assert.ok((await list({ interval: '1h' })).every((r) => r.interval === '1h'));
    assert.ok((await list({ quote: 'usdt' })).every((r) => r.quote_asset === 'USDT'));
    assert.equal((await list({ quote: 'XYZ' })).length, 0);
  });

  test('comes as CSV with a line a series', async () => {
    const { json } = await server.api.get(path, { query: { limit: 1000 }, expect: 200 });
    const { text } = await server.api.get(path, {
      query: { limit: 1000 },
      headers: { accept: 'text/csv' },
      expect: 200,
    });
    const rows = csvRows(text);
    assert.equal(rows.length, json.coverage.length + 1);
    assert.deepEqual(rows[0]?.slice(0, 4), ['symbol', 'interval', 'first', 'last']);
    assert.deepEqual(
      rows.slice(1).map((r) => [r[0], r[1], Number(r[2])]),
      json.coverage.map((r: Json) => [r.symbol, r.interval, r.first]),
    );
  });

  test('is of stored series only, and says so', async () => {
    for (const symbol of ['ETHUSDT/BTCUSDT', 'CAT:Steady'])
      for (const [where, query] of [
        [path, { symbol }],
        [provenance, { symbol, interval: '1h' }],
      ] as const) {
        const { json } = await server.api.get(where, { query, expect: 422 });
        assert.match(json.detail + JSON.stringify(json.errors), /computed, not stored/);
      }
    for (const where of [path, provenance]) {
      const reply = await server.api.get(where, { query: { symbol: 'BTCUSDX' }, expect: 404 });
      assertProblem(reply, 404, 'unknown_symbol');
    }
    await server.api.get(provenance, { query: { symbol: 'BTCUSDT', interval: '3d' }, expect: 404 });
    await server.api.get(path, { query: { sort: 'size' }, expect: 422 });
    await server.api.get(path, { query: { cursor: 'zzz' }, expect: 422 });
    await server.api.get(provenance, { query: { symbol: 'BTCUSDT', part: 'all' }, expect: 422 });
    await server.api.get(provenance, { query: { symbol: 'BTCUSDT', cursor: 'zzz' }, expect: 422 });
  });

  test('is not sent again while nothing changed', async () => {
    for (const [where, query] of [
      [path, {}],
      [provenance, { symbol: 'BTCUSDT' }],
    ] as const) {
      const first = await server.api.get(where, { query, expect: 200 });
      const etag = first.headers.etag as string;
      await server.api.get(where, { query, headers: { 'if-none-match': etag }, expect: 304 });
    }
  });
});

onEachEngine('provenance', (engine) => {
  test('tells each file, and each candle that a later one revised with its old values', async () => {
    const marketPath = await makeMarket(days, days.candles.slice(0, 300));
    const changed = [at(100), at(200), at(201)].map(revised);
    await importCandles(marketPath, days, changed);
    await withServer({ engine, marketPath }, async ({ api }) => {
      const query = { symbol: days.symbol, interval: '1d' };
      const sources = await rowsOf(api, provenance, 'sources', { ...query, limit: 1 });
      assert.deepEqual(
        sources.map((s: Json) => [s.rows, s.added, s.revised, s.first, s.last]),
        [
          [300, 300, 0, at(0).time, at(299).time],
          [3, 0, 3, at(100).time, at(201).time],
        ],
      );
      assert.ok(sources.every((s: Json) => /^[0-9a-f]{64}$/.test(s.sha256)));
      assert.notEqual(sources[0].sha256, sources[1].sha256);

      const revisions = await rowsOf(api, provenance, 'revisions', { ...query, part: 'revisions', limit: 2 });
      assert.deepEqual(
        revisions.map((r: Json) => [r.time, r.before.close, r.now.close, r.sha256]),
        [100, 200, 201].map((bar, i) => [at(bar).time, at(bar).close, changed[i]?.close, sources[1].sha256]),
      );
      const part = await api.get(provenance, {
        query: { ...query, part: 'revisions', from: at(150).time, to: at(201).time },
        expect: 200,
      });
      assert.deepEqual(
        part.json.revisions.map((r: Json) => r.time),
        [at(200).time],
      );
      const early = await api.get(provenance, { query: { ...query, to: at(100).time }, expect: 200 });
      assert.equal(early.json.sources.length, 1);

      const headers = { accept: 'text/csv' };
      const files = csvRows((await api.get(provenance, { query, headers, expect: 200 })).text);
      assert.deepEqual(files.slice(1).map((r) => r[2]), sources.map((s: Json) => s.sha256));
      const lines = csvRows(
        (await api.get(provenance, { query: { ...query, part: 'revisions' }, headers, expect: 200 })).text,
      );
      assert.deepEqual(lines.slice(1).map((r) => Number(r[0])), revisions.map((r: Json) => r.time));

      const row = await one(api, { symbol: days.symbol });
      assert.deepEqual([row.files, row.revisions, row.without_source], [2, 3, 0]);
    });
  });

  test('and coverage follow an import while the server runs', async () => {
    const marketPath = copySampleMarket();
    await withServer({ engine, marketPath }, async ({ api }) => {
      const before = await one(api, { symbol: 'BTCUSDT', interval: '1d' });
      await importCandles(marketPath, days, [revised(at(10))]);
      const deadline = Date.now() + 10_000;
      let now = before;
      while (now.revisions === 0 && Date.now() < deadline)
        now = await one(api, { symbol: 'BTCUSDT', interval: '1d' });
      assert.deepEqual([now.revisions, now.files], [1, before.files + 1]);
    });
  });
});

test('`tlab doctor data` lists the worst series first and judges them by a score', async () => {
  const doctor = (...options: string[]) => tlab(['doctor', 'data', '--db-path', samplePath(), ...options]);
  const { code, stdout } = await doctor('--format', 'json');
  assert.equal(code, 0);
  const { below, series } = JSON.parse(stdout) as Json;
  assert.equal(below, 0);
  assert.ok(series.every((s: Json, i: number) => i === 0 || s.score >= series[i - 1].score));
  const csv = csvRows((await doctor('--format', 'csv')).stdout);
  assert.deepEqual(
    csv.slice(1).map((r) => [r[0], r[1]]),
    series.map((s: Json) => [s.symbol, s.interval]),
  );
  const table = await doctor('--symbol', 'btcusdt', '--interval', '1h', '--min-score', '99.9');
  assert.equal(table.code, 1);
  assert.match(table.stdout, /BTCUSDT +1h .*\n.* missing: tlab download --symbols BTCUSDT --interval 1h --from [-\d]{10} --to/);
  assert.doesNotMatch(table.stdout, /tlab import/); // no file is at hand
  assert.match(table.stdout, /1 series, 1 below/);
  for (const wrong of [['--format', 'xml'], ['--interval', '7h'], ['--min-score', '101'], ['more']])
    assert.equal((await doctor(...wrong)).code, 2, wrong.join(' '));
  const unknown = await doctor('--symbol', 'BTCUSDX');
  assert.equal(unknown.code, 1);
  assert.match(unknown.stderr, /there is no symbol BTCUSDX; did you mean BTCUSDT/);
});

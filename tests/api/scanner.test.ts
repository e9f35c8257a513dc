// The scanners, against the rules written down once more and against the golden lists.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { type Candle, epoch, walk } from '../harness/candles.ts';
import { assertClose } from '../harness/compare.ts';
import { type Api, assertProblem } from '../harness/http.ts';
import type { Json } from '../harness/openapi.ts';
import { allPages, csvRows } from '../harness/pages.ts';
import { makeTempDir, sharedPath } from '../harness/paths.ts';
import { samplePath, type SampleSeries, writeCsv } from '../harness/sample.ts';
import {
  defaultRules,
  minCandles,
  ratioBars,
  rulesQuery,
  type ScanRules,
  type Signal,
  scanCloses,
  passesOf,
  signalsOf,
} from '../harness/scan.ts';
import { onEachEngine, Server, useServer } from '../harness/server.ts';
import { tlabOk, tlab as tlab_ } from '../harness/tlab.ts';

const path = '/api/v1/scanner';
const day = 86400;
const start = epoch('2021-06-01');
const bars = 420;
const small: ScanRules = {
  short: 4,
  medium: 9,
  long: 25,
  slope: 3,
  recent: 6,
  past: 15,
  maxExtension: 0.08,
};

const symbolOf = (index: number): string => `S${String.fromCharCode(65 + index)}USDT`;

/** Walks from day `from` to day `to`; every `gap`-th day is missing; from day `jump` on it is another asset. */
function made(
  index: number,
  { from = 0, to = bars, gap = 0, jump = bars } = {},
): SampleSeries {
  const candles = walk({
    seed: 100 + index,
    start: start + from * day,
    step: day,
    count: to - from,
    price: 20 + index,
    decimals: 4,
    skip: (i) => gap > 0 && i % gap === gap - 1,
  }).map((c) =>
    c.time < start + jump * day
      ? c
      : { ...c, open: c.open * 16, high: c.high * 16, low: c.low * 16, close: c.close * 16 },
  );
  return { symbol: symbolOf(index), interval: '1d', seconds: day, candles };
}

const market: SampleSeries[] = [
  ...Array.from({ length: 9 }, (_, i) => made(i)),
  made(9, { gap: 17 }),
  made(10, { gap: 40 }),
  made(11, { from: bars - minCandles(small) }),
  made(12, { from: bars - minCandles(small) + 1 }),
  made(13, { to: bars - 60 }),
  made(14, { to: bars - 1, jump: 250 }),
];

async function importMarket(purpose: string, series: SampleSeries[]): Promise<string> {
  const dir = makeTempDir(purpose);
  mkdirSync(join(dir, 'csv'));
  for (const one of series) if (one.candles.length > 0) writeCsv(join(dir, 'csv'), one);
  const file = join(dir, 'file.db');
  await tlabOk(['import', '--db-path', file, join(dir, 'csv')], { timeoutMs: 120_000 });
  return file;
}

let shared: Promise<string> | undefined;
const sharedMarket = (): Promise<string> => (shared ??= importMarket('scanner', market));
const query = rulesQuery(small);
const newest = start + (bars - 1) * day;
const figureNames = [
  'close',
  'sma_short',
  'sma_medium',
  'sma_long',
  'slope_medium',
  'slope_long',
  'recent_return',
  'long_return',
  'extension',
] as const;

function assertRow(row: Json, times: number[], closes: number[], rules: ScanRules): void {
  const wanted = scanCloses(closes, rules);
  assert.ok(wanted, row.symbol);
  for (const name of figureNames) assertClose(row[name], wanted[name], `${row.symbol} ${name}`);
  assert.equal(row.passes, wanted.passes, row.symbol);
  assert.equal(Object.values(row.conditions).every(Boolean), wanted.passes, row.symbol);
  assert.equal(row.time, times.at(-1), row.symbol);
  assert.equal(row.bars, closes.length, row.symbol);
  let run = 0;
  while (run < closes.length && scanCloses(closes.slice(0, closes.length - run), rules)?.passes) run++;
  assert.equal(row.passing_bars, run, row.symbol);
  assert.equal(row.passing_since, run > 0 ? times.at(-run) : null, row.symbol);
  const parts: number[] = Object.values(row.score_parts);
  assertClose(
    row.score,
    parts.reduce((sum, part) => sum + part, 0),
    'score',
  );
}

/** Of a symbol or a ratio, which is stale where either side is, whatever the two have in common. */
type Scanned = [symbol: string, candles: { time: number; close: number }[], isStale: boolean];

const hasEnded = ({ candles }: SampleSeries): boolean => candles.at(-1)?.time !== newest;

/** Counts and rows of a whole scan. */
function assertScan(pages: Json[], series: Scanned[], rules: ScanRules): void {
  const rows: Json[] = pages.flatMap((page) => page.rows);
  const wanted = { evaluated: 0, passing_count: 0, too_short: 0, stale: 0 };
  for (const [symbol, candles, isStale] of series) {
    const row = rows.find((r) => r.symbol === symbol);
    const figures = scanCloses(
      candles.map((c) => c.close),
      rules,
    );
    if (isStale) wanted.stale++;
    else if (!figures) wanted.too_short++;
    else {
      wanted.evaluated++;
      if (figures.passes) wanted.passing_count++;
      assert.ok(row, symbol);
      assertRow(
        row,
        candles.map((c) => c.time),
        candles.map((c) => c.close),
        rules,
      );
      continue;
    }
    assert.equal(row, undefined, symbol);
  }
  for (const { evaluated, passing_count, skipped } of pages)
    assert.deepEqual(
      { evaluated, passing_count, too_short: skipped.too_short, stale: skipped.stale },
      wanted,
    );
  assert.equal(rows.length, wanted.evaluated);
  assert.ok(wanted.passing_count > 0 && wanted.passing_count < wanted.evaluated);
}

const withoutTime = ({ took_ms, ...rest }: Json): Json => rest;

onEachEngine('scanners', (engine) => {
  const tlab = useServer(async () => ({ engine, marketPath: await sharedMarket() }));

  test('every symbol is what the rules say, page by page', async () => {
    const pages = await allPages(tlab.api, `${path}/uptrends`, { ...query, passing_only: 'false', limit: 4 });
    assertScan(
      pages,
      market.map((one) => [one.symbol, one.candles, hasEnded(one)]),
      small,
    );
    assert.ok(pages.length > 2);
    const scores: number[] = pages.flatMap((p) => p.rows.map((r: Json) => r.score));
    assert.deepEqual(
      scores,
      scores.toSorted((a, b) => b - a),
    );
    assert.equal(pages[0].as_of, newest);
    assert.equal(pages[0].parameters.min_candles, minCandles(small));
  });

  test('every ratio is what its own series says', async () => {
    const pages = await allPages(tlab.api, `${path}/ratio-uptrends`, {
      ...query,
      passing_only: 'false',
      limit: 100,
    });
    const pairs = market.flatMap((base) =>
      market
        .filter((quote) => quote !== base)
        .map((quote): Scanned => [
          `${base.symbol}/${quote.symbol}`,
          ratioBars(base.candles, quote.candles),
          hasEnded(base) || hasEnded(quote),
        ]),
    );
    assertScan(pages, pairs, small);
  });

  test('only what passes is answered, unless everything is asked for', async () => {
    for (const kind of ['uptrends', 'ratio-uptrends']) {
      const { json } = await tlab.api.get(`${path}/${kind}`, {
        query: { ...query, limit: 1000, sort: 'symbol' },
        expect: 200,
      });
      assert.equal(json.rows.length, json.passing_count);
      assert.ok(json.rows.every((r: Json) => r.passes && r.score > 0));
      const all = await tlab.api.get(`${path}/${kind}`, {
        query: { ...query, limit: 1000, sort: 'symbol', passing_only: 'false' },
        expect: 200,
      });
      assert.deepEqual(
        json.rows,
        all.json.rows.filter((r: Json) => r.passes),
      );
    }
  });

  test('bases, quotes and a quote symbol choose among the pairs', async () => {
    const names = async (chosen: Json): Promise<string[]> =>
      (
        await tlab.api.get(`${path}/ratio-uptrends`, {
          query: { ...query, passing_only: 'false', sort: 'symbol', limit: 1000, ...chosen },
          expect: 200,
        })
      ).json.rows.map((r: Json) => r.symbol);
    assert.deepEqual(await names({ bases: 'sbusdt, SAUSDT,SAUSDT', quotes: 'SCUSDT,SAUSDT' }), [
      'SAUSDT/SCUSDT',
      'SBUSDT/SAUSDT',
      'SBUSDT/SCUSDT',
    ]);
    const against = await names({ quote_symbol: 'SCUSDT' });
    assert.deepEqual(
      against,
      (await names({})).filter((name) => name.endsWith('/SCUSDT')),
    );
    assert.ok(against.length > 5);
    assert.deepEqual(
      await names({ bases: 'SCUSDT' }),
      (await names({})).filter((name) => name.startsWith('SCUSDT/')),
    );
  });

  test('each order is followed from page to page', async () => {
    for (const sort of ['recent_return', '-recent_return', 'extension', '-slope_long', '-quote_volume', 'close']) {
      const pages = await allPages(tlab.api, `${path}/uptrends`, {
        ...query,
        sort,
        limit: 3,
        passing_only: 'false',
      });
      const keys: number[] = pages.flatMap((p) => p.rows.map((r: Json) => r[sort.replace('-', '')]));
      assert.deepEqual(
        keys,
        keys.toSorted((a, b) => (sort.startsWith('-') ? b - a : a - b)),
        sort,
      );
      assert.equal(new Set(pages.flatMap((p) => p.rows.map((r: Json) => r.symbol))).size, pages[0].evaluated);
    }
  });

  test('a volume may be asked for', async () => {
    const all = (
      await tlab.api.get(`${path}/uptrends`, {
        query: { ...query, passing_only: 'false', sort: '-quote_volume' },
        expect: 200,
      })
    ).json;
    const last = all.rows.at(-1);
    const candle = market.find(({ symbol }) => symbol === last.symbol)?.candles.at(-1) as Candle;
    assertClose(last.quote_volume, candle.volume * candle.close, 'quote_volume');
    const least = all.rows[3].quote_volume;
    const few = (
      await tlab.api.get(`${path}/uptrends`, {
        query: { ...query, passing_only: 'false', min_quote_volume: least },
        expect: 200,
      })
    ).json;
    assert.equal(few.evaluated, 4);
    assert.equal(few.skipped.low_volume, all.evaluated - 4);
    const ratios = (
      await tlab.api.get(`${path}/ratio-uptrends`, { query: { ...query, min_quote_volume: least }, expect: 200 })
    ).json;
    assert.equal(ratios.evaluated, 12);
  });

  test('the newest closes come along as a sparkline', async () => {
    const { json } = await tlab.api.get(`${path}/uptrends`, {
      query: { ...query, passing_only: 'false', sparkline: 40 },
      expect: 200,
    });
    for (const row of json.rows) {
      const candles = market.find(({ symbol }) => symbol === row.symbol)?.candles as Candle[];
      assert.deepEqual(
        row.sparkline,
        candles.slice(-40).map((c) => c.close),
      );
    }
  });

  test('CSV has the same rows', async () => {
    for (const kind of ['uptrends', 'ratio-uptrends']) {
      const asked = { ...query, passing_only: 'false', limit: 5 };
      const { json } = await tlab.api.get(`${path}/${kind}`, { query: asked, expect: 200 });
      const reply = await tlab.api.get(`${path}/${kind}`, { query: { ...asked, format: 'csv' }, expect: 200 });
      const [header, ...rows] = csvRows(reply.text);
      assert.equal(reply.headers['x-next-cursor'], json.next_cursor);
      assert.equal(rows.length, 5);
      rows.forEach((cells, i) => {
        const row = json.rows[i];
        const flat = { ...row, ...row.conditions, ...row.score_parts };
        header?.forEach((name, k) => {
          assert.equal(cells[k], String(flat[name] ?? ''), `${row.symbol} ${name}`);
        });
      });
    }
    const accepted = await tlab.api.get(`${path}/uptrends`, { headers: { accept: 'text/csv' }, expect: 200 });
    assert.match(accepted.text, /^symbol,time,close,/);
  });

  test('CSV has all rows, more than a page has, unless a limit is given', async () => {
    const asked = { ...query, passing_only: 'false', sparkline: 3 };
    for (const kind of ['uptrends', 'ratio-uptrends']) {
      const { json } = await tlab.api.get(`${path}/${kind}`, { query: { ...asked, limit: 1000 }, expect: 200 });
      const csv = { ...asked, format: 'csv' };
      const whole = await tlab.api.get(`${path}/${kind}`, { query: csv, expect: 200 });
      const names = csvRows(whole.text).slice(1).map(([name]) => name);
      assert.deepEqual(
        names,
        json.rows.map((row: Json) => row.symbol),
      );
      if (kind === 'ratio-uptrends') assert.ok(names.length > 50);
      assert.equal(whole.headers['x-next-cursor'], undefined);
      const part = await tlab.api.get(`${path}/${kind}`, { query: { ...csv, limit: 4 }, expect: 200 });
      assert.equal(csvRows(part.text).length, 1 + 4);
      assert.ok(part.headers['x-next-cursor']);
    }
    const page = await tlab.api.get(`${path}/ratio-uptrends`, { query: asked, expect: 200 });
    assert.equal(page.json.rows.length, 50);
  });

  test('an answer at hand is not sent again', async () => {
    for (const kind of ['uptrends', 'ratio-uptrends', 'scorecard']) {
      const first = await tlab.api.get(`${path}/${kind}`, { query, expect: 200 });
      const etag = String(first.headers.etag);
      await tlab.api.get(`${path}/${kind}`, { query, headers: { 'if-none-match': etag }, expect: 304 });
      const other = await tlab.api.get(`${path}/${kind}`, { query: { ...query, as_of: '2022-01-01' } });
      assert.notEqual(other.headers.etag, etag);
    }
  });

  test('parameters out of range are named', async () => {
    const faults: [Json, string[]][] = [
      [{ short_window: 0 }, ['?short_window']],
      [{ short_window: 50 }, ['?medium_window']],
      [{ medium_window: 200 }, ['?long_window']],
      [{ long_window: 5001 }, ['?long_window']],
      [{ slope_window: 'x', long_return_window: -1 }, ['?slope_window', '?long_return_window']],
      [{ max_extension: 0 }, ['?max_extension']],
      [{ max_extension: 'inf' }, ['?max_extension']],
      [{ min_quote_volume: -1 }, ['?min_quote_volume']],
      [{ passing_only: 'yes' }, ['?passing_only']],
      [{ sort: 'beauty' }, ['?sort']],
      [{ limit: 1001 }, ['?limit']],
      [{ sparkline: 201 }, ['?sparkline']],
      [{ sparkline: -1 }, ['?sparkline']],
      [{ interval: '7d' }, ['?interval']],
      [{ as_of: 'today' }, ['?as_of']],
      [{ cursor: 'abc' }, ['?cursor']],
      [{ format: 'xml' }, ['?format']],
      [{ horizons: '7' }, ['?horizons']],
    ];
    for (const [asked, pointers] of faults)
      for (const kind of ['uptrends', 'ratio-uptrends'])
        assertProblem(
          await tlab.api.get(`${path}/${kind}`, { query: asked }),
          422,
          'invalid_input',
          pointers,
        );
    const ratioFaults: [Json, string[]][] = [
      [{ bases: 'A/B' }, ['?bases']],
      [{ quotes: 'SAUSDT,,SBUSDT' }, ['?quotes']],
      [{ quote_symbol: 'SAUSDT,SBUSDT' }, ['?quote_symbol']],
      [{ quote_symbol: 'SAUSDT', quotes: 'SBUSDT' }, ['?quote_symbol']],
      [{ bases: Array(1001).fill('A').join(',') }, ['?bases']],
    ];
    for (const [asked, pointers] of ratioFaults)
      assertProblem(
        await tlab.api.get(`${path}/ratio-uptrends`, { query: asked }),
        422,
        'invalid_input',
        pointers,
      );
    const noSymbols: [Json, string[]][] = [
      [{ bases: 'CAT:', quotes: 'A B' }, ['?bases', '?quotes']],
      [{ bases: 'SAUSDT,CAT:@' }, ['?bases']],
      [{ quote_symbol: 'CAT:' }, ['?quote_symbol']],
    ];
    for (const [asked, pointers] of noSymbols)
      assertProblem(await tlab.api.get(`${path}/ratio-uptrends`, { query: asked }), 422, 'invalid_symbol', pointers);
    for (const horizons of ['0', '7,x', '5001', '1,2,3,4,5,6,7,8,9'])
      assertProblem(
        await tlab.api.get(`${path}/scorecard`, { query: { horizons } }),
        422,
        'invalid_input',
        ['?horizons'],
      );
    assertProblem(
      await tlab.api.get(`${path}/scorecard`, { query: { from: '2022-01-02', to: '2022-01-02' } }),
      422,
      'invalid_input',
      ['?to'],
    );
    assertProblem(
      await tlab.api.get(`${path}/ratio-uptrends`, { query: { bases: 'NOSUCHUSDT' } }),
      404,
      'unknown_symbol',
    );
  });

  test('a universe without symbols is an empty answer', async () => {
    for (const kind of ['uptrends', 'ratio-uptrends']) {
      const { json } = await tlab.api.get(`${path}/${kind}`, { query: { quote: 'XYZ' }, expect: 200 });
      assert.deepEqual([json.as_of, json.evaluated, json.rows], [null, 0, []]);
      const early = await tlab.api.get(`${path}/${kind}`, { query: { as_of: '2001-01-01' }, expect: 200 });
      assert.deepEqual([early.json.as_of, early.json.evaluated, early.json.skipped.stale], [null, 0, 0]);
    }
    const { json } = await tlab.api.get(`${path}/scorecard`, { query: { quote: 'XYZ' }, expect: 200 });
    assert.equal(json.lines[0].all.signals, 0);
    assert.equal(json.lines[0].all.mean_return, null);
  });

  test('the score card is what each signal came to', async () => {
    const horizons = [3, 10, 45];
    const { json } = await tlab.api.get(`${path}/scorecard`, {
      query: { ...query, horizons: horizons.join() },
      expect: 200,
    });
    assert.deepEqual(
      json.lines.map((l: Json) => [l.year, l.horizon]),
      [null, 2021, 2022].flatMap((year) => horizons.map((h) => [year, h])),
    );
    for (const horizon of horizons) {
      const signals = signalsOf(
        market.map(({ candles }) => candles),
        small,
        horizon,
      );
      for (const line of json.lines.filter((l: Json) => l.horizon === horizon)) {
        const ofYear = signals.filter((s) => line.year === null || s.year === line.year);
        assertCell(line.all, ofYear, `${line.year} ${horizon} all`);
        assertCell(
          line.first,
          ofYear.filter((s) => s.isFirst),
          `${line.year} ${horizon} first`,
        );
      }
    }
    const looked = market.flatMap(({ candles }) => passesOf(candles, small).filter((one) => one !== undefined));
    assert.equal(json.evaluated, looked.length);
    const { all } = json.lines[2];
    assert.ok(all.broken > 0 && all.delisted > 0 && all.unfinished > 0 && all.full > 0);
  });

  test('the range of a score card takes signals, and nothing else, away', async () => {
    const card = async (range: Json): Promise<Json> =>
      (await tlab.api.get(`${path}/scorecard`, { query: { ...query, ...range }, expect: 200 })).json;
    const [whole, early, late] = [
      await card({}),
      await card({ to: '2022-01-01' }),
      await card({ from: '2022-01-01' }),
    ];
    const ofYear = (c: Json, year: number | null): Json => c.lines.filter((l: Json) => l.year === year);
    const cells = (lines: Json): Json => lines.map((l: Json) => [l.first, l.all]);
    assert.deepEqual(cells(ofYear(early, null)), cells(ofYear(whole, 2021)));
    assert.deepEqual(cells(ofYear(late, null)), cells(ofYear(whole, 2022)));
    assert.equal(early.evaluated + late.evaluated, whole.evaluated);
  });

  test('a score card as CSV has a row for each line and set', async () => {
    const { json } = await tlab.api.get(`${path}/scorecard`, { query, expect: 200 });
    const csv = await tlab.api.get(`${path}/scorecard`, { query: { ...query, format: 'csv' }, expect: 200 });
    const [header, ...rows] = csvRows(csv.text);
    assert.equal(rows.length, 2 * json.lines.length);
    rows.forEach((cells, i) => {
      const line = json.lines[Math.floor(i / 2)];
      const set = i % 2 ? 'all' : 'first';
      const flat = { ...line[set], year: line.year ?? 'all', horizon: line.horizon, set };
      header?.forEach((name, k) => {
        assert.equal(cells[k], String(flat[name] ?? ''), name);
      });
    });
  });
});

function assertCell(cell: Json, signals: Signal[], what: string): void {
  const measured = signals.filter((s) => !['unfinished', 'not_entered'].includes(s.outcome));
  const values = measured.map((s) => s.value).sort((a, b) => a - b);
  const mean = (all: number[]): number | null =>
    all.length ? all.reduce((sum, v) => sum + v, 0) / all.length : null;
  const middle = (k: number): number => values[Math.floor(k)] as number;
  assert.equal(cell.signals, signals.length, what);
  assert.equal(cell.measured, measured.length, what);
  for (const outcome of ['full', 'broken', 'delisted', 'unfinished', 'not_entered'])
    assert.equal(cell[outcome], signals.filter((s) => s.outcome === outcome).length, `${what} ${outcome}`);
  assertClose(cell.hit_rate, mean(values.map((v) => Number(v > 0))), `${what} hit_rate`);
  assertClose(cell.mean_return, mean(values), `${what} mean_return`);
  assertClose(cell.mean_benchmark, mean(measured.map((s) => s.benchmark)), `${what} mean_benchmark`);
  assertClose(cell.mean_excess, mean(measured.map((s) => s.value - s.benchmark)), `${what} mean_excess`, 1e-8);
  assertClose(cell.mean_index, mean(measured.map((s) => s.index)), `${what} mean_index`, 1e-8);
  assertClose(cell.mean_index_excess, mean(measured.map((s) => s.value - s.index)), `${what} mean_index_excess`, 1e-8);
  const n = values.length;
  assertClose(
    cell.median_return,
    n ? (middle((n - 1) / 2) + middle(n / 2)) / 2 : null,
    `${what} median_return`,
  );
}

onEachEngine('scanners of a category', (engine) => {
  const members = ['SAUSDT', 'SCUSDT', 'SJUSDT'];
  const tlab = useServer(async () => {
    const file = join(makeTempDir('scanner-categories'), 'symbol-categories.yaml');
    writeFileSync(file, `symbols: {}\ncategories:\n  Mine: [${members.join(', ')}]\nneeds_review: []\n`);
    return { engine, marketPath: await sharedMarket(), env: { SYMBOL_CATEGORIES_PATH: file } };
  });

  test('look at its members only', async () => {
    const asked = { ...query, category: 'mine', quote: 'usdt', passing_only: 'false', sort: 'symbol' };
    const { json } = await tlab.api.get(`${path}/uptrends`, { query: asked, expect: 200 });
    assert.deepEqual(
      json.rows.map((r: Json) => r.symbol),
      members,
    );
    assert.deepEqual([json.category, json.quote_asset], ['Mine', 'USDT'], 'as they are spelled');
    const ratios = (await tlab.api.get(`${path}/ratio-uptrends`, { query: asked, expect: 200 })).json;
    assert.equal(ratios.evaluated, 6);
    const card = await tlab.api.get(`${path}/scorecard`, { query: { ...query, category: 'Mine' }, expect: 200 });
    assert.equal(card.json.symbols, 3);
    await assertIndexOfCategory(tlab, members, 10);
    const against = await tlab.api.get(`${path}/ratio-uptrends`, {
      query: { ...query, quotes: 'cat:mine', passing_only: 'false', sort: 'symbol' },
      expect: 200,
    });
    assert.ok(against.json.evaluated >= 10);
    assert.equal(against.json.rows[0].quote.toLowerCase(), 'cat:mine');
  });

  test('name a category that there is not', async () => {
    for (const kind of ['uptrends', 'ratio-uptrends', 'scorecard'])
      assertProblem(
        await tlab.api.get(`${path}/${kind}`, { query: { category: 'Mino' } }),
        404,
        'unknown_category',
      );
  });
});

/** The index of a score card is the series that the category's index is. */
async function assertIndexOfCategory(tlab: { api: Api }, members: string[], horizon: number): Promise<void> {
  const card = await tlab.api.get(`${path}/scorecard`, {
    query: { ...query, category: 'Mine', horizons: String(horizon) },
    expect: 200,
  });
  const { json } = await tlab.api.get('/api/v1/categories/Mine/index', { query: { limit: '1000' }, expect: 200 });
  const times = json.candles.map((c: Json) => c.time);
  const measured = signalsOf(
    market.filter(({ symbol }) => members.includes(symbol)).map(({ candles }) => candles),
    small,
    horizon,
  ).filter((s) => !['unfinished', 'not_entered'].includes(s.outcome));
  const returns = measured.map(({ time }) => {
    const bar = times.indexOf(time);
    return json.candles[bar + horizon].close / json.candles[bar + 1].open - 1;
  });
  assert.ok(returns.length > 10);
  const mean = returns.reduce((sum, value) => sum + value, 0) / returns.length;
  assertClose(card.json.lines[0].all.mean_index, mean, 'mean_index');
}

test('tlab scan prints what the API answers', async () => {
  const options = Object.entries(query).flatMap(([name, value]) => [`--${name.replaceAll('_', '-')}`, `${value}`]);
  const server = await Server.start({ engine: 'sqlite', marketPath: await sharedMarket() });
  try {
    for (const [kind, route] of [
      ['uptrends', 'uptrends'],
      ['ratios', 'ratio-uptrends'],
    ]) {
      const asked = { ...query, as_of: '2022-05-01', limit: 7, passing_only: 'false' };
      const { json } = await server.api.get(`${path}/${route}`, { query: asked, expect: 200 });
      const args = ['scan', kind as string, '--db-path', await sharedMarket(), '--as-of', '2022-05-01'];
      const { stdout } = await tlabOk([...args, '--limit', '7', '--all', ...options]);
      const [, ...lines] = stdout.split('\n');
      json.rows.forEach((row: Json, i: number) => {
        const [symbol, score, close] = (lines[i] as string).split(/ +/);
        assert.equal(symbol, row.symbol);
        assert.ok(Math.abs(Number(score) - row.score) <= 0.0501, symbol);
        assertClose(Number(close), row.close, symbol as string, 1e-5);
        assert.equal((lines[i] as string).endsWith('passes'), row.passes);
      });
      assert.match(stdout, new RegExp(`\n${json.passing_count} of ${json.evaluated} (symbols|ratios) pass, `));
    }
  } finally {
    await server.stop();
  }
  for (const wrong of [['bla'], ['--limit', '0'], ['--short-window', '99'], ['--quote-symbol', 'SAUSDT']])
    assert.equal((await tlab_(['scan', ...wrong])).code, 2);
  assert.equal((await tlab_(['scan', '--db-path', '/nonexistent/file.db'])).code, 1);
});

onEachEngine('scanners looking back', (engine) => {
  const asOf = start + 300 * day;
  const tlab = useServer(async () => ({ engine, marketPath: await sharedMarket() }));
  const cut = useServer(async () => ({
    engine,
    marketPath: await importMarket(
      'scanner-cut',
      market.map((one) => ({ ...one, candles: one.candles.filter((c) => c.time <= asOf) })),
    ),
  }));

  test('as of a day is the scan of a market that ends there', async () => {
    for (const kind of ['uptrends', 'ratio-uptrends', 'scorecard']) {
      const asked = kind === 'scorecard' ? query : { ...query, passing_only: 'false', limit: 1000 };
      const then = await tlab.api.get(`${path}/${kind}`, { query: { ...asked, as_of: asOf }, expect: 200 });
      const ended = await cut.api.get(`${path}/${kind}`, { query: asked, expect: 200 });
      assert.equal(then.json.as_of, asOf);
      const { skipped: a, symbols: _, ...left } = withoutTime(then.json);
      const { skipped: b, symbols: __, ...right } = withoutTime(ended.json);
      assert.deepEqual(left, right, kind);
      if (a) assert.equal(a.stale, b.stale, kind); // symbols that come later are too short, not absent
    }
  });

  test('within a bar is the scan of those that had ended', async () => {
    const asked = { ...query, passing_only: 'false', limit: 1000, interval: '3d' };
    for (const kind of ['uptrends', 'ratio-uptrends']) {
      const at = { ...asked, as_of: asOf + day + 1 }; // the last day of the other market has ended
      const then = await tlab.api.get(`${path}/${kind}`, { query: at, expect: 200 });
      const ended = await cut.api.get(`${path}/${kind}`, { query: asked, expect: 200 });
      assert.ok(then.json.rows.length > 0 && then.json.as_of + 3 * day <= asOf + day);
      assert.deepEqual(then.json.rows, ended.json.rows, kind);
      const named = { ...asked, as_of: then.json.as_of }; // a bar is named by its opening
      assert.deepEqual((await tlab.api.get(`${path}/${kind}`, { query: named })).json.rows, then.json.rows);
    }
  });
});

onEachEngine('scanners and candles that are not closed', (engine) => {
  const today = Math.floor(Date.now() / 1000 / day) * day;
  const count = 60;
  const series: SampleSeries = {
    symbol: 'OPENUSDT',
    interval: '1d',
    seconds: day,
    candles: walk({ seed: 9, start: today - (count - 3) * day, step: day, count, price: 9 }),
  };
  const tlab = useServer(async () => ({ engine, marketPath: await importMarket('scanner-open', [series]) }));

  test('leave them out, of days and of weeks put together', async () => {
    const asked = { ...query, passing_only: 'false' };
    const { json } = await tlab.api.get(`${path}/uptrends`, { query: asked, expect: 200 });
    const yesterday = Math.floor(Date.now() / 1000 / day) * day - day;
    assert.ok(json.as_of === today - day || json.as_of === yesterday, `${json.as_of}`);
    assert.equal(json.rows[0].time, json.as_of);
    const weeks = await tlab.api.get(`${path}/uptrends`, { query: { ...asked, interval: '1w' }, expect: 200 });
    assert.ok(weeks.json.as_of + 7 * day <= Date.now() / 1000);
    assert.equal(weeks.json.skipped.too_short, 1);
  });
});

const goldenFile = sharedPath('golden/golden.json');
const rawDays = sharedPath('data/raw/spot-daily-2021-2022');
const goldenSkip = goldenFile.skip || rawDays.skip;

let goldenMarket: Promise<string> | undefined;
async function importGolden(): Promise<string> {
  const file = join(makeTempDir('scanner-golden'), 'file.db');
  await tlabOk(['import', '--db-path', file, '--interval', '1d', rawDays.path], { timeoutMs: 120_000 });
  return file;
}

onEachEngine('golden scans', (engine) => {
  if (goldenSkip) {
    test('of real candles', { skip: goldenSkip }, () => {});
    return;
  }
  const golden: Json = JSON.parse(readFileSync(goldenFile.path, 'utf8'));
  const tlab = useServer(async () => ({ engine, marketPath: await (goldenMarket ??= importGolden()) }));

  for (const name of ['scan_2021_09', 'scan_2021_11', 'scan_last']) {
    test(name, async () => {
      const { request, expect } = golden[name];
      const { json } = await tlab.api.get(`${path}/uptrends`, {
        query: { interval: request.interval, as_of: request.as_of, sort: 'symbol', limit: 1000 },
        expect: 200,
      });
      assert.deepEqual(
        json.rows.map((r: Json) => r.symbol),
        expect.passing,
      );
      assert.equal(json.passing_count, expect.passing_count);
      assert.equal(json.evaluated, expect.evaluated);
      assert.equal(json.skipped.too_short + json.skipped.stale, expect.not_evaluated);
    });
  }

  test('ratio_scan_2021_11', async () => {
    const { request, expect } = golden.ratio_scan_2021_11;
    const names = request.symbols.join();
    const { json } = await tlab.api.get(`${path}/ratio-uptrends`, {
      query: { as_of: request.as_of, bases: names, quotes: names, sort: 'symbol', limit: 1000 },
      expect: 200,
    });
    assert.deepEqual(
      json.rows.map((r: Json) => r.symbol),
      expect.passing,
    );
    assert.equal(json.passing_count, expect.passing_count);
    assert.equal(json.evaluated, expect.evaluated);
  });

  test('ratios of real candles are those of the charts', async () => {
    const { json } = await tlab.api.get(`${path}/ratio-uptrends`, { query: { limit: 1000 }, expect: 200 });
    assert.ok(json.rows.length > 20);
    for (const row of json.rows.slice(0, 20)) {
      const { candles } = (
        await tlab.api.get('/api/v1/candles', { query: { symbol: row.symbol, limit: 50_000 }, expect: 200 })
      ).json;
      assertRow(
        row,
        candles.map((c: Candle) => c.time),
        candles.map((c: Candle) => c.close),
        defaultRules,
      );
    }
  });
});

const loops = sharedPath('bench/loops.c');

/** The 400 series of the tight loops, as their program writes them. */
async function importLoops(): Promise<string> {
  const dir = makeTempDir('scanner-loops');
  mkdirSync(join(dir, 'universe'));
  execFileSync('cc', ['-O1', '-o', join(dir, 'loops'), loops.path, '-lm']);
  execFileSync(join(dir, 'loops'), ['--csv', dir]);
  const file = join(dir, 'file.db');
  await tlabOk(['import', '--db-path', file, '--interval', '1d', join(dir, 'universe')], { timeoutMs: 120_000 });
  return file;
}

onEachEngine('scans of four hundred symbols', (engine) => {
  if (loops.skip || engine !== 'sqlite') {
    test('pass as many as the tight loops count', { skip: loops.skip || 'one engine is enough' }, () => {});
    return;
  }
  const tlab = useServer(async () => ({ engine, marketPath: await importLoops() }));

  test('pass as many as the tight loops count', async () => {
    const { json } = await tlab.api.get(`${path}/uptrends`, { expect: 200 });
    assert.deepEqual([json.passing_count, json.evaluated], [60, 400]);
    const ratios = (await tlab.api.get(`${path}/ratio-uptrends`, { expect: 200 })).json;
    assert.deepEqual([ratios.passing_count, ratios.evaluated], [19_093, 159_600]);
  });
});

onEachEngine('scanners without market data', (engine) => {
  const tlab = useServer(() => ({ engine, marketPath: join(makeTempDir('nothing'), 'file.db') }));

  test('say so', async () => {
    for (const kind of ['uptrends', 'ratio-uptrends', 'scorecard'])
      assertProblem(await tlab.api.get(`${path}/${kind}`), 503, 'market_data_unavailable');
  });
});

onEachEngine('scanners of the sample market', (engine) => {
  const tlab = useServer(() => ({ engine, marketPath: samplePath() }));

  test('resample intervals that are not stored', async () => {
    const { json } = await tlab.api.get(`${path}/uptrends`, {
      query: { ...query, interval: '4h', passing_only: 'false' },
      expect: 200,
    });
    assert.deepEqual(
      json.rows.map((r: Json) => r.symbol).sort(),
      ['BTCUSDT'],
    );
    assert.deepEqual([json.skipped.stale, json.skipped.too_short], [2, 0]);
  });
});

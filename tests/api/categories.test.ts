// Categories: indices that are series like any other, and what is told of members.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Candle } from '../harness/candles.ts';
import { type Api, assertProblem } from '../harness/http.ts';
import type { Json } from '../harness/openapi.ts';
import { csvRows } from '../harness/pages.ts';
import { makeTempDir } from '../harness/paths.ts';
import { categoriesYaml, sample, sampleCategories, samplePath } from '../harness/sample.ts';
import { onEachEngine, useServer } from '../harness/server.ts';

const path = '/api/v1/categories';
const day = 86400;

interface IndexBar extends Omit<Candle, 'volume'> {
  members: number;
}

/** The index taken literally from its definition: slow, and by another way than the server. */
function indexOf(members: Candle[][]): IndexBar[] {
  const byTime = members.map((candles) => new Map(candles.map((candle) => [candle.time, candle])));
  const times = [...new Set(members.flat().map(({ time }) => time))].sort((a, b) => a - b);
  let close = 100;
  return times.map((time, i) => {
    const pairs = byTime.flatMap((member) => {
      const here = member.get(time);
      const before = member.get(times[i - 1] ?? Number.NaN);
      return here && before ? [{ here, before }] : [];
    });
    const whole = pairs.filter(({ here, before }) => {
      const gap = here.open / before.close;
      return gap <= 10 && gap >= 0.1;
    });
    const mean = (pick: (candle: Candle) => number): number =>
      whole.length === 0
        ? 1
        : whole.reduce((sum, { here, before }) => sum + pick(here) / before.close, 0) / whole.length;
    const open = close * mean((c) => c.open);
    const high = close * mean((c) => c.high);
    const low = close * mean((c) => c.low);
    close *= mean((c) => c.close);
    return {
      time,
      open,
      high: Math.max(open, high, close),
      low: Math.min(open, low, close),
      close,
      members: whole.length,
    };
  });
}

/** Hours put together to days, as the exchange does it; the samples have no hour without trades. */
function days(candles: Candle[]): Candle[] {
  const groups = new Map<number, Candle[]>();
  for (const candle of candles) {
    const time = candle.time - (candle.time % day);
    groups.set(time, [...(groups.get(time) ?? []), candle]);
  }
  return [...groups].map(([time, group]) => ({
    time,
    open: group[0]!.open,
    high: Math.max(...group.map((c) => c.high)),
    low: Math.min(...group.map((c) => c.low)),
    close: group.at(-1)!.close,
    volume: group.reduce((sum, c) => sum + c.volume, 0),
  }));
}

const btc = sample('btcDay').candles;
const layer1 = indexOf([btc, days(sample('ethHour').candles)]);
const ai = indexOf(['btcDay', 'flatDay', 'risingDay'].map((name) => sample(name).candles));
const steady = indexOf(['flatDay', 'risingDay'].map((name) => sample(name).candles));

function assertClose(actual: number, expected: number): void {
  assert.ok(Math.abs(actual - expected) <= 1e-9 * Math.abs(expected), `${actual} is not ${expected}`);
}

function assertIndex(json: Json, expected: IndexBar[]): void {
  assert.equal(json.candles.length, expected.length);
  for (const [i, bar] of expected.entries()) {
    const candle = json.candles[i];
    assert.equal(candle.time, bar.time);
    for (const name of ['open', 'high', 'low', 'close'] as const) assertClose(candle[name], bar[name]);
    assert.ok(candle.high >= Math.max(candle.open, candle.close));
    assert.ok(candle.low <= Math.min(candle.open, candle.close));
    assert.equal(candle.volume, 0);
    assert.equal(json.members[i], bar.members);
  }
}

const all = { limit: 50_000 };
const candles = async (api: Api, symbol: string, query: Json = {}): Promise<Json> =>
  (await api.get('/api/v1/candles', { query: { symbol, ...all, ...query }, expect: 200 })).json;

onEachEngine('indices of categories', (engine) => {
  const tlab = useServer(() => ({ engine, marketPath: samplePath() }));

  test('weigh their members the same, and members come and go with their data', async () => {
    const json = await candles(tlab.api, 'CAT:Layer 1');
    assert.equal(json.symbol, 'CAT:Layer 1');
    assert.equal(json.resampled_from, '1h'); // one member is
    assertIndex(json, layer1);
    assertIndex(await candles(tlab.api, 'cat:ai'), ai);
    assert.deepEqual(
      [...new Set(ai.map((bar) => bar.members))].sort(),
      [0, 1, 2, 3],
      'the sample has members that begin and end',
    );
  });

  test('have a route of their own, with every parameter of candles', async () => {
    const { json } = await tlab.api.get(`${path}/layer%201/index`, { query: all, expect: 200 });
    assert.deepEqual(json, await candles(tlab.api, 'CAT:Layer 1'));
    const page = await tlab.api.get(`${path}/Steady/index`, {
      query: { limit: 10, order: 'desc', indicators: 'sma:5', interval: '1d' },
      expect: 200,
    });
    assert.deepEqual(
      page.json.candles.map((c: Candle) => c.time),
      steady.map((bar) => bar.time).reverse().slice(0, 10),
    );
    assert.equal(page.json.indicators['sma:5'].length, 10);
    assert.deepEqual(page.json.members, Array(10).fill(1).concat().slice(0, 10));
    assert.equal(typeof page.json.next_cursor, 'string');
  });

  test('come as columns and as CSV, with the members of each bar', async () => {
    const columns = await tlab.api.get(`${path}/Layer 1/index`.replace(' ', '%20'), {
      query: { ...all, format: 'columns' },
      expect: 200,
    });
    assert.deepEqual(
      columns.json.members,
      layer1.map((bar) => bar.members),
    );
    const csv = await tlab.api.get(`${path}/Layer%201/index`, {
      query: { ...all, format: 'csv', indicators: 'sma:2' },
      expect: 200,
    });
    const rows = csvRows(csv.text);
    assert.deepEqual(rows[0], ['time', 'open', 'high', 'low', 'close', 'volume', 'members', 'sma:2']);
    assert.equal(rows.length, layer1.length + 1);
    assert.equal(rows[5]?.[6], String(layer1[4]?.members));
  });

  test('may be of members in another quote asset', async () => {
    const { json } = await tlab.api.get(`${path}/Meme/index`, { query: { quote: 'btc' }, expect: 200 });
    assert.equal(json.symbol, 'CAT:Meme@BTC');
    assertIndex(json, indexOf([sample('shortDay').candles]));
  });

  test('stand on either side of a ratio', async () => {
    const both = await tlab.api.get(`${path}/ratios`, {
      query: { base: 'layer 1', quote: 'Steady', ...all },
      expect: 200,
    });
    assert.equal(both.json.symbol, 'CAT:Layer 1/CAT:Steady');
    await tlab.api.get(`${path}/ratios`, {
      query: { base: 'layer 1', quote: 'Steady', ...all },
      headers: { 'If-None-Match': String(both.headers.etag) },
      expect: 304,
    });
    const below = new Map(steady.map((bar) => [bar.time, bar]));
    const common = layer1.filter((bar) => below.has(bar.time));
    assert.equal(both.json.candles.length, common.length);
    for (const [i, bar] of common.entries())
      assertClose(both.json.candles[i].close, bar.close / (below.get(bar.time)?.close ?? 0));
    assert.deepEqual(await candles(tlab.api, 'CAT:layer 1/CAT:steady'), both.json);
    const one = await tlab.api.get('/api/v1/ratios', {
      query: { base: 'BTCUSDT', quote: 'CAT:Steady', ...all },
      expect: 200,
    });
    assert.equal(one.json.symbol, 'BTCUSDT/CAT:Steady');
    assert.equal(one.json.members, undefined);
  });

  test('can be put to the test like a symbol', async () => {
    const { json } = await tlab.api.post('/api/v1/workspaces/local-workspace/backtests', {
      strategy_id: 'ma_cross',
      symbol: 'cat:layer 1',
      interval: '1d',
      initial_capital: 10_000,
      params: { fast: 5, slow: 20 },
    });
    assert.equal(json.status, 'completed');
    assert.equal(json.request.symbol, 'CAT:Layer 1');
  });

  test('that are not there are told', async () => {
    const near = await tlab.api.get(`${path}/Layer/index`);
    assertProblem(near, 404, 'unknown_category');
    assert.deepEqual(near.json.near, ['Layer 1']);
    assertProblem(await tlab.api.get(`${path}/Nothing/index`), 404, 'no_candles');
    assertProblem(
      await tlab.api.get(`${path}/Meme/index`, { query: { quote: 'EUR' } }),
      404,
      'no_candles',
    );
    assertProblem(await tlab.api.get(`${path}/Meme/index`, { query: { quote: 'A B' } }), 422, 'invalid_symbol', ['?quote']);
    assertProblem(await tlab.api.get(`${path}/Meme@BTC/index`), 404, 'unknown_category');
    assertProblem(
      await tlab.api.get(`${path}/ratios`, { query: { base: 'Meme', quote: 'Memes' } }),
      404,
      'unknown_category',
    );
    assertProblem(await tlab.api.get(`${path}/ratios`, { query: { base: 'Meme' } }), 422, 'invalid_input', ['?quote']);
    assertProblem(
      await tlab.api.get('/api/v1/candles', { query: { symbol: 'BTCUSDT/CAT:Steadi' } }),
      404,
      'unknown_category',
    );
    assertProblem(await tlab.api.get('/api/v1/candles', { query: { symbol: 'CAT:' } }), 422, 'invalid_symbol');
    assertProblem(await tlab.api.get(`${path}/Meme/index`, { query: { limit: 0 } }), 422, 'invalid_input', ['?limit']);
  });

  test('symbols tell their categories, and can be asked for by one', async () => {
    const { json } = await tlab.api.get('/api/v1/symbols', { expect: 200 });
    for (const { symbol, categories } of json.symbols)
      assert.deepEqual(
        categories,
        Object.keys(sampleCategories).filter((name) => sampleCategories[name]?.includes(symbol)),
        symbol,
      );
    const some = await tlab.api.get('/api/v1/symbols', { query: { category: 'meme', quote: 'USDT' }, expect: 200 });
    assert.deepEqual(
      some.json.symbols.map((s: Json) => s.symbol),
      ['ONEUSDT', '币安人生USDT'],
    );
    const none = await tlab.api.get('/api/v1/symbols', { query: { category: 'Nothing' }, expect: 200 });
    assert.deepEqual(none.json.symbols, []);
    const unknown = await tlab.api.get('/api/v1/symbols', { query: { category: 'Steadyy' } });
    assertProblem(unknown, 404, 'unknown_category');
    assert.deepEqual(unknown.json.near, ['Steady']);
  });
});

/** Change of the last close over so many days, by its definition; null where no candle is that old. */
function changeOf(bars: { time: number; close: number }[], dayCount: number): number | null {
  const last = bars.at(-1);
  const then = last && bars.findLast(({ time }) => time <= last.time - dayCount * day);
  return last && then ? last.close / then.close - 1 : null;
}

const periods = [1, 7, 30, 90] as const;

/** Change of the last close since the last one before its year began; null where no candle is that old. */
function yearChangeOf(bars: { time: number; close: number }[]): number | null {
  const last = bars.at(-1);
  const start = last && Date.UTC(new Date(last.time * 1000).getUTCFullYear(), 0, 1) / 1000;
  const then = start === undefined ? undefined : bars.findLast(({ time }) => time < start);
  return last && then ? last.close / then.close - 1 : null;
}

function assertChange(actual: number | null, expected: number | null): void {
  if (expected === null || actual === null) assert.equal(actual, expected);
  else assert.ok(Math.abs(actual - expected) <= 1e-9, `${actual} is not ${expected}`);
}

const distanceOf = (bars: Candle[]): number => {
  const recent = bars.slice(-50).map((bar) => bar.close);
  return (recent.at(-1) ?? 0) / (recent.reduce((a, b) => a + b) / 50) - 1;
};

onEachEngine('how categories did', (engine) => {
  const tlab = useServer(() => ({ engine, marketPath: samplePath() }));
  const get = async (url: string, query: Json = {}): Promise<Json> =>
    (await tlab.api.get(url, { query, expect: 200 })).json;
  const named = (list: Json[], name: string): Json => list.find((one) => one.name === name) as Json;

  test('is listed for every category, with members and breadth', async () => {
    const { categories, quote, next_cursor } = await get(path);
    assert.deepEqual([quote, next_cursor], ['USDT', null]);
    assert.deepEqual(
      categories.map((c: Json) => [c.name, c.listed, c.members]),
      [
        ['AI', 3, 3],
        ['Layer 1', 3, 2],
        ['Meme', 3, 2],
        ['Nothing', 1, 0],
        ['Steady', 2, 2],
      ],
    );
    const layer = named(categories, 'Layer 1');
    assert.equal(layer.time, layer1.at(-1)?.time);
    for (const n of periods) assertChange(layer[`change_${n}d`], changeOf(layer1, n));
    assert.notEqual(yearChangeOf(layer1), null);
    assertChange(layer.change_ytd, yearChangeOf(layer1));
    assert.equal(layer.breadth, distanceOf(btc) > 0 ? 1 : 0); // the other member ended before
    assert.deepEqual(named(categories, 'Nothing'), {
      name: 'Nothing',
      listed: 1,
      members: 0,
      time: null,
      change_1d: null,
      change_7d: null,
      change_30d: null,
      change_90d: null,
      change_ytd: null,
      breadth: null,
    });
  });

  test('is told of a category by member', async () => {
    const category = await get(`${path}/steady`);
    assert.equal(category.name, 'Steady');
    const [flat, rising] = category.members;
    assert.deepEqual(
      [flat.symbol, flat.last_close, flat.change_1d, flat.change_90d, flat.weight, flat.contribution, flat.turnover],
      ['FLATUSDT', 1, 0, 0, 1, 0, 0],
    );
    assert.equal(flat.sma50_distance, 0);
    // it ended a hundred days before the other: what it did then is nothing that the category does now
    assert.deepEqual(
      [rising.symbol, rising.last_close, rising.change_1d, rising.change_90d, rising.sma50_distance, rising.weight],
      ['RISINGUSDT', 2100, null, null, null, 0],
    );
    assert.equal(rising.time, sample('risingDay').candles.at(-1)?.time);
    assert.equal(category.breadth, 0);
    const btcIn = await get(`${path}/Layer 1`.replace(' ', '%20'));
    const member = btcIn.members[0];
    for (const n of periods) assertChange(member[`change_${n}d`], changeOf(btc, n));
    assertChange(member.change_ytd, yearChangeOf(btc));
    assertChange(member.sma50_distance, distanceOf(btc));
    assertChange(member.contribution, changeOf(btc, 1));
    assertChange(member.turnover / ((btc.at(-1)?.volume ?? 0) * member.last_close), 1);
  });

  test('is a heat map over a period', async () => {
    for (const n of periods) {
      const { rows, period, quote } = await get(`${path}/heatmap`, { period: `${n}d` });
      assert.deepEqual([period, quote], [`${n}d`, 'USDT']);
      assert.deepEqual(
        rows.map((row: Json) => row.name),
        Object.keys(sampleCategories),
      );
      const meme = named(rows, 'Meme');
      const unicode = changeOf(sample('unicodeDay').candles, n);
      assertChange(meme.median, unicode); // the other member has one candle only
      assert.deepEqual(
        meme.symbols.map((s: Json) => s.symbol),
        unicode === null ? [] : ['币安人生USDT'],
      );
      assertChange(meme.best?.return ?? null, unicode);
      assertChange(meme.worst?.return ?? null, unicode);
      assertChange(named(rows, 'Layer 1').return, changeOf(layer1, n));
    }
    const { rows } = await get(`${path}/heatmap`, { period: '30d' });
    for (const row of rows) {
      const returns = row.symbols.map((s: Json) => s.return);
      assert.deepEqual(returns, [...returns].sort((a, b) => b - a));
    }
    assert.equal((await get(`${path}/heatmap`)).period, '1d');
    const year = await get(`${path}/heatmap`, { period: 'ytd' });
    assert.equal(year.period, 'ytd');
    assertChange(named(year.rows, 'Layer 1').return, yearChangeOf(layer1));
  });

  test('is told of members in another quote asset', async () => {
    const category = await get(`${path}/Meme`, { quote: 'btc' });
    assert.deepEqual(
      category.members.map((m: Json) => m.symbol),
      ['SHORTBTC'],
    );
    assert.equal(named((await get(path, { quote: 'EUR' })).categories, 'Meme').members, 0);
    assert.equal(named((await get(`${path}/heatmap`, { quote: 'BTC' })).rows, 'Meme').members, 1);
  });

  test('comes as CSV, by parameter or by Accept', async () => {
    for (const [url, lines] of [
      [path, 6],
      [`${path}/Steady`, 3],
      [`${path}/heatmap`, 5],
    ] as const) {
      const byFormat = await tlab.api.get(url, { query: { format: 'csv' }, expect: 200 });
      const byAccept = await tlab.api.get(url, { headers: { Accept: 'text/csv' }, expect: 200 });
      assert.equal(byAccept.text, byFormat.text);
      assert.match(String(byFormat.headers['content-type']), /^text\/csv/);
      const rows = csvRows(byFormat.text);
      assert.equal(rows.length, lines, byFormat.text);
      assert.ok(rows.every((row) => row.length === rows[0]?.length));
    }
    const rows = csvRows((await tlab.api.get(path, { query: { format: 'csv' } })).text);
    assert.deepEqual(rows[4], ['Nothing', '1', '0', '', '', '', '', '', '', '']);
  });

  test('has an ETag by representation, which spares the answer', async () => {
    for (const url of [path, `${path}/Meme`, `${path}/heatmap`]) {
      const first = await tlab.api.get(url, { expect: 200 });
      const etag = String(first.headers.etag);
      const again = await tlab.api.get(url, { headers: { 'If-None-Match': etag }, expect: 304 });
      assert.equal(again.text, '');
      const csv = await tlab.api.get(url, { query: { format: 'csv' }, headers: { 'If-None-Match': etag }, expect: 200 });
      assert.notEqual(csv.headers.etag, etag);
    }
  });

  test('refuses what it does not know', async () => {
    assertProblem(await tlab.api.get(`${path}/Mem`), 404, 'unknown_category');
    assertProblem(await tlab.api.get(`${path}/heatmap`, { query: { period: '2d' } }), 422, 'invalid_input', ['?period']);
    assertProblem(await tlab.api.get(path, { query: { format: 'xml' } }), 422, 'invalid_input', ['?format']);
    assertProblem(await tlab.api.get(path, { query: { quote: 'x'.repeat(21) } }), 422, 'invalid_input', ['?quote']);
    assertProblem(await tlab.api.get(`${path}/Meme`, { query: { interval: '1d' } }), 422, 'invalid_input', ['?interval']);
  });
});

onEachEngine('categories that are edited', (engine) => {
  const file = join(makeTempDir('categories'), 'symbol-categories.yaml');
  writeFileSync(file, categoriesYaml({ Mine: ['BTCUSDT'] }));
  const tlab = useServer(() => ({
    engine,
    marketPath: samplePath(),
    env: { SYMBOL_CATEGORIES_PATH: file },
  }));

  /** Health as soon as it fits: the file is looked at twice a second. */
  async function healthWhere(fits: (categories: Json) => boolean): Promise<Json> {
    for (const deadline = Date.now() + 10_000; ; ) {
      const { json } = await tlab.api.get('/api/v1/health', { expect: 200 });
      if (fits(json.categories)) return json.categories;
      assert.ok(Date.now() < deadline, JSON.stringify(json.categories));
    }
  }

  test('are in effect at once, for answers that were cached too; a broken file changes nothing', async () => {
    const url = `${path}/Mine/index`;
    const before = await tlab.api.get(url, { query: all, expect: 200 });
    const etag = String(before.headers.etag);
    await tlab.api.get(url, { query: all, headers: { 'If-None-Match': etag }, expect: 304 });
    const symbol = await tlab.api.get('/api/v1/candles', { query: { symbol: 'BTCUSDT' }, expect: 200 });

    writeFileSync(file, 'categories:\n  Mine: [BTCUSDT\n');
    const broken = await healthWhere(({ detail }) => detail !== undefined);
    assert.match(broken.detail, /^line \d+: no YAML/);
    assert.equal(broken.categories, 1);
    await tlab.api.get(url, { query: all, headers: { 'If-None-Match': etag }, expect: 304 });

    writeFileSync(file, categoriesYaml({ Mine: ['BTCUSDT', 'FLATUSDT'], Other: [] }));
    await healthWhere(({ version }) => version === 2);
    const after = await tlab.api.get(url, {
      query: all,
      headers: { 'If-None-Match': etag },
      expect: 200,
    });
    assertIndex(
      after.json,
      indexOf(['btcDay', 'flatDay'].map((name) => sample(name).candles)),
    );
    await tlab.api.get('/api/v1/candles', {
      query: { symbol: 'BTCUSDT' },
      headers: { 'If-None-Match': String(symbol.headers.etag) },
      expect: 304,
    });
  });
});

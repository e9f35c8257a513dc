// Symbols, intervals, resampled bars, ratios and indicators, each against an own computation.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  type Candle,
  countGaps,
  monday,
  monthStart,
  ratio,
  resample,
  resampleBy,
} from '../harness/candles.ts';
import { assertColumnClose } from '../harness/compare.ts';
import { type Api, assertProblem } from '../harness/http.ts';
import {
  atr,
  bollinger,
  donchian,
  ema,
  indicatorRequests,
  macd,
  roc,
  rsi,
  sma,
  stddev,
  stoch,
  supertrend,
  volatility,
  vwap,
  wma,
} from '../harness/indicators.ts';
import type { Json } from '../harness/openapi.ts';
import { allPages, csvNumber, csvRows } from '../harness/pages.ts';
import { sample, samplePath, samples } from '../harness/sample.ts';
import { onEachEngine, useServer } from '../harness/server.ts';

const order = [
  '1s',
  '1m',
  '3m',
  '5m',
  '15m',
  '30m',
  '1h',
  '2h',
  '4h',
  '6h',
  '8h',
  '12h',
  '1d',
  '3d',
  '1w',
  '1mo',
];
const seconds: Record<string, number> = {
  '1m': 60,
  '3m': 180,
  '5m': 300,
  '15m': 900,
  '30m': 1800,
  '1h': 3600,
  '2h': 7200,
  '4h': 14400,
  '6h': 21600,
  '8h': 28800,
  '12h': 43200,
  '1d': 86400,
  '3d': 259200,
};

onEachEngine('symbols', (engine) => {
  const tlab = useServer(() => ({ engine, marketPath: samplePath() }));
  const list = async (query: Json = {}): Promise<Json[]> =>
    (await tlab.api.get('/api/v1/symbols', { query, expect: 200 })).json.symbols;
  const names = (rows: Json[]): string[] => rows.map((row) => row.symbol);

  test('are all there, by name, with what is stored of each', async () => {
    const rows = await list();
    const bytewise = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));
    assert.deepEqual(names(rows), [...new Set(samples().map((s) => s.symbol))].sort(bytewise));
    for (const row of rows) {
      const stored = samples()
        .filter((s) => s.symbol === row.symbol)
        .sort((a, b) => a.seconds - b.seconds);
      const expected = stored.map(({ interval, seconds: step, candles }) => ({
        interval,
        first: candles[0]?.time,
        last: candles.at(-1)?.time,
        count: candles.length,
        gaps: countGaps(candles, step),
      }));
      assert.deepEqual(row.intervals, expected, row.symbol);
    }
  });

  test('tell base and quote apart', async () => {
    const split = Object.fromEntries(
      (await list()).map((row) => [row.symbol, [row.base_asset, row.quote_asset]]),
    );
    assert.deepEqual(split.BTCUSDT, ['BTC', 'USDT']);
    assert.deepEqual(split.SHORTBTC, ['SHORT', 'BTC']);
    assert.deepEqual(split.币安人生USDT, ['币安人生', 'USDT']);
  });

  test('have the last close and how it changed', async () => {
    const rows = await list();
    const btc = sample('btcDay').candles;
    const close = (back: number): number => (btc.at(-1 - back) as Candle).close;
    const row = rows.find((r) => r.symbol === 'BTCUSDT');
    assert.equal(row.last_close, close(0));
    assertColumnClose(
      [row.change_24h, row.change_7d, row.change_30d],
      [1, 7, 30].map((days) => close(0) / close(days) - 1),
      'changes',
    );
    const one = rows.find((r) => r.symbol === 'ONEUSDT');
    assert.deepEqual([one.change_24h, one.change_7d, one.change_30d], [null, null, null]);
    const flat = rows.find((r) => r.symbol === 'FLATUSDT');
    assert.deepEqual([flat.last_close, flat.change_24h], [1, 0]);
  });

  test('can be narrowed by quote asset, interval and text', async () => {
    assert.deepEqual(names(await list({ quote: 'BTC' })), ['SHORTBTC']);
    assert.deepEqual(names(await list({ quote: 'btc' })), ['SHORTBTC']);
    assert.deepEqual(names(await list({ quote: 'EUR' })), []);
    assert.deepEqual(names(await list({ interval: '1h' })), ['BTCUSDT', 'ETHUSDT']);
    assert.deepEqual(names(await list({ q: 'btc' })), ['BTCUSDT', 'SHORTBTC']);
    assert.deepEqual(names(await list({ q: 'btc', quote: 'USDT' })), ['BTCUSDT']);
    assert.deepEqual(names(await list({ q: '人生' })), ['币安人生USDT']);
    for (const q of ['%', '_', "'", '\\']) assert.deepEqual(names(await list({ q })), [], q);
  });

  test('page by page are the whole', async () => {
    const pages = await allPages(tlab.api, '/api/v1/symbols', { limit: 2 });
    assert.ok(pages.every((page, i) => page.symbols.length === 2 || i === pages.length - 1));
    assert.deepEqual(
      pages.flatMap((page) => page.symbols),
      await list(),
    );
  });

  test('as CSV have a line for each stored interval', async () => {
    const reply = await tlab.api.get('/api/v1/symbols', { query: { format: 'csv' }, expect: 200 });
    const [head, ...lines] = csvRows(reply.text);
    assert.equal(
      head?.join(','),
      'symbol,base_asset,quote_asset,categories,interval,first,last,count,gaps,last_close,change_24h,change_7d,change_30d',
    );
    const expected = (await list()).flatMap((row) =>
      row.intervals.map((i: Json) => [row.symbol, row.base_asset, i.interval, i.first, i.last, i.count, i.gaps]),
    );
    assert.deepEqual(
      lines.map((line) => [line[0], line[1], line[4], ...line.slice(5, 9).map(csvNumber)]),
      expected,
    );
    const some = await tlab.api.get('/api/v1/symbols', {
      query: { limit: 2 },
      headers: { accept: 'text/csv' },
      expect: 200,
    });
    assert.equal(new Set(csvRows(some.text).slice(1).map(([symbol]) => symbol)).size, 2);
    assert.ok(some.headers['x-next-cursor']);
  });

  test('that have not changed are not sent again', async () => {
    const { headers } = await tlab.api.get('/api/v1/symbols', { expect: 200 });
    await tlab.api.get('/api/v1/symbols', {
      headers: { 'if-none-match': String(headers.etag) },
      expect: 304,
    });
  });

  test('refuse what they do not know', async () => {
    const cases: [Json, string][] = [
      [{ limit: 0 }, '?limit'],
      [{ limit: 1001 }, '?limit'],
      [{ interval: '2d' }, '?interval'],
      [{ quote: '' }, '?quote'],
      [{ cursor: '!' }, '?cursor'],
      [{ categories: 'x' }, '?categories'],
    ];
    for (const [query, pointer] of cases)
      assertProblem(await tlab.api.get('/api/v1/symbols', { query }), 422, 'invalid_input', [pointer]);
  });
});

onEachEngine('intervals', (engine) => {
  const tlab = useServer(() => ({ engine, marketPath: samplePath() }));

  test('as CSV are the same', async () => {
    const { json } = await tlab.api.get('/api/v1/intervals', { expect: 200 });
    const reply = await tlab.api.get('/api/v1/intervals', { query: { format: 'csv' }, expect: 200 });
    const rows = json.intervals.map((i: Json) => [i.interval, String(i.seconds ?? ''), String(i.stored)]);
    assert.deepEqual(csvRows(reply.text), [['interval', 'seconds', 'stored'], ...rows]);
  });

  test('are the sixteen of the exchange, with their lengths and whether they are stored', async () => {
    const { json } = await tlab.api.get('/api/v1/intervals', { expect: 200 });
    assert.deepEqual(
      json.intervals.map((i: Json) => i.interval),
      order,
    );
    const lengths: Record<string, number | null> = { '1s': 1, ...seconds, '1w': 604800, '1mo': null };
    for (const { interval, seconds: length, stored } of json.intervals) {
      assert.equal(length, lengths[interval], interval);
      assert.equal(
        stored,
        samples().some((s) => s.interval === interval),
        interval,
      );
    }
    assert.equal(json.next_cursor, null);
  });
});

const whole = async (api: Api, symbol: string, interval: string, more: Json = {}): Promise<Json> =>
  (await api.get('/api/v1/candles', { query: { symbol, interval, limit: 50_000, ...more }, expect: 200 }))
    .json;

/** Several at once: no request has room for all. */
async function wholeLines(api: Api, symbol: string, interval: string, names: string[]): Promise<Lines> {
  const pages = indicatorRequests(names).map((indicators) => whole(api, symbol, interval, { indicators }));
  return Object.assign({}, ...(await Promise.all(pages)).map((page) => page.indicators));
}

function assertCandles(actual: Candle[], expected: Candle[], what: string): void {
  assert.equal(actual.length, expected.length, `${what}: how many`);
  for (const name of ['time', 'open', 'high', 'low', 'close'] as const) {
    assert.deepEqual(
      actual.map((c) => c[name]),
      expected.map((c) => c[name]),
      `${what}: ${name}`,
    );
  }
  assertColumnClose(
    actual.map((c) => c.volume),
    expected.map((c) => c.volume),
    `${what}: volume`,
    1e-12,
  );
}

onEachEngine('resampled bars', (engine) => {
  const tlab = useServer(() => ({ engine, marketPath: samplePath() }));

  test('hold first open, last close, highest high, lowest low and all the volume', async () => {
    const hours = sample('ethHour').candles;
    for (const interval of ['2h', '4h', '6h', '8h', '12h', '1d', '3d']) {
      const json = await whole(tlab.api, 'ETHUSDT', interval);
      assert.equal(json.resampled_from, '1h');
      assertCandles(json.candles, resample(hours, seconds[interval] as number), `ETHUSDT ${interval}`);
    }
    const minutes = sample('minute').candles;
    for (const interval of ['3m', '5m', '15m', '30m', '1h']) {
      const json = await whole(tlab.api, 'MINUTEUSDT', interval);
      assert.equal(json.resampled_from, '1m');
      assertCandles(json.candles, resample(minutes, seconds[interval] as number), `MINUTEUSDT ${interval}`);
    }
  });

  test('open on Mondays for weeks and on the first for months', async () => {
    const days = sample('btcDay').candles;
    assertCandles((await whole(tlab.api, 'BTCUSDT', '1w')).candles, resample(days, 604800, monday), '1w');
    assertCandles((await whole(tlab.api, 'BTCUSDT', '1mo')).candles, resampleBy(days, monthStart), '1mo');
  });

  test('are made of the largest stored interval that divides', async () => {
    assert.equal((await whole(tlab.api, 'BTCUSDT', '1w')).resampled_from, '1d');
    assert.equal((await whole(tlab.api, 'BTCUSDT', '1mo')).resampled_from, '1d');
    assert.equal((await whole(tlab.api, 'BTCUSDT', '4h')).resampled_from, '1h');
    assert.equal((await whole(tlab.api, 'BTCUSDT', '1d')).resampled_from, null);
  });

  test('page as stored ones do', async () => {
    const expected = (await whole(tlab.api, 'ETHUSDT', '4h')).candles;
    const pages = await allPages(tlab.api, '/api/v1/candles', {
      symbol: 'ETHUSDT',
      interval: '4h',
      limit: 100,
    });
    assert.deepEqual(
      pages.reverse().flatMap((page) => page.candles),
      expected,
    );
  });
});

onEachEngine('ratios', (engine) => {
  const tlab = useServer(() => ({ engine, marketPath: samplePath() }));
  const ask = (query: Json) => tlab.api.get('/api/v1/ratios', { query });

  test('divide bar by bar where both sides have one', async () => {
    const expected = ratio(sample('ethHour').candles, sample('btcHour').candles);
    const json = await whole(tlab.api, 'ETHUSDT/BTCUSDT', '1h');
    assert.equal(json.symbol, 'ETHUSDT/BTCUSDT');
    assert.ok(expected.length > 1000);
    assert.deepEqual(json.candles, expected);
  });

  test('divide resampled bars, not resample divided ones', async () => {
    const expected = ratio(
      resample(sample('ethHour').candles, 14400),
      resample(sample('btcHour').candles, 14400),
    );
    const json = await whole(tlab.api, 'ETHUSDT/BTCUSDT', '4h');
    assert.equal(json.resampled_from, '1h');
    assert.deepEqual(json.candles, expected);
  });

  test('have a route of their own with the same answer', async () => {
    const query = { interval: '1h', from: '2024-01-05', limit: 50, indicators: 'sma:5' };
    const candles = await tlab.api.get('/api/v1/candles', {
      query: { symbol: 'ETHUSDT/BTCUSDT', ...query },
      expect: 200,
    });
    const ratios = await tlab.api.get('/api/v1/ratios', {
      query: { base: 'ETHUSDT', quote: 'BTCUSDT', ...query },
      expect: 200,
    });
    assert.equal(ratios.text, candles.text);
    const headers = { 'if-none-match': String(ratios.headers.etag) };
    await tlab.api.get('/api/v1/ratios', {
      query: { base: 'ETHUSDT', quote: 'BTCUSDT', ...query },
      headers,
      expect: 304,
    });
    const csv = await tlab.api.get('/api/v1/ratios', {
      query: { base: 'ETHUSDT', quote: 'BTCUSDT', ...query },
      headers: { accept: 'text/csv' },
      expect: 200,
    });
    assert.equal(csvRows(csv.text).length, 51);
  });

  test('of a symbol with itself are 1', async () => {
    const json = await whole(tlab.api, 'BTCUSDT/BTCUSDT', '1d');
    assert.equal(json.candles.length, 1500);
    assert.ok(json.candles.every((c: Candle) => c.open === 1 && c.close === 1 && c.volume === 0));
  });

  test('without a common bar are said to have none', async () => {
    const reply = await tlab.api.get('/api/v1/candles', { query: { symbol: 'SHORTBTC/FLATUSDT' } });
    assertProblem(reply, 404, 'no_candles');
    assert.match(reply.json.detail, /SHORTBTC.*FLATUSDT/);
  });

  test('name the side that is wrong', async () => {
    assertProblem(await ask({ base: 'ETHUSDT' }), 422, 'invalid_input', ['?quote']);
    assertProblem(await ask({ quote: 'BTCUSDT' }), 422, 'invalid_input', ['?base']);
    assertProblem(await ask({ base: 'ETHUSDT', quote: '' }), 422, 'invalid_input', ['?quote']);
    const unknown = await ask({ base: 'ETHUSDT', quote: 'BTCUSD' });
    assertProblem(unknown, 404, 'unknown_symbol');
    assert.ok(unknown.json.near.includes('BTCUSDT'));
    const nested = await ask({ base: 'ETHUSDT/BTCUSDT', quote: 'BTCUSDT' });
    assert.equal(nested.status, 422, nested.text);
    assertProblem(await ask({ base: 'ETHUSDT', quote: 'BTCUSDT', symbol: 'X' }), 422, 'invalid_input', [
      '?symbol',
    ]);
  });
});

type Lines = Record<string, (number | null)[] | Record<string, (number | null)[]>>;

function expectedIndicators(candles: Candle[]): Lines {
  const close = candles.map((c) => c.close);
  return {
    'sma:20': sma(close, 20),
    'sma:1': sma(close, 1),
    'ema:50': ema(close, 50),
    'rsi:14': rsi(close, 14),
    'atr:14': atr(candles, 14),
    'bbands:20:2': bollinger(close, 20, 2),
    'bbands:10:1.5': bollinger(close, 10, 1.5),
    'macd:12:26:9': macd(close, 12, 26, 9),
    'donchian:20': donchian(candles, 20),
    'supertrend:10:3': supertrend(candles, 10, 3),
    'roc:10': roc(close, 10),
    'stddev:20': stddev(close, 20),
    'volatility:30': volatility(close, 30),
    'wma:20': wma(close, 20),
    vwap: vwap(candles),
    'stoch:14:3:3': stoch(candles, 14, 3, 3),
    'stoch:5:1:2': stoch(candles, 5, 1, 2),
    'volume_sma:20': sma(
      candles.map((c) => c.volume),
      20,
    ),
  };
}

/** The lines of a MACD are differences of averages: what these have in their last digits is nothing. */
function withoutLastDigits(values: (number | null)[], expected: (number | null)[], price: number) {
  const nothing = 4 * Number.EPSILON * price;
  return values.map((value, i) => {
    const wanted = expected[i] ?? null;
    return value !== null && wanted !== null && Math.abs(value - wanted) <= nothing ? wanted : value;
  });
}

function assertLines(actual: Lines, expected: Lines, candles: Candle[], what: string): void {
  assert.deepEqual(Object.keys(actual), Object.keys(expected), what);
  const price = Math.max(...candles.map((c) => c.close));
  for (const [name, line] of Object.entries(expected)) {
    if (Array.isArray(line)) assertColumnClose(actual[name] as (number | null)[], line, `${what} ${name}`);
    else
      for (const [part, values] of Object.entries(line)) {
        const column = (actual[name] as Record<string, (number | null)[]>)[part] ?? [];
        const told = name.startsWith('macd') ? withoutLastDigits(column, values, price) : column;
        assertColumnClose(told, values, `${what} ${name} ${part}`);
      }
  }
}

onEachEngine('indicators', (engine) => {
  const tlab = useServer(() => ({ engine, marketPath: samplePath() }));

  describe('are what their definitions say', () => {
    for (const name of ['btcDay', 'btcHour', 'shortDay', 'flatDay', 'risingDay', 'oneDay']) {
      test(name, async () => {
        const { symbol, interval, candles } = sample(name);
        const expected = expectedIndicators(candles);
        const lines = await wholeLines(tlab.api, symbol, interval, Object.keys(expected));
        assertLines(lines, expected, candles, name);
      });
    }
  });

  test('of ratios and resampled bars too', async () => {
    const candles = ratio(
      resample(sample('ethHour').candles, 14400),
      resample(sample('btcHour').candles, 14400),
    );
    const expected = expectedIndicators(candles);
    const lines = await wholeLines(tlab.api, 'ETHUSDT/BTCUSDT', '4h', Object.keys(expected));
    assertLines(lines, expected, candles, 'ratio');
  });

  test('do not depend on where a page begins', async () => {
    const query = { indicators: 'ema:50,bbands:20:2', limit: 400 };
    const all = (await whole(tlab.api, 'BTCUSDT', '1d', { indicators: query.indicators })).indicators;
    const pages = await allPages(tlab.api, '/api/v1/candles', { symbol: 'BTCUSDT', from: 0, ...query });
    assert.deepEqual(
      pages.flatMap((page) => page.indicators['ema:50']),
      all['ema:50'],
    );
    assert.deepEqual(
      pages.flatMap((page) => page.indicators['bbands:20:2'].upper),
      all['bbands:20:2'].upper,
    );
  });

  test('follow the order of the candles, and come with columns and CSV', async () => {
    const query = { symbol: 'BTCUSDT', limit: 30, indicators: 'sma:5,bbands:20:2,macd:12:26:9' };
    const asc = (await tlab.api.get('/api/v1/candles', { query, expect: 200 })).json;
    const desc = (await tlab.api.get('/api/v1/candles', { query: { ...query, order: 'desc' }, expect: 200 }))
      .json;
    assert.deepEqual(desc.indicators['sma:5'], [...asc.indicators['sma:5']].reverse());
    const columns = (
      await tlab.api.get('/api/v1/candles', { query: { ...query, format: 'columns' }, expect: 200 })
    ).json;
    assert.deepEqual(columns.indicators, asc.indicators);
    const [header, ...rows] = csvRows(
      (await tlab.api.get('/api/v1/candles', { query: { ...query, format: 'csv' }, expect: 200 })).text,
    );
    const lines = [
      'sma:5',
      'bbands:20:2.upper',
      'bbands:20:2.middle',
      'bbands:20:2.lower',
      'macd:12:26:9.macd',
      'macd:12:26:9.signal',
      'macd:12:26:9.histogram',
    ];
    assert.deepEqual(header, ['time', 'open', 'high', 'low', 'close', 'volume', ...lines]);
    assert.deepEqual(
      rows.map((row) => csvNumber(row[6] as string)),
      asc.indicators['sma:5'],
    );
    assert.deepEqual(
      rows.map((row) => csvNumber(row[7] as string)),
      asc.indicators['bbands:20:2'].upper,
    );
  });

  test('sixteen at once are served, and none means no member', async () => {
    const indicators = Array.from({ length: 16 }, (_, i) => `sma:${i + 2}`).join(',');
    assert.equal(
      Object.keys((await whole(tlab.api, 'BTCUSDT', '1d', { indicators, limit: 5 })).indicators).length,
      16,
    );
    assert.equal((await whole(tlab.api, 'BTCUSDT', '1d', { limit: 5 })).indicators, undefined);
  });
});

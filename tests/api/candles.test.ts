// Candles: what is asked for, in which order, page by page and in every format, to the last bit.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Candle, epoch } from '../harness/candles.ts';
import { type Api, assertProblem } from '../harness/http.ts';
import type { Json } from '../harness/openapi.ts';
import { allPages, csvRows } from '../harness/pages.ts';
import { sample, samplePath } from '../harness/sample.ts';
import { onEachEngine, useServer } from '../harness/server.ts';

const path = '/api/v1/candles';
const btc = sample('btcDay').candles;
const last = (candles: Candle[], n: number): Candle[] => candles.slice(-n);
const timeAt = (index: number): number => (btc[index] as Candle).time;
const fetchCandles = async (api: Api, query: Json): Promise<Candle[]> =>
  (await api.get(path, { query: { symbol: 'BTCUSDT', ...query }, expect: 200 })).json.candles;

onEachEngine('candles', (engine) => {
  const tlab = useServer(() => ({ engine, marketPath: samplePath() }));

  test('come back exactly as they were imported', async () => {
    for (const name of ['btcDay', 'btcHour', 'ethHour', 'flatDay', 'oneDay', 'shortDay', 'unicodeDay']) {
      const { symbol, interval, candles } = sample(name);
      const { json } = await tlab.api.get(path, { query: { symbol, interval, limit: 50_000 }, expect: 200 });
      assert.deepEqual(
        { ...json, candles: null },
        { symbol, interval, resampled_from: null, candles: null, next_cursor: null },
      );
      assert.deepEqual(json.candles, candles, name);
    }
  });

  test('are the newest thousand days, oldest first, when nothing else is asked', async () => {
    const { json } = await tlab.api.get(path, { query: { symbol: 'BTCUSDT' }, expect: 200 });
    assert.equal(json.interval, '1d');
    assert.deepEqual(json.candles, last(btc, 1000));
    assert.equal(typeof json.next_cursor, 'string');
  });

  test('`from` is the first time wanted, `to` the first that is not', async () => {
    const from = timeAt(10);
    const to = timeAt(20);
    assert.deepEqual(await fetchCandles(tlab.api, { from, to }), btc.slice(10, 20));
    assert.deepEqual(await fetchCandles(tlab.api, { from: from - 1, to: to + 1 }), btc.slice(10, 21));
    assert.deepEqual(await fetchCandles(tlab.api, { from: from + 1, to: to - 1 }), btc.slice(11, 20));
    assert.deepEqual(await fetchCandles(tlab.api, { from, limit: 3 }), btc.slice(10, 13));
    assert.deepEqual(await fetchCandles(tlab.api, { to, limit: 3 }), btc.slice(17, 20));
    assert.deepEqual(
      await fetchCandles(tlab.api, { from, to, limit: 3, order: 'desc' }),
      btc.slice(17, 20).reverse(),
    );
    assert.deepEqual(await fetchCandles(tlab.api, { order: 'desc', limit: 2 }), last(btc, 2).reverse());
  });

  test('times may be written as ISO-8601', async () => {
    const expected = await fetchCandles(tlab.api, { from: epoch('2022-02-01'), to: epoch('2022-03-01') });
    assert.equal(expected.length, 28);
    const spellings = [
      ['2022-02-01', '2022-03-01'],
      ['2022-02-01T00:00:00Z', '2022-03-01T00:00:00.000000Z'],
      ['2022-02-01T01:00:00+01:00', '2022-02-28T19:00-05:00'],
    ];
    for (const [from, to] of spellings)
      assert.deepEqual(await fetchCandles(tlab.api, { from, to }), expected, `${from} ${to}`);
  });

  test('before or after everything stored there are none', async () => {
    for (const range of [{ from: '2030-01-01' }, { to: '2000-01-01' }, { from: 0, to: 86400 }]) {
      const { json } = await tlab.api.get(path, { query: { symbol: 'BTCUSDT', ...range }, expect: 200 });
      assert.deepEqual(json.candles, []);
      assert.equal(json.next_cursor, null);
    }
  });

  describe('pages walked to the end are the whole', () => {
    const whole = sample('btcHour').candles;
    const query = { symbol: 'BTCUSDT', interval: '1h', limit: 277 };

    test('from the oldest on', async () => {
      const pages = await allPages(tlab.api, path, { ...query, from: 0 });
      assert.equal(pages.length, Math.ceil(whole.length / 277));
      assert.deepEqual(
        pages.flatMap((page) => page.candles),
        whole,
      );
    });

    test('from the newest page back, each page oldest first', async () => {
      const pages = await allPages(tlab.api, path, query);
      assert.deepEqual(
        pages.reverse().flatMap((page) => page.candles),
        whole,
      );
    });

    test('newest first', async () => {
      const pages = await allPages(tlab.api, path, { ...query, order: 'desc' });
      assert.deepEqual(
        pages.flatMap((page) => page.candles),
        [...whole].reverse(),
      );
    });

    test('within bounds, both ways', async () => {
      const from = (whole[100] as Candle).time;
      const to = (whole[1300] as Candle).time;
      const expected = whole.slice(100, 1300);
      for (const order of ['asc', 'desc']) {
        const pages = await allPages(tlab.api, path, { ...query, from, to, order });
        const rows: Candle[] = pages.flatMap((page) => page.candles);
        assert.deepEqual(order === 'asc' ? rows : rows.reverse(), expected, order);
      }
    });

    test('one candle at a time', async () => {
      const to = (whole[20] as Candle).time;
      const pages = await allPages(tlab.api, path, { ...query, from: 0, to, limit: 1 });
      assert.deepEqual(
        pages.flatMap((page) => page.candles),
        whole.slice(0, 20),
      );
    });

    test('a page that ends the series says so', async () => {
      for (const order of ['asc', 'desc']) {
        const { json } = await tlab.api.get(path, {
          query: { ...query, from: 0, limit: whole.length, order },
          expect: 200,
        });
        assert.equal(json.candles.length, whole.length);
        assert.equal(json.next_cursor, null);
      }
    });
  });

  test('50000 are the most', async () => {
    const minutes = sample('minute').candles;
    const query = { symbol: 'MINUTEUSDT', interval: '1m' };
    const { json } = await tlab.api.get(path, { query: { ...query, from: 0, limit: 50_000 }, expect: 200 });
    assert.deepEqual(json.candles, minutes.slice(0, 50_000));
    const rest = await tlab.api.get(path, {
      query: { ...query, from: 0, limit: 50_000, cursor: json.next_cursor },
      expect: 200,
    });
    assert.deepEqual(rest.json.candles, minutes.slice(50_000));
    assertProblem(await tlab.api.get(path, { query: { ...query, limit: 50_001 } }), 422, 'invalid_input', [
      '?limit',
    ]);
  });

  test('as columns they are the same', async () => {
    const query = { symbol: 'BTCUSDT', from: timeAt(5), limit: 50 };
    const { json } = await tlab.api.get(path, { query: { ...query, format: 'columns' }, expect: 200 });
    const columns = Object.fromEntries(
      ['time', 'open', 'high', 'low', 'close', 'volume'].map((name) => [
        name,
        btc.slice(5, 55).map((c) => c[name as keyof Candle]),
      ]),
    );
    assert.deepEqual(json.columns, columns);
    assert.equal(json.candles, undefined);
    assert.equal(json.next_cursor, (await tlab.api.get(path, { query })).json.next_cursor);
  });

  test('as CSV they are the same, page by page', async () => {
    const query = { symbol: 'BTCUSDT', from: 0, limit: 700 };
    const rows: string[][] = [];
    let cursor: string | undefined;
    do {
      const reply = await tlab.api.get(path, { query: { ...query, format: 'csv', cursor }, expect: 200 });
      const [header, ...page] = csvRows(reply.text);
      assert.deepEqual(header, ['time', 'open', 'high', 'low', 'close', 'volume']);
      rows.push(...page);
      cursor = reply.headers['x-next-cursor'] as string | undefined;
    } while (cursor);
    const expected = btc.map((c) => [c.time, c.open, c.high, c.low, c.close, c.volume]);
    assert.deepEqual(
      rows.map((row) => row.map(Number)),
      expected,
    );
  });

  test('CSV can be asked for by Accept', async () => {
    const query = { symbol: 'BTCUSDT', limit: 3 };
    const csv = (await tlab.api.get(path, { query: { ...query, format: 'csv' }, expect: 200 })).text;
    const accepted = await tlab.api.get(path, { query, headers: { accept: 'text/csv' }, expect: 200 });
    assert.equal(accepted.text, csv);
    assert.match(String(accepted.headers['content-type']), /^text\/csv/);
    assert.match(String(accepted.headers.vary), /accept\b/i);
    for (const accept of ['*/*', 'application/json', 'text/html,application/xhtml+xml,*/*;q=0.8']) {
      const reply = await tlab.api.get(path, { query, headers: { accept }, expect: 200 });
      assert.match(String(reply.headers['content-type']), /^application\/json/, accept);
    }
  });

  test('that have not changed are not sent again', async () => {
    const query = { symbol: 'BTCUSDT', limit: 100 };
    const first = await tlab.api.get(path, { query, expect: 200 });
    const headers = { 'if-none-match': String(first.headers.etag) };
    const again = await tlab.api.get(path, { query, headers, expect: 304 });
    assert.equal(again.headers.etag, first.headers.etag);
    await tlab.api.get(path, { query, headers: { ...headers, accept: 'text/csv' }, expect: 200 });
    await tlab.api.get(path, { query: { ...query, format: 'columns' }, headers, expect: 200 });
  });
});

onEachEngine('what cannot be asked of candles', (engine) => {
  const tlab = useServer(() => ({ engine, marketPath: samplePath() }));
  const ask = (query: Json) => tlab.api.get(path, { query: { symbol: 'BTCUSDT', ...query } });

  describe('is refused, naming the parameter and what is allowed', () => {
    const cases: [string, Json, string[], RegExp?][] = [
      ['no symbol', { symbol: undefined }, ['?symbol']],
      ['an empty symbol', { symbol: '' }, ['?symbol']],
      ['an interval that does not exist', { interval: '7h' }, ['?interval'], /1mo/],
      ['an empty interval', { interval: '' }, ['?interval']],
      ['limit 0', { limit: 0 }, ['?limit'], /50000/],
      ['limit -5', { limit: -5 }, ['?limit']],
      ['limit 1.5', { limit: '1.5' }, ['?limit']],
      ['limit with letters', { limit: '10x' }, ['?limit']],
      ['a limit beyond 64 bits', { limit: '99999999999999999999' }, ['?limit']],
      ['an order that does not exist', { order: 'up' }, ['?order'], /asc/],
      ['a format that does not exist', { format: 'xml' }, ['?format'], /columns/],
      ['a time that is none', { from: 'yesterday' }, ['?from']],
      ['a day that is none', { to: '2024-02-30' }, ['?to']],
      ['a time beyond the calendar', { from: '99999999999999' }, ['?from']],
      ['NaN as time', { from: 'NaN' }, ['?from']],
      ['an unknown parameter', { form: 5 }, ['?form']],
      ['several at once', { limit: 0, order: 'up', interval: 'x' }, ['?interval', '?limit', '?order']],
      ['a cursor that is none', { cursor: 'nonsense' }, ['?cursor']],
      ['an indicator that does not exist', { indicators: 'foo:20' }, ['?indicators'], /sma/],
      ['an indicator without its period', { indicators: 'sma' }, ['?indicators']],
      ['an indicator with too many periods', { indicators: 'sma:20:30' }, ['?indicators']],
      ['a period of 0', { indicators: 'sma:0' }, ['?indicators']],
      ['a negative period', { indicators: 'ema:-3' }, ['?indicators']],
      ['a period with a fraction', { indicators: 'rsi:1.5' }, ['?indicators']],
      ['a period that is too long', { indicators: 'sma:10001' }, ['?indicators']],
      ['bands without a width', { indicators: 'bbands:20' }, ['?indicators']],
      ['bands of no width', { indicators: 'bbands:20:0' }, ['?indicators']],
      ['a length where none is taken', { indicators: 'vwap:20' }, ['?indicators'], /takes no parameters/],
      ['an indicator missing between commas', { indicators: 'sma:5,,sma:6' }, ['?indicators']],
      [
        '17 indicators',
        { indicators: Array.from({ length: 17 }, (_, i) => `sma:${i + 2}`).join(',') },
        ['?indicators'],
        /16/,
      ],
    ];
    for (const [what, query, pointers, says] of cases) {
      test(what, async () => {
        const reply = await ask(query);
        assertProblem(reply, 422, 'invalid_input', pointers);
        if (says) assert.match(reply.text, says);
      });
    }
  });

  test('`to` before `from`', async () => {
    const reply = await ask({ from: '2022-02-01', to: '2022-01-01' });
    assertProblem(reply, 422, 'invalid_input');
  });

  test('a parameter twice', async () => {
    assertProblem(await tlab.api.get(`${path}?symbol=BTCUSDT&symbol=ETHUSDT`), 422, 'invalid_input', [
      '?symbol',
    ]);
  });

  test('a cursor of another question', async () => {
    const { json } = await ask({ limit: 5 });
    for (const query of [{ interval: '1h' }, { symbol: 'ETHUSDT' }, { order: 'desc' }]) {
      const reply = await ask({ limit: 5, cursor: json.next_cursor, ...query });
      assert.ok(reply.status === 422 || reply.status === 200, reply.text);
      if (reply.status === 200) assert.ok(reply.json.candles.length <= 5);
    }
  });

  test('a cursor with a byte changed', async () => {
    const cursor: string = (await ask({ limit: 5 })).json.next_cursor;
    for (let i = 0; i < cursor.length; i += 3) {
      const changed = `${cursor.slice(0, i)}${cursor[i] === 'A' ? 'B' : 'A'}${cursor.slice(i + 1)}`;
      const reply = await ask({ limit: 5, cursor: changed });
      assert.ok([200, 422].includes(reply.status), `${changed}: ${reply.text}`);
    }
  });

  test('an unknown symbol is 404, with names that come close', async () => {
    const reply = await ask({ symbol: 'BTCUSD' });
    assertProblem(reply, 404, 'unknown_symbol');
    assert.ok(reply.json.near.includes('BTCUSDT'));
    assert.match(reply.json.detail, /BTCUSD\b/);
    assertProblem(await ask({ symbol: 'ZZZZZZ' }), 404, 'unknown_symbol');
  });

  test('small letters and blanks around are forgiven', async () => {
    const plain = await ask({ symbol: 'ETHUSDT/BTCUSDT', interval: '1h', limit: 5 });
    for (const symbol of ['ethusdt/btcusdt', ' EthUsdt/BtcUsdt '])
      assert.equal((await ask({ symbol, interval: '1h', limit: 5 })).text, plain.text);
  });

  test('a symbol that is an attack is only an unknown name', async () => {
    const attacks = [
      "' OR 1=1 --",
      "BTCUSDT'; DROP TABLE binance_candles; --",
      '%',
      '_',
      '*',
      'BTCUSD_',
      '../file.db',
      "read_csv('/etc/passwd')",
      'ＢＴＣＵＳＤＴ',
      'B\u0422CUSDT',
      "CAT:Layer 1' OR '1'='1",
      'x'.repeat(160),
    ];
    for (const symbol of attacks) {
      const reply = await ask({ symbol });
      assert.ok([404, 422].includes(reply.status), `${symbol}: ${reply.text}`);
    }
    assert.equal((await ask({ limit: 1 })).json.candles.length, 1);
  });

  test('an expression that is none', async () => {
    for (const symbol of [
      '/',
      'BTCUSDT/',
      '/BTCUSDT',
      'BTCUSDT//ETHUSDT',
      'BTCUSDT/ETHUSDT/BTCUSDT',
      'BTCUSDT ETHUSDT',
      'x'.repeat(161),
    ]) {
      const reply = await ask({ symbol });
      assert.equal(reply.status, 422, `${symbol}: ${reply.text}`);
      assert.ok(['invalid_symbol', 'invalid_input'].includes(reply.json.code));
      assert.deepEqual(
        reply.json.errors.map((e: Json) => e.pointer),
        ['?symbol'],
      );
    }
  });

  test('a ratio of what is none names the side at fault', async () => {
    for (const [query, sides] of [
      [{ base: 'BTCUSDT', quote: 'CAT:' }, ['?quote']],
      [{ base: 'A B', quote: 'BTCUSDT' }, ['?base']],
      [{ base: 'BTCUSDT', quote: 'BTCUSDT/ETHUSDT' }, ['?quote']],
      [{ base: 'A B', quote: '/' }, ['?base', '?quote']],
    ] as const)
      assertProblem(await tlab.api.get('/api/v1/ratios', { query }), 422, 'invalid_symbol', [...sides]);
  });

  test('an interval finer than what is stored', async () => {
    const reply = await ask({ symbol: 'ONEUSDT', interval: '1h' });
    assertProblem(reply, 404, 'no_candles');
    assert.match(reply.json.detail, /1d/);
  });
});

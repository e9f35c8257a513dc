// Backtests of a category: asked for, computed, kept, read back; in a workspace and without one.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { binanceCsv, type Candle, epoch, walk } from '../harness/candles.ts';
import { assertClose } from '../harness/compare.ts';
import { EventStream } from '../harness/events.ts';
import { type Api, assertProblem } from '../harness/http.ts';
import type { Json } from '../harness/openapi.ts';
import { allPages, csvNumber, csvRows } from '../harness/pages.ts';
import { categoriesPathOf, makeTempDir, sharedPath } from '../harness/paths.ts';
import { importCandles, revised } from '../harness/revise.ts';
import { cross, enqueue, legacy, local, respondAsync, run, withoutIdentity } from '../harness/runs.ts';
import { categoriesYaml, copySampleMarket, sample } from '../harness/sample.ts';
import { onEachEngine, Server, useServer, withServer } from '../harness/server.ts';
import { tlabOk } from '../harness/tlab.ts';

const route = 'category-relative-momentum';
const path = `${local}/${route}`;
const day = 86400;
const start = epoch('2023-01-01');
const bars = 220;
const letters = [...'ABCDEFGH'].map((letter) => `${letter}${letter}${letter}USDT`);

/** Eight symbols: CCC has gaps, DDD ends early, EEE begins late, FFF becomes another coin at 5,000 times the price. */
function candlesOf(symbol: string, index: number): Candle[] {
  const candles = walk({
    seed: 100 + index,
    start,
    step: day,
    count: bars,
    price: 50 * (index + 1),
    skip: (i) =>
      (symbol === 'CCCUSDT' && i % 9 === 4) ||
      (symbol === 'DDDUSDT' && i >= 150) ||
      (symbol === 'EEEUSDT' && i < 60),
  });
  if (symbol !== 'FFFUSDT') return candles;
  return candles.map((c, i) =>
    i < 100
      ? c
      : { ...c, open: c.open * 5000, high: c.high * 5000, low: c.low * 5000, close: c.close * 5000 },
  );
}

const categories = {
  All: [...letters, 'EUREUR'],
  Lonely: ['AAAUSDT'],
  Elsewhere: ['AAABTC'],
  Empty: ['XYZUSDT'],
};

async function makeMarket(): Promise<string> {
  const dir = makeTempDir('category');
  const market = join(dir, 'market.db');
  for (const [i, symbol] of letters.entries())
    writeFileSync(join(dir, `${symbol}-1d-2023-01.csv`), binanceCsv(candlesOf(symbol, i), day));
  await tlabOk(['import', '--quiet', '--db-path', market, dir]);
  writeFileSync(categoriesPathOf(market), categoriesYaml(categories));
  return market;
}

let made: Promise<string> | undefined;
const marketPath = (): Promise<string> => (made ??= makeMarket());

const all = { category: 'All', long_count: 2, short_count: 2, lookback: 20 };
const read = async (api: Api, id: string, part: string): Promise<Json> =>
  (await api.get(`${local}/${id}/${part}`, { query: { limit: 1000 }, expect: 200 })).json;

onEachEngine('a backtest of a category', (engine) => {
  const tlab = useServer(async () => ({ engine, marketPath: await marketPath() }));

  test('shows its request with all defaults', async () => {
    const reply = await tlab.api.post(path, { category: 'All' }, { expect: 201 });
    assert.equal(reply.headers.location, `${local}/${reply.json.id}`);
    assert.deepEqual(reply.json.request, {
      category: 'All',
      category_set_id: null,
      category_set_version: null,
      symbols: null,
      strategy: 'relative_momentum',
      interval: '1d',
      quote_asset: 'USDT',
      from: null,
      to: null,
      initial_capital: 10000,
      long_count: 5,
      short_count: 5,
      lookback: 30,
      skip: 0,
      rebalance_every: 7,
      weighting: 'equal',
      fee_bps: 10,
      slippage_bps: 0,
      max_gap_factor: 10,
    });
    const { kind, symbol, strategy_id, interval, status } = reply.json;
    assert.deepEqual(
      [kind, symbol, strategy_id, interval, status],
      ['category_momentum', 'CAT:All', 'relative_momentum', '1d', 'completed'],
    );
    const again = await tlab.api.get(`${local}/${reply.json.id}`, { expect: 200 });
    assert.equal(again.text, reply.text);
  });

  test('tells what it read of every symbol', async () => {
    const { data } = await run(tlab.api, all, path);
    assert.deepEqual(
      data.symbols.map((s: Json) => s.symbol),
      letters,
    );
    const count = (symbol: string): number => data.symbols.find((s: Json) => s.symbol === symbol).count;
    assert.deepEqual([count('AAAUSDT'), count('DDDUSDT'), count('EEEUSDT')], [bars, 150, bars - 60]);
    assert.equal(data.count, bars);
    assert.equal(new Set([data.sha256, ...data.symbols.map((s: Json) => s.sha256)]).size, letters.length + 1);
    const { json } = await tlab.api.get(local, { query: { symbol: 'cat:all@usdt', limit: 1 }, expect: 200 });
    assert.equal(json.backtests[0].kind, 'category_momentum');
    assert.equal('symbols' in json.backtests[0].data, false);
    assert.equal(json.backtests[0].attribution, null);
  });

  test('its trades, its attribution and its rebalances add up', async () => {
    const result = await run(tlab.api, { ...all, slippage_bps: 5 }, path);
    const { trades } = await read(tlab.api, result.id, 'trades');
    const { rebalances } = await read(tlab.api, result.id, 'rebalances');
    const sum = (rows: Json[], member: string): number => rows.reduce((total, row) => total + row[member], 0);
    const gain = result.final_equity - 10000;
    assert.ok(Math.abs(sum(trades, 'pnl') - gain) < 1e-6 && Math.abs(sum(result.attribution, 'pnl') - gain) < 1e-6);
    assertClose(sum(trades, 'fees'), result.metrics.fees_paid, 'fees');
    assert.equal(sum(result.attribution, 'trades'), trades.length);
    assert.equal(trades.length, result.metrics.trades + result.metrics.open_trades);
    assert.equal(rebalances.length, Math.floor((bars - 2 - 20) / 7) + 1);
    for (const one of rebalances) {
      assert.equal(one.time - one.decided_at, day);
      assert.equal(one.ranking.length, one.eligible);
      assert.deepEqual([one.longs.length, one.shorts.length], [2, 2]);
      assert.ok(Math.abs(sum(one.weights, 'target')) < 1e-12);
      const scores = one.ranking.map((r: Json) => r.score);
      assert.deepEqual(
        scores,
        [...scores].sort((a, b) => b - a),
      );
      assert.deepEqual(
        one.longs,
        one.ranking
          .slice(0, 2)
          .map((r: Json) => r.symbol)
          .sort(),
      );
    }
  });

  test('breaks and ends of its assets are told, and are no profit', async () => {
    const result = await run(tlab.api, all, path);
    assert.equal(result.warnings.filter((w: string) => /FFFUSDT jumps by a factor of/.test(w)).length, 1);
    const { rebalances } = await read(tlab.api, result.id, 'rebalances');
    const reasons = new Set<string>();
    for (const one of rebalances)
      for (const { symbol, reason } of one.skipped) reasons.add(`${symbol} ${reason}`);
    for (const wanted of ['DDDUSDT no_candle', 'EEEUSDT no_candle', 'EEEUSDT short_history', 'FFFUSDT short_history'])
      assert.ok(reasons.has(wanted), `${wanted} of ${[...reasons].join(', ')}`);
    const held = { category: 'All', long_count: 8, short_count: 0, lookback: 20 };
    const sound = await run(tlab.api, held, path);
    const fooled = await run(tlab.api, { ...held, max_gap_factor: 100000 }, path);
    assert.ok(sound.warnings.some((w: string) => /^DDDUSDT has no candles after 2023-05-30/.test(w)));
    const { trades } = await read(tlab.api, sound.id, 'trades');
    const ended = new Map(trades.map((t: Json) => [t.exit_reason, t.symbol]));
    assert.deepEqual([ended.get('data_ended'), ended.get('series_break')], ['DDDUSDT', 'FFFUSDT']);
    const closed = ', the holding was closed at the close before it';
    const jump = (warnings: string[]): string => warnings.find((w) => /FFFUSDT jumps/.test(w)) ?? '';
    assert.ok(jump(sound.warnings).endsWith(closed), jump(sound.warnings));
    const late = await run(tlab.api, { ...held, lookback: 110 }, path); // the first rebalance comes after the break
    assert.ok(jump(late.warnings).endsWith('another asset under the same name'), jump(late.warnings));
    assert.equal(fooled.warnings.filter((w: string) => /jumps/.test(w)).length, 0);
    assert.ok(sound.final_equity < 30000 && fooled.final_equity > 1000000, `${sound.final_equity} ${fooled.final_equity}`);
  });

  test('is the same to the last byte whatever the order of its symbols', async () => {
    const one = await run(tlab.api, { symbols: letters, long_count: 3, weighting: 'inverse_volatility' }, path);
    const other = await run(
      tlab.api,
      {
        symbols: [...letters].reverse().map((s) => s.toLowerCase()),
        long_count: 3,
        weighting: 'inverse_volatility',
      },
      path,
    );
    assert.deepEqual(withoutIdentity(other), withoutIdentity(one));
    assert.equal(one.symbol, 'SYMBOLS');
    for (const part of ['equity', 'trades', 'rebalances'])
      assert.deepEqual(await read(tlab.api, other.id, part), await read(tlab.api, one.id, part));
  });

  test('a list of symbols is what a category of them is', async () => {
    const named = await run(tlab.api, { ...all, category: null, symbols: letters }, path);
    const category = await run(tlab.api, all, path);
    assert.deepEqual([named.final_equity, named.metrics], [category.final_equity, category.metrics]);
  });

  test('from and to take a part; bars before it let the first bar decide', async () => {
    const from = start + 100 * day;
    const result = await run(tlab.api, { ...all, from, to: from + 50 * day }, path);
    assert.deepEqual([result.bars, result.warmup_bars, result.data.first], [50, 20, from - 20 * day]);
    const { rebalances } = await read(tlab.api, result.id, 'rebalances');
    assert.equal(rebalances[0].decided_at, from);
    const { points } = await read(tlab.api, result.id, 'equity');
    assert.deepEqual([points[0].time, points[0].equity, points[0].benchmark], [from, 10000, 10000]);
    const early = await run(tlab.api, { ...all, from: start + 5 * day }, path);
    assert.equal(early.warmup_bars, 5);
  });

  test('long only and short only use one side', async () => {
    for (const [body, side] of [
      [{ long_count: 3, short_count: 0 }, 'long'],
      [{ long_count: 0, short_count: 3 }, 'short'],
    ] as const) {
      const result = await run(tlab.api, { ...all, ...body, strategy: 'risk_adjusted_momentum' }, path);
      assert.deepEqual([...new Set(result.attribution.map((a: Json) => a.side))], [side]);
      const { rebalances } = await read(tlab.api, result.id, 'rebalances');
      assertClose(
        Math.abs(rebalances[0].weights.reduce((total: number, w: Json) => total + w.target, 0)),
        1,
        'gross',
      );
    }
  });

  test('of one symbol stays flat and says why', async () => {
    const result = await run(tlab.api, { category: 'Lonely' }, path);
    assert.deepEqual([result.final_equity, result.metrics.trades, result.attribution], [10000, 0, []]);
    assert.match(result.warnings.join(), /^nothing was traded: at none of the 27 rebalances were there two symbols/);
    const { rebalances } = await read(tlab.api, result.id, 'rebalances');
    assert.ok(rebalances.every((r: Json) => r.flat_reason === 'fewer_than_two_eligible' && r.eligible === 1));
  });

  test('holds nothing until there are two symbols to rank, and says so', async () => {
    const days = sample('btcDay');
    const marketPath = join(makeTempDir('young-market'), 'market.db');
    await importCandles(marketPath, days, days.candles.slice(0, 400));
    await importCandles(marketPath, { ...days, symbol: 'YOUNGUSDT' }, days.candles.slice(200, 400));
    await withServer({ engine, marketPath }, async (server) => {
      const body = { symbols: ['BTCUSDT', 'YOUNGUSDT'], lookback: 30, rebalance_every: 7 };
      const { id, warnings } = await run(server.api, body, path);
      const { rebalances } = await read(server.api, id, 'rebalances');
      const flat = rebalances.filter((r: Json) => r.flat_reason !== null);
      const first = rebalances.find((r: Json) => r.flat_reason === null);
      const date = new Date(first.decided_at * 1000).toISOString().slice(0, 10);
      assert.deepEqual(warnings, [
        `${flat.length} of ${rebalances.length} rebalances hold nothing: there were not two symbols that could be ranked, as there first were at the close of ${date}`,
      ]);
      assert.ok(flat.length > 20);
    });
  });

  test('its rebalances come page by page and as CSV', async () => {
    const { id } = await run(tlab.api, all, path);
    const whole = await read(tlab.api, id, 'rebalances');
    assert.equal(whole.next_cursor, null);
    const pages = await allPages(tlab.api, `${local}/${id}/rebalances`, { limit: 7 });
    assert.deepEqual(
      pages.flatMap((page) => page.rebalances),
      whole.rebalances,
    );
    const reply = await tlab.api.get(`${local}/${id}/rebalances`, {
      query: { limit: 3 },
      headers: { accept: 'text/csv' },
      expect: 200,
    });
    assert.ok(reply.headers['x-next-cursor']);
    const [head, ...lines] = csvRows(reply.text);
    assert.equal(
      head?.join(','),
      'number,time,decided_at,symbol,rank,score,target_weight,previous_weight,quantity,price,fee,trade_time,reason',
    );
    assert.equal(lines.length, 3 * letters.length);
    for (const line of lines) {
      const one = whole.rebalances[Number(line[0]) - 1];
      const score = one.ranking.find((r: Json) => r.symbol === line[3])?.score ?? null;
      const trade = one.trades.find((t: Json) => t.symbol === line[3]);
      assert.equal(csvNumber(String(line[5])), score);
      assert.equal(csvNumber(String(line[8])), trade?.quantity ?? null);
    }
    const etag = String(reply.headers.etag);
    await tlab.api.get(`${local}/${id}/rebalances`, {
      query: { limit: 3 },
      headers: { accept: 'text/csv', 'if-none-match': etag },
      expect: 304,
    });
    const fault = await tlab.api.get(`${local}/${id}/rebalances`, { query: { limit: 1001, cursor: 'x' } });
    assertProblem(fault, 422, 'invalid_input', ['?limit', '?cursor']);
    assertProblem(await tlab.api.get(`${local}/nope/rebalances`), 404, 'not_found');
  });

  test('a backtest of one series has no rebalances and no attribution', async () => {
    const single = await run(tlab.api, { ...cross, symbol: 'AAAUSDT' });
    assert.equal(single.attribution, null);
    assert.deepEqual(await read(tlab.api, single.id, 'rebalances'), { rebalances: [], next_cursor: null });
  });

  test('every member at fault is named', async () => {
    const faulty = {
      strategy: 'x',
      interval: '7h',
      long_count: -1,
      short_count: 1001,
      lookback: 0,
      skip: 10001,
      rebalance_every: 0,
      fee_bps: -1,
      slippage_bps: 1001,
      max_gap_factor: 1,
      weighting: 'none',
      initial_capital: 0,
      category_set: 'x',
    };
    const reply = await tlab.api.post(path, { category: 'All', ...faulty });
    assertProblem(
      reply,
      422,
      'invalid_input',
      Object.keys(faulty).map((name) => `/${name}`),
    );
    for (const [body, pointers] of [
      [{}, ['/category']],
      [{ category: 'All', symbols: ['AAAUSDT'] }, ['/symbols']],
      [{ symbols: [] }, ['/symbols']],
      [{ symbols: ['AAAUSDT', 5, ''] }, ['/symbols/1', '/symbols/2']],
      [{ symbols: ['AAAUSDT', 'aaausdt'] }, ['/symbols']],
      [{ symbols: ['AAAUSDT'], quote_asset: 'BTC' }, ['/symbols/0']],
      [{ category: 'All', long_count: 0, short_count: 0 }, ['/long_count']],
      [{ category: 'All', lookback: 1, weighting: 'inverse_volatility' }, ['/lookback']],
      [{ category: 'All', lookback: 1, strategy: 'risk_adjusted_momentum' }, ['/lookback']],
      [{ category: 'All', from: 5, to: 5 }, ['/to']],
      [{ category: 'All', tags: ['a', 'a'], name: 'x'.repeat(121) }, ['/tags/1', '/name']],
      [{ category: 7 }, ['/category']],
    ] as const)
      assertProblem(await tlab.api.post(path, body), 422, 'invalid_input', [...pointers]);
  });

  test('the limits themselves are taken', async () => {
    const { request, data } = await run(
      tlab.api,
      {
        category: 'all',
        quote_asset: 'usdt',
        long_count: 1000,
        short_count: 0,
        lookback: 1,
        rebalance_every: 1,
        fee_bps: 0,
        slippage_bps: 0,
        name: 'x'.repeat(120),
        tags: ['a'],
        notes: 'why',
      },
      path,
    );
    assert.equal(request.long_count, 1000);
    assert.deepEqual([request.category, request.quote_asset, data.symbol], ['All', 'USDT', 'CAT:All']);
    const far = await tlab.api.post(path, { category: 'All', lookback: 10000, skip: 10000 });
    assertProblem(far, 422, 'not_enough_candles');
    assert.match(far.json.detail, /20002 bars .* are 220/);
  });

  test('ratios, categories and intervals that are not there are told from symbols', async () => {
    for (const symbol of ['AAAUSDT/BBBUSDT', 'cat:All']) {
      const reply = await tlab.api.post(path, { symbols: ['CCCUSDT', symbol] });
      assertProblem(reply, 422, 'invalid_input', ['/symbols/1']);
      assert.match(reply.json.detail, /takes stored symbols, no ratios or categories$/);
    }
    const minutes = await tlab.api.post(path, { symbols: ['AAAUSDT'], interval: '1m' });
    assertProblem(minutes, 422, 'invalid_input', ['/symbols/0']);
    assert.match(minutes.json.detail, /has no candles of 1m, .*; stored: 1d$/);
  });

  test('what does not exist is answered with 404 and what comes close', async () => {
    const category = await tlab.api.post(path, { category: 'Lonly' });
    assertProblem(category, 404, 'unknown_category');
    assert.ok(category.json.near.includes('Lonely'));
    const symbol = await tlab.api.post(path, { symbols: ['AAAUSDT', 'BBBUSD'] });
    assertProblem(symbol, 404, 'unknown_symbol');
    assert.ok(symbol.json.near.includes('BBBUSDT'));
    assert.match(symbol.json.detail, /^there is no symbol BBBUSD; did you mean BBBUSDT/);
    for (const name of ['Empty', 'Elsewhere'])
      assertProblem(await tlab.api.post(path, { category: name }), 422, 'not_enough_candles');
    const minutes = await tlab.api.post(path, { category: 'All', interval: '1m' });
    assert.match(minutes.json.detail, /no symbol priced in USDT with 1m candles; there are 1d, 3d, 1w, 1mo$/);
    const late = await tlab.api.post(path, { category: 'All', from: start + 400 * day });
    assert.match(late.json.detail, /newest candle .* is of 2023-08-08, before from, 2024-02-05/);
    assertProblem(
      late,
      422,
      'not_enough_candles',
    );
    const { json } = await tlab.api.get(local, { query: { q: 'Lonly' }, expect: 200 });
    assert.deepEqual(json.backtests, []);
  });

  test('is queued where nobody waits, run again, changed and deleted like any other', async () => {
    const body = { ...all, name: 'mine', tags: ['a'], notes: 'n' };
    const queued = await enqueue(tlab.api, body, path);
    const jobs = '/api/v1/workspaces/local-workspace/jobs';
    let job = (await tlab.api.get(`${jobs}/${queued.id}`, { expect: 200 })).json;
    assert.deepEqual([job.kind, job.backtest_id], ['category_backtest', queued.id]);
    while (!['completed', 'failed'].includes(job.status))
      job = (await tlab.api.get(`${jobs}/${queued.id}`, { expect: 200 })).json;
    const first = (await tlab.api.get(`${local}/${queued.id}`, { expect: 200 })).json;
    const again = (await tlab.api.post(`${local}/${queued.id}/rerun`, undefined, { expect: 201 })).json;
    assert.deepEqual(withoutIdentity(again), withoutIdentity(first));
    assertProblem(await tlab.api.post(`${local}/${first.id}/cancel`, undefined), 409, 'already_ended');
    for (const { id } of [first, again]) await tlab.api.delete(`${local}/${id}`, { expect: 204 });
    assertProblem(await tlab.api.get(`${local}/${first.id}/rebalances`), 404, 'not_found');
  });

  test('works without a workspace, too', async () => {
    const there = `${legacy}/${route}`;
    const { id } = await run(tlab.api, all, there);
    const rows = await tlab.api.get(`${legacy}/${id}/rebalances`, { expect: 200 });
    assert.equal(rows.text, (await tlab.api.get(`${local}/${id}/rebalances`)).text);
    const headers = { 'if-none-match': String(rows.headers.etag) };
    await tlab.api.get(`${legacy}/${id}/rebalances`, { headers, expect: 304 });
    assertProblem(await tlab.api.get(`${legacy}/nope/rebalances`), 404, 'not_found');
    assertProblem(await tlab.api.get(`${legacy}/${id}/rebalances?limit=0`), 422, 'invalid_input', ['?limit']);
    assertProblem(await tlab.api.post(there, {}), 422, 'invalid_input', ['/category']);
    assertProblem(await tlab.api.post(there, { category: 'None' }), 404, 'unknown_category');
    await enqueue(tlab.api, all, there);
  });
});

onEachEngine('a backtest of a category that cannot be', (engine) => {
  test('is refused where too many wait', async () => {
    const server = await Server.start({
      engine,
      marketPath: await marketPath(),
      env: { JOB_WORKERS: '0', JOBS_QUEUED_PER_WORKSPACE: '1' },
    });
    try {
      await enqueue(server.api, all, path);
      for (const at of [path, `${legacy}/${route}`])
        assertProblem(await server.api.post(at, all, { headers: respondAsync }), 429, 'too_many_jobs');
    } finally {
      await server.stop();
    }
  });

  test('is refused where there is no market', async () => {
    const server = await Server.start({ engine, marketPath: join(makeTempDir('absent'), 'file.db') });
    try {
      for (const at of [path, `${legacy}/${route}`])
        for (const body of [{ category: 'All' }, { symbols: ['AAAUSDT'] }])
          assertProblem(await server.api.post(at, body), 503, 'market_data_unavailable');
    } finally {
      await server.stop();
    }
  });
});

const golden = sharedPath('golden/golden.json');
const folder = sharedPath('data/raw/spot-daily-2021-2022');
const skip = golden.skip || folder.skip;

let goldenMarket: Promise<string> | undefined;
async function importGolden(): Promise<string> {
  const market = join(makeTempDir('golden-momentum'), 'file.db');
  await tlabOk(['import', '--quiet', '--interval', '1d', '--db-path', market, folder.path], {
    timeoutMs: 120_000,
  });
  return market;
}

onEachEngine('candles that come between two runs', (engine) => {
  test('are read by the second', async () => {
    const marketPath = copySampleMarket();
    const request = { category: 'AI', long_count: 1, short_count: 1, lookback: 10, rebalance_every: 5 };
    const rising = sample('risingDay');
    await withServer({ engine, marketPath }, async (server) => {
      const { api } = server;
      await api.get('/api/v1/symbols', { expect: 200 }); // the market has been looked at by then
      const stream = await EventStream.open(api);
      const { data_version } = (await stream.find('the beginning', () => true)).data;
      const [first, again] = [await run(api, request, path), await run(api, request, path)];
      assert.deepEqual(again.data, first.data);
      assert.equal(again.final_equity, first.final_equity);
      await importCandles(marketPath, rising, rising.candles.map((c, i) => (i % 2 ? c : revised(c))));
      await stream.find('the candles', (e) => e.type === 'candles' && e.data.data_version !== data_version);
      stream.close();
      const last = await run(api, request, path);
      const digests = ({ data }: Json): Json =>
        Object.fromEntries(data.symbols.map((s: Json) => [s.symbol, s.sha256]));
      const { [rising.symbol]: before, ...others } = digests(first);
      const { [rising.symbol]: after, ...same } = digests(last);
      assert.notEqual(after, before);
      assert.deepEqual(same, others);
      assert.notEqual(last.metrics.volatility, first.metrics.volatility);
      await server.stop();
      const next = await server.startAgain({ marketPath }); // which has seen nothing but the new ones
      const anew = await run(next.api, request, path);
      assert.deepEqual([anew.data, anew.metrics], [last.data, last.metrics]);
      await next.stop();
    });
  });
});

onEachEngine('golden results of momentum', (engine) => {
  if (skip) {
    test('of both cases', { skip }, () => {});
    return;
  }
  const cases: [string, Json][] = Object.entries<Json>(JSON.parse(readFileSync(golden.path, 'utf8'))).filter(
    ([name]) => name.startsWith('momentum'),
  );
  const tlab = useServer(async () => ({ engine, marketPath: await (goldenMarket ??= importGolden()) }));

  test('has both cases', () => assert.equal(cases.length, 2));

  for (const [name, { request, expect }] of cases) {
    test(name, async () => {
      const { members, ...rest } = request;
      const result = await run(tlab.api, { ...rest, symbols: members }, path);
      const { rebalances } = await read(tlab.api, result.id, 'rebalances');
      const sides = ({ time, longs, shorts }: Json): Json => ({ time, longs, shorts });
      assert.deepEqual(
        {
          bars: result.bars,
          first: result.data.first,
          last: result.data.last,
          symbols: result.data.symbols.length,
          rebalances: rebalances.length,
          first_rebalance: sides(rebalances[0]),
          last_rebalance: sides(rebalances.at(-1)),
        },
        {
          bars: expect.bars,
          first: expect.first,
          last: expect.last,
          symbols: expect.symbols,
          rebalances: expect.rebalances,
          first_rebalance: expect.first_rebalance,
          last_rebalance: expect.last_rebalance,
        },
      );
      assertClose(result.final_equity, expect.final_equity, 'final_equity');
      for (const metric of ['fees_paid', 'turnover']) assertClose(result.metrics[metric], expect[metric], metric);
      for (const [metric, value] of Object.entries<number>(expect.metrics))
        assertClose(result.metrics[metric], value, metric);
    });
  }
});

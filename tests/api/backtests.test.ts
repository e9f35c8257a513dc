// Backtests: asked for, computed, kept, listed, read back page by page, deleted; in a workspace and without one.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { type Candle, epoch, ratio, resample } from '../harness/candles.ts';
import { assertClose, assertColumnClose } from '../harness/compare.ts';
import { type Api, assertProblem, type Reply } from '../harness/http.ts';
import type { Json } from '../harness/openapi.ts';
import { makeTempDir } from '../harness/paths.ts';
import { makeMarket } from '../harness/revise.ts';
import { cross, hold, legacy, local, run, withoutIdentity } from '../harness/runs.ts';
import { sample, samplePath } from '../harness/sample.ts';
import { onEachEngine, Server, useServer, withServer } from '../harness/server.ts';
import { crossSignals, defaultRules, drawdowns, excursions, figures, type Rules, simulate } from '../harness/simulate.ts';
import { tlabOk } from '../harness/tlab.ts';

const points = async (api: Api, id: string): Promise<Json[]> =>
  (await api.get(`${local}/${id}/equity`, { query: { limit: 50_000 }, expect: 200 })).json.points;
const trades = async (api: Api, id: string): Promise<Json[]> =>
  (await api.get(`${local}/${id}/trades`, { query: { limit: 50_000 }, expect: 200 })).json.trades;

onEachEngine('strategies', (engine) => {
  const tlab = useServer(() => ({ engine, marketPath: samplePath() }));

  test('are listed with parameters that a form can be made of', async () => {
    const { json } = await tlab.api.get('/api/v1/strategies', { expect: 200 });
    assert.deepEqual(json.strategies.map((s: Json) => s.id).sort(), [
      'bollinger_reversion',
      'buy_and_hold',
      'donchian_breakout',
      'ma_cross',
      'macd_cross',
      'momentum',
      'rsi_reversion',
      'supertrend',
    ]);
    const parameters = json.strategies.find((s: Json) => s.id === 'ma_cross').parameters.properties;
    assert.deepEqual(Object.keys(parameters), ['fast', 'slow', 'kind']);
    assert.deepEqual([parameters.fast.type, parameters.fast.default], ['integer', 20]);
    assert.deepEqual([parameters.slow.type, parameters.slow.default], ['integer', 50]);
    assert.deepEqual(
      [parameters.kind.type, parameters.kind.default, parameters.kind.enum],
      ['string', 'sma', ['sma', 'ema']],
    );
    assert.ok(parameters.fast.minimum >= 1 && parameters.fast.maximum > 200);
    assert.deepEqual(json.strategies.find((s: Json) => s.id === 'buy_and_hold').parameters.properties, {});
  });

  test('are read one by one', async () => {
    const { json } = await tlab.api.get('/api/v1/strategies', { expect: 200 });
    for (const strategy of json.strategies) {
      const one = await tlab.api.get(`/api/v1/strategies/${strategy.id}`, { expect: 200 });
      assert.deepEqual(one.json, strategy);
    }
    for (const id of ['nope', 'MA_CROSS', 'ma_cross%00x', '%27']) {
      const reply = await tlab.api.get(`/api/v1/strategies/${id}`);
      assert.ok([400, 404].includes(reply.status), reply.text);
    }
    const unknown = await tlab.api.get('/api/v1/strategies/ma_cros');
    assertProblem(unknown, 404, 'unknown_strategy');
    assert.ok(unknown.json.near.includes('ma_cross'));
  });
});

onEachEngine('a backtest', (engine) => {
  const tlab = useServer(() => ({ engine, marketPath: samplePath() }));

  test('of the guide is answered completed, at its own address', async () => {
    const body = { ...cross, interval: '1d', from: 1704067200, to: 1735689600, initial_capital: 10000 };
    const reply = await tlab.api.post(local, body, { expect: 201 });
    assert.equal(reply.json.status, 'completed');
    assert.equal(reply.headers.location, `${local}/${reply.json.id}`);
    const read = await tlab.api.get(String(reply.headers.location), { expect: 200 });
    assert.equal(read.text, reply.text);
    assert.equal(read.headers.etag, reply.headers.etag);
    await tlab.api.get(String(reply.headers.location), {
      headers: { 'if-none-match': String(read.headers.etag) },
      expect: 304,
    });
    assert.equal(reply.json.bars, 366);
    assert.equal(reply.json.data.last, 1735603200);
    assert.equal(reply.json.created_by, 'local-user');
    assert.equal(reply.json.workspace_id, 'local-workspace');
    assert.ok(
      reply.json.created_at <= reply.json.started_at && reply.json.started_at <= reply.json.finished_at,
    );
  });

  test('shows the request with every default written out', async () => {
    const { request, name, tags, notes } = await run(tlab.api, cross);
    assert.deepEqual(request, {
      strategy_id: 'ma_cross',
      symbol: 'BTCUSDT',
      category_set_id: null,
      category_set_version: null,
      interval: '1d',
      from: null,
      to: null,
      initial_capital: 10000,
      params: { fast: 20, slow: 50, kind: 'sma' },
      fee_bps: 10,
      slippage_bps: 0,
      position_fraction: 1,
      allow_short: false,
      execution: 'next_open',
      max_gap_factor: 10,
      stop_loss_pct: null,
      take_profit_pct: null,
      trailing_stop_pct: null,
    });
    assert.deepEqual([name, tags, notes], [null, [], null]);
    const odd = {
      interval: '4h',
      from: epoch('2024-02-01'),
      to: epoch('2024-03-01'),
      initial_capital: 0.5,
      params: { slow: 30 },
      fee_bps: 7.5,
      slippage_bps: 2.25,
      position_fraction: 0.3,
      allow_short: true,
      execution: 'close',
      max_gap_factor: 3,
      stop_loss_pct: 5,
      take_profit_pct: 12.5,
      trailing_stop_pct: 250,
    };
    const second = (await run(tlab.api, { ...cross, ...odd })).request;
    const file = { category_set_id: null, category_set_version: null };
    assert.deepEqual(second, { ...cross, ...file, ...odd, params: { fast: 20, slow: 30, kind: 'sma' } });
  });

  test('takes null for what is optional, as if it were left out', async () => {
    const empty = {
      interval: null,
      from: null,
      to: null,
      initial_capital: null,
      params: null,
      fee_bps: null,
      allow_short: null,
      execution: null,
      stop_loss_pct: null,
      take_profit_pct: null,
      trailing_stop_pct: null,
      name: null,
      tags: null,
      notes: null,
    };
    assert.deepEqual(
      (await run(tlab.api, { ...cross, ...empty })).request,
      (await run(tlab.api, cross)).request,
    );
  });

  test('keeps name, tags and notes to the letter', async () => {
    const words = {
      name: '研究 <b>"1"</b> 🚀',
      tags: ['trend', 'β'],
      notes: 'line one\nline two\ttabbed; DROP TABLE backtests; --',
    };
    const made = await run(tlab.api, { ...cross, ...words });
    const read = (await tlab.api.get(`${local}/${made.id}`, { expect: 200 })).json;
    assert.deepEqual({ name: read.name, tags: read.tags, notes: read.notes }, words);
  });

  test('names the candles that it read, and their fingerprint', async () => {
    const all = sample('btcDay').candles;
    const from = epoch('2022-01-01');
    const first = all.findIndex((c) => c.time === from);
    const made = await run(tlab.api, { ...cross, from });
    const needed = made.warmup_bars;
    assert.ok(needed >= 49 && needed <= 51, `ma_cross 20/50 warms up with about 50 bars, not ${needed}`);
    const read = all.slice(first - needed);
    assert.equal(made.bars, all.length - first);
    assert.deepEqual(made.data, {
      symbol: 'BTCUSDT',
      interval: '1d',
      first: read[0]?.time,
      last: read.at(-1)?.time,
      count: read.length,
      sha256: fingerprint(read),
      resampled_from: null,
      check_bars: 1,
    });
    const early = await run(tlab.api, { ...cross, from: all[10]?.time });
    assert.equal(early.warmup_bars, 10);
    assert.equal((await run(tlab.api, cross)).warmup_bars, 0);
  });

  test('run twice gives the same, to the last byte', async () => {
    const results = [];
    for (let i = 0; i < 2; i++) {
      const made = await run(tlab.api, { ...cross, params: { fast: 5, slow: 20 }, allow_short: true });
      const result = withoutIdentity(made);
      const equity = await tlab.api.get(`${local}/${made.id}/equity`, {
        query: { limit: 50_000 },
        expect: 200,
      });
      const list = await tlab.api.get(`${local}/${made.id}/trades`, {
        query: { limit: 50_000 },
        expect: 200,
      });
      results.push({ result, equity: equity.text, trades: list.text });
    }
    assert.deepEqual(results[0], results[1]);
  });

  test('sixteen at once are all computed, all the same', async () => {
    const made = await Promise.all(
      Array.from({ length: 16 }, () => run(tlab.api, { ...cross, interval: '1h' })),
    );
    assert.equal(new Set(made.map((b) => b.id)).size, 16);
    assert.equal(new Set(made.map((b) => JSON.stringify(b.metrics))).size, 1);
  });
});

function fingerprint(candles: Candle[]): string {
  const columns = (['open', 'high', 'low', 'close', 'volume'] as const).map((name) =>
    Float64Array.from(candles, (c) => c[name]),
  );
  const times = BigInt64Array.from(candles, (c) => BigInt(c.time));
  const hash = createHash('sha256');
  for (const column of [times, ...columns]) hash.update(Buffer.from(column.buffer));
  return hash.digest('hex');
}

onEachEngine('the result of a backtest', (engine) => {
  const tlab = useServer(() => ({ engine, marketPath: samplePath() }));

  const hours = () => sample('btcHour').candles;
  const cases: [string, Json, () => Candle[], Partial<Rules>, number][] = [
    ['by default', {}, () => sample('btcDay').candles, {}, 365],
    ['with shorts', { allow_short: true }, () => sample('btcDay').candles, { allowShort: true }, 365],
    ['without fees', { fee_bps: 0 }, () => sample('btcDay').candles, { feeBps: 0 }, 365],
    ['with slippage', { slippage_bps: 25 }, () => sample('btcDay').candles, { slippageBps: 25 }, 365],
    [
      'with a third of the equity',
      { position_fraction: 0.33, initial_capital: 777.7 },
      () => sample('btcDay').candles,
      { fraction: 0.33, capital: 777.7 },
      365,
    ],
    [
      'filled at the close',
      { execution: 'close' },
      () => sample('btcDay').candles,
      { execution: 'close' },
      365,
    ],
    ['with a stop loss', { stop_loss_pct: 3 }, () => sample('btcDay').candles, { stopLoss: 3 }, 365],
    [
      'with a target, short, filled at the close',
      { take_profit_pct: 4, allow_short: true, execution: 'close' },
      () => sample('btcDay').candles,
      { takeProfit: 4, allowShort: true, execution: 'close' },
      365,
    ],
    [
      'with every stop, short, with slippage',
      { stop_loss_pct: 4, take_profit_pct: 6, trailing_stop_pct: 3, allow_short: true, slippage_bps: 9 },
      () => sample('btcDay').candles,
      { stopLoss: 4, takeProfit: 6, trailingStop: 3, allowShort: true, slippageBps: 9 },
      365,
    ],
    [
      'with a trailing stop, of hours',
      { interval: '1h', trailing_stop_pct: 1 },
      hours,
      { trailingStop: 1 },
      8760,
    ],
    [
      'of hours, short, with everything',
      { interval: '1h', allow_short: true, slippage_bps: 3, fee_bps: 7.5, position_fraction: 0.8 },
      hours,
      { allowShort: true, slippageBps: 3, feeBps: 7.5, fraction: 0.8 },
      8760,
    ],
    [
      'of resampled bars',
      { interval: '4h', allow_short: true },
      () => resample(hours(), 14_400),
      { allowShort: true },
      2190,
    ],
    [
      'of a ratio',
      { symbol: 'ETHUSDT/BTCUSDT', interval: '1h', allow_short: true },
      () => ratio(sample('ethHour').candles, hours()),
      { allowShort: true },
      8760,
    ],
  ];

  describe('is what a second engine gets', () => {
    for (const kind of ['sma', 'ema'] as const) {
      for (const [what, body, candles, changes, periods] of cases) {
        test(`${what} (${kind})`, async () => {
          const rules = { ...defaultRules, ...changes };
          const expected = simulate(candles(), crossSignals(candles(), 5, 20, kind), rules);
          const made = await run(tlab.api, { ...cross, params: { fast: 5, slow: 20, kind }, ...body });
          const curve = await points(tlab.api, made.id);
          assert.deepEqual(
            curve.map((p) => p.time),
            candles().map((c) => c.time),
          );
          assertColumnClose(
            curve.map((p) => p.equity),
            expected.equity,
            'equity',
          );
          assertColumnClose(
            curve.map((p) => p.drawdown),
            drawdowns(expected.equity),
            'drawdown',
            1e-7,
          );
          const list = await trades(tlab.api, made.id);
          assert.ok(list.length > 10);
          assert.deepEqual(
            list.map((t) => [t.number, t.side, t.entry_time, t.exit_time]),
            expected.trades.map((t, i) => [i + 1, t.side, t.entryTime, t.exitTime]),
          );
          const kinds: Json = { signal: 'order', reversal: 'order', end_of_data: null };
          assert.deepEqual(
            list.map((t) => (t.exit_reason in kinds ? kinds[t.exit_reason] : t.exit_reason)),
            expected.trades.map((t) => t.exit),
          );
          for (const name of ['quantity', 'fees', 'pnl'] as const)
            assertColumnClose(
              list.map((t) => t[name]),
              expected.trades.map((t) => t[name]),
              name,
            );
          assertColumnClose(
            list.map((t) => t.entry_price),
            expected.trades.map((t) => t.entryPrice),
            'entry_price',
          );
          assertColumnClose(
            list.map((t) => t.exit_price),
            expected.trades.map((t) => t.exitPrice),
            'exit_price',
          );
          for (const [i, name] of (['mae_pct', 'mfe_pct'] as const).entries())
            assertColumnClose(
              list.map((t) => t[name]),
              list.map((t) => excursions(candles(), t, rules.execution)[i] as number),
              name,
            );
          assertClose(made.metrics.fees_paid, expected.fees, 'fees_paid');
          for (const [name, value] of Object.entries(figures(expected.equity, rules.capital, periods)))
            assertClose(made.metrics[name], value, name, 1e-8);
        });
      }
    }
  });

  test('says which stop ended a trade, as CSV too, and buys nothing again on a signal it has held since', async () => {
    const held = await run(tlab.api, { ...hold, symbol: 'BTCUSDT', trailing_stop_pct: 10 });
    const list = await trades(tlab.api, held.id);
    assert.deepEqual(
      list.map((t) => t.exit_reason),
      ['trailing_stop'],
    );
    const { text } = await tlab.api.get(`${local}/${held.id}/trades`, {
      headers: { accept: 'text/csv' },
      expect: 200,
    });
    assert.match(text, /,trailing_stop,/);
    assert.equal(held.metrics.open_trades, 0);
    const seen = new Set<string>();
    for (const stops of [{ stop_loss_pct: 2 }, { take_profit_pct: 2 }]) {
      const made = await run(tlab.api, { ...cross, params: { fast: 5, slow: 20 }, ...stops });
      for (const trade of await trades(tlab.api, made.id)) seen.add(trade.exit_reason);
    }
    assert.ok(seen.has('stop_loss') && seen.has('take_profit'), [...seen].join());
  });

  test('counts closed trades, and the open one apart', async () => {
    const made = await run(tlab.api, { ...cross, params: { fast: 5, slow: 20 }, allow_short: true });
    const list = await trades(tlab.api, made.id);
    const closed = list.filter((t) => t.exit_time !== null);
    const { metrics } = made;
    assert.equal(metrics.trades, closed.length);
    assert.equal(metrics.open_trades, list.length - closed.length);
    const wins = closed.filter((t) => t.pnl > 0).map((t) => t.pnl);
    const losses = closed.filter((t) => t.pnl < 0).map((t) => t.pnl);
    const sum = (values: number[]): number => values.reduce((a, b) => a + b, 0);
    assertClose(metrics.win_rate, wins.length / closed.length, 'win_rate');
    assertClose(metrics.profit_factor, sum(wins) / -sum(losses), 'profit_factor');
    assertClose(
      metrics.payoff_ratio,
      sum(wins) / wins.length / (-sum(losses) / losses.length),
      'payoff_ratio',
    );
    assertClose(
      sum(list.map((t) => t.pnl)),
      made.final_equity - 10_000,
      'the pnl of all trades is what became of the capital',
      1e-8,
    );
    for (const trade of list) {
      assertClose(trade.return_pct, (trade.pnl / (trade.quantity * trade.entry_price)) * 100, 'return_pct');
      assert.equal(trade.symbol, 'BTCUSDT');
    }
    assert.equal(made.final_equity, (await points(tlab.api, made.id)).at(-1)?.equity);
  });

  test('compounds its months to its return', async () => {
    const made = await run(tlab.api, { ...cross, params: { fast: 5, slow: 20 } });
    const months: Json[] = made.metrics.monthly_returns;
    assertClose(
      months.reduce((product, m) => product * (1 + m.return), 1),
      made.final_equity / 10_000,
      'months',
    );
    const first = new Date((sample('btcDay').candles[0] as Candle).time * 1000);
    assert.deepEqual([months[0].year, months[0].month], [first.getUTCFullYear(), first.getUTCMonth() + 1]);
    const keys = months.map((m) => m.year * 12 + m.month);
    assert.deepEqual(
      keys,
      keys.map((_, i) => (keys[0] as number) + i),
    );
  });

  test('of buying and holding is one trade that stays open', async () => {
    const made = await run(tlab.api, hold);
    const candles = sample('risingDay').candles;
    const [trade, ...more] = await trades(tlab.api, made.id);
    assert.deepEqual(more, []);
    assert.equal(trade.side, 'long');
    assert.deepEqual([trade.exit_time, trade.exit_price, trade.exit_reason], [null, null, 'end_of_data']);
    const open = candles[1]?.open as number;
    assert.equal(trade.entry_time, candles[1]?.time);
    assert.equal(trade.entry_price, open);
    assertClose(trade.quantity, 10_000 / (open * 1.001), 'quantity');
    assertClose(made.final_equity, trade.quantity * (candles.at(-1) as Candle).close, 'final_equity');
    assertClose(trade.pnl, made.final_equity - 10_000, 'pnl');
    assert.deepEqual([made.metrics.trades, made.metrics.open_trades], [0, 1]);
    for (const name of [
      'win_rate',
      'profit_factor',
      'expectancy',
      'payoff_ratio',
      'best_trade',
      'worst_trade',
      'sqn',
      'kelly',
    ])
      assert.equal(made.metrics[name], null, name);
    const curve = await points(tlab.api, made.id);
    assert.equal(curve[0].equity, 10_000);
    assert.equal(curve[0].benchmark, 10_000);
    const closes = candles.map((c) => (10_000 * c.close) / (candles[0] as Candle).close);
    assertColumnClose(
      curve.map((p) => p.benchmark),
      closes,
      'benchmark',
    );
  });

  test('of a price that never moves has no figures that would need it to', async () => {
    const made = await run(tlab.api, { ...cross, symbol: 'FLATUSDT' });
    assert.equal(made.final_equity, 10_000);
    assert.deepEqual(await trades(tlab.api, made.id), []);
    assert.equal(made.metrics.total_return, 0);
    assert.equal(made.metrics.max_drawdown, 0);
    assert.equal(made.metrics.fees_paid, 0);
    for (const name of ['sharpe', 'sortino', 'calmar', 'win_rate', 'skew', 'kurtosis', 'beta'])
      assert.equal(made.metrics[name], null, name);
  });
});

onEachEngine('what cannot be asked of a backtest', (engine) => {
  const tlab = useServer(() => ({ engine, marketPath: samplePath() }));
  const ask = (body: Json, path = local): Promise<Reply> => tlab.api.post(path, body);

  describe('is refused, naming the members', () => {
    const cases: [string, Json, string[]][] = [
      ['nothing', {}, ['/strategy_id', '/symbol']],
      ['no symbol', { strategy_id: 'ma_cross' }, ['/symbol']],
      ['an empty symbol', { ...cross, symbol: '' }, ['/symbol']],
      ['a symbol that is a number', { ...cross, symbol: 5 }, ['/symbol']],
      ['a symbol list', { ...cross, symbol: ['BTCUSDT'] }, ['/symbol']],
      ['an unknown member', { ...cross, leverage: 5 }, ['/leverage']],
      [
        'members of the result',
        { ...cross, id: 'x', status: 'completed', workspace_id: 'y' },
        ['/id', '/status', '/workspace_id'],
      ],
      ['a member with a slash', { ...cross, 'a/b~c': 1 }, ['/a~1b~0c']],
      ['an interval that does not exist', { ...cross, interval: '7h' }, ['/interval']],
      ['an interval that is a number', { ...cross, interval: 1 }, ['/interval']],
      ['times as text', { ...cross, from: '2024-01-01', to: '2025-01-01' }, ['/from', '/to']],
      ['times with a fraction', { ...cross, from: 0.5 }, ['/from']],
      ['a time beyond the calendar', { ...cross, to: 1e15 }, ['/to']],
      ['no capital', { ...cross, initial_capital: 0 }, ['/initial_capital']],
      ['negative capital', { ...cross, initial_capital: -1 }, ['/initial_capital']],
      ['too much capital', { ...cross, initial_capital: 1e16 }, ['/initial_capital']],
      ['capital as text', { ...cross, initial_capital: '10000' }, ['/initial_capital']],
      ['a negative fee', { ...cross, fee_bps: -0.001 }, ['/fee_bps']],
      ['a fee over 10 %', { ...cross, fee_bps: 1000.1 }, ['/fee_bps']],
      ['negative slippage', { ...cross, slippage_bps: -1 }, ['/slippage_bps']],
      ['slippage over 10 %', { ...cross, slippage_bps: 1001 }, ['/slippage_bps']],
      ['no position', { ...cross, position_fraction: 0 }, ['/position_fraction']],
      ['more than everything', { ...cross, position_fraction: 1.0001 }, ['/position_fraction']],
      ['allow_short as number', { ...cross, allow_short: 1 }, ['/allow_short']],
      ['another execution', { ...cross, execution: 'vwap' }, ['/execution']],
      ['a gap factor of 1', { ...cross, max_gap_factor: 1 }, ['/max_gap_factor']],
      ['no distance to the stop', { ...cross, stop_loss_pct: 0 }, ['/stop_loss_pct']],
      ['a stop at nothing', { ...cross, stop_loss_pct: 100 }, ['/stop_loss_pct']],
      ['a stop as text', { ...cross, stop_loss_pct: '5' }, ['/stop_loss_pct']],
      [
        'stops behind the entry',
        { ...cross, take_profit_pct: -1, trailing_stop_pct: 0 },
        ['/take_profit_pct', '/trailing_stop_pct'],
      ],
      [
        'targets out of this world',
        { ...cross, take_profit_pct: 1e6 + 1, trailing_stop_pct: 1e7 },
        ['/take_profit_pct', '/trailing_stop_pct'],
      ],
      ['params as array', { ...cross, params: [20, 50] }, ['/params']],
      ['an unknown parameter', { ...cross, params: { fsat: 10 } }, ['/params/fsat']],
      [
        'several bad parameters',
        { ...cross, params: { fast: '10', slow: 0, kind: 'wma' } },
        ['/params/fast', '/params/kind', '/params/slow'],
      ],
      ['a parameter with a fraction', { ...cross, params: { fast: 10.5 } }, ['/params/fast']],
      ['a parameter for a strategy without any', { ...hold, params: { fast: 10 } }, ['/params/fast']],
      ['an empty name', { ...cross, name: '' }, ['/name']],
      ['a name of blanks', { ...cross, name: ' \t ' }, ['/name']],
      ['a name with a line break', { ...cross, name: 'one\ntwo' }, ['/name']],
      ['a name that turns letters around', { ...cross, name: 'a\u202eb' }, ['/name']],
      ['a name that is too long', { ...cross, name: 'x'.repeat(121) }, ['/name']],
      ['tags as text', { ...cross, tags: 'x' }, ['/tags']],
      ['21 tags', { ...cross, tags: Array.from({ length: 21 }, (_, i) => `t${i}`) }, ['/tags']],
      ['a tag that is a number', { ...cross, tags: ['x', 5] }, ['/tags/1']],
      ['an empty tag', { ...cross, tags: [''] }, ['/tags/0']],
      ['a tag that is too long', { ...cross, tags: ['x'.repeat(41)] }, ['/tags/0']],
      ['notes that are too long', { ...cross, notes: 'x'.repeat(16_385) }, ['/notes']],
      ['an array', [cross], ['']],
    ];
    for (const [what, body, pointers] of cases) {
      test(what, async () => {
        assertProblem(await ask(body), 422, 'invalid_input', pointers);
        assertProblem(await ask(body, legacy), 422, 'invalid_input', pointers);
      });
    }
  });

  test('milliseconds, with the whole bounds of what is meant', async () => {
    for (const [body, path] of [[cross, local], [{ category: 'All' }, `${local}/category-relative-momentum`]] as const) {
      const reply = await tlab.api.post(path, { ...body, from: 1_600_000_000_000 });
      assertProblem(reply, 422, 'invalid_input', ['/from']);
      assert.match(
        reply.json.errors[0].detail,
        /at least -62135596800 and at most 253402300799; times are seconds since 1970, not milliseconds$/,
      );
    }
    const capital = await ask({ ...cross, fee_bps: 1001 });
    assert.match(capital.json.errors[0].detail, /must be at least 0 and at most 1000$/);
  });

  test('a fast average that is slower than the slow one', async () => {
    for (const params of [{ fast: 50, slow: 20 }, { fast: 20, slow: 20 }, { fast: 60 }]) {
      const reply = await ask({ ...cross, params });
      assertProblem(reply, 422, 'invalid_input');
      assert.ok(
        reply.json.errors.every((e: Json) => /^\/params\/(fast|slow)$/.test(e.pointer)),
        reply.text,
      );
    }
  });

  test('the same tag twice', async () => {
    const reply = await ask({ ...cross, tags: ['a', 'a'] });
    if (reply.status === 201) assert.deepEqual(reply.json.tags, ['a']);
    else assertProblem(reply, 422, 'invalid_input');
  });

  test('an end before its beginning', async () => {
    for (const to of [1704067200, 1704067199]) {
      const reply = await ask({ ...cross, from: 1704067200, to });
      assert.equal(reply.status, 422, reply.text);
    }
  });

  test('a strategy or a symbol that does not exist: 404 with names that do', async () => {
    const strategy = await ask({ ...cross, strategy_id: 'ma_cros' });
    assertProblem(strategy, 404, 'unknown_strategy');
    assert.ok(strategy.json.near.includes('ma_cross'));
    const symbol = await ask({ ...cross, symbol: 'BTCUSD' });
    assertProblem(symbol, 404, 'unknown_symbol');
    assert.ok(symbol.json.near.includes('BTCUSDT'));
    assertProblem(await ask({ ...cross, symbol: 'ETHUSDT/NOPE' }), 404, 'unknown_symbol');
    assertProblem(await ask({ ...cross, symbol: 'ONEUSDT', interval: '1h' }), 404, 'no_candles');
    assert.equal((await ask({ ...cross, symbol: 'A/B/C' })).status, 422);
  });

  test('fewer candles than the strategy needs: 422 with the counts', async () => {
    const reply = await ask({ ...cross, symbol: 'SHORTBTC' });
    assertProblem(reply, 422, 'not_enough_candles');
    assert.match(reply.json.detail, /40/);
    assertProblem(await ask({ ...hold, symbol: 'ONEUSDT' }), 422, 'not_enough_candles');
    assertProblem(await ask({ ...cross, from: epoch('2040-01-01') }), 422, 'not_enough_candles');
    assertProblem(await ask({ ...cross, to: epoch('2000-01-01') }), 422, 'not_enough_candles');
  });

  test('leaves nothing behind', async () => {
    assert.deepEqual(
      (await tlab.api.get(local, { expect: 200 })).json.backtests.filter((b: Json) => b.tags.length === 0),
      [],
    );
  });

  test('the bounds themselves are taken', async () => {
    const bounds = {
      initial_capital: 1e15,
      fee_bps: 1000,
      slippage_bps: 1000,
      position_fraction: 1,
      max_gap_factor: 1e6,
      stop_loss_pct: 99.999,
      take_profit_pct: 1e6,
      trailing_stop_pct: 1e6,
      name: 'x'.repeat(120),
      notes: 'y'.repeat(16_384),
      tags: Array.from({ length: 20 }, (_, i) => `${i}`.padEnd(40, 'z')),
    };
    const made = await run(tlab.api, { ...cross, ...bounds });
    assert.ok(Number.isFinite(made.final_equity));
    const small = await run(tlab.api, {
      ...cross,
      initial_capital: 1e-9,
      position_fraction: 1e-9,
      fee_bps: 0,
    });
    assert.ok(Number.isFinite(small.final_equity));
  });
});

onEachEngine('numbers that overflow', (engine) => {
  test('end the run, and not the server', async () => {
    const dir = makeTempDir('tiny');
    const marketPath = join(makeTempDir('tiny-market'), 'market.db');
    const days = Array.from({ length: 60 }, (_, i) => `${(epoch('2024-01-01') + i * 86_400) * 1000}`);
    const lines = days.map((time) => `${time},1e-300,1e-300,1e-300,1e-300,1\n`);
    writeFileSync(join(dir, 'TINYUSDT-1d-2024-01.csv'), lines.join(''));
    await tlabOk(['import', '--quiet', '--db-path', marketPath, dir]);
    const server = await Server.start({ engine, marketPath });
    try {
      // a quantity of 1e315 is none, and neither is what becomes of it
      const body = { strategy_id: 'buy_and_hold', symbol: 'TINYUSDT', initial_capital: 1e15 };
      const reply = await server.api.post(legacy, body, { timeoutMs: 8000 });
      assert.ok(reply.status < 500, reply.text);
      assert.equal(reply.json.status, 'failed', reply.text);
      assert.equal(reply.json.error.code, 'out_of_range', reply.text);
      assert.match(reply.json.error.detail, /2024-01-0/, 'it says where');
      const many = await server.api.post(`${local}/sweeps`, { ...body, fee_bps: [0, 10] }, { expect: 201 });
      assert.equal(many.json.error.code, 'no_valid_combination', many.text);
      assert.match(many.json.error.detail, /^none of the 2 combinations can be run: .* 2024-01-0/);
      await server.stop();
    } finally {
      await server.kill();
    }
  });
});

onEachEngine('a backtest over candles that are missing', (engine) => {
  const days = sample('btcDay');
  const warned = async (from: number, to: number): Promise<string[]> => {
    const candles = days.candles.slice(0, 400).filter((_, bar) => bar < from || bar >= to);
    const market = { engine, marketPath: await makeMarket(days, candles) };
    let warnings: string[] = [];
    await withServer(market, async (server) => {
      ({ warnings } = await run(server.api, cross));
    });
    return warnings;
  };

  test('says how many and where, if it shows', async () => {
    const day = (bar: number): string => new Date((days.candles[bar] as Candle).time * 1000).toISOString().slice(0, 10);
    const [warning, ...more] = await warned(200, 260);
    assert.deepEqual(more, []);
    assert.match(String(warning), /^60 bars have no candle, 60 of them from /);
    assert.ok(String(warning).includes(`from ${day(200)} to ${day(260)}`), warning);
  });

  test('says nothing of few', async () => assert.deepEqual(await warned(200, 203), []));
});

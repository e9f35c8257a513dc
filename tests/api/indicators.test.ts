// The indicators and the strategies' signals against another library (technicalindicators, MIT) on real candles, and
// on series that no market makes: a value is finite or null, whatever comes in.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import ti from 'technicalindicators';
import { binanceCsv, type Candle, epoch, walk } from '../harness/candles.ts';
import { assertColumnClose } from '../harness/compare.ts';
import type { Api } from '../harness/http.ts';
import { indicatorRequests, type Line, supertrend } from '../harness/indicators.ts';
import type { Json } from '../harness/openapi.ts';
import { makeTempDir, sharedPath } from '../harness/paths.ts';
import { local, run } from '../harness/runs.ts';
import { onEachEngine, useServer } from '../harness/server.ts';
import { defaultRules, type Signal, simulate } from '../harness/simulate.ts';
import { tlabOk } from '../harness/tlab.ts';

type Lines = Record<string, Line | Record<string, Line>>;

const day = 86_400;
const column = (candles: Candle[], name: keyof Candle): number[] => candles.map((c) => c[name]);

/** A library's line begins with its first value: what is missing in front is null. */
const padded = (line: (number | undefined)[], length: number): Line => [
  ...Array.from({ length: length - line.length }, () => null),
  ...line.map((value) => value ?? null),
];

/** Gains and losses instead of the library's own index, which it rounds to two digits. */
function strength(values: number[], period: number): Line {
  const gains = ti.AverageGain.calculate({ values, period });
  const losses = ti.AverageLoss.calculate({ values, period });
  return padded(
    gains.map((gain, i) => (100 * gain) / (gain + (losses[i] as number))),
    values.length,
  );
}

function bands(values: number[], period: number, stdDev: number): { upper: Line; middle: Line; lower: Line } {
  const lines = ti.BollingerBands.calculate({ values, period, stdDev });
  const line = (name: 'upper' | 'middle' | 'lower'): Line =>
    padded(
      lines.map((point) => point[name]),
      values.length,
    );
  return { upper: line('upper'), middle: line('middle'), lower: line('lower') };
}

function macdLines(values: number[], fastPeriod: number, slowPeriod: number, signalPeriod: number) {
  const options = { SimpleMAOscillator: false, SimpleMASignal: false };
  const lines = ti.MACD.calculate({ values, fastPeriod, slowPeriod, signalPeriod, ...options });
  const line = (name: 'MACD' | 'signal' | 'histogram'): Line =>
    padded(
      lines.map((point) => point[name]),
      values.length,
    );
  return { macd: line('MACD'), signal: line('signal'), histogram: line('histogram') };
}

/** Highest and lowest of the last n bars, the bar itself included. */
function channel(candles: Candle[], period: number): { upper: Line; middle: Line; lower: Line } {
  const upper = padded(ti.Highest.calculate({ values: column(candles, 'high'), period }), candles.length);
  const lower = padded(ti.Lowest.calculate({ values: column(candles, 'low'), period }), candles.length);
  const middle = upper.map((high, t) => (high === null ? null : (high + (lower[t] as number)) / 2));
  return { upper, middle, lower };
}

/** Of the close as it is: the library does not smooth it first. */
function stochastic(bars: { high: number[]; low: number[]; close: number[] }, period: number, signalPeriod: number) {
  const points = ti.Stochastic.calculate({ ...bars, period, signalPeriod });
  const line = (name: 'k' | 'd'): Line =>
    padded(
      points.map((point) => point[name]),
      bars.close.length,
    );
  return { k: line('k'), d: line('d') };
}

function libraryLines(candles: Candle[]): Lines {
  const close = column(candles, 'close');
  const bars = { high: column(candles, 'high'), low: column(candles, 'low'), close };
  const pad = (line: number[]): Line => padded(line, candles.length);
  return {
    'sma:20': pad(ti.SMA.calculate({ values: close, period: 20 })),
    'ema:50': pad(ti.EMA.calculate({ values: close, period: 50 })),
    'rsi:14': strength(close, 14),
    'atr:14': pad(ti.ATR.calculate({ ...bars, period: 14 })),
    'bbands:20:2': bands(close, 20, 2),
    'macd:12:26:9': macdLines(close, 12, 26, 9),
    'donchian:20': channel(candles, 20),
    'roc:10': pad(ti.ROC.calculate({ values: close, period: 10 })),
    'stddev:20': pad(ti.SD.calculate({ values: close, period: 20 })),
    'wma:20': pad(ti.WMA.calculate({ values: close, period: 20 })),
    'stoch:14:1:3': stochastic(bars, 14, 3),
  };
}

const fetchCandles = async (api: Api, symbol: string, more: Json = {}): Promise<Json> =>
  (await api.get('/api/v1/candles', { query: { symbol, limit: 50_000, ...more }, expect: 200 })).json;

/** With these indicators, however many requests they take. */
async function fetchPage(api: Api, symbol: string, names: string[]): Promise<Json> {
  const requests = indicatorRequests(names).map((indicators) => fetchCandles(api, symbol, { indicators }));
  const pages = await Promise.all(requests);
  return { candles: pages[0]?.candles, indicators: Object.assign({}, ...pages.map((page) => page.indicators)) };
}

/** To 1e-9 of the price: what a library loses by adding and subtracting is in the unit of its prices. */
function assertLine(actual: Line, expected: Line, scale: number, what: string): void {
  assert.equal(actual.length, expected.length, what);
  expected.forEach((value, t) => {
    const here = actual[t] as number | null;
    if (value === null || here === null) assert.equal(here, value, `${what}[${t}]`);
    else assert.ok(Math.abs(here - value) <= 1e-9 * scale, `${what}[${t}]: ${here}, expected ${value}`);
  });
}

const crossings = (line: Line, other: Line, t: number): 'up' | 'down' | undefined => {
  const [a, b, c, d] = [line[t - 1], other[t - 1], line[t], other[t]];
  if (a == null || b == null || c == null || d == null || a > b === c > d) return undefined;
  return c > d ? 'up' : 'down';
};

/** The signals of each strategy at its defaults, made of the library's lines. */
const signalsOf: Record<string, (candles: Candle[]) => Signal[]> = {
  macd_cross: (candles) => {
    const { macd, signal } = macdLines(column(candles, 'close'), 12, 26, 9);
    const side = { up: 'long', down: 'short' } as const;
    return candles.map((_, t) => {
      const crossing = t > 0 ? crossings(macd, signal, t) : undefined;
      return crossing && side[crossing];
    });
  },
  rsi_reversion: (candles) => {
    const index = strength(column(candles, 'close'), 14);
    const level = (height: number): Line => candles.map(() => height);
    return candles.map((_, t) => {
      if (t > 0 && crossings(index, level(30), t) === 'up') return 'long';
      return t > 0 && crossings(index, level(70), t) === 'down' ? 'short' : undefined;
    });
  },
  bollinger_reversion: (candles) => {
    const close = column(candles, 'close');
    const { upper, middle, lower } = bands(close, 20, 2);
    return candles.map((_, t) => {
      if (t === 0) return undefined;
      if (crossings(close, middle, t)) return 'flat';
      if (crossings(close, lower, t) === 'up') return 'long';
      return crossings(close, upper, t) === 'down' ? 'short' : undefined;
    });
  },
  donchian_breakout: (candles) => {
    const [entry, exit] = [channel(candles, 20), channel(candles, 10)];
    let side: Signal;
    return candles.map(({ close }, t) => {
      const before = t - 1;
      if (entry.upper[before] == null) return undefined;
      const signal: Signal =
        close > (entry.upper[before] as number)
          ? 'long'
          : close < (entry.lower[before] as number)
            ? 'short'
            : (side === 'long' && close < (exit.lower[before] as number)) ||
                (side === 'short' && close > (exit.upper[before] as number))
              ? 'flat'
              : undefined;
      side = signal ?? side;
      return signal;
    });
  },
  momentum: (candles) => {
    const returns = padded(ti.ROC.calculate({ values: column(candles, 'close'), period: 30 }), candles.length);
    return returns.map((r) => (r === null || r === 0 ? undefined : r > 0 ? 'long' : 'short'));
  },
  supertrend: (candles) => {
    const { direction } = supertrend(candles, 10, 3);
    return direction.map((d, t) => {
      const before = direction[t - 1];
      return before == null || d === before ? undefined : d === 1 ? 'long' : 'short';
    });
  },
};

const data = sharedPath('data/binance-public');
let real: Promise<string> | undefined;

async function importReal(): Promise<string> {
  const path = join(makeTempDir('real'), 'file.db');
  const klines = join(data.path, 'data/spot/monthly/klines');
  await tlabOk(['import', '--quiet', '--db-path', path, join(klines, 'BTCUSDT/1d'), join(klines, 'DOGEUSDT/1d')], {
    timeoutMs: 120_000,
  });
  return path;
}

onEachEngine('another library', (engine) => {
  if (data.skip) {
    test('on real candles', { skip: data.skip }, () => {});
    return;
  }
  const tlab = useServer(async () => ({ engine, marketPath: await (real ??= importReal()) }));

  for (const symbol of ['BTCUSDT', 'DOGEUSDT']) {
    test(`has the same indicators of ${symbol}`, async () => {
      const { candles } = await fetchCandles(tlab.api, symbol);
      assert.ok(candles.length > 700, `${candles.length} candles`);
      const expected = libraryLines(candles);
      const { indicators } = await fetchPage(tlab.api, symbol, Object.keys(expected));
      const highest = Math.max(...column(candles, 'high'));
      for (const [name, lines] of Object.entries(expected)) {
        const scale = /^(rsi|roc)/.test(name) ? 100 : highest;
        if (Array.isArray(lines)) assertLine(indicators[name], lines, scale, name);
        else
          for (const [part, line] of Object.entries(lines)) {
            // the library's MACD has its first values where it has a signal line; ours begin with the slow average
            const from = line.findIndex((value) => value !== null);
            assertLine(indicators[name][part].slice(from), line.slice(from), scale, `${name} ${part}`);
          }
      }
    });

    for (const [strategy_id, signals] of Object.entries(signalsOf)) {
      test(`has ${strategy_id} trade ${symbol} the same way`, async () => {
        const { candles } = await fetchCandles(tlab.api, symbol);
        const body = { strategy_id, symbol, allow_short: true, stop_loss_pct: 30, max_gap_factor: 100 };
        const rules = { ...defaultRules, allowShort: true, stopLoss: 30 };
        const expected = simulate(candles, signals(candles), rules);
        const made = await run(tlab.api, body);
        const page = { query: { limit: 50_000 }, expect: 200 };
        const { trades } = (await tlab.api.get(`${local}/${made.id}/trades`, page)).json;
        const { points } = (await tlab.api.get(`${local}/${made.id}/equity`, page)).json;
        assert.ok(trades.length > 5, `${trades.length} trades`);
        assert.deepEqual(
          trades.map((t: Json) => [t.side, t.entry_time, t.exit_time]),
          expected.trades.map((t) => [t.side, t.entryTime, t.exitTime]),
        );
        assertColumnClose(
          points.map((p: Json) => p.equity),
          expected.equity,
          'equity',
        );
      });
    }
  }
});

/** Series that no market makes, by symbol. */
function oddSeries(): Record<string, Candle[]> {
  const bar = (t: number, price: number): Candle => ({
    time: epoch('2024-01-01') + t * day,
    open: price,
    high: price,
    low: price,
    close: price,
    volume: 0,
  });
  const made = (count: number, price: (t: number) => number): Candle[] =>
    Array.from({ length: count }, (_, t) => bar(t, price(t)));
  const start = { start: epoch('2024-01-01'), step: day, count: 200 };
  return {
    FLATAUSDT: made(200, () => 0.1),
    HUGEAUSDT: made(200, (t) => 1e300 * (1 + (t % 7) / 10)),
    TINYAUSDT: made(200, (t) => 1e-300 * (1 + (t % 7) / 10)),
    JUMPAUSDT: made(200, (t) => (t % 50 === 49 ? 1e17 : 1)),
    ENDSAUSDT: made(200, (t) => (t % 2 ? 1e-307 : 1e307)),
    ONEBARUSDT: made(1, () => 7),
    TWOBARUSDT: made(2, (t) => 7 + t),
    RESTAUSDT: [...walk({ seed: 5, price: 9, ...start }), ...made(400, () => 9).slice(200)],
  };
}

async function importOdd(): Promise<string> {
  const dir = makeTempDir('odd');
  const path = join(makeTempDir('odd-market'), 'file.db');
  for (const [symbol, candles] of Object.entries(oddSeries()))
    writeFileSync(join(dir, `${symbol}-1d-2024-01.csv`), binanceCsv(candles, day));
  await tlabOk(['import', '--quiet', '--db-path', path, dir]);
  return path;
}

let odd: Promise<string> | undefined;

onEachEngine('series that no market makes', (engine) => {
  const tlab = useServer(async () => ({ engine, marketPath: await (odd ??= importOdd()) }));
  const indicators = [
    ...['sma:20', 'ema:20', 'rsi:14', 'atr:14', 'bbands:20:2', 'macd:12:26:9', 'donchian:20'],
    ...['supertrend:10:3', 'roc:10', 'stddev:20', 'volatility:30', 'supertrend:1:100', 'volatility:2'],
    ...['wma:20', 'wma:1', 'vwap', 'stoch:14:3:3', 'stoch:1:1:1', 'volume_sma:20'],
  ];
  const valuesOf = (lines: Json): Line[] =>
    Object.values(lines).flatMap((line) =>
      Array.isArray(line) ? [line as Line] : Object.values(line as Record<string, Line>),
    );

  describe('have indicators that are numbers or null', () => {
    for (const symbol of Object.keys(oddSeries())) {
      test(symbol, async () => {
        const page = await fetchPage(tlab.api, symbol, indicators);
        assert.deepEqual(Object.keys(page.indicators), indicators);
        for (const line of valuesOf(page.indicators)) {
          assert.equal(line.length, page.candles.length);
          for (const value of line) assert.ok(value === null || Number.isFinite(value), `${value}`);
        }
      });
    }
  });

  test('a market that does not move has nothing but its price in them', async () => {
    const page = await fetchPage(tlab.api, 'FLATAUSDT', indicators);
    const last = (name: string): Json => page.indicators[name].at?.(-1) ?? page.indicators[name];
    const end = (lines: Record<string, Line>): Json =>
      Object.fromEntries(Object.entries(lines).map(([name, line]) => [name, line.at(-1)]));
    assert.deepEqual([last('sma:20'), last('ema:20'), last('rsi:14'), last('atr:14')], [0.1, 0.1, 50, 0]);
    assert.deepEqual([last('roc:10'), last('stddev:20'), last('volatility:30')], [0, 0, 0]);
    const edge = { upper: 0.1, middle: 0.1, lower: 0.1 };
    assert.deepEqual([end(last('bbands:20:2')), end(last('donchian:20'))], [edge, edge]);
    assert.deepEqual(end(last('macd:12:26:9')), { macd: 0, signal: 0, histogram: 0 });
    assert.deepEqual([last('wma:20'), last('volume_sma:20')], [0.1, 0]);
    assert.equal(page.indicators.vwap.at(-1), null); // it has no volume
    assert.deepEqual(end(last('stoch:14:3:3')), { k: 50, d: 50 });
    assert.deepEqual(end(last('supertrend:10:3')), { line: 0.1, direction: -1 });
  });

  test('give no strategy a reason to trade where nothing moves', async () => {
    const { strategies } = (await tlab.api.get('/api/v1/strategies', { expect: 200 })).json;
    for (const { id } of strategies) {
      const made = await run(tlab.api, { strategy_id: id, symbol: 'FLATAUSDT', allow_short: true });
      assert.deepEqual(
        [id, made.metrics.trades, made.metrics.open_trades],
        [id, 0, id === 'buy_and_hold' ? 1 : 0],
      );
    }
  });

  test('are run or refused by every strategy, and never break it', async () => {
    const { strategies } = (await tlab.api.get('/api/v1/strategies', { expect: 200 })).json;
    const stops = { stop_loss_pct: 5, take_profit_pct: 5, trailing_stop_pct: 5 };
    for (const { id } of strategies)
      for (const symbol of Object.keys(oddSeries())) {
        const body = { strategy_id: id, symbol, allow_short: true, ...stops };
        const reply = await tlab.api.post(local, body);
        assert.ok([201, 422].includes(reply.status), reply.text);
        if (reply.status === 201) assert.ok(['completed', 'failed'].includes(reply.json.status), reply.text);
      }
  });
});

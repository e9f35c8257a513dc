import { describe, expect, it } from 'vitest';
import type { BacktestSummary, Comparison } from '~/api/client';
import { memberLabel, memberName, memberText } from '~/features/backtests/memberNames';
import { backtest } from '~/test/backtest';
import { maCross } from '~/test/strategy';
import { deltaText, indexed, metricGroups, requestLines, underwater, warningsOf } from './compare';
import { letterOf, normaliseRuns, parseRuns, RUNS_MAX, toggleRun } from './runs';

const id = (n: number) => `0198f5a2-6c1e-7d3a-8b57-${String(n).padStart(12, '0')}`;

describe('the runs in the address', () => {
  it('are each there once, and no more than can be compared', () => {
    expect(normaliseRuns(`${id(1)},${id(2)},${id(1)}`)).toBe(`${id(1)},${id(2)}`);
    const many = Array.from({ length: RUNS_MAX + 2 }, (_, n) => id(n)).join(',');
    expect(parseRuns(normaliseRuns(many))).toHaveLength(RUNS_MAX);
  });

  it('are refused as a whole where one is no id', () => {
    expect(normaliseRuns(`${id(1)},x`)).toBeUndefined();
    expect(normaliseRuns(',')).toBeUndefined();
  });

  it('are toggled, but a full list takes no more', () => {
    expect(toggleRun(undefined, id(1))).toBe(id(1));
    expect(toggleRun(`${id(1)},${id(2)}`, id(1))).toBe(id(2));
    expect(toggleRun(id(1), id(1))).toBeUndefined();
    const full = Array.from({ length: RUNS_MAX }, (_, n) => id(n)).join(',');
    expect(toggleRun(full, id(99))).toBe(full);
  });

  it('are called by letters', () => expect([0, 5].map(letterOf)).toEqual(['A', 'F']));
});

describe('curves', () => {
  it('begin at 100 and keep their holes', () => {
    expect(indexed([1, 1.5, null])).toEqual([100, 150, null]);
  });

  it('lie below the highest point so far', () => {
    expect(underwater([1, 2, 1, null, 3])).toEqual([0, 0, -0.5, null, 0]);
  });
});

describe('figures', () => {
  const lines: Comparison['metrics'] = [
    { name: 'total_return', better: 'higher', values: [0.1, 0.25], best: 1 },
    { name: 'trades', better: null, values: [10, 8], best: null },
    { name: 'average_bars_held', better: null, values: [4, 6.5], best: null },
    { name: 'sharpe', better: 'higher', values: [null, null], best: null },
  ];
  const runs = (...intervals: BacktestSummary['interval'][]) =>
    intervals.map((interval, n) => ({ ...backtest(String(n)), interval }) as BacktestSummary);
  const groups = metricGroups({ metrics: lines, backtests: runs('1d', '1d') });

  it('stand in the groups of the result page, without those that nobody has', () => {
    expect(groups.map(({ title }) => title)).toEqual(['Return', 'Trades']);
    expect(groups[0]?.lines.map(({ metric, best }) => [metric.key, best])).toEqual([['total_return', 1]]);
  });

  it('are not the best of runs over other bars where they are of single bars', () => {
    const metrics: Comparison['metrics'] = [
      { name: 'total_return', better: 'higher', values: [0.1, 0.2], best: 1 },
      { name: 'value_at_risk_95', better: 'higher', values: [-0.02, -0.01], best: 1 },
      { name: 'max_drawdown_bars', better: 'lower', values: [4371, 577], best: 1 },
    ];
    const best = (backtests: BacktestSummary[]) =>
      metricGroups({ metrics, backtests }).flatMap((group) => group.lines.map((line) => line.best));
    expect(best(runs('4h', '1d'))).toEqual([1, null, null]);
    expect(best(runs('1d', '1d'))).toEqual([1, 1, 1]);
  });

  it('differ from the base in their own unit', () => {
    const [returns, trades, held] = groups.flatMap(({ lines: found }) => found);
    expect(returns && deltaText(returns, 1, 0)).toBe('+15.00 pp');
    expect(trades && deltaText(trades, 1, 0)).toBe('\u22122');
    expect(trades && deltaText(trades, 0, 0)).toBe('');
    expect(held && deltaText(held, 1, 0)).toBe('+2.50 bars');
  });
});

describe('members of the requests', () => {
  it('stand in one line where kinds of runs call them otherwise, and in none where nobody has them', () => {
    const request_differences = [
      { member: '/strategy_id', values: ['ma_cross', null] },
      { member: '/strategy', values: [null, 'relative_momentum'] },
      { member: '/take_profit_pct', values: [null, null] },
      { member: '/fee_bps', values: [10, 5] },
    ];
    const lines = requestLines({ request_differences } as Comparison, (member) => memberLabel(member, []));
    expect(lines.map(({ label, texts }) => [label, ...texts])).toEqual([
      ['Strategy', 'ma_cross', 'relative_momentum'],
      ['Fee (bps)', '10', '5'],
    ]);
  });

  it('are named as in the form', () => {
    expect(['/params/fast', '/fee_bps', '/params/a~1b'].map(memberName)).toEqual(['fast', 'fee_bps', 'a/b']);
  });

  it('are shown as they stand', () => {
    const shown = [null, 5, false, ['A', 'B']].map((value) => memberText(value));
    expect(shown).toEqual(['–', '5', 'false', '2 named']);
    expect(memberText(86400, '/from')).toBe('1970-01-02');
    expect(memberText(null, '/from')).toBe('–');
  });
});

describe('warnings', () => {
  const data = (changes: object = {}) => ({
    symbol: 'BTCUSDT',
    interval: '1d' as const,
    first: 0,
    last: 86400,
    count: 2,
    sha256: 'a',
    resampled_from: null,
    ...changes,
  });
  const run = (n: number, changes: Partial<BacktestSummary> = {}): BacktestSummary => ({
    ...backtest(String(n)),
    engine_version: '1',
    data: data(),
    ...changes,
    metrics: null,
    attribution: null,
    timings: null,
  });
  const titles = (runs: BacktestSummary[], base = 0) => warningsOf(runs, base).map(({ title }) => title);

  it('are none for the same candles', () => expect(titles([run(1), run(2)])).toEqual([]));

  it('tell of other ranges, but not of other candles then', () => {
    expect(titles([run(1), run(2, { data: data({ first: 5, sha256: 'b' }) })])).toEqual(['Different ranges']);
  });

  it('tell of other candles of the same bars, and in which runs', () => {
    const [warning] = warningsOf([run(1), run(2), run(3, { data: data({ sha256: 'b' }) })], 2);
    expect(warning?.title).toBe('Different candles');
    expect(warning?.text).toMatch(/^C against A, B:/);
  });

  it('tell of other series, whose candles are of course others', () => {
    expect(titles([run(1), run(2, { symbol: 'ETHUSDT', data: data({ sha256: 'b' }) })])).toEqual([
      'Different series',
    ]);
  });

  it('tell of another engine', () => {
    expect(titles([run(1), run(2, { engine_version: '2' })])).toEqual(['Different engines']);
  });
});

it('what was asked differently is called as in the form', () => {
  expect(
    ['/fee_bps', '/params/fast', '/params/other', '/x'].map((one) => memberLabel(one, [maCross])),
  ).toEqual(['Fee (bps)', maCross.parameters.properties.fast?.title, 'other', 'x']);
});

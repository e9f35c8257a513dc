import { describe, expect, it } from 'vitest';
import type { Sweep } from '~/api/client';
import { goalOf } from '~/features/backtests/metrics';
import { type BacktestDraft, EMPTY_DRAFT } from '~/features/backtests/request';
import { heatRange } from '~/lib/heat';
import { maCross } from '~/test/strategy';
import { axesOf, combinationOf, formatSet, normaliseSet, parseSet } from './combination';
import { verdictOf } from './luck';
import { combinationsOf, draftOfSweep, readAxis, readSweep, sizeOf } from './sweepRequest';

const WHOLE = { whole: true, minimum: 1, maximum: 1000 };

describe('numbers of a sweep', () => {
  it('are one, a list or a range', () => {
    expect(readAxis('5', WHOLE)).toEqual({ value: 5 });
    expect(readAxis('5, 10,20', WHOLE)).toEqual({ value: [5, 10, 20] });
    expect(readAxis('5..50 step 5', WHOLE)).toEqual({ value: { from: 5, to: 50, step: 5 } });
    expect(readAxis('5..8', WHOLE)).toEqual({ value: { from: 5, to: 8, step: 1 } });
    expect(readAxis('0.5 .. 2.5 step .5', {})).toEqual({ value: { from: 0.5, to: 2.5, step: 0.5 } });
  });

  it.each([
    ['', 'Needs a number'],
    ['5, 10,', 'A comma too many'],
    ['5, 5', '5 is there twice'],
    ['5, x', '“x” is not a number'],
    ['0, 5', 'Must be at least 1'],
    ['5..2000', 'Must be at most 1000'],
    ['50..5', 'The end of a range must be above its start'],
    ['5..', 'Write a range as 5..50 step 5'],
    ['5..50 step 0', 'Step: Must be more than 0'],
    ['5..50 step 0.5', 'Step: Must be a whole number'],
  ])('says what is wrong with “%s”', (text, fault) => {
    expect(readAxis(text, WHOLE)).toEqual({ fault });
  });

  it('does not take a range of too many values', () => {
    expect(readAxis('0..1 step 0.00001', {})).toEqual({ fault: 'More than 10000 values' });
  });

  it('counts the end of a range in, whatever the rounding', () => {
    expect(sizeOf({ from: 5, to: 50, step: 5 })).toBe(10);
    expect(sizeOf({ from: 0, to: 0.3, step: 0.1 })).toBe(4);
    expect(sizeOf({ from: 5, to: 52, step: 5 })).toBe(10);
    expect([sizeOf(5), sizeOf([1, 2, 3]), sizeOf('sma')]).toEqual([1, 3, 1]);
  });

  it('multiply to the combinations', () => {
    const body = {
      strategy_id: 'ma_cross',
      symbol: 'A',
      params: { fast: [5, 10], slow: { from: 20, to: 40, step: 10 } },
    };
    expect(combinationsOf({ ...body, fee_bps: [5, 10], tags: ['a', 'b'] })).toBe(12);
  });
});

describe('the form of a sweep', () => {
  const draft = (params: Record<string, string>) => ({
    ...EMPTY_DRAFT,
    strategy_id: 'ma_cross',
    symbol: 'BTCUSDT',
    params: { kind: 'sma', ...params },
  });

  it('gives the body with its lists', () => {
    const { body, faults } = readSweep(draft({ fast: '5, 10', slow: '50' }), maCross);
    expect(faults).toEqual({});
    expect(body).toMatchObject({ params: { fast: [5, 10], slow: 50 }, metric: 'sharpe' });
  });

  it('leaves the goal to the metric where none was chosen', () => {
    const goal = (chosen: Partial<BacktestDraft>) =>
      readSweep({ ...draft({ fast: '5, 10', slow: '50' }), ...chosen }, maCross).body.goal;
    expect(goal({ metric: 'volatility' })).toBeUndefined();
    expect(goal({ metric: 'volatility', goal: 'highest' })).toBe('highest');
    expect(['volatility', 'fees_paid', 'max_drawdown', 'trades'].map(goalOf)).toEqual([
      'lowest',
      'lowest',
      'highest',
      'highest',
    ]);
  });

  it('wants more than one combination, and not too many', () => {
    expect(Object.keys(readSweep(draft({ fast: '5', slow: '50' }), maCross).faults)).toEqual([
      'combinations',
    ]);
    const many = { ...draft({ fast: '1..200', slow: '201..400' }) };
    expect(readSweep(many, maCross).faults.combinations).toContain('40000 are too many');
  });

  it('takes no list for the capital', () => {
    const { faults } = readSweep(
      { ...draft({ fast: '5, 10', slow: '50' }), initial_capital: '1, 2' },
      maCross,
    );
    expect(Object.keys(faults)).toEqual(['initial_capital']);
  });
});

const sweep = {
  name: 'S',
  request: {
    strategy_id: 'ma_cross',
    symbol: 'BTCUSDT',
    interval: '1d',
    from: null,
    to: null,
    initial_capital: 10000,
    params: { fast: [5, 10], slow: [50], kind: 'sma' },
    fee_bps: [5, 10],
    slippage_bps: 0,
    position_fraction: 1,
    allow_short: false,
    execution: 'next_open',
    max_gap_factor: 10,
    metric: 'calmar',
    goal: 'highest',
  },
} as unknown as Sweep;

describe('a combination', () => {
  it('goes into an address and comes back', () => {
    expect(formatSet({ fast: 10, fee_bps: 0.5 })).toBe('fast:10,fee_bps:0.5');
    expect(parseSet('fast:10,fee_bps:0.5')).toEqual({ fast: 10, fee_bps: 0.5 });
    expect(normaliseSet('fast:10, slow:-2e3')).toBe('fast:10,slow:-2000');
    expect([
      normaliseSet(''),
      normaliseSet('fast'),
      normaliseSet('fast:x'),
      normaliseSet('fast:1.2.3'),
    ]).toEqual([undefined, undefined, undefined, undefined]);
  });

  it('is a run with its values, in parameters and costs', () => {
    const { request } = combinationOf(sweep, { fast: 10, fee_bps: 10 });
    expect(request).toMatchObject({
      params: { fast: 10, slow: 50, kind: 'sma' },
      fee_bps: 10,
      symbol: 'BTCUSDT',
    });
    expect(request).not.toHaveProperty('metric');
  });

  it('varies what has more than one value', () => {
    expect(axesOf(sweep.request)).toEqual(['fast', 'fee_bps']);
  });
});

it('a sweep becomes a form again', () => {
  expect(draftOfSweep(sweep, maCross)).toMatchObject({
    params: { fast: '5, 10' },
    fee_bps: '5, 10',
    metric: 'calmar',
    goal: '',
    from: '',
  });
  const lowest = { ...sweep, request: { ...sweep.request, goal: 'lowest' as const } };
  expect(draftOfSweep(lowest, maCross).goal).toBe('lowest');
});

describe('luck in words', () => {
  it('goes by the probability', () => {
    const deflated = (probability: number | null) => ({
      trials: 16,
      expected_maximum_sharpe: 0.33,
      probability,
    });
    expect(verdictOf(deflated(0.99), 1.87).title).toBe('Hardly luck alone');
    expect(verdictOf(deflated(0.9), 1.87).title).toBe('Perhaps luck');
    expect(verdictOf(deflated(0.3), 1.87).title).toBe('May well be luck');
    expect(verdictOf(deflated(0.99), 1.87).text).toContain('99.0%');
    expect(verdictOf(deflated(0.99999), 1.87).text).toContain('more than 99.9%');
    expect(verdictOf(deflated(null), 1.87).tone).toBe('doubtful');
  });
});

describe('the colours of a heat map', () => {
  it('go as far as the cells do, but for a few that lie far out', () => {
    expect(heatRange([3, 1, 2])).toEqual([1, 3]);
    const many = Array.from({ length: 99 }, (_, n) => n - 49);
    expect(heatRange([...many, -5000])).toEqual([-48, 47]);
    expect(heatRange([])).toEqual([0, 0]);
  });
});

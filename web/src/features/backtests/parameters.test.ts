import { describe, expect, it } from 'vitest';
import type { Strategy } from '~/api/client';
import { tintPercent } from '~/lib/heat';
import { maCross } from '~/test/strategy';
import { monthFigures, yearsOf } from './monthly';
import { initialDraft, readNumber, readParameters } from './parameters';
import { type BacktestDraft, curlOf, draftOfRun, EMPTY_DRAFT, hasField, readDraft } from './request';

const draft = { ...EMPTY_DRAFT, strategy_id: 'ma_cross', symbol: 'BTCUSDT', params: initialDraft(maCross) };

describe('numbers as typed', () => {
  it('are taken as written or refused, never guessed', () => {
    expect(readNumber('1e3', {})).toEqual({ value: 1000 });
    expect(readNumber('.5', {})).toEqual({ value: 0.5 });
    for (const text of ['1,000', '1 000', '0x10', '1,5', 'Infinity', 'abc', '--1'])
      expect(readNumber(text, {})).toHaveProperty('fault');
  });

  it('obey their bounds, open and closed', () => {
    expect(readNumber('0', { exclusiveMinimum: 0 })).toHaveProperty('fault');
    expect(readNumber('0', { minimum: 0 })).toEqual({ value: 0 });
    expect(readNumber('1.5', { whole: true })).toHaveProperty('fault');
    expect(readNumber('11', { maximum: 10 })).toHaveProperty('fault');
  });
});

describe('parameters of a strategy', () => {
  it('start at their defaults, or at the values of a run', () => {
    expect(initialDraft(maCross)).toEqual({ fast: '20', slow: '50', kind: 'sma', strict: false });
    expect(initialDraft(maCross, { fast: 5, strict: true })).toMatchObject({ fast: '5', strict: true });
  });

  it('become values of their types', () => {
    expect(readParameters(maCross, initialDraft(maCross)).params).toEqual({
      fast: 20,
      slow: 50,
      kind: 'sma',
      strict: false,
    });
  });

  it('at fault are named as the server names them and left out', () => {
    const { params, faults } = readParameters(maCross, { fast: 'x', slow: '1', kind: 'wma', strict: true });
    expect(Object.keys(faults)).toEqual(['params.fast', 'params.slow', 'params.kind']);
    expect(params).toEqual({ strict: true });
  });
});

describe('the request', () => {
  it('holds what was typed, dates as epoch seconds', () => {
    const { body, faults } = readDraft({ ...draft, from: '2024-01-01', to: '2025-01-01' }, maCross);
    expect(faults).toEqual({});
    expect(body).toMatchObject({
      strategy_id: 'ma_cross',
      from: 1704067200,
      to: 1735689600,
      initial_capital: 10000,
    });
  });

  it('leaves open ends out', () => {
    expect(JSON.parse(JSON.stringify(readDraft(draft, maCross).body))).not.toHaveProperty('from');
  });

  it('names every field at fault at once', () => {
    const bad = { ...draft, symbol: ' ', from: 'yesterday', fee_bps: '-1', position_fraction: '2' };
    expect(Object.keys(readDraft(bad, maCross).faults).sort()).toEqual([
      'fee_bps',
      'from',
      'position_fraction',
      'symbol',
    ]);
  });

  it('wants the end after the start', () => {
    expect(readDraft({ ...draft, from: '2024-01-02', to: '2024-01-02' }, maCross).faults).toHaveProperty(
      'to',
    );
  });

  it('knows which server errors it has a field for', () => {
    expect(hasField('params.fast', maCross)).toBe(true);
    expect(hasField('params.nope', maCross)).toBe(false);
    expect(hasField('fee_bps', maCross)).toBe(true);
    expect(hasField('toString', maCross)).toBe(false);
  });

  it('of a run can be edited and gives the same request again', () => {
    const request = {
      strategy_id: 'ma_cross',
      symbol: 'ETHUSDT/BTCUSDT',
      interval: '4h' as const,
      from: 1704067200,
      to: null,
      initial_capital: 2500,
      params: { fast: 5, slow: 9, kind: 'ema', strict: true },
      fee_bps: 7.5,
      slippage_bps: 2,
      position_fraction: 0.5,
      allow_short: true,
      execution: 'close' as const,
      max_gap_factor: 4,
      stop_loss_pct: 5,
      take_profit_pct: 12.5,
      trailing_stop_pct: 250,
    };
    const again = readDraft(draftOfRun({ request, name: null }, maCross) as BacktestDraft, maCross);
    expect(again.faults).toEqual({});
    expect(again.body).toEqual({ ...request, to: undefined, name: undefined });
  });

  it('without stops sends none, and names one that is no stop', () => {
    expect(readDraft(draft, maCross).body.stop_loss_pct).toBeUndefined();
    const odd = { ...draft, stop_loss_pct: '100', take_profit_pct: '0', trailing_stop_pct: 'x' };
    const names = ['stop_loss_pct', 'take_profit_pct', 'trailing_stop_pct'];
    expect(Object.keys(readDraft(odd, maCross).faults)).toEqual(names);
  });

  it('as curl keeps a quote in a name inside the shell quoting', () => {
    const { body } = readDraft({ ...draft, name: "it's" }, maCross as Strategy);
    expect(curlOf('http://h/api', body)).toContain(`it'\\''s`);
  });
});

describe('monthly returns', () => {
  const months = [
    { year: 2024, month: 12, return: 0.5 },
    { year: 2023, month: 1, return: 0.1 },
    { year: 2023, month: 3, return: -0.5 },
  ];

  it('compound to the year and leave months without bars empty', () => {
    const [first, second] = yearsOf(months);
    expect(first?.year).toBe(2023);
    expect(first?.months.slice(0, 3)).toEqual([0.1, null, -0.5]);
    expect(first?.total).toBeCloseTo(-0.45, 12);
    expect(second?.total).toBeCloseTo(0.5, 12);
  });

  it('name the best and the worst, and how many gained of those that are known', () => {
    const figures = monthFigures([...months, { year: 2024, month: 1, return: null }]);
    expect(figures).toEqual({
      best: { year: 2024, month: 12, value: 0.5 },
      worst: { year: 2023, month: 3, value: -0.5 },
      positive: 2,
      count: 3,
    });
    expect(monthFigures([])).toBeUndefined();
  });

  it('tint at most as strongly as text stays readable on', () => {
    expect(tintPercent(-0.5, 0.5)).toBe(46);
    expect(tintPercent(9, 0.5)).toBe(46);
    expect([tintPercent(null, 1), tintPercent(0, 1), tintPercent(0.1, 0)]).toEqual([0, 0, 0]);
  });
});

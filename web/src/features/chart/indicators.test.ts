import { describe, expect, it } from 'vitest';
import {
  checkValues,
  formatIndicators,
  INDICATORS,
  type IndicatorKind,
  linesOf,
  normaliseIndicators,
  parseIndicator,
  parseIndicators,
} from './indicators';

describe('indicators in the address bar', () => {
  it('of every kind go out and come back the same', () => {
    const all = Object.keys(INDICATORS).join(',');
    const list = parseIndicators(all);
    expect(list).toHaveLength(Object.keys(INDICATORS).length);
    expect(parseIndicators(formatIndicators(list))).toEqual(list);
  });

  it('take their defaults for numbers left out', () => {
    expect(parseIndicator('bbands:30')).toEqual({ kind: 'bbands', values: [30, 2] });
  });

  it('are refused with numbers out of bounds, too many numbers, or an unknown name', () => {
    for (const text of ['sma:0', 'sma:1.5', 'sma:x', 'sma:20:3', 'vwap:20', 'constructor', ''])
      expect(parseIndicator(text)).toBeUndefined();
  });

  it('stand there once each', () => {
    expect(parseIndicators('sma:20,SMA:20,sma')).toHaveLength(1);
  });

  it('are dropped together when one is wrong, so that nothing is half understood', () => {
    expect(normaliseIndicators('sma:20,oops')).toBeUndefined();
    expect(normaliseIndicators('sma:20,')).toBe('sma:20');
  });
});

it('macd wants fast below slow', () => {
  expect(checkValues('macd', [26, 12, 9])).toEqual(['Fast must be below slow']);
  expect(checkValues('macd', [12, 26, 9])).toEqual([]);
});

describe('lines of an answer', () => {
  it('come in the order of the catalogue', () => {
    const set = { 'macd:12:26:9': { macd: [1], signal: [2], histogram: [3] } };
    expect(linesOf(set, { kind: 'macd', values: [12, 26, 9] })).toEqual([[1], [2], [3]]);
  });

  it('are empty while they are not there', () => {
    expect(linesOf(undefined, { kind: 'bbands' as IndicatorKind, values: [20, 2] })).toEqual([[], [], []]);
  });
});

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  checkValues,
  defaultIndicator,
  formatIndicators,
  INDICATORS,
  type IndicatorKind,
  indicatorLabel,
  indicatorText,
  linesOf,
  normaliseIndicators,
  parseIndicator,
  parseIndicators,
  readingText,
  wrongIndicators,
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

  it('take no number where they have none', () => {
    expect(parseIndicator('vwap')).toEqual({ kind: 'vwap', values: [] });
    expect(indicatorLabel({ kind: 'vwap', values: [] })).toBe('VWAP');
  });

  it('stand there once each', () => {
    expect(parseIndicators('sma:20,SMA:20,sma')).toHaveLength(1);
  });

  it('are dropped together when one is wrong, so that nothing is half understood', () => {
    expect(normaliseIndicators('sma:20,oops,rsi:0')).toBe('sma:20');
    expect(wrongIndicators('sma:20,oops,rsi:0')).toBe('oops,rsi:0');
    expect(normaliseIndicators('oops')).toBeUndefined();
    expect(normaliseIndicators('sma:20,')).toBe('sma:20');
  });
});

it('macd wants fast below slow', () => {
  expect(checkValues('macd', [26, 12, 9])).toEqual(['Fast must be below slow']);
  expect(checkValues('macd', [12, 26, 9])).toEqual([]);
});

describe('what the lines of an indicator are at a bar', () => {
  it('is named where there are several', () => {
    const text = (kind: 'sma' | 'bbands', lines: (number | null)[][]) =>
      readingText(lines, 0, defaultIndicator(kind), 2);
    expect(text('sma', [[1]])).toBe('1.00');
    expect(text('bbands', [[3], [2], [null]])).toBe('upper 3.00  middle 2.00  lower –');
    expect(text('bbands', [])).toBe('upper –  middle –  lower –');
  });

  it('is that of the line which is there, where they take turns', () => {
    expect(readingText([[null], [7]], 0, defaultIndicator('supertrend'), 2)).toBe('7.00');
    expect(readingText([[null], [null]], 0, defaultIndicator('supertrend'), 2)).toBe('–');
  });
});

describe('lines of an answer', () => {
  it('come in the order of the catalogue', () => {
    const set = { 'macd:12:26:9': { macd: [1], signal: [2], histogram: [3] } };
    expect(linesOf(set, { kind: 'macd', values: [12, 26, 9] })).toEqual([[1], [2], [3]]);
  });

  it('take turns where a trend turns', () => {
    const set = { 'supertrend:10:3': { line: [null, 5, 6], direction: [null, 1, -1] as (1 | -1 | null)[] } };
    const lines = linesOf(set, { kind: 'supertrend', values: [10, 3] });
    expect(lines).toEqual([
      [null, 5, null],
      [null, null, 6],
    ]);
  });

  it('are empty while they are not there', () => {
    expect(linesOf(undefined, { kind: 'bbands' as IndicatorKind, values: [20, 2] })).toEqual([[], [], []]);
  });
});

it('values are told in the unit of the indicator', () => {
  expect(indicatorText(61.234, { kind: 'rsi', values: [14] }, 5)).toBe('61.2');
  expect(indicatorText(-1.234, { kind: 'roc', values: [10] }, 5)).toBe('−1.23%');
  expect(indicatorText(1234567, { kind: 'volume_sma', values: [20] }, 5)).toBe('1.23M');
  expect(indicatorText(1.5, { kind: 'wma', values: [20] }, 3)).toBe('1.500');
});

it('none of the catalogue is unknown to the server', () => {
  const catalogue = readFileSync('../server/engine/indicators/indicator.c', 'utf8');
  const known = [...catalogue.matchAll(/^ {4}\{\.name = "(\w+)"/gm)].map(([, name]) => name);
  expect(known.sort()).toEqual(Object.keys(INDICATORS).sort());
});

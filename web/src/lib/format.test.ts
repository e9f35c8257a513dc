import { describe, expect, it } from 'vitest';
import {
  decimalsOf,
  formatCompact,
  formatNumber,
  formatPercent,
  formatPrice,
  formatQuantity,
  formatTrades,
  priceDecimals,
  toneOf,
} from './format';

describe('numbers', () => {
  it('print U+2212 for minus and a plus only where a change is meant', () => {
    expect(formatNumber(-1234.5)).toBe('\u22121,234.50');
    expect(formatNumber(3, { signed: true })).toBe('+3.00');
    expect(formatNumber(3)).toBe('3.00');
  });

  it('show no value as a dash, whatever kind of nothing it is', () => {
    for (const nothing of [null, undefined, Number.NaN, Number.POSITIVE_INFINITY])
      expect([
        formatNumber(nothing),
        formatPercent(nothing),
        formatCompact(nothing),
        formatQuantity(nothing),
      ]).toEqual(['–', '–', '–', '–']);
  });

  it('give what rounds to zero no sign', () => {
    expect(formatNumber(-0.001, { signed: true })).toBe('0.00');
    expect(formatPercent(0.00001)).toBe('0.00%');
  });

  it('take a fraction as percent', () => {
    expect(formatPercent(1.8431)).toBe('+184.31%');
    expect(formatPercent(-0.3107)).toBe('\u221231.07%');
    expect(formatPercent(0.386, { signed: false, decimals: 1 })).toBe('38.6%');
  });

  it('shorten large amounts', () => {
    expect(formatCompact(9720)).toBe('9.72K');
    expect(formatCompact(-1500000)).toBe('\u22121.50M');
  });

  it('print quantities without trailing zeros', () => {
    expect(formatQuantity(1.5)).toBe('1.5');
    expect(formatQuantity(0.00000001)).toBe('0.00000001');
    expect(formatQuantity(1000)).toBe('1,000');
  });
});

describe('prices', () => {
  it('keep six significant digits and at least two decimals', () => {
    expect(formatPrice(45750.444)).toBe('45,750.44');
    expect(formatPrice(1.234567)).toBe('1.23457');
    expect(formatPrice(0.00000123)).toBe('0.00000123');
    expect([formatPrice(1.23), formatPrice(1.5), formatPrice(60000), formatPrice(1.201)]).toEqual([
      '1.23',
      '1.50',
      '60,000.00',
      '1.201',
    ]);
    expect(formatPrice(1.23, 5)).toBe('1.23000');
    expect(priceDecimals(123.4)).toBe(3);
  });

  it('share the decimals that any of them has', () => {
    expect(decimalsOf([1.2, 1.23, 1.2345])).toBe(4);
    expect(decimalsOf([60000, 60000.5])).toBe(2);
    expect(decimalsOf([1 / 3, 1 / 7])).toBe(6);
    expect(decimalsOf([0.00000123])).toBe(8);
    expect(decimalsOf([])).toBe(2);
  });

  it('fall back to two decimals where there is nothing to measure', () => {
    expect([priceDecimals(null), priceDecimals(0), priceDecimals(Number.NaN)]).toEqual([2, 2, 2]);
  });
});

it('open trades are named beside the closed ones', () => {
  expect(formatTrades({ trades: 58, open_trades: 1 })).toBe('58 + 1 open');
  expect(formatTrades({ trades: 58, open_trades: 0 })).toBe('58');
});

it('what is shown as zero, or as nothing, has no tone', () => {
  const tone = (value: number | null) => toneOf(formatPercent(value));
  expect([tone(1), tone(-1)]).toEqual(['up', 'down']);
  expect([tone(0), tone(0.00001), tone(-0.00001), tone(null)]).toEqual(['flat', 'flat', 'flat', 'flat']);
});

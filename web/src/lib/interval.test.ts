import { describe, expect, it } from 'vitest';
import {
  barEnd,
  INTERVALS,
  intervalSeconds,
  isBehind,
  isDaily,
  parseInterval,
  resamples,
  sourceInterval,
} from './interval';

describe('intervals', () => {
  it('are listed shortest first', () => {
    const seconds = INTERVALS.map(intervalSeconds);
    expect(seconds).toEqual([...seconds].sort((a, b) => a - b));
  });

  it('add up only where they divide', () => {
    expect(resamples('1h', '4h')).toBe(true);
    expect(resamples('1d', '1w')).toBe(true);
    expect(resamples('1d', '1mo')).toBe(true);
    expect(resamples('3d', '1w')).toBe(false);
    expect(resamples('1w', '1mo')).toBe(false);
    expect(resamples('3d', '1mo')).toBe(false);
    expect(resamples('4h', '1h')).toBe(false);
    expect(resamples('1mo', '1mo')).toBe(true);
  });

  it('are made of the longest stored one that divides them', () => {
    expect(sourceInterval(['1m', '1h', '1d'], '4h')).toBe('1h');
    expect(sourceInterval(['1h', '4h'], '4h')).toBe('4h');
    expect(sourceInterval(['1d'], '1h')).toBeUndefined();
  });

  it('are understood as typed, and a month is not a minute', () => {
    expect(parseInterval('4H')).toBe('4h');
    expect(parseInterval('15')).toBe('15m');
    expect(parseInterval('d')).toBe('1d');
    expect(parseInterval('1m')).toBe('1m');
    expect(parseInterval('1M')).toBe('1mo');
    expect(parseInterval('7h')).toBeUndefined();
  });

  it('of a day and more are labelled by date', () => {
    expect(isDaily('1d')).toBe(true);
    expect(isDaily('12h')).toBe(false);
  });
});

describe('the last bar', () => {
  const day = Date.UTC(2024, 1, 1) / 1000;

  it('ends where the next begins, of months as long as they are', () => {
    expect(barEnd(day, '4h') - day).toBe(4 * 3600);
    expect(barEnd(day, '1mo') - day).toBe(29 * 86400);
  });

  it('is behind when two more could have followed it', () => {
    expect(isBehind(day, '1d', day + 3 * 86400)).toBe(false);
    expect(isBehind(day, '1d', day + 3 * 86400 + 1)).toBe(true);
    expect(isBehind(day, '1h', day + 86400)).toBe(true);
  });
});

import { describe, expect, it } from 'vitest';
import { formatAgo, formatBarTime, formatMoment, parseDate, parseMoment } from './time';

const NEW_YEAR_2024 = 1704067200;

describe('times', () => {
  it('label daily bars by their UTC date in every zone', () => {
    expect(formatBarTime(NEW_YEAR_2024, '1d', 'local')).toBe('2024-01-01');
    expect(formatBarTime(NEW_YEAR_2024, '1h', 'utc')).toBe('2024-01-01 00:00');
  });

  it('take only real dates', () => {
    expect(parseDate('2024-01-01')).toBe(NEW_YEAR_2024);
    expect(parseDate('2023-02-29')).toBeUndefined();
    expect(parseDate('01.02.2024')).toBeUndefined();
  });

  it('take a time of day as well, and give it back', () => {
    expect(parseMoment('2024-01-01 14:30')).toBe(NEW_YEAR_2024 + 52200);
    expect(parseMoment('2024-01-01 25:00')).toBeUndefined();
    for (const text of ['2024-01-01', '2024-01-01 14:30'])
      expect(formatMoment(parseMoment(text) ?? 0)).toBe(text);
  });

  it('count back in the unit that reads well', () => {
    const at = '2024-01-01T00:00:00.000000Z';
    expect(formatAgo(at, NEW_YEAR_2024 + 2)).toBe('just now');
    expect(formatAgo(at, NEW_YEAR_2024 + 7300)).toBe('2 h ago');
    expect(formatAgo(at, NEW_YEAR_2024 + 86400 * 1000)).toBe('2 y ago');
    expect(formatAgo(at, NEW_YEAR_2024 - 60)).toBe('just now');
  });
});

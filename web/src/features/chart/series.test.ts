import { describe, expect, it } from 'vitest';
import type { CandleColumnPage } from '~/api/client';
import { barAt, barHolding, holesIn, holeText, joinPages, splitRatio } from './series';

const page = (times: number[], sma?: (number | null)[]): CandleColumnPage => ({
  symbol: 'X',
  interval: '1d',
  resampled_from: null,
  columns: { time: times, open: times, high: times, low: times, close: times, volume: times },
  indicators: sma ? { 'sma:20': sma } : undefined,
  next_cursor: null,
});

const SMA = { kind: 'sma' as const, values: [20] };

describe('pages', () => {
  it('are put together oldest bar first, the newest page having come first', () => {
    const { columns, lines } = joinPages([page([3, 4], [30, 40]), page([1, 2], [null, 20])], [SMA]);
    expect(columns.time).toEqual([1, 2, 3, 4]);
    expect(lines.get('sma:20')).toEqual([[null, 20, 30, 40]]);
  });

  it('without an indicator yet stay aligned with nulls', () => {
    const { lines } = joinPages([page([3, 4]), page([1, 2])], [SMA]);
    expect(lines.get('sma:20')).toEqual([[null, null, null, null]]);
  });

  it('without any volume have no average of it', () => {
    const volume = { kind: 'volume_sma' as const, values: [20] };
    const traded = { ...page([1, 2]), indicators: { 'volume_sma:20': [0, 3] } };
    const none = { ...traded, columns: { ...traded.columns, volume: [0, 0] } };
    expect(joinPages([traded], [volume]).lines.get('volume_sma:20')).toEqual([[0, 3]]);
    expect(joinPages([none], [volume]).lines.get('volume_sma:20')).toEqual([[null, null]]);
  });

  it('of the index of a category tell how many made each bar', () => {
    const [late, early] = [
      { ...page([3, 4]), members: [2, 1] },
      { ...page([1, 2]), members: [0, 3] },
    ];
    expect(joinPages([late, early], []).members).toEqual([0, 3, 2, 1]);
    expect(joinPages([page([1])], []).members).toEqual([]);
  });

  it('may be none', () => {
    expect(joinPages([], [SMA]).columns.time).toEqual([]);
  });
});

it('the bar at a time is the last one not after it', () => {
  const time = [10, 20, 30];
  expect([9, 10, 19, 20, 99].map((seconds) => barAt(time, seconds))).toEqual([-1, 0, 0, 1, 2]);
  expect(barAt([], 5)).toBe(-1);
});

it('a ratio has two sides', () => {
  expect(splitRatio('ETHUSDT/BTCUSDT')).toEqual(['ETHUSDT', 'BTCUSDT']);
  expect(splitRatio('ETHUSDT')).toEqual(['ETHUSDT', undefined]);
});

describe('holes', () => {
  const DAY = 86400;
  const days = (...numbers: number[]) => numbers.map((day) => day * DAY);

  it('are many bars missing between two, and said with their dates', () => {
    expect(holesIn(days(0, 1, 2, 4, 5), '1d')).toEqual([]);
    const [hole] = holesIn(days(0, 1, 468, 469), '1d');
    expect(hole).toEqual({ start: 2 * DAY, end: 468 * DAY, bars: 466 });
    expect(hole && holeText(hole, '1d', 'utc')).toBe('466 days missing from 1970-01-03 to 1971-04-13');
  });

  it('are none between months, however long these are', () => {
    const months = [0, 1, 2, 3].map((month) => Date.UTC(2024, month, 1) / 1000);
    expect(holesIn(months, '1mo')).toEqual([]);
  });

  it('hold no moment, nor does what comes after the last bar', () => {
    const time = days(0, 1, 10);
    expect(barHolding(time, 1.5 * DAY, '1d')).toBe(1);
    expect(barHolding(time, DAY, '1d')).toBe(1);
    expect(barHolding(time, 5 * DAY, '1d')).toBe(-1);
    expect(barHolding(time, 11 * DAY, '1d')).toBe(-1);
    expect(barHolding(time, -1, '1d')).toBe(-1);
    expect(barHolding([], 5, '1d')).toBe(-1);
  });
});

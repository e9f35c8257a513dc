import { describe, expect, it } from 'vitest';
import type { DownloadResult } from '~/api/client';
import { firstDay, outcomeOf, repairOf, wishOf } from './wish';

const NOW_S = Date.UTC(2026, 10, 27, 12) / 1000;
const at = (day: string, time = '00:00') => Date.parse(`${day}T${time}:00Z`) / 1000;

describe('what is offered of a series that is not stored', () => {
  it('is long ago of days, and of shorter bars as many as a chart wants', () => {
    expect(firstDay('1mo', NOW_S)).toBe('2021-01-01');
    expect(firstDay('1d', NOW_S)).toBe('2021-01-01');
    expect(firstDay('1h', NOW_S)).toBe('2025-10-06');
    expect(firstDay('1m', NOW_S)).toBe('2026-11-20');
  });

  it('is a day that is over at least', () => {
    expect(firstDay('1s', NOW_S)).toBe('2026-11-26');
  });

  it('is the symbol, or both of a ratio, until what the server takes for the last day', () => {
    expect(wishOf('BTCUSDT', '1d', NOW_S)).toEqual({
      symbols: ['BTCUSDT'],
      interval: '1d',
      from: '2021-01-01',
    });
    expect(wishOf('ETHUSDT/BTCUSDT', '1d', NOW_S)?.symbols).toEqual(['ETHUSDT', 'BTCUSDT']);
  });

  it('is nothing of a category, which the archive has not', () => {
    expect(wishOf('CAT:Layer 1', '1d', NOW_S)).toBeUndefined();
    expect(wishOf('BTCUSDT/CAT:Layer 1', '1d', NOW_S)).toBeUndefined();
    expect(wishOf('BTCUSDT/', '1d', NOW_S)).toBeUndefined();
  });
});

describe('what repairs a gap', () => {
  const series = { symbol: 'BTCUSDT', interval: '1h' } as const;

  it('are its days, the last one that of its last bar, of files that were imported as well', () => {
    const gap = { start: at('2023-03-24', '13:00'), end: at('2023-03-26') };
    expect(repairOf(series, gap, NOW_S)).toEqual({
      symbols: ['BTCUSDT'],
      interval: '1h',
      from: '2023-03-24',
      to: '2023-03-25',
      recheck: true,
    });
  });

  it('is nothing yet where its first day is not over', () => {
    const gap = { start: at('2026-11-27', '02:00'), end: at('2026-11-27', '03:00') };
    expect(repairOf(series, gap, NOW_S)).toBeUndefined();
    expect(repairOf(series, gap, NOW_S + 86_400)).toBeDefined();
  });
});

describe('what came of a download', () => {
  const result = (changes: Partial<DownloadResult>): DownloadResult => ({
    files_fetched: 0,
    files_on_disk: 0,
    files_had: 0,
    files_not_published: 0,
    files_failed: 0,
    bytes: 0,
    rows_added: 0,
    rows_unchanged: 0,
    rows_revised: 0,
    failures: [],
    ...changes,
  });

  it('is told by its candles', () => {
    expect(outcomeOf(result({ files_fetched: 5, rows_added: 1431 }))).toBe('1,431 candles are new.');
    expect(outcomeOf(result({ files_fetched: 1, rows_added: 2, rows_revised: 3 }))).toBe(
      '2 candles are new; 3 candles have other values now.',
    );
  });

  it('is told where there was nothing to have', () => {
    expect(outcomeOf(result({ files_not_published: 3 }))).toBe('The archive has no file of these days.');
    expect(outcomeOf(result({ files_had: 3 }))).toBe('No candle is new: what the archive has is stored.');
    expect(outcomeOf(result({ files_fetched: 1, rows_unchanged: 24 }))).toMatch(/^No candle is new/);
  });

  it('names what failed, and why the first of it did', () => {
    const part = {
      files_fetched: 1,
      rows_added: 31,
      files_failed: 2,
      failures: ['a.zip: no CHECKSUM', 'b.zip'],
    };
    expect(outcomeOf(result(part))).toBe(
      '31 candles are new; 2 files failed, the first: a.zip: no CHECKSUM.',
    );
  });
});

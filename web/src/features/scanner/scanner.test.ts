import { describe, expect, it } from 'vitest';
import type { ScanRow, ScorecardCell } from '~/api/client';
import { sparkPath } from '~/lib/sparkline';
import { rowStep } from '~/lib/useRowKeys';
import { scannerSearch } from '~/routes/search';
import { conditionText, failuresOf, skippedText } from './conditions';
import { diffOf, neighbour } from './diff';
import { chipsOf } from './FilterChips';
import {
  barsText,
  type FilterDraft,
  PRESETS,
  presetOf,
  presetWindows,
  readFilters,
  scanQueryOf,
  scorecardQueryOf,
} from './filters';
import { barWidths, linesOf } from './scorecardLines';

const draft = (change: Partial<FilterDraft> = {}): FilterDraft => ({
  short_window: '20',
  medium_window: '50',
  long_window: '200',
  slope_window: '20',
  recent_return_window: '30',
  long_return_window: '90',
  quote: '',
  quote_symbol: '',
  as_of: '',
  max_extension: '25',
  min_quote_volume: '',
  ...change,
});

const PASSES: ScanRow['conditions'] = {
  close_above_medium: true,
  short_above_medium: true,
  medium_above_long: true,
  medium_rising: true,
  long_rising: true,
  recent_return_positive: true,
  long_return_positive: true,
  not_extended: true,
};
const row = (change: Partial<ScanRow['conditions']>) => ({ conditions: { ...PASSES, ...change } }) as ScanRow;

const parameters = {
  short_window: 20,
  medium_window: 50,
  long_window: 200,
  slope_window: 20,
  recent_return_window: 30,
  long_return_window: 90,
  min_candles: 220,
  max_extension: 0.25,
};

describe('filters of the scanner', () => {
  it('leaves what is at its default out of the address', () => {
    expect(readFilters(draft())).toEqual({ filters: {}, faults: {} });
  });

  it('reads percent as a fraction, and takes assets in any case', () => {
    const { filters } = readFilters(draft({ max_extension: '40', quote: 'btc', as_of: '2024-01-02' }));
    expect(filters).toMatchObject({ max_extension: 0.4, quote: 'BTC', as_of: 1704153600 });
  });

  it.each([
    [{ short_window: '1.5' }, 'short_window'],
    [{ long_window: '5001' }, 'long_window'],
    [{ short_window: '50' }, 'medium_window'],
    [{ medium_window: '200' }, 'long_window'],
    [{ max_extension: '0' }, 'max_extension'],
    [{ max_extension: 'much' }, 'max_extension'],
    [{ min_quote_volume: '1,000' }, 'min_quote_volume'],
    [{ min_quote_volume: '-1' }, 'min_quote_volume'],
    [{ as_of: 'yesterday' }, 'as_of'],
    [{ quote: 'US DT' }, 'quote'],
  ] satisfies [Partial<FilterDraft>, keyof FilterDraft][])('says what is wrong with %o', (change, field) => {
    expect(Object.keys(readFilters(draft(change)).faults)).toEqual([field]);
  });

  it('knows a preset by its windows, and goes back to the default one', () => {
    const [standard, fast] = PRESETS;
    if (!standard || !fast) throw new Error('there are two presets');
    expect(presetOf({})).toBe(standard);
    expect(presetOf(fast.windows)).toBe(fast);
    expect(presetOf({ short_window: 19 })).toBeUndefined();
    expect(presetOf({ ...fast.windows, ...presetWindows(standard) })).toBe(standard);
  });

  it('lists as chips what differs, a preset not window by window', () => {
    expect(chipsOf({})).toEqual([]);
    expect(chipsOf(PRESETS[1]?.windows ?? {})).toEqual([]);
    expect(chipsOf({ short_window: 19, max_extension: 0.1 }).map(({ text }) => text)).toEqual([
      'Short average 19 bars',
      'Extension up to 10%',
    ]);
  });

  it('asks of each route only what it knows', () => {
    const filters = {
      quote_symbol: 'BTCUSDT',
      min_quote_volume: 5,
      passing_only: 'false',
      as_of: 60,
    } as const;
    expect(scanQueryOf(filters, false)).not.toHaveProperty('quote_symbol');
    expect(scanQueryOf(filters, true)).toMatchObject({ quote_symbol: 'BTCUSDT', as_of: '60' });
    expect(scorecardQueryOf(filters)).not.toHaveProperty('min_quote_volume');
    expect(scorecardQueryOf(filters)).not.toHaveProperty('passing_only');
  });

  it('takes windows from the address only where they are whole and within bounds', () => {
    expect(scannerSearch({ short_window: '10', medium_window: '2.5', long_window: '9999' })).toEqual({
      short_window: 10,
    });
  });

  it('calls daily bars days', () => {
    expect([barsText(30, '1d'), barsText(30, '4h')]).toEqual(['30d', '30 bars']);
  });
});

describe('why nothing passes', () => {
  it('counts what fails most, and what would pass without it', () => {
    const rows = [
      row({ not_extended: false }),
      row({ long_rising: false, medium_rising: false }),
      row({ long_rising: false }),
    ];
    expect(failuresOf(rows)).toEqual([
      { name: 'long_rising', failed: 2, alone: 1 },
      { name: 'not_extended', failed: 1, alone: 1 },
      { name: 'medium_rising', failed: 1, alone: 0 },
    ]);
  });

  it('says conditions with the windows in use', () => {
    const rules = { parameters, interval: '1d' } as const;
    expect(conditionText('medium_above_long', rules)).toBe('SMA 50 above SMA 200');
    expect(conditionText('recent_return_positive', rules)).toBe('30d return above 0');
    expect(conditionText('not_extended', rules)).toBe('at most 25% above SMA 50');
  });

  it('says what was left out, and nothing where nothing was', () => {
    expect(skippedText({ parameters, skipped: { too_short: 2046, stale: 0, low_volume: 1 } })).toBe(
      '2,046 with fewer than 220 candles, 1 below the volume asked for',
    );
    expect(skippedText({ parameters, skipped: { too_short: 0, stale: 0, low_volume: 0 } })).toBe('');
  });
});

describe('the score card', () => {
  const cell = (mean_excess: number | null) => ({ mean_excess }) as ScorecardCell;
  const line = (year: number | null, horizon: number, excess: number) => ({
    year,
    horizon,
    first: cell(excess),
    all: cell(-excess),
  });

  it('puts all years first, then the newest, horizon by horizon', () => {
    const lines = linesOf(
      { lines: [line(2020, 30, 1), line(null, 30, 2), line(2021, 30, 3), line(null, 7, 4)] },
      'first',
    );
    expect(lines.map(({ horizon, year }) => [horizon, year])).toEqual([
      [7, null],
      [30, null],
      [30, 2021],
      [30, 2020],
    ]);
    expect(linesOf({ lines: [line(null, 7, 4)] }, 'all')[0]?.cell.mean_excess).toBe(-4);
  });

  it('measures its bars by the widest', () => {
    const lines = [0.1, -0.2, null].map((excess) => ({ year: null, horizon: 7, cell: cell(excess) }));
    expect([...barWidths(lines).values()]).toEqual([50, 100, 0]);
    expect([...barWidths([{ year: null, horizon: 7, cell: cell(null) }]).values()]).toEqual([0]);
  });
});

describe('the small line of a row', () => {
  it('goes from edge to edge, its highest value on top', () => {
    expect(sparkPath([1, 3, 2], 44, 24)).toBe('M2 22L22 2L42 12');
  });

  it('is flat in the middle where nothing moves', () => {
    expect(sparkPath([5, 5], 44, 24)).toBe('M2 12L42 12');
  });
});

describe('a scan against the bar before', () => {
  it('tells what came in and what fell out', () => {
    const { added, dropped } = diffOf(['A', 'B'], ['C', 'B', 'AA']);
    expect([...added]).toEqual(['A']);
    expect(dropped).toEqual(['AA', 'C']);
  });
});

describe('the row that is looked at', () => {
  const rows = ['A', 'B', 'C'];
  const from = (current: string | undefined, step: number) => neighbour(rows, (row) => row === current, step);

  it('moves by one, and stops at the ends', () => {
    expect([from('A', 1), from('B', -1), from('C', 1), from('A', -1)]).toEqual(['B', 'A', 'C', 'A']);
  });

  it('begins at an end where there was none', () => {
    expect([from(undefined, 1), from('gone', -1)]).toEqual(['A', 'C']);
    expect(neighbour([], () => true, 1)).toBeUndefined();
  });

  it('is moved by arrows and Space', () => {
    const step = (key: string, shiftKey = false) => rowStep({ key, shiftKey });
    expect([step('ArrowDown'), step('ArrowUp'), step(' '), step(' ', true), step('Enter')]).toEqual([
      1, -1, 1, -1, 0,
    ]);
  });
});

import { describe, expect, it } from 'vitest';
import type { Verification } from '~/api/client';
import { apart, changedSeries, isSameResult, seriesText, verdictWords } from './verdict';

const series = (
  status: Verification['series'][number]['status'],
  changed_from: number | null = null,
): Verification['series'][number] => ({ symbol: 'BTCUSDT', interval: '1d', status, changed_from });

const none = { figures: [], equity: null, trades: null, parts: [] };

describe('a verification', () => {
  it('says which series changed, and from when on', () => {
    expect(changedSeries({ series: [series('same'), series('changed', 86400)] }, 'utc')).toEqual([
      'BTCUSDT 1d has changed from 1970-01-02 on',
    ]);
  });

  it('says that the place of a change is not known, or that a series is gone', () => {
    expect(changedSeries({ series: [series('changed'), series('missing')] }, 'utc')).toEqual([
      'BTCUSDT 1d has changed; from when on is not known',
      'BTCUSDT 1d is no longer there',
    ]);
  });

  it('counts series', () => {
    expect(seriesText({ series: [series('same')] })).toBe('the same candles');
    expect(seriesText({ series: [series('same'), series('same')] })).toBe('all 2 series the same');
    expect(seriesText({ series: [series('same'), series('changed')] })).toBe('1 of 2 series the same');
  });

  it('knows a result that stayed although the candles did not', () => {
    expect(isSameResult({ differences: none })).toBe(true);
    expect(isSameResult({ differences: { ...none, parts: ['bars'] } })).toBe(false);
    expect(isSameResult({ differences: null })).toBe(false);
  });

  it('has every digit of figures that look the same', () => {
    const text = (value: number | null) => (value ?? 0).toFixed(1);
    expect(apart(1.25, 1.5, text)).toEqual({ stored: '1.3', now: '1.5' });
    expect(apart(1.51, 1.52, text)).toEqual({ stored: '1.51', now: '1.52' });
    expect(apart(1, 1, text)).toEqual({ stored: '1.0', now: '1.0' });
  });

  it('is good only where it is identical', () => {
    const tones = (['identical', 'data_changed', 'engine_changed', 'different'] as const).map(
      (verdict) => verdictWords({ verdict }).tone,
    );
    expect(tones).toEqual(['good', 'doubtful', 'doubtful', 'bad']);
  });
});

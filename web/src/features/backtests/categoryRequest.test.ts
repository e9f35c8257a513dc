import { describe, expect, it } from 'vitest';
import { namesOf } from '~/lib/names';
import { backtest } from '~/test/backtest';
import {
  type CategoryDraft,
  draftOfCategory,
  EMPTY_CATEGORY,
  hasCategoryField,
  readCategory,
} from './categoryRequest';
import { barsBetween, guessText, pace_ms } from './estimates';

const read = (changes: Partial<CategoryDraft>) =>
  readCategory({ ...EMPTY_CATEGORY, category: 'Layer 1', ...changes });

describe('the form of a category', () => {
  it('reads as the body that the server wants', () => {
    const { body, faults } = read({ short_count: '0', from: '2024-01-01', name: ' Best ' });
    expect(faults).toEqual({});
    expect(body).toMatchObject({
      category: 'Layer 1',
      strategy: 'relative_momentum',
      quote_asset: 'USDT',
      long_count: 5,
      short_count: 0,
      from: 1704067200,
      name: 'Best',
    });
    expect(body).not.toHaveProperty('symbols');
    expect(body).not.toHaveProperty('universe');
  });

  it('takes names in place of a category', () => {
    const { body } = read({ universe: 'symbols', symbols: 'btcusdt, ethusdt  BTCUSDT' });
    expect(body.symbols).toEqual(['BTCUSDT', 'ETHUSDT']);
    expect(body).not.toHaveProperty('category');
    expect(namesOf('a;b')).toEqual(['A', 'B']);
  });

  it.each<[string, Partial<CategoryDraft>, string]>([
    ['no category', { category: ' ' }, 'category'],
    ['a single name', { universe: 'symbols', symbols: 'BTCUSDT' }, 'symbols'],
    ['both counts at 0', { long_count: '0', short_count: '0' }, 'short_count'],
    ['half a symbol', { long_count: '2.5' }, 'long_count'],
    ['a volatility of one bar', { lookback: '1', weighting: 'inverse_volatility' }, 'lookback'],
    ['no rebalance', { rebalance_every: '0' }, 'rebalance_every'],
    ['an end before its start', { from: '2024-02-01', to: '2024-01-01' }, 'to'],
    ['no date', { from: 'soon' }, 'from'],
  ])('says what is wrong with %s', (_, changes, field) => {
    expect(Object.keys(read(changes).faults)).toEqual([field]);
  });

  it('has the fields that the server may name', () => {
    expect(['lookback', 'category', 'symbols', 'to'].every(hasCategoryField)).toBe(true);
    expect(['universe', 'params', 'toString'].some(hasCategoryField)).toBe(false);
  });

  it('is filled from a run', () => {
    const { body } = read({ lookback: '60', symbols: '' });
    const request = {
      ...body,
      symbols: null,
      from: null,
      to: 86400,
      interval: '4h' as const,
    } as Parameters<typeof draftOfCategory>[0]['request'];
    const draft = draftOfCategory({ request, name: 'Again' });
    expect(draft).toMatchObject({
      category: 'Layer 1',
      lookback: '60',
      from: '',
      to: '1970-01-02',
      interval: '4h',
    });
    expect(draft.universe).toBe('category');
  });
});

describe('estimates', () => {
  const coverage = { first: 0, last: 9 * 86400 };
  const asked = { from: '', to: '', interval: '1d' as const };

  it('count the bars that are stored and asked for', () => {
    expect(barsBetween(asked, coverage)).toBe(10);
    expect(barsBetween({ ...asked, from: '1970-01-06' }, coverage)).toBe(5);
    expect(barsBetween({ ...asked, from: '1980-01-01' }, coverage)).toBe(0);
    expect(barsBetween(asked, undefined)).toBeUndefined();
  });

  it('go by the newest run that has bars', () => {
    const runs = [
      backtest('1', { timings: null, bars: null }),
      backtest('2', { timings: { load_ms: 1, run_ms: 3 }, bars: 400 }),
      backtest('3', { timings: { load_ms: 100, run_ms: 3 }, bars: 1 }),
    ];
    expect(pace_ms(runs)).toBe(0.01);
    expect(pace_ms([])).toBeUndefined();
  });

  it('are told as the guesses they are', () => {
    expect([0.2, 12.1, 1500, 600_000].map(guessText)).toEqual([
      'less than 1 ms',
      'about 13 ms',
      'about 2 s',
      'about 10 min',
    ]);
  });
});

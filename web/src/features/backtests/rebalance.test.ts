import { describe, expect, it } from 'vitest';
import type { Rebalance } from '~/api/client';
import { candidates, holdingsOf, SKIP_WORDS, skippedByReason } from './rebalance';

const trade = (symbol: string) => ({ symbol, time: 1, quantity: 1, price: 2, fee: 0.1 });

const REBALANCE: Rebalance = {
  number: 1,
  time: 1,
  decided_at: 0,
  equity: 100,
  eligible: 4,
  flat_reason: null,
  turnover: 1,
  fees: 0.3,
  longs: ['A'],
  shorts: ['B'],
  ranking: [],
  weights: [
    { symbol: 'A', target: 0.5, previous: 0 },
    { symbol: 'B', target: -0.5, previous: -0.4 },
    { symbol: 'C', target: 0, previous: 0.6 },
  ],
  trades: [trade('A'), trade('C'), trade('D')],
  skipped: [
    { symbol: 'E', reason: 'asset_ended' },
    { symbol: 'F', reason: 'no_candle' },
    { symbol: 'G', reason: 'no_candle' },
  ],
};

describe('a rebalance', () => {
  it('has the longs first and the shorts last, each with what was traded', () => {
    expect(holdingsOf(REBALANCE).map(({ symbol, trade }) => [symbol, trade?.fee])).toEqual([
      ['A', 0.1],
      ['C', 0.1],
      ['D', 0.1],
      ['B', undefined],
    ]);
    expect(holdingsOf(REBALANCE)[2]).toMatchObject({ previous: 0, target: 0 });
  });

  it('says of what was skipped why, those first that were not ranked', () => {
    expect(skippedByReason(REBALANCE.skipped)).toEqual([
      { reason: 'no_candle', symbols: ['F', 'G'] },
      { reason: 'asset_ended', symbols: ['E'] },
    ]);
    expect(SKIP_WORDS.no_candle).toBe('No candle at the bar of the decision');
  });

  it('had as many to rank as have a score or none, without those that were ranked and not filled', () => {
    expect(candidates(REBALANCE)).toBe(6);
  });
});

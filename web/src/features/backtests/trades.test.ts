import { describe, expect, it } from 'vitest';
import type { Trade } from '~/api/client';
import { filterTrades, rangeAround, sortTrades } from './trades';

const trade = (number: number, more: Partial<Trade>): Trade => ({
  number,
  symbol: 'AUSDT',
  side: 'long',
  quantity: 1,
  entry_time: 0,
  entry_price: 1,
  exit_time: 86_400,
  exit_price: 1,
  exit_reason: 'signal',
  fees: 0,
  pnl: 0,
  return_pct: 0,
  bars: 1,
  mae_pct: null,
  mfe_pct: null,
  ...more,
});

const TRADES = [
  trade(1, { pnl: 5, return_pct: 5 }),
  trade(2, { pnl: -5, return_pct: -5, side: 'short', exit_reason: 'stop_loss' }),
  trade(3, { pnl: 0, symbol: 'BUSDT' }),
  trade(4, { pnl: 7, return_pct: 1, symbol: 'BUSDT', side: 'short' }),
];

const numbers = (trades: Trade[]) => trades.map(({ number }) => number);

describe('the trades that are shown', () => {
  it('are all of them where nothing is asked for', () => {
    expect(numbers(filterTrades(TRADES, {}))).toEqual([1, 2, 3, 4]);
  });

  it('are winners or losers, and one without a gain is neither', () => {
    expect(numbers(filterTrades(TRADES, { pnl: 'won' }))).toEqual([1, 4]);
    expect(numbers(filterTrades(TRADES, { pnl: 'lost' }))).toEqual([2]);
  });

  it('fit everything that is asked for', () => {
    expect(numbers(filterTrades(TRADES, { symbol: 'BUSDT', side: 'short' }))).toEqual([4]);
    expect(numbers(filterTrades(TRADES, { exit: 'stop_loss' }))).toEqual([2]);
    expect(numbers(filterTrades(TRADES, { exit: 'no such' }))).toEqual([]);
  });

  it('are sorted by a figure, of equal ones the earlier first, and by their number without one', () => {
    expect(numbers(sortTrades(TRADES, { key: 'return_pct', descending: true }))).toEqual([1, 4, 3, 2]);
    expect(numbers(sortTrades(TRADES, { key: 'bars', descending: true }))).toEqual([1, 2, 3, 4]);
    const far = [trade(1, { mae_pct: -1 }), trade(2, { mae_pct: -9 }), trade(3, { mae_pct: -4 })];
    expect(numbers(sortTrades(far, { key: 'mae_pct', descending: false }))).toEqual([2, 3, 1]);
    expect(numbers(sortTrades(TRADES, { key: 'nonsense', descending: true }))).toEqual([4, 3, 2, 1]);
  });

  it('are seen on a chart from 50 bars before to 20 bars after', () => {
    expect(rangeAround(1_000_000, 2_000_000, '4h')).toEqual({
      from: 1_000_000 - 50 * 14_400,
      to: 2_000_000 + 20 * 14_400,
    });
  });
});

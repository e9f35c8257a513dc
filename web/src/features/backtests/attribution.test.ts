import { describe, expect, it } from 'vitest';
import { contributionsOf, endsOf, sumOf } from './attribution';

const row = (symbol: string, side: 'long' | 'short', pnl: number) => ({
  symbol,
  side,
  pnl,
  fees: 1,
  trades: 2,
  bars_held: 10,
});

const ROWS = [row('A', 'long', -50), row('B', 'long', 30), row('B', 'short', -10), row('C', 'short', 25)];

describe('attribution', () => {
  it('has both sides of a symbol in one row, the best first', () => {
    expect(contributionsOf(ROWS)).toEqual([
      { symbol: 'C', short: 25, pnl: 25, trades: 2 },
      { symbol: 'B', long: 30, short: -10, pnl: 20, trades: 4 },
      { symbol: 'A', long: -50, pnl: -50, trades: 2 },
    ]);
  });

  it('sums a side, and both', () => {
    const rows = contributionsOf(ROWS);
    expect([sumOf(rows, 'long'), sumOf(rows, 'short'), sumOf(rows, 'pnl')]).toEqual([-20, 15, -5]);
  });

  it('shows the best and the worst of many, and all of few', () => {
    const many = Array.from({ length: 40 }, (_, index) => index);
    expect(endsOf(many)).toEqual([0, 1, 2, 3, 4, 5, 34, 35, 36, 37, 38, 39]);
    expect(endsOf(many.slice(0, 12))).toHaveLength(12);
  });
});

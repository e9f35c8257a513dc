import type { Backtest } from '~/api/client';

type Attribution = NonNullable<Backtest['attribution']>[number];

/** What one symbol brought, and on which side. */
export interface Contribution {
  symbol: string;
  long?: number;
  short?: number;
  pnl: number;
  trades: number;
}

/** Both sides of each symbol in one row, the best first. */
export function contributionsOf(attribution: readonly Attribution[]): Contribution[] {
  const rows = new Map<string, Contribution>();
  for (const { symbol, side, pnl, trades } of attribution) {
    const row = rows.get(symbol) ?? { symbol, pnl: 0, trades: 0 };
    row[side] = pnl;
    row.pnl += pnl;
    row.trades += trades;
    rows.set(symbol, row);
  }
  return [...rows.values()].sort((a, b) => b.pnl - a.pnl || (a.symbol < b.symbol ? -1 : 1));
}

/** Of all symbols, on one side or both. */
export const sumOf = (rows: readonly Contribution[], part: 'long' | 'short' | 'pnl'): number =>
  rows.reduce((sum, row) => sum + (row[part] ?? 0), 0);

const ENDS = 6;

/** The best and the worst, where there are so many that not both are in view. */
export const endsOf = <T>(rows: readonly T[]): readonly T[] =>
  rows.length > 2 * ENDS ? [...rows.slice(0, ENDS), ...rows.slice(-ENDS)] : rows;

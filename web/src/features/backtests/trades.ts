import type { Trade } from '~/api/client';
import type { Sort } from '~/components/DataTable';
import { type Interval, intervalSeconds } from '~/lib/interval';

/** Which trades of a run are shown; what is left out does not narrow them. */
export interface TradeFilter {
  side?: Trade['side'];
  pnl?: 'won' | 'lost';
  exit?: string;
  symbol?: string;
}

export const filterTrades = (trades: readonly Trade[], { side, pnl, exit, symbol }: TradeFilter): Trade[] =>
  trades.filter(
    (trade) =>
      (side === undefined || trade.side === side) &&
      (pnl === undefined || (pnl === 'won' ? trade.pnl > 0 : trade.pnl < 0)) &&
      (exit === undefined || trade.exit_reason === exit) &&
      (symbol === undefined || trade.symbol === symbol),
  );

const SORTABLE = ['number', 'pnl', 'return_pct', 'mae_pct', 'mfe_pct', 'bars'] as const;

export function sortTrades(trades: readonly Trade[], { key, descending }: Sort): Trade[] {
  const by = SORTABLE.find((name) => name === key) ?? 'number';
  const sign = descending ? -1 : 1;
  return [...trades].sort((a, b) => sign * ((a[by] ?? 0) - (b[by] ?? 0)) || a.number - b.number);
}

const BARS_BEFORE = 50;
const BARS_AFTER = 20;

/** What a chart shows of something that went on from one bar to another. */
export function rangeAround(first: number, last: number, interval: Interval) {
  const bar = intervalSeconds(interval);
  return { from: first - BARS_BEFORE * bar, to: last + BARS_AFTER * bar };
}

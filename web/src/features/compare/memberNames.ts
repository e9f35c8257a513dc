import type { Strategy } from '~/api/client';
import { memberName } from './compare';

/** What the forms call the members of a request. */
const NAMES: Record<string, string> = {
  strategy_id: 'Strategy',
  symbol: 'Symbol',
  category_set_id: 'Category set',
  interval: 'Interval',
  from: 'From',
  to: 'To',
  initial_capital: 'Initial capital',
  fee_bps: 'Fee (bps)',
  slippage_bps: 'Slippage (bps)',
  position_fraction: 'Position fraction',
  allow_short: 'Short positions',
  execution: 'Fills',
  max_gap_factor: 'Gap limit',
  stop_loss_pct: 'Stop loss (%)',
  take_profit_pct: 'Take profit (%)',
  trailing_stop_pct: 'Trailing stop (%)',
  quote_asset: 'Quote asset',
  symbols: 'Symbols',
  category: 'Category',
};

/** As the form has it: of a parameter the title that a strategy gives it; else the server's own word. */
export function memberLabel(pointer: string, strategies: readonly Strategy[]): string {
  const name = memberName(pointer);
  if (!pointer.startsWith('/params/')) return NAMES[name] ?? name;
  const titles = strategies.flatMap(({ parameters }) => parameters.properties[name]?.title ?? []);
  return titles[0] ?? name;
}

import type { Strategy } from '~/api/client';
import { NONE } from '~/lib/format';
import { formatMoment } from '~/lib/time';

/** What the forms call the members of a request. */
const NAMES: Record<string, string> = {
  strategy_id: 'Strategy',
  strategy: 'Strategy',
  symbol: 'Symbol',
  category_set_id: 'Category set',
  category_set_version: 'Version of the set',
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
  lookback: 'Lookback',
  skip: 'Skip',
  rebalance_every: 'Rebalance every',
  long_count: 'Long',
  short_count: 'Short',
  weighting: 'Weighting',
  metric: 'Best by',
  goal: 'Best is',
};

/** `/params/fast` as `fast`: the way the form and the sweeps name it. */
export const memberName = (pointer: string): string =>
  pointer
    .replace(/^\/(params\/)?/, '')
    .replaceAll('~1', '/')
    .replaceAll('~0', '~');

/** As the form has it: of a parameter the title that a strategy gives it; else the server's own word. */
export function memberLabel(pointer: string, strategies: readonly Strategy[]): string {
  const name = memberName(pointer);
  if (!pointer.startsWith('/params/')) return NAMES[name] ?? name;
  const titles = strategies.flatMap(({ parameters }) => parameters.properties[name]?.title ?? []);
  return titles[0] ?? name;
}

const MOMENTS = ['from', 'to'];

/** A member of a request as it stands; moments as dates, of a list only how much it holds. */
export function memberText(value: unknown, member = ''): string {
  if (typeof value === 'number' && MOMENTS.includes(memberName(member))) return formatMoment(value);
  if (value === null || value === undefined) return NONE;
  if (Array.isArray(value)) return `${value.length} named`;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

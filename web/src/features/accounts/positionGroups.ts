import type { MarketSymbol, PaperPosition, TradePlan } from '~/api/client';
import { type Decimal, decimalText, magnitude, readDecimal, sum, times } from '~/lib/decimal';

/** What of a position belongs to a plan, or to none. Decimals, as text; null where a price is missing. */
export interface PlanPosition {
  key: string;
  /** Undefined for what orders, or plans that are not open, have left. */
  plan: TradePlan | undefined;
  symbol: string;
  side: PaperPosition['side'];
  quantity: string;
  entry: string | null;
  value: string | null;
  unrealized: string | null;
}

const decimal = (text: string | null | undefined): Decimal => readDecimal(text) ?? 0n;

function legsOf(plan: TradePlan): PlanPosition[] {
  const held = (plan.pnl?.legs ?? []).filter(({ quantity_open }) => decimal(quantity_open) !== 0n);
  return held.map((leg) => {
    const worth =
      leg.mark_price === null ? undefined : times(decimal(leg.quantity_open), decimal(leg.mark_price));
    return {
      key: `${plan.id} ${leg.leg_id}`,
      plan,
      symbol: leg.symbol,
      side: leg.side,
      quantity: leg.quantity_open,
      entry: leg.entry_price,
      value: worth === undefined ? null : decimalText(leg.side === 'long' ? worth : -worth),
      unrealized: leg.unrealized_pnl,
    };
  });
}

const signed = ({ side, quantity }: PlanPosition): Decimal =>
  side === 'long' ? decimal(quantity) : -decimal(quantity);

/** What of a position no plan has a part of; its profit is known where none has. */
function restOf(position: PaperPosition, parts: readonly PlanPosition[]): PlanPosition[] {
  const own = parts.filter(({ symbol }) => symbol === position.symbol);
  const rest = decimal(position.signed_quantity) - sum(own.map(signed));
  if (rest === 0n) return [];
  const mark = position.mark_price;
  return [
    {
      key: position.symbol,
      plan: undefined,
      symbol: position.symbol,
      side: rest > 0n ? 'long' : 'short',
      quantity: decimalText(magnitude(rest)),
      entry: own.length === 0 ? position.average_entry_price : null,
      value: mark === null ? null : decimalText(times(rest, decimal(mark))),
      unrealized: own.length === 0 ? position.unrealized_pnl : null,
    },
  ];
}

/** The open legs of each open plan, and what is held besides. Plans with their figures. */
export function positionsByPlan(
  positions: readonly PaperPosition[],
  plans: readonly TradePlan[],
): PlanPosition[] {
  const parts = plans.flatMap(legsOf);
  return [...parts, ...positions.flatMap((position) => restOf(position, parts))];
}

export interface CategoryPosition {
  name: string;
  symbols: string[];
  value: string | null;
  exposure: string | null;
  unrealized: string | null;
}

/** The total of what is known; null where something is not. */
export function totalOf(values: readonly (string | null)[]): string | null {
  const known = values.map((value) => readDecimal(value)).filter((value) => value !== undefined);
  return known.length === values.length ? decimalText(sum(known)) : null;
}

const absolute = (value: string | null) => (value === null ? null : decimalText(magnitude(decimal(value))));

/** By categories of the symbols, in the order of their names; a symbol of several counts in each of them. */
export function positionsByCategory(
  positions: readonly PaperPosition[],
  symbols: readonly MarketSymbol[],
  without: string,
): CategoryPosition[] {
  const groups = new Map<string, PaperPosition[]>();
  for (const position of positions) {
    const categories = symbols.find(({ symbol }) => symbol === position.symbol)?.categories ?? [];
    for (const name of categories.length > 0 ? categories : [without])
      groups.set(name, [...(groups.get(name) ?? []), position]);
  }
  const names = [...groups.keys()].sort(
    (a, b) => Number(a === without) - Number(b === without) || a.localeCompare(b),
  );
  return names.map((name) => {
    const held = groups.get(name) ?? [];
    return {
      name,
      symbols: held.map(({ symbol }) => symbol),
      value: totalOf(held.map(({ market_value }) => market_value)),
      exposure: totalOf(held.map(({ market_value }) => absolute(market_value))),
      unrealized: totalOf(held.map(({ unrealized_pnl }) => unrealized_pnl)),
    };
  });
}

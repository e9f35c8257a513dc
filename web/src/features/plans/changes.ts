import type { TradePlanChange } from '~/api/client';
import { formatExact, formatPriceText } from '~/lib/money';

/** What a version of a plan changed, a line each. */

const TEXT_MAX = 80;
const asWords = (name: string) => name.replaceAll('_', ' ');

function shown(value: unknown): string {
  if (value === null || value === undefined || value === '') return 'nothing';
  if (Array.isArray(value))
    return value.every((one) => typeof one === 'string') ? value.join(', ') || 'nothing' : `${value.length}`;
  if (typeof value === 'object') return JSON.stringify(value);
  const text = String(value);
  return text.length > TEXT_MAX ? `${text.slice(0, TEXT_MAX)}…` : text;
}

interface FillShort {
  side?: string;
  leg_id?: string;
  quantity?: string;
  price?: string;
}

const fillLine = ({ side, leg_id = '', quantity, price }: FillShort, symbolOf: (leg: string) => string) =>
  `${side === 'buy' ? 'Bought' : 'Sold'} ${formatExact(quantity)} ${symbolOf(leg_id)} at ${formatPriceText(price)}`;

const hasBoth = (change: unknown): change is { before: unknown; after: unknown } =>
  typeof change === 'object' && change !== null && 'before' in change && 'after' in change;

type Leg = Record<string, unknown>;
const isLegs = (value: unknown): value is Leg[] =>
  Array.isArray(value) && value.length > 0 && value.every((one) => typeof one === 'object' && one !== null);

/** Of legs only what differs is of interest. */
function legLines(before: Leg[], after: Leg[]): string[] {
  if (before.length !== after.length) return [`legs: ${before.length} → ${after.length}`];
  return after.flatMap((leg, index) =>
    Object.keys(leg)
      .filter((name) => shown(leg[name]) !== shown(before[index]?.[name]))
      .map(
        (name) =>
          `${shown(leg.symbol)} ${asWords(name)}: ${shown(before[index]?.[name])} → ${shown(leg[name])}`,
      ),
  );
}

/** `symbolOf` names what a leg is in, by its id. */
export function changeLines(
  changes: TradePlanChange['changes'],
  symbolOf: (leg: string) => string,
): string[] {
  return Object.entries(changes as Record<string, unknown>).flatMap(([name, change]) => {
    if (name === 'fills' && Array.isArray(change))
      return (change as FillShort[]).map((fill) => fillLine(fill, symbolOf));
    if (!hasBoth(change)) return [];
    if (isLegs(change.before) && isLegs(change.after)) return legLines(change.before, change.after);
    return [`${asWords(name)}: ${shown(change.before)} → ${shown(change.after)}`];
  });
}

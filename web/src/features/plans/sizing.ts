import { bpsOf, cutTo, type Decimal, magnitude, over, sum, times } from '~/lib/decimal';

/** How large a leg is said to be. */
export type Sizing = 'quantity' | 'notional' | 'risk' | 'equal';

export interface LegNumbers {
  quantity: Decimal | undefined;
  entry: Decimal | undefined;
  stop: Decimal | undefined;
  target: Decimal | undefined;
}

/** Places of a quantity that is worked out: as many as exchanges take. */
const PLACES = 8;

interface Size {
  sizing: Sizing;
  /** A quantity, a value, or what may be lost at the stop; of an equal leg nothing. */
  amount: Decimal | undefined;
  entry: Decimal | undefined;
  stop: Decimal | undefined;
  /** Value of the leg that an equal one is as large as. */
  other: Decimal | undefined;
}

/** The quantity of a leg, rounded down where it is worked out: it never costs or risks more than was said. */
export function quantityOf({ sizing, amount, entry, stop, other }: Size): Decimal | undefined {
  if (sizing === 'quantity') return amount;
  const [value, per] =
    sizing === 'risk'
      ? [amount, entry !== undefined && stop !== undefined ? magnitude(entry - stop) : undefined]
      : [sizing === 'equal' ? other : amount, entry];
  if (value === undefined || per === undefined) return undefined;
  const quantity = over(value, per);
  return quantity === undefined ? undefined : cutTo(quantity, PLACES);
}

export const notionalOf = ({
  quantity,
  entry,
}: Pick<LegNumbers, 'quantity' | 'entry'>): Decimal | undefined =>
  quantity === undefined || entry === undefined ? undefined : times(quantity, entry);

const distance = (leg: LegNumbers, price: Decimal | undefined): Decimal | undefined =>
  leg.quantity === undefined || leg.entry === undefined || price === undefined
    ? undefined
    : times(magnitude(leg.entry - price), leg.quantity);

export interface PlanSums {
  notional: Decimal;
  /** What is lost at the stops, and won at the targets, of the legs that have one; undefined where none has. */
  risk: Decimal | undefined;
  reward: Decimal | undefined;
  /** Of opening and of closing at the planned prices. */
  fees: Decimal;
  withoutStop: number;
}

const sumKnown = (values: (Decimal | undefined)[]): Decimal | undefined => {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? undefined : sum(known);
};

export function sumsOf(legs: readonly LegNumbers[], fee_bps: Decimal): PlanSums {
  const notional = sum(legs.map((leg) => notionalOf(leg) ?? 0n));
  return {
    notional,
    risk: sumKnown(legs.map((leg) => distance(leg, leg.stop))),
    reward: sumKnown(legs.map((leg) => distance(leg, leg.target))),
    fees: 2n * bpsOf(notional, fee_bps),
    withoutStop: legs.filter(({ stop }) => stop === undefined).length,
  };
}

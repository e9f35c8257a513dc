import type { Fill, TradePlanLeg } from '~/api/client';
import type { CurvePoint } from '~/components/charts/ValueCurve';
import { type Decimal, decimalText, over, readDecimal, sum, textOfNumber, times } from '~/lib/decimal';
import { leastOf } from '~/lib/extent';
import { isoSeconds } from '~/lib/time';

/** Closes of a symbol and when each came about, oldest first. */
export interface Closes {
  times: readonly number[];
  prices: readonly number[];
}

/** What the fills of a leg came to by then, as the server counts it (docs: `pnl`). */
interface LegState {
  sign: Decimal;
  closes: Closes;
  next: number;
  mark: Decimal | undefined;
  quantity: Decimal;
  closed: Decimal;
  entry: Decimal;
  exit: Decimal;
  fees: Decimal;
}

const decimal = (text: string): Decimal => readDecimal(text) ?? 0n;

const begin = (leg: TradePlanLeg, closes: Closes | undefined): LegState => ({
  sign: leg.side === 'long' ? 1n : -1n,
  closes: closes ?? { times: [], prices: [] },
  next: 0,
  mark: undefined,
  quantity: 0n,
  closed: 0n,
  entry: 0n,
  exit: 0n,
  fees: 0n,
});

function passCloses(leg: LegState, time: number) {
  const { times: ends, prices } = leg.closes;
  for (; leg.next < ends.length && (ends[leg.next] ?? 0) <= time; leg.next++)
    leg.mark = readDecimal(textOfNumber(prices[leg.next] ?? 0)) ?? leg.mark;
}

function addFill(leg: LegState, fill: Fill) {
  const quantity = decimal(fill.quantity);
  if (fill.action === 'open') {
    leg.quantity += quantity;
    leg.entry += decimal(fill.notional);
  } else {
    leg.quantity -= quantity;
    leg.closed += quantity;
    leg.exit += decimal(fill.notional);
  }
  leg.fees += decimal(fill.fee);
  leg.mark = decimal(fill.mark_price);
}

/** What is realized, fees taken off, and what is open on top of it at the mark. */
function worth(leg: LegState): { total: Decimal; realized: Decimal } {
  const { sign, quantity, closed, entry, exit, fees } = leg;
  const cost = quantity === 0n ? entry : (over(times(entry, closed), closed + quantity) ?? 0n);
  const open = leg.mark === undefined ? 0n : times(quantity, leg.mark) - (entry - cost);
  const realized = sign * (exit - cost) - fees;
  return { total: realized + (quantity === 0n ? 0n : sign * open), realized };
}

function pointAt(time: number, legs: Iterable<LegState>): CurvePoint {
  const all = [...legs].map(worth);
  return {
    time,
    value: decimalText(sum(all.map(({ total }) => total))),
    part: decimalText(sum(all.map(({ realized }) => realized))),
  };
}

/** Every second by which something was filled, or a candle ended since. */
function momentsOf(fills: readonly Fill[], closes: Iterable<Closes>, end: number): number[] {
  const filled = fills.map(({ created_at }) => Math.ceil(isoSeconds(created_at)));
  const first = leastOf(filled);
  const ended = [...closes].flatMap(({ times: ends }) => ends.filter((time) => time > first && time <= end));
  return [...new Set([...filled, ...ended])].sort((a, b) => a - b);
}

/**
 * What a plan had made, at each of its fills and at each close since the first: realized less fees, and what was open
 * at the newer of the last close and the mark of the last fill. `closes` by symbol; `end` in epoch seconds.
 */
export function pnlCurve(
  legs: readonly TradePlanLeg[],
  fills: readonly Fill[],
  closes: ReadonlyMap<string, Closes>,
  end: number,
): CurvePoint[] {
  const states = new Map(legs.map((leg) => [leg.id, begin(leg, closes.get(leg.symbol))]));
  let next = 0;
  return momentsOf(fills, closes.values(), end).map((time) => {
    for (const leg of states.values()) passCloses(leg, time);
    for (let fill = fills[next]; fill && isoSeconds(fill.created_at) <= time; fill = fills[++next]) {
      const leg = states.get(fill.leg_id ?? '');
      if (leg) addFill(leg, fill);
    }
    return pointAt(time, states.values());
  });
}

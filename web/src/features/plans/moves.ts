import type { PaperAccount, TradePlan, TradePlanLeg, TradePlanPnl } from '~/api/client';
import {
  bpsOf,
  type Decimal,
  decimalOf,
  magnitude,
  over,
  plainDecimal,
  readDecimal,
  sum,
  times,
} from '~/lib/decimal';

/** What opening or closing a plan would do, by the rules of the ledger: shown before it is done. */
export interface PreviewFill {
  leg: TradePlanLeg;
  side: 'buy' | 'sell';
  quantity: Decimal;
  /** Undefined, and with it all that follows, while there is no mark. */
  price: Decimal | undefined;
  notional: Decimal;
  fee: Decimal;
  /** Of what is closed, before fees. */
  realized: Decimal;
}

export interface Preview {
  fills: PreviewFill[];
  /** What the cash changes by. */
  cash: Decimal;
  fees: Decimal;
  realized: Decimal;
  isComplete: boolean;
}

export interface Terms {
  /** Marks by symbol, as typed or found. */
  marks: ReadonlyMap<string, string>;
  fee_bps: string;
  slippage_bps: string;
}

const BPS = decimalOf(10_000);

/** The mark, moved against the trader. */
function fillPrice(mark: Decimal, slippage: Decimal, side: 'buy' | 'sell'): Decimal {
  const factor = over(side === 'buy' ? BPS + slippage : BPS - slippage, BPS) ?? 0n;
  return times(mark, factor);
}

const zero = (text: string): Decimal => readDecimal(text) ?? 0n;

/** The part of what was paid for a leg that goes with a quantity of it. */
function costOf(leg: TradePlanLeg, quantity: Decimal): Decimal {
  return times(readDecimal(leg.average_entry_price) ?? 0n, quantity);
}

function fillOf(leg: TradePlanLeg, quantity: Decimal, isOpening: boolean, terms: Terms): PreviewFill {
  const side = (leg.side === 'long') === isOpening ? 'buy' : 'sell';
  const mark = readDecimal(terms.marks.get(leg.symbol));
  const price =
    mark === undefined || mark <= 0n ? undefined : fillPrice(mark, zero(terms.slippage_bps), side);
  const notional = price === undefined ? 0n : times(quantity, price);
  const gain = leg.side === 'long' ? notional - costOf(leg, quantity) : costOf(leg, quantity) - notional;
  return {
    leg,
    side,
    quantity,
    price,
    notional,
    fee: bpsOf(notional, zero(terms.fee_bps)),
    realized: isOpening || price === undefined ? 0n : gain,
  };
}

function previewOf(fills: PreviewFill[]): Preview {
  const fees = sum(fills.map(({ fee }) => fee));
  return {
    fills,
    fees,
    cash: sum(fills.map(({ side, notional }) => (side === 'buy' ? -notional : notional))) - fees,
    realized: sum(fills.map(({ realized }) => realized)),
    isComplete: fills.every(({ price }) => price !== undefined),
  };
}

export const previewOpen = (plan: TradePlan, terms: Terms): Preview =>
  previewOf(plan.legs.map((leg) => fillOf(leg, zero(leg.planned_quantity), true, terms)));

/** How much of each leg is closed, by its id. */
export type Closing = ReadonlyMap<string, Decimal>;

export const previewClose = (plan: TradePlan, closing: Closing, terms: Terms): Preview =>
  previewOf(
    plan.legs.flatMap((leg) => {
      const quantity = closing.get(leg.id) ?? 0n;
      return quantity > 0n ? [fillOf(leg, quantity, false, terms)] : [];
    }),
  );

/**
 * What the whole plan stands at after a close: what was made and paid before, this close, and what stays open at the
 * same marks. Undefined while one is missing.
 */
export function totalAfter(
  plan: TradePlan,
  pnl: Pick<TradePlanPnl, 'realized_pnl' | 'fees'>,
  closing: Closing,
  terms: Terms,
): Decimal | undefined {
  const close = previewClose(plan, closing, terms);
  const rest = previewClose(plan, restOf(plan, closing), { ...terms, fee_bps: '0', slippage_bps: '0' });
  if (!close.isComplete || !rest.isComplete) return undefined;
  return zero(pnl.realized_pnl) - zero(pnl.fees) + close.realized - close.fees + rest.realized;
}

const restOf = (plan: TradePlan, closing: Closing): Closing =>
  new Map(plan.legs.map(({ id, quantity_open }) => [id, zero(quantity_open) - (closing.get(id) ?? 0n)]));

/** So much of each open leg, rounded as the ledger rounds it. */
export const fractionOf = (plan: TradePlan, fraction: Decimal): Closing =>
  new Map(plan.legs.map((leg) => [leg.id, times(zero(leg.quantity_open), fraction)]));

/** What is exposed after it, and how much may be; undefined where the account lacks a mark. */
export function exposureAfter(account: PaperAccount, preview: Preview) {
  const gross = readDecimal(account.gross_exposure);
  const equity = readDecimal(account.equity);
  const leverage = readDecimal(account.max_leverage);
  if (gross === undefined || equity === undefined || leverage === undefined) return undefined;
  const after = gross + sum(preview.fills.map(({ notional }) => magnitude(notional)));
  const limit = times(equity - preview.fees, leverage);
  return { after, limit, isOver: after > limit };
}

/** Why the server would refuse to open it, as far as that can be seen here. */
export function whyNotOpened(plan: TradePlan, account: PaperAccount, preview: Preview): string | undefined {
  if (plan.status !== 'planned')
    return `The plan is ${plan.status} by now: only what is planned can be opened.`;
  const unmarked = preview.fills.filter(({ price }) => price === undefined).map(({ leg }) => leg.symbol);
  if (unmarked.length > 0) return `There is no price of ${unmarked.join(', ')}: type its mark.`;
  return exposureAfter(account, preview)?.isOver
    ? `${account.name} cannot carry it: equity times leverage allows less. Plan it smaller, or close something first.`
    : undefined;
}

/** Only what was typed goes with the request: the rest is the server's to fill in, and noted as such. */
export function termsBody(typed: {
  marks: ReadonlyMap<string, string>;
  fee_bps: string | undefined;
  slippage_bps: string | undefined;
}) {
  const marks = [...typed.marks].map(([symbol, price]) => [symbol, plainDecimal(price)]);
  return {
    ...(marks.length > 0 && { mark_prices: Object.fromEntries(marks) as Record<string, string> }),
    ...(typed.fee_bps !== undefined && { fee_bps: plainDecimal(typed.fee_bps) }),
    ...(typed.slippage_bps !== undefined && { slippage_bps: plainDecimal(typed.slippage_bps) }),
  };
}

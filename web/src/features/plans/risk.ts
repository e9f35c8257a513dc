import type { TradePlanPnl } from '~/api/client';
import { type Decimal, decimalText, over, readDecimal } from '~/lib/decimal';
import { formatDecimal } from '~/lib/money';

/** What one R is, wherever it is shown. */
export const R_MEANS =
  'Profit and loss in multiples of the planned risk: what is lost from entry to stop, over all legs with a stop';

/** Undefined without a stop to risk anything to, and while a mark is missing. */
export function rOf({ total_pnl, planned_risk }: TradePlanPnl): Decimal | undefined {
  const [made, risk] = [readDecimal(total_pnl), readDecimal(planned_risk)];
  return made === undefined || risk === undefined || risk <= 0n ? undefined : over(made, risk);
}

/** "+1.50 R" */
export function rText(pnl: TradePlanPnl | undefined): string {
  const multiple = pnl && rOf(pnl);
  return formatDecimal(multiple === undefined ? null : decimalText(multiple), { signed: true, suffix: ' R' });
}

import type { TradePlan, TradePlanPnl } from '~/api/client';
import { type Decimal, decimalText, over, readDecimal } from '~/lib/decimal';
import { formatDecimal, formatMoney } from '~/lib/money';

/** What one R is, wherever it is shown. */
export const R_MEANS =
  'Profit and loss in multiples of the most that may be lost: the risk limit of the plan';

/** Undefined without a limit, and while a mark is missing. */
export const rOf = ({ r_multiple }: TradePlanPnl): Decimal | undefined => readDecimal(r_multiple);

/** "+1.50 R" */
export const rText = (pnl: TradePlanPnl | undefined): string =>
  formatDecimal(pnl?.r_multiple ?? null, { signed: true, suffix: ' R' });

/** What is lost at the stops, and what that is of the limit: "80.00 (0.80 R)". */
export function riskText({
  planned_risk,
  max_risk_amount,
}: Pick<TradePlan, 'planned_risk' | 'max_risk_amount'>) {
  if (planned_risk === null)
    return max_risk_amount === null ? 'no stop' : `at most ${formatMoney(max_risk_amount)}`;
  const [risk, limit] = [readDecimal(planned_risk), readDecimal(max_risk_amount)];
  const share = risk === undefined || limit === undefined ? undefined : over(risk, limit);
  const shareText = share === undefined ? '' : ` (${formatDecimal(decimalText(share), { suffix: ' R' })})`;
  return formatMoney(planned_risk) + shareText;
}

import type { PaperAccount } from '~/api/client';
import type { Mark } from '~/api/marks';
import { type Decimal, decimalOf, decimalText, magnitude, over, readDecimal, times } from '~/lib/decimal';
import { formatDecimal, formatExact, formatMoney, formatPriceText } from '~/lib/money';
import { numbersOf, type PlanDraft } from './draft';
import { type LegNumbers, type PlanSums, sumsOf } from './sizing';

interface Props {
  draft: PlanDraft;
  account: PaperAccount | undefined;
  marks: ReadonlyMap<string, Mark>;
}

const money = (value: Decimal | undefined) => (value === undefined ? '–' : formatMoney(decimalText(value)));

/** What the plan comes to, while it is typed, and what there is to think about before it is saved. */
export function PlanSummary({ draft, account, marks }: Props) {
  const legs = numbersOf(draft.legs);
  const sums = sumsOf(legs, readDecimal(account?.fee_bps) ?? 0n);
  const equity = readDecimal(account?.equity);
  const share = equity === undefined || equity <= 0n ? undefined : over(sums.notional, equity);
  const ratio = sums.risk && sums.reward !== undefined ? over(sums.reward, sums.risk) : undefined;
  const facts: [string, string][] = [
    ...draft.legs.map((leg, index): [string, string] => [
      `Quantity of ${leg.symbol || `leg ${index + 1}`}`,
      legs[index]?.quantity === undefined ? '–' : formatExact(decimalText(legs[index].quantity)),
    ]),
    ['Value', money(sums.notional)],
    [
      'Of the account',
      share === undefined ? '–' : formatDecimal(decimalText(times(share, decimalOf(100))), { suffix: '%' }),
    ],
    ['Risk at the stops', money(sums.risk)],
    ['Reward : risk', ratio === undefined ? '–' : formatDecimal(decimalText(ratio))],
    ['Fees, in and out', money(sums.fees)],
  ];
  const warnings = warningsOf({ draft, legs, sums, account, marks });
  return (
    <>
      <dl className="ui-facts" aria-label="What it comes to">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {warnings.length > 0 && (
        <ul className="ui-notice" style={{ margin: 0, paddingLeft: 30 }} aria-label="To think about">
          {warnings.map((warning) => (
            <li key={warning}>{warning}</li>
          ))}
        </ul>
      )}
    </>
  );
}

interface Looked extends Props {
  legs: readonly LegNumbers[];
  sums: PlanSums;
}

const FAR = 10n; // an entry a tenth away from the last price is worth a word

export function warningsOf({ draft, legs, sums, account, marks }: Looked): string[] {
  const warnings: string[] = [];
  const most = readDecimal(draft.max_risk_amount);
  if (most !== undefined && sums.risk !== undefined && sums.risk > most)
    warnings.push(`The stops risk ${money(sums.risk)}, more than the ${money(most)} that may be lost.`);
  if (sums.notional > 0n && sums.withoutStop > 0 && (most !== undefined || draft.auto_close))
    warnings.push(
      sums.withoutStop === legs.length
        ? 'No leg has a stop: what may be lost is not known.'
        : `${sums.withoutStop} of ${legs.length} legs have no stop.`,
    );
  const room = roomOf(account);
  if (room !== undefined && sums.notional > room)
    warnings.push(`The account carries ${money(room)} more at its leverage; opening this would be refused.`);
  draft.legs.forEach((leg, index) => {
    const entry = legs[index]?.entry;
    const mark = readDecimal(marks.get(leg.symbol)?.price);
    if (entry !== undefined && mark !== undefined && mark > 0n && magnitude(entry - mark) * FAR > mark)
      warnings.push(
        `The entry of ${leg.symbol} is far from its last price, ${formatPriceText(decimalText(mark))}.`,
      );
  });
  return warnings;
}

/** How much more exposure an account carries. */
function roomOf(account: PaperAccount | undefined): Decimal | undefined {
  const equity = readDecimal(account?.equity);
  const gross = readDecimal(account?.gross_exposure);
  const leverage = readDecimal(account?.max_leverage);
  if (equity === undefined || gross === undefined || leverage === undefined) return undefined;
  return times(equity, leverage) - gross;
}

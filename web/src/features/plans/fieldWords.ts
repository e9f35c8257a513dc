import { type FieldWords, fieldWords } from '~/features/backtests/problemWords';
import type { PlanDraft } from './draft';

const LEG_FIELDS: Record<string, string> = {
  planned_quantity: 'size',
  planned_entry_price: 'entry price',
  stop_price: 'stop',
  target_price: 'target',
};
const FIELDS: Record<string, string> = {
  account_id: 'Account',
  strategy_tag: 'Strategy',
  max_risk_amount: 'Most that may be lost',
  auto_close: 'Close by itself',
  trade_type: 'Kind of plan',
};

/** What the form calls the members of a plan: `legs.0.stop_price` is "Leg 1 (ETHUSDT), stop". */
export const planWords =
  (legs: readonly Pick<PlanDraft['legs'][number], 'symbol'>[]): FieldWords =>
  (name) => {
    const [, index, member = ''] = /^legs\.(\d+)\.(.+)$/.exec(name) ?? [];
    if (index === undefined)
      return FIELDS[name] ?? fieldWords(name.replace(/^invalidation_rule\./, 'watched '));
    const symbol = legs[Number(index)]?.symbol.trim();
    const leg = `Leg ${Number(index) + 1}${symbol ? ` (${symbol})` : ''}`;
    return `${leg}, ${LEG_FIELDS[member] ?? member.replaceAll('_', ' ')}`;
  };

import type { PlanStatus, TradePlan, TradePlanChange } from '~/api/client';
import type { IconName } from '~/components/Icon';

export const PLAN_STATES: Record<PlanStatus, { word: string; icon: IconName; none: string }> = {
  planned: { word: 'Planned', icon: 'pencil', none: 'Nothing is planned.' },
  open: { word: 'Open', icon: 'chart', none: 'Nothing is open.' },
  closed: { word: 'Closed', icon: 'check', none: 'Nothing was closed yet.' },
  cancelled: { word: 'Cancelled', icon: 'ban', none: 'Nothing was cancelled.' },
};

export const PLAN_STATUSES = Object.keys(PLAN_STATES) as PlanStatus[];

export const isPlanStatus = (text: string): text is PlanStatus => text in PLAN_STATES;

/** Where a plan may go from a state by somebody's hand. */
export const MOVES: Record<PlanStatus, readonly PlanStatus[]> = {
  planned: ['open', 'cancelled'],
  open: ['closed'],
  closed: [],
  cancelled: [],
};

export const SIDE_WORDS = { long: 'Long', short: 'Short' } as const;

export const TYPE_WORDS = { single: 'Single', pair: 'Pair', basket: 'Basket' } as const;

export const CHANGE_WORDS: Record<TradePlanChange['action'], string> = {
  create: 'wrote the plan',
  edit: 'changed it',
  open: 'opened it',
  close: 'closed',
  cancel: 'cancelled it',
  invalidate: 'The invalidation came true',
};

export const CLOSE_WORDS: Record<NonNullable<TradePlan['close_reason']>, string> = {
  manual: 'by hand',
  stop: 'at the stop',
  target: 'at the target',
  invalidation: 'as the invalidation came true',
  reset: 'with a reset of the account',
};

const LEGS_NAMED = 3;

/** "BTCUSDT", "ETHUSDT / BTCUSDT", "A, B, C and 2 more": what the plan is about, in a line. */
export function planName({ legs, trade_type }: Pick<TradePlan, 'legs' | 'trade_type'>): string {
  const names = legs.map(({ symbol }) => symbol);
  if (trade_type === 'pair') return names.join(' / ');
  const more = names.length - LEGS_NAMED;
  return names.slice(0, LEGS_NAMED).join(', ') + (more > 0 ? ` and ${more} more` : '');
}

/** What makes the idea wrong, for a machine, in words. */
export function ruleText(rule: NonNullable<TradePlan['invalidation_rule']>): string {
  const against = rule.average
    ? `${rule.average.kind.toUpperCase()} ${rule.average.length}`
    : String(rule.level ?? '');
  return `${rule.series} closes ${rule.operator} ${against} on ${rule.interval}`;
}

import type { InvalidationRule, TradePlan, TradePlanCreate, TradePlanUpdate, TradeType } from '~/api/client';
import { type Decimal, decimalText, plainDecimal, readDecimal } from '~/lib/decimal';
import { splitAtCommas } from '~/lib/splitList';
import { type LegNumbers, notionalOf, quantityOf, type Sizing } from './sizing';

/** A plan as it is typed: everything is text, so that nothing is lost on the way to being right. */
export interface LegDraft {
  /** Tells legs apart while they are edited. */
  key: number;
  symbol: string;
  side: 'long' | 'short';
  sizing: Sizing;
  amount: string;
  entry: string;
  stop: string;
  target: string;
}

export interface RuleDraft {
  isOn: boolean;
  series: string;
  interval: string;
  operator: InvalidationRule['operator'];
  against: 'level' | 'sma' | 'ema';
  value: string;
}

export interface PlanDraft {
  account_id: string;
  trade_type: TradeType;
  strategy_tag: string;
  thesis: string;
  invalidation: string;
  rule: RuleDraft;
  max_risk_amount: string;
  auto_close: boolean;
  /** Words between commas. */
  tags: string;
  notes: string;
  legs: LegDraft[];
}

export type Faults = Record<string, string>;

const LEGS_MAX = 50;

export const newLeg = (key: number, given: Partial<LegDraft> = {}): LegDraft => ({
  key,
  symbol: '',
  side: 'long',
  sizing: 'quantity',
  amount: '',
  entry: '',
  stop: '',
  target: '',
  ...given,
});

export const EMPTY_PLAN: PlanDraft = {
  account_id: 'paper-main',
  trade_type: 'single',
  strategy_tag: '',
  thesis: '',
  invalidation: '',
  rule: { isOn: false, series: '', interval: '1d', operator: 'below', against: 'level', value: '' },
  max_risk_amount: '',
  auto_close: false,
  tags: '',
  notes: '',
  legs: [newLeg(1)],
};

const opposite = { long: 'short', short: 'long' } as const;

/** The legs that a kind of plan has: what was typed of them stays as far as it fits. */
export function legsFor(type: TradeType, legs: readonly LegDraft[]): LegDraft[] {
  const first = legs[0] ?? newLeg(1);
  const key = 1 + Math.max(...legs.map((leg) => leg.key), first.key);
  if (type === 'single') return [first.sizing === 'equal' ? { ...first, sizing: 'notional' } : first];
  const second = legs[1] ?? newLeg(key, { sizing: 'equal', side: opposite[first.side] });
  if (type === 'pair') return [first, { ...second, side: opposite[first.side] }];
  return legs.length >= 2 ? [...legs] : [first, legs[1] ?? newLeg(key, { sizing: 'equal' })];
}

export const withLeg = (legs: readonly LegDraft[]): LegDraft[] =>
  legs.length >= LEGS_MAX
    ? [...legs]
    : [...legs, newLeg(1 + Math.max(...legs.map(({ key }) => key)), { sizing: 'equal' })];

/** The numbers of each leg, as far as they can be read. */
export function numbersOf(legs: readonly LegDraft[]): LegNumbers[] {
  const read: LegNumbers[] = [];
  for (const leg of legs) {
    const entry = readDecimal(leg.entry);
    const stop = readDecimal(leg.stop);
    const other = read[0] && notionalOf(read[0]);
    const quantity = quantityOf({
      sizing: leg.sizing,
      amount: readDecimal(leg.amount),
      entry,
      stop,
      other,
    });
    read.push({ quantity, entry, stop, target: readDecimal(leg.target) });
  }
  return read;
}

const NO_NUMBER = 'Type a number above 0, such as 0.25.';
const isAbove = (value: Decimal | undefined): value is Decimal => value !== undefined && value > 0n;

/** What the draft asks for, and what keeps it from being asked. What the server decides is left to it. */
export function readPlan(draft: PlanDraft): { body: TradePlanCreate; faults: Faults } {
  const faults: Faults = {};
  const numbers = numbersOf(draft.legs);
  const legs = draft.legs.map((leg, index) => readLeg(leg, numbers[index], `legs.${index}`, faults));
  if (draft.max_risk_amount.trim() !== '' && !isAbove(readDecimal(draft.max_risk_amount)))
    faults.max_risk_amount = NO_NUMBER;
  const tags = splitAtCommas(draft.tags);
  const rule = draft.rule.isOn ? readRule(draft.rule, faults) : undefined;
  return {
    body: {
      account_id: draft.account_id,
      trade_type: draft.trade_type,
      ...given('strategy_tag', draft.strategy_tag),
      ...given('thesis', draft.thesis),
      ...given('invalidation', draft.invalidation),
      ...(rule && { invalidation_rule: rule }),
      ...given('max_risk_amount', plainDecimal(draft.max_risk_amount)),
      ...(draft.auto_close && { auto_close: true }),
      ...(tags.length > 0 && { tags }),
      ...given('notes', draft.notes),
      legs,
    },
    faults,
  };
}

const given = (name: string, text: string) => (text.trim() === '' ? {} : { [name]: text.trim() });

type LegInput = TradePlanCreate['legs'][number];

function readLeg(leg: LegDraft, numbers: LegNumbers | undefined, at: string, faults: Faults): LegInput {
  if (leg.symbol.trim() === '') faults[`${at}.symbol`] = 'Choose a symbol.';
  if (!isAbove(numbers?.entry)) faults[`${at}.planned_entry_price`] = NO_NUMBER;
  for (const name of ['stop', 'target'] as const)
    if (leg[name].trim() !== '' && !isAbove(numbers?.[name])) faults[`${at}.${name}_price`] = NO_NUMBER;
  if (!isAbove(numbers?.quantity)) faults[`${at}.planned_quantity`] = sizeFault(leg, numbers);
  return {
    symbol: leg.symbol.trim(),
    side: leg.side,
    planned_quantity: numbers?.quantity === undefined ? leg.amount.trim() : decimalText(numbers.quantity),
    planned_entry_price: plainDecimal(leg.entry),
    ...given('stop_price', plainDecimal(leg.stop)),
    ...given('target_price', plainDecimal(leg.target)),
  };
}

function sizeFault(leg: LegDraft, numbers: LegNumbers | undefined): string {
  if (leg.sizing === 'equal') return 'It is as large as leg 1, once both have an entry price.';
  if (!isAbove(readDecimal(leg.amount))) return NO_NUMBER;
  if (leg.sizing === 'risk' && numbers?.stop === undefined) return 'This takes a stop price.';
  if (leg.sizing === 'risk' && numbers?.entry === numbers?.stop) return 'The stop is at the entry price.';
  return numbers?.entry === undefined ? 'This takes an entry price.' : 'That is too small for any quantity.';
}

function readRule(rule: RuleDraft, faults: Faults): InvalidationRule {
  const base = {
    series: rule.series.trim(),
    interval: rule.interval as InvalidationRule['interval'],
    operator: rule.operator,
  };
  if (base.series === '') faults['invalidation_rule.series'] = 'Choose a symbol or a ratio.';
  if (rule.against === 'level') {
    if (!isAbove(readDecimal(rule.value))) faults['invalidation_rule.level'] = NO_NUMBER;
    return { ...base, level: plainDecimal(rule.value) };
  }
  const length = Number(rule.value);
  if (!Number.isInteger(length) || length < 1)
    faults['invalidation_rule.average.length'] = 'Type how many bars, such as 50.';
  return { ...base, average: { kind: rule.against, length } };
}

const FIELDS =
  /^(account_id|trade_type|strategy_tag|thesis|invalidation|max_risk_amount|auto_close|notes|tags(\.\d+)?|invalidation_rule(\.(series|interval|operator|level|average(\.(kind|length))?))?|legs|legs\.\d+\.(symbol|side|planned_quantity|planned_entry_price|stop_price|target_price))$/;

/** Whether the form has a place for what is said of this member. */
export const isPlanField = (name: string): boolean => FIELDS.test(name);

/** The same as a change of a plan that is planned: what is empty is taken away. Its account stays what it is. */
export function changeOf({ account_id: _, ...body }: TradePlanCreate): TradePlanUpdate {
  const none = {
    strategy_tag: null,
    thesis: null,
    invalidation: null,
    invalidation_rule: null,
    max_risk_amount: null,
    auto_close: false,
    tags: [],
    notes: null,
  };
  return { ...none, ...body };
}

/** A planned plan as a draft again, to be changed or planned once more. */
export function draftOfPlan(plan: TradePlan): PlanDraft {
  const { invalidation_rule: rule } = plan;
  return {
    account_id: plan.account_id,
    trade_type: plan.trade_type,
    strategy_tag: plan.strategy_tag ?? '',
    thesis: plan.thesis ?? '',
    invalidation: plan.invalidation ?? '',
    rule: rule
      ? {
          isOn: true,
          series: rule.series,
          interval: rule.interval,
          operator: rule.operator,
          against: rule.average?.kind ?? 'level',
          value: rule.average?.length ?? rule.level ?? '',
        }
      : EMPTY_PLAN.rule,
    max_risk_amount: plan.max_risk_amount ?? '',
    auto_close: plan.auto_close,
    tags: plan.tags.join(', '),
    notes: plan.notes ?? '',
    legs: plan.legs.map((leg, index) => ({
      key: index + 1,
      symbol: leg.symbol,
      side: leg.side,
      sizing: 'quantity',
      amount: leg.planned_quantity,
      entry: leg.planned_entry_price,
      stop: leg.stop_price ?? '',
      target: leg.target_price ?? '',
    })),
  };
}

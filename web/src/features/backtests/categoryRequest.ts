import type { Backtest, MomentumCreate } from '~/api/client';
import { momentumRequest } from '~/api/completed';
import { type Interval, isInterval } from '~/lib/interval';
import { namesOf } from '~/lib/names';
import { formatMoment, parseMoment } from '~/lib/time';
import { type NumberRules, readNumber } from './parameters';
import type { Faults } from './request';

/** The form of a backtest over a category, as typed. Every field is text until it is sent; names are the server's. */
export interface CategoryDraft {
  /** Where the symbols come from: a category, or a list of names. */
  universe: 'category' | 'symbols';
  category: string;
  /** The set that the category is of; empty for the server's file. */
  category_set_id: string;
  symbols: string;
  strategy: 'relative_momentum' | 'risk_adjusted_momentum';
  interval: Interval;
  quote_asset: string;
  from: string;
  to: string;
  initial_capital: string;
  long_count: string;
  short_count: string;
  lookback: string;
  skip: string;
  rebalance_every: string;
  weighting: 'equal' | 'inverse_volatility';
  fee_bps: string;
  slippage_bps: string;
  max_gap_factor: string;
  name: string;
}

export const EMPTY_CATEGORY: CategoryDraft = {
  universe: 'category',
  category: '',
  category_set_id: '',
  symbols: '',
  strategy: 'relative_momentum',
  interval: '1d',
  quote_asset: 'USDT',
  from: '',
  to: '',
  initial_capital: '10000',
  long_count: '5',
  short_count: '5',
  lookback: '30',
  skip: '0',
  rebalance_every: '7',
  weighting: 'equal',
  fee_bps: '10',
  slippage_bps: '0',
  max_gap_factor: '10',
  name: '',
};

const BARS_MAX = 10_000;
const COUNT_MAX = 1000;
type NumberName =
  | 'initial_capital'
  | 'long_count'
  | 'short_count'
  | 'lookback'
  | 'skip'
  | 'rebalance_every'
  | 'fee_bps'
  | 'slippage_bps'
  | 'max_gap_factor';

const RULES: Record<NumberName, NumberRules> = {
  initial_capital: { exclusiveMinimum: 0, maximum: 1e15 },
  long_count: { whole: true, minimum: 0, maximum: COUNT_MAX },
  short_count: { whole: true, minimum: 0, maximum: COUNT_MAX },
  lookback: { whole: true, minimum: 1, maximum: BARS_MAX },
  skip: { whole: true, minimum: 0, maximum: BARS_MAX },
  rebalance_every: { whole: true, minimum: 1, maximum: BARS_MAX },
  fee_bps: { minimum: 0, maximum: 1000 },
  slippage_bps: { minimum: 0, maximum: 1000 },
  max_gap_factor: { exclusiveMinimum: 1, maximum: 1e6 },
};

export const hasCategoryField = (name: string): boolean =>
  name !== 'universe' && Object.hasOwn(EMPTY_CATEGORY, name);

/** What will be sent, and what is wrong with it; a field at fault is left out of the body. */
export function readCategory(draft: CategoryDraft): { body: MomentumCreate; faults: Faults } {
  const faults: Faults = {};
  const names = Object.keys(RULES) as NumberName[];
  const numbers = Object.fromEntries(
    names.map((name) => {
      const read = readNumber(draft[name].trim(), RULES[name]);
      if ('fault' in read) faults[name] = read.fault;
      return [name, 'value' in read ? read.value : undefined];
    }),
  ) as Record<NumberName, number | undefined>;
  if (numbers.long_count === 0 && numbers.short_count === 0) faults.short_count = 'Not both counts may be 0';
  const needsVolatility =
    draft.strategy === 'risk_adjusted_momentum' || draft.weighting === 'inverse_volatility';
  if (needsVolatility && numbers.lookback === 1) faults.lookback = 'Must be at least 2: volatility is needed';
  const universe = readUniverse(draft, faults);
  const from = readMoment(draft, 'from', faults);
  const to = readMoment(draft, 'to', faults);
  if (from !== undefined && to !== undefined && from >= to) faults.to = 'Must be after the start';
  return {
    body: {
      ...universe,
      strategy: draft.strategy,
      interval: draft.interval,
      quote_asset: draft.quote_asset.trim().toUpperCase() || undefined,
      from,
      to,
      ...numbers,
      weighting: draft.weighting,
      name: draft.name.trim() || undefined,
    },
    faults,
  };
}

function readUniverse({ universe, category, category_set_id, symbols }: CategoryDraft, faults: Faults) {
  if (universe === 'symbols') {
    const names = namesOf(symbols);
    if (names.length < 2) faults.symbols = 'Name at least two symbols, with commas between';
    return { symbols: names };
  }
  if (category.trim() === '') faults.category = 'Choose a category';
  return { category: category.trim(), category_set_id: category_set_id || undefined };
}

function readMoment(draft: CategoryDraft, name: 'from' | 'to', faults: Faults): number | undefined {
  if (draft[name].trim() === '') return undefined;
  const seconds = parseMoment(draft[name]);
  if (seconds === undefined) faults[name] = 'Write a date as 2024-01-31, or with a time as 2024-01-31 14:30';
  return seconds;
}

/** A run of a category as a form again. */
export function draftOfCategory({
  request: stored,
  name,
}: Pick<Backtest, 'request' | 'name'>): CategoryDraft {
  const request = momentumRequest(stored);
  if (!request) return EMPTY_CATEGORY;
  const numbers = Object.fromEntries(
    (Object.keys(RULES) as NumberName[]).map((field) => [field, String(request[field])]),
  ) as Record<NumberName, string>;
  return {
    ...EMPTY_CATEGORY,
    ...numbers,
    universe: request.symbols ? 'symbols' : 'category',
    category: request.category ?? '',
    category_set_id: request.category_set_id ?? '',
    symbols: request.symbols?.join(', ') ?? '',
    strategy: request.strategy,
    weighting: request.weighting,
    interval: isInterval(request.interval) ? request.interval : '1d',
    quote_asset: request.quote_asset,
    from: request.from === null ? '' : formatMoment(request.from),
    to: request.to === null ? '' : formatMoment(request.to),
    name: name ?? '',
  };
}

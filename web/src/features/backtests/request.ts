import type { Backtest, BacktestCreate, Strategy } from '~/api/client';
import { singleRequest } from '~/api/completed';
import { hasIndex } from '~/lib/category';
import { type Interval, isInterval } from '~/lib/interval';
import { formatMoment, parseMoment } from '~/lib/time';
import {
  initialDraft,
  type NumberReader,
  type ParameterDraft,
  readNumber,
  readParameters,
} from './parameters';

/** The form as typed. Every field is text until it is sent; names are the server's. */
export interface BacktestDraft {
  strategy_id: string;
  symbol: string;
  /** The set that categories in the series are of; empty for the server's file. */
  category_set_id: string;
  interval: Interval;
  from: string;
  to: string;
  initial_capital: string;
  fee_bps: string;
  slippage_bps: string;
  position_fraction: string;
  allow_short: boolean;
  execution: 'next_open' | 'close';
  max_gap_factor: string;
  /** Stops are empty for none. */
  stop_loss_pct: string;
  take_profit_pct: string;
  trailing_stop_pct: string;
  name: string;
  params: ParameterDraft;
  /** Of a sweep: what makes a combination the best. */
  metric: string;
  /** Empty for what is better of that metric. */
  goal: '' | 'highest' | 'lowest';
}

export const EMPTY_DRAFT: BacktestDraft = {
  strategy_id: '',
  symbol: '',
  category_set_id: '',
  interval: '1d',
  from: '',
  to: '',
  initial_capital: '10000',
  fee_bps: '10',
  slippage_bps: '0',
  position_fraction: '1',
  allow_short: false,
  execution: 'next_open',
  max_gap_factor: '10',
  stop_loss_pct: '',
  take_profit_pct: '',
  trailing_stop_pct: '',
  name: '',
  params: {},
  metric: 'sharpe',
  goal: '',
};

export type Faults = Record<string, string>;

/** Whether the form has a field of this name, so that a server error can be put under it. */
export function hasField(name: string, strategy: Strategy | undefined): boolean {
  const parameter = name.startsWith('params.') ? name.slice('params.'.length) : undefined;
  if (parameter !== undefined) return Object.hasOwn(strategy?.parameters.properties ?? {}, parameter);
  return name !== 'params' && Object.hasOwn(EMPTY_DRAFT, name);
}

const CAPITAL_MAX = 1e15;
const BPS_MAX = 1000;
const GAP_FACTOR_MAX = 1e6;
const PERCENT_MAX = 1e6;

/** What will be sent, and what is wrong with it; a field at fault is left out of the body. */
export function readDraft(draft: BacktestDraft, strategy: Strategy | undefined) {
  return readDraftWith(readNumber, draft, strategy);
}

/** The body of a request whose numbers are N, but for the capital. */
type Body<N> = Omit<BacktestCreate, Swept> & { params: Record<string, N | string | boolean> } & {
  [name in Exclude<Swept, 'params'>]?: N;
};
type Swept =
  | 'params'
  | 'fee_bps'
  | 'slippage_bps'
  | 'position_fraction'
  | 'max_gap_factor'
  | 'stop_loss_pct'
  | 'take_profit_pct'
  | 'trailing_stop_pct';

/** The same with another way to read numbers. */
export function readDraftWith<N>(
  reader: NumberReader<N>,
  draft: BacktestDraft,
  strategy: Strategy | undefined,
) {
  const faults: Faults = {};
  const number = (name: keyof BacktestDraft & string, rules: Parameters<typeof readNumber>[1]) => {
    const read = reader(String(draft[name]).trim(), rules);
    if ('value' in read) return read.value;
    faults[name] = read.fault;
    return undefined;
  };
  const percent = (name: 'stop_loss_pct' | 'take_profit_pct' | 'trailing_stop_pct') => {
    if (draft[name].trim() === '') return undefined;
    const most = name === 'stop_loss_pct' ? { exclusiveMaximum: 100 } : { maximum: PERCENT_MAX };
    return number(name, { exclusiveMinimum: 0, ...most });
  };
  const moment = (name: 'from' | 'to') => {
    if (draft[name].trim() === '') return undefined;
    const seconds = parseMoment(draft[name]);
    if (seconds === undefined)
      faults[name] = 'Write a date as 2024-01-31, or with a time as 2024-01-31 14:30';
    return seconds;
  };

  const parameters = strategy ? readParameters(strategy, draft.params, reader) : { params: {}, faults: {} };
  Object.assign(faults, parameters.faults);
  if (!strategy) faults.strategy_id = 'Choose a strategy';
  const symbol = draft.symbol.trim();
  if (symbol === '') faults.symbol = 'Choose a symbol, or two as A/B for their ratio';
  const from = moment('from');
  const to = moment('to');
  if (from !== undefined && to !== undefined && from >= to) faults.to = 'Must be after the start';

  const capital = readNumber(draft.initial_capital.trim(), { exclusiveMinimum: 0, maximum: CAPITAL_MAX });
  if ('fault' in capital) faults.initial_capital = capital.fault;

  const body: Body<N> = {
    strategy_id: draft.strategy_id,
    symbol,
    category_set_id: (hasIndex(symbol) && draft.category_set_id) || undefined,
    interval: draft.interval,
    from,
    to,
    initial_capital: 'value' in capital ? capital.value : undefined,
    fee_bps: number('fee_bps', { minimum: 0, maximum: BPS_MAX }),
    slippage_bps: number('slippage_bps', { minimum: 0, maximum: BPS_MAX }),
    position_fraction: number('position_fraction', { exclusiveMinimum: 0, maximum: 1 }),
    allow_short: draft.allow_short,
    execution: draft.execution,
    max_gap_factor: number('max_gap_factor', { exclusiveMinimum: 1, maximum: GAP_FACTOR_MAX }),
    stop_loss_pct: percent('stop_loss_pct'),
    take_profit_pct: percent('take_profit_pct'),
    trailing_stop_pct: percent('trailing_stop_pct'),
    params: parameters.params,
    name: draft.name.trim() || undefined,
  };
  return { body, faults };
}

/** The range that was asked for, where there is no result yet that says which bars there were. */
export function requestedRange({ from, to }: Pick<Backtest['request'], 'from' | 'to'>): string {
  if (from === null && to === null) return 'all bars';
  return `${from === null ? 'first bar' : formatMoment(from)} → ${to === null ? 'last bar' : formatMoment(to)}`;
}

/** A run as a form again: the same request, to be changed. */
export function draftOfRun(
  { request: stored, name }: Pick<Backtest, 'request' | 'name'>,
  strategy: Strategy | undefined,
): Partial<BacktestDraft> {
  const request = singleRequest(stored);
  if (!request) return {};
  return {
    ...EMPTY_DRAFT,
    strategy_id: request.strategy_id,
    symbol: request.symbol,
    category_set_id: request.category_set_id ?? '',
    interval: isInterval(request.interval) ? request.interval : '1d',
    from: request.from === null ? '' : formatMoment(request.from),
    to: request.to === null ? '' : formatMoment(request.to),
    initial_capital: String(request.initial_capital),
    fee_bps: String(request.fee_bps),
    slippage_bps: String(request.slippage_bps),
    position_fraction: String(request.position_fraction),
    allow_short: request.allow_short,
    execution: request.execution,
    max_gap_factor: String(request.max_gap_factor),
    stop_loss_pct: String(request.stop_loss_pct ?? ''),
    take_profit_pct: String(request.take_profit_pct ?? ''),
    trailing_stop_pct: String(request.trailing_stop_pct ?? ''),
    name: name ?? '',
    params: strategy ? initialDraft(strategy, request.params) : {},
  };
}

/** The same request for a terminal. Single quotes inside the body leave and re-enter the shell's quoting. */
export function curlOf(url: string, body: object): string {
  const quoted = JSON.stringify(body).replaceAll("'", `'\\''`);
  return `curl -X POST '${url}' \\\n  -H 'Content-Type: application/json' \\\n  -d '${quoted}'`;
}

import type { IndicatorSet } from '~/api/client';
import { formatCompact, formatNumber, NONE } from '~/lib/format';

/**
 * The indicators the server computes, in its own words (`sma:20`, `bbands:20:2`). One catalogue says how each
 * is named, which numbers it takes and where it is drawn; the arithmetic is the server's alone.
 */

export type IndicatorKind =
  | 'sma'
  | 'ema'
  | 'wma'
  | 'vwap'
  | 'bbands'
  | 'donchian'
  | 'supertrend'
  | 'rsi'
  | 'stoch'
  | 'macd'
  | 'atr'
  | 'roc'
  | 'stddev'
  | 'volatility'
  | 'volume_sma';

export interface IndicatorArgument {
  name: string;
  default: number;
  min: number;
  max: number;
  /** Whole numbers only (a count of bars). */
  whole: boolean;
}

export interface LineShape {
  /** Member of the server's object; empty where it answers one plain array. */
  key: string;
  label: string;
  style: 'line' | 'histogram';
  /** The indicator's own colour, the same but paler, another, or that of what rises or falls. */
  tone: 'main' | 'pale' | 'other' | 'up' | 'down';
  /** Only where this member has this value. */
  where?: { key: string; is: number };
}

export interface IndicatorType {
  title: string;
  short: string;
  arguments: IndicatorArgument[];
  /** Over the candles, on the scale of the volume, or in a pane of its own. */
  pane: 'price' | 'volume' | 'own';
  lines: LineShape[];
  /** In units of the price where it does not say: then with the decimals of the price. */
  unit?: 'index' | 'percent' | 'volume';
  /** Values that are marked in its pane. */
  levels?: number[];
}

const PERIOD_MAX = 10000;
const period = (name: string, value: number, min = 1): IndicatorArgument => ({
  name,
  default: value,
  min,
  max: PERIOD_MAX,
  whole: true,
});
const factor = (name: string, value: number): IndicatorArgument => ({
  name,
  default: value,
  min: 0.01,
  max: 100,
  whole: false,
});
const line = (label: string, tone: LineShape['tone'], style: LineShape['style'] = 'line'): LineShape => ({
  key: label.toLowerCase(),
  label,
  style,
  tone,
});
const ONE = [line('', 'main')];
const CHANNEL = [line('upper', 'pale'), line('middle', 'main'), line('lower', 'pale')];

/** One line a bar, in the unit of the price. */
const average = (title: string, short: string, length: number): IndicatorType => ({
  title,
  short,
  arguments: [period('Period', length)],
  pane: 'price',
  lines: ONE,
});
/** The same in a pane of its own. */
const gauge = (
  title: string,
  short: string,
  length: IndicatorArgument,
  more: Partial<IndicatorType> = {},
): IndicatorType => ({ title, short, arguments: [length], pane: 'own', lines: ONE, ...more });

export const INDICATORS: Record<IndicatorKind, IndicatorType> = {
  sma: average('Simple moving average', 'SMA', 20),
  ema: average('Exponential moving average', 'EMA', 50),
  wma: average('Weighted moving average', 'WMA', 20),
  vwap: {
    title: 'Volume-weighted average price of the UTC day',
    short: 'VWAP',
    arguments: [],
    pane: 'price',
    lines: ONE,
  },
  bbands: {
    title: 'Bollinger bands',
    short: 'BB',
    arguments: [period('Period', 20), factor('Width (σ)', 2)],
    pane: 'price',
    lines: CHANNEL,
  },
  donchian: {
    title: 'Donchian channel',
    short: 'DC',
    arguments: [period('Period', 20)],
    pane: 'price',
    lines: CHANNEL,
  },
  supertrend: {
    title: 'Supertrend',
    short: 'ST',
    arguments: [period('Period', 10), factor('Factor', 3)],
    pane: 'price',
    lines: (['up', 'down'] as const).map((tone) => ({
      ...line(tone, tone),
      key: 'line',
      where: { key: 'direction', is: tone === 'up' ? 1 : -1 },
    })),
  },
  rsi: gauge('Relative strength index', 'RSI', period('Period', 14), { unit: 'index', levels: [30, 70] }),
  stoch: {
    title: 'Stochastic oscillator',
    short: 'Stoch',
    arguments: [period('Range', 14), period('Smooth', 3), period('Signal', 3)],
    pane: 'own',
    lines: [line('K', 'main'), line('D', 'other')],
    unit: 'index',
    levels: [20, 80],
  },
  macd: {
    title: 'Moving average convergence divergence',
    short: 'MACD',
    arguments: [period('Fast', 12), period('Slow', 26), period('Signal', 9)],
    pane: 'own',
    lines: [line('MACD', 'main'), line('signal', 'other'), line('histogram', 'main', 'histogram')],
  },
  atr: gauge('Average true range', 'ATR', period('Period', 14)),
  roc: gauge('Rate of change', 'ROC', period('Period', 10), { unit: 'percent', levels: [0] }),
  stddev: gauge('Standard deviation', 'StdDev', period('Period', 20)),
  volatility: gauge('Volatility of the returns, in percent a bar', 'Vola', period('Period', 30, 2), {
    unit: 'percent',
  }),
  volume_sma: {
    ...average('Simple moving average of the volume', 'Vol MA', 20),
    pane: 'volume',
    unit: 'volume',
  },
};

export const INDICATORS_MAX = 16;

export interface Indicator {
  kind: IndicatorKind;
  values: number[];
}

export const indicatorId = ({ kind, values }: Indicator) => [kind, ...values].join(':');

export const indicatorLabel = ({ kind, values }: Indicator) => [INDICATORS[kind].short, ...values].join(' ');

/** A value of it as text; `decimals` are those of the price. */
export function indicatorText(
  value: number | null | undefined,
  { kind }: Indicator,
  decimals: number,
): string {
  const { unit } = INDICATORS[kind];
  if (unit === 'volume') return formatCompact(value);
  if (unit === 'percent') return formatNumber(value, { decimals: 2, suffix: '%' });
  return formatNumber(value, { decimals: unit === 'index' ? 1 : decimals });
}

/** What its lines are at a bar, with their names where it has several; of lines that take turns the one that is there. */
export function readingText(lines: Line[], bar: number, indicator: Indicator, decimals: number): string {
  const shapes = INDICATORS[indicator.kind].lines;
  const values = shapes.flatMap(({ label, where }, line) => {
    const value = lines[line]?.[bar];
    if (where && typeof value !== 'number') return [];
    const text = indicatorText(value, indicator, decimals);
    return [label === '' || where ? text : `${label} ${text}`];
  });
  return values.join('  ') || NONE;
}

export function defaultIndicator(kind: IndicatorKind): Indicator {
  return { kind, values: INDICATORS[kind].arguments.map((argument) => argument.default) };
}

/** Why these numbers will not do, by argument; empty when they will. */
export function checkValues(kind: IndicatorKind, values: number[]): string[] {
  const faults = INDICATORS[kind].arguments.map(({ name, min, max, whole }, index) => {
    const value = values[index];
    if (value === undefined || !Number.isFinite(value)) return `${name} needs a number`;
    if (value < min || value > max) return `${name} must be from ${min} to ${max}`;
    return whole && !Number.isInteger(value) ? `${name} must be a whole number` : '';
  });
  if (kind === 'macd' && (values[0] ?? 0) >= (values[1] ?? 0)) faults[0] ||= 'Fast must be below slow';
  return faults.filter(Boolean);
}

/** One entry of the address bar; missing numbers take their defaults. Undefined where it is no indicator. */
export function parseIndicator(text: string): Indicator | undefined {
  const [kind, ...given] = text.trim().toLowerCase().split(':');
  if (!kind || !Object.hasOwn(INDICATORS, kind)) return undefined;
  const type = INDICATORS[kind as IndicatorKind];
  if (given.length > type.arguments.length) return undefined;
  const values = type.arguments.map((argument, index) =>
    given[index] === undefined || given[index] === '' ? argument.default : Number(given[index]),
  );
  const indicator = { kind: kind as IndicatorKind, values };
  return checkValues(indicator.kind, values).length === 0 ? indicator : undefined;
}

/** `sma:20,ema:50` to indicators, each once; what is not understood is left out. */
export function parseIndicators(text: string): Indicator[] {
  const found = new Map<string, Indicator>();
  for (const entry of text.split(',')) {
    const indicator = parseIndicator(entry);
    if (indicator) found.set(indicatorId(indicator), indicator);
  }
  return [...found.values()].slice(0, INDICATORS_MAX);
}

export const formatIndicators = (list: Indicator[]) => list.map(indicatorId).join(',');

/** For the address bar: the canonical text of what is right in it; undefined where nothing is. */
export const normaliseIndicators = (text: string): string | undefined =>
  formatIndicators(parseIndicators(text)) || undefined;

/** And what is wrong. */
export const wrongIndicators = (text: string): string =>
  text
    .split(',')
    .filter((entry) => entry.trim() !== '' && !parseIndicator(entry))
    .join(',');

/** Whether it is on the scale of the prices. */
export const isOfPrice = ({ kind }: Indicator): boolean => INDICATORS[kind].pane === 'price';

export type Line = (number | null)[];

/** The lines of one indicator out of a server answer; missing ones come as empty. */
export function linesOf(set: IndicatorSet | undefined, indicator: Indicator): Line[] {
  const answer = set?.[indicatorId(indicator)];
  return INDICATORS[indicator.kind].lines.map(({ key, where }) => {
    if (!answer) return [];
    if (Array.isArray(answer)) return answer;
    const members: Record<string, Line> = answer;
    const values = members[key] ?? [];
    if (!where) return values;
    return values.map((value, bar) => (members[where.key]?.[bar] === where.is ? value : null));
  });
}

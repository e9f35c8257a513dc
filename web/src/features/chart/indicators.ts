import type { IndicatorSet } from '~/api/client';

/**
 * The indicators the server computes, in its own words (`sma:20`, `bbands:20:2`). One catalogue says how each
 * is named, which numbers it takes and where it is drawn; the arithmetic is the server's alone.
 */

export type IndicatorKind = 'sma' | 'ema' | 'bbands' | 'rsi' | 'atr' | 'macd';

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
}

export interface IndicatorType {
  title: string;
  short: string;
  arguments: IndicatorArgument[];
  /** Over the candles, or in a pane of its own. */
  pane: 'price' | 'own';
  lines: LineShape[];
}

const PERIOD_MAX = 10000;
const period = (name: string, value: number): IndicatorArgument => ({
  name,
  default: value,
  min: 1,
  max: PERIOD_MAX,
  whole: true,
});

export const INDICATORS: Record<IndicatorKind, IndicatorType> = {
  sma: {
    title: 'Simple moving average',
    short: 'SMA',
    arguments: [period('Period', 20)],
    pane: 'price',
    lines: [{ key: '', label: '', style: 'line' }],
  },
  ema: {
    title: 'Exponential moving average',
    short: 'EMA',
    arguments: [period('Period', 50)],
    pane: 'price',
    lines: [{ key: '', label: '', style: 'line' }],
  },
  bbands: {
    title: 'Bollinger bands',
    short: 'BB',
    arguments: [period('Period', 20), { name: 'Width (σ)', default: 2, min: 0.01, max: 100, whole: false }],
    pane: 'price',
    lines: [
      { key: 'upper', label: 'upper', style: 'line' },
      { key: 'middle', label: 'middle', style: 'line' },
      { key: 'lower', label: 'lower', style: 'line' },
    ],
  },
  rsi: {
    title: 'Relative strength index',
    short: 'RSI',
    arguments: [period('Period', 14)],
    pane: 'own',
    lines: [{ key: '', label: '', style: 'line' }],
  },
  atr: {
    title: 'Average true range',
    short: 'ATR',
    arguments: [period('Period', 14)],
    pane: 'own',
    lines: [{ key: '', label: '', style: 'line' }],
  },
  macd: {
    title: 'Moving average convergence divergence',
    short: 'MACD',
    arguments: [period('Fast', 12), period('Slow', 26), period('Signal', 9)],
    pane: 'own',
    lines: [
      { key: 'macd', label: 'MACD', style: 'line' },
      { key: 'signal', label: 'signal', style: 'line' },
      { key: 'histogram', label: 'histogram', style: 'histogram' },
    ],
  },
};

export const INDICATORS_MAX = 16;

export interface Indicator {
  kind: IndicatorKind;
  values: number[];
}

export const indicatorId = ({ kind, values }: Indicator) => [kind, ...values].join(':');

export const indicatorLabel = ({ kind, values }: Indicator) =>
  `${INDICATORS[kind].short} ${values.join(' ')}`;

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

/** For the address bar: the canonical text, or undefined when any entry is wrong. */
export function normaliseIndicators(text: string): string | undefined {
  const wanted = text.split(',').filter((entry) => entry.trim() !== '');
  if (wanted.some((entry) => !parseIndicator(entry))) return undefined;
  return formatIndicators(parseIndicators(text));
}

/** Whether it has a scale of its own, below that of the prices. */
export const hasOwnPane = ({ kind }: Indicator): boolean => INDICATORS[kind].pane !== 'price';

export type Line = (number | null)[];

/** The lines of one indicator out of a server answer; missing ones come as empty. */
export function linesOf(set: IndicatorSet | undefined, indicator: Indicator): Line[] {
  const answer = set?.[indicatorId(indicator)];
  return INDICATORS[indicator.kind].lines.map(({ key }) => {
    if (!answer) return [];
    if (Array.isArray(answer)) return answer;
    return ((answer as Record<string, Line>)[key] ?? []) as Line;
  });
}

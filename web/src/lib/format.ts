/**
 * How numbers look on screen: tabular, U+2212 for minus, an explicit plus for changes, a dash for "no value".
 * Exports (CSV, JSON, clipboard) never go through here: they keep ASCII and full precision.
 */

import { largestOf } from './extent';

export const MINUS = '\u2212';
export const NONE = '\u2013';

type Maybe = number | null | undefined;

const formatters = new Map<string, Intl.NumberFormat>();

function formatter(decimals: number, compact: boolean): Intl.NumberFormat {
  const key = `${decimals}${compact}`;
  let found = formatters.get(key);
  if (!found) {
    found = new Intl.NumberFormat('en-US', {
      minimumFractionDigits: decimals,
      maximumFractionDigits: decimals,
      notation: compact ? 'compact' : 'standard',
    });
    formatters.set(key, found);
  }
  return found;
}

function isNumber(value: Maybe): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

export interface NumberStyle {
  decimals?: number;
  /** Print a plus before positive values: for changes, never for levels. */
  signed?: boolean;
  suffix?: string;
}

export function formatNumber(value: Maybe, { decimals = 2, signed = false, suffix = '' }: NumberStyle = {}) {
  if (!isNumber(value)) return NONE;
  const digits = formatter(decimals, false).format(Math.abs(value));
  const isZero = !/[1-9]/.test(digits);
  const sign = isZero ? '' : value < 0 ? MINUS : signed ? '+' : '';
  return sign + digits + suffix;
}

/** A fraction as percent: 0.1234 is "12.34%". */
export function formatPercent(value: Maybe, { decimals = 2, signed = true }: NumberStyle = {}) {
  return isNumber(value) ? formatNumber(value * 100, { decimals, signed, suffix: '%' }) : NONE;
}

/** 9,720 is "9.72K". The full value belongs in the element's title. */
export function formatCompact(value: Maybe) {
  if (!isNumber(value)) return NONE;
  const size = Math.abs(value);
  const digits = formatter(size !== 0 && size < 1000 ? 2 : 2, true).format(size);
  return (value < 0 ? MINUS : '') + digits;
}

export function formatInteger(value: Maybe) {
  return formatNumber(value, { decimals: 0 });
}

/** Closed trades, of which the figures of a run are, and the open ones beside them: "58 + 1 open". */
export const formatTrades = ({ trades, open_trades }: { trades: number; open_trades: number }) =>
  formatInteger(trades) + (open_trades > 0 ? ` + ${formatInteger(open_trades)} open` : '');

/**
 * Decimals for a price of this size: six significant digits, two decimals at least, so that 45,750.44 and
 * 0.00000123 are both readable. A column or chart takes it once, from a typical value.
 */
export function priceDecimals(typical: Maybe): number {
  if (!isNumber(typical) || typical === 0) return 2;
  const exponent = Math.floor(Math.log10(Math.abs(typical)));
  return Math.min(12, Math.max(2, 5 - exponent));
}

/** Decimals for all of these prices: as many as they have, at most as many as one of the last one's size is read with. */
export function decimalsOf(prices: readonly number[]): number {
  const most = priceDecimals(prices[prices.length - 1]);
  const places = (price: number) => price.toFixed(most).replace(/0+$/, '').split('.')[1]?.length ?? 0;
  return Math.max(2, largestOf(prices.map(places)));
}

/** In a column or chart with the places of the whole; one that stands alone without zeros it does not need. */
export function formatPrice(value: Maybe, decimals?: number) {
  if (decimals !== undefined) return formatNumber(value, { decimals });
  return trimPrice(formatNumber(value, { decimals: priceDecimals(value) }));
}

/** "1.23000" as "1.23", "60,000.50" as it is: two decimals stay. */
export const trimPrice = (text: string): string => text.replace(/(\.\d\d\d*?)0+$/, '$1');

/** Quantities up to eight decimals without trailing zeros. */
export function formatQuantity(value: Maybe) {
  if (!isNumber(value)) return NONE;
  const text = formatNumber(value, { decimals: 8 });
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

const BYTE_UNITS = ['B', 'KiB', 'MiB', 'GiB'];

/** 1536 is "1.5 KiB". */
export function formatBytes(value: Maybe) {
  if (!isNumber(value)) return NONE;
  const step = value < 1 ? 0 : Math.min(BYTE_UNITS.length - 1, Math.floor(Math.log2(value) / 10));
  return `${formatNumber(value / 1024 ** step, { decimals: step === 0 ? 0 : 1 })} ${BYTE_UNITS[step]}`;
}

export type Tone = 'up' | 'down' | 'flat';

/** Of a change by the sign that is printed: what is shown as zero is neither good nor bad. */
export function toneOf(shown: string): Tone {
  if (shown.startsWith('+')) return 'up';
  return shown.startsWith(MINUS) ? 'down' : 'flat';
}

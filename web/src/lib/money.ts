import { type Decimal, decimalText, magnitude, readDecimal, roundTo } from './decimal';
import { MINUS, NONE, priceDecimals, trimPrice } from './format';

/** How exact decimals look on screen. They come as text, and the digits that are shown are digits of it. */
type Text = string | null | undefined;

interface Style {
  /** Places that are printed, rounded half to even. */
  decimals?: number;
  signed?: boolean;
  suffix?: string;
}

export function formatDecimal(text: Text, { decimals = 2, signed = false, suffix = '' }: Style = {}): string {
  const value = readDecimal(text);
  return value === undefined ? NONE : print(value, decimals, signed) + suffix;
}

function print(value: Decimal, decimals: number, signed: boolean): string {
  const rounded = roundTo(value, decimals);
  const [whole = '0', fraction = ''] = decimalText(magnitude(rounded)).split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  const places = decimals > 0 ? `.${fraction.padEnd(decimals, '0')}` : '';
  const sign = rounded < 0n ? MINUS : signed && rounded > 0n ? '+' : '';
  return sign + grouped + places;
}

/** With all of its digits and no zeros behind them. */
export function formatExact(text: Text): string {
  const value = readDecimal(text);
  if (value === undefined) return NONE;
  const places = decimalText(value).split('.')[1]?.length ?? 0;
  return print(value, places, false);
}

/** A price with the places that one of its size is read with, and no zeros behind two of them; all of its digits are in the title. */
export function formatPriceText(text: Text): string {
  const value = readDecimal(text);
  if (value === undefined) return NONE;
  return trimPrice(print(value, priceDecimals(Number(decimalText(value))), false));
}

/** An amount in cents; one too small for that with its first digits, so that it is not shown as nothing. */
export function formatMoney(text: Text, signed = false): string {
  const value = readDecimal(text);
  if (value === undefined) return NONE;
  const isTiny = value !== 0n && magnitude(value) < 10n ** 16n;
  return isTiny
    ? formatDecimal(text, { decimals: priceDecimals(Number(text)), signed })
    : formatDecimal(text, { signed });
}

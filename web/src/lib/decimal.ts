/**
 * Exact decimals, as the ledger has them: up to 20 digits before the point and 18 behind it. They travel and are
 * kept as text ("0.1"); sums are made with whole numbers of 10^-18, never with floating point.
 */

/** A count of 10^-18. Add and subtract with + and −; multiply and divide with the functions below. */
export type Decimal = bigint;

const SCALE = 18;
const UNIT = 10n ** 18n;
const MAX = 10n ** 38n;
const FORM = /^([-\u2212]?)(\d*)(?:\.(\d*))?$/;

/** What was typed or sent as a decimal; undefined for what is none, or has more digits than there are places. */
export function readDecimal(text: string | null | undefined): Decimal | undefined {
  const match = FORM.exec((text ?? '').trim());
  const [whole = '', fraction = ''] = match ? [match[2], match[3]] : [];
  if (!match || whole + fraction === '' || fraction.length > SCALE) return undefined;
  const size = BigInt(whole + fraction.padEnd(SCALE, '0'));
  if (size >= MAX) return undefined;
  return match[1] ? -size : size;
}

/** The shortest text of it, as the server writes it: no exponent, no zeros at the end. */
export function decimalText(value: Decimal): string {
  const digits = magnitude(value)
    .toString()
    .padStart(SCALE + 1, '0');
  const fraction = digits.slice(-SCALE).replace(/0+$/, '');
  return (value < 0n ? '-' : '') + digits.slice(0, -SCALE) + (fraction && `.${fraction}`);
}

/** What was typed as the server reads it; what is no decimal stays as it is, for the server to tell off. */
export function plainDecimal(text: string): string {
  const value = readDecimal(text);
  return value === undefined ? text.trim() : decimalText(value);
}

export const magnitude = (value: Decimal): Decimal => (value < 0n ? -value : value);

export const decimalOf = (whole: number): Decimal => BigInt(whole) * UNIT;

/** Divided to the nearest whole number, a half to the even one. */
function divideEven(dividend: bigint, divisor: bigint): bigint {
  const isNegative = dividend < 0n !== divisor < 0n;
  const [size, by] = [magnitude(dividend), magnitude(divisor)];
  const quotient = size / by;
  const twice = (size % by) * 2n;
  const isUp = twice > by || (twice === by && quotient % 2n === 1n);
  const rounded = isUp ? quotient + 1n : quotient;
  return isNegative ? -rounded : rounded;
}

/** Rounded half to even at the 18th digit, as the ledger does it. */
export const times = (a: Decimal, b: Decimal): Decimal => divideEven(a * b, UNIT);

/** a ÷ b, rounded likewise; undefined for a division by zero. */
export const over = (a: Decimal, b: Decimal): Decimal | undefined =>
  b === 0n ? undefined : divideEven(a * UNIT, b);

/** So many hundredths of a percent of it. */
export const bpsOf = (value: Decimal, bps: Decimal): Decimal => divideEven(value * bps, UNIT * 10_000n);

/** Towards zero, so that a size is never more than was asked for. */
export function cutTo(value: Decimal, places: number): Decimal {
  const step = 10n ** BigInt(SCALE - places);
  return value - (value % step);
}

/** To the nearest, a half to even; for the eye, not for the ledger. */
export function roundTo(value: Decimal, places: number): Decimal {
  const step = 10n ** BigInt(SCALE - places);
  return divideEven(value, step) * step;
}

export const sum = (values: readonly Decimal[]): Decimal => values.reduce((total, one) => total + one, 0n);

/** A floating-point number of the API (a close, a level of a chart) as the decimal that is printed for it. */
export function textOfNumber(value: number): string {
  if (!/e/i.test(String(value))) return String(value);
  const text = value.toFixed(SCALE);
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

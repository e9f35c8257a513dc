/** Bar lengths the server knows, shortest first. `1mo` has no fixed length: its seconds are nominal. */

export const INTERVALS = [
  '1s',
  '1m',
  '3m',
  '5m',
  '15m',
  '30m',
  '1h',
  '2h',
  '4h',
  '6h',
  '8h',
  '12h',
  '1d',
  '3d',
  '1w',
  '1mo',
] as const;

export type Interval = (typeof INTERVALS)[number];

const UNIT_S = { s: 1, m: 60, h: 3600, d: 86400, w: 604800, mo: 2592000 } as const;

export function isInterval(text: string): text is Interval {
  return (INTERVALS as readonly string[]).includes(text);
}

export function intervalSeconds(interval: Interval): number {
  const match = /^(\d+)(s|mo|m|h|d|w)$/.exec(interval);
  if (!match) throw new Error(`not an interval: ${interval}`);
  return Number(match[1]) * UNIT_S[match[2] as keyof typeof UNIT_S];
}

/** Where the bar that opens then ends: of a month where the next one begins. */
export function barEnd(open: number, interval: Interval): number {
  if (interval !== '1mo') return open + intervalSeconds(interval);
  const month = new Date(open * 1000);
  return Date.UTC(month.getUTCFullYear(), month.getUTCMonth() + 1, 1) / 1000;
}

const BARS_BEHIND = 2;

/** Whether a series that ends with this bar is too old for its last price to be the current one. */
export const isBehind = (last: number, interval: Interval, now_s: number): boolean =>
  now_s > barEnd(last, interval) + BARS_BEHIND * intervalSeconds(interval);

/** Bars of a day or longer are labelled by their UTC date in every time zone. */
export function isDaily(interval: Interval): boolean {
  return intervalSeconds(interval) >= 86400;
}

/** Whether bars of `from` add up to bars of `to` (months are made of whole days). */
export function resamples(from: Interval, to: Interval): boolean {
  if (from === to) return true;
  const source = intervalSeconds(from);
  if (from === '1mo' || source >= intervalSeconds(to)) return false;
  const whole = to === '1mo' ? 86400 : intervalSeconds(to);
  return whole % source === 0;
}

/** The longest stored interval that `wanted` can be made of; undefined where there is none. */
export function sourceInterval(stored: readonly string[], wanted: Interval): Interval | undefined {
  const usable = stored.filter(isInterval).filter((interval) => resamples(interval, wanted));
  return usable.sort((a, b) => intervalSeconds(b) - intervalSeconds(a))[0];
}

/** What typing in the interval box means: "4h" is 4h, "15" is 15m, "d" is 1d, "1M" is a month and not a minute. */
export function parseInterval(text: string): Interval | undefined {
  const typed = text.trim();
  if (typed === 'M' || typed === '1M') return '1mo';
  const candidates = [typed, typed.toLowerCase(), `${typed}m`, `1${typed.toLowerCase()}`];
  return candidates.find(isInterval) as Interval | undefined;
}

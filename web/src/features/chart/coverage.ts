import type { MarketSymbol } from '~/api/client';
import { INTERVALS, type Interval, intervalSeconds, isInterval, sourceInterval } from '~/lib/interval';
import { splitRatio } from './series';

/** What is stored of a series and which intervals that makes possible. */

export interface Availability {
  interval: Interval;
  /** The stored interval the bars come from; undefined where there is none. */
  source: Interval | undefined;
}

const storedIntervals = (symbol: MarketSymbol | undefined) =>
  (symbol?.intervals ?? []).map(({ interval }) => interval).filter(isInterval);

/** The symbols a series is made of: one, or the two sides of a ratio. Undefined members are not stored. */
export function legs(symbols: readonly MarketSymbol[], series: string): (MarketSymbol | undefined)[] {
  const [base, quote] = splitRatio(series);
  const find = (name: string) =>
    name.startsWith('CAT:') ? longestMember(symbols, name) : symbols.find(({ symbol }) => symbol === name);
  return quote === undefined ? [find(base)] : [find(base), find(quote)];
}

const spanOf = ({ intervals }: MarketSymbol) =>
  Math.max(0, ...intervals.map(({ first, last }) => last - first));

/** The index of a category reaches as far as the member with the longest history: it stands for all of them. */
function longestMember(symbols: readonly MarketSymbol[], series: string): MarketSymbol | undefined {
  const [name = '', quote = 'USDT'] = series.slice('CAT:'.length).toLowerCase().split('@');
  const members = symbols.filter(
    ({ categories, quote_asset }) =>
      quote_asset.toLowerCase() === quote.toLowerCase() &&
      categories.some((one) => one.toLowerCase() === name),
  );
  return members.sort((a, b) => spanOf(b) - spanOf(a))[0];
}

/** When the candles of a series begin: of a ratio when both sides are there. Undefined where nothing of it is stored. */
export function beginsAt(symbols: readonly MarketSymbol[], series: string): number | undefined {
  const begins = legs(symbols, series).flatMap((leg) =>
    leg && leg.intervals.length > 0 ? [Math.min(...leg.intervals.map(({ first }) => first))] : [],
  );
  return begins.length > 0 ? Math.max(...begins) : undefined;
}

/** Every interval, and what it can be made of: for a ratio both sides have to have it. */
export function availability(symbols: readonly MarketSymbol[], series: string): Availability[] {
  const stored = legs(symbols, series).map(storedIntervals);
  return INTERVALS.map((interval) => {
    const sources = stored.map((own) => sourceInterval(own, interval));
    const known = sources.every((source) => source !== undefined);
    return { interval, source: known ? sources[0] : undefined };
  });
}

/** The interval to open a series with: the one preferred, or a day; where that is not possible the nearest to it. */
export function defaultInterval(
  symbols: readonly MarketSymbol[],
  series: string,
  preferred: Interval = '1d',
): Interval {
  const possible = availability(symbols, series).filter(({ source }) => source !== undefined);
  const wanted = intervalSeconds(preferred);
  const distance = (interval: Interval) => Math.abs(Math.log(intervalSeconds(interval) / wanted));
  possible.sort((a, b) => distance(a.interval) - distance(b.interval));
  return possible[0]?.interval ?? '1d';
}

/** The series to open when the address names none: the one looked at last, else Bitcoin, else the longest. */
export function defaultSymbol(
  symbols: readonly MarketSymbol[],
  recent: readonly string[],
  quote: string,
): string {
  const known = recent.find((series) => legs(symbols, series).every(Boolean));
  if (known) return known;
  const priced = symbols.filter(({ quote_asset }) => quote_asset === quote);
  const bitcoin =
    priced.find(({ base_asset }) => base_asset === 'BTC') ??
    priced.find(({ base_asset }) => base_asset.endsWith('BTC'));
  const longest = [...symbols].sort((a, b) => spanOf(b) - spanOf(a))[0];
  return bitcoin?.symbol ?? longest?.symbol ?? '';
}

/** First and last bar over the stored intervals of a series: where a ratio's sides overlap. */
export function coverageOf(symbols: readonly MarketSymbol[], series: string, interval: Interval) {
  const spans = legs(symbols, series).map((symbol) => {
    const source = sourceInterval(storedIntervals(symbol), interval);
    return symbol?.intervals.find((stored) => stored.interval === source);
  });
  if (spans.some((span) => span === undefined)) return undefined;
  const first = Math.max(...spans.map((span) => span?.first ?? 0));
  const last = Math.min(...spans.map((span) => span?.last ?? 0));
  const gaps = spans.reduce((sum, span) => sum + (span?.gaps ?? 0), 0);
  const sources = legs(symbols, series).flatMap((symbol, index) => {
    const interval = spans[index]?.interval;
    return symbol && interval && isInterval(interval) ? [{ symbol: symbol.symbol, interval }] : [];
  });
  return first <= last ? { first, last, gaps, sources } : undefined;
}

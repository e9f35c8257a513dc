import type { SeriesCoverage } from '~/api/client';
import { largestOf, leastOf } from '~/lib/extent';
import { tinted, tintPercent } from '~/lib/heat';
import { intervalSeconds } from '~/lib/interval';

export type DataSort = 'symbol' | 'score' | '-score' | '-missing' | '-last' | 'last';
export type Only = 'gaps' | 'revised' | 'flawed';

export interface DataFilter {
  q?: string;
  interval?: string;
  only?: Only;
  sort?: DataSort;
}

/** What names a series in the address. */
export const keyOf = ({ symbol, interval }: SeriesCoverage) => `${symbol}@${interval}`;

const FITS: Record<Only, (series: SeriesCoverage) => boolean> = {
  gaps: ({ gaps }) => gaps > 0,
  revised: ({ revisions }) => revisions > 0,
  flawed: ({ flat_runs, outliers, breaks, cut_bars, off_grid }) =>
    flat_runs + outliers + breaks + cut_bars + off_grid > 0,
};

const ORDERS: Record<DataSort, (a: SeriesCoverage, b: SeriesCoverage) => number> = {
  symbol: () => 0,
  score: (a, b) => a.score - b.score,
  '-score': (a, b) => b.score - a.score,
  '-missing': (a, b) => b.missing - a.missing,
  last: (a, b) => a.last - b.last,
  '-last': (a, b) => b.last - a.last,
};

/** The series that are asked for, in the order that is asked for; the server's order among equals. */
export function chooseSeries(all: readonly SeriesCoverage[], filter: DataFilter): SeriesCoverage[] {
  const word = filter.q?.toUpperCase() ?? '';
  const fits = filter.only ? FITS[filter.only] : () => true;
  return all
    .filter(
      (series) =>
        series.symbol.toUpperCase().includes(word) &&
        (!filter.interval || series.interval === filter.interval) &&
        fits(series),
    )
    .sort(ORDERS[filter.sort ?? 'symbol']);
}

export interface Span {
  from: number;
  to: number;
}

/** From the first bar of any of them to the end of the last. */
export function spanOf(all: readonly SeriesCoverage[]): Span {
  if (all.length === 0) return { from: 0, to: 1 };
  return {
    from: leastOf(all.map(({ first }) => first)),
    to: largestOf(all.map(({ last, interval }) => last + intervalSeconds(interval))),
  };
}

/** Percent of the axis: where something begins, and how long it is. */
export interface Piece {
  left: number;
  width: number;
}

const piece = (span: Span, from: number, to: number): Piece => ({
  left: (100 * (from - span.from)) / (span.to - span.from),
  width: (100 * (to - from)) / (span.to - span.from),
});

/** The bar of a series on the axis, and the holes in it. */
export function drawSeries(series: SeriesCoverage, span: Span): { bar: Piece; holes: Piece[] } {
  return {
    bar: piece(span, series.first, series.last + intervalSeconds(series.interval)),
    holes: series.largest_gaps.map(({ start, end }) => piece(span, start, end)),
  };
}

const GOOD_FROM = 99;
const FAIR_FROM = 90;
const WORST_COLOUR = 50; // poorer series are coloured as strongly as these

/** In words, so that colour does not stand alone. */
export function gradeOf(score: number): 'good' | 'fair' | 'poor' {
  if (score >= GOOD_FROM) return 'good';
  return score >= FAIR_FROM ? 'fair' : 'poor';
}

/** The colour of a score: the further from the best, the stronger; only what is good is green. */
export function scoreStyle(score: number) {
  if (score >= GOOD_FROM) return tinted('--good', tintPercent(0.5, 1));
  if (score >= FAIR_FROM) return tinted('--warn-text', tintPercent(0.6, 1));
  const poor = (FAIR_FROM - score) / (FAIR_FROM - WORST_COLOUR);
  return tinted('--bad', tintPercent(0.4 + 0.6 * poor, 1));
}

/** The lines of the server's CSV (heading, then `symbol,interval,…`) of these series, in their order. */
export function linesOf(rows: readonly SeriesCoverage[], csv: string): string {
  const [heading = '', ...lines] = csv.split(/\r?\n/).filter((line) => line !== '');
  const byKey = new Map(lines.map((line) => [line.split(',', 2).join('@'), line]));
  // A series that was stored since is not among what is shown, and one that is gone has no line.
  const chosen = rows.flatMap((series) => byKey.get(keyOf(series)) ?? []);
  return [heading, ...chosen, ''].join('\r\n');
}

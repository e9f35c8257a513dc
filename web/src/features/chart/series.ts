import type { CandleColumnPage, CandleColumns } from '~/api/client';
import { formatInteger } from '~/lib/format';
import { barEnd, type Interval, intervalSeconds } from '~/lib/interval';
import { formatBarTime, type Zone } from '~/lib/time';
import { INDICATORS, type Indicator, indicatorId, type Line, linesOf } from './indicators';

/** All pages read so far as one run of columns, oldest bar first. */
export interface Series {
  columns: CandleColumns;
  /** By indicator id: one array a line, aligned with the columns. */
  lines: Map<string, Line[]>;
  /** How many symbols made each bar of the index of a category; empty for anything else. */
  members: number[];
  resampledFrom: string | null;
}

const NO_LINE: Line[] = [[]];
const EMPTY: CandleColumns = { time: [], open: [], high: [], low: [], close: [], volume: [] };

/** Pages arrive newest first (each oldest bar first inside): put together from the last page back. */
export function joinPages(pages: CandleColumnPage[], indicators: Indicator[]): Series {
  const ordered = [...pages].reverse();
  const join = (name: keyof CandleColumns) => ordered.flatMap((page) => page.columns[name]);
  // Ratios and categories have no volume, and so no average of it.
  const isTraded = ordered.some(({ columns }) => columns.volume.some((volume) => volume > 0));
  const lines = new Map<string, Line[]>();
  for (const indicator of indicators) {
    const hasNone = !isTraded && INDICATORS[indicator.kind].unit === 'volume';
    const perPage = ordered.map((page) =>
      padLines(hasNone ? NO_LINE : linesOf(page.indicators, indicator), page),
    );
    const count = perPage[0]?.length ?? 0;
    lines.set(
      indicatorId(indicator),
      Array.from({ length: count }, (_, line) => perPage.flatMap((parts) => parts[line] ?? [])),
    );
  }
  return {
    columns: pages.length
      ? {
          time: join('time'),
          open: join('open'),
          high: join('high'),
          low: join('low'),
          close: join('close'),
          volume: join('volume'),
        }
      : EMPTY,
    lines,
    members: ordered.flatMap((page) => page.members ?? []),
    resampledFrom: pages[0]?.resampled_from ?? null,
  };
}

// While an indicator is being fetched the pages at hand do not hold it: stay aligned with nulls.
function padLines(lines: Line[], page: CandleColumnPage): Line[] {
  const length = page.columns.time.length;
  return lines.map((line) => (line.length === length ? line : new Array<null>(length).fill(null)));
}

/** Index of the last bar at or before `seconds`; -1 where there is none. Times ascend. */
export function barAt(time: readonly number[], seconds: number): number {
  let low = 0;
  let high = time.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((time[middle] ?? 0) <= seconds) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** Index of the bar during which it was; -1 where there is none, as in a hole or after the last one. */
export function barHolding(time: readonly number[], seconds: number, interval: Interval): number {
  const bar = barAt(time, seconds);
  return seconds < barEnd(time[bar] ?? Number.NEGATIVE_INFINITY, interval) ? bar : -1;
}

/** Bars that are missing one after another. */
export interface Hole {
  /** Open time of the first that is missing, and of the bar behind them. */
  start: number;
  end: number;
  bars: number;
}

/** Fewer than that are the exchange's outages; a hole is what a result may hang on. */
export const HOLE_BARS = 5;
const HOLES_SHOWN = 20;

/** Where many bars are missing between two: the largest holes, the earlier first. Single ones are the exchange's outages. */
export function holesIn(time: readonly number[], interval: Interval): Hole[] {
  const length = intervalSeconds(interval);
  const holes = time.slice(1).flatMap((end, index): Hole[] => {
    const before = time[index] ?? end;
    const bars = Math.round((end - before) / length) - 1;
    return bars < HOLE_BARS ? [] : [{ start: barEnd(before, interval), end, bars }];
  });
  return holes
    .sort((a, b) => b.bars - a.bars)
    .slice(0, HOLES_SHOWN)
    .sort((a, b) => a.start - b.start);
}

const UNITS: Partial<Record<Interval, string>> = { '1d': 'days', '1w': 'weeks', '1mo': 'months' };

/** "466 days missing" */
export const missingText = (bars: number, interval: Interval): string =>
  `${formatInteger(bars)} ${bars === 1 ? (UNITS[interval] ?? 'bars').slice(0, -1) : (UNITS[interval] ?? 'bars')} missing`;

/** "466 days missing from 2022-10-01 to 2024-01-09": the last of them. */
export function holeText({ start, end, bars }: Hole, interval: Interval, zone: Zone): string {
  const time = (seconds: number) => formatBarTime(seconds, interval, zone);
  return `${missingText(bars, interval)} from ${time(start)} to ${time(end - intervalSeconds(interval))}`;
}

/** `A/B` in its two sides; a plain symbol has only the first. */
export function splitRatio(symbol: string): [base: string, quote: string | undefined] {
  const slash = symbol.indexOf('/');
  return slash < 0 ? [symbol, undefined] : [symbol.slice(0, slash), symbol.slice(slash + 1)];
}

export const isRatio = (symbol: string) => symbol.includes('/');

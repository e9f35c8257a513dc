import type { Scorecard, ScorecardCell } from '~/api/client';

export interface Line {
  /** Null for all years together. */
  year: number | null;
  horizon: number;
  cell: ScorecardCell;
}

/** The lines of one set of signals: of each horizon all years first, then the newest year first. */
export function linesOf({ lines }: Pick<Scorecard, 'lines'>, signals: 'first' | 'all'): Line[] {
  const rank = ({ year }: Line) => (year === null ? Number.POSITIVE_INFINITY : year);
  return lines
    .map((line) => ({ year: line.year, horizon: line.horizon, cell: line[signals] }))
    .sort((a, b) => a.horizon - b.horizon || (rank(a) === rank(b) ? 0 : rank(b) - rank(a)));
}

/** How wide the bar of each excess is, in percent of the widest one among these lines. */
export function barWidths(lines: Line[]): Map<Line, number> {
  const sizes = lines.map(({ cell }) => Math.abs(cell.mean_excess ?? 0));
  const largest = Math.max(...sizes);
  return new Map(lines.map((line, index) => [line, largest > 0 ? (100 * (sizes[index] ?? 0)) / largest : 0]));
}

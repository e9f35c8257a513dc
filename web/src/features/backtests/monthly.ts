import type { BacktestMetrics } from '~/api/client';

export interface YearRow {
  year: number;
  /** January first; null where the run has no bar in that month, or nothing was left. */
  months: (number | null)[];
  total: number;
}

/** Months to rows of years; a year's return compounds its months. */
export function yearsOf(months: BacktestMetrics['monthly_returns']): YearRow[] {
  const years = new Map<number, YearRow>();
  for (const { year, month, return: value } of months) {
    const row = years.get(year) ?? { year, months: new Array<number | null>(12).fill(null), total: 0 };
    row.months[month - 1] = value;
    row.total = (1 + row.total) * (1 + (value ?? 0)) - 1;
    years.set(year, row);
  }
  return [...years.values()].sort((a, b) => a.year - b.year);
}

/** The best and the worst month, and how many of how many gained; undefined without any. */
export function monthFigures(months: BacktestMetrics['monthly_returns']) {
  const known = months
    .flatMap(({ return: value, ...month }) => (value === null ? [] : { ...month, value }))
    .sort((a, b) => b.value - a.value);
  const [best, worst] = [known[0], known[known.length - 1]];
  if (!best || !worst) return undefined;
  return { best, worst, positive: known.filter(({ value }) => value > 0).length, count: known.length };
}

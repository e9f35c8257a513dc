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

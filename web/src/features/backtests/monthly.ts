import type { BacktestMetrics } from '~/api/client';

export interface YearRow {
  year: number;
  /** January first; null where the run has no bar in that month. */
  months: (number | null)[];
  total: number;
}

/** Months to rows of years; a year's return compounds its months. */
export function yearsOf(months: BacktestMetrics['monthly_returns']): YearRow[] {
  const years = new Map<number, YearRow>();
  for (const { year, month, return: value } of months) {
    const row = years.get(year) ?? { year, months: new Array<number | null>(12).fill(null), total: 0 };
    row.months[month - 1] = value;
    row.total = (1 + row.total) * (1 + value) - 1;
    years.set(year, row);
  }
  return [...years.values()].sort((a, b) => a.year - b.year);
}

const TINT_MAX_PERCENT = 46;

/** How strongly a cell is tinted, in percent of the colour: more would take the text below 4.5:1. */
export function tintPercent(value: number | null, largest: number): number {
  if (value === null || largest <= 0) return 0;
  return Math.round(TINT_MAX_PERCENT * Math.min(1, Math.abs(value) / largest));
}

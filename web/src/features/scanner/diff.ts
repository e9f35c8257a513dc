/** What came in and what fell out since the bar before. */
export interface ScanDiff {
  added: ReadonlySet<string>;
  dropped: string[];
}

export function diffOf(now: readonly string[], before: readonly string[]): ScanDiff {
  const known = new Set(before);
  const still = new Set(now);
  return {
    added: new Set(now.filter((symbol) => !known.has(symbol))),
    dropped: before.filter((symbol) => !still.has(symbol)).sort((a, b) => a.localeCompare(b)),
  };
}

/** The row that is `step` rows from the one looked at: the first or last from nowhere, and never beyond an end. */
export function neighbour<T>(
  rows: readonly T[],
  isCurrent: (row: T) => boolean,
  step: number,
): T | undefined {
  const at = rows.findIndex(isCurrent);
  if (at < 0) return step > 0 ? rows[0] : rows[rows.length - 1];
  return rows[Math.max(0, Math.min(rows.length - 1, at + step))];
}

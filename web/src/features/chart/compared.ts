import { splitAtCommas } from '~/lib/splitList';
import type { Line } from './indicators';

/** More lines than that are not told apart. */
export const COMPARED_MAX = 8;

/** The series to compare with, as the address bar has them. */
export function normaliseCompared(text: string): string | undefined {
  return splitAtCommas(text).slice(0, COMPARED_MAX).join(',') || undefined;
}

/** The closes of another series, one for each of `time`: null where it has no bar. Both ascend. */
export function alignTo(time: readonly number[], theirs: readonly number[], close: readonly number[]): Line {
  let next = 0;
  return time.map((seconds) => {
    while (next < theirs.length && (theirs[next] ?? 0) < seconds) next++;
    return theirs[next] === seconds ? (close[next] ?? null) : null;
  });
}

/** The bar that a line begins with at or behind `edge`; `bar` where that comes first. */
export function firstBar(line: Line, edge: number, bar: number): number {
  let first = Math.max(0, edge);
  while (first < bar && (line[first] ?? null) === null) first++;
  return first;
}

/** What a line has changed by at a bar, from its first value at or behind `edge`; null where either is missing. */
export function changeSince(line: Line, edge: number, bar: number): number | null {
  const first = firstBar(line, edge, bar);
  const from = line[first];
  const to = line[bar];
  return from && to !== null && to !== undefined && first <= bar ? to / from - 1 : null;
}

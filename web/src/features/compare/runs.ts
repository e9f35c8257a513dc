/** Which runs are compared, as the address has it: `id,id,…`. */

export const RUNS_MAX = 6;
export const RUNS_MIN = 2;

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export const parseRuns = (text: string | undefined): string[] =>
  text === undefined ? [] : text.split(',').filter(Boolean);

/** Each once, at most as many as can be compared; undefined for what is no list of ids. */
export function normaliseRuns(text: string): string | undefined {
  const ids = [...new Set(parseRuns(text))];
  return ids.length > 0 && ids.every((id) => ID.test(id)) ? ids.slice(0, RUNS_MAX).join(',') : undefined;
}

/** The list with one more, or without it where it was there; undefined for none. A full one stays as it is. */
export function toggleRun(text: string | undefined, id: string): string | undefined {
  const ids = parseRuns(text);
  const next = ids.includes(id) ? ids.filter((one) => one !== id) : [...ids, id].slice(0, RUNS_MAX);
  return next.length > 0 ? next.join(',') : undefined;
}

/** What a run is called in short: A, B, … */
export const letterOf = (index: number): string => String.fromCharCode('A'.charCodeAt(0) + index);

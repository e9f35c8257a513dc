// What is said of many measurements.

const sorted = (values: number[]): number[] => [...values].sort((a, b) => a - b);

/** Between two values that stand beside the place, in proportion. */
export function quantile(values: number[], part: number): number {
  const order = sorted(values);
  const place = (order.length - 1) * part;
  const [below, above] = [order[Math.floor(place)] as number, order[Math.ceil(place)] as number];
  return below + (above - below) * (place - Math.floor(place));
}

export const median = (values: number[]): number => quantile(values, 0.5);

export const round = (value: number, digits = 3): number => Number(value.toFixed(digits));

/** The probability that a standard normal variable is further from zero (Abramowitz and Stegun 26.2.17, 1e-7). */
function beyond(z: number): number {
  const x = Math.abs(z);
  const t = 1 / (1 + 0.2316419 * x);
  const tail = [1.330274429, -1.821255978, 1.781477937, -0.356563782, 0.31938153].reduce((sum, c) => (sum + c) * t, 0);
  return Math.min(1, (2 * tail * Math.exp((-x * x) / 2)) / Math.sqrt(2 * Math.PI));
}

/** The two-sided p of Mann and Whitney's test, by the normal approximation with ties: how often two samples of one and the
 * same kind would differ as much. */
export function mannWhitneyP(a: number[], b: number[]): number {
  const all = [...a.map((value) => ({ value, isA: true })), ...b.map((value) => ({ value, isA: false }))];
  all.sort((x, y) => x.value - y.value);
  let [ranksOfA, ties] = [0, 0];
  for (let from = 0; from < all.length; ) {
    let to = from;
    while (to < all.length && all[to]?.value === all[from]?.value) to++;
    const rank = (from + 1 + to) / 2; // of all that are equal
    ranksOfA += rank * all.slice(from, to).filter(({ isA }) => isA).length;
    ties += (to - from) ** 3 - (to - from);
    from = to;
  }
  const [n, m, all2] = [a.length, b.length, all.length];
  const u = ranksOfA - (n * (n + 1)) / 2;
  const variance = ((n * m) / 12) * (all2 + 1 - ties / (all2 * (all2 - 1)));
  return variance > 0 ? beyond((u - (n * m) / 2) / Math.sqrt(variance)) : 1;
}

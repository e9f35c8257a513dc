import { formatInteger, formatPercent } from '~/lib/format';

/** How many values lie in `from` <= value < `to`; those beyond count in the first and the last. */
export interface Bin {
  from: number;
  to: number;
  count: number;
}

const BINS = 20;
/** Of the values at either end, the part that does not stretch the scale. */
const TAIL = 0.05;

/** The next 1, 2 or 5 times a power of ten. */
function roundStep(step: number): number {
  const power = 10 ** Math.floor(Math.log10(step));
  return power * (step > 5 * power ? 10 : step > 2 * power ? 5 : step > power ? 2 : 1);
}

/** Bins of a round width, of which none lies on both sides of zero. */
export function binsOf(values: readonly number[]): Bin[] {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (part: number) => sorted[Math.round(part * (sorted.length - 1))] ?? 0;
  const [low, high] = [at(TAIL), at(1 - TAIL)];
  if (sorted.length === 0) return [];
  const step = roundStep(Math.max((high - low) / BINS, Math.abs(high) / BINS, 1e-4));
  const [first, last] = [Math.floor(low / step), Math.floor(high / step)];
  const bins = Array.from(
    { length: last - first + 1 },
    (_, index): Bin => ({
      from: (first + index) * step,
      to: (first + index + 1) * step,
      count: 0,
    }),
  );
  for (const value of sorted) {
    const bin = bins[Math.min(last, Math.max(first, Math.floor(value / step))) - first];
    if (bin) bin.count++;
  }
  return bins;
}

/** The returns of trades in a sentence. */
export function returnsText(returns: readonly number[]): string {
  const sorted = [...returns].sort((a, b) => a - b);
  const last = sorted.length - 1;
  const at = (place: number) => sorted[Math.floor(place)] ?? 0;
  const count = (fits: (value: number) => boolean) => formatInteger(returns.filter(fits).length);
  return (
    `${count((value) => value > 0)} above zero, ${count((value) => value < 0)} below; ` +
    `lowest ${formatPercent(at(0))}, median ${formatPercent((at(last / 2) + at((last + 1) / 2)) / 2)}, ` +
    `highest ${formatPercent(at(last))}`
  );
}

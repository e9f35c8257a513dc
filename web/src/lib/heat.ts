import type { CSSProperties } from 'react';

const TINT_MAX_PERCENT = 46;

/** How strongly a cell is tinted, in percent of the colour: more would take the text below 4.5:1. */
export function tintPercent(value: number | null, largest: number): number {
  if (value === null || largest <= 0) return 0;
  return Math.round(TINT_MAX_PERCENT * Math.min(1, Math.abs(value) / largest));
}

/** The background of a cell: green above zero, red below, full at ±`largest` and beyond. */
export function heatStyle(value: number | null, largest: number): CSSProperties | undefined {
  const tint = tintPercent(value, largest);
  if (value === null || tint === 0) return undefined;
  return tinted(value < 0 ? '--down' : '--up', tint);
}

/** The background of a cell on a scale without a zero of its own: plain at `low`, full at `high`. */
export function rampStyle(value: number | null, low: number, high: number): CSSProperties | undefined {
  if (value === null || high <= low) return undefined;
  const tint = tintPercent(value - low, high - low);
  return tint === 0 ? undefined : tinted('--accent', tint);
}

const TAIL = 0.02;

/** From where to where the colours of a table go: a few cells far out are not to take them from all others. */
export function heatRange(values: readonly number[]): [low: number, high: number] {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))] ?? 0;
  return [at(TAIL), at(1 - TAIL)];
}

/** A background of a colour of the theme, tinted by so many percent: `tintPercent` says how many. */
export const tinted = (color: string, tint: number): CSSProperties => ({
  background: `color-mix(in srgb, var(${color}) ${tint}%, transparent)`,
});

import type { Scan, ScanRow } from '~/api/client';
import { formatInteger } from '~/lib/format';
import { barsText } from './filters';

/** The eight conditions of an uptrend, in words, and which of them keep symbols out. */

export type ConditionName = keyof ScanRow['conditions'];

type Rules = Pick<Scan, 'parameters' | 'interval'>;

export function conditionText(name: ConditionName, { parameters: p, interval }: Rules): string {
  const sma = (window: number) => `SMA ${window}`;
  switch (name) {
    case 'close_above_medium':
      return `last price above ${sma(p.medium_window)}`;
    case 'short_above_medium':
      return `${sma(p.short_window)} above ${sma(p.medium_window)}`;
    case 'medium_above_long':
      return `${sma(p.medium_window)} above ${sma(p.long_window)}`;
    case 'medium_rising':
      return `${sma(p.medium_window)} higher than ${p.slope_window} bars before`;
    case 'long_rising':
      return `${sma(p.long_window)} higher than ${p.slope_window} bars before`;
    case 'recent_return_positive':
      return `${barsText(p.recent_return_window, interval)} return above 0`;
    case 'long_return_positive':
      return `${barsText(p.long_return_window, interval)} return above 0`;
    case 'not_extended':
      return `at most ${Math.round(p.max_extension * 1000) / 10}% above ${sma(p.medium_window)}`;
  }
}

export const failedConditions = ({ conditions }: ScanRow): ConditionName[] =>
  (Object.keys(conditions) as ConditionName[]).filter((name) => !conditions[name]);

export interface Failure {
  name: ConditionName;
  /** Rows that fail it. */
  failed: number;
  /** Rows that fail nothing else: they would pass without it. */
  alone: number;
}

/** Which conditions fail how often, the most frequent first. */
export function failuresOf(rows: readonly ScanRow[]): Failure[] {
  const counts = new Map<ConditionName, Failure>();
  for (const row of rows) {
    const failed = failedConditions(row);
    for (const name of failed) {
      const entry = counts.get(name) ?? { name, failed: 0, alone: 0 };
      entry.failed += 1;
      if (failed.length === 1) entry.alone += 1;
      counts.set(name, entry);
    }
  }
  return [...counts.values()].sort((a, b) => b.failed - a.failed);
}

/** What was left out before any condition was looked at, in words; empty where nothing was. */
export function skippedText({ skipped, parameters }: Pick<Scan, 'skipped' | 'parameters'>): string {
  const parts = [
    skipped.too_short > 0 &&
      `${formatInteger(skipped.too_short)} with fewer than ${parameters.min_candles} candles`,
    skipped.stale > 0 && `${formatInteger(skipped.stale)} without a candle of the last bar`,
    skipped.low_volume > 0 && `${formatInteger(skipped.low_volume)} below the volume asked for`,
  ];
  return parts.filter(Boolean).join(', ');
}

import type { BacktestSummary, Comparison } from '~/api/client';
import { memberText } from '~/features/backtests/memberNames';
import { METRIC_GROUPS, type Metric, metricText } from '~/features/backtests/metrics';
import { formatNumber, NONE } from '~/lib/format';
import { letterOf } from './runs';

/** What a comparison says, read for the screen. */

const INDEX_BASE = 100;

/** A column of equity as an index that begins at 100. */
export const indexed = (column: readonly (number | null)[]): (number | null)[] =>
  column.map((value) => (value === null ? null : value * INDEX_BASE));

/** How far each point lies under the highest one before it. */
export function underwater(column: readonly (number | null)[]): (number | null)[] {
  let high = Number.NEGATIVE_INFINITY;
  return column.map((value) => {
    if (value === null) return null;
    high = Math.max(high, value);
    return high > 0 ? value / high - 1 : null;
  });
}

export interface MetricLine {
  metric: Metric;
  values: (number | null)[];
  /** Index of the best one. */
  best: number | null;
}

/** Figures of single bars, or counted in bars: of a day and of four hours they are not the same thing. */
const isOfBars = ({ key, kind }: Metric) =>
  kind === 'bars' || key === 'value_at_risk_95' || key === 'cvar_95';

/**
 * The figures in the groups of the result page; those that no run has are left out. None is the best of runs over bars of
 * other lengths where it depends on them.
 */
export function metricGroups({ metrics, backtests }: Pick<Comparison, 'metrics' | 'backtests'>) {
  const isMixed = backtests.some(({ interval }) => interval !== backtests[0]?.interval);
  const byName = new Map(metrics.map((line) => [line.name, line]));
  return METRIC_GROUPS.map(({ title, metrics: wanted }) => ({
    title,
    lines: wanted.flatMap((metric): MetricLine[] => {
      const line = byName.get(metric.key);
      return line?.values.some((value) => value !== null)
        ? [{ metric, values: line.values, best: isMixed && isOfBars(metric) ? null : line.best }]
        : [];
    }),
  })).filter(({ lines }) => lines.length > 0);
}

const SUFFIXES: Partial<Record<Metric['kind'], string>> = { bars: ' bars', multiple: '×' };

/** How a figure differs from that of the base, in its own unit; empty where one of them is missing. */
export function deltaText({ metric, values }: MetricLine, index: number, base: number): string {
  const value = values[index] ?? null;
  const other = values[base] ?? null;
  if (index === base || value === null || other === null) return '';
  const delta = value - other;
  if (delta === 0) return '=';
  if (metric.kind === 'change' || metric.kind === 'percent')
    return formatNumber(delta * 100, { signed: true, suffix: ' pp' });
  if (metric.kind === 'count') return formatNumber(delta, { signed: true, decimals: 0 });
  const suffix = SUFFIXES[metric.kind] ?? '';
  return formatNumber(delta, { signed: true, decimals: Number.isInteger(delta) ? 0 : 2, suffix });
}

export const valueText = ({ metric, values }: MetricLine, index: number): string =>
  metricText(metric, values[index] ?? null);

export interface RequestLine {
  members: string[];
  label: string;
  /** As they are read; NONE where the run has no such member. */
  texts: string[];
}

/**
 * What was asked differently, under the names that the forms have: a run of a category calls some members otherwise, and
 * has no others.
 */
export function requestLines({ request_differences }: Comparison, label: (member: string) => string) {
  const lines = new Map<string, RequestLine>();
  for (const { member, values } of request_differences) {
    const name = label(member);
    const texts = values.map((value) => memberText(value, member));
    const line = lines.get(name) ?? { members: [], label: name, texts };
    line.members.push(member);
    line.texts = line.texts.map((text, index) => (text === NONE ? (texts[index] ?? NONE) : text));
    lines.set(name, line);
  }
  return [...lines.values()].filter(({ texts }) => texts.some((text) => text !== texts[0]));
}

const names = (indexes: number[]) => indexes.map(letterOf).join(', ');

/** The runs in groups of the same value, the base's first. */
function groupsBy(runs: readonly BacktestSummary[], base: number, value: (run: BacktestSummary) => string) {
  const groups = new Map<string, number[]>();
  const order = [base, ...runs.keys()].filter((index, at, all) => all.indexOf(index) === at);
  for (const index of order) {
    const run = runs[index];
    if (run)
      groups.set(
        value(run),
        [...(groups.get(value(run)) ?? []), index].sort((a, b) => a - b),
      );
  }
  return [...groups.values()];
}

export interface Warning {
  title: string;
  text: string;
}

/** Why the runs may not be comparable: other bars, other candles of the same series, another engine. */
export function warningsOf(runs: readonly BacktestSummary[], base = 0): Warning[] {
  const found: Warning[] = [];
  const add = (title: string, groups: number[][], text: string) => {
    if (groups.length > 1)
      found.push({ title, text: text.replace('%', groups.map(names).join(' against ')) });
  };
  add(
    'Different ranges',
    groupsBy(runs, base, ({ data }) => `${data?.first} ${data?.last}`),
    '%: they read candles of other times. Curves and correlation are of the common bars only, the figures are of each whole run.',
  );
  const series = groupsBy(runs, base, ({ symbol, interval }) => `${symbol} ${interval}`);
  add('Different series', series, '%: what differs may be the market, not the rules.');
  for (const same of series) {
    const parts = groupsBy(
      same.flatMap((index) => runs[index] ?? []),
      Math.max(0, same.indexOf(base)),
      ({ data }) => `${data?.first} ${data?.last} ${data?.sha256}`,
    ).map((part) => part.map((at) => same[at] ?? 0));
    const ranges = new Set(same.map((index) => `${runs[index]?.data?.first} ${runs[index]?.data?.last}`));
    if (parts.length > ranges.size)
      add(
        'Different candles',
        parts,
        '%: the same series and times, but the candles have changed in between.',
      );
  }
  add(
    'Different engines',
    groupsBy(runs, base, ({ engine_version }) => String(engine_version)),
    '%: they were computed by other versions of the engine.',
  );
  return found;
}

import type { CategoryPeriod, CategorySummary, HeatmapRow } from '~/api/client';
import { csvText } from '~/lib/download';
import { formatPercent } from '~/lib/format';
import { type Rect, squarify } from '~/lib/treemap';

export const PERIODS: CategoryPeriod[] = ['1d', '7d', '30d', '90d', 'ytd'];

/** The change at which a cell has its full colour: longer periods move further. */
export const FULL_COLOUR: Record<CategoryPeriod, number> = {
  '1d': 0.05,
  '7d': 0.15,
  '30d': 0.3,
  '90d': 0.6,
  ytd: 1,
};

/** A period as it stands on a heading. */
export const periodText = (period: CategoryPeriod) => (period === 'ytd' ? 'YTD' : period);

export const changeOf = (category: CategorySummary, period: CategoryPeriod) => category[`change_${period}`];

export const SORT_KEYS = [
  'name',
  'members',
  'breadth',
  ...PERIODS.map((period) => `change_${period}` as const),
] as const;
export type SortKey = (typeof SORT_KEYS)[number];

/** Sorted by one figure; what has none comes last either way. */
export function sortCategories(rows: readonly CategorySummary[], key: SortKey, descending: boolean) {
  const sign = descending ? -1 : 1;
  return [...rows].sort((a, b) => {
    const left = a[key];
    const right = b[key];
    if (left === null || right === null) return Number(left === null) - Number(right === null);
    if (typeof left === 'string' || typeof right === 'string')
      return sign * String(left).localeCompare(String(right));
    return sign * (left - right);
  });
}

/** "7 of 24 (29%)": a member counts that has a bar of the last day and 49 before it. */
export function aboveText(members: readonly { sma50_distance: number | null }[]): string | undefined {
  const distances = members.flatMap(({ sma50_distance }) => sma50_distance ?? []);
  if (distances.length === 0) return undefined;
  const above = distances.filter((distance) => distance > 0).length;
  const share = formatPercent(above / distances.length, { signed: false, decimals: 0 });
  return `${above} of ${distances.length} (${share})`;
}

type Moved = Pick<CategorySummary, 'name' | 'time' | `change_${CategoryPeriod}`>;

/** What the index of one category did against that of another; null where their last bars are not of one day. */
export function ratioReturn(base: Moved, other: Moved, period: CategoryPeriod): number | null {
  const up = base[`change_${period}`];
  const down = other[`change_${period}`];
  if (up === null || down === null || base.time !== other.time || down <= -1) return null;
  return (1 + up) / (1 + down) - 1;
}

export interface MatrixRow<T> {
  category: T;
  /** Against each category, in the same order; null against itself. */
  returns: (number | null)[];
}

/** Every category against every other, the strongest of the period first; what has no change is left out. */
export function matrixOf<T extends Moved>(categories: readonly T[], period: CategoryPeriod): MatrixRow<T>[] {
  const change = (category: T) => category[`change_${period}`] ?? Number.NEGATIVE_INFINITY;
  const sorted = categories
    .filter((category) => category[`change_${period}`] !== null)
    .sort((a, b) => change(b) - change(a) || a.name.localeCompare(b.name));
  return sorted.map((category) => ({
    category,
    returns: sorted.map((other) => (other === category ? null : ratioReturn(category, other, period))),
  }));
}

/** The matrix as CSV, with every digit. */
export function matrixCsv<T extends Moved>(rows: readonly MatrixRow<T>[]): string {
  const names = rows.map(({ category }) => csvText(category.name));
  const lines = rows.map(({ returns }, index) =>
    [names[index], ...returns.map((value) => value ?? '')].join(','),
  );
  return `${[['category', ...names].join(','), ...lines].join('\n')}\n`;
}

export interface Tile {
  category: string;
  symbol: string;
  /** The other categories that show it too. */
  others: string[];
  change: number;
  rect: Rect;
}

export interface Block {
  row: HeatmapRow;
  rect: Rect;
  tiles: Tile[];
}

export const HEAD_HEIGHT = 20;
const GAP = 2;
/** The least part of the whole that a symbol gets: less could not be hit with a finger. */
const LEAST_PART = 0.0015;

/** Categories as blocks, in each its symbols; areas by the value traded, or all the same. */
export function blocksOf(
  rows: readonly HeatmapRow[],
  equal: boolean,
  width: number,
  height: number,
): Block[] {
  const filled = rows.filter(({ symbols }) => symbols.length > 0);
  const total = filled.flatMap(({ symbols }) => symbols).reduce((sum, { turnover }) => sum + turnover, 0);
  const weigh = (turnover: number) => (equal || total <= 0 ? 1 : Math.max(turnover, total * LEAST_PART));
  const weighed = filled
    .map((row) => {
      const symbols = row.symbols
        .map((cell) => ({ ...cell, weight: weigh(cell.turnover) }))
        .sort((a, b) => b.weight - a.weight);
      return { row, symbols, weight: symbols.reduce((sum, { weight }) => sum + weight, 0) };
    })
    .sort((a, b) => b.weight - a.weight);
  const rects = squarify(
    weighed.map(({ weight }) => weight),
    { x: 0, y: 0, width, height },
  );
  const homes = new Map<string, string[]>();
  for (const { row, symbols } of weighed)
    for (const { symbol } of symbols) homes.set(symbol, [...(homes.get(symbol) ?? []), row.name]);
  return weighed.map(({ row, symbols }, index) => {
    const rect = inset(rects[index] ?? { x: 0, y: 0, width: 0, height: 0 });
    const inner = squarify(
      symbols.map(({ weight }) => weight),
      { x: 0, y: HEAD_HEIGHT, width: rect.width, height: Math.max(0, rect.height - HEAD_HEIGHT) },
    );
    const tiles = symbols.map(({ symbol, return: change }, at) => ({
      category: row.name,
      symbol,
      others: (homes.get(symbol) ?? []).filter((name) => name !== row.name),
      change,
      rect: inner[at] ?? rect,
    }));
    return { row, rect, tiles };
  });
}

/** "BTCUSDT in Layer 1: +1.2%. Also in Store of value." */
export const tileTitle = ({ symbol, category, others }: Tile, change: string): string =>
  `${symbol} in ${category}: ${change}${others.length > 0 ? `. Also in ${others.join(', ')}.` : ''}`;

const TEXT_SIZES = [12, 10, 8];
// Widths of a letter: the name is bold.
const BOLD = 0.78;
const PLAIN = 0.64;
const LINE_HEIGHT = 1.35;

/** The largest size in px that a tile's name fits in, undefined where none does; and whether its change fits below. */
export function labelOf(name: string, change: string, { width, height }: Pick<Rect, 'width' | 'height'>) {
  const fits = (text: string, letter: number, size: number, lines: number) =>
    width >= text.length * letter * size + 5 && height >= lines * LINE_HEIGHT * size + 2;
  const size = TEXT_SIZES.find((one) => fits(name, BOLD, one, 1));
  return { size, hasChange: size !== undefined && fits(change, PLAIN, size, 2) };
}

const inset = ({ x, y, width, height }: Rect): Rect => ({
  x: x + GAP,
  y: y + GAP,
  width: Math.max(0, width - 2 * GAP),
  height: Math.max(0, height - 2 * GAP),
});

/** A squarified treemap (Bruls, Huizing, van Wijk 2000): areas as the values, sides as near to a square as they go. */

export interface Rect {
  x: number;
  y: number;
  width: number;
  height: number;
}

/**
 * One rectangle a value, in the order given; they fill `area`. Values above 0 only count; the layout is best
 * with the greatest first.
 */
export function squarify(values: readonly number[], area: Rect): Rect[] {
  const total = values.reduce((sum, value) => sum + Math.max(0, value), 0);
  if (total <= 0 || area.width <= 0 || area.height <= 0)
    return values.map(() => ({ x: area.x, y: area.y, width: 0, height: 0 }));
  const scale = (area.width * area.height) / total;
  const sizes = values.map((value) => Math.max(0, value) * scale);
  const rects: Rect[] = [];
  let rest = area;
  let start = 0;
  while (start < sizes.length) {
    const side = Math.min(rest.width, rest.height);
    const end = rowEnd(sizes, start, side);
    const row = sizes.slice(start, end);
    const isLast = end === sizes.length;
    rects.push(...layRow(row, rest, isLast));
    rest = without(rest, row);
    start = end;
  }
  return rects;
}

/** A row takes values as long as that makes its worst side ratio better. */
function rowEnd(sizes: readonly number[], start: number, side: number): number {
  let end = start + 1;
  let worst = worstRatio(sizes.slice(start, end), side);
  while (end < sizes.length) {
    const next = worstRatio(sizes.slice(start, end + 1), side);
    if (next > worst) break;
    worst = next;
    end += 1;
  }
  return end;
}

function worstRatio(row: readonly number[], side: number): number {
  const sum = row.reduce((a, b) => a + b, 0);
  const least = Math.min(...row);
  if (least <= 0 || side <= 0) return Number.POSITIVE_INFINITY;
  return Math.max((side * side * Math.max(...row)) / (sum * sum), (sum * sum) / (side * side * least));
}

/** How deep a row lies along the longer side of what is left. */
const depthOf = (row: readonly number[], { width, height }: Rect) =>
  row.reduce((a, b) => a + b, 0) / Math.min(width, height);

function layRow(row: readonly number[], rest: Rect, isLast: boolean): Rect[] {
  const isWide = rest.width >= rest.height;
  const depth = isLast ? (isWide ? rest.width : rest.height) : depthOf(row, rest);
  let offset = 0;
  return row.map((size) => {
    const length = depth > 0 ? size / depth : 0;
    const rect = isWide
      ? { x: rest.x, y: rest.y + offset, width: depth, height: length }
      : { x: rest.x + offset, y: rest.y, width: length, height: depth };
    offset += length;
    return rect;
  });
}

function without(rest: Rect, row: readonly number[]): Rect {
  const depth = depthOf(row, rest);
  if (rest.width >= rest.height)
    return { ...rest, x: rest.x + depth, width: Math.max(0, rest.width - depth) };
  return { ...rest, y: rest.y + depth, height: Math.max(0, rest.height - depth) };
}

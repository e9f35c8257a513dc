import type { Rect } from './treemap';

/** Arrow keys between things that lie in the plane: which of them is the next in a direction. */

interface Point {
  x: number;
  y: number;
}

type Arrow = 'ArrowLeft' | 'ArrowRight' | 'ArrowUp' | 'ArrowDown';
const DIRECTIONS: Record<Arrow, Point> = {
  ArrowLeft: { x: -1, y: 0 },
  ArrowRight: { x: 1, y: 0 },
  ArrowUp: { x: 0, y: -1 },
  ArrowDown: { x: 0, y: 1 },
};
const ASIDE_WEIGHT = 2;

export const isArrow = (key: string): key is Arrow => Object.hasOwn(DIRECTIONS, key);

const centre = ({ x, y, width, height }: Rect): Point => ({ x: x + width / 2, y: y + height / 2 });

/** How far two stretches of a line are apart; 0 where they overlap. */
const gap = (a: number, lengthA: number, b: number, lengthB: number) =>
  Math.max(0, b - (a + lengthA), a - (b + lengthB));

/** The index of the nearest rectangle in the arrow's direction, straight ones before those aside; undefined at the edge. */
export function nextInDirection(key: Arrow, from: Rect, rects: readonly Rect[]): number | undefined {
  const { x, y } = DIRECTIONS[key];
  const start = centre(from);
  let best: { index: number; cost: number } | undefined;
  rects.forEach((rect, index) => {
    const end = centre(rect);
    const ahead = (end.x - start.x) * x + (end.y - start.y) * y;
    const aside =
      x === 0 ? gap(from.x, from.width, rect.x, rect.width) : gap(from.y, from.height, rect.y, rect.height);
    if (ahead <= 1) return;
    const cost = ahead + ASIDE_WEIGHT * aside;
    if (!best || cost < best.cost) best = { index, cost };
  });
  return best?.index;
}

/** Moves the focus among the links of `container`; true where it moved. */
export function moveFocus(container: Element, key: string): boolean {
  const links = [...container.querySelectorAll('a')];
  const from = links.find((link) => link === document.activeElement);
  if (!isArrow(key) || !from) return false;
  const others = links.filter((link) => link !== from);
  const next = nextInDirection(
    key,
    from.getBoundingClientRect(),
    others.map((link) => link.getBoundingClientRect()),
  );
  if (next === undefined) return false;
  others[next]?.focus();
  return true;
}

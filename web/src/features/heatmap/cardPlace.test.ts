import { describe, expect, it } from 'vitest';
import { type Box, CARD, cardPlace } from './cardPlace';

const WINDOW = { width: 1000, height: 800 };

function cardOf(own: Box, window = WINDOW): Box {
  const { left, top } = cardPlace(own, window);
  return { left, top, right: left + CARD.width, bottom: top + CARD.height };
}

const box = (left: number, top: number, width: number, height: number): Box => ({
  left,
  top,
  right: left + width,
  bottom: top + height,
});
const overlap = (a: Box, b: Box) =>
  a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

describe('a card', () => {
  it.each([
    ['a row', box(20, 100, 200, 36)],
    ['a row at the bottom', box(20, 750, 200, 36)],
    ['a block at the left', box(0, 60, 500, 740)],
    ['a block at the right', box(500, 60, 500, 740)],
    ['a cell in the corner', box(960, 770, 40, 30)],
  ])('of %s is beside it, in the window', (_, own) => {
    const card = cardOf(own);
    expect(overlap(card, own)).toBe(false);
    expect(card.left).toBeGreaterThanOrEqual(0);
    expect(card.top).toBeGreaterThanOrEqual(0);
    expect(card.right).toBeLessThanOrEqual(WINDOW.width);
    expect(card.bottom).toBeLessThanOrEqual(WINDOW.height);
  });

  it('of something as large as the window stays in the window', () => {
    const card = cardOf(box(0, 0, 1000, 800));
    expect([card.right <= WINDOW.width, card.bottom <= WINDOW.height]).toEqual([true, true]);
  });
});

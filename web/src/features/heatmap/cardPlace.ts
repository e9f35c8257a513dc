export interface Box {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

export const CARD = { width: 250, height: 190 };
const AIR = 6;

/**
 * The top left corner of a card: beside what it belongs to and within the window. Below or above it, else to its right
 * or left; of something that leaves no room on any side in its lower right corner.
 */
export function cardPlace(
  own: Box,
  window: { width: number; height: number },
): { left: number; top: number } {
  const right = window.width - CARD.width - AIR;
  const bottom = window.height - CARD.height - AIR;
  const across = clamp((own.left + own.right - CARD.width) / 2, right);
  const along = clamp(own.top, bottom);
  if (own.bottom + AIR <= bottom) return { left: across, top: own.bottom + AIR };
  if (own.top - AIR - CARD.height >= AIR) return { left: across, top: own.top - AIR - CARD.height };
  if (own.right + AIR <= right) return { left: own.right + AIR, top: along };
  if (own.left - AIR - CARD.width >= AIR) return { left: own.left - AIR - CARD.width, top: along };
  return { left: clamp(own.right - CARD.width, right), top: clamp(own.bottom - CARD.height, bottom) };
}

const clamp = (value: number, most: number) => Math.max(AIR, Math.min(value, most));

import { type RefObject, useEffect, useState } from 'react';

// Beside those in view: what a turn of the wheel brings is there already.
const BESIDE_ROWS = 12;

/** First and last of `count` rows of one height that are to be drawn, where so much of them is scrolled past. */
export function rowsInView(
  scrolled_px: number,
  height_px: number,
  rowHeight: number,
  count: number,
): [number, number] {
  const first = Math.floor(scrolled_px / rowHeight) - BESIDE_ROWS;
  const last = Math.ceil((scrolled_px + height_px) / rowHeight) - 1 + BESIDE_ROWS;
  const end = Math.min(last, count - 1);
  // A list that was longer a moment ago may still be scrolled to where there is nothing any more.
  return [Math.max(0, Math.min(first, end)), end];
}

/** The rows to draw in `scroller`: all, or with `isLong` those around the ones in view. */
export function useRowWindow(
  scroller: RefObject<HTMLElement | null>,
  isLong: boolean,
  count: number,
  rowHeight: number,
): [first: number, last: number] {
  const [[scrolled_px, height_px], setView] = useState([0, 0]);

  useEffect(() => {
    const element = scroller.current;
    if (!isLong || !element) return;
    // By whole rows: less than one changes nothing.
    const look = () => {
      const next = [Math.floor(element.scrollTop / rowHeight) * rowHeight, element.clientHeight] as const;
      setView((old) => (old[0] === next[0] && old[1] === next[1] ? old : [...next]));
    };
    const sizes = new ResizeObserver(look);
    sizes.observe(element);
    element.addEventListener('scroll', look, { passive: true });
    look();
    return () => {
      sizes.disconnect();
      element.removeEventListener('scroll', look);
    };
  }, [scroller, isLong, rowHeight]);

  return isLong ? rowsInView(scrolled_px, height_px, rowHeight, count) : [0, count - 1];
}

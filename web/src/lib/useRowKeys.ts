import { useEffect, useRef } from 'react';
import { isTyping, useHotkeys } from './useHotkeys';

const STEPS: Record<string, number> = { ArrowDown: 1, ArrowUp: -1 };

/** How far a key moves the row that is looked at; 0 for keys that do not. Space goes on, with Shift back. */
export function rowStep({ key, shiftKey }: Pick<KeyboardEvent, 'key' | 'shiftKey'>): number {
  if (key === ' ') return shiftKey ? -1 : 1;
  return STEPS[key] ?? 0;
}

/** What is pressed, chosen or scrolled with these keys itself. */
const OWN_KEYS =
  'button, summary, [role="tab"], [role="option"], [role="menuitem"], [aria-roledescription="chart"]';

/** Moves from row to row wherever the focus is, but in fields, dialogs and on what takes the key for itself. */
export function useRowKeys(move: (step: number) => void) {
  const latest = useRef(move);
  latest.current = move;
  useHotkeys({ j: () => move(1), k: () => move(-1) });
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const step = rowStep(event);
      if (step === 0 || event.defaultPrevented || event.altKey || event.metaKey || event.ctrlKey) return;
      if (isTyping(event.target) || (event.target instanceof Element && event.target.closest(OWN_KEYS)))
        return;
      event.preventDefault();
      latest.current(step);
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, []);
}

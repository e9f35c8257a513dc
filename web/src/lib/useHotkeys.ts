import { useEffect, useRef } from 'react';
import { preferences } from './preferences';

/**
 * `mod+k` works everywhere, in inputs too. Single letters and two-letter sequences (`g c`) work only where
 * nothing is being typed and no dialog is open, and not for those who have turned them off.
 */
export type Hotkeys = Record<string, (event: KeyboardEvent) => void>;

const SEQUENCE_MS = 900;

/** Whether a key pressed there is meant for a field or a dialog. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (document.querySelector('[role="dialog"]')) return true;
  return target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName);
}

/** Those of what is on screen, a page's before those of the frame around it. */
const registered = new Set<{ current: Hotkeys }>();
let first = '';
let firstAt = 0;

/** What the keys may mean, the most particular first. Empty where they are meant for something else. */
function namesOf(event: KeyboardEvent): string[] {
  const key = event.key.toLowerCase();
  if ((event.metaKey || event.ctrlKey) && !event.altKey) return [`mod+${key}`];
  if (event.altKey || event.metaKey || event.ctrlKey || isTyping(event.target)) return [];
  if (!preferences().singleKeys) return [];
  const names = event.timeStamp - firstAt < SEQUENCE_MS ? [`${first} ${key}`, key] : [key];
  first = key;
  firstAt = event.timeStamp;
  return names;
}

function onKeyDown(event: KeyboardEvent) {
  if (event.defaultPrevented) return;
  for (const name of namesOf(event))
    for (const { current } of registered) {
      const action = current[name];
      if (!action) continue;
      event.preventDefault();
      if (name.includes(' ')) first = '';
      return action(event);
    }
}

export function useHotkeys(hotkeys: Hotkeys) {
  const latest = useRef(hotkeys);
  latest.current = hotkeys;

  useEffect(() => {
    registered.add(latest);
    window.addEventListener('keydown', onKeyDown); // the same one, however often
    return () => {
      registered.delete(latest);
      if (registered.size === 0) window.removeEventListener('keydown', onKeyDown);
    };
  }, []);
}

import { useEffect, useRef } from 'react';

/**
 * `mod+k` works everywhere, in inputs too. Single letters and two-letter sequences (`g c`) work only where
 * nothing is being typed and no dialog is open.
 */
export type Hotkeys = Record<string, (event: KeyboardEvent) => void>;

const SEQUENCE_MS = 900;

/** Whether a key pressed there is meant for a field or a dialog. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (document.querySelector('[role="dialog"]')) return true;
  return target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName);
}

export function useHotkeys(hotkeys: Hotkeys) {
  const latest = useRef(hotkeys);
  latest.current = hotkeys;

  useEffect(() => {
    let first = '';
    let firstAt = 0;
    const onKeyDown = (event: KeyboardEvent) => {
      const key = event.key.toLowerCase();
      if ((event.metaKey || event.ctrlKey) && !event.altKey) return call(`mod+${key}`, event);
      if (event.altKey || event.metaKey || event.ctrlKey || isTyping(event.target)) return;
      const sequence = event.timeStamp - firstAt < SEQUENCE_MS ? `${first} ${key}` : '';
      first = key;
      firstAt = event.timeStamp;
      if (sequence && latest.current[sequence]) return call(sequence, event);
      call(key, event);
    };
    const call = (name: string, event: KeyboardEvent) => {
      const action = latest.current[name];
      if (!action || event.defaultPrevented) return;
      event.preventDefault();
      action(event);
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, []);
}

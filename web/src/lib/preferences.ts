import { useSyncExternalStore } from 'react';
import type { Zone } from './time';

/** What one person prefers in this browser. Nothing here is needed to open a link. */
export interface Preferences {
  zone: Zone;
  recentSymbols: string[];
}

const KEY = 'tlab.preferences';
const DEFAULTS: Preferences = { zone: 'utc', recentSymbols: [] };
const RECENT_MAX = 8;

function read(): Preferences {
  try {
    const stored = JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<Preferences>;
    const recent = Array.isArray(stored.recentSymbols) ? stored.recentSymbols.map(String) : [];
    return {
      zone: stored.zone === 'local' ? 'local' : 'utc',
      recentSymbols: recent.slice(0, RECENT_MAX),
    };
  } catch {
    return DEFAULTS;
  }
}

let current = read();
const listeners = new Set<() => void>();

function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function setPreferences(change: Partial<Preferences>) {
  current = { ...current, ...change };
  try {
    localStorage.setItem(KEY, JSON.stringify(current));
  } catch {
    // Storage may be full or forbidden: the choice then lasts as long as the page.
  }
  for (const listener of listeners) listener();
}

export function usePreferences(): Preferences {
  return useSyncExternalStore(subscribe, () => current);
}

export function rememberSymbol(symbol: string) {
  const others = current.recentSymbols.filter((known) => known !== symbol);
  setPreferences({ recentSymbols: [symbol, ...others].slice(0, RECENT_MAX) });
}

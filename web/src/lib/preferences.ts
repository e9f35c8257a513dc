import { useSyncExternalStore } from 'react';
import { type Interval, isInterval } from './interval';
import type { Zone } from './time';

/** What one person prefers. Nothing here is needed to open a link. */
export interface Preferences {
  zone: Zone;
  /** Undefined until one was chosen. */
  theme: 'dark' | 'light' | 'auto' | undefined;
  /** The one chosen last in a chart; undefined until one was. */
  interval: Interval | undefined;
  recentSymbols: string[];
  /** The colours of what rose and what fell. */
  palette: Palette;
  /** Whether single letters are shortcuts. */
  singleKeys: boolean;
}

export const PALETTES = ['green-red', 'red-green', 'blue-orange'] as const;
export type Palette = (typeof PALETTES)[number];

/** When each of them was chosen, in milliseconds since 1970; what was never chosen is not there. */
export type Chosen = Partial<Record<keyof Preferences, number>>;

/** This browser's copy: it is there before a server is asked. */
interface Copy {
  /** The id of the user whose it is; empty where nobody was signed in. */
  owner: string;
  values: Preferences;
  at: Chosen;
}

const KEY = 'tlab.preferences';
const DEFAULTS: Preferences = {
  zone: 'utc',
  theme: undefined,
  interval: undefined,
  recentSymbols: [],
  palette: 'green-red',
  singleKeys: true,
};
const NAMES = Object.keys(DEFAULTS) as (keyof Preferences)[];
const THEMES = ['dark', 'light', 'auto'] as const;
const RECENT_MAX = 8;
/** Chosen at some time that nobody noted, before everything that is noted. */
const LONG_AGO = 1;

type Unread = Partial<Record<keyof Preferences, unknown>>;

/** Whatever was kept, as far as it can be understood. */
function understand({ zone, theme, interval, recentSymbols, palette, singleKeys }: Unread): Preferences {
  const recent = Array.isArray(recentSymbols) ? recentSymbols.map(String) : [];
  return {
    zone: zone === 'local' ? 'local' : 'utc',
    theme: THEMES.find((known) => known === theme),
    interval: typeof interval === 'string' && isInterval(interval) ? interval : undefined,
    recentSymbols: recent.slice(0, RECENT_MAX),
    palette: PALETTES.find((known) => known === palette) ?? DEFAULTS.palette,
    singleKeys: singleKeys !== false,
  };
}

const isSame = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

function understandTimes(values: Preferences, at: unknown): Chosen {
  const times = typeof at === 'object' && at !== null ? (at as Record<string, unknown>) : {};
  return Object.fromEntries(
    NAMES.flatMap((name) => {
      const time = Number(times[name] ?? 0);
      if (Number.isFinite(time) && time > 0) return [[name, time]];
      return isSame(values[name], DEFAULTS[name]) ? [] : [[name, LONG_AGO]];
    }),
  );
}

function read(text: string | null): Copy {
  try {
    const stored = JSON.parse(text ?? '{}') as Unread & { owner?: unknown; at?: unknown };
    const values = understand(stored);
    const owner = typeof stored.owner === 'string' ? stored.owner : '';
    return { owner, values, at: understandTimes(values, stored.at) };
  } catch {
    return { owner: '', values: DEFAULTS, at: {} };
  }
}

function load(): Copy {
  try {
    return read(localStorage.getItem(KEY));
  } catch {
    return read(null);
  }
}

let current = load();
type Listener = (isOwn: boolean) => void;
const listeners = new Set<Listener>();

/** Hears of every change, and whether it was made here and not taken over from elsewhere. */
export function onPreferences(listener: Listener): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

function put(next: Copy, isOwn: boolean) {
  current = next;
  try {
    localStorage.setItem(KEY, JSON.stringify({ ...next.values, owner: next.owner, at: next.at }));
  } catch {
    // Storage may be full or forbidden: the choice then lasts as long as the page.
  }
  for (const listener of listeners) listener(isOwn);
}

// What another tab of this browser has chosen holds here, too.
globalThis.addEventListener?.('storage', (event) => {
  if (event.key !== KEY || event.newValue === null) return;
  current = read(event.newValue);
  for (const listener of listeners) listener(false);
});

export function setPreferences(change: Partial<Preferences>, now_ms = Date.now()) {
  const names = NAMES.filter((name) => name in change && !isSame(change[name], current.values[name]));
  if (names.length === 0) return;
  const at = Object.fromEntries(names.map((name) => [name, now_ms]));
  put({ ...current, values: { ...current.values, ...change }, at: { ...current.at, ...at } }, true);
}

/** All of them with their times, as they are kept for the person. */
export const preferencesDocument = () => ({ ...current.values, at: current.at });

/**
 * Takes over what is kept for `owner` elsewhere: of each preference the choice that was made last. What is here of
 * somebody else is forgotten; what was chosen before anybody signed in is theirs. Answers whether anything here is
 * newer than there.
 */
export function takePreferences(owner: string, document: unknown): boolean {
  const kept = read(JSON.stringify(typeof document === 'object' ? (document ?? {}) : {}));
  const isTheirs = current.owner === '' || current.owner === owner;
  const mine: Copy = isTheirs ? current : { owner, values: DEFAULTS, at: {} };
  const values: Preferences = { ...mine.values };
  const at: Chosen = { ...mine.at };
  let isNewer = false;
  for (const name of NAMES) {
    const here = mine.at[name] ?? 0;
    const there = kept.at[name] ?? 0;
    if (here > there) isNewer = true;
    if (there <= here) continue;
    Object.assign(values, { [name]: kept.values[name] });
    at[name] = there;
  }
  put({ owner, values, at }, false);
  return isNewer;
}

export function usePreferences(): Preferences {
  return useSyncExternalStore(onPreferences, () => current.values);
}

export const preferences = (): Preferences => current.values;

export function rememberSymbol(symbol: string) {
  const others = current.values.recentSymbols.filter((known) => known !== symbol);
  setPreferences({ recentSymbols: [symbol, ...others].slice(0, RECENT_MAX) });
}

import type { Scan } from '~/api/client';
import type { ScanQuery, ScorecardQuery } from '~/api/scanner';
import { parseMoment } from '~/lib/time';

/** The rules of a scan: what the address holds, what they are when it does not, and how they are typed. */

export const WINDOWS = {
  short_window: { label: 'Short average', value: 20 },
  medium_window: { label: 'Medium average', value: 50 },
  long_window: { label: 'Long average', value: 200 },
  slope_window: { label: 'Slope over', value: 20 },
  recent_return_window: { label: 'Recent return over', value: 30 },
  long_return_window: { label: 'Long return over', value: 90 },
} as const;

export type WindowName = keyof typeof WINDOWS;
export const WINDOW_NAMES = Object.keys(WINDOWS) as WindowName[];

export const EXTENSION = 0.25;
export const WINDOW_MAX = 5000;
export const EXTENSION_MAX = 100;

/** As the address bar has it; what is left out is at its default. */
export type ScanFilters = Partial<Record<WindowName, number>> & {
  interval?: string;
  quote?: string;
  /** The set of the workspace that the category is of. */
  set?: string;
  category?: string;
  /** Epoch seconds. */
  as_of?: number;
  max_extension?: number;
  min_quote_volume?: number;
  passing_only?: 'false';
  quote_symbol?: string;
};

export interface Preset {
  name: string;
  windows: Partial<Record<WindowName, number>>;
}

export const PRESETS: Preset[] = [
  { name: 'Default 20/50/200', windows: {} },
  {
    name: 'Fast 10/20/50',
    windows: {
      short_window: 10,
      medium_window: 20,
      long_window: 50,
      slope_window: 10,
      recent_return_window: 14,
      long_return_window: 30,
    },
  },
];

export const windowOf = (filters: ScanFilters, name: WindowName): number =>
  filters[name] ?? WINDOWS[name].value;

/** The preset whose windows these are; undefined for windows of one's own. */
export const presetOf = (filters: ScanFilters): Preset | undefined =>
  PRESETS.find(({ windows }) =>
    WINDOW_NAMES.every((name) => windowOf(filters, name) === windowOf(windows, name)),
  );

/** The windows of a preset as a change of the address: those at their default leave it. */
export const presetWindows = ({ windows }: Preset): Record<WindowName, number | undefined> =>
  Object.fromEntries(WINDOW_NAMES.map((name) => [name, windows[name]])) as Record<
    WindowName,
    number | undefined
  >;

const rules = ({ as_of, interval, quote, set, category, max_extension, ...rest }: ScanFilters) => ({
  interval: interval as ScanQuery['interval'],
  quote,
  // A set says nothing where no category is asked for.
  category_set_id: category === undefined ? undefined : set,
  category,
  as_of: as_of === undefined ? undefined : String(as_of),
  max_extension,
  ...Object.fromEntries(WINDOW_NAMES.map((name) => [name, rest[name]])),
});

/** What the server is asked for a list of symbols or ratios. */
export const scanQueryOf = (filters: ScanFilters, isRatio: boolean): ScanQuery => ({
  ...rules(filters),
  min_quote_volume: filters.min_quote_volume,
  passing_only: filters.passing_only,
  ...(isRatio && { quote_symbol: filters.quote_symbol }),
});

/** The score card knows neither volume nor pairs. */
export const scorecardQueryOf = (filters: ScanFilters): ScorecardQuery => rules(filters);

/** Text of the form, one a field; empty for the default where there is one. */
export interface FilterDraft extends Record<WindowName, string> {
  quote: string;
  as_of: string;
  /** In percent. */
  max_extension: string;
  min_quote_volume: string;
  quote_symbol: string;
}

export type Faults = Partial<Record<keyof FilterDraft, string>>;

/** What was typed as filters, and what is wrong with it. */
export function readFilters(draft: FilterDraft): { filters: ScanFilters; faults: Faults } {
  const faults: Faults = {};
  const filters: ScanFilters = {
    quote: draft.quote.trim().toUpperCase() || undefined,
    quote_symbol: draft.quote_symbol.trim().toUpperCase() || undefined,
  };
  if (filters.quote && !/^[A-Z0-9]{1,20}$/.test(filters.quote)) faults.quote = 'An asset, such as USDT';
  for (const name of WINDOW_NAMES) readWindow(name, draft[name], filters, faults);
  if (!faults.medium_window && windowOf(filters, 'medium_window') <= windowOf(filters, 'short_window'))
    faults.medium_window = 'Must be longer than the short one';
  if (!faults.long_window && windowOf(filters, 'long_window') <= windowOf(filters, 'medium_window'))
    faults.long_window = 'Must be longer than the medium one';

  const extension = readAmount(draft.max_extension);
  if (extension !== undefined && !(extension > 0 && extension <= EXTENSION_MAX * 100))
    faults.max_extension = 'Above 0 and at most 10000';
  else if (extension !== undefined && extension !== EXTENSION * 100) filters.max_extension = extension / 100;

  const volume = readAmount(draft.min_quote_volume);
  if (volume !== undefined && !(volume >= 0)) faults.min_quote_volume = '0 or more, without separators';
  else if (volume) filters.min_quote_volume = volume;

  if (draft.as_of.trim() !== '') {
    filters.as_of = parseMoment(draft.as_of);
    if (filters.as_of === undefined) faults.as_of = 'Write a date as 2024-01-31';
  }
  return { filters, faults };
}

function readWindow(name: WindowName, typed: string, filters: ScanFilters, faults: Faults) {
  if (typed.trim() === '') return;
  const value = Number(typed);
  if (!Number.isInteger(value) || value < 1 || value > WINDOW_MAX) faults[name] = `1 to ${WINDOW_MAX} bars`;
  else if (value !== WINDOWS[name].value) filters[name] = value;
}

/** Undefined for an empty field, NaN for what is no number. */
function readAmount(typed: string): number | undefined {
  return typed.trim() === '' ? undefined : Number(typed);
}

/** The three averages of a scan, as the address of a chart names them. */
export const averagesOf = (p: Pick<Scan['parameters'], 'short_window' | 'medium_window' | 'long_window'>) =>
  `sma:${p.short_window},sma:${p.medium_window},sma:${p.long_window}`;

/** A span of bars in words: `30d` where a bar is a day. */
export const barsText = (bars: number, interval: string): string =>
  interval === '1d' ? `${bars}d` : `${bars} bars`;

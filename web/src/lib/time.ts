import { type Interval, isDaily } from './interval';

/** Times arrive as epoch seconds (bars) or ISO-8601 UTC (objects). The zone is the person's choice. */
export type Zone = 'utc' | 'local';

const two = (value: number) => String(value).padStart(2, '0');

interface Parts {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
}

export function timeParts(seconds: number, zone: Zone): Parts {
  const date = new Date(seconds * 1000);
  if (zone === 'utc')
    return {
      year: date.getUTCFullYear(),
      month: date.getUTCMonth() + 1,
      day: date.getUTCDate(),
      hour: date.getUTCHours(),
      minute: date.getUTCMinutes(),
      second: date.getUTCSeconds(),
    };
  return {
    year: date.getFullYear(),
    month: date.getMonth() + 1,
    day: date.getDate(),
    hour: date.getHours(),
    minute: date.getMinutes(),
    second: date.getSeconds(),
  };
}

export function formatDate(seconds: number, zone: Zone = 'utc'): string {
  const { year, month, day } = timeParts(seconds, zone);
  return `${year}-${two(month)}-${two(day)}`;
}

export function formatDateTime(seconds: number, zone: Zone): string {
  const { hour, minute } = timeParts(seconds, zone);
  return `${formatDate(seconds, zone)} ${two(hour)}:${two(minute)}`;
}

export function formatClock(seconds: number, zone: Zone): string {
  const { hour, minute, second } = timeParts(seconds, zone);
  return `${two(hour)}:${two(minute)}:${two(second)}`;
}

/** The label of a bar: its UTC date where it is a day or longer, date and time in the chosen zone otherwise. */
export function formatBarTime(seconds: number, interval: Interval, zone: Zone): string {
  return isDaily(interval) ? formatDate(seconds) : formatDateTime(seconds, zone);
}

export function zoneLabel(zone: Zone): string {
  if (zone === 'utc') return 'UTC';
  return Intl.DateTimeFormat().resolvedOptions().timeZone || 'Local';
}

export function isoSeconds(iso: string): number {
  return Date.parse(iso) / 1000;
}

/** `2024-01-31` (UTC midnight) to epoch seconds; undefined for anything that is not a real date. */
export function parseDate(text: string): number | undefined {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text.trim());
  if (!match) return undefined;
  const milliseconds = Date.UTC(Number(match[1]), Number(match[2]) - 1, Number(match[3]));
  const seconds = milliseconds / 1000;
  return Number.isFinite(seconds) && formatDate(seconds) === text.trim() ? seconds : undefined;
}

/** `2024-01-31` or `2024-01-31 14:30`, always UTC, to epoch seconds. */
export function parseMoment(text: string): number | undefined {
  const match = /^(\d{4}-\d{2}-\d{2})(?:[ T](\d{1,2}):(\d{2}))?$/.exec(text.trim());
  const day = parseDate(match?.[1] ?? '');
  const hour = Number(match?.[2] ?? 0);
  const minute = Number(match?.[3] ?? 0);
  if (day === undefined || hour > 23 || minute > 59) return undefined;
  return day + hour * 3600 + minute * 60;
}

/** The reverse: just the date where it is midnight. */
export function formatMoment(seconds: number): string {
  return seconds % 86400 === 0 ? formatDate(seconds) : formatDateTime(seconds, 'utc');
}

const STEPS: [limit: number, size: number, unit: string][] = [
  [60, 1, 's'],
  [3600, 60, 'min'],
  [86400, 3600, 'h'],
  [86400 * 60, 86400, 'd'],
  [86400 * 730, 86400 * 30.44, 'mo'],
];
const YEARS: (typeof STEPS)[number] = [Number.POSITIVE_INFINITY, 86400 * 365.25, 'y'];

/** "2 h ago". The absolute time belongs in the element's title. */
export const formatAgo = (iso: string, now_s: number): string => formatAgoSeconds(isoSeconds(iso), now_s);

export function formatAgoSeconds(seconds: number, now_s: number): string {
  const age = Math.max(0, now_s - seconds);
  if (age < 5) return 'just now';
  const [, size, unit] = STEPS.find(([limit]) => age < limit) ?? YEARS;
  return `${Math.floor(age / size)} ${unit} ago`;
}

export function formatDuration(seconds: number): string {
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172800) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86400).toLocaleString('en-US')} d`;
}

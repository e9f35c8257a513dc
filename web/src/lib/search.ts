/**
 * The address bar holds the state of every screen. Values stay plain text there (`?interval=4h&ind=sma:20`);
 * a schema says what each name may hold. What does not fit is left out and reported once, never a crash.
 */

export interface Param<T> {
  parse: (raw: string) => T | undefined;
  /** What is left out of a value that is kept otherwise; empty for nothing. */
  left?: (raw: string) => string;
}

type Values<S> = { [K in keyof S]?: S[K] extends Param<infer T> ? T : never };

export interface Dropped {
  name: string;
  value: string;
}

type Listener = (dropped: Dropped) => void;
const listeners = new Set<Listener>();

/** Hears of each address-bar value that was not understood. Returns how to stop listening. */
export function onDropped(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const text = (maxLength = 200): Param<string> => ({
  parse: (raw) => (raw.length > 0 && raw.length <= maxLength ? raw : undefined),
});

export const pattern = (expression: RegExp): Param<string> => ({
  parse: (raw) => (expression.test(raw) ? raw : undefined),
});

export const oneOf = <T extends string>(...choices: readonly T[]): Param<T> => ({
  parse: (raw) => choices.find((choice) => choice === raw),
});

export const number = (min = -Infinity, max = Infinity): Param<number> => ({
  parse: (raw) => {
    const value = raw.trim() === '' ? Number.NaN : Number(raw);
    return Number.isFinite(value) && value >= min && value <= max ? value : undefined;
  },
});

export const whole = (min: number, max: number): Param<number> => ({
  parse: (raw) => (/^-?\d+$/.test(raw) ? number(min, max).parse(raw) : undefined),
});

/** A value checked by its own parser and kept in its canonical text. */
export const canonical = (
  normalise: (raw: string) => string | undefined,
  left?: (raw: string) => string,
): Param<string> => ({ parse: normalise, left });

/** Builds a route's `validateSearch` out of one Param a name. Unknown names are somebody else's and are ignored. */
export function searchSchema<S extends Record<string, Param<unknown>>>(schema: S) {
  return (raw: Record<string, unknown>): Values<S> => {
    const values: Record<string, unknown> = {};
    for (const [name, param] of Object.entries(schema)) {
      const given = raw[name];
      if (given === undefined || given === null || given === '') continue;
      const parsed = param.parse(String(given));
      const left = parsed === undefined ? String(given) : param.left?.(String(given));
      // An explicit undefined takes a bad value out of the address: the router lays this over what it read.
      values[name] = parsed;
      if (left) for (const listener of listeners) listener({ name, value: left });
    }
    return values as Values<S>;
  };
}

/** Query text to plain strings: no JSON, no surprises; the last of a repeated name wins. */
export function parseQuery(query: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(query));
}

/** The reverse. Characters that a query may hold (RFC 3986 section 3.4) stay readable. */
export function stringifyQuery(values: Record<string, unknown>): string {
  const pairs = Object.entries(values)
    .filter(([, value]) => value !== undefined && value !== null && value !== '')
    .map(([name, value]) => `${encodeURIComponent(name)}=${readable(String(value))}`);
  return pairs.length ? `?${pairs.join('&')}` : '';
}

function readable(value: string): string {
  return encodeURIComponent(value).replace(/%3A/g, ':').replace(/%2C/g, ',').replace(/%2F/g, '/');
}

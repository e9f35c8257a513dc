import type { Backtest, Sweep } from '~/api/client';

/** One combination of a sweep: its values in an address (`fast:10,slow:50`), and as a run of its own. */

export type Values = Record<string, number>;

/** Undefined for what is no list of names with numbers. */
export function normaliseSet(text: string): string | undefined {
  const values = parseSet(text);
  return values && formatSet(values);
}

export function parseSet(text: string): Values | undefined {
  const values: Values = {};
  for (const part of text.split(',')) {
    const match = /^([a-z][a-z0-9_]*):(-?[\d.]+(?:e[-+]?\d+)?)$/i.exec(part.trim());
    const value = Number(match?.[2]);
    if (!match?.[1] || !Number.isFinite(value)) return undefined;
    values[match[1]] = value;
  }
  return values;
}

export const formatSet = (values: Values): string =>
  Object.entries(values)
    .map(([name, value]) => `${name}:${value}`)
    .join(',');

/** The request of a sweep with these values in place of its lists; a list without one gives its first. */
export function combinationOf(
  { request, name }: Pick<Sweep, 'request' | 'name'>,
  values: Values = {},
): Pick<Backtest, 'request' | 'name'> {
  const { metric: _metric, goal: _goal, params, ...rest } = request;
  const fix = (fields: object) =>
    Object.fromEntries(
      Object.entries(fields).map(([field, value]) => {
        return [field, Array.isArray(value) ? (values[field] ?? value[0]) : value];
      }),
    );
  return { name, request: { ...fix(rest), params: fix(params) } as Backtest['request'] };
}

/** The names of what varies, parameters first, as the server has them. */
export function axesOf({ params, ...rest }: Sweep['request']): string[] {
  const lists = (fields: object) =>
    Object.entries(fields)
      .filter(([, value]) => Array.isArray(value) && value.length > 1)
      .map(([name]) => name);
  return [...lists(params), ...lists(rest)];
}

import type { Strategy, StrategyParameter } from '~/api/client';

/**
 * The subset of JSON Schema that strategies use (integer, number, string with enum, boolean; bounds, default,
 * unit), read for a form. What is typed stays text until it is sent, so that nothing a person wrote is lost.
 */

export type ParameterDraft = Record<string, string | boolean>;

export const parametersOf = (strategy: Strategy) => Object.entries(strategy.parameters.properties);

export const draftOf = (value: number | string | boolean): string | boolean =>
  typeof value === 'boolean' ? value : String(value);

/** The form's starting point: each default, over it what is already known (a run to be edited). */
export function initialDraft(
  strategy: Strategy,
  known: Record<string, number | string | boolean> = {},
): ParameterDraft {
  return Object.fromEntries(
    parametersOf(strategy).map(([name, parameter]) => [name, draftOf(known[name] ?? parameter.default)]),
  );
}

export const isChanged = (parameter: StrategyParameter, draft: string | boolean | undefined) =>
  draft !== undefined && draft !== draftOf(parameter.default);

/** The bounds in words, for below the field. */
export function boundsText({ minimum, maximum }: StrategyParameter): string {
  if (minimum !== undefined && maximum !== undefined) return `${minimum} to ${maximum}`;
  if (minimum !== undefined) return `at least ${minimum}`;
  return maximum === undefined ? '' : `at most ${maximum}`;
}

type Read<N> = { value: N | string | boolean } | { fault: string };

/** How a field with a number is read; a sweep takes more than one. */
export type NumberReader<N> = (text: string, rules: NumberRules) => { value: N } | { fault: string };

/** What was typed as the value the server wants, or why it will not do. */
export function readParameter<N = number>(
  parameter: StrategyParameter,
  draft: string | boolean | undefined,
  read: NumberReader<N> = readNumber as NumberReader<N>,
): Read<N> {
  if (parameter.type === 'boolean') return { value: draft === true };
  const text = String(draft ?? '').trim();
  if (parameter.type === 'string') return readText(parameter, text);
  return read(text, {
    whole: parameter.type === 'integer',
    minimum: parameter.minimum,
    maximum: parameter.maximum,
  });
}

function readText({ enum: choices }: StrategyParameter, text: string): Read<never> {
  if (choices && !choices.includes(text)) return { fault: `Choose one of ${choices.join(', ')}` };
  return { value: text };
}

export interface NumberRules {
  whole?: boolean;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
}

export function readNumber(text: string, rules: NumberRules): { value: number } | { fault: string } {
  const { whole, minimum, maximum, exclusiveMinimum, exclusiveMaximum } = rules;
  // Thousands separators and a decimal comma are guesses about what was meant: refuse, do not guess.
  const value = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(text) ? Number(text) : Number.NaN;
  if (text === '') return { fault: 'Needs a number' };
  if (!Number.isFinite(value)) return { fault: `“${text}” is not a number` };
  if (whole && !Number.isInteger(value)) return { fault: 'Must be a whole number' };
  if (minimum !== undefined && value < minimum) return { fault: `Must be at least ${minimum}` };
  if (exclusiveMinimum !== undefined && value <= exclusiveMinimum)
    return { fault: `Must be more than ${exclusiveMinimum}` };
  if (maximum !== undefined && value > maximum) return { fault: `Must be at most ${maximum}` };
  if (exclusiveMaximum !== undefined && value >= exclusiveMaximum)
    return { fault: `Must be below ${exclusiveMaximum}` };
  return { value };
}

/** All parameters of the strategy; faults stand under the names the server would use (`params.fast`). */
export function readParameters<N = number>(
  strategy: Strategy,
  draft: ParameterDraft,
  read: NumberReader<N> = readNumber as NumberReader<N>,
) {
  const params: Record<string, N | string | boolean> = {};
  const faults: Record<string, string> = {};
  for (const [name, parameter] of parametersOf(strategy)) {
    const given = readParameter(parameter, draft[name], read);
    if ('fault' in given) faults[`params.${name}`] = given.fault;
    else params[name] = given.value;
  }
  return { params, faults };
}

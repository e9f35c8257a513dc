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

type Read = { value: number | string | boolean } | { fault: string };

/** What was typed as the value the server wants, or why it will not do. */
export function readParameter(parameter: StrategyParameter, draft: string | boolean | undefined): Read {
  if (parameter.type === 'boolean') return { value: draft === true };
  const text = String(draft ?? '').trim();
  if (parameter.type === 'string') return readText(parameter, text);
  return readNumber(text, {
    whole: parameter.type === 'integer',
    minimum: parameter.minimum,
    maximum: parameter.maximum,
  });
}

function readText({ enum: choices }: StrategyParameter, text: string): Read {
  if (choices && !choices.includes(text)) return { fault: `Choose one of ${choices.join(', ')}` };
  return { value: text };
}

interface NumberRules {
  whole?: boolean;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
}

export function readNumber(text: string, rules: NumberRules): { value: number } | { fault: string } {
  const { whole, minimum, maximum, exclusiveMinimum } = rules;
  // Thousands separators and a decimal comma are guesses about what was meant: refuse, do not guess.
  const value = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(text) ? Number(text) : Number.NaN;
  if (text === '') return { fault: 'Needs a number' };
  if (!Number.isFinite(value)) return { fault: `“${text}” is not a number` };
  if (whole && !Number.isInteger(value)) return { fault: 'Must be a whole number' };
  if (minimum !== undefined && value < minimum) return { fault: `Must be at least ${minimum}` };
  if (exclusiveMinimum !== undefined && value <= exclusiveMinimum)
    return { fault: `Must be more than ${exclusiveMinimum}` };
  if (maximum !== undefined && value > maximum) return { fault: `Must be at most ${maximum}` };
  return { value };
}

/** All parameters of the strategy; faults stand under the names the server would use (`params.fast`). */
export function readParameters(strategy: Strategy, draft: ParameterDraft) {
  const params: Record<string, number | string | boolean> = {};
  const faults: Record<string, string> = {};
  for (const [name, parameter] of parametersOf(strategy)) {
    const read = readParameter(parameter, draft[name]);
    if ('fault' in read) faults[`params.${name}`] = read.fault;
    else params[name] = read.value;
  }
  return { params, faults };
}

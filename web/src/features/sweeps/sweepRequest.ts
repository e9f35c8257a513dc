import type { Strategy, Sweep, SweepCreate } from '~/api/client';
import { goalOf } from '~/features/backtests/metrics';
import { type NumberRules, readNumber } from '~/features/backtests/parameters';
import { type BacktestDraft, draftOfRun, EMPTY_DRAFT, readDraftWith } from '~/features/backtests/request';
import { combinationOf } from './combination';

/** A field of a sweep: one number, a list (`5, 10, 20`) or a range (`5..50 step 5`). */
export type Axis = number | number[] | { from: number; to: number; step: number };

export const COMBINATIONS_MAX = 10_000;

type Read = { value: Axis } | { fault: string };

export function readAxis(text: string, rules: NumberRules): Read {
  if (text.includes('..')) return readRange(text, rules);
  if (!text.includes(',')) return readNumber(text, rules);
  const values: number[] = [];
  for (const part of text.split(',')) {
    const read = readNumber(part.trim(), rules);
    if ('fault' in read) return { fault: part.trim() === '' ? 'A comma too many' : read.fault };
    if (values.includes(read.value)) return { fault: `${read.value} is there twice` };
    values.push(read.value);
  }
  return { value: values };
}

function readRange(text: string, rules: NumberRules): Read {
  const match = /^(.+?)\.\.(.+?)(?:\s+step\s+(.+))?$/i.exec(text);
  if (!match) return { fault: 'Write a range as 5..50 step 5' };
  const [, first = '', last = '', width = '1'] = match;
  const from = readNumber(first.trim(), rules);
  const to = readNumber(last.trim(), rules);
  const step = readNumber(width.trim(), { whole: rules.whole, exclusiveMinimum: 0 });
  if ('fault' in from) return from;
  if ('fault' in to) return to;
  if ('fault' in step) return { fault: `Step: ${step.fault}` };
  if (from.value >= to.value) return { fault: 'The end of a range must be above its start' };
  const value = { from: from.value, to: to.value, step: step.value };
  return sizeOf(value) > COMBINATIONS_MAX ? { fault: `More than ${COMBINATIONS_MAX} values` } : { value };
}

// A last value that is off by rounding alone counts, as it does on the server.
const ROUNDING = 1e-9;

export function sizeOf(value: unknown): number {
  if (Array.isArray(value)) return value.length;
  if (typeof value !== 'object' || value === null || !('step' in value)) return 1;
  const { from, to, step } = value as { from: number; to: number; step: number };
  return Math.floor((to - from) / step + ROUNDING) + 1;
}

/** How many combinations a body asks for. */
export function combinationsOf({ params = {}, ...rest }: SweepCreate): number {
  const { tags: _tags, ...fields } = rest;
  return [...Object.values(params), ...Object.values(fields)].reduce<number>(
    (product, value) => product * sizeOf(value),
    1,
  );
}

export function readSweep(draft: BacktestDraft, strategy: Strategy | undefined) {
  const { body: run, faults } = readDraftWith(readAxis, draft, strategy);
  const body = { ...run, metric: draft.metric, goal: draft.goal || undefined } as SweepCreate;
  const count = combinationsOf(body);
  if (Object.keys(faults).length === 0 && count < 2)
    faults.combinations = 'Give one number a list (5, 10, 20) or a range (5..50 step 5)';
  if (count > COMBINATIONS_MAX)
    faults.combinations = `${count} are too many: ${COMBINATIONS_MAX} can be run at once`;
  return { body, faults };
}

const axisText = (value: unknown) => (Array.isArray(value) ? value.join(', ') : undefined);

/** A sweep as a form again: its lists as they can be typed. */
export function draftOfSweep(sweep: Sweep, strategy: Strategy | undefined): BacktestDraft {
  const { request } = sweep;
  const draft = { ...EMPTY_DRAFT, ...draftOfRun(combinationOf(sweep), strategy) };
  const lists = (fields: object) =>
    Object.fromEntries(
      Object.entries(fields).flatMap(([name, value]) => {
        const text = axisText(value);
        return text === undefined ? [] : [[name, text]];
      }),
    );
  const { params, metric = 'sharpe', goal = goalOf(metric), ...rest } = request;
  return {
    ...draft,
    ...lists(rest),
    params: { ...draft.params, ...lists(params) },
    metric,
    goal: goal === goalOf(metric) ? '' : goal,
  };
}

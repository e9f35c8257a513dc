import type { UseMutationResult } from '@tanstack/react-query';
import { type RefObject, type SyntheticEvent, useRef, useState } from 'react';
import { describeError, mapFieldProblems } from '~/api/problem';
import { rounded } from './problemWords';
import type { Faults } from './request';

interface Options<Draft, Body> {
  draft: Draft;
  change: (next: Partial<Draft>) => void;
  /** What the draft reads as, and what is wrong with it. */
  body: Body;
  faults: Faults;
  run: UseMutationResult<unknown, Error, Body>;
  /** Whether the form has a field of this name, so that what the server says of it can stand there. */
  isField: (name: string) => boolean;
  /** Names of the fields that were edited. */
  touched: ReadonlySet<string>;
  onTouch: (touched: ReadonlySet<string>) => void;
  /** Begins anew; given where what was typed before came back. */
  restart?: (() => void) | undefined;
}

/** A form whose draft is text: when its faults show, where the server's stand, and how it is sent. */
export function useRequestForm<Draft extends object, Body extends object>(options: Options<Draft, Body>) {
  const { draft, change, body, faults, run, touched, onTouch } = options;
  const [submitted, setSubmitted] = useState(false);
  const ref = useRef<HTMLFormElement>(null);
  const atFields = serverFaults(run.error, options.isField);

  // A field is told off once it was edited or the form was sent; what the server said stays until then.
  const visible = Object.entries(faults).filter(([name]) => submitted || touched.has(name));
  const errors: Faults = { ...atFields, ...Object.fromEntries(visible) };

  const set = (next: Partial<Draft>, ...names: string[]) => {
    change(next);
    onTouch(new Set([...touched, ...Object.keys(next), ...names]));
    if (run.isError) run.reset();
  };
  const text = (name: string) => ({
    'data-field': name,
    value: String(draft[name as keyof Draft] ?? ''),
    error: errors[name],
    onChange: (event: { currentTarget: HTMLInputElement }) =>
      set({ [name]: event.currentTarget.value } as Partial<Draft>),
  });
  const submit = (event?: SyntheticEvent) => {
    event?.preventDefault();
    setSubmitted(true);
    const first = Object.keys(faults)[0];
    if (first === undefined) run.mutate(body);
    else focusField(ref.current, first);
  };
  return { ref, body, faults, errors, submitted, set, text, submit, run, restart: options.restart };
}

/** What the frame of a form needs of it. */
export interface FormState {
  ref: RefObject<HTMLFormElement | null>;
  body: object;
  faults: Faults;
  submitted: boolean;
  text: (name: string) => {
    value: string;
    error: string | undefined;
    onChange: (event: { currentTarget: HTMLInputElement }) => void;
  };
  submit: (event?: SyntheticEvent) => void;
  run: { error: unknown; isPending: boolean };
  restart?: (() => void) | undefined;
}

/** A 404 names what is unknown in its detail and points at nothing. */
const UNKNOWN: Record<string, string> = { unknown_symbol: 'symbol', unknown_category: 'category' };

/** What the server said of fields that the form has; the rest of it stands beside the button. */
function serverFaults(error: unknown, isField: (name: string) => boolean): Faults {
  if (!error) return {};
  const { fields, code, detail } = describeError(error);
  const { byField } = mapFieldProblems(fields, isField);
  const field = UNKNOWN[code];
  if (field !== undefined && isField(field)) byField[field] ??= detail;
  return Object.fromEntries(Object.entries(byField).map(([name, said]) => [name, rounded(said)]));
}

/** Nothing where the form has no such field, or does not show it. */
export function focusField(form: HTMLFormElement | null, name: string) {
  const marked = form?.querySelector<HTMLElement>(`[data-field="${CSS.escape(name)}"]`);
  const field = marked?.matches('input, textarea')
    ? marked
    : marked?.querySelector<HTMLElement>('input, textarea');
  field?.focus();
}

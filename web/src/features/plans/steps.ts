import { useMediaQuery } from '@mantine/hooks';
import { getRouteApi } from '@tanstack/react-router';
import { type RefObject, useEffect, useEffectEvent, useState } from 'react';
import { focusField } from '~/features/backtests/useRequestForm';
import type { Faults } from './draft';

const route = getRouteApi('/w/$ws/plans/new');

/** On phones the form is three of them, one at a time; elsewhere all at once. */
export const STEPS = ['What', 'Why', 'How much'] as const;
export const LAST_STEP = STEPS.length;

/** The step that a field is in. */
export function stepOf(field: string): number {
  if (/^(legs|trade_type)(\.|$)/.test(field)) return 1;
  return /^(account_id|max_risk_amount|auto_close)$/.test(field) ? LAST_STEP : 2;
}

export const namesIn = (step: number, faults: Faults): string[] =>
  Object.keys(faults).filter((name) => stepOf(name) === step);

/** The field to go to: the first of the earliest step. */
export const firstFault = (faults: Faults): string | undefined =>
  STEPS.flatMap((_, index) => namesIn(index + 1, faults))[0];

interface Form {
  ref: RefObject<HTMLFormElement | null>;
  /** What keeps it from being sent, shown or not. */
  faults: Faults;
  /** What is said at fields now. */
  errors: Faults;
  /** Why the server refused it. */
  refusal: unknown;
  submit: () => void;
  /** Has what is wrong with these fields shown. */
  show: (names: string[]) => void;
}

/** Which step a phone shows; the address has it, so that going back goes a step back. What is typed stays in the draft. */
export function usePlanSteps({ ref, faults, errors, refusal, submit, show }: Form) {
  const { step: asked = 1 } = route.useSearch();
  const navigate = route.useNavigate();
  const isPhone = useMediaQuery('(max-width: 767px)', false, { getInitialValueInEffect: false });
  const [wanted, setWanted] = useState<string>();
  const go = (step: number) =>
    void navigate({ search: (old) => ({ ...old, step: step === 1 ? undefined : step }) });
  const goTo = (field: string) => {
    setWanted(field);
    if (stepOf(field) !== asked) go(stepOf(field));
  };

  // A field can be gone to once its step is there.
  useEffect(() => {
    if (wanted === undefined || stepOf(wanted) !== asked) return;
    focusField(ref.current, wanted);
    setWanted(undefined);
  }, [ref, wanted, asked]);

  // What the server says of a field is looked at in its step; what it says of the whole, beside the button.
  const onRefusal = useEffectEvent(() => {
    const field = firstFault(errors);
    if (field !== undefined) goTo(field);
    else if (asked !== LAST_STEP) go(LAST_STEP);
  });
  useEffect(() => {
    if (isPhone && refusal) onRefusal();
  }, [isPhone, refusal]);

  const next = () => {
    const [first, ...others] = namesIn(asked, faults);
    if (first === undefined) return go(asked + 1);
    show([first, ...others]);
    goTo(first);
  };
  const send = () => {
    const first = firstFault(faults);
    if (isPhone && first !== undefined) goTo(first);
    submit();
  };
  return {
    isPhone,
    step: asked,
    go,
    next,
    send,
    /** Enter in a field: on a phone the next step, if there is one. */
    enter: isPhone && asked < LAST_STEP ? next : send,
    /** What is of other steps than the one that is looked at stays where it is, unseen. */
    styleOf: (...of: number[]) => (isPhone && !of.includes(asked) ? { display: 'none' } : undefined),
  };
}

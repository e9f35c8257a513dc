import { type FocusEvent, type KeyboardEvent, type PointerEvent, useState } from 'react';
import type { CategoryPeriod } from '~/api/client';
import type { Box } from './cardPlace';
import { PERIODS } from './heatmap';

/** What a card tells of, and the place it belongs to. */
export interface CardTarget {
  category: string;
  /** In a cell of the matrix: what it is divided by. */
  other: string | undefined;
  period: CategoryPeriod;
  rect: Box;
}

/** Where it is, as high as the row or as large as the block that it stands for. */
function boxOf(marked: HTMLElement): Box {
  const { left, right } = marked.getBoundingClientRect();
  const { top, bottom } = (marked.closest('tr') ?? marked).getBoundingClientRect();
  return marked.closest('[data-block]')?.getBoundingClientRect() ?? { left, right, top, bottom };
}

function targetOf(node: EventTarget, period: CategoryPeriod): CardTarget | undefined {
  const marked = node instanceof Element ? node.closest<HTMLElement>('[data-category]') : null;
  const { category, other, period: own } = marked?.dataset ?? {};
  if (!marked || category === undefined) return undefined;
  return {
    category,
    other,
    period: PERIODS.find((one) => one === own) ?? period,
    rect: boxOf(marked),
  };
}

/** Which of the things marked with `data-category` the mouse or the focus is on; Escape puts its card away. */
export function useCard(period: CategoryPeriod) {
  const [target, setTarget] = useState<CardTarget>();
  return {
    target,
    handlers: {
      // A finger opens what it touches: the card would only cover it.
      onPointerOver: (event: PointerEvent) =>
        setTarget(event.pointerType === 'touch' ? undefined : targetOf(event.target, period)),
      onPointerLeave: () => setTarget(undefined),
      onFocus: (event: FocusEvent) =>
        setTarget(event.target.matches(':focus-visible') ? targetOf(event.target, period) : undefined),
      onBlur: () => setTarget(undefined),
    },
    dismiss: (event: KeyboardEvent) => event.key === 'Escape' && setTarget(undefined),
  };
}

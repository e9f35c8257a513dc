import { useCallback, useReducer } from 'react';

interface History<T> {
  past: readonly T[];
  now: T;
  future: readonly T[];
}

type Step<T> =
  | { kind: 'change'; change: (now: T) => T }
  | { kind: 'undo' }
  | { kind: 'redo' }
  | { kind: 'begin'; with: T };

const STEPS_MAX = 200;

function reduce<T>(history: History<T>, step: Step<T>): History<T> {
  const { past, now, future } = history;
  switch (step.kind) {
    case 'change': {
      const next = step.change(now);
      return next === now ? history : { past: [...past, now].slice(-STEPS_MAX), now: next, future: [] };
    }
    case 'undo': {
      const before = past.at(-1);
      return before === undefined
        ? history
        : { past: past.slice(0, -1), now: before, future: [now, ...future] };
    }
    case 'redo': {
      const [after, ...rest] = future;
      return after === undefined ? history : { past: [...past, now], now: after, future: rest };
    }
    case 'begin':
      return { past: [], now: step.with, future: [] };
  }
}

/** A value whose changes can be taken back one by one. */
export function useHistory<T>(initial: () => T) {
  const [history, dispatch] = useReducer(reduce<T>, undefined, () => ({
    past: [],
    now: initial(),
    future: [],
  }));
  return {
    value: history.now,
    canUndo: history.past.length > 0,
    canRedo: history.future.length > 0,
    change: useCallback((change: (now: T) => T) => dispatch({ kind: 'change', change }), []),
    undo: useCallback(() => dispatch({ kind: 'undo' }), []),
    redo: useCallback(() => dispatch({ kind: 'redo' }), []),
    /** Starts over from a value that nobody takes back. */
    begin: useCallback((value: T) => dispatch({ kind: 'begin', with: value }), []),
  };
}

import { useEffect, useState } from 'react';
import type { Strategy } from '~/api/client';
import { initialDraft } from './parameters';
import { type BacktestDraft, EMPTY_DRAFT } from './request';

/**
 * The form survives a reload of the page: what was typed is kept for the tab, by workspace and by what the form began with,
 * since what was typed for one run, symbol or category is none of another's.
 */
const storageKey = (key: string) => `tlab.backtest-draft.${key}`;

function load<Draft>(key: string): Partial<Draft> {
  try {
    const stored: unknown = JSON.parse(sessionStorage.getItem(storageKey(key)) ?? '{}');
    return typeof stored === 'object' && stored !== null ? stored : {};
  } catch {
    return {};
  }
}

export function clearDraft(key: string) {
  sessionStorage.removeItem(storageKey(key));
}

/**
 * A draft that survives a reload; `begin` makes it out of what was kept. Where that is anything else than without it, the
 * last begins anew.
 */
export function useStoredDraft<Draft extends object>(key: string, begin: (stored: Partial<Draft>) => Draft) {
  const [draft, setDraft] = useState<Draft>(() => begin(load<Draft>(key)));
  const [isRestored, setRestored] = useState(() => JSON.stringify(draft) !== JSON.stringify(begin({})));
  useEffect(() => {
    try {
      sessionStorage.setItem(storageKey(key), JSON.stringify(draft));
    } catch {
      // A full or forbidden storage costs only the survival of a reload.
    }
  }, [key, draft]);
  const restart = () => {
    setDraft(begin({}));
    setRestored(false);
  };
  return [draft, setDraft, isRestored ? restart : undefined] as const;
}

/** What was typed wins over `given` (from the address bar or a run to edit), that over the defaults. */
export const useDraft = (key: string, strategies: Strategy[], given: Partial<BacktestDraft>) =>
  useStoredDraft<BacktestDraft>(key, (stored) => {
    const merged = { ...EMPTY_DRAFT, ...given, ...stored };
    const known = strategies.find(({ id }) => id === merged.strategy_id) ?? strategies[0];
    if (!known) return merged;
    const sameStrategy = known.id === merged.strategy_id;
    return {
      ...merged,
      strategy_id: known.id,
      params: { ...initialDraft(known), ...(sameStrategy ? merged.params : {}) },
    };
  });

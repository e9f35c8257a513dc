import { useEffect, useState } from 'react';
import type { Strategy } from '~/api/client';
import { initialDraft } from './parameters';
import { type BacktestDraft, EMPTY_DRAFT } from './request';

/** The form survives a reload of the page: what was typed is kept for the tab, per workspace. */
const storageKey = (ws: string) => `tlab.backtest-draft.${ws}`;

function load<Draft>(ws: string): Partial<Draft> {
  try {
    const stored: unknown = JSON.parse(sessionStorage.getItem(storageKey(ws)) ?? '{}');
    return typeof stored === 'object' && stored !== null ? stored : {};
  } catch {
    return {};
  }
}

export function clearDraft(ws: string) {
  sessionStorage.removeItem(storageKey(ws));
}

/** A draft that survives a reload; `begin` makes it out of what was kept. */
export function useStoredDraft<Draft extends object>(key: string, begin: (stored: Partial<Draft>) => Draft) {
  const [draft, setDraft] = useState<Draft>(() => begin(load<Draft>(key)));
  useEffect(() => {
    try {
      sessionStorage.setItem(storageKey(key), JSON.stringify(draft));
    } catch {
      // A full or forbidden storage costs only the survival of a reload.
    }
  }, [key, draft]);
  return [draft, setDraft] as const;
}

/** `given` (from the address bar or a run to edit) wins over what was typed before, that over the defaults. */
export const useDraft = (ws: string, strategies: Strategy[], given: Partial<BacktestDraft>) =>
  useStoredDraft<BacktestDraft>(ws, (stored) => {
    const merged = { ...EMPTY_DRAFT, ...stored, ...given };
    const known = strategies.find(({ id }) => id === merged.strategy_id) ?? strategies[0];
    if (!known) return merged;
    const sameStrategy = known.id === merged.strategy_id;
    return {
      ...merged,
      strategy_id: known.id,
      params: { ...initialDraft(known), ...(sameStrategy ? merged.params : {}) },
    };
  });

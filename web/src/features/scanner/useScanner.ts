import { getRouteApi } from '@tanstack/react-router';
import { useCallback } from 'react';

const route = getRouteApi('/w/$ws/scanner');

/** The order that the address does not name. */
export const BEST_FIRST = '-score';

/** The state of the scanner as the address bar has it, and how to change it. */
export function useScanner() {
  const { ws } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { kind, tab, sort, signals, sel, ...filters } = search;
  const change = useCallback(
    (next: Partial<typeof search>, replace = false) =>
      void navigate({ search: (old) => ({ ...old, ...next }), replace }),
    [navigate],
  );
  return {
    ws,
    /** The row whose chart stands beside the list. */
    selected: sel,
    isRatio: kind === 'ratio',
    tab: tab ?? 'results',
    sort: sort ?? BEST_FIRST,
    signals: signals ?? ('first' as const),
    filters,
    change,
  };
}

export type ScannerState = ReturnType<typeof useScanner>;

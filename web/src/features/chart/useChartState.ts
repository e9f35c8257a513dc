import { getRouteApi } from '@tanstack/react-router';
import { useCallback, useMemo } from 'react';
import type { Interval } from '~/lib/interval';
import { setPreferences } from '~/lib/preferences';
import { splitAtCommas } from '~/lib/splitList';
import { COMPARED_MAX } from './compared';
import { formatIndicators, type Indicator, parseIndicators } from './indicators';

const route = getRouteApi('/w/$ws/chart');

type Search = ReturnType<typeof route.useSearch>;

/** The chart's state as the address bar has it, and the ways to change it. */
export function useChartState() {
  const { ws } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();

  const change = useCallback(
    (next: Partial<Search>, replace = false) =>
      void navigate({ search: (old) => ({ ...old, ...next }), replace }),
    [navigate],
  );

  // The same list as long as the address says the same: the chart draws all bars anew for another one.
  const indicators = useMemo(() => parseIndicators(search.ind ?? ''), [search.ind]);

  const compared = useMemo(
    () => splitAtCommas(search.cmp ?? '').filter((name) => name !== search.symbol),
    [search.cmp, search.symbol],
  );

  return {
    ws,
    search,
    change,
    indicators,
    /** Other series, whose change is drawn beside that of this one. */
    compared,
    canCompare: compared.length < COMPARED_MAX,
    setCompared: (list: string[]) => change({ cmp: list.join(',') || undefined }),
    setSymbol: (symbol: string) => change({ symbol, from: undefined, to: undefined }),
    setInterval: (interval: Interval) => {
      setPreferences({ interval });
      change({ interval, from: undefined, to: undefined });
    },
    setIndicators: (list: Indicator[]) => change({ ind: formatIndicators(list) || undefined }),
  };
}

export type ChartState = ReturnType<typeof useChartState>;

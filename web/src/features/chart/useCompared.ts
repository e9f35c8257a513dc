import { type UseQueryResult, useQueries } from '@tanstack/react-query';
import { useCallback } from 'react';
import { type Closes, closesQuery } from '~/api/market';
import type { Interval } from '~/lib/interval';
import { alignTo } from './compared';
import type { ComparedLine } from './compareOverlay';

export interface Compared extends ComparedLine {
  error: Error | null;
}

/** The series to compare with over the bars that are loaded. */
export function useCompared(
  symbols: string[],
  interval: Interval,
  set: string | undefined,
  time: readonly number[],
): Compared[] {
  const combine = useCallback(
    (results: UseQueryResult<Closes>[]) =>
      results.map(({ data, error }, index) => ({
        symbol: symbols[index] ?? '',
        line: data ? alignTo(time, data.time, data.close) : [],
        error,
      })),
    [symbols, time],
  );
  return useQueries({
    queries: symbols.map((symbol) =>
      closesQuery({ symbol, set: symbol.includes('CAT:') ? set : undefined, interval, from: time[0] }),
    ),
    combine,
  });
}

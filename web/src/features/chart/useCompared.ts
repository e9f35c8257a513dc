import { type UseQueryResult, useQueries } from '@tanstack/react-query';
import { useCallback } from 'react';
import type { CandleColumns } from '~/api/client';
import { CANDLES_MAX, candlesSinceQuery } from '~/api/market';
import { setOf } from '~/lib/category';
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
    (results: UseQueryResult<CandleColumns>[]) =>
      results.map(({ data, error }, index) => ({
        symbol: symbols[index] ?? '',
        line: data ? alignTo(time, data.time, data.close) : [],
        error,
      })),
    [symbols, time],
  );
  const from = time[0];
  return useQueries({
    queries: symbols.map((symbol) => ({
      ...candlesSinceQuery({
        symbol,
        set: setOf(symbol, set),
        interval,
        from: from ?? 0,
        limit: CANDLES_MAX,
      }),
      enabled: from !== undefined,
      // Those from a later bar on stay until the older ones are there, too; never those of another series.
      placeholderData: (before: CandleColumns | undefined, query?: { queryKey: readonly unknown[] }) =>
        query?.queryKey[2] === symbol && query.queryKey[3] === interval ? before : undefined,
    })),
    combine,
  });
}

import { useQueries } from '@tanstack/react-query';
import { seriesCoverageQuery } from '~/api/coverage';
import { HOLE_BARS, type Hole } from '~/features/chart/series';
import type { Interval } from '~/lib/interval';

export interface Source {
  symbol: string;
  interval: Interval;
}

export type SourceHole = Hole & Source;

/** The holes of stored series that lie within a range, the largest first; undefined until they are known. */
export function useHoles(sources: readonly Source[], from: number, to: number): SourceHole[] | undefined {
  const found = useQueries({ queries: sources.map((one) => seriesCoverageQuery(one.symbol, one.interval)) });
  if (found.some(({ data }) => !data)) return undefined;
  return sources
    .flatMap((source, index) =>
      (found[index]?.data?.largest_gaps ?? [])
        .filter(({ start, end, bars }) => bars >= HOLE_BARS && end > from && start < to)
        .map((gap) => ({ ...gap, ...source })),
    )
    .sort((a, b) => b.end - b.start - (a.end - a.start));
}

import { useInfiniteQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useRef } from 'react';
import { CANDLES_MAX, candlesQuery } from '~/api/market';
import { setOf } from '~/lib/category';
import { decimalsOf } from '~/lib/format';
import type { Interval } from '~/lib/interval';
import { formatIndicators, type Indicator, parseIndicators } from './indicators';
import { type Hole, holesIn, joinPages } from './series';

const NO_HOLES: readonly Hole[] = [];

/** Bars whose prices say how many decimals the series has. */
const SAMPLE_BARS = 300;

const PAGE_BARS = 1500;
const FAR_PAGE_BARS = 10_000;

/**
 * The bars of a series with its indicators, newest page first, and older pages on demand. `from` (from the
 * address bar) is loaded back to. An added indicator fetches as many bars as are on screen in one go.
 */
export function useSeries(
  symbol: string,
  interval: Interval,
  indicators: Indicator[],
  from: number | undefined,
  /** The set that categories of the series are of. */
  set?: string,
) {
  const ind = formatIndicators(indicators);
  const loaded = useRef({ key: '', bars: 0 });
  const own = setOf(symbol, set);
  const key = `${symbol} ${interval} ${own ?? ''}`;
  const firstPage =
    loaded.current.key === key ? Math.min(CANDLES_MAX, Math.max(PAGE_BARS, loaded.current.bars)) : PAGE_BARS;
  const nextPage = from === undefined ? PAGE_BARS : FAR_PAGE_BARS;

  const query = useInfiniteQuery(
    candlesQuery({ symbol, set: own, interval, indicators: ind, firstPage, nextPage }),
  );
  const { data, hasNextPage, isFetchingNextPage, isPlaceholderData, fetchNextPage } = query;
  const series = useMemo(() => joinPages(data?.pages ?? [], parseIndicators(ind)), [data, ind]);
  const count = series.columns.time.length;
  const first = series.columns.time[0];

  useEffect(() => {
    if (!isPlaceholderData) loaded.current = { key, bars: count };
  }, [key, count, isPlaceholderData]);

  const reachesFrom = from === undefined || first === undefined || first <= from || !hasNextPage;
  useEffect(() => {
    if (!reachesFrom && !isFetchingNextPage && !isPlaceholderData) void fetchNextPage();
  }, [reachesFrom, isFetchingNextPage, isPlaceholderData, fetchNextPage]);

  const shown = data?.pages[0];
  const isCurrent = shown !== undefined && shown.symbol === symbol && shown.interval === interval;
  const { time, close } = series.columns;
  const decimals = useMemo(() => decimalsOf(close.slice(-SAMPLE_BARS)), [close]);
  const holes = useMemo(() => (isCurrent ? holesIn(time, interval) : NO_HOLES), [isCurrent, time, interval]);
  return {
    query,
    series,
    holes,
    /** False while the bars at hand are those of the series looked at before. */
    isCurrent,
    reachesFrom,
    decimals,
    loadOlder: () => {
      if (hasNextPage && !isFetchingNextPage && !isPlaceholderData) void fetchNextPage();
    },
  };
}

export type SeriesState = ReturnType<typeof useSeries>;

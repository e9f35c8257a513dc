import { useInfiniteQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useRef } from 'react';
import type { CandleColumnPage } from '~/api/client';
import { CANDLES_MAX, candlesQuery } from '~/api/market';
import { setOf } from '~/lib/category';
import { decimalsOf } from '~/lib/format';
import type { Interval } from '~/lib/interval';
import { formatIndicators, type Indicator, parseIndicators } from './indicators';
import { type Hole, holesIn, joinPages } from './series';

const NO_HOLES: readonly Hole[] = [];
const NO_PAGES: CandleColumnPage[] = [];

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
  const isFar = loaded.current.bars > FAR_PAGE_BARS;
  const nextPage = from === undefined ? PAGE_BARS : isFar ? CANDLES_MAX : FAR_PAGE_BARS;

  const query = useInfiniteQuery(
    candlesQuery({ symbol, set: own, interval, indicators: ind, firstPage, nextPage }),
  );
  const { data, hasNextPage, isFetchingNextPage, isPlaceholderData, fetchNextPage } = query;
  const read = data?.pages ?? NO_PAGES;
  const first = read[read.length - 1]?.columns.time[0];
  const reachesFrom = from === undefined || first === undefined || first <= from || !hasNextPage;
  const pages = usePages(read, reachesFrom);
  const series = useMemo(() => joinPages(pages, parseIndicators(ind)), [pages, ind]);
  const count = read.reduce((bars, { columns }) => bars + columns.time.length, 0);

  useEffect(() => {
    if (!isPlaceholderData) loaded.current = { key, bars: count };
  }, [key, count, isPlaceholderData]);

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

/** On the way to a bar far back only the newest page is drawn: all of them again with each one takes longer than they do. */
function usePages(read: CandleColumnPage[], isThere: boolean): CandleColumnPage[] {
  const shown = useRef(read);
  if (isThere || read.length < 2 || read[0] !== shown.current[0]) shown.current = read;
  return shown.current;
}

export type SeriesState = ReturnType<typeof useSeries>;

import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { MarketSymbol } from '~/api/client';
import { symbolsInQuery } from '~/api/market';
import { describeError, lacksMarketData } from '~/api/problem';
import { sessionQuery } from '~/api/session';
import { ErrorState, SkeletonBlock } from '~/components/States';
import { usePreferences } from '~/lib/preferences';
import { ChartView } from './ChartView';
import { defaultInterval, defaultSymbol } from './coverage';
import { NoCandles } from './NoCandles';
import { useChartState } from './useChartState';

/** Decides what to show before there is a chart: nothing stored yet, or no symbol chosen yet. */
export function ChartPage() {
  const { set, symbol, interval } = useChartState().search;
  const symbols = useQuery({ ...symbolsInQuery(set), placeholderData: keepPreviousData });
  if (symbols.isPending) return <SkeletonBlock height="100%" />;
  const missing = { series: symbol, interval, onRetry: () => void symbols.refetch() };
  if (lacksMarketData(symbols.error))
    return <NoCandles reason={describeError(symbols.error).detail} {...missing} />;
  if (symbols.isError) return <ErrorState error={symbols.error} onRetry={() => void symbols.refetch()} />;
  if (symbols.data.length === 0) return <NoCandles {...missing} />;
  return <ChosenSeries symbols={symbols.data} />;
}

/** Fills in what the address leaves open, so that every address bar can be shared as it stands. */
function ChosenSeries({ symbols }: { symbols: MarketSymbol[] }) {
  const state = useChartState();
  const { ws, search, change } = state;
  const { recentSymbols, interval: preferred } = usePreferences();
  const { data: session } = useQuery(sessionQuery);
  const quote = session?.workspaces.find(({ id }) => id === ws)?.default_quote_asset ?? 'USDT';
  const symbol = search.symbol ?? defaultSymbol(symbols, recentSymbols, quote);
  const interval = search.interval ?? defaultInterval(symbols, symbol, preferred);

  useEffect(() => {
    if (search.symbol !== symbol || search.interval !== interval) change({ symbol, interval }, true);
  }, [search.symbol, search.interval, symbol, interval, change]);

  return <ChartView symbols={symbols} symbol={symbol} interval={interval} state={state} />;
}

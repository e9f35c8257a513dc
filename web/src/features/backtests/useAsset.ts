import { useQuery } from '@tanstack/react-query';
import type { Backtest } from '~/api/client';
import { momentumRequest } from '~/api/completed';
import { symbolsQuery } from '~/api/market';

/** What the amounts of a run are in: the quote asset of its symbol; empty where that cannot be said. */
export function useAsset({ symbol, request }: Pick<Backtest, 'symbol' | 'request'>): string {
  const { data = [] } = useQuery(symbolsQuery);
  return (
    momentumRequest(request)?.quote_asset ?? data.find((one) => one.symbol === symbol)?.quote_asset ?? ''
  );
}

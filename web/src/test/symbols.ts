import type { MarketSymbol } from '~/api/client';

/** A symbol with the given stored intervals, for tests. */
export function marketSymbol(
  base: string,
  quote: string,
  ...intervals: MarketSymbol['intervals']
): MarketSymbol {
  return {
    symbol: base + quote,
    base_asset: base,
    quote_asset: quote,
    categories: [],
    intervals,
    last_close: 1,
    change_24h: null,
    change_7d: null,
    change_30d: null,
  };
}

export const stored = (
  interval: MarketSymbol['intervals'][number]['interval'],
  first = 0,
  last = 86400,
): MarketSymbol['intervals'][number] => ({ interval, first, last, count: 2, gaps: 0 });

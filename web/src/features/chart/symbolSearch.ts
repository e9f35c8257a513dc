import type { MarketSymbol } from '~/api/client';
import { search } from '~/lib/rank';

export const SYMBOLS_SHOWN = 60;

/** Names a symbol is found under: `BTCUSDT`, `BTC/USDT`, `BTC`. */
export const symbolNames = ({ symbol, base_asset, quote_asset }: MarketSymbol) => [
  symbol,
  `${base_asset}/${quote_asset}`,
  base_asset,
];

export function searchSymbols(
  symbols: readonly MarketSymbol[],
  query: string,
  recent: readonly string[] = [],
) {
  if (query !== '') return search(symbols, query, symbolNames).slice(0, SYMBOLS_SHOWN);
  const known = recent.flatMap((name) => symbols.find(({ symbol }) => symbol === name) ?? []);
  const rest = symbols.filter(({ symbol }) => !recent.includes(symbol));
  return [...known, ...rest].slice(0, SYMBOLS_SHOWN);
}

/**
 * What `A/B` means: the market of that name where there is one (`ETH/USDT` is ETHUSDT), else the ratio of two
 * symbols, where a side may be a bare asset (`ETH/BTC` is ETHUSDT/BTCUSDT). Undefined where a side is unknown.
 */
export function resolveRatio(symbols: readonly MarketSymbol[], query: string): string | undefined {
  const [left, right, more] = query
    .toUpperCase()
    .split('/')
    .map((side) => side.trim());
  if (!left || !right || more !== undefined) return undefined;
  const market = symbols.find(({ base_asset, quote_asset }) => base_asset === left && quote_asset === right);
  if (market) return market.symbol;
  const base = resolveSide(symbols, left);
  const quote = resolveSide(symbols, right, base?.quote_asset);
  return base && quote && base !== quote ? `${base.symbol}/${quote.symbol}` : undefined;
}

function resolveSide(symbols: readonly MarketSymbol[], side: string, quoteAsset?: string) {
  const exact = symbols.find(({ symbol }) => symbol.toUpperCase() === side);
  if (exact) return exact;
  const markets = symbols.filter(({ base_asset }) => base_asset === side);
  return markets.find(({ quote_asset }) => quote_asset === quoteAsset) ?? markets[0];
}

export interface CategoryFound {
  name: string;
  /** Its index, as charts name it. */
  series: string;
  members: number;
}

const CATEGORY = 'CAT:';
const INDEX_ASSET = 'USDT';

/** Categories whose name fits, written with or without `cat:` before it; all with `cat:` alone. */
export function searchCategories(symbols: readonly MarketSymbol[], query: string): CategoryFound[] {
  const typed = query.toUpperCase().startsWith(CATEGORY) ? query.slice(CATEGORY.length).trim() : query;
  const counts = new Map<string, number>();
  for (const { categories, quote_asset } of symbols)
    if (quote_asset === INDEX_ASSET)
      for (const name of categories) counts.set(name, (counts.get(name) ?? 0) + 1);
  const all = [...counts].map(([name, members]) => ({ name, members, series: CATEGORY + name }));
  all.sort((a, b) => a.name.localeCompare(b.name));
  return search(all, typed, ({ name }) => [name]);
}

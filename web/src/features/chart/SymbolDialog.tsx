import type { MarketSymbol } from '~/api/client';
import { type Command, CommandDialog } from '~/components/CommandDialog';
import { usePreferences } from '~/lib/preferences';
import { formatDate } from '~/lib/time';
import { LastPrice } from './LastPrice';
import { type CategoryFound, resolveRatio, searchCategories, searchSymbols } from './symbolSearch';

interface Props {
  opened: boolean;
  onClose: () => void;
  title?: string;
  symbols: MarketSymbol[];
  onPick: (series: string) => void;
}

/** Best first: the exact name, then what begins with what was typed, then what holds it. */
export function SymbolDialog({ opened, onClose, title = 'Find a symbol', symbols, onPick }: Props) {
  const { recentSymbols } = usePreferences();

  const commands = (query: string): Command[] => {
    const found = searchSymbols(symbols, query, recentSymbols);
    const ratio = resolveRatio(symbols, query);
    const rows = [
      ...found.map((symbol) =>
        symbolRow(symbol, query === '' && recentSymbols.includes(symbol.symbol), onPick),
      ),
      ...searchCategories(symbols, query).map((category) => categoryRow(category, onPick)),
    ];
    if (!ratio || found.some(({ symbol }) => symbol === ratio)) return rows;
    const isMarket = !ratio.includes('/');
    return [
      {
        id: ratio,
        group: isMarket ? 'Symbols' : 'Ratios',
        label: <strong>{ratio}</strong>,
        hint: isMarket ? undefined : 'one priced in the other',
        run: () => onPick(ratio),
      },
      ...rows,
    ];
  };

  return (
    <CommandDialog
      opened={opened}
      onClose={onClose}
      title={title}
      placeholder="btcusdt, ETH/BTC for a ratio, cat: for a category"
      commands={commands}
      empty={(query) => `No symbol is called “${query}”.`}
      footer={
        <>
          <span>{symbols.length.toLocaleString('en-US')} symbols</span>
          <span className="ui-keys">↑↓ choose · Enter open · Esc close</span>
        </>
      }
    />
  );
}

function categoryRow({ name, series, members }: CategoryFound, onPick: (series: string) => void): Command {
  return {
    id: series,
    group: 'Categories',
    label: <strong>{name}</strong>,
    hint: `index of ${members}`,
    run: () => onPick(series),
  };
}

function symbolRow(symbol: MarketSymbol, recent: boolean, onPick: (series: string) => void): Command {
  const first = Math.min(...symbol.intervals.map((stored) => stored.first));
  const last = Math.max(...symbol.intervals.map((stored) => stored.last));
  return {
    id: symbol.symbol,
    group: recent ? 'Recent' : 'Symbols',
    label: (
      <>
        <strong>{symbol.symbol}</strong>
        <span className="dim num">
          {formatDate(first).slice(0, 7)} – {formatDate(last).slice(0, 7)}
        </span>
      </>
    ),
    hint: <LastPrice symbol={symbol} />,
    run: () => onPick(symbol.symbol),
  };
}

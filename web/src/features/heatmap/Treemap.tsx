import { useElementSize } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { categoryHeatmapQuery } from '~/api/categories';
import type { CategoryPeriod } from '~/api/client';
import { ErrorState, SkeletonBlock } from '~/components/States';
import { indexSeries } from '~/lib/category';
import { formatPercent } from '~/lib/format';
import { heatStyle } from '~/lib/heat';
import { moveFocus } from '~/lib/moveFocus';
import type { Rect } from '~/lib/treemap';
import { CategoryCard, cardText } from './CategoryCard';
import classes from './Heatmap.module.css';
import { type Block, blocksOf, FULL_COLOUR, labelOf, type Tile, tileTitle } from './heatmap';
import { Legend } from './Legend';
import { NoCategories } from './NoCategories';
import { useCard } from './useCard';

interface Props {
  ws: string;
  set: string | undefined;
  quote: string;
  period: CategoryPeriod;
  equal: boolean;
}

export function Treemap({ ws, set, quote, period, equal }: Props) {
  const query = useQuery(categoryHeatmapQuery(quote, set, period));
  const { target, handlers, dismiss } = useCard(period);
  const { ref, width, height } = useElementSize<HTMLDivElement>();
  if (query.isError) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  if (query.data?.every(({ symbols }) => symbols.length === 0))
    return <NoCategories quote={quote} listed={query.data.length} />;
  const blocks = query.data ? blocksOf(query.data, equal, width, height) : [];
  return (
    <>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: arrow keys move between the links inside, which are reached without them as well */}
      <div
        ref={ref}
        className={classes.tree}
        onKeyDown={(event) => {
          dismiss(event);
          if (moveFocus(event.currentTarget, event.key)) event.preventDefault();
        }}
        {...handlers}
      >
        {query.isPending ? (
          <SkeletonBlock height="100%" />
        ) : (
          blocks.map((block) => (
            <CategoryBlock
              key={block.row.name}
              ws={ws}
              set={set}
              quote={quote}
              period={period}
              block={block}
            />
          ))
        )}
      </div>
      <Legend period={period} />
      <CategoryCard set={set} quote={quote} target={target} />
    </>
  );
}

const place = ({ x, y, width, height }: Rect) => ({ left: x, top: y, width, height });

interface BlockProps {
  ws: string;
  set: string | undefined;
  quote: string;
  period: CategoryPeriod;
  block: Block;
}

function CategoryBlock({ ws, set, quote, period, block }: BlockProps) {
  const { row, rect, tiles } = block;
  return (
    <section data-block className={classes.block} style={place(rect)} aria-label={row.name}>
      <Link
        to="/w/$ws/chart"
        params={{ ws }}
        search={{ symbol: indexSeries(row.name, quote), interval: '1d', set }}
        className={classes.blockName}
        data-category={row.name}
        aria-description={cardText(row)}
      >
        {row.name} <span className="num">{formatPercent(row.return, { decimals: 1 })}</span>
      </Link>
      {tiles.map((tile) => (
        <SymbolTile key={tile.symbol} ws={ws} quote={quote} period={period} tile={tile} />
      ))}
    </section>
  );
}

const HIDDEN = 'visually-hidden';

function SymbolTile({
  ws,
  quote,
  period,
  tile,
}: {
  ws: string;
  quote: string;
  period: CategoryPeriod;
  tile: Tile;
}) {
  const { symbol, change, rect } = tile;
  const text = formatPercent(change, { decimals: 1 });
  const short = symbol.endsWith(quote) ? symbol.slice(0, -quote.length) : symbol;
  const { size, hasChange } = labelOf(short, text, rect);
  return (
    <Link
      to="/w/$ws/chart"
      params={{ ws }}
      search={{ symbol, interval: '1d' }}
      className={classes.tile}
      style={{ ...place(rect), ...heatStyle(change, FULL_COLOUR[period]), fontSize: size }}
      title={tileTitle(tile, text)}
    >
      <strong className={size === undefined ? HIDDEN : undefined}>
        {short}
        <span className={HIDDEN}>{symbol.slice(short.length)}</span>
      </strong>{' '}
      <span className={hasChange ? 'num' : HIDDEN}>{text}</span>
    </Link>
  );
}

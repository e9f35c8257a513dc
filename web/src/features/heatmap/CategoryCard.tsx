import { useQuery } from '@tanstack/react-query';
import type { CSSProperties, ReactNode } from 'react';
import { categoryHeatmapQuery, categoryQuery } from '~/api/categories';
import type { HeatmapRow } from '~/api/client';
import { Change } from '~/components/Num';
import { formatInteger, formatPercent } from '~/lib/format';
import { type Box, CARD, cardPlace } from './cardPlace';
import classes from './Heatmap.module.css';
import { aboveText, periodText } from './heatmap';
import type { CardTarget } from './useCard';

interface Props {
  quote: string;
  set: string | undefined;
  target: CardTarget | undefined;
}

const placeOf = (own: Box): CSSProperties => ({
  width: CARD.width,
  ...cardPlace(own, { width: window.innerWidth, height: window.innerHeight }),
});

/** What a category did over a period: its members, their middle and ends. */
export function CategoryCard({ quote, set, target }: Props) {
  const { data: rows } = useQuery({
    ...categoryHeatmapQuery(quote, set, target?.period ?? '1d'),
    enabled: target !== undefined,
  });
  const { data: above } = useQuery({
    ...categoryQuery(target?.category ?? '', quote, set),
    enabled: target !== undefined && target.other === undefined,
  });
  const find = (name: string | undefined) => rows?.find((one) => one.name === name);
  const row = find(target?.category);
  const other = find(target?.other);
  if (!target || !row) return null;
  return (
    <div className={classes.card} style={placeOf(target.rect)} aria-hidden="true">
      <h3>
        {target.other === undefined ? row.name : `${row.name} ÷ ${target.other}`}
        <span>{periodText(target.period)}</span>
      </h3>
      <dl className={classes.facts}>
        {target.other === undefined ? (
          <Members row={row} above={above && aboveText(above.members)} />
        ) : (
          <Sides rows={other ? [row, other] : [row]} />
        )}
      </dl>
    </div>
  );
}

const Line = ({ name, children }: { name: string; children: ReactNode }) => (
  <div>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
);

interface MembersProps {
  row: HeatmapRow;
  /** Undefined while the members are loading: until then the share alone is known. */
  above: string | undefined;
}

function Members({ row, above }: MembersProps) {
  return (
    <>
      <Line name="Index">
        <Change value={row.return} />
      </Line>
      <Line name="Median">
        <Change value={row.median} />
      </Line>
      <Line name="Members">{formatInteger(row.members)}</Line>
      <Line name="Above SMA 50">{above ?? formatPercent(row.breadth, { signed: false, decimals: 0 })}</Line>
      {row.best && (
        <Line name={`Best: ${row.best.symbol}`}>
          <Change value={row.best.return} decimals={1} />
        </Line>
      )}
      {row.worst && (
        <Line name={`Worst: ${row.worst.symbol}`}>
          <Change value={row.worst.return} decimals={1} />
        </Line>
      )}
    </>
  );
}

const Sides = ({ rows }: { rows: HeatmapRow[] }) => (
  <>
    {rows.map((row) => (
      <Line key={row.name} name={row.name}>
        <Change value={row.return} />
      </Line>
    ))}
  </>
);

/** The same in one line, for those who hear it. */
export function cardText({ members, median, breadth, best, worst }: HeatmapRow): string {
  return [
    `${members} members`,
    `median ${formatPercent(median)}`,
    `above SMA 50: ${formatPercent(breadth, { signed: false, decimals: 0 })}`,
    best && `best ${best.symbol} ${formatPercent(best.return)}`,
    worst && `worst ${worst.symbol} ${formatPercent(worst.return)}`,
  ]
    .filter(Boolean)
    .join(', ');
}

import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { categoriesQuery } from '~/api/categories';
import type { CategoryPeriod } from '~/api/client';
import { ErrorState, SkeletonRows } from '~/components/States';
import { indexSeries } from '~/lib/category';
import { formatPercent } from '~/lib/format';
import { heatStyle } from '~/lib/heat';
import { moveFocus } from '~/lib/moveFocus';
import { CategoryCard } from './CategoryCard';
import classes from './Heatmap.module.css';
import { FULL_COLOUR, matrixOf, periodText } from './heatmap';
import { Legend } from './Legend';
import { NoCategories } from './NoCategories';
import { useCard } from './useCard';

interface Props {
  ws: string;
  set: string | undefined;
  quote: string;
  period: CategoryPeriod;
}

/** Every category against every other: what the index of the row did, measured in that of the column. */
export function Matrix({ ws, set, quote, period }: Props) {
  const query = useQuery(categoriesQuery(quote, set));
  const { target, handlers, dismiss } = useCard(period);
  // One cell is reached by Tab; arrows go on from there.
  const [active, setActive] = useState('');
  if (query.isPending) return <SkeletonRows rows={14} />;
  if (query.isError) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  const rows = matrixOf(
    query.data.filter(({ members }) => members > 0),
    period,
  );
  if (rows.length === 0) return <NoCategories quote={quote} listed={query.data.length} />;
  const series = (name: string) => indexSeries(name, quote);
  const names = rows.map(({ category }) => category.name);
  const first = names.length > 1 ? `${names[0]}/${names[1]}` : '';
  const isKnown = names.some((name) => active.startsWith(`${name}/`));
  return (
    <>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: arrow keys move between the links inside, which are reached without them as well */}
      <div
        className={classes.table}
        onKeyDown={(event) => {
          dismiss(event);
          if (moveFocus(event.currentTarget, event.key)) event.preventDefault();
        }}
        {...handlers}
      >
        <div className={classes.scroller} role="region" aria-label="Category against category" tabIndex={0}>
          <table className={classes.matrix}>
            <thead>
              <tr>
                <th scope="col">Row ÷ column, {periodText(period)}</th>
                {names.map((name) => (
                  <th key={name} scope="col">
                    <span>{name}</span>
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map(({ category: { name }, returns }) => (
                <tr key={name}>
                  <th scope="row">{name}</th>
                  {returns.map((value, index) => {
                    const other = names[index] ?? '';
                    const key = `${name}/${other}`;
                    if (other === name) return <td key={key} />;
                    return (
                      <td key={key} style={heatStyle(value, FULL_COLOUR[period])}>
                        <Link
                          to="/w/$ws/chart"
                          params={{ ws }}
                          search={{ symbol: `${series(name)}/${series(other)}`, interval: '1d', set }}
                          tabIndex={key === (isKnown ? active : first) ? 0 : -1}
                          onFocus={() => setActive(key)}
                          data-category={name}
                          data-other={other}
                          aria-label={`${name} against ${other} ${formatPercent(value, { decimals: 1 })}`}
                        >
                          {formatPercent(value, { decimals: 1 })}
                        </Link>
                      </td>
                    );
                  })}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </div>
      <Legend period={period} />
      <CategoryCard set={set} quote={quote} target={target} />
    </>
  );
}

import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { categoriesQuery } from '~/api/categories';
import type { CategorySummary } from '~/api/client';
import { type Column, DataTable } from '~/components/DataTable';
import { ErrorState, SkeletonRows } from '~/components/States';
import { indexSeries } from '~/lib/category';
import { largestOf } from '~/lib/extent';
import { formatInteger, formatPercent } from '~/lib/format';
import { heatStyle } from '~/lib/heat';
import { moveFocus } from '~/lib/moveFocus';
import { formatDate } from '~/lib/time';
import { CategoryCard } from './CategoryCard';
import classes from './Heatmap.module.css';
import { changeOf, FULL_COLOUR, PERIODS, periodText, type SortKey, sortCategories } from './heatmap';
import { TableLegend } from './Legend';
import { NoCategories } from './NoCategories';
import { useCard } from './useCard';

interface Props {
  ws: string;
  set: string | undefined;
  quote: string;
  sort: string;
  onSort: (sort: string) => void;
}

export function CategoryTable({ ws, set, quote, sort, onSort }: Props) {
  const query = useQuery(categoriesQuery(quote, set));
  const { target, handlers, dismiss } = useCard('1d');
  if (query.isPending) return <SkeletonRows rows={14} />;
  if (query.isError) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  const filled = query.data.filter(({ members }) => members > 0);
  if (filled.length === 0) return <NoCategories quote={quote} listed={query.data.length} />;
  const key = sort.replace(/^-/, '') as SortKey;
  const newest = largestOf(filled.map(({ time }) => time ?? 0));
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
        <DataTable
          label="Categories"
          columns={columnsOf(ws, set, quote)}
          rows={sortCategories(filled, key, sort.startsWith('-'))}
          rowKey={({ name }) => name}
          rowHeight={36}
          sort={{ key, descending: sort.startsWith('-') }}
          onSort={(next) => onSort((next.descending ? '-' : '') + next.key)}
        />
      </div>
      <TableLegend />
      <CategoryCard set={set} quote={quote} target={target} />
      <p className={classes.note}>
        Changes of daily closes up to {formatDate(newest)} UTC; members weigh the same. Above SMA 50 is of
        those with 50 days; pointing at a category says how many they are.
        {filled.length < query.data.length &&
          ` ${query.data.length - filled.length} more categories have no symbol priced in ${quote}.`}
      </p>
    </>
  );
}

function columnsOf(ws: string, set: string | undefined, quote: string): Column<CategorySummary>[] {
  return [
    {
      key: 'name',
      header: 'Category',
      sortable: true,
      cell: ({ name }) => (
        <Link
          to="/w/$ws/chart"
          params={{ ws }}
          search={{ symbol: indexSeries(name, quote), interval: '1d', set }}
          className={classes.name}
          data-category={name}
        >
          {name}
        </Link>
      ),
    },
    ...PERIODS.map(
      (period): Column<CategorySummary> => ({
        key: `change_${period}`,
        header: periodText(period),
        align: 'right',
        sortable: true,
        // Four fit on a phone.
        wide: period === '90d',
        cell: (row) => (
          <Link
            to="/w/$ws/chart"
            params={{ ws }}
            search={{ symbol: indexSeries(row.name, quote), interval: '1d', set }}
            // Arrow keys come here; Tab goes by the names.
            tabIndex={-1}
            className={classes.cell}
            style={heatStyle(changeOf(row, period), FULL_COLOUR[period])}
            data-category={row.name}
            data-period={period}
            aria-label={`${row.name} ${periodText(period)} ${formatPercent(changeOf(row, period), { decimals: 1 })}`}
          >
            {formatPercent(changeOf(row, period), { decimals: 1 })}
          </Link>
        ),
      }),
    ),
    {
      key: 'breadth',
      header: 'Above SMA 50',
      hint: 'Of the members with a bar of the last day and 49 before it, the share above their average of these',
      align: 'right',
      sortable: true,
      wide: true,
      cell: ({ breadth }) => formatPercent(breadth, { signed: false, decimals: 0 }),
    },
    {
      key: 'members',
      header: 'Members',
      align: 'right',
      sortable: true,
      wide: true,
      cell: ({ members }) => formatInteger(members),
    },
  ];
}

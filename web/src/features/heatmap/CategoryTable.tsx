import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { categoriesQuery } from '~/api/categories';
import type { CategoryPeriod, CategorySummary } from '~/api/client';
import { type Column, DataTable } from '~/components/DataTable';
import { ErrorState, SkeletonRows } from '~/components/States';
import { indexSeries } from '~/lib/category';
import { formatInteger, formatPercent } from '~/lib/format';
import { heatStyle } from '~/lib/heat';
import { moveFocus } from '~/lib/moveFocus';
import { formatDate } from '~/lib/time';
import classes from './Heatmap.module.css';
import { changeOf, FULL_COLOUR, PERIODS, periodText, type SortKey, sortCategories } from './heatmap';
import { TableLegend } from './Legend';
import { NoCategories } from './NoCategories';

interface Props {
  ws: string;
  quote: string;
  sort: string;
  onSort: (sort: string) => void;
}

export function CategoryTable({ ws, quote, sort, onSort }: Props) {
  const query = useQuery(categoriesQuery(quote));
  if (query.isPending) return <SkeletonRows rows={14} />;
  if (query.isError) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  const filled = query.data.filter(({ members }) => members > 0);
  if (filled.length === 0) return <NoCategories quote={quote} listed={query.data.length} />;
  const key = sort.replace(/^-/, '') as SortKey;
  const newest = Math.max(...filled.map(({ time }) => time ?? 0));
  return (
    <>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: arrow keys move between the links inside, which are reached without them as well */}
      <div
        className={classes.table}
        onKeyDown={(event) => moveFocus(event.currentTarget, event.key) && event.preventDefault()}
      >
        <DataTable
          label="Categories"
          columns={columnsOf(ws, quote)}
          rows={sortCategories(filled, key, sort.startsWith('-'))}
          rowKey={({ name }) => name}
          rowHeight={36}
          sort={{ key, descending: sort.startsWith('-') }}
          onSort={(next) => onSort((next.descending ? '-' : '') + next.key)}
        />
      </div>
      <TableLegend />
      <p className={classes.note}>
        Changes of daily closes up to {formatDate(newest)} UTC; members weigh the same.
        {filled.length < query.data.length &&
          ` ${query.data.length - filled.length} more categories have no symbol priced in ${quote}.`}
      </p>
    </>
  );
}

function columnsOf(ws: string, quote: string): Column<CategorySummary>[] {
  return [
    {
      key: 'name',
      header: 'Category',
      sortable: true,
      cell: ({ name }) => (
        <Link
          to="/w/$ws/chart"
          params={{ ws }}
          search={{ symbol: indexSeries(name, quote), interval: '1d' }}
          className={classes.name}
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
        cell: (row) => <Cell value={changeOf(row, period)} period={period} />,
      }),
    ),
    {
      key: 'breadth',
      header: 'Above SMA 50',
      hint: 'Share of the members whose close is above their average of 50 days',
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

function Cell({ value, period }: { value: number | null; period: CategoryPeriod }) {
  return (
    <span className={classes.cell} style={heatStyle(value, FULL_COLOUR[period])}>
      {formatPercent(value, { decimals: 1 })}
    </span>
  );
}

import { useMediaQuery } from '@mantine/hooks';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Combination, Sweep } from '~/api/client';
import { combinationsQuery } from '~/api/sweeps';
import type { Column } from '~/components/DataTable';
import { Icon } from '~/components/Icon';
import { PagedTable } from '~/components/PagedTable';
import { EmptyState } from '~/components/States';
import { METRICS, type Metric, metricText, metricTone } from '~/features/backtests/metrics';
import { formatSet } from './combination';
import classes from './Sweep.module.css';

interface Props {
  ws: string;
  sweep: Sweep;
  axes: string[];
  sort: string;
  onSort: (sort: string) => void;
}

/** Every combination with its figures; the server sorts. */
export function CombinationTable({ ws, sweep, axes, sort, onSort }: Props) {
  const list = useInfiniteQuery(combinationsQuery(ws, sweep.id, sort));
  const isPhone = useMediaQuery('(max-width: 767px)', false, { getInitialValueInEffect: false });
  const rows = list.data?.pages.flatMap(({ combinations }) => combinations) ?? [];
  return (
    <section className={classes.section} aria-label="Combinations">
      <h2>Combinations</h2>
      <PagedTable
        label="Combinations, table"
        pages={list}
        columns={columnsOf(ws, sweep, axes, isPhone)}
        rows={rows}
        rowKey={({ params }) => formatSet(params)}
        sort={{ key: sort.replace(/^-/, ''), descending: sort.startsWith('-') }}
        onSort={({ key, descending }) => onSort((descending ? '-' : '') + key)}
        empty={<EmptyState icon="grid" title="No combination could be run" />}
      />
    </section>
  );
}

const SHOWN: Metric[] = [
  METRICS.total_return,
  METRICS.sharpe,
  METRICS.max_drawdown,
  METRICS.calmar,
  METRICS.win_rate,
  METRICS.profit_factor,
  METRICS.trades,
];

const numberColumn = (name: string): Column<Combination> => ({
  key: name,
  header: name,
  align: 'right',
  sortable: true,
  cell: ({ params }) => params[name],
});

const figureColumn = (metric: Metric): Column<Combination> => ({
  key: metric.key,
  header: metric.label,
  hint: metric.definition,
  align: 'right',
  sortable: true,
  cell: ({ metrics }) => {
    const value = metrics[metric.key];
    return <span className={metricTone(metric, value)}>{metricText(metric, value)}</span>;
  },
});

/** On a phone the figure that was looked for stands before the numbers it came from, and alone. */
function columnsOf(ws: string, sweep: Sweep, axes: string[], isPhone: boolean): Column<Combination>[] {
  const goal = Object.values<Metric>(METRICS).find(({ key }) => key === (sweep.request.metric ?? 'sharpe'));
  const figures = goal && !SHOWN.includes(goal) ? [goal, ...SHOWN] : SHOWN;
  const numbers = axes.map(numberColumn);
  return [
    ...(isPhone && goal ? [figureColumn(goal), ...numbers] : [...numbers, ...figures.map(figureColumn)]),
    {
      key: 'open',
      header: 'Open',
      headerHidden: true,
      align: 'right',
      sticky: true,
      cell: ({ params }) => (
        <Link
          to="/w/$ws/backtests/new"
          params={{ ws }}
          search={{ 'from-sweep': sweep.id, set: formatSet(params) }}
          className={classes.icon}
          title="Open as backtest"
          aria-label={`Open ${formatSet(params)} as backtest`}
        >
          <Icon name="flask" size={15} />
        </Link>
      ),
    },
  ];
}

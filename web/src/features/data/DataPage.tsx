import { Button, SegmentedControl, Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { SeriesCoverage } from '~/api/client';
import { coverageQuery } from '~/api/coverage';
import { describeError, lacksMarketData } from '~/api/problem';
import { Ago } from '~/components/Ago';
import { type Column, DataTable } from '~/components/DataTable';
import { Icon } from '~/components/Icon';
import { EmptyState, ErrorState, SkeletonRows } from '~/components/States';
import { TextFilter } from '~/components/TextFilter';
import { NoCandles } from '~/features/chart/NoCandles';
import { ChooseDownload } from '~/features/downloads/DownloadButtons';
import { DownloadList } from '~/features/downloads/DownloadList';
import { useStarted } from '~/features/downloads/useDownloads';
import { downloadCsv } from '~/lib/download';
import { formatInteger, formatNumber } from '~/lib/format';
import { INTERVALS } from '~/lib/interval';
import { formatDate } from '~/lib/time';
import { toastError } from '~/lib/toast';
import { useTitle } from '~/lib/useTitle';
import { chooseSeries, drawSeries, gradeOf, keyOf, linesOf, type Span, scoreStyle, spanOf } from './coverage';
import classes from './Data.module.css';
import { DataMatrix, Legend } from './DataMatrix';
import { SeriesDialog } from './SeriesDetail';

const route = getRouteApi('/w/$ws/data');

/** What is stored, from when to when, what is missing in between, and how clean it is. */
export function DataPage() {
  useTitle('Data coverage');
  const query = useQuery(coverageQuery);
  const { data } = query;
  const { started, add } = useStarted();
  if (lacksMarketData(query.error))
    return <NoCandles reason={describeError(query.error).detail} onRetry={() => void query.refetch()} />;
  if (query.isError && !data) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  if (data?.length === 0) return <NoCandles onRetry={() => void query.refetch()} />;
  return (
    <div className={classes.page}>
      <div className="ui-apart">
        <h1>Data coverage</h1>
        <ChooseDownload label="Download candles…" onStarted={add} />
      </div>
      <DownloadList started={started} />
      {data ? <Coverage all={data} /> : <SkeletonRows rows={12} />}
    </div>
  );
}

function Coverage({ all }: { all: readonly SeriesCoverage[] }) {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const rows = chooseSeries(all, search);
  const chosen = all.find((series) => keyOf(series) === search.sel);
  const span = spanOf(rows);
  const sort = search.sort ?? 'symbol';
  return (
    <>
      <Filters all={all} rows={rows} />
      <p className={classes.note}>
        {formatInteger(rows.length)} of {formatInteger(all.length)} series, from {formatDate(span.from)} to{' '}
        {formatDate(span.to)} UTC on one axis; holes are gaps.
      </p>
      <SeriesDialog series={chosen} />
      {rows.length === 0 ? (
        <EmptyState icon="search" title="No series fits" />
      ) : search.view === 'matrix' ? (
        <DataMatrix rows={rows} current={search.sel} />
      ) : (
        <div className={classes.table}>
          <DataTable
            label="Stored series"
            columns={columns(span)}
            rows={rows}
            rowKey={keyOf}
            current={search.sel}
            rowHeight={34}
            sort={{ key: sort.replace('-', ''), descending: sort.startsWith('-') }}
            onSort={({ key, descending }) =>
              void navigate({
                search: (before) => ({ ...before, sort: sortOf(key, descending) }),
                replace: true,
              })
            }
          />
        </div>
      )}
      {rows.length > 0 && search.view !== 'matrix' && <Legend />}
    </>
  );
}

function sortOf(key: string, descending: boolean) {
  if (key === 'missing') return '-missing';
  if (key === 'score') return descending ? '-score' : 'score';
  if (key === 'last') return descending ? '-last' : 'last';
  return undefined;
}

interface FilterProps {
  all: readonly SeriesCoverage[];
  /** Those that fit: what is saved is what is shown. */
  rows: readonly SeriesCoverage[];
}

function Filters({ all, rows }: FilterProps) {
  const { q, interval, only, view } = route.useSearch();
  const navigate = route.useNavigate();
  const stored = INTERVALS.filter((name) => all.some((series) => series.interval === name));
  const save = () =>
    downloadCsv('/api/v1/coverage', 'coverage.csv', { limit: 1000 }, (csv) => linesOf(rows, csv)).catch(
      (error: unknown) => toastError('Could not export', error),
    );
  return (
    <search className={classes.row}>
      <SegmentedControl
        aria-label="View"
        value={view ?? 'table'}
        onChange={(next) =>
          void navigate({
            search: (before) => ({ ...before, view: next === 'matrix' ? 'matrix' : undefined }),
            replace: true,
          })
        }
        data={[
          { value: 'table', label: 'Table' },
          { value: 'matrix', label: 'Matrix' },
        ]}
      />
      <TextFilter
        id="data-filter"
        label="Filter by name"
        value={q}
        onChange={(next) => void navigate({ search: (before) => ({ ...before, q: next }), replace: true })}
      />
      <Select
        aria-label="Interval"
        placeholder="All intervals"
        clearable
        w={140}
        data={stored}
        value={interval ?? null}
        onChange={(next) =>
          void navigate({
            search: (before) => ({ ...before, interval: stored.find((name) => name === next) }),
          })
        }
      />
      <Select
        aria-label="What is wrong"
        placeholder="Everything"
        clearable
        w={170}
        data={[
          { value: 'gaps', label: 'With gaps' },
          { value: 'flawed', label: 'With other flaws' },
          { value: 'revised', label: 'Revised' },
        ]}
        value={only ?? null}
        onChange={(next) =>
          void navigate({
            search: (before) => ({
              ...before,
              only: next === 'gaps' || next === 'flawed' || next === 'revised' ? next : undefined,
            }),
          })
        }
      />
      <Button variant="default" leftSection={<Icon name="download" size={15} />} onClick={save}>
        CSV
      </Button>
    </search>
  );
}

/** The score as a number, a word and a colour. */
function Score({ score }: { score: number }) {
  return (
    <span className={classes.score} style={scoreStyle(score)}>
      {formatNumber(score, { decimals: 1 })} <small>{gradeOf(score)}</small>
    </span>
  );
}

function Axis({ series, span }: { series: SeriesCoverage; span: Span }) {
  const { bar, holes } = drawSeries(series, span);
  const words = `${formatDate(series.first)} to ${formatDate(series.last)}, ${series.gaps} gaps`;
  return (
    <div className={classes.axis} role="img" aria-label={words} title={words}>
      <i style={{ left: `${bar.left}%`, width: `${bar.width}%` }} />
      {holes.map((hole) => (
        <i key={hole.left} data-hole style={{ left: `${hole.left}%`, width: `${hole.width}%` }} />
      ))}
    </div>
  );
}

const columns = (span: Span): Column<SeriesCoverage>[] => [
  {
    key: 'symbol',
    header: 'Series',
    sortable: true,
    cell: (series) => (
      <Link
        from="/w/$ws/data"
        to="."
        search={(before) => ({ ...before, sel: keyOf(series) })}
        resetScroll={false}
        className={classes.name}
      >
        <strong>{series.symbol}</strong> {series.interval}
      </Link>
    ),
  },
  { key: 'axis', header: 'From – to', cell: (series) => <Axis series={series} span={span} /> },
  { key: 'first', header: 'First', wide: true, cell: ({ first }) => formatDate(first) },
  { key: 'last', header: 'Last', sortable: true, wide: true, cell: ({ last }) => formatDate(last) },
  {
    key: 'count',
    header: 'Candles',
    align: 'right',
    wide: true,
    cell: ({ count }) => formatInteger(count),
  },
  {
    key: 'missing',
    header: 'Missing',
    hint: 'Bars missing between the first and the last',
    align: 'right',
    sortable: true,
    wide: true,
    cell: ({ missing }) => formatInteger(missing),
  },
  {
    key: 'revisions',
    header: 'Revised',
    align: 'right',
    wide: true,
    cell: ({ revisions }) => formatInteger(revisions),
  },
  {
    key: 'import',
    header: 'Last import',
    wide: true,
    cell: ({ last_import }) => <Ago iso={last_import} />,
  },
  {
    key: 'score',
    header: 'Quality',
    hint: '0 to 100, from gaps, flat runs, outliers, breaks, cut bars and times off the grid',
    align: 'right',
    sortable: true,
    cell: ({ score }) => <Score score={score} />,
  },
];

import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import type { CandleRevision, CandleSource, DownloadRequest, SeriesCoverage } from '~/api/client';
import { revisionsQuery, sourcesQuery } from '~/api/coverage';
import { Ago } from '~/components/Ago';
import { CodeLine } from '~/components/CodeLine';
import type { Column } from '~/components/DataTable';
import { Dialog } from '~/components/Dialog';
import { PagedTable } from '~/components/PagedTable';
import { EmptyState } from '~/components/States';
import { StartDownload } from '~/features/downloads/DownloadButtons';
import { DownloadList } from '~/features/downloads/DownloadList';
import { useStarted } from '~/features/downloads/useDownloads';
import { repairOf } from '~/features/downloads/wish';
import { formatInteger, formatNumber, formatPrice } from '~/lib/format';
import { formatBarTime } from '~/lib/time';
import { useNow } from '~/lib/useNow';
import { gradeOf, keyOf, scoreStyle } from './coverage';
import classes from './Data.module.css';

const route = getRouteApi('/w/$ws/data');

const titleOf = ({ symbol, interval, score }: SeriesCoverage) =>
  `${symbol} ${interval}: ${formatNumber(score, { decimals: 1 })}, ${gradeOf(score)}`;

/** One series over the list, which stays where it is: whoever looks at one after the other finds the next row there. */
export function SeriesDialog({ series }: { series: SeriesCoverage | undefined }) {
  const navigate = route.useNavigate();
  return (
    <Dialog
      opened={series !== undefined}
      onClose={() =>
        void navigate({ search: (before) => ({ ...before, sel: undefined }), resetScroll: false })
      }
      title={series ? titleOf(series) : ''}
      size="xl"
    >
      {series && <SeriesDetail key={keyOf(series)} series={series} />}
    </Dialog>
  );
}

/** What the score is made of, each gap with what repairs it, its files and what was revised. */
function SeriesDetail({ series }: { series: SeriesCoverage }) {
  return (
    <section className="ui-column" aria-label={`${series.symbol} ${series.interval}`}>
      <Parts series={series} />
      <Gaps series={series} />
      <Marks series={series} />
      <Files series={series} />
      {series.revisions > 0 && <Revisions series={series} />}
    </section>
  );
}

const PART_WORDS = {
  gaps: ['Gaps', 40],
  flat: ['Flat runs', 20],
  outliers: ['Outliers', 15],
  breaks: ['Breaks', 10],
  cut: ['Cut bars', 10],
  off_grid: ['Off the grid', 5],
} as const;

function Parts({ series }: { series: SeriesCoverage }) {
  const counts = {
    gaps: `${formatInteger(series.gaps)} (${formatInteger(series.missing)} bars)`,
    flat: `${formatInteger(series.flat_runs)} (${formatInteger(series.flat_bars)} bars)`,
    outliers: formatInteger(series.outliers),
    breaks: formatInteger(series.breaks),
    cut: formatInteger(series.cut_bars),
    off_grid: formatInteger(series.off_grid),
  };
  return (
    <ul className={classes.chips} aria-label="What the score is made of">
      {(Object.keys(PART_WORDS) as (keyof typeof PART_WORDS)[]).map((part) => (
        <li
          key={part}
          className={classes.score}
          style={scoreStyle((100 * series.score_parts[part]) / PART_WORDS[part][1])}
        >
          {PART_WORDS[part][0]} {counts[part]}: {formatNumber(series.score_parts[part], { decimals: 1 })} of{' '}
          {PART_WORDS[part][1]}
        </li>
      ))}
    </ul>
  );
}

const HOUR_S = 3600;

const daysOf = ({ from, to }: DownloadRequest) => (from === to ? from : `${from} to ${to}`);

function Gaps({ series }: { series: SeriesCoverage }) {
  const { started, add } = useStarted();
  const now_s = useNow(HOUR_S);
  const downloads = <DownloadList started={started} />;
  if (series.gaps === 0)
    return (
      <>
        <p className={classes.note}>No bar is missing between the first and the last.</p>
        {downloads}
      </>
    );
  const more = series.gaps - series.largest_gaps.length;
  return (
    <>
      {series.largest_gaps.map((gap, index) => {
        const when = formatBarTime(gap.start, series.interval, 'utc');
        const repair = repairOf(series, gap, now_s);
        return (
          <details key={gap.start} open={index === 0}>
            <summary>
              {formatInteger(gap.bars)} missing from {when} UTC
            </summary>
            <div className="ui-column">
              {repair && (
                <div>
                  <StartDownload
                    variant="default"
                    wish={repair}
                    label={`Download ${daysOf(repair)}`}
                    onStarted={add}
                  />
                </div>
              )}
              <CodeLine code={gap.repair} label={`Command that repairs ${when}`} />
            </div>
          </details>
        );
      })}
      {more > 0 && <p className={classes.note}>and {formatInteger(more)} shorter gaps</p>}
      {downloads}
    </>
  );
}

const MARK_WORDS = {
  flat: 'does not move for',
  outlier: 'jumps and is back after',
  break: 'goes on as another asset:',
};

function Marks({ series }: { series: SeriesCoverage }) {
  if (series.marks.length === 0) return null;
  return (
    <ul className={classes.chips} aria-label="What looks wrong">
      {series.marks.map(({ kind, time, bars, factor }) => (
        <li key={`${kind}${time}`} className={classes.chip}>
          {formatBarTime(time, series.interval, 'utc')} {MARK_WORDS[kind]}{' '}
          {kind === 'break' ? `× ${formatNumber(factor, { decimals: 4 })}` : `${formatInteger(bars)} bars`}
        </li>
      ))}
    </ul>
  );
}

function Files({ series }: { series: SeriesCoverage }) {
  const list = useInfiniteQuery(sourcesQuery(series.symbol, series.interval));
  const rows = list.data?.pages.flatMap((page) => ('sources' in page ? page.sources : [])) ?? [];
  return (
    <PagedTable
      label={`Files of ${keyOf(series)}`}
      pages={list}
      columns={fileColumns(series)}
      rows={rows}
      rowKey={({ revision }) => String(revision)}
      rowHeight={34}
      empty={
        <EmptyState title="No file is known">
          <p className="dim">The candles were taken over from a table that another tool wrote.</p>
        </EmptyState>
      }
    />
  );
}

const fileColumns = (series: SeriesCoverage): Column<CandleSource>[] => [
  { key: 'file', header: 'File', cell: ({ file_name }) => file_name },
  {
    key: 'range',
    header: 'Bars',
    wide: true,
    cell: ({ first, last }) =>
      `${formatBarTime(first, series.interval, 'utc')} – ${formatBarTime(last, series.interval, 'utc')}`,
  },
  { key: 'added', header: 'Added', align: 'right', cell: ({ added }) => formatInteger(added) },
  { key: 'revised', header: 'Revised', align: 'right', cell: ({ revised }) => formatInteger(revised) },
  {
    key: 'sha256',
    header: 'SHA-256',
    wide: true,
    cell: ({ sha256 }) => <code title={sha256 ?? ''}>{sha256?.slice(0, 12)}</code>,
  },
  { key: 'at', header: 'Imported', wide: true, cell: ({ imported_at }) => <Ago iso={imported_at} /> },
];

function Revisions({ series }: { series: SeriesCoverage }) {
  const list = useInfiniteQuery(revisionsQuery(series.symbol, series.interval));
  const rows = list.data?.pages.flatMap((page) => ('revisions' in page ? page.revisions : [])) ?? [];
  return (
    <PagedTable
      label={`Revised candles of ${keyOf(series)}`}
      pages={list}
      columns={revisionColumns(series)}
      rows={rows}
      rowKey={({ time, revision }) => `${time}/${revision}`}
      rowHeight={34}
      empty={<EmptyState title="Nothing was revised" />}
    />
  );
}

const revisionColumns = (series: SeriesCoverage): Column<CandleRevision>[] => [
  { key: 'time', header: 'Candle', cell: ({ time }) => formatBarTime(time, series.interval, 'utc') },
  {
    key: 'before',
    header: 'Close before',
    align: 'right',
    cell: ({ before }) => formatPrice(before.close),
  },
  { key: 'now', header: 'Close now', align: 'right', cell: ({ now }) => formatPrice(now.close) },
  { key: 'file', header: 'By file', wide: true, cell: ({ file_name }) => file_name },
  { key: 'at', header: 'Replaced', wide: true, cell: ({ replaced_at }) => <Ago iso={replaced_at} /> },
];

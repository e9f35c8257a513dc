import { Link } from '@tanstack/react-router';
import type { Scan, ScanRow } from '~/api/client';
import type { Column } from '~/components/DataTable';
import { Change } from '~/components/Num';
import { Sparkline } from '~/components/Sparkline';
import { formatCompact, formatInteger, formatPrice, NONE } from '~/lib/format';
import { type Interval, isInterval } from '~/lib/interval';
import { formatDate } from '~/lib/time';
import { conditionText, failedConditions } from './conditions';
import type { ScanDiff } from './diff';
import { averagesOf, barsText } from './filters';
import classes from './Scanner.module.css';
import { ScoreBar } from './ScoreBar';
import { hasRoomBeside } from './useSelection';

interface Context {
  ws: string;
  scan: Scan;
  isRatio: boolean;
  /** Only what fits beside a chart. */
  isNarrow: boolean;
  diff: ScanDiff | undefined;
  /** Shows the chart of a row beside the list. */
  onSelect: (symbol: string) => void;
}

const BESIDE_A_CHART = ['symbol', 'score', 'recent_return', 'long_return'];
/** Names of ratios take the room of these. */
const OF_SYMBOLS = ['extension', 'spark'];

export function columnsOf(context: Context): Column<ScanRow>[] {
  const columns = allColumns(context);
  if (!context.isNarrow) return columns;
  const shown = context.isRatio ? BESIDE_A_CHART : [...BESIDE_A_CHART, ...OF_SYMBOLS];
  return columns.filter(({ key }) => shown.includes(key));
}

function allColumns({ ws, scan, isRatio, diff, onSelect }: Context): Column<ScanRow>[] {
  const { parameters: p, interval } = scan;
  const change = (
    key: string,
    header: string,
    hint: string,
    value: (row: ScanRow) => number | null,
    wide = true,
  ): Column<ScanRow> => ({
    key,
    header,
    hint,
    align: 'right',
    sortable: true,
    wide,
    cell: (row) => <Change value={value(row)} />,
  });
  const columns: Column<ScanRow>[] = [
    {
      key: 'symbol',
      header: isRatio ? 'Ratio' : 'Symbol',
      sortable: true,
      cell: (row) => (
        <>
          <SymbolLink ws={ws} row={row} scan={scan} onSelect={onSelect} />
          {diff?.added.has(row.symbol) && (
            <>
              {' '}
              <b className={classes.new} title="Did not pass a bar before">
                NEW
              </b>
            </>
          )}
        </>
      ),
    },
    {
      key: 'score',
      header: 'Score',
      hint: scan.score_parts.map(({ name, weight, formula }) => `${name} (${weight}): ${formula}`).join('\n'),
      sortable: true,
      cell: (row) => <ScoreBar row={row} />,
    },
    {
      key: 'close',
      header: 'Last',
      align: 'right',
      sortable: true,
      wide: true,
      cell: ({ close }) => formatPrice(close),
    },
    change(
      'recent_return',
      barsText(p.recent_return_window, interval),
      `Return over ${p.recent_return_window} bars`,
      (row) => row.recent_return,
      false,
    ),
    change(
      'long_return',
      barsText(p.long_return_window, interval),
      `Return over ${p.long_return_window} bars`,
      (row) => row.long_return,
    ),
    change('extension', `vs SMA ${p.medium_window}`, 'Last price ÷ average − 1', (row) => row.extension),
    change(
      'slope_medium',
      'Slope',
      `SMA ${p.medium_window} against ${p.slope_window} bars before`,
      (row) => row.slope_medium,
    ),
  ];
  if (!isRatio)
    columns.push({
      key: 'quote_volume',
      header: 'Volume',
      hint: 'Of the last bar, in the quote asset',
      align: 'right',
      sortable: true,
      wide: true,
      cell: ({ quote_volume }) => formatCompact(quote_volume),
    });
  columns.push(
    { key: 'spark', header: `${scan.rows[0]?.sparkline?.length ?? ''} bars`, wide: true, cell: Spark },
    { key: 'since', header: 'In uptrend since', align: 'right', wide: true, cell: Since },
  );
  return columns;
}

interface LinkProps extends Pick<Context, 'ws' | 'scan' | 'onSelect'> {
  row: ScanRow;
}

/**
 * The whole row is the link: to the chart with the averages that were compared. Where there is room for a chart
 * beside the list a click shows it there, and two clicks, Enter or another tab open the page.
 */
function SymbolLink({ ws, row, scan, onSelect }: LinkProps) {
  const interval: Interval = isInterval(scan.interval) ? scan.interval : '1d';
  const failed = failedConditions(row);
  return (
    <Link
      to="/w/$ws/chart"
      params={{ ws }}
      search={{
        symbol: row.symbol,
        interval,
        ind: averagesOf(scan.parameters),
      }}
      className={classes.symbol}
      data-row={row.symbol}
      onClick={(event) => {
        // A key that presses a link counts no click.
        const isFirst = event.detail === 1 && !event.ctrlKey && !event.metaKey && !event.shiftKey;
        if (!isFirst || !hasRoomBeside()) return;
        event.preventDefault();
        onSelect(row.symbol);
      }}
    >
      <strong>
        {row.base ?? row.symbol}
        {row.quote && <span className={classes.divisor}>/{row.quote}</span>}
      </strong>
      {failed.length > 0 && (
        <span className={classes.fails} title={failed.map((name) => conditionText(name, scan)).join('\n')}>
          fails {failed.length} of 8
        </span>
      )}
    </Link>
  );
}

const Spark = ({ sparkline }: ScanRow) => <Sparkline values={sparkline ?? []} />;

function Since({ passing_since, passing_bars }: ScanRow) {
  if (passing_since === null) return NONE;
  return (
    <span>
      {formatDate(passing_since)} <span className="dim">· {formatInteger(passing_bars)} bars</span>
    </span>
  );
}

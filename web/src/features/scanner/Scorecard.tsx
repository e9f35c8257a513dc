import { SegmentedControl } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { Scorecard as Card } from '~/api/client';
import { scorecardQuery } from '~/api/scanner';
import { type Column, DataTable } from '~/components/DataTable';
import { Change } from '~/components/Num';
import { EmptyState, ErrorState, SkeletonRows } from '~/components/States';
import { formatInteger, formatNumber, formatPercent, NONE } from '~/lib/format';
import { barsText, scorecardQueryOf } from './filters';
import classes from './Scanner.module.css';
import { barWidths, type Line, linesOf } from './scorecardLines';
import type { ScannerState } from './useScanner';

/** How the scan did before: what prices did after each signal, by horizon and year. */
export function Scorecard({ state }: { state: ScannerState }) {
  const { filters, signals, change } = state;
  const query = useQuery(scorecardQuery(scorecardQueryOf(filters)));
  if (query.isPending) return <SkeletonRows rows={12} />;
  if (query.isError) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  const card = query.data;
  const lines = linesOf(card, signals);
  return (
    <>
      <div className={classes.cardHead}>
        <p className={classes.advice}>
          Bought at the open after the signal, sold at the close of the horizon. The excess is over the mean
          of all symbols at the same bar, the index is {filters.category ?? 'all symbols'} held in equal
          parts.
        </p>
        <SegmentedControl
          aria-label="Which signals"
          value={signals}
          onChange={(value) => change({ signals: value === 'all' ? 'all' : undefined }, true)}
          data={[
            { value: 'first', label: 'First bar' },
            { value: 'all', label: 'Every bar' },
          ]}
        />
      </div>
      {lines.every(({ cell }) => cell.signals === 0) ? (
        <EmptyState icon="radar" title="These rules never gave a signal">
          <p className={classes.advice}>
            {formatInteger(card.evaluated)} bars of {formatInteger(card.symbols)} symbols were looked at.
          </p>
        </EmptyState>
      ) : (
        <div className={classes.cards}>
          {horizonsOf(lines).map((horizon) => (
            <HorizonCard
              key={horizon}
              title={`After ${barsText(horizon, card.interval)}`}
              lines={lines.filter((line) => line.horizon === horizon)}
            />
          ))}
        </div>
      )}
      <CardFooter card={card} />
    </>
  );
}

const horizonsOf = (lines: Line[]) => [...new Set(lines.map(({ horizon }) => horizon))];

function HorizonCard({ title, lines }: { title: string; lines: Line[] }) {
  const widths = barWidths(lines);
  const columns: Column<Line>[] = [
    { key: 'year', header: 'Year', cell: ({ year }) => (year === null ? <strong>All</strong> : year) },
    {
      key: 'signals',
      header: 'Signals',
      hint: 'How often the rules gave a signal; each cell says what became of them',
      align: 'right',
      cell: ({ cell }) => (
        <span title={outcomes(cell)}>{cell.signals === 0 ? NONE : formatInteger(cell.signals)}</span>
      ),
    },
    {
      key: 'hit',
      header: 'Hit rate',
      hint: 'Share of the measured signals that ended with a gain',
      align: 'right',
      cell: ({ cell }) => formatPercent(cell.hit_rate, { signed: false, decimals: 0 }),
    },
    {
      key: 'mean',
      header: 'Mean',
      hint: 'Mean return of the measured signals',
      align: 'right',
      cell: ({ cell }) => <Change value={cell.mean_return} decimals={1} />,
    },
    {
      key: 'median',
      header: 'Median',
      hint: 'Half of the signals returned more, half less: few large gains do not move it',
      align: 'right',
      wide: true,
      cell: ({ cell }) => <Change value={cell.median_return} decimals={1} />,
    },
    {
      key: 'index',
      header: 'Over index',
      hint: 'Mean over the index of the same time',
      align: 'right',
      wide: true,
      cell: ({ cell }) => <Change value={cell.mean_index_excess} decimals={1} />,
    },
    {
      key: 'excess',
      header: 'Mean excess',
      hint: 'Mean of what each signal returned beyond all symbols from the same bar on',
      align: 'right',
      cell: ({ cell }) => <Change value={cell.mean_excess} decimals={1} />,
    },
    {
      key: 'bar',
      header: 'Excess as a bar',
      headerHidden: true,
      wide: true,
      cell: (line) => <ExcessBar value={line.cell.mean_excess} width={widths.get(line) ?? 0} />,
    },
  ];
  return (
    <section className={classes.card} aria-label={title}>
      <h2>{title}</h2>
      <DataTable
        label={`${title}, table`}
        columns={columns}
        rows={lines}
        rowKey={({ year }) => String(year)}
        rowHeight={28}
      />
    </section>
  );
}

/** To the right of the middle for a gain over the others, to the left for less. */
function ExcessBar({ value, width }: { value: number | null; width: number }) {
  if (value === null) return null;
  const isUp = value >= 0;
  return (
    <span className={classes.excess} aria-hidden="true">
      <span
        data-up={isUp || undefined}
        style={{ width: `${width / 2}%`, [isUp ? 'left' : 'right']: '50%' }}
      />
    </span>
  );
}

const outcomes = (cell: Line['cell']) =>
  `${cell.measured} measured: ${cell.full} over the whole horizon, ${cell.broken} ended by a break, ` +
  `${cell.delisted} by the end of the candles. ${cell.unfinished} not over yet, ${cell.not_entered} never entered.`;

function CardFooter({ card }: { card: Card }) {
  return (
    <footer className={classes.footer}>
      <span>
        {formatInteger(card.evaluated)} bars of {formatInteger(card.symbols)} symbols
      </span>
      <span>{formatNumber(card.took_ms, { decimals: card.took_ms < 10 ? 1 : 0 })} ms</span>
      <span>Research tool, not advice</span>
    </footer>
  );
}

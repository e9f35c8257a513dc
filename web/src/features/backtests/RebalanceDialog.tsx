import { Button } from '@mantine/core';
import type { Rebalance } from '~/api/client';
import { type CompletedBacktest, momentumRequest } from '~/api/completed';
import { type Column, DataTable } from '~/components/DataTable';
import { Dialog } from '~/components/Dialog';
import { Notice } from '~/components/Notice';
import { Change } from '~/components/Num';
import { EmptyState, SkeletonRows } from '~/components/States';
import { formatNumber, formatPercent, formatPrice, NONE } from '~/lib/format';
import { formatBarTime, type Zone, zoneLabel } from '~/lib/time';
import { intervalOf, RunChartLink } from './RunChartLink';
import { candidates, FLAT_WORDS, type Holding, holdingsOf, SKIP_WORDS, skippedByReason } from './rebalance';
import { Side } from './Side';
import { rangeAround } from './trades';
import { useAsset } from './useAsset';

interface Props {
  backtest: CompletedBacktest;
  zone: Zone;
  rows: readonly Rebalance[];
  /** When the one that is looked at was filled; undefined where none is. */
  time: number | undefined;
  /** More of them are on their way. */
  isLoading: boolean;
  onClose: () => void;
  /** Goes on to another one. */
  onShow: (time: number) => void;
}

/** One rebalance over the list: what was held before and after, what was traded for it, and how all were ranked. */
export function RebalanceDialog({ backtest, zone, rows, time, isLoading, onClose, onShow }: Props) {
  const index = rows.findIndex((row) => row.time === time);
  const rebalance = rows[index];
  const interval = intervalOf(backtest);
  const when = time === undefined ? '' : `${formatBarTime(time, interval, zone)} ${zoneLabel(zone)}`;
  const step = (label: string, to: Rebalance | undefined) => (
    <Button
      variant="default"
      size="compact-sm"
      aria-disabled={!to}
      data-disabled={!to || undefined}
      onClick={() => to && onShow(to.time)}
    >
      {label}
    </Button>
  );
  return (
    <Dialog opened={time !== undefined} onClose={onClose} title={`Rebalance of ${when}`} size="xl">
      {rebalance ? (
        <div className="ui-column">
          <div className="ui-row">
            {step('Previous', rows[index - 1])}
            {step('Next', rows[index + 1])}
          </div>
          <Detail backtest={backtest} zone={zone} rebalance={rebalance} />
        </div>
      ) : isLoading ? (
        <SkeletonRows rows={8} />
      ) : (
        <EmptyState icon="swap" title="No rebalance then" />
      )}
    </Dialog>
  );
}

const LONG_FROM_ROWS = 200;

interface BoxProps<T> {
  title: string;
  columns: Column<T>[];
  rows: readonly T[];
}

function TableBox<T extends { symbol: string }>({ title, columns, rows }: BoxProps<T>) {
  if (rows.length === 0) return null;
  const isLong = rows.length > LONG_FROM_ROWS;
  return (
    <section className="ui-box" aria-label={title}>
      <h2>{title}</h2>
      <div style={isLong ? { height: 480 } : undefined}>
        <DataTable
          label={`${title}, table`}
          columns={columns}
          rows={rows}
          rowKey={({ symbol }) => symbol}
          fill={isLong}
        />
      </div>
    </section>
  );
}

interface DetailProps extends Pick<Props, 'backtest' | 'zone'> {
  rebalance: Rebalance;
}

function Detail({ backtest, zone, rebalance }: DetailProps) {
  const asset = useAsset(backtest);
  const { decided_at, equity, turnover, fees, eligible, flat_reason, ranking, skipped } = rebalance;
  const skips = skippedByReason(skipped);
  const facts = [
    `decided at the close of ${formatBarTime(decided_at, intervalOf(backtest), zone)}`,
    `equity ${formatNumber(equity)} ${asset}`,
    `turnover ${formatPercent(turnover, { signed: false })}`,
    `fees ${formatNumber(fees)} ${asset}`,
    `${eligible} of ${candidates(rebalance)} ranked`,
  ];
  return (
    <>
      <p className="ui-footer">{facts.join(' · ')}</p>
      {flat_reason && <Notice title="Flat">Nothing is held: {FLAT_WORDS[flat_reason]}.</Notice>}
      <TableBox
        title="Weights and trades"
        columns={holdingColumns(backtest, zone, rebalance)}
        rows={holdingsOf(rebalance)}
      />
      <TableBox
        title="Ranking"
        columns={rankColumns(backtest, rebalance)}
        rows={ranking.map((row, place) => ({ ...row, rank: place + 1 }))}
      />
      {skips.length > 0 && (
        <section className="ui-card" aria-label="Skipped">
          <h2>Skipped</h2>
          <ul className="ui-list">
            {skips.map(({ reason, symbols }) => (
              <li key={reason}>
                <b>{SKIP_WORDS[reason]}:</b> {symbols.join(', ')}
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

const Held = ({ weight }: { weight: number }) =>
  weight === 0 ? NONE : <Side side={weight > 0 ? 'long' : 'short'} />;

/** What a symbol was and is held as. */
const Sides = ({ previous, target }: Holding) => (
  <>
    {Math.sign(previous) !== Math.sign(target) && (
      <>
        <Held weight={previous} />
        {' → '}
      </>
    )}
    <Held weight={target} />
  </>
);

function symbolColumn<T extends { symbol: string }>(
  backtest: CompletedBacktest,
  { time }: Rebalance,
): Column<T> {
  return {
    key: 'symbol',
    header: 'Symbol',
    cell: ({ symbol }) => (
      <RunChartLink
        backtest={backtest}
        symbol={symbol}
        range={rangeAround(time, time, intervalOf(backtest))}
      />
    ),
  };
}

const holdingColumns = (backtest: CompletedBacktest, zone: Zone, rebalance: Rebalance): Column<Holding>[] => [
  symbolColumn(backtest, rebalance),
  { key: 'side', header: 'Side', wide: true, cell: Sides },
  {
    key: 'previous',
    header: 'Before',
    align: 'right',
    cell: ({ previous }) => <Change value={previous} />,
  },
  { key: 'target', header: 'After', align: 'right', cell: ({ target }) => <Change value={target} /> },
  {
    key: 'trade',
    header: 'Trade',
    align: 'right',
    cell: ({ trade }) =>
      trade
        ? `${trade.quantity < 0 ? 'sold' : 'bought'} ${formatPrice(Math.abs(trade.quantity))}${
            // later where there was no candle
            trade.time === rebalance.time
              ? ''
              : ` on ${formatBarTime(trade.time, intervalOf(backtest), zone)}`
          }`
        : NONE,
  },
  {
    key: 'price',
    header: 'Price',
    hint: 'Slippage included',
    align: 'right',
    wide: true,
    cell: ({ trade }) => formatPrice(trade?.price),
  },
  { key: 'fee', header: 'Fee', align: 'right', cell: ({ trade }) => formatNumber(trade?.fee) },
];

type Ranked = Rebalance['ranking'][number] & { rank: number };

function rankColumns(backtest: CompletedBacktest, rebalance: Rebalance): Column<Ranked>[] {
  const isRatio = momentumRequest(backtest.request)?.strategy === 'risk_adjusted_momentum';
  const { longs, shorts } = rebalance;
  return [
    { key: 'rank', header: '#', align: 'right', cell: ({ rank }) => rank },
    symbolColumn(backtest, rebalance),
    {
      key: 'score',
      header: 'Score',
      align: 'right',
      cell: ({ score }) => <Change value={score} as={isRatio ? 'number' : 'percent'} />,
    },
    {
      key: 'chosen',
      header: 'Chosen',
      cell: ({ symbol }) => <Held weight={longs.includes(symbol) ? 1 : shorts.includes(symbol) ? -1 : 0} />,
    },
  ];
}

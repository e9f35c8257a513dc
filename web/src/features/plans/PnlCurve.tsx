import { type UseQueryResult, useQueries, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { CandleColumns, MarketSymbol, TradePlan } from '~/api/client';
import { candlesSinceQuery, symbolsQuery } from '~/api/market';
import { planAllFillsQuery } from '~/api/plans';
import { type CurvePoint, ValueCurve } from '~/components/charts/ValueCurve';
import type { Column } from '~/components/DataTable';
import { Gain } from '~/components/Money';
import { EmptyState } from '~/components/States';
import { availability } from '~/features/chart/coverage';
import { type Interval, intervalSeconds } from '~/lib/interval';
import { formatMoney } from '~/lib/money';
import { isoSeconds } from '~/lib/time';
import { type Closes, pnlCurve } from './pnlCurve';

/** A symbol. */
const CANDLES = 1000;

interface Props {
  ws: string;
  plan: TradePlan;
  isTable: boolean;
  onTable: (isTable: boolean) => void;
}

const POINTS = 500;

/** What the plan had made since it was opened, at each fill and at the closes between. */
export function PnlCurve({ ws, plan, isTable, onTable }: Props) {
  const fills = useQuery(planAllFillsQuery(ws, plan.id));
  const closes = useCloses(plan);
  const points = useMemo(
    () => fills.data && closes && pnlCurve(plan.legs, fills.data, closes, endOf(plan)),
    [plan, fills.data, closes],
  );
  return (
    <ValueCurve
      title="Profit over time"
      names={['Profit', 'Realized less fees']}
      format={(value) => formatMoney(value, true)}
      points={points}
      error={fills.error}
      onRetry={() => void fills.refetch()}
      columns={columns}
      empty={<EmptyState icon="chart" title="The curve begins with the next candle that ends" />}
      isTable={isTable}
      onTable={onTable}
    />
  );
}

const columns: Column<CurvePoint>[] = [
  { key: 'value', header: 'Profit', align: 'right', cell: ({ value }) => <Gain value={value} /> },
  { key: 'part', header: 'Realized less fees', align: 'right', cell: ({ part }) => <Gain value={part} /> },
];

const endOf = ({ closed_at }: TradePlan): number =>
  closed_at === null ? Date.now() / 1000 : isoSeconds(closed_at);

/** The finest interval that has no more than so many bars in a span, or else the longest. */
function intervalFor(symbols: readonly MarketSymbol[], symbol: string, span: number): Interval | undefined {
  const offered = availability(symbols, symbol).filter(({ source }) => source !== undefined);
  const fitting = offered.find(({ interval }) => span / intervalSeconds(interval) <= POINTS);
  return (fitting ?? offered[offered.length - 1])?.interval;
}

/** Stable while the candles are the same. */
const columnsOf = (answers: UseQueryResult<CandleColumns>[]) =>
  answers.some(({ isPending }) => isPending) ? undefined : answers.map(({ data }) => data);

/** One request a symbol. Undefined while they are on their way; a symbol without candles has no closes. */
function useCloses(plan: TradePlan): ReadonlyMap<string, Closes> | undefined {
  const { data: symbols } = useQuery(symbolsQuery);
  const asked = useMemo(() => symbols && seriesOf(plan, symbols), [plan, symbols]);
  const answered = useQueries({
    queries: (asked ?? []).map((series) => candlesSinceQuery({ ...series, limit: CANDLES })),
    combine: columnsOf,
  });
  return useMemo(
    () =>
      asked &&
      answered &&
      new Map(asked.map(({ symbol, interval }, i) => [symbol, closesOf(answered[i], interval)])),
    [asked, answered],
  );
}

function seriesOf(plan: TradePlan, symbols: readonly MarketSymbol[]) {
  const opened = Math.floor(isoSeconds(plan.opened_at ?? plan.created_at));
  return [...new Set(plan.legs.map(({ symbol }) => symbol))].flatMap((symbol) => {
    const interval = intervalFor(symbols, symbol, endOf(plan) - opened);
    return interval ? [{ symbol, interval, from: opened - intervalSeconds(interval) }] : [];
  });
}

function closesOf(columns: CandleColumns | undefined, interval: Interval): Closes {
  const length = intervalSeconds(interval);
  return { times: columns?.time.map((time) => time + length) ?? [], prices: columns?.close ?? [] };
}

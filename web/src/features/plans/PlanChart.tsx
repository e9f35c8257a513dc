import { NativeSelect } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import type { Fill, TradePlan, TradePlanLeg } from '~/api/client';
import { symbolsQuery } from '~/api/market';
import { planFillsQuery } from '~/api/plans';
import { LinkButton } from '~/components/LinkButton';
import { ErrorState, SkeletonBlock } from '~/components/States';
import { ChartCanvas } from '~/features/chart/ChartCanvas';
import { availability, defaultInterval } from '~/features/chart/coverage';
import { type DrawnPlan, placeFills, planLines } from '~/features/chart/planOverlay';
import { SeriesNotes } from '~/features/chart/SeriesNotes';
import { useSeries } from '~/features/chart/useSeries';
import type { Interval } from '~/lib/interval';
import { formatPriceText } from '~/lib/money';
import { createStore } from '~/lib/store';
import { isoSeconds } from '~/lib/time';
import { useZone } from '~/lib/useZone';

interface Props {
  ws: string;
  plan: TradePlan;
  legId: string | undefined;
  interval: Interval | undefined;
  onChange: (next: { leg?: string; interval?: Interval }) => void;
}

const nothing = () => {};

/** The candles of a leg with what was planned of it as lines, and what was filled. */
export function PlanChart({ ws, plan, legId, interval: asked, onChange }: Props) {
  const leg = plan.legs.find(({ id }) => id === legId) ?? plan.legs[0];
  const { data: symbols = [] } = useQuery(symbolsQuery);
  const fills = useInfiniteQuery(planFillsQuery(ws, plan.id));
  const rows = useMemo(() => fills.data?.pages.flatMap((page) => page.fills) ?? [], [fills.data]);
  const interval = asked ?? defaultInterval(symbols, leg?.symbol ?? '', '1d');
  const drawn = useMemo(() => leg && drawnOf(leg, rows, interval), [leg, rows, interval]);
  if (!leg) return null;
  const offered = availability(symbols, leg.symbol).filter(({ source }) => source !== undefined);
  return (
    <section className="ui-box" aria-label="Chart">
      <header className="ui-chart-head">
        <NativeSelect
          aria-label="Leg"
          value={leg.id}
          data={plan.legs.map(({ id, symbol, side }) => ({ value: id, label: `${symbol} ${side}` }))}
          onChange={(event) => onChange({ leg: event.currentTarget.value, interval: asked })}
        />
        <NativeSelect
          aria-label="Interval"
          value={interval}
          data={offered.map((one) => one.interval)}
          onChange={(event) => onChange({ leg: legId, interval: event.currentTarget.value as Interval })}
        />
        <p className="ui-legend">
          {wordsOf(leg).map((words) => (
            <span key={words}>{words}</span>
          ))}
        </p>
        <span className="ui-spring" />
        <LinkButton
          variant="default"
          to="/w/$ws/chart"
          params={{ ws }}
          search={{ symbol: leg.symbol, interval }}
        >
          Open chart
        </LinkButton>
      </header>
      <Candles symbol={leg.symbol} interval={interval} plan={drawn} label={wordsOf(leg).join(', ')} />
    </section>
  );
}

function wordsOf(leg: TradePlanLeg): string[] {
  const named: [string, string | null][] = [
    ['Planned entry', leg.planned_entry_price],
    ['Stop', leg.stop_price],
    ['Target', leg.target_price],
    ['Entry', leg.average_entry_price],
    ['Exit', leg.average_exit_price],
  ];
  return named.flatMap(([name, price]) => (price === null ? [] : [`${name} ${formatPriceText(price)}`]));
}

// What a candle reached is marked with the end of that candle, however much later it was read.
const REACHED = ['stop', 'target', 'order'];
const momentOf = ({ mark_source, mark_time, created_at }: Fill): number =>
  REACHED.includes(mark_source) ? isoSeconds(mark_time) - 1 : isoSeconds(created_at);

export const drawnOf = (leg: TradePlanLeg, fills: readonly Fill[], interval: Interval): DrawnPlan => ({
  interval,
  lines: planLines(leg),
  isWhole: true,
  fills: fills
    .filter(({ leg_id }) => leg_id === leg.id)
    .map((fill) => ({ time: momentOf(fill), side: fill.side, action: fill.action })),
});

interface CandlesProps {
  symbol: string;
  interval: Interval;
  plan: DrawnPlan | undefined;
  label: string;
}

function Candles({ symbol, interval, plan, label }: CandlesProps) {
  const [zone] = useZone();
  const [point] = useState(() => createStore<number | undefined>(undefined));
  const [none] = useState([]);
  const { query, series, holes, isCurrent, decimals, loadOlder } = useSeries(
    symbol,
    interval,
    none,
    undefined,
  );
  if (query.isError && !isCurrent)
    return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  if (series.columns.time.length === 0)
    return (
      <div className="ui-stage">
        <SkeletonBlock height="100%" />
      </div>
    );
  const unplaced = isCurrent ? (plan?.fills.length ?? 0) - placeFills(plan, series.columns.time).length : 0;
  return (
    <>
      <div className="ui-stage">
        <ChartCanvas
          label={`Candles of ${symbol}, ${interval}. ${label}. Arrow keys move the crosshair.`}
          interval={interval}
          zone={zone}
          series={series}
          indicators={none}
          decimals={decimals}
          log={false}
          run={undefined}
          plan={plan}
          holes={holes}
          viewKey={`${symbol} ${interval}`}
          view={undefined}
          hold={!isCurrent}
          onView={nothing}
          onNeedOlder={loadOlder}
          point={point}
        />
      </div>
      {unplaced > 0 && (
        <p className="ui-footer ui-warn" style={{ padding: '4px 10px' }}>
          {unplaced === 1 ? '1 fill is' : `${unplaced} fills are`} not drawn: no candle that is loaded was
          open then.
        </p>
      )}
      <SeriesNotes series={series} holes={holes} interval={interval} zone={zone} />
    </>
  );
}

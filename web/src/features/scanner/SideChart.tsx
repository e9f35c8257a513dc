import { useMemo, useState } from 'react';
import { ErrorState, SkeletonBlock } from '~/components/States';
import { ChartCanvas } from '~/features/chart/ChartCanvas';
import { indicatorId, indicatorLabel, parseIndicators } from '~/features/chart/indicators';
import { ownColor } from '~/features/chart/priceChart';
import { useSeries } from '~/features/chart/useSeries';
import type { Interval } from '~/lib/interval';
import { createStore } from '~/lib/store';
import { useZone } from '~/lib/useZone';
import classes from './Scanner.module.css';

interface Props {
  symbol: string;
  interval: Interval;
  /** Averages, as the address of the chart names them. */
  ind: string;
}

const nothing = () => {};

/** The candles of one row with the averages that were compared. */
export function SideChart({ symbol, interval, ind }: Props) {
  const indicators = useMemo(() => parseIndicators(ind), [ind]);
  const [zone] = useZone();
  const [point] = useState(() => createStore<number | undefined>(undefined));
  const { query, series, holes, isCurrent, decimals, loadOlder } = useSeries(
    symbol,
    interval,
    indicators,
    undefined,
  );
  if (query.isError && !isCurrent)
    return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  if (series.columns.time.length === 0) return <SkeletonBlock height="100%" />;
  return (
    <>
      <ChartCanvas
        label={`Candles of ${symbol}, ${interval}. Arrow keys move the crosshair.`}
        interval={interval}
        zone={zone}
        series={series}
        indicators={indicators}
        decimals={decimals}
        log={false}
        run={undefined}
        holes={holes}
        viewKey={`${symbol} ${interval}`}
        view={undefined}
        hold={!isCurrent}
        onView={nothing}
        onNeedOlder={loadOlder}
        point={point}
      />
      <p className={classes.averages}>
        {indicators.map((indicator, position) => (
          <span key={indicatorId(indicator)}>
            <i style={{ background: ownColor(position) }} /> {indicatorLabel(indicator)}
          </span>
        ))}
      </p>
    </>
  );
}

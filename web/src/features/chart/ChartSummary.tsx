import { useEffect, useState } from 'react';
import { largestOf, leastOf } from '~/lib/extent';
import { formatInteger, formatPercent, formatPrice } from '~/lib/format';
import type { Interval } from '~/lib/interval';
import { type Store, useStore } from '~/lib/store';
import { formatBarTime, type Zone, zoneLabel } from '~/lib/time';
import { barAt, type Hole, holeText, type Series } from './series';

interface Props {
  symbol: string;
  interval: Interval;
  zone: Zone;
  series: Series;
  holes: readonly Hole[];
  decimals: number;
  point: Store<number | undefined>;
}

const ANNOUNCE_EVERY_MS = 500;

/** The chart in words for those who do not see it, and the bar under the crosshair read out. */
export function ChartSummary({ symbol, interval, zone, series, holes, decimals, point }: Props) {
  const { time, open, high, low, close } = series.columns;
  const last = time.length - 1;
  const announced = useThrottled(useStore(point), ANNOUNCE_EVERY_MS);
  const bar = announced === undefined ? -1 : barAt(time, announced);
  if (last < 0) return null;
  const price = (value: number | undefined) => formatPrice(value, decimals);
  const label = (bar: number) => formatBarTime(time[bar] ?? 0, interval, zone);
  const change = close[0] ? (close[last] ?? 0) / close[0] - 1 : null;

  return (
    <div className="visually-hidden">
      <p>
        {symbol}, {interval} bars, {formatInteger(time.length)} loaded from {label(0)} to {label(last)}{' '}
        {zoneLabel(zone)}. Last close {price(close[last])}, {formatPercent(change)} over what is loaded,
        lowest {price(leastOf(low))}, highest {price(largestOf(high))}.
        {holes.map((hole) => ` ${holeText(hole, interval, zone)}.`)}
      </p>
      <p aria-live="polite" aria-atomic="true">
        {bar >= 0 &&
          `${label(bar)}: open ${price(open[bar])}, high ${price(high[bar])}, low ${price(low[bar])}, close ${price(close[bar])}.`}
      </p>
    </div>
  );
}

/** Follows a value at most once per period: a live region must not chatter. */
function useThrottled<T>(value: T, period_ms: number): T {
  const [shown, setShown] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setShown(value), period_ms);
    return () => clearTimeout(timer);
  }, [value, period_ms]);
  return shown;
}

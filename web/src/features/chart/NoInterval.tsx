import { Button } from '@mantine/core';
import type { MarketSymbol } from '~/api/client';
import { EmptyState } from '~/components/States';
import { DownloadSeries } from '~/features/downloads/DownloadButtons';
import type { Interval } from '~/lib/interval';
import { availability, defaultInterval } from './coverage';

/** The intervals that a series is stored in, where the one asked for cannot be made of them; undefined where it can. */
export function onlyIntervals(symbols: readonly MarketSymbol[], series: string, interval: Interval) {
  const possible = availability(symbols, series).filter(({ source }) => source !== undefined);
  if (possible.length === 0 || possible.some((one) => one.interval === interval)) return undefined;
  const stored = possible.filter((one) => one.source === one.interval);
  return (stored.length > 0 ? stored : possible).map((one) => one.interval);
}

interface Props {
  symbols: readonly MarketSymbol[];
  symbol: string;
  interval: Interval;
  stored: Interval[];
  onPick: (interval: Interval) => void;
}

/** A series that there is, in an interval that there is not: what it has instead, one press away. */
export function NoInterval({ symbols, symbol, interval, stored, onPick }: Props) {
  const nearest = defaultInterval(symbols, symbol, interval);
  return (
    <EmptyState icon="candle" title={`${symbol} has ${stored.join(', ')} only`}>
      <Button variant="default" onClick={() => onPick(nearest)}>
        Show {nearest}
      </Button>
      <DownloadSeries series={symbol} interval={interval} />
    </EmptyState>
  );
}

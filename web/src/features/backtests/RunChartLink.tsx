import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { type CompletedBacktest, singleRequest } from '~/api/completed';
import { type Interval, isInterval } from '~/lib/interval';

/** Runs are of intervals that are known here; of another one the chart would have none either. */
export const intervalOf = ({ interval }: { interval: string }): Interval =>
  isInterval(interval) ? interval : '1d';

/** Where a chart of a series of the run is, with the run laid over. */
export const runChart = (
  backtest: CompletedBacktest,
  symbol: string,
  { from, to }: { from: number; to: number },
) => ({
  symbol,
  interval: intervalOf(backtest),
  run: backtest.id,
  from,
  to,
  set: singleRequest(backtest.request)?.category_set_id ?? undefined,
});

interface Props {
  backtest: CompletedBacktest;
  symbol: string;
  range: { from: number; to: number };
  /** What of it is shown there, where it is more than the symbol. */
  label?: string;
  className?: string;
  children?: ReactNode;
}

/** A symbol of a run, which leads to its chart; or whatever else leads there. */
export function RunChartLink({
  backtest,
  symbol,
  range,
  label = symbol,
  className = 'ui-name',
  children,
}: Props) {
  return (
    <Link
      to="/w/$ws/chart"
      params={{ ws: backtest.workspace_id }}
      search={runChart(backtest, symbol, range)}
      className={className}
      aria-label={`${label} on the chart`}
    >
      <strong>{children ?? symbol}</strong>
    </Link>
  );
}

import { Popover, UnstyledButton } from '@mantine/core';
import type { ReactNode } from 'react';
import type { CompletedBacktest } from '~/api/completed';
import { Icon } from '~/components/Icon';
import { formatNumber, formatPercent } from '~/lib/format';
import classes from './MetricTiles.module.css';
import { METRIC_GROUPS, METRICS, type Metric, metricText, metricTone } from './metrics';
import { useAsset } from './useAsset';

const TILES: Metric[] = [
  METRICS.total_return,
  METRICS.cagr,
  METRICS.max_drawdown,
  METRICS.sharpe,
  METRICS.sortino,
  METRICS.calmar,
  METRICS.win_rate,
  METRICS.trades,
];

interface Props {
  backtest: CompletedBacktest;
  /** What the benchmark would have made; undefined while the equity is loading. */
  benchmarkReturn: number | undefined;
  /** When the deepest drawdown was; empty while the equity is loading. */
  deepest: string;
}

/** What a run is measured against: its symbol, or all symbols of its category. */
export const benchmarkName = ({ kind }: Pick<CompletedBacktest, 'kind'>) =>
  kind === 'category_momentum' ? 'Equal weight' : 'Buy and hold';

export function MetricTiles({ backtest, benchmarkReturn, deepest }: Props) {
  const { metrics, request, final_equity } = backtest;
  const asset = useAsset(backtest);
  const under: Partial<Record<Metric['key'], ReactNode>> = {
    total_return:
      benchmarkReturn === undefined
        ? ''
        : `${benchmarkName(backtest).toLowerCase()} ${formatPercent(benchmarkReturn)}`,
    cagr: `${formatNumber(request.initial_capital, { decimals: 0 })} → ${formatNumber(final_equity)} ${asset}`,
    max_drawdown: deepest,
    sharpe: `volatility ${formatPercent(metrics.volatility, { signed: false, decimals: 1 })}`,
    win_rate: `profit factor ${formatNumber(metrics.profit_factor)}`,
    trades: `${metrics.open_trades > 0 ? `+ ${metrics.open_trades} open · ` : ''}fees ${metricText(METRICS.fees_paid, metrics.fees_paid, asset)}`,
    sortino: `exposure ${formatPercent(metrics.exposure, { signed: false, decimals: 1 })}`,
    calmar: `ulcer ${formatPercent(metrics.ulcer_index, { signed: false, decimals: 1 })}`,
  };
  return (
    <dl className={classes.tiles}>
      {TILES.map((metric) => {
        const value = metrics[metric.key];
        return (
          <div key={metric.key} className={classes.tile}>
            <dt>
              {metric.label}
              <Definition metric={metric} />
            </dt>
            <dd className={metricTone(metric, value)}>{metricText(metric, value, asset)}</dd>
            <dd className={classes.under}>{under[metric.key]}</dd>
          </div>
        );
      })}
    </dl>
  );
}

interface GroupsProps {
  backtest: CompletedBacktest;
  /** Groups that are no metrics. */
  children?: ReactNode;
}

/** All figures, in groups. */
export function MetricGroups({ backtest, children }: GroupsProps) {
  const asset = useAsset(backtest);
  return (
    <div className={classes.groups}>
      {METRIC_GROUPS.map(({ title, metrics }) => (
        <section key={title} className={classes.group} aria-label={title}>
          <h2>{title}</h2>
          <dl>
            {metrics.map((metric) => {
              const value = backtest.metrics[metric.key];
              return (
                <div key={metric.key} className={classes.line}>
                  <dt>
                    {metric.label}
                    <Definition metric={metric} />
                  </dt>
                  <dd className={metricTone(metric, value)}>{metricText(metric, value, asset)}</dd>
                </div>
              );
            })}
          </dl>
        </section>
      ))}
      {children}
    </div>
  );
}

function Definition({ metric }: { metric: Metric }) {
  return (
    <Popover width={260} position="bottom-start">
      <Popover.Target>
        <UnstyledButton className={classes.help} aria-label={`What is ${metric.label}?`}>
          <Icon name="help" size={13} />
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown className={classes.definition} aria-label={metric.label}>
        {metric.definition}
      </Popover.Dropdown>
    </Popover>
  );
}

import { ActionIcon, Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { backtestQuery, equityQuery, tradesQuery } from '~/api/backtests';
import { isCompleted } from '~/api/completed';
import { describeError } from '~/api/problem';
import { Icon } from '~/components/Icon';
import { LinkButton } from '~/components/LinkButton';
import { Change } from '~/components/Num';
import { StatusMark } from '~/components/StatusMark';
import { formatNumber, formatTrades } from '~/lib/format';
import type { Interval } from '~/lib/interval';
import classes from './RunStrip.module.css';
import type { ChartState } from './useChartState';

/** The backtest laid over the chart of `symbol`, as the address names it. */
export function useRun(ws: string, id: string | undefined, symbol: string) {
  const enabled = id !== undefined;
  const backtest = useQuery({ ...backtestQuery(ws, id ?? ''), enabled });
  const result = enabled && backtest.data && isCompleted(backtest.data) ? backtest.data : undefined;
  const equity = useQuery({ ...equityQuery(ws, id ?? ''), enabled: result !== undefined });
  const trades = useQuery({ ...tradesQuery(ws, id ?? ''), enabled: result !== undefined });
  const request = enabled ? backtest.data : undefined;
  // A run of a category lies over each of its symbols, with the trades of that one.
  const read = request?.data?.symbols;
  const drawn = useMemo(
    () =>
      enabled && equity.data && trades.data
        ? {
            equity: equity.data,
            trades: read ? trades.data.filter((trade) => trade.symbol === symbol) : trades.data,
          }
        : undefined,
    [enabled, equity.data, trades.data, read, symbol],
  );
  return {
    id,
    backtest: enabled ? backtest.data : undefined,
    /** The same once it has one. */
    result,
    error: backtest.error ?? equity.error ?? trades.error,
    drawn,
    matches: (symbol: string, interval: Interval) =>
      request?.interval === interval &&
      (request.symbol === symbol || read?.some((one) => one.symbol === symbol) === true),
  };
}

interface Props {
  run: ReturnType<typeof useRun>;
  symbol: string;
  interval: Interval;
  state: ChartState;
}

export function RunStrip({ run, symbol, interval, state }: Props) {
  const { ws, change } = state;
  const { backtest, result, error, id } = run;
  const request = backtest;
  return (
    <div className={classes.strip} role="status">
      <span className={classes.title}>
        <Icon name="flask" size={15} />
        {error ? describeError(error).message : (backtest?.name ?? request?.strategy_id ?? 'Loading run…')}
      </span>
      {backtest && !result && <StatusMark status={backtest.status} />}
      {result && run.matches(symbol, interval) && (
        <span className={classes.figures}>
          <Change value={result.metrics.total_return} />
          <span>
            DD <Change value={result.metrics.max_drawdown} />
          </span>
          <span className="num">Sharpe {formatNumber(result.metrics.sharpe)}</span>
          <span className="num">{formatTrades(result.metrics)} trades</span>
        </span>
      )}
      {request && !run.matches(symbol, interval) && (
        <Button
          size="compact-xs"
          variant="light"
          onClick={() =>
            change({ symbol: request.symbol, interval: request.interval, from: undefined, to: undefined })
          }
        >
          It ran on {request.symbol} {request.interval}: show that
        </Button>
      )}
      <span className={classes.spring} />
      {backtest && id && (
        <LinkButton size="compact-xs" variant="default" to="/w/$ws/backtests/$id" params={{ ws, id }}>
          Open result
        </LinkButton>
      )}
      <ActionIcon
        variant="subtle"
        color="gray"
        size="sm"
        aria-label="Take the run off the chart"
        onClick={() => change({ run: undefined })}
      >
        <Icon name="close" size={15} />
      </ActionIcon>
    </div>
  );
}

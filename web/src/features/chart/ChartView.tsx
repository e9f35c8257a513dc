import { useNavigate } from '@tanstack/react-router';
import { useEffect, useMemo, useState } from 'react';
import type { MarketSymbol } from '~/api/client';
import { describeError } from '~/api/problem';
import { LinkButton } from '~/components/LinkButton';
import { PanelBoundary } from '~/components/PanelBoundary';
import { ErrorState, SkeletonBlock } from '~/components/States';
import { textOfNumber } from '~/lib/decimal';
import type { Interval } from '~/lib/interval';
import { rememberSymbol } from '~/lib/preferences';
import { createStore } from '~/lib/store';
import { useHotkeys } from '~/lib/useHotkeys';
import { useTitle } from '~/lib/useTitle';
import { useZone } from '~/lib/useZone';
import { CandleTable } from './CandleTable';
import { ChartCanvas } from './ChartCanvas';
import { ChartSummary } from './ChartSummary';
import classes from './ChartView.module.css';
import { IntervalDialog } from './IntervalBar';
import { hasOwnPane, indicatorId } from './indicators';
import { Legend } from './Legend';
import { NoInterval, onlyIntervals } from './NoInterval';
import { RangeBar } from './RangeBar';
import { RunStrip, useRun } from './RunStrip';
import { SeriesNotes } from './SeriesNotes';
import { SymbolDialog } from './SymbolDialog';
import { barAt } from './series';
import { Toolbar } from './Toolbar';
import type { ChartState } from './useChartState';
import { useCompared } from './useCompared';
import { useSeries } from './useSeries';

interface Props {
  symbols: MarketSymbol[];
  symbol: string;
  interval: Interval;
  state: ChartState;
}

/** The chart of one series with everything around it. */
export function ChartView({ symbols, symbol, interval, state }: Props) {
  const { ws, search, change } = state;
  const [zone] = useZone();
  const [dialog, setDialog] = useState<'symbol' | 'interval' | 'indicators' | 'compare'>();
  const [point] = useState(() => createStore<number | undefined>(undefined));
  const [first] = useState(() => createStore<number | undefined>(undefined));
  const [last] = useState(() => createStore<number | undefined>(undefined));
  const bars = useSeries(symbol, interval, state.indicators, search.from, search.set);
  const compared = useCompared(state.compared, interval, search.set, bars.series.columns.time);
  const isCompared = compared.length > 0;
  // In percent a line of prices would begin at 0 beside the candles that it belongs to.
  const indicators = useMemo(
    () => (isCompared ? state.indicators.filter(hasOwnPane) : state.indicators),
    [isCompared, state.indicators],
  );
  const run = useRun(ws, search.run, symbol);
  const navigate = useNavigate();
  const { series, query, decimals } = bars;
  const close = () => setDialog(undefined);

  useEffect(() => {
    if (bars.isCurrent) rememberSymbol(symbol);
  }, [bars.isCurrent, symbol]);

  useTitle(`${symbol} ${interval}`);
  useHotkeys({
    s: () => setDialog('symbol'),
    ',': () => setDialog('interval'),
    '/': () => setDialog('indicators'),
    '+': () => state.canCompare && setDialog('compare'),
    b: () =>
      void navigate({
        to: '/w/$ws/backtests/new',
        params: { ws },
        search: { symbol, interval, 'category-set': search.set },
      }),
    n: () => {
      // The close under the crosshair; beside the bars none, and the last one is offered there.
      const pointed = point.get();
      const close =
        pointed === undefined ? undefined : series.columns.close[barAt(series.columns.time, pointed)];
      void navigate({
        to: '/w/$ws/plans/new',
        params: { ws },
        search: { symbol, entry: close === undefined ? undefined : textOfNumber(close) },
      });
    },
    l: () => change({ scale: search.scale ? undefined : 'log' }, true),
  });

  const { from, to } = search;
  const view = useMemo(() => (from !== undefined && to !== undefined ? { from, to } : undefined), [from, to]);
  const drawRun = run.matches(symbol, interval) ? run.drawn : undefined;
  const only = onlyIntervals(symbols, symbol, interval);
  const hasBars = series.columns.time.length > 0;

  return (
    <div className={classes.page}>
      <h1 className="visually-hidden">
        Chart of {symbol}, {interval}
      </h1>
      <Toolbar
        symbols={symbols}
        symbol={symbol}
        interval={interval}
        state={state}
        onSymbol={() => setDialog('symbol')}
        onInterval={() => setDialog('interval')}
        indicatorsOpened={dialog === 'indicators'}
        onCompare={() => setDialog('compare')}
        onIndicators={(opened) => setDialog(opened ? 'indicators' : undefined)}
      />
      {search.run && <RunStrip run={run} symbol={symbol} interval={interval} state={state} />}
      <div className={classes.stage} data-stale={(!bars.isCurrent && hasBars) || undefined}>
        {query.isFetching && <div className={classes.progress} />}
        <PanelBoundary resetKey={`${symbol} ${interval}`}>
          {query.isError && !bars.isCurrent && only ? (
            <NoInterval
              symbols={symbols}
              symbol={symbol}
              interval={interval}
              stored={only}
              onPick={state.setInterval}
            />
          ) : query.isError && !bars.isCurrent ? (
            <ErrorState error={query.error} onRetry={() => void query.refetch()}>
              <NearNames error={query.error} ws={ws} />
            </ErrorState>
          ) : !hasBars ? (
            query.isPending ? (
              <SkeletonBlock height="100%" />
            ) : (
              <p className={classes.none}>
                No bars of {interval} are stored for {symbol}.
              </p>
            )
          ) : search.view === 'table' ? (
            <CandleTable
              series={series}
              indicators={indicators}
              interval={interval}
              zone={zone}
              decimals={decimals}
              onEnd={bars.loadOlder}
            />
          ) : (
            <>
              <ChartCanvas
                label={`Candles of ${symbol}, ${interval}. Arrow keys move the crosshair.`}
                interval={interval}
                zone={zone}
                series={series}
                indicators={indicators}
                decimals={decimals}
                log={search.scale === 'log'}
                compared={compared}
                run={drawRun}
                holes={bars.holes}
                viewKey={`${symbol} ${interval}`}
                view={view}
                hold={!bars.isCurrent || (view !== undefined && !bars.reachesFrom)}
                onView={(next) => change(next, true)}
                onNeedOlder={bars.loadOlder}
                point={point}
                first={first}
                last={last}
              />
              <Legend
                series={series}
                indicators={indicators}
                interval={interval}
                zone={zone}
                decimals={decimals}
                point={point}
                first={first}
                last={last}
                symbol={symbol}
                compared={compared}
                onUncompare={(name) => state.setCompared(state.compared.filter((one) => one !== name))}
                onEdit={() => setDialog('indicators')}
                onRemove={(id) =>
                  state.setIndicators(state.indicators.filter((one) => indicatorId(one) !== id))
                }
              />
            </>
          )}
        </PanelBoundary>
      </div>
      <ChartSummary
        symbol={symbol}
        interval={interval}
        zone={zone}
        series={series}
        holes={bars.holes}
        decimals={decimals}
        point={point}
      />
      <SeriesNotes series={series} holes={bars.holes} interval={interval} zone={zone} />
      <RangeBar series={series} interval={interval} zone={zone} state={state} hasOlder={query.hasNextPage} />
      <SymbolDialog opened={dialog === 'symbol'} onClose={close} symbols={symbols} onPick={state.setSymbol} />
      <SymbolDialog
        opened={dialog === 'compare'}
        onClose={close}
        title="Compare with"
        symbols={symbols.filter((one) => one.symbol !== symbol && !state.compared.includes(one.symbol))}
        onPick={(name) => state.setCompared([...state.compared, name])}
      />
      <IntervalDialog
        opened={dialog === 'interval'}
        onClose={close}
        symbols={symbols}
        symbol={symbol}
        onPick={state.setInterval}
      />
    </div>
  );
}

/** An unknown symbol: the server says which ones come close. */
function NearNames({ error, ws }: { error: unknown; ws: string }) {
  const { near } = describeError(error);
  if (near.length === 0) return null;
  return (
    <div className={classes.near}>
      {near.map((symbol) => (
        <LinkButton
          key={symbol}
          variant="light"
          to="/w/$ws/chart"
          params={{ ws }}
          search={({ interval, ind, scale, set }) => ({ symbol, interval, ind, scale, set })}
        >
          {symbol}
        </LinkButton>
      ))}
    </div>
  );
}

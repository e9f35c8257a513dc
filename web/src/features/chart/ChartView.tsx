import { useNavigate } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useMemo, useState } from 'react';
import type { MarketSymbol } from '~/api/client';
import { describeError } from '~/api/problem';
import { LinkButton } from '~/components/LinkButton';
import { PanelBoundary } from '~/components/PanelBoundary';
import { asSentence } from '~/components/Problem';
import { EmptyState, ErrorState, SkeletonBlock } from '~/components/States';
import { DownloadSeries } from '~/features/downloads/DownloadButtons';
import { textOfNumber } from '~/lib/decimal';
import type { Interval } from '~/lib/interval';
import { rememberSymbol } from '~/lib/preferences';
import { createStore } from '~/lib/store';
import { useHotkeys } from '~/lib/useHotkeys';
import { useTitle } from '~/lib/useTitle';
import { useZone } from '~/lib/useZone';
import { ChartCanvas } from './ChartCanvas';
import { ChartSummary } from './ChartSummary';
import classes from './ChartView.module.css';
import { beginsAt } from './coverage';
import { IntervalDialog } from './IntervalBar';
import { indicatorId } from './indicators';
import { Legend } from './Legend';
import { NoInterval, onlyIntervals } from './NoInterval';
import { OpenPlans, useOpenPlans } from './OpenPlans';
import { RangeBar } from './RangeBar';
import { RunStrip, useRun } from './RunStrip';
import { SeriesNotes } from './SeriesNotes';
import { SymbolDialog } from './SymbolDialog';
import { barAt } from './series';
import { Toolbar } from './Toolbar';
import type { ChartState } from './useChartState';
import { useCompared } from './useCompared';
import { useSeries } from './useSeries';

const CandleTable = lazy(() =>
  import('./CandleTable').then(({ CandleTable: loaded }) => ({ default: loaded })),
);

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
  const [panes, setPanes] = useState<ReadonlyMap<string, Element>>();
  const bars = useSeries(symbol, interval, state.indicators, search.from, search.set);
  const compared = useCompared(state.compared, interval, search.set, bars.series.columns.time);
  const isCompared = compared.length > 0;
  const run = useRun(ws, search.run, symbol);
  const open = useOpenPlans(ws, symbol, interval);
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
  const problem = query.isError && !bars.isCurrent ? describeError(query.error) : undefined;
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
          {problem && only ? (
            <NoInterval
              symbols={symbols}
              symbol={symbol}
              interval={interval}
              stored={only}
              onPick={state.setInterval}
            />
          ) : problem?.code === 'unknown_symbol' ? (
            <EmptyState icon="search" title={<span role="alert">{asSentence(problem.detail)}</span>}>
              <NearNames near={problem.near} ws={ws} />
              <DownloadSeries series={symbol} interval={interval} />
            </EmptyState>
          ) : problem ? (
            <ErrorState error={problem} onRetry={() => void query.refetch()} />
          ) : !hasBars ? (
            query.isPending ? (
              <SkeletonBlock height="100%" />
            ) : (
              <EmptyState icon="candle" title={`No bars of ${interval} are stored for ${symbol}`}>
                <DownloadSeries series={symbol} interval={interval} />
              </EmptyState>
            )
          ) : search.view === 'table' ? (
            <Suspense fallback={<SkeletonBlock height="100%" />}>
              <CandleTable
                series={series}
                indicators={state.indicators}
                interval={interval}
                zone={zone}
                decimals={decimals}
                compared={compared}
                onEnd={bars.loadOlder}
              />
            </Suspense>
          ) : (
            <>
              <ChartCanvas
                label={`Candles of ${symbol}, ${interval}. Arrow keys move the crosshair.`}
                interval={interval}
                zone={zone}
                series={series}
                indicators={state.indicators}
                decimals={decimals}
                log={search.scale === 'log'}
                compared={compared}
                run={drawRun}
                plan={isCompared ? undefined : open.drawn}
                holes={bars.holes}
                viewKey={`${symbol} ${interval}`}
                view={view}
                hold={!bars.isCurrent || (view !== undefined && !bars.reachesFrom)}
                onView={(next) => change(next, true)}
                onNeedOlder={bars.loadOlder}
                onPanes={setPanes}
                point={point}
                first={first}
                last={last}
              />
              <Legend
                series={series}
                indicators={state.indicators}
                panes={panes}
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
              >
                <OpenPlans ws={ws} symbol={symbol} plans={open.plans} />
              </Legend>
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
      <RangeBar
        series={series}
        interval={interval}
        zone={zone}
        state={state}
        hasOlder={query.hasNextPage}
        begins={() => beginsAt(symbols, symbol)}
        first={first}
        last={last}
      />
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
function NearNames({ near, ws }: { near: readonly string[]; ws: string }) {
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

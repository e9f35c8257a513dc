import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { backtestQuery } from '~/api/backtests';
import { singleRequest } from '~/api/completed';
import { strategiesQuery, symbolsQuery } from '~/api/market';
import { describeError, lacksMarketData } from '~/api/problem';
import { sessionQuery } from '~/api/session';
import { sweepQuery } from '~/api/sweeps';
import { ErrorState, SkeletonRows } from '~/components/States';
import { defaultInterval, defaultSymbol } from '~/features/chart/coverage';
import { NoCandles } from '~/features/chart/NoCandles';
import { combinationOf, parseSet } from '~/features/sweeps/combination';
import { usePreferences } from '~/lib/preferences';
import { formatMoment } from '~/lib/time';
import { useTitle } from '~/lib/useTitle';
import { BacktestForm, RUN_FORM } from './BacktestForm';
import classes from './NewPage.module.css';
import { type BacktestDraft, draftOfRun } from './request';

const route = getRouteApi('/w/$ws/backtests/new');

/** Gathers what the form starts from: strategies, symbols, and the run to be edited where there is one. */
export function NewPage() {
  const { ws } = route.useParams();
  useTitle('New backtest');
  const search = route.useSearch();
  const runId = search['from-run'];
  const sweepId = search['from-sweep'];
  const { recentSymbols } = usePreferences();
  const strategies = useQuery(strategiesQuery);
  const symbols = useQuery(symbolsQuery);
  const { data: session } = useQuery(sessionQuery);
  const run = useQuery({ ...backtestQuery(ws, runId ?? ''), enabled: runId !== undefined });

  const sweep = useQuery({ ...sweepQuery(ws, sweepId ?? ''), enabled: sweepId !== undefined });

  if (lacksMarketData(symbols.error))
    return <NoCandles reason={describeError(symbols.error).detail} onRetry={() => void symbols.refetch()} />;
  const failed = [strategies, symbols, run, sweep].find(({ isError }) => isError);
  if (failed)
    return (
      <>
        <h1 className="visually-hidden">New backtest</h1>
        <ErrorState error={failed.error} onRetry={() => void failed.refetch()} />
      </>
    );
  if (
    !strategies.data ||
    !symbols.data ||
    (runId !== undefined && !run.data) ||
    (sweepId !== undefined && !sweep.data)
  )
    return (
      <div className={classes.page}>
        <SkeletonRows rows={12} />
      </div>
    );
  if (symbols.data.length === 0) return <NoCandles onRetry={() => void symbols.refetch()} />;

  const quote = session?.workspaces.find(({ id }) => id === ws)?.default_quote_asset ?? 'USDT';
  const fallback = defaultSymbol(symbols.data, recentSymbols, quote);
  const source = run.data ?? (sweep.data && combinationOf(sweep.data, parseSet(search.set ?? '')));
  const given = source
    ? draftOfRun(
        source,
        strategies.data.find(({ id }) => id === singleRequest(source.request)?.strategy_id),
      )
    : fromSearch(search);

  return (
    <BacktestForm
      key={`${ws} ${runId ?? ''} ${sweepId ?? ''} ${search.set ?? ''}`}
      kind={RUN_FORM}
      ws={ws}
      strategies={strategies.data}
      symbols={symbols.data}
      given={given}
      fallback={{ symbol: fallback, interval: defaultInterval(symbols.data, given.symbol ?? fallback) }}
    />
  );
}

function fromSearch(search: ReturnType<typeof route.useSearch>): Partial<BacktestDraft> {
  const given: Partial<BacktestDraft> = {
    strategy_id: search.strategy,
    symbol: search.symbol,
    interval: search.interval,
    from: search.from === undefined ? undefined : formatMoment(search.from),
    to: search.to === undefined ? undefined : formatMoment(search.to),
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

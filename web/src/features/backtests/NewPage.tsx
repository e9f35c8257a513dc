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
import { CategoryForm } from './CategoryForm';
import { type CategoryDraft, draftOfCategory } from './categoryRequest';
import classes from './NewPage.module.css';
import { type BacktestDraft, draftOfRun } from './request';

const route = getRouteApi('/w/$ws/backtests/new');

/** Gathers what the form starts from: strategies, symbols, and the run to be edited where there is one. */
export function NewPage() {
  const { ws } = route.useParams();
  useTitle('New backtest');
  const search = route.useSearch();
  const from = JSON.stringify(search);
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
  if (search.over === 'category' || run.data?.kind === 'category_momentum')
    return (
      <CategoryForm
        key={`${ws} ${from}`}
        from={from}
        ws={ws}
        symbols={symbols.data}
        quote={quote}
        given={run.data ? draftOfCategory(run.data) : categoryFromSearch(search)}
      />
    );
  const source = run.data ?? (sweep.data && combinationOf(sweep.data, parseSet(search.set ?? '')));
  const given = source
    ? draftOfRun(
        source,
        strategies.data.find(({ id }) => id === singleRequest(source.request)?.strategy_id),
      )
    : fromSearch(search);

  return (
    <BacktestForm
      key={`${ws} ${from}`}
      from={from}
      kind={RUN_FORM}
      ws={ws}
      strategies={strategies.data}
      symbols={symbols.data}
      given={given}
      fallback={{ symbol: fallback, interval: defaultInterval(symbols.data, given.symbol ?? fallback) }}
    />
  );
}

type Search = ReturnType<typeof route.useSearch>;

/** Without what is not given: that is not to cover what was typed before. */
const present = <T extends object>(given: T) =>
  Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Partial<T>;

const moments = ({ from, to }: Search) => ({
  from: from === undefined ? undefined : formatMoment(from),
  to: to === undefined ? undefined : formatMoment(to),
});

function categoryFromSearch(search: Search): Partial<CategoryDraft> {
  const { category, quote, interval } = search;
  return present({
    category,
    category_set_id: search['category-set'],
    universe: category === undefined ? undefined : ('category' as const),
    quote_asset: quote?.toUpperCase(),
    interval,
    ...moments(search),
  }) as Partial<CategoryDraft>;
}

function fromSearch(search: Search): Partial<BacktestDraft> {
  return present({
    strategy_id: search.strategy,
    symbol: search.symbol,
    category_set_id: search['category-set'],
    interval: search.interval,
    ...moments(search),
  }) as Partial<BacktestDraft>;
}

import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { strategiesQuery, symbolsQuery } from '~/api/market';
import { describeError, lacksMarketData } from '~/api/problem';
import { sessionQuery } from '~/api/session';
import { sweepQuery } from '~/api/sweeps';
import { ErrorState, SkeletonRows } from '~/components/States';
import { BacktestForm } from '~/features/backtests/BacktestForm';
import type { BacktestDraft } from '~/features/backtests/request';
import { defaultInterval, defaultSymbol } from '~/features/chart/coverage';
import { NoCandles } from '~/features/chart/NoCandles';
import { usePreferences } from '~/lib/preferences';
import { useTitle } from '~/lib/useTitle';
import classes from './Sweep.module.css';
import { SWEEP_FORM } from './SweepForm';
import { draftOfSweep } from './sweepRequest';

const route = getRouteApi('/w/$ws/backtests/sweeps/new');

/** Gathers what the form starts from: strategies, symbols, and the sweep to be edited where there is one. */
export function NewSweepPage() {
  const { ws } = route.useParams();
  useTitle('New sweep');
  const search = route.useSearch();
  const from = JSON.stringify(search);
  const sweepId = search['from-sweep'];
  const { recentSymbols } = usePreferences();
  const strategies = useQuery(strategiesQuery);
  const symbols = useQuery(symbolsQuery);
  const { data: session } = useQuery(sessionQuery);
  const sweep = useQuery({ ...sweepQuery(ws, sweepId ?? ''), enabled: sweepId !== undefined });

  if (lacksMarketData(symbols.error) || symbols.data?.length === 0)
    return <NoCandles reason={describeError(symbols.error).detail} onRetry={() => void symbols.refetch()} />;
  const failed = [strategies, symbols, sweep].find(({ isError }) => isError);
  if (failed)
    return (
      <>
        <h1 className="visually-hidden">New sweep</h1>
        <ErrorState error={failed.error} onRetry={() => void failed.refetch()} />
      </>
    );
  if (!strategies.data || !symbols.data || (sweepId !== undefined && !sweep.data))
    return (
      <div className={classes.page}>
        <SkeletonRows rows={12} />
      </div>
    );

  const quote = session?.workspaces.find(({ id }) => id === ws)?.default_quote_asset ?? 'USDT';
  const fallback = defaultSymbol(symbols.data, recentSymbols, quote);
  const source = sweep.data;
  const given: Partial<BacktestDraft> = source
    ? draftOfSweep(
        source,
        strategies.data.find(({ id }) => id === source.request.strategy_id),
      )
    : {
        ...(search.strategy !== undefined && { strategy_id: search.strategy }),
        ...(search.symbol !== undefined && { symbol: search.symbol }),
        ...(search['category-set'] !== undefined && { category_set_id: search['category-set'] }),
        ...(search.interval !== undefined && { interval: search.interval }),
      };
  return (
    <BacktestForm
      key={`${ws} ${from}`}
      from={from}
      kind={SWEEP_FORM}
      ws={ws}
      strategies={strategies.data}
      symbols={symbols.data}
      given={given}
      fallback={{ symbol: fallback, interval: defaultInterval(symbols.data, given.symbol ?? fallback) }}
    />
  );
}

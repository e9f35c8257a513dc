import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { accountsQuery } from '~/api/accounts';
import { backtestQuery } from '~/api/backtests';
import type { Backtest, TradePlan } from '~/api/client';
import { symbolsQuery } from '~/api/market';
import { planQuery } from '~/api/plans';
import { describeError, lacksMarketData } from '~/api/problem';
import { ErrorState, SkeletonRows } from '~/components/States';
import { NoCandles } from '~/features/chart/NoCandles';
import { splitRatio } from '~/features/chart/series';
import { isMarket } from '~/lib/category';
import { useTitle } from '~/lib/useTitle';
import { draftOfPlan, EMPTY_PLAN, type LegDraft, newLeg, type PlanDraft } from './draft';
import classes from './Paper.module.css';
import { PlanForm } from './PlanForm';

const route = getRouteApi('/w/$ws/plans/new');

type Search = ReturnType<typeof route.useSearch>;

/** Gathers what the form starts from: a symbol, a backtest or another plan, as the address names it. */
export function NewPlanPage() {
  const { ws } = route.useParams();
  const search = route.useSearch();
  const runId = search['from-run'];
  const planId = search.edit ?? search['from-plan'];
  const from = JSON.stringify({ ...search, tz: undefined, step: undefined });
  useTitle(search.edit ? 'Change a plan' : 'New plan');
  const symbols = useQuery(symbolsQuery);
  const accounts = useQuery(accountsQuery(ws));
  const run = useQuery({ ...backtestQuery(ws, runId ?? ''), enabled: runId !== undefined });
  const plan = useQuery({ ...planQuery(ws, planId ?? ''), enabled: planId !== undefined });

  if (lacksMarketData(symbols.error))
    return <NoCandles reason={describeError(symbols.error).detail} onRetry={() => void symbols.refetch()} />;
  const failed = [symbols, accounts, run, plan].find(({ isError }) => isError);
  if (failed)
    return (
      <>
        <h1 className="visually-hidden">New plan</h1>
        <ErrorState error={failed.error} onRetry={() => void failed.refetch()} />
      </>
    );
  const isReady = (runId === undefined || run.data) && (planId === undefined || plan.data);
  if (!symbols.data || !accounts.data || !isReady)
    return (
      <div className={classes.page}>
        <SkeletonRows rows={12} />
      </div>
    );
  if (symbols.data.length === 0) return <NoCandles onRetry={() => void symbols.refetch()} />;
  return (
    <PlanForm
      key={`${ws} ${from}`}
      ws={ws}
      symbols={symbols.data}
      accounts={accounts.data}
      from={from}
      edited={search.edit ? plan.data : undefined}
      given={givenBy(search, run.data, plan.data?.body)}
    />
  );
}

const otherSide = { long: 'short', short: 'long' } as const;

/** What the address asks for; undefined where it says nothing, so that what was typed before stays. */
function givenBy(
  search: Search,
  run: Backtest | undefined,
  plan: TradePlan | undefined,
): Partial<PlanDraft> | undefined {
  if (plan) return draftOfPlan(plan);
  const series = run?.symbol ?? search.symbol;
  if (series === undefined) return undefined;
  const side: LegDraft['side'] = search.side ?? 'long';
  const [first, second] = splitRatio(series);
  const isPair = second !== undefined;
  const isTradable = isMarket(first);
  const leg = newLeg(1, { symbol: isTradable ? first : '', side, entry: isPair ? '' : (search.entry ?? '') });
  const tag = run?.strategy_id ?? search.tag;
  return {
    ...EMPTY_PLAN,
    strategy_tag: tag ?? '',
    notes: run ? `From the backtest ${run.name ?? run.strategy_id} (${run.id}).` : '',
    trade_type: isPair ? 'pair' : 'single',
    legs: isPair ? [leg, newLeg(2, { symbol: second, side: otherSide[side], sizing: 'equal' })] : [leg],
    rule: { ...EMPTY_PLAN.rule, series, interval: run?.interval ?? EMPTY_PLAN.rule.interval },
  };
}

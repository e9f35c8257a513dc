import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import type { TradePlan } from '~/api/client';
import { plansQuery } from '~/api/plans';
import { Gain } from '~/components/Money';
import { isMarket } from '~/lib/category';
import type { Interval } from '~/lib/interval';
import classes from './Legend.module.css';
import { type DrawnPlan, planLines } from './planOverlay';

const NONE: TradePlan[] = [];
/** More lines than these would hide the candles. */
const DRAWN_MAX = 5;

const legsOf = ({ legs }: TradePlan, symbol: string) => legs.filter((leg) => leg.symbol === symbol);

/** What its lines and its link are called, so that they are seen to belong together. */
function nameOf({ strategy_tag }: TradePlan, place: number, plans: readonly TradePlan[]): string {
  const isAlone = plans.filter((plan) => plan.strategy_tag === strategy_tag).length === 1;
  return strategy_tag && isAlone ? strategy_tag : `${strategy_tag || 'plan'} ${place + 1}`;
}

/** The plans that are open in the symbol, and the lines of the newest of them. */
export function useOpenPlans(ws: string, symbol: string, interval: Interval) {
  const { data, isPlaceholderData } = useInfiniteQuery({
    ...plansQuery(ws, { status: 'open', symbol }),
    enabled: isMarket(symbol),
  });
  const plans = isPlaceholderData ? NONE : (data?.pages[0]?.trade_plans ?? NONE);
  const drawn = useMemo((): DrawnPlan | undefined => {
    const lines = plans.slice(0, DRAWN_MAX).flatMap((plan, place) => {
      const name = plans.length > 1 ? nameOf(plan, place, plans) : undefined;
      return legsOf(plan, symbol).flatMap((leg) => planLines(leg, name));
    });
    return lines.length > 0 ? { interval, lines, isWhole: false, fills: [] } : undefined;
  }, [plans, symbol, interval]);
  return { plans, drawn };
}

interface Props {
  ws: string;
  symbol: string;
  plans: TradePlan[];
}

/** A way to each of them, with what it has made so far. */
export const OpenPlans = ({ ws, symbol, plans }: Props) => (
  <>
    {plans.slice(0, DRAWN_MAX).map((plan, place) => (
      <div key={plan.id} className={classes.chip}>
        <Link to="/w/$ws/plans/$id" params={{ ws, id: plan.id }} className={classes.edit}>
          Open: {nameOf(plan, place, plans)}, {legsOf(plan, symbol)[0]?.side}
        </Link>
        <Gain value={plan.pnl?.total_pnl} />
      </div>
    ))}
    {plans.length > DRAWN_MAX && (
      <Link
        to="/w/$ws/plans"
        params={{ ws }}
        search={{ view: 'list', state: 'open', symbol }}
        className={`${classes.chip} ${classes.edit}`}
      >
        and {plans.length - DRAWN_MAX} more that are not drawn
      </Link>
    )}
  </>
);

import type { PlanStatus, TradePlan, TradePlanPnl } from '~/api/client';
import { Icon } from '~/components/Icon';
import { Gain } from '~/components/Money';
import { formatDate, isoSeconds } from '~/lib/time';
import { useNow } from '~/lib/useNow';
import classes from './Paper.module.css';
import { R_MEANS, rOf, rText } from './risk';
import { PLAN_STATES, SIDE_WORDS } from './words';

export function PlanState({ status }: { status: PlanStatus }) {
  const { icon, word } = PLAN_STATES[status];
  return (
    <span>
      <Icon name={icon} size={13} /> {word}
    </span>
  );
}

const CHIPS = 6;

/** Which way it goes in what, in words as well as in colour. */
export function LegChips({ legs }: Pick<TradePlan, 'legs'>) {
  return (
    <ul className={classes.legs} aria-label="Legs">
      {legs.slice(0, CHIPS).map(({ id, symbol, side }) => (
        <li key={id} className={classes.chip} data-side={side}>
          {SIDE_WORDS[side]} <strong>{symbol}</strong>
        </li>
      ))}
      {legs.length > CHIPS && <li>and {legs.length - CHIPS} more</li>}
    </ul>
  );
}

const STALE_S = 2 * 86400;
const LOOK_S = 60;

/** When the oldest mark of what is open is from, where that is too long ago to be believed. */
export function StaleMark({ pnl }: { pnl: TradePlanPnl | undefined }) {
  const now_s = useNow(LOOK_S);
  const times = (pnl?.legs ?? []).flatMap(({ mark_time }) =>
    mark_time === null ? [] : isoSeconds(mark_time),
  );
  if (times.length === 0) return null;
  const oldest = Math.min(...times);
  if (now_s - oldest < STALE_S) return null;
  return (
    <span className="dim" title="There are no newer candles: what it is worth may be another thing by now">
      <Icon name="clock" size={12} /> marks of {formatDate(oldest)}
    </span>
  );
}

/** Money, percent of what was put in, and multiples of the risk; dashes while a mark is missing. */
export function PnlLine({ pnl }: { pnl: TradePlanPnl }) {
  return (
    <span>
      <Gain value={pnl.total_pnl} /> <Gain value={pnl.return_pct} isPercent />
      {rOf(pnl) !== undefined && (
        <span className="dim" title={R_MEANS}>
          {' '}
          {rText(pnl)}
        </span>
      )}
    </span>
  );
}

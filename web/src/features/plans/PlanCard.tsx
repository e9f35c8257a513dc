import { Link } from '@tanstack/react-router';
import type { PlanStatus, TradePlan } from '~/api/client';
import { Ago } from '~/components/Ago';
import { useDenied } from '~/components/Gated';
import { MoveButtons } from './MoveButtons';
import classes from './Paper.module.css';
import { LegChips, PnlLine, StaleMark } from './PlanMarks';
import { riskText } from './risk';
import { CLOSE_WORDS, MOVES, planName, TYPE_WORDS } from './words';

export interface CardProps {
  ws: string;
  plan: TradePlan;
  nameOf: (id: string) => string;
  /** Asks for what it takes to bring the plan of this id there. */
  onMove: (id: string, to: PlanStatus) => void;
}

/** What is dragged is told to the lanes by the type of what they are offered: its data they see only when dropped. */
export const dragType = (status: PlanStatus) => `application/x-plan-${status}`;

/** A plan on the board. */
export function PlanCard({ ws, plan, nameOf, onMove }: CardProps) {
  const mayMove = useDenied('trader') === undefined && MOVES[plan.status].length > 0;
  const when = {
    planned: plan.created_at,
    open: plan.opened_at,
    closed: plan.closed_at,
    cancelled: plan.cancelled_at,
  };
  return (
    <li
      className={classes.card}
      data-card
      draggable={mayMove}
      onDragStart={(event) => event.dataTransfer.setData(dragType(plan.status), plan.id)}
    >
      <Link to="/w/$ws/plans/$id" params={{ ws, id: plan.id }} className={classes.link}>
        <strong>{planName(plan)}</strong>
      </Link>
      <LegChips legs={plan.legs} />
      {plan.thesis && <p className={classes.thesis}>{plan.thesis.split('\n')[0]}</p>}
      {plan.pnl && plan.opened_at !== null && (
        <span className={classes.big}>
          <PnlLine pnl={plan.pnl} />
        </span>
      )}
      <p className="ui-footer">
        {plan.trade_type !== 'single' && <span>{TYPE_WORDS[plan.trade_type]}</span>}
        {plan.strategy_tag && <span>{plan.strategy_tag}</span>}
        <span>Risk {riskText(plan)}</span>
        {plan.close_reason && plan.close_reason !== 'manual' && <span>{CLOSE_WORDS[plan.close_reason]}</span>}
        {plan.invalidated_at && <b>Invalidated</b>}
        <span>
          <Ago iso={when[plan.status]} /> · {nameOf(plan.created_by)}
        </span>
        {plan.status === 'open' && <StaleMark pnl={plan.pnl} />}
      </p>
      <MoveButtons plan={plan} onMove={(to) => onMove(plan.id, to)} />
    </li>
  );
}

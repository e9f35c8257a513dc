import { Button } from '@mantine/core';
import type { PlanStatus, TradePlan } from '~/api/client';
import { Gated } from '~/components/Gated';
import classes from './Paper.module.css';
import { MOVES, planName } from './words';

const ACTIONS = { open: 'Open…', closed: 'Close…', cancelled: 'Cancel…' } as const;

interface Props {
  plan: TradePlan;
  onMove: (to: PlanStatus) => void;
  size?: string;
}

/** What can be done with a plan in the state it is in. */
export function MoveButtons({ plan, onMove, size = 'compact-xs' }: Props) {
  const moves = MOVES[plan.status];
  if (moves.length === 0) return null;
  return (
    <span className={`${classes.actions} ${classes.above}`}>
      {moves.map((to) => {
        const action = ACTIONS[to as keyof typeof ACTIONS];
        return (
          <Gated key={to} needs="trader">
            <Button
              size={size}
              variant={to === 'cancelled' ? 'default' : 'light'}
              aria-label={`${action} ${planName(plan)}`}
              onClick={() => onMove(to)}
            >
              {action}
            </Button>
          </Gated>
        );
      })}
    </span>
  );
}

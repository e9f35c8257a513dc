import { Button } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { type DragEvent, useState } from 'react';
import type { PlanStatus } from '~/api/client';
import { type PlanFilter, plansQuery } from '~/api/plans';
import { Icon } from '~/components/Icon';
import { ErrorState, SkeletonRows } from '~/components/States';
import classes from './Paper.module.css';
import { type CardProps, dragType, PlanCard } from './PlanCard';
import { MOVES, PLAN_STATES, PLAN_STATUSES } from './words';

interface Props extends Omit<CardProps, 'plan'> {
  filter: PlanFilter;
}

/** The plans by their state; a card is carried to where it shall go, or its buttons are pressed. */
export function PlanBoard({ filter, ...card }: Props) {
  const shown = filter.status === undefined ? PLAN_STATUSES : [filter.status];
  return (
    <div className={classes.board}>
      {shown.map((status) => (
        <Lane key={status} {...card} filter={{ ...filter, status }} status={status} />
      ))}
    </div>
  );
}

function Lane({ status, filter, ws, onMove, nameOf }: Props & { status: PlanStatus }) {
  const { word, icon, none } = PLAN_STATES[status];
  const list = useInfiniteQuery(plansQuery(ws, filter));
  const plans = list.data?.pages.flatMap((page) => page.trade_plans) ?? [];
  const drop = useDrop(status, onMove);
  return (
    <section className={classes.lane} aria-label={word} {...drop}>
      <h2>
        <Icon name={icon} size={14} /> {word}{' '}
        {list.data && (
          <span className="dim">
            {plans.length}
            {list.hasNextPage && '+'}
          </span>
        )}
      </h2>
      {list.isPending && <SkeletonRows rows={2} height={90} />}
      {list.isError && <ErrorState error={list.error} onRetry={() => void list.refetch()} />}
      {list.data && plans.length === 0 && <p className="ui-note">{none}</p>}
      <ul className={`ui-list ${classes.lane}`} style={{ border: 0, padding: 0, minHeight: 0 }}>
        {plans.map((plan) => (
          <PlanCard key={plan.id} ws={ws} plan={plan} nameOf={nameOf} onMove={onMove} />
        ))}
      </ul>
      {list.hasNextPage && (
        <Button variant="default" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          Show more
        </Button>
      )}
    </section>
  );
}

/** Takes cards of the states that lead here. */
function useDrop(to: PlanStatus, onMove: CardProps['onMove']) {
  const [isOver, setOver] = useState(false);
  const from = (event: DragEvent) =>
    PLAN_STATUSES.find(
      (status) => MOVES[status].includes(to) && event.dataTransfer.types.includes(dragType(status)),
    );
  return {
    'data-drop': isOver || undefined,
    onDragOver: (event: DragEvent) => {
      if (from(event) === undefined) return;
      event.preventDefault();
      setOver(true);
    },
    onDragLeave: () => setOver(false),
    onDrop: (event: DragEvent) => {
      setOver(false);
      const status = from(event);
      if (status === undefined) return;
      event.preventDefault();
      onMove(event.dataTransfer.getData(dragType(status)), to);
    },
  };
}

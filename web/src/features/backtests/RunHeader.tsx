import type { ReactNode } from 'react';
import type { Backtest } from '~/api/client';
import classes from './ResultPage.module.css';

interface Props {
  backtest: Pick<Backtest, 'name'> & {
    request: Pick<Backtest['request'], 'strategy_id' | 'symbol' | 'interval'>;
  };
  /** The bars it is about, in words. */
  range: string;
  children: ReactNode;
}

/** What a run is called and runs over; what can be done with it stands beside that. */
export function RunHeader({ backtest, range, children }: Props) {
  const { name, request } = backtest;
  return (
    <header className={classes.header}>
      <div className={classes.heading}>
        <h1>{name ?? request.strategy_id}</h1>
        <p className="num">
          {name && <span>{request.strategy_id}</span>}
          <span>{request.symbol}</span>
          <span>{request.interval}</span>
          <span>{range}</span>
        </p>
      </div>
      <div className={classes.actions}>{children}</div>
    </header>
  );
}

import type { ReactNode } from 'react';
import type { Backtest } from '~/api/client';
import classes from './ResultPage.module.css';

interface Props {
  backtest: Pick<Backtest, 'name' | 'strategy_id' | 'symbol' | 'interval'>;
  /** The bars it is about, in words. */
  range: string;
  /** Beside the name. */
  marks?: ReactNode;
  /** Tags and note, under it. */
  below?: ReactNode;
  children: ReactNode;
}

/** What a run is called and runs over; what can be done with it stands beside that. */
export function RunHeader({ backtest, range, marks, below, children }: Props) {
  const { name, strategy_id, symbol, interval } = backtest;
  return (
    <header className={classes.header}>
      <div className={classes.heading}>
        <span className={classes.title}>
          <h1>{name ?? strategy_id}</h1>
          {marks}
        </span>
        <p className="num">
          {name && <span>{strategy_id}</span>}
          <span>{symbol}</span>
          <span>{interval}</span>
          <span>{range}</span>
        </p>
        {below}
      </div>
      <div className={classes.actions}>{children}</div>
    </header>
  );
}

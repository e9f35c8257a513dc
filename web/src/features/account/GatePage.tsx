import type { ReactNode } from 'react';
import { Icon } from '~/components/Icon';
import classes from './Account.module.css';

/** A page outside the application's frame: one card in the middle. */
export function GatePage({ title, children }: { title: string; children: ReactNode }) {
  return (
    <main className={classes.gate}>
      <div className={classes.card}>
        <h1>
          <Icon name="candle" size={22} />
          {title}
        </h1>
        {children}
      </div>
    </main>
  );
}

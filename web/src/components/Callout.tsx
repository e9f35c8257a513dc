import type { ReactNode } from 'react';
import classes from './Callout.module.css';
import { Icon, type IconName } from './Icon';

interface Props {
  kind: 'done' | 'note';
  title: string;
  /** At the end of the title line. */
  action?: ReactNode;
  children: ReactNode;
}

const ICONS: Record<Props['kind'], IconName> = { done: 'check', note: 'info' };

/** Something to know, on the page where it matters: good news, or what cannot be done here. */
export function Callout({ kind, title, action, children }: Props) {
  return (
    <section className={classes.notice} data-kind={kind} aria-label={title}>
      <strong>
        <Icon name={ICONS[kind]} size={17} />
        {title}
        {action}
      </strong>
      {children}
    </section>
  );
}

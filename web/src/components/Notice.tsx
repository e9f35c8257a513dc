import type { ReactNode } from 'react';

interface Props {
  title: string;
  /** Something to be careful about, good news, or what went wrong. */
  kind?: 'good' | 'bad';
  children: ReactNode;
}

/** Something to know before the rest is believed. Mantine's own alert has too little contrast in light. */
export function Notice({ title, kind, children }: Props) {
  return (
    <div className="ui-notice" data-kind={kind} role={kind === 'bad' ? 'alert' : 'status'}>
      <b>{title}.</b> {children}
    </div>
  );
}

import type { ReactNode } from 'react';

interface Props {
  title: string;
  /** Good news, instead of something to be careful about. */
  isGood?: boolean;
  children: ReactNode;
}

/** Something to know before the rest is believed. Mantine's yellow alert has too little contrast in light. */
export function Notice({ title, isGood = false, children }: Props) {
  return (
    <div className="ui-notice" data-kind={isGood ? 'good' : undefined} role="status">
      <b>{title}.</b> {children}
    </div>
  );
}

import type { ReactNode } from 'react';

/** Something to know before the rest is believed. Mantine's yellow alert has too little contrast in light. */
export function Notice({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className="ui-notice" role="status">
      <b>{title}.</b> {children}
    </div>
  );
}

import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { sessionQuery } from '~/api/session';
import { isOperator } from '~/lib/operator';
import { EmptyState } from './States';

/** What only operators may see. Nothing is asked for on behalf of who is none: the session says who is. */
export function OperatorsOnly({ children }: { children: ReactNode }) {
  const { data: session } = useQuery(sessionQuery);
  if (!session) return null;
  if (isOperator(session)) return children;
  return (
    <EmptyState icon="ban" title="This is for the operators of the server">
      <p className="dim" style={{ margin: 0 }}>
        Somebody who is one, or whoever runs the machine, can make you one, too.
      </p>
    </EmptyState>
  );
}

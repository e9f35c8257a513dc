import { useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useEffect } from 'react';
import { currentNeed, settleNeed, signedIn } from '~/api/needs';
import { sessionQuery } from '~/api/session';
import { useStore } from '~/lib/store';
import { onTold } from '~/lib/tabs';
import { leave } from './leave';

const NeedDialog = lazy(() => import('./NeedDialog').then(({ NeedDialog }) => ({ default: NeedDialog })));

/** What the server wants of the person first is asked over the page, which keeps everything that was typed. */
export function Needs() {
  const need = useStore(currentNeed);
  const client = useQueryClient();

  useEffect(
    () =>
      onTold((userId) => {
        const shownFor = signedIn.get();
        if (shownFor === '') return;
        if (userId === '') return leave(true);
        if (userId !== shownFor) return window.location.reload();
        settleNeed('sign-in', true);
        void client.invalidateQueries({ queryKey: sessionQuery.queryKey });
      }),
    [client],
  );

  if (need === undefined) return null;
  return (
    <Suspense>
      <NeedDialog key={need} need={need} />
    </Suspense>
  );
}

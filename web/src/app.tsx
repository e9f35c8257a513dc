import './styles/app';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { lazy, type ReactNode, Suspense, useState } from 'react';
import type { Session } from './api/client';
import { signedIn } from './api/needs';
import { createQueryClient } from './api/queryClient';
import { sessionQuery } from './api/session';
import { useStore } from './lib/store';
import { toastDroppedParams, toasted } from './lib/toast';
import { createAppRouter } from './routes/router';

toastDroppedParams();

// Fetched once somebody is signed in, or with the first toast.
const Notifications = lazy(async () => ({ default: (await import('@mantine/notifications')).Notifications }));

/** Toasts stand beside the page, and inside the router: some of them hold links. */
function WithToasts({ children }: { children: ReactNode }) {
  const isIn = useStore(signedIn) !== '';
  const wanted = useStore(toasted) || isIn;
  return (
    <>
      <section aria-label="Notifications">
        {wanted && (
          <Suspense>
            <Notifications position="bottom-right" limit={4} withinPortal={false} />
          </Suspense>
        )}
      </section>
      {children}
    </>
  );
}

/** Made when it is first shown: it begins at the address there is then. */
function start(session: Session | undefined) {
  const queryClient = createQueryClient();
  if (session) queryClient.setQueryData(sessionQuery.queryKey, session);
  return { queryClient, router: createAppRouter(queryClient) };
}

/** The application, with who is signed in where that is known already. */
export default function App({ session }: { session: Session | undefined }) {
  const [{ queryClient, router }] = useState(() => start(session));
  return (
    <QueryClientProvider client={queryClient}>
      <RouterProvider router={router} InnerWrap={WithToasts} />
    </QueryClientProvider>
  );
}

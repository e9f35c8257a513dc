import './styles/app';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import type { Session } from './api/client';
import { createQueryClient } from './api/queryClient';
import { sessionQuery } from './api/session';
import { Toasts } from './components/Toasts';
import { toastDroppedParams } from './lib/toast';
import { createAppRouter } from './routes/router';

toastDroppedParams();

/** Toasts stand beside the page, and inside the router: some of them hold links. */
function WithToasts({ children }: { children: ReactNode }) {
  return (
    <>
      <Toasts />
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

import './styles/mantine';
import './styles/tokens.css';
import './styles/base.css';
import './styles/shared.css';
import { MantineProvider } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { lazy, type ReactNode, StrictMode, Suspense } from 'react';
import { createRoot } from 'react-dom/client';
import { signedIn } from './api/needs';
import { createQueryClient } from './api/queryClient';
import { colorSchemeManager } from './lib/colorScheme';
import { useStore } from './lib/store';
import { cssVariables, theme } from './lib/theme';
import { toastDroppedParams, toasted } from './lib/toast';
import { createAppRouter } from './routes/router';

const queryClient = createQueryClient();
const router = createAppRouter(queryClient);
const colorSchemes = colorSchemeManager();
toastDroppedParams();

// Fetched once somebody is signed in, or with the first toast: the page to sign in on stays small.
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

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');

createRoot(root).render(
  <StrictMode>
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariables}
      defaultColorScheme="dark"
      colorSchemeManager={colorSchemes}
    >
      <QueryClientProvider client={queryClient}>
        <RouterProvider router={router} InnerWrap={WithToasts} />
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);

import './styles/mantine';
import './styles/tokens.css';
import './styles/base.css';
import './styles/shared.css';
import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { type ReactNode, StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { createQueryClient } from './api/queryClient';
import { cssVariables, theme } from './lib/theme';
import { toastDroppedParams } from './lib/toast';
import { createAppRouter } from './routes/router';

const queryClient = createQueryClient();
const router = createAppRouter(queryClient);
toastDroppedParams();

/** Toasts stand beside the page, and inside the router: some of them hold links. */
function WithToasts({ children }: { children: ReactNode }) {
  return (
    <>
      <section aria-label="Notifications">
        <Notifications position="bottom-right" limit={4} withinPortal={false} />
      </section>
      {children}
    </>
  );
}

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');

createRoot(root).render(
  <StrictMode>
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="dark">
      <QueryClientProvider client={queryClient}>
        <RouterProvider router={router} InnerWrap={WithToasts} />
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);

import { Outlet } from '@tanstack/react-router';
import { PanelBoundary } from '~/components/PanelBoundary';
import { Needs } from '~/features/account/Needs';

/** Everything below a broken page still has a way back: the boundary is the last one to catch. */
export function Root() {
  return (
    <PanelBoundary>
      <Outlet />
      <Needs />
    </PanelBoundary>
  );
}

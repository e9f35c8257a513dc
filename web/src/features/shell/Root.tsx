import { Outlet } from '@tanstack/react-router';
import { PanelBoundary } from '~/components/PanelBoundary';

/** Everything below a broken page still has a way back: the boundary is the last one to catch. */
export function Root() {
  return (
    <PanelBoundary>
      <Outlet />
    </PanelBoundary>
  );
}

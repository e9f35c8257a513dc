import type { QueryClient } from '@tanstack/react-query';
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from '@tanstack/react-router';
import { sessionQuery } from '~/api/session';
import { NotFoundPage } from '~/features/shell/NotFoundPage';
import { PageError, PagePending } from '~/features/shell/PageStates';
import { Root } from '~/features/shell/Root';
import { WorkspaceLayout } from '~/features/shell/WorkspaceLayout';
import { basePath } from '~/lib/base';
import { parseQuery, stringifyQuery } from '~/lib/search';
import {
  backtestSearch,
  backtestsSearch,
  chartSearch,
  compareSearch,
  heatmapSearch,
  jobsSearch,
  newBacktestSearch,
  newSweepSearch,
  rootSearch,
  scannerSearch,
  sweepSearch,
  sweepsSearch,
} from './search';

const rootRoute = createRootRouteWithContext<{ queryClient: QueryClient }>()({
  component: Root,
  validateSearch: rootSearch,
  notFoundComponent: NotFoundPage,
});

// The address without a workspace goes to the one last worked in; so do the old single-user addresses.
const toActiveWorkspace = (page: 'chart' | 'backtests') => ({
  loader: async ({ context }: { context: { queryClient: QueryClient } }) => {
    const session = await context.queryClient.ensureQueryData(sessionQuery);
    throw redirect({ to: `/w/$ws/${page}`, params: { ws: session.active_workspace_id }, replace: true });
  },
});

const indexRoute = createRoute({ getParentRoute: () => rootRoute, path: '/', ...toActiveWorkspace('chart') });
const oldChartRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/chart',
  ...toActiveWorkspace('chart'),
});
const oldBacktestsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/backtests',
  ...toActiveWorkspace('backtests'),
});

const workspaceRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/w/$ws',
  loader: ({ context }) => context.queryClient.ensureQueryData(sessionQuery),
  component: WorkspaceLayout,
});

const workspaceIndexRoute = createRoute({
  getParentRoute: () => workspaceRoute,
  path: '/',
  beforeLoad: ({ params }) => {
    throw redirect({ to: '/w/$ws/chart', params, replace: true });
  },
});

const chartRoute = createRoute({
  getParentRoute: () => workspaceRoute,
  path: '/chart',
  validateSearch: chartSearch,
  component: lazyRouteComponent(() => import('~/features/chart/ChartPage'), 'ChartPage'),
});

const backtestsRoute = createRoute({
  getParentRoute: () => workspaceRoute,
  path: '/backtests',
  validateSearch: backtestsSearch,
  component: lazyRouteComponent(() => import('~/features/backtests/ListPage'), 'ListPage'),
});

const compareRoute = createRoute({
  getParentRoute: () => workspaceRoute,
  path: '/backtests/compare',
  validateSearch: compareSearch,
  component: lazyRouteComponent(() => import('~/features/compare/ComparePage'), 'ComparePage'),
});

const newBacktestRoute = createRoute({
  getParentRoute: () => workspaceRoute,
  path: '/backtests/new',
  validateSearch: newBacktestSearch,
  component: lazyRouteComponent(() => import('~/features/backtests/NewPage'), 'NewPage'),
});

const sweepsRoute = createRoute({
  getParentRoute: () => workspaceRoute,
  path: '/backtests/sweeps',
  validateSearch: sweepsSearch,
  component: lazyRouteComponent(() => import('~/features/sweeps/SweepsPage'), 'SweepsPage'),
});

const newSweepRoute = createRoute({
  getParentRoute: () => workspaceRoute,
  path: '/backtests/sweeps/new',
  validateSearch: newSweepSearch,
  component: lazyRouteComponent(() => import('~/features/sweeps/NewSweepPage'), 'NewSweepPage'),
});

const sweepRoute = createRoute({
  getParentRoute: () => workspaceRoute,
  path: '/backtests/sweeps/$id',
  validateSearch: sweepSearch,
  component: lazyRouteComponent(() => import('~/features/sweeps/SweepPage'), 'SweepPage'),
});

const backtestRoute = createRoute({
  getParentRoute: () => workspaceRoute,
  path: '/backtests/$id',
  validateSearch: backtestSearch,
  component: lazyRouteComponent(() => import('~/features/backtests/ResultPage'), 'ResultPage'),
});

const scannerRoute = createRoute({
  getParentRoute: () => workspaceRoute,
  path: '/scanner',
  validateSearch: scannerSearch,
  component: lazyRouteComponent(() => import('~/features/scanner/ScannerPage'), 'ScannerPage'),
});

const heatmapRoute = createRoute({
  getParentRoute: () => workspaceRoute,
  path: '/heatmap',
  validateSearch: heatmapSearch,
  component: lazyRouteComponent(() => import('~/features/heatmap/HeatmapPage'), 'HeatmapPage'),
});

const jobsRoute = createRoute({
  getParentRoute: () => workspaceRoute,
  path: '/jobs',
  validateSearch: jobsSearch,
  component: lazyRouteComponent(() => import('~/features/jobs/JobsPage'), 'JobsPage'),
});

const settingsRoute = createRoute({
  getParentRoute: () => workspaceRoute,
  path: '/settings',
  component: lazyRouteComponent(() => import('~/features/workspaces/SettingsPage'), 'SettingsPage'),
});

const routeTree = rootRoute.addChildren([
  indexRoute,
  oldChartRoute,
  oldBacktestsRoute,
  workspaceRoute.addChildren([
    workspaceIndexRoute,
    chartRoute,
    scannerRoute,
    heatmapRoute,
    backtestsRoute,
    compareRoute,
    newBacktestRoute,
    sweepsRoute,
    newSweepRoute,
    sweepRoute,
    backtestRoute,
    jobsRoute,
    settingsRoute,
  ]),
]);

export function createAppRouter(queryClient: QueryClient) {
  return createRouter({
    routeTree,
    context: { queryClient },
    basepath: basePath,
    parseSearch: (query) => parseQuery(query),
    stringifySearch: stringifyQuery,
    defaultPreload: 'intent',
    defaultPreloadStaleTime: 0,
    defaultErrorComponent: PageError,
    defaultPendingComponent: PagePending,
    scrollRestoration: false,
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}

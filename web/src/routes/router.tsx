import type { QueryClient } from '@tanstack/react-query';
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from '@tanstack/react-router';
import { describeError } from '~/api/problem';
import { sessionQuery } from '~/api/session';
import { leave } from '~/features/account/leave';
import { NotFoundPage } from '~/features/shell/NotFoundPage';
import { PageError, PagePending } from '~/features/shell/PageStates';
import { Root } from '~/features/shell/Root';
import { basePath } from '~/lib/base';
import { parseQuery, stringifyQuery } from '~/lib/search';
import {
  accountSearch,
  auditSearch,
  backtestSearch,
  backtestsSearch,
  categorySetSearch,
  chartSearch,
  compareSearch,
  dataSearch,
  heatmapSearch,
  jobsSearch,
  membersSearch,
  newBacktestSearch,
  newPlanSearch,
  newSweepSearch,
  ordersSearch,
  paperAccountSearch,
  planSearch,
  plansSearch,
  rootSearch,
  scannerSearch,
  sweepSearch,
  sweepsSearch,
  usersSearch,
} from './search';

const rootRoute = createRootRouteWithContext<{ queryClient: QueryClient }>()({
  component: Root,
  validateSearch: rootSearch,
  notFoundComponent: NotFoundPage,
});

interface Loading {
  context: { queryClient: QueryClient };
}

/** Whoever turns out not to be signed in goes to the page for that, and comes back to where they wanted to go. */
async function requireSession({ context }: Loading) {
  try {
    return await context.queryClient.ensureQueryData(sessionQuery);
  } catch (error) {
    if (describeError(error).status !== 401) throw error;
    leave(true);
    return new Promise<never>(() => {}); // that page is being loaded
  }
}

// What stands behind "#" is the token: it stays in the browser.
const inviteRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/invite',
  component: lazyRouteComponent(() => import('~/features/account/InvitePage'), 'InvitePage'),
});

/** Pages of a person, not of a workspace. */
const personalRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'personal',
  loader: requireSession,
  component: lazyRouteComponent(() => import('~/features/shell/PersonalLayout'), 'PersonalLayout'),
});

const accountRoute = createRoute({
  getParentRoute: () => personalRoute,
  path: '/settings',
  validateSearch: accountSearch,
  component: lazyRouteComponent(() => import('~/features/account/AccountPage'), 'AccountPage'),
});

const usersRoute = createRoute({
  getParentRoute: () => personalRoute,
  path: '/admin/users',
  validateSearch: usersSearch,
  component: lazyRouteComponent(() => import('~/features/admin/UsersPage'), 'UsersPage'),
});

const instanceAuditRoute = createRoute({
  getParentRoute: () => personalRoute,
  path: '/admin/audit',
  validateSearch: auditSearch,
  component: lazyRouteComponent(() => import('~/features/admin/InstanceAuditPage'), 'InstanceAuditPage'),
});

const adminRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/admin',
  beforeLoad: () => {
    throw redirect({ to: '/admin/users', replace: true });
  },
});

const noWorkspaceRoute = createRoute({
  getParentRoute: () => personalRoute,
  path: '/no-workspace',
  component: lazyRouteComponent(() => import('~/features/workspaces/NoWorkspacePage'), 'NoWorkspacePage'),
});

// The address without a workspace goes to the one last worked in; so do the old single-user addresses.
const toActiveWorkspace = (page: 'chart' | 'backtests' | 'plans') => ({
  loader: async (loading: Loading) => {
    const session = await requireSession(loading);
    if (session.active_workspace_id === '') throw redirect({ to: '/no-workspace', replace: true });
    const params = { ws: session.active_workspace_id };
    throw redirect({ to: `/w/$ws/${page}`, params, search: true, replace: true });
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

const oldPlansRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/plans',
  ...toActiveWorkspace('plans'),
});

const workspaceRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/w/$ws',
  loader: requireSession,
  component: lazyRouteComponent(() => import('~/features/shell/WorkspaceLayout'), 'WorkspaceLayout'),
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

const categorySetsRoute = createRoute({
  getParentRoute: () => workspaceRoute,
  path: '/categories',
  component: lazyRouteComponent(() => import('~/features/categories/SetsPage'), 'SetsPage'),
});

const categorySetRoute = createRoute({
  getParentRoute: () => workspaceRoute,
  path: '/categories/$id',
  validateSearch: categorySetSearch,
  component: lazyRouteComponent(() => import('~/features/categories/SetPage'), 'SetPage'),
});

const dataRoute = createRoute({
  getParentRoute: () => workspaceRoute,
  path: '/data',
  validateSearch: dataSearch,
  component: lazyRouteComponent(() => import('~/features/data/DataPage'), 'DataPage'),
});

const plansRoute = createRoute({
  getParentRoute: () => workspaceRoute,
  path: '/plans',
  validateSearch: plansSearch,
  component: lazyRouteComponent(() => import('~/features/plans/PlansPage'), 'PlansPage'),
});

const newPlanRoute = createRoute({
  getParentRoute: () => workspaceRoute,
  path: '/plans/new',
  validateSearch: newPlanSearch,
  component: lazyRouteComponent(() => import('~/features/plans/NewPlanPage'), 'NewPlanPage'),
});

const planRoute = createRoute({
  getParentRoute: () => workspaceRoute,
  path: '/plans/$id',
  validateSearch: planSearch,
  component: lazyRouteComponent(() => import('~/features/plans/PlanPage'), 'PlanPage'),
});

const accountsRoute = createRoute({
  getParentRoute: () => workspaceRoute,
  path: '/accounts',

  component: lazyRouteComponent(() => import('~/features/accounts/AccountsPage'), 'AccountsPage'),
});

const paperAccountRoute = createRoute({
  getParentRoute: () => workspaceRoute,
  path: '/accounts/$id',
  validateSearch: paperAccountSearch,
  component: lazyRouteComponent(() => import('~/features/accounts/AccountPage'), 'AccountPage'),
});

const ordersRoute = createRoute({
  getParentRoute: () => workspaceRoute,
  path: '/orders',
  validateSearch: ordersSearch,
  component: lazyRouteComponent(() => import('~/features/orders/OrdersPage'), 'OrdersPage'),
});

const jobsRoute = createRoute({
  getParentRoute: () => workspaceRoute,
  path: '/jobs',
  validateSearch: jobsSearch,
  component: lazyRouteComponent(() => import('~/features/jobs/JobsPage'), 'JobsPage'),
});

const membersRoute = createRoute({
  getParentRoute: () => workspaceRoute,
  path: '/members',
  validateSearch: membersSearch,
  component: lazyRouteComponent(() => import('~/features/members/MembersPage'), 'MembersPage'),
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
  oldPlansRoute,
  inviteRoute,
  adminRoute,
  personalRoute.addChildren([accountRoute, usersRoute, instanceAuditRoute, noWorkspaceRoute]),
  workspaceRoute.addChildren([
    workspaceIndexRoute,
    chartRoute,
    scannerRoute,
    heatmapRoute,
    categorySetsRoute,
    categorySetRoute,
    backtestsRoute,
    compareRoute,
    newBacktestRoute,
    sweepsRoute,
    newSweepRoute,
    sweepRoute,
    backtestRoute,
    plansRoute,
    newPlanRoute,
    planRoute,
    accountsRoute,
    paperAccountRoute,
    ordersRoute,
    dataRoute,
    jobsRoute,
    membersRoute,
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

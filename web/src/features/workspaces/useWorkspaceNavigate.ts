import { useLocation, useNavigate } from '@tanstack/react-router';

/** Pages whose address has nothing that means the same in another workspace. */
const ALIKE = {
  heatmap: '/w/$ws/heatmap',
  categories: '/w/$ws/categories',
  backtests: '/w/$ws/backtests',
  plans: '/w/$ws/plans',
  accounts: '/w/$ws/accounts',
  orders: '/w/$ws/orders',
  data: '/w/$ws/data',
  members: '/w/$ws/members',
  settings: '/w/$ws/settings',
} as const;

/** Opens another workspace on the same page; ids that belong to the one left (a backtest, a run) are dropped. */
export function useWorkspaceNavigate() {
  const navigate = useNavigate();
  const pathname = useLocation({ select: ({ pathname }) => pathname });
  const page = /\/w\/[^/]+\/([a-z]+)/.exec(pathname)?.[1] ?? 'chart';
  const isNew = pathname.endsWith('/backtests/new');

  return (ws: string) => {
    const params = { ws };
    if (page === 'jobs')
      return void navigate({
        to: '/w/$ws/jobs',
        params,
        search: ({ status, kind }) => ({ status, kind: kind === 'ratio' ? undefined : kind }),
      });
    if (page === 'scanner')
      return void navigate({
        to: '/w/$ws/scanner',
        params,
        search: ({ interval, category, quote }) => ({ interval, category, quote }),
      });
    if (isNew)
      return void navigate({
        to: '/w/$ws/backtests/new',
        params,
        search: (old) => ({ ...old, 'from-run': undefined, 'category-set': undefined }),
      });
    if (page in ALIKE) return void navigate({ to: ALIKE[page as keyof typeof ALIKE], params });
    return void navigate({
      to: '/w/$ws/chart',
      params,
      search: ({ symbol, interval, from, to, scale, ind, cmp, view }) => ({
        symbol,
        interval,
        from,
        to,
        scale,
        ind,
        cmp,
        view: view === 'table' ? view : undefined,
      }),
    });
  };
}

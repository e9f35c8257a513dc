import { useLocation, useNavigate } from '@tanstack/react-router';

/** Opens another workspace on the same page; ids that belong to the one left (a backtest, a run) are dropped. */
export function useWorkspaceNavigate() {
  const navigate = useNavigate();
  const pathname = useLocation({ select: ({ pathname }) => pathname });
  const page =
    /\/w\/[^/]+\/(scanner|heatmap|categories|backtests|plans|accounts|orders|jobs|members|settings)/.exec(
      pathname,
    )?.[1] ?? 'chart';
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
    if (page === 'heatmap') return void navigate({ to: '/w/$ws/heatmap', params });
    if (page === 'categories') return void navigate({ to: '/w/$ws/categories', params });
    if (page === 'members') return void navigate({ to: '/w/$ws/members', params });
    if (page === 'plans') return void navigate({ to: '/w/$ws/plans', params });
    if (page === 'accounts') return void navigate({ to: '/w/$ws/accounts', params });
    if (page === 'orders') return void navigate({ to: '/w/$ws/orders', params });
    if (page === 'settings') return void navigate({ to: '/w/$ws/settings', params });
    if (isNew)
      return void navigate({
        to: '/w/$ws/backtests/new',
        params,
        search: (old) => ({ ...old, 'from-run': undefined, 'category-set': undefined }),
      });
    if (page === 'backtests') return void navigate({ to: '/w/$ws/backtests', params });
    return void navigate({
      to: '/w/$ws/chart',
      params,
      search: ({ symbol, interval, from, to, scale, ind, view }) => ({
        symbol,
        interval,
        from,
        to,
        scale,
        ind,
        view: view === 'table' ? view : undefined,
      }),
    });
  };
}

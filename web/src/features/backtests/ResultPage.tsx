import { Alert, Button, Menu, Tabs } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { backtestQuery, equityQuery, tradesQuery } from '~/api/backtests';
import type { Backtest, EquityPoint } from '~/api/client';
import { strategiesQuery } from '~/api/market';
import { Icon } from '~/components/Icon';
import { LinkButton } from '~/components/LinkButton';
import { PanelBoundary } from '~/components/PanelBoundary';
import { ErrorState, SkeletonBlock, SkeletonRows } from '~/components/States';
import { downloadCsv, saveFile } from '~/lib/download';
import { type Interval, isInterval } from '~/lib/interval';
import { formatBarTime, formatDateTime, zoneLabel } from '~/lib/time';
import { toastError } from '~/lib/toast';
import { useTitle } from '~/lib/useTitle';
import { useZone } from '~/lib/useZone';
import { DeleteDialog } from './DeleteDialog';
import { EquityPanel } from './EquityPanel';
import { MetricGroups, MetricTiles } from './MetricTiles';
import { MonthlyTable } from './MonthlyTable';
import classes from './ResultPage.module.css';
import { RunDetails } from './RunDetails';
import { TradesTable } from './TradesTable';

const route = getRouteApi('/w/$ws/backtests/$id');

export function ResultPage() {
  const { ws, id } = route.useParams();
  const backtest = useQuery(backtestQuery(ws, id));
  if (backtest.isPending)
    return (
      <div className={classes.page}>
        <SkeletonRows rows={2} height={28} />
        <SkeletonBlock height={110} />
        <SkeletonBlock height={420} />
      </div>
    );
  if (backtest.isError)
    return (
      <>
        <h1 className="visually-hidden">Backtest</h1>
        <ErrorState error={backtest.error} onRetry={() => void backtest.refetch()}>
          <LinkButton variant="default" to="/w/$ws/backtests" params={{ ws }}>
            All backtests
          </LinkButton>
        </ErrorState>
      </>
    );
  return <Result backtest={backtest.data} />;
}

const benchmarkReturn = (points: EquityPoint[] | undefined) => {
  const last = points?.[points.length - 1];
  const first = points?.[0];
  return first && last && first.benchmark > 0 ? last.benchmark / first.benchmark - 1 : undefined;
};

function Result({ backtest }: { backtest: Backtest }) {
  const { ws, id } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const [zone] = useZone();
  useTitle(`${backtest.name ?? backtest.request.strategy_id} · ${backtest.request.symbol}`);
  const equity = useQuery(equityQuery(ws, id));
  const trades = useQuery(tradesQuery(ws, id));
  const { data: strategies } = useQuery(strategiesQuery);
  const strategy = strategies?.find((one) => one.id === backtest.request.strategy_id);
  const interval: Interval = isInterval(backtest.request.interval) ? backtest.request.interval : '1d';
  const change = (next: Partial<typeof search>, replace = false) =>
    void navigate({ search: (old) => ({ ...old, ...next }), replace });
  const path = `/api/v1/workspaces/${ws}/backtests/${id}`;
  const save = (list: 'equity' | 'trades') =>
    downloadCsv(`${path}/${list}`, `${fileName(backtest)}-${list}.csv`).catch((error: unknown) =>
      toastError('Could not export', error),
    );
  const sortKey = search.sort?.replace(/^-/, '') ?? 'number';

  return (
    <div className={classes.page}>
      <Header backtest={backtest} interval={interval} firstBar={equity.data?.[0]?.time} onExport={save} />
      {backtest.liquidated_at !== null && (
        <Alert color="red" variant="light" title="The equity was gone">
          Everything was closed at {formatDateTime(backtest.liquidated_at, zone)} {zoneLabel(zone)}; nothing
          traded after it.
        </Alert>
      )}
      {backtest.warnings.length > 0 && (
        <Alert color="yellow" variant="light" title="Warnings">
          {backtest.warnings.join(' ')}
        </Alert>
      )}
      <MetricTiles backtest={backtest} benchmarkReturn={benchmarkReturn(equity.data)} />
      <Tabs
        value={search.tab ?? 'overview'}
        onChange={(tab) => change({ tab: tab === 'overview' ? undefined : (tab as typeof search.tab) })}
        keepMounted={false}
      >
        <Tabs.List>
          <Tabs.Tab value="overview">Overview</Tabs.Tab>
          <Tabs.Tab value="trades">Trades {backtest.metrics.trades + backtest.metrics.open_trades}</Tabs.Tab>
          <Tabs.Tab value="params">Parameters and data</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="overview" className={classes.panel}>
          {equity.isPending && <SkeletonBlock height={424} />}
          {equity.isError && <ErrorState error={equity.error} onRetry={() => void equity.refetch()} />}
          {equity.data && (
            <PanelBoundary resetKey={id}>
              <EquityPanel
                points={equity.data}
                interval={interval}
                zone={zone}
                log={search.scale === 'log'}
                onLog={(log) => change({ scale: log ? 'log' : undefined }, true)}
                table={search.view === 'table'}
                onTable={(table) => change({ view: table ? 'table' : undefined })}
              />
            </PanelBoundary>
          )}
          <PanelBoundary resetKey={id}>
            <MonthlyTable months={backtest.metrics.monthly_returns} />
          </PanelBoundary>
          <MetricGroups backtest={backtest} />
        </Tabs.Panel>
        <Tabs.Panel value="trades" className={classes.panel}>
          {trades.isPending && <SkeletonRows rows={10} />}
          {trades.isError && <ErrorState error={trades.error} onRetry={() => void trades.refetch()} />}
          {trades.data && (
            <PanelBoundary resetKey={id}>
              <TradesTable
                trades={trades.data}
                interval={interval}
                zone={zone}
                sort={{ key: sortKey, descending: search.sort?.startsWith('-') ?? false }}
                onSort={({ key, descending }) => change({ sort: (descending ? '-' : '') + key }, true)}
                side={search.side}
                onSide={(side) => change({ side }, true)}
                onExport={() => void save('trades')}
              />
            </PanelBoundary>
          )}
        </Tabs.Panel>
        <Tabs.Panel value="params" className={classes.panel}>
          <RunDetails backtest={backtest} strategy={strategy} zone={zone} />
        </Tabs.Panel>
      </Tabs>
    </div>
  );
}

const fileName = ({ request, id }: Backtest) =>
  `${request.strategy_id}-${request.symbol.replace('/', '_')}-${request.interval}-${id.slice(-6)}`;

interface HeaderProps {
  backtest: Backtest;
  interval: Interval;
  firstBar: number | undefined;
  onExport: (list: 'equity' | 'trades') => void;
}

function Header({ backtest, interval, firstBar, onExport }: HeaderProps) {
  const { ws, id } = route.useParams();
  const navigate = route.useNavigate();
  const [zone] = useZone();
  const [deleting, setDeleting] = useState(false);
  const { request, data } = backtest;
  const bar = (seconds: number) => formatBarTime(seconds, interval, zone);
  return (
    <header className={classes.header}>
      <div className={classes.heading}>
        <h1>{backtest.name ?? request.strategy_id}</h1>
        <p className="num">
          {backtest.name && <span>{request.strategy_id}</span>}
          <span>{request.symbol}</span>
          <span>{request.interval}</span>
          <span>
            {bar(firstBar ?? data.first)} → {bar(data.last)} {zoneLabel(zone)}
          </span>
        </p>
      </div>
      <div className={classes.actions}>
        <LinkButton
          to="/w/$ws/chart"
          params={{ ws }}
          search={{ symbol: request.symbol, interval, run: id, from: firstBar ?? data.first, to: data.last }}
          leftSection={<Icon name="chart" size={15} />}
        >
          Show on chart
        </LinkButton>
        <LinkButton
          variant="default"
          to="/w/$ws/backtests/new"
          params={{ ws }}
          search={{ 'from-run': id }}
          leftSection={<Icon name="duplicate" size={15} />}
        >
          Duplicate & edit
        </LinkButton>
        <Menu position="bottom-end">
          <Menu.Target>
            <Button variant="default" leftSection={<Icon name="download" size={15} />}>
              Export
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item onClick={() => onExport('equity')}>Equity, CSV</Menu.Item>
            <Menu.Item onClick={() => onExport('trades')}>Trades, CSV</Menu.Item>
            <Menu.Item
              onClick={() =>
                saveFile(`${fileName(backtest)}.json`, 'application/json', JSON.stringify(backtest, null, 2))
              }
            >
              Result, JSON
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
        <Button variant="default" px={8} aria-label="Delete this backtest" onClick={() => setDeleting(true)}>
          <Icon name="trash" size={15} />
        </Button>
      </div>
      <DeleteDialog
        backtest={deleting ? backtest : undefined}
        ws={ws}
        onClose={() => setDeleting(false)}
        onDeleted={() => void navigate({ to: '/w/$ws/backtests', params: { ws } })}
      />
    </header>
  );
}

import { Button, Menu, Tabs } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { equityQuery, tradesQuery } from '~/api/backtests';
import type { EquityPoint, Strategy } from '~/api/client';
import type { CompletedBacktest } from '~/api/completed';
import { Gated } from '~/components/Gated';
import { Icon } from '~/components/Icon';
import { LinkButton } from '~/components/LinkButton';
import { Notice } from '~/components/Notice';
import { PanelBoundary } from '~/components/PanelBoundary';
import { asSentence } from '~/components/Problem';
import { ErrorState, SkeletonBlock, SkeletonRows } from '~/components/States';
import { downloadCsv, saveFile } from '~/lib/download';
import { formatTrades } from '~/lib/format';
import type { Interval } from '~/lib/interval';
import { formatBarTime, formatDateTime, zoneLabel } from '~/lib/time';
import { toastError } from '~/lib/toast';
import { useTitle } from '~/lib/useTitle';
import { useZone } from '~/lib/useZone';
import { AttributionTable } from './AttributionTable';
import { DrawdownTable } from './DrawdownTable';
import { deepestText } from './drawdowns';
import { EquityPanel } from './EquityPanel';
import { BACKTEST } from './kinds';
import { LabelButton, LabelLines, StarButton } from './Labels';
import { benchmarkName, MetricGroups, MetricTiles } from './MetricTiles';
import { MonthlyTable } from './MonthlyTable';
import { RebalancesTable } from './RebalancesTable';
import classes from './ResultPage.module.css';
import { DeleteButton, DuplicateButton, RunAgainButton } from './RunActions';
import { intervalOf, runChart } from './RunChartLink';
import { RunDetails } from './RunDetails';
import { RunHeader } from './RunHeader';
import { TradesTable } from './TradesTable';
import { TrustGroup } from './TrustGroup';
import { useVerify, type VerifyState } from './useVerify';
import { VerifyPanel } from './VerifyPanel';

const route = getRouteApi('/w/$ws/backtests/$id');

const benchmarkReturn = (points: EquityPoint[] | undefined) => {
  const last = points?.[points.length - 1];
  const first = points?.[0];
  return first && last && first.benchmark > 0 ? last.benchmark / first.benchmark - 1 : undefined;
};

type List = 'equity' | 'trades' | 'rebalances';

interface Props {
  backtest: CompletedBacktest;
  strategy: Strategy | undefined;
}

export function CompletedRun({ backtest, strategy }: Props) {
  const { ws, id } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const [zone] = useZone();
  useTitle(`${backtest.name ?? backtest.strategy_id} · ${backtest.symbol}`);
  const equity = useQuery(equityQuery(ws, id));
  const trades = useQuery(tradesQuery(ws, id));
  const interval = intervalOf(backtest);
  const change = (next: Partial<typeof search>, replace = false) =>
    void navigate({ search: (old) => ({ ...old, ...next }), replace });
  const verify = useVerify(ws, id, search.verify, (job) => change({ verify: job }, true));
  const path = `/api/v1/workspaces/${ws}/backtests/${id}`;
  const save = (list: List) =>
    downloadCsv(`${path}/${list}`, `${fileName(backtest)}-${list}.csv`, {}).catch((error: unknown) =>
      toastError('Could not export', error),
    );
  const sortKey = search.sort?.replace(/^-/, '') ?? 'number';

  return (
    <div className={classes.page}>
      <Header
        backtest={backtest}
        interval={interval}
        firstBar={equity.data?.[0]?.time}
        onExport={save}
        verify={verify}
      />
      <VerifyPanel ws={ws} interval={interval} zone={zone} state={verify} />
      {backtest.liquidated_at !== null && (
        <Notice kind="bad" title="The equity was gone">
          Everything was closed at {formatDateTime(backtest.liquidated_at, zone)} {zoneLabel(zone)}; nothing
          traded after it.
        </Notice>
      )}
      {backtest.warnings.length > 0 && (
        <Notice title="Warnings">
          <ul className="ui-list">
            {backtest.warnings.map((warning) => (
              <li key={warning}>{asSentence(warning)}</li>
            ))}
          </ul>
        </Notice>
      )}
      {backtest.metrics.trades + backtest.metrics.open_trades === 0 && (
        <Notice title="No trade was made">The strategy gave no signal over these bars.</Notice>
      )}
      <MetricTiles
        backtest={backtest}
        benchmarkReturn={benchmarkReturn(equity.data)}
        deepest={deepestText(equity.data ?? [], interval, zone)}
      />
      <Tabs
        value={search.tab ?? 'overview'}
        onChange={(tab) => change({ tab: tab === 'overview' ? undefined : (tab as typeof search.tab) })}
        keepMounted={false}
      >
        <Tabs.List>
          <Tabs.Tab value="overview">Overview</Tabs.Tab>
          <Tabs.Tab value="trades">Trades {formatTrades(backtest.metrics)}</Tabs.Tab>
          {backtest.kind === 'category_momentum' && <Tabs.Tab value="rebalances">Rebalances</Tabs.Tab>}
          <Tabs.Tab value="params">Parameters and data</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="overview" className={classes.panel}>
          {equity.isPending && <SkeletonBlock height={424} />}
          {equity.isError && <ErrorState error={equity.error} onRetry={() => void equity.refetch()} />}
          {equity.data && (
            <PanelBoundary resetKey={id}>
              <EquityPanel
                points={equity.data}
                benchmark={benchmarkName(backtest)}
                interval={interval}
                zone={zone}
                log={search.scale === 'log'}
                onLog={(log) => change({ scale: log ? 'log' : undefined }, true)}
                alone={search.curve === 'alone'}
                onAlone={(alone) => change({ curve: alone ? 'alone' : undefined }, true)}
                table={search.view === 'table'}
                onTable={(table) => change({ view: table ? 'table' : undefined })}
              />
            </PanelBoundary>
          )}
          <PanelBoundary resetKey={id}>
            <AttributionTable
              backtest={backtest}
              all={search.rows === 'all'}
              onAll={(all) => change({ rows: all ? 'all' : undefined }, true)}
            />
          </PanelBoundary>
          <PanelBoundary resetKey={id}>
            <MonthlyTable months={backtest.metrics.monthly_returns} />
          </PanelBoundary>
          {equity.data && (
            <PanelBoundary resetKey={id}>
              <DrawdownTable points={equity.data} interval={interval} zone={zone} />
            </PanelBoundary>
          )}
          <MetricGroups backtest={backtest}>
            <TrustGroup backtest={backtest} verify={verify} />
          </MetricGroups>
        </Tabs.Panel>
        <Tabs.Panel value="trades" className={classes.panel}>
          {trades.isPending && <SkeletonRows rows={10} />}
          {trades.isError && <ErrorState error={trades.error} onRetry={() => void trades.refetch()} />}
          {trades.data && (
            <PanelBoundary resetKey={id}>
              <TradesTable
                backtest={backtest}
                trades={trades.data}
                zone={zone}
                sort={{ key: sortKey, descending: search.sort?.startsWith('-') ?? false }}
                onSort={({ key, descending }) => change({ sort: (descending ? '-' : '') + key }, true)}
                filter={search}
                onFilter={(filter) => change(filter, true)}
                onExport={() => void save('trades')}
              />
            </PanelBoundary>
          )}
        </Tabs.Panel>
        <Tabs.Panel value="rebalances" className={classes.panel}>
          <PanelBoundary resetKey={id}>
            <RebalancesTable backtest={backtest} zone={zone} />
          </PanelBoundary>
        </Tabs.Panel>
        <Tabs.Panel value="params" className={classes.panel}>
          <RunDetails backtest={backtest} strategy={strategy} zone={zone} />
        </Tabs.Panel>
      </Tabs>
    </div>
  );
}

const fileName = ({ strategy_id, symbol, interval, id }: CompletedBacktest) =>
  `${strategy_id}-${symbol.replace(/[/: ]/g, '_')}-${interval}-${id.slice(-6)}`;

interface HeaderProps {
  backtest: CompletedBacktest;
  interval: Interval;
  firstBar: number | undefined;
  onExport: (list: List) => void;
  verify: VerifyState;
}

function Header({ backtest, interval, firstBar, onExport, verify }: HeaderProps) {
  const { ws, id } = route.useParams();
  const [zone] = useZone();
  const { kind, symbol, data } = backtest;
  const first = firstBar ?? data.first;
  const bar = (seconds: number) => formatBarTime(seconds, interval, zone);
  return (
    <RunHeader
      backtest={backtest}
      range={`${bar(first)} → ${bar(data.last)} ${zoneLabel(zone)}`}
      marks={
        <>
          <StarButton ws={ws} kind={BACKTEST} row={backtest} />
          <LabelButton ws={ws} kind={BACKTEST} row={backtest} />
        </>
      }
      below={<LabelLines row={backtest} />}
    >
      {kind === 'single' && (
        <LinkButton
          to="/w/$ws/chart"
          params={{ ws }}
          search={runChart(backtest, symbol, { from: first, to: data.last })}
          leftSection={<Icon name="chart" size={15} />}
        >
          Show on chart
        </LinkButton>
      )}
      {kind === 'single' && (
        <Gated needs="trader">
          <LinkButton
            variant="default"
            to="/w/$ws/plans/new"
            params={{ ws }}
            search={{ 'from-run': id }}
            leftSection={<Icon name="plan" size={15} />}
          >
            Plan it
          </LinkButton>
        </Gated>
      )}
      <Gated needs="trader">
        <Button
          variant="default"
          leftSection={<Icon name="shield" size={15} />}
          title="Run it again over exactly the candles it read, and compare"
          loading={verify.isPending}
          onClick={verify.start}
        >
          Verify
        </Button>
      </Gated>
      <RunAgainButton ws={ws} backtest={backtest} />
      <DuplicateButton ws={ws} backtest={backtest} />
      <LinkButton
        variant="default"
        to="/w/$ws/backtests"
        params={{ ws }}
        search={{ sel: id }}
        leftSection={<Icon name="columns" size={15} />}
      >
        Compare…
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
          {kind === 'category_momentum' && (
            <Menu.Item onClick={() => onExport('rebalances')}>Rebalances, CSV</Menu.Item>
          )}
          <Menu.Item
            onClick={() =>
              saveFile(`${fileName(backtest)}.json`, 'application/json', JSON.stringify(backtest, null, 2))
            }
          >
            Result, JSON
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <DeleteButton ws={ws} backtest={backtest} />
    </RunHeader>
  );
}

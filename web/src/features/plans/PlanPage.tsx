import { Tabs } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { accountQuery } from '~/api/accounts';
import type { TradePlan } from '~/api/client';
import { planPnlQuery, planQuery } from '~/api/plans';
import { Ago } from '~/components/Ago';
import { Gated, GatedNote } from '~/components/Gated';
import { LinkButton } from '~/components/LinkButton';
import { Notice } from '~/components/Notice';
import { PanelBoundary } from '~/components/PanelBoundary';
import { ErrorState, SkeletonRows } from '~/components/States';
import { useNames } from '~/features/categories/useNames';
import { formatDateTime, isoSeconds, zoneLabel } from '~/lib/time';
import { useTitle } from '~/lib/useTitle';
import { useZone } from '~/lib/useZone';
import { FillsTab } from './FillsTab';
import { HistoryTab } from './HistoryTab';
import { LegsTable } from './LegsTable';
import { MoveButtons } from './MoveButtons';
import { MoveDialogs, type Moving } from './MoveDialogs';
import classes from './Paper.module.css';
import { PlanChart } from './PlanChart';
import { PlanState } from './PlanMarks';
import { PlanTexts } from './PlanTexts';
import { PnlCurve } from './PnlCurve';
import { PnlTiles } from './PnlTiles';
import { ReplayTab } from './ReplayTab';
import { StopsButton } from './StopsDialog';
import { CLOSE_WORDS, planName, ruleText, TYPE_WORDS } from './words';

const route = getRouteApi('/w/$ws/plans/$id');

/** One plan: what it is, what it has made, and how it came to be as it is. */
export function PlanPage() {
  const { ws, id } = route.useParams();
  const plan = useQuery(planQuery(ws, id));
  useTitle(plan.data ? planName(plan.data.body) : 'Plan');
  if (plan.isPending)
    return (
      <div className={classes.page}>
        <SkeletonRows rows={8} />
      </div>
    );
  if (plan.isError)
    return (
      <>
        <h1 className="visually-hidden">Plan</h1>
        <ErrorState error={plan.error} onRetry={() => void plan.refetch()}>
          <LinkButton variant="default" to="/w/$ws/plans" params={{ ws }}>
            All plans
          </LinkButton>
        </ErrorState>
      </>
    );
  return <Loaded plan={plan.data.body} etag={plan.data.etag} />;
}

function Loaded({ plan, etag }: { plan: TradePlan; etag: string }) {
  const { ws, id } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const pnl = useQuery(planPnlQuery(ws, id));
  const account = useQuery(accountQuery(ws, plan.account_id));
  const [moving, setMoving] = useState<Moving>();
  const wasOpened = plan.opened_at !== null;
  const tab = search.tab ?? 'overview';
  const change = (next: Partial<typeof search>) => void navigate({ search: (old) => ({ ...old, ...next }) });
  return (
    <div className={classes.page}>
      <Header plan={plan} onMove={(to) => setMoving({ id, to })} />
      <GatedNote needs="trader" what="You can look at this plan" />
      {plan.invalidated_at && plan.invalidation_rule && <Invalidated plan={plan} />}
      {wasOpened && pnl.data && <PnlTiles pnl={pnl.data} plan={plan} unit={account.data?.body.currency} />}
      {wasOpened && pnl.isError && <ErrorState error={pnl.error} onRetry={() => void pnl.refetch()} />}
      <Tabs
        value={tab}
        onChange={(next) => change({ tab: next === 'overview' ? undefined : (next as typeof search.tab) })}
        keepMounted={false}
      >
        <Tabs.List>
          <Tabs.Tab value="overview">Overview</Tabs.Tab>
          <Tabs.Tab value="chart">Chart</Tabs.Tab>
          {wasOpened && <Tabs.Tab value="fills">Fills</Tabs.Tab>}
          {wasOpened && <Tabs.Tab value="replay">Replay</Tabs.Tab>}
          <Tabs.Tab value="history">History</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="overview" className="ui-panel">
          {wasOpened && (
            <PanelBoundary resetKey={id}>
              <PnlCurve
                ws={ws}
                plan={plan}
                isTable={search.view === 'table'}
                onTable={(isTable) => change({ view: isTable ? 'table' : undefined })}
              />
            </PanelBoundary>
          )}
          <LegsTable plan={plan} pnl={pnl.data} />
          <PlanTexts key={id} ws={ws} plan={plan} etag={etag} />
        </Tabs.Panel>
        <Tabs.Panel value="chart" className="ui-panel">
          <PanelBoundary resetKey={`${id} ${search.leg ?? ''}`}>
            <PlanChart ws={ws} plan={plan} legId={search.leg} interval={search.interval} onChange={change} />
          </PanelBoundary>
        </Tabs.Panel>
        <Tabs.Panel value="fills" className="ui-panel">
          <FillsTab ws={ws} id={id} />
        </Tabs.Panel>
        <Tabs.Panel value="replay" className="ui-panel">
          <ReplayTab ws={ws} id={id} />
        </Tabs.Panel>
        <Tabs.Panel value="history" className="ui-panel">
          <HistoryTab ws={ws} plan={plan} />
        </Tabs.Panel>
      </Tabs>
      <MoveDialogs ws={ws} moving={moving} onClose={() => setMoving(undefined)} />
    </div>
  );
}

interface HeaderProps {
  plan: TradePlan;
  onMove: (to: Moving['to']) => void;
}

function Header({ plan, onMove }: HeaderProps) {
  const { ws, id } = route.useParams();
  const nameOf = useNames(ws);
  const since = {
    planned: plan.created_at,
    open: plan.opened_at,
    closed: plan.closed_at,
    cancelled: plan.cancelled_at,
  };
  return (
    <header className="ui-apart">
      <div>
        <h1>{planName(plan)}</h1>
        <p className="ui-footer">
          <b>
            <PlanState status={plan.status} />
          </b>
          {plan.close_reason && <span>{CLOSE_WORDS[plan.close_reason]}</span>}
          <Ago iso={since[plan.status]} />
          <span>{TYPE_WORDS[plan.trade_type]}</span>
          {plan.strategy_tag && <span>{plan.strategy_tag}</span>}
          <span>{plan.account_id}</span>
          <span>by {nameOf(plan.created_by)}</span>
          <span>version {plan.version}</span>
        </p>
      </div>
      <span className={classes.actions}>
        <MoveButtons plan={plan} onMove={onMove} size="xs" />
        {plan.status === 'planned' && (
          <Gated needs="trader">
            <LinkButton variant="default" to="/w/$ws/plans/new" params={{ ws }} search={{ edit: id }}>
              Change…
            </LinkButton>
          </Gated>
        )}
        {plan.status === 'open' && <StopsButton ws={ws} plan={plan} />}
        <Gated needs="trader">
          <LinkButton variant="default" to="/w/$ws/plans/new" params={{ ws }} search={{ 'from-plan': id }}>
            Plan again
          </LinkButton>
        </Gated>
      </span>
    </header>
  );
}

function Invalidated({ plan }: { plan: TradePlan }) {
  const [zone] = useZone();
  if (!plan.invalidated_at || !plan.invalidation_rule) return null;
  return (
    <Notice title="The idea is wrong by now">
      {ruleText(plan.invalidation_rule)}: that came true{' '}
      {formatDateTime(isoSeconds(plan.invalidated_at), zone)} {zoneLabel(zone)}.
    </Notice>
  );
}

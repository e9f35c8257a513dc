import { Button, NativeSelect, SegmentedControl, Switch } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { accountsQuery } from '~/api/accounts';
import type { PlanStatus } from '~/api/client';
import { type PlanFilter, plansQuery } from '~/api/plans';
import { Gated, GatedNote } from '~/components/Gated';
import { Icon } from '~/components/Icon';
import { LinkButton } from '~/components/LinkButton';
import { PagedTable } from '~/components/PagedTable';
import { EmptyState } from '~/components/States';
import { TextFilter } from '~/components/TextFilter';
import { useNames } from '~/features/categories/useNames';
import { formatMoney } from '~/lib/money';
import { useHotkeys } from '~/lib/useHotkeys';
import { useTitle } from '~/lib/useTitle';
import { MoveDialogs, type Moving } from './MoveDialogs';
import classes from './Paper.module.css';
import { PlanBoard } from './PlanBoard';
import type { CardProps } from './PlanCard';
import { planColumns, sortPlans } from './planColumns';
import { isPlanStatus, PLAN_STATES, PLAN_STATUSES } from './words';

const route = getRouteApi('/w/$ws/plans');

type Search = ReturnType<typeof route.useSearch>;

const filterOf = ({ state, tag, symbol, mine }: Search): PlanFilter => ({
  status: state,
  tag,
  symbol,
  mine: mine === undefined ? undefined : true,
});

/** What is planned, what is open, and what became of the rest. */
export function PlansPage() {
  const { ws } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const nameOf = useNames(ws);
  const [moving, setMoving] = useState<Moving>();
  useTitle('Plans');
  useHotkeys({
    n: () => void navigate({ to: '/w/$ws/plans/new', params: { ws } }),
    '/': () => document.getElementById('plan-symbol')?.focus(),
  });
  const change = (next: Partial<Search>) =>
    void navigate({ search: (old) => ({ ...old, ...next }), replace: true });
  const card = { ws, nameOf, onMove: (id: string, to: PlanStatus) => setMoving({ id, to }) };
  return (
    <div className={classes.page}>
      <header className="ui-apart">
        <span className={classes.row}>
          <h1>Plans</h1>
          <AccountsLine ws={ws} />
        </span>
        <span className={classes.actions}>
          <LinkButton variant="default" to="/w/$ws/orders" params={{ ws }}>
            Orders
          </LinkButton>
          <NewPlanButton ws={ws} />
        </span>
      </header>
      <GatedNote needs="trader" what="You can look at the plans" />
      <Filters key={ws} search={search} onChange={change} />
      {search.view === 'list' ? (
        <PlanList {...card} search={search} onChange={change} />
      ) : (
        <PlanBoard {...card} filter={filterOf(search)} />
      )}
      <MoveDialogs ws={ws} moving={moving} onClose={() => setMoving(undefined)} />
    </div>
  );
}

function NewPlanButton({ ws }: { ws: string }) {
  return (
    <Gated needs="trader">
      <LinkButton
        to="/w/$ws/plans/new"
        params={{ ws }}
        leftSection={<Icon name="plus" size={15} />}
        title="n"
      >
        New plan
      </LinkButton>
    </Gated>
  );
}

/** What there is to trade with, and the way to it. */
function AccountsLine({ ws }: { ws: string }) {
  const { data: accounts } = useQuery(accountsQuery(ws));
  const [only] = accounts ?? [];
  const text =
    accounts?.length === 1 && only
      ? `${only.name}: equity ${formatMoney(only.equity)} ${only.currency}`
      : `${accounts?.length ?? ''} accounts`;
  return (
    <LinkButton
      variant="subtle"
      color="gray"
      to="/w/$ws/accounts"
      params={{ ws }}
      leftSection={<Icon name="wallet" size={15} />}
    >
      {accounts ? text : 'Accounts'}
    </LinkButton>
  );
}

interface FilterProps {
  search: Search;
  onChange: (next: Partial<Search>) => void;
}

function Filters({ search, onChange }: FilterProps) {
  return (
    <search className={classes.row}>
      <SegmentedControl
        aria-label="View"
        value={search.view ?? 'board'}
        onChange={(view) => onChange({ view: view === 'list' ? 'list' : undefined })}
        data={[
          { value: 'board', label: 'Board' },
          { value: 'list', label: 'List' },
        ]}
      />
      <NativeSelect
        aria-label="State"
        value={search.state ?? ''}
        onChange={({ currentTarget: { value } }) =>
          onChange({ state: isPlanStatus(value) ? value : undefined })
        }
        data={[
          { value: '', label: 'All states' },
          ...PLAN_STATUSES.map((value) => ({ value, label: PLAN_STATES[value].word })),
        ]}
      />
      <TextFilter
        id="plan-symbol"
        label="Symbol"
        value={search.symbol}
        onChange={(symbol) => onChange({ symbol: symbol?.toUpperCase() })}
      />
      <TextFilter
        id="plan-tag"
        label="Tag or strategy"
        value={search.tag}
        onChange={(tag) => onChange({ tag })}
      />
      <Switch
        label="Mine"
        checked={search.mine !== undefined}
        onChange={(event) => onChange({ mine: event.currentTarget.checked ? 'true' : undefined })}
      />
    </search>
  );
}

function PlanList({ search, onChange, ...card }: Omit<CardProps, 'plan'> & FilterProps) {
  const filter = filterOf(search);
  const list = useInfiniteQuery(plansQuery(card.ws, filter));
  const rows = list.data?.pages.flatMap((page) => page.trade_plans) ?? [];
  const { sort: text } = search;
  const sort =
    text === undefined ? undefined : { key: text.replace(/^-/, ''), descending: text.startsWith('-') };
  const isFiltered = Object.values(filter).some((value) => value !== undefined);
  return (
    <>
      {sort && list.hasNextPage && <p className="ui-note">Sorted are the {rows.length} that are loaded.</p>}
      <PagedTable
        label="Plans"
        pages={list}
        columns={planColumns(card)}
        rows={sortPlans(rows, sort)}
        rowKey={({ id }) => id}
        rowHeight={48}
        sort={sort}
        onSort={({ key, descending }) => onChange({ sort: (descending ? '-' : '') + key })}
        empty={
          <EmptyState
            icon="plan"
            title={isFiltered ? 'No plan fits these filters' : 'There are no plans yet'}
          >
            {isFiltered ? (
              <Button
                variant="default"
                onClick={() =>
                  onChange({ state: undefined, tag: undefined, symbol: undefined, mine: undefined })
                }
              >
                Reset filters
              </Button>
            ) : (
              <NewPlanButton ws={card.ws} />
            )}
          </EmptyState>
        }
      />
    </>
  );
}

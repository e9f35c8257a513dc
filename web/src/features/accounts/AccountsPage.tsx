import { Button } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { accountEquityQuery, accountsQuery } from '~/api/accounts';
import type { PaperAccount, TradePlan } from '~/api/client';
import { plansQuery } from '~/api/plans';
import { Gated, GatedNote } from '~/components/Gated';
import { Icon } from '~/components/Icon';
import { Gain, Money } from '~/components/Money';
import { Sparkline } from '~/components/Sparkline';
import { ErrorState, SkeletonRows } from '~/components/States';
import classes from '~/features/plans/Paper.module.css';
import { decimalText, readDecimal } from '~/lib/decimal';
import { formatMoney } from '~/lib/money';
import { useTitle } from '~/lib/useTitle';
import { CreateAccountDialog } from './CreateAccountDialog';
import { totalOf } from './positionGroups';

const route = getRouteApi('/w/$ws/accounts');

/** The paper accounts of the workspace. */
export function AccountsPage() {
  const { ws } = route.useParams();
  const accounts = useQuery(accountsQuery(ws));
  const [creating, setCreating] = useState(false);
  useTitle('Accounts');
  return (
    <div className={classes.page}>
      <header className="ui-apart">
        <h1>Accounts</h1>
        <Gated needs="editor">
          <Button leftSection={<Icon name="plus" size={15} />} onClick={() => setCreating(true)}>
            New account…
          </Button>
        </Gated>
      </header>
      <p className="ui-note">
        Paper money: nothing here is at an exchange, and every change of it is in a journal.
      </p>
      <GatedNote needs="editor" what="You can look at the accounts" />
      {accounts.isPending && <SkeletonRows rows={3} height={150} />}
      {accounts.isError && <ErrorState error={accounts.error} onRetry={() => void accounts.refetch()} />}
      <ul className={`ui-list ${classes.cards}`}>
        {accounts.data?.map((account) => (
          <AccountCard key={account.id} ws={ws} account={account} />
        ))}
      </ul>
      <CreateAccountDialog ws={ws} opened={creating} onClose={() => setCreating(false)} />
    </div>
  );
}

/** What was made since the last reset; undefined while a mark is missing. */
export function profitOf({ equity, deposits }: PaperAccount): string | undefined {
  const [now, put] = [readDecimal(equity), readDecimal(deposits)];
  return now === undefined || put === undefined ? undefined : decimalText(now - put);
}

/** What is lost if every open plan of the account ends at its stops; undefined while that is not known of each. */
export function openRiskOf(id: string, plans: readonly TradePlan[] | undefined): string | undefined {
  const own = plans?.filter(({ account_id }) => account_id === id);
  return own && (totalOf(own.map(({ planned_risk }) => planned_risk)) ?? undefined);
}

function AccountCard({ ws, account }: { ws: string; account: PaperAccount }) {
  const { data: points = [] } = useQuery(accountEquityQuery(ws, account.id));
  const open = useInfiniteQuery(plansQuery(ws, { status: 'open' }));
  const plans = open.hasNextPage ? undefined : open.data?.pages.flatMap((page) => page.trade_plans);
  const facts: [string, ReactNode][] = [
    ['Cash', <Money key="cash" value={account.cash} />],
    ['Exposure', <Money key="exposure" value={account.gross_exposure} />],
    ['Net', <Money key="net" value={account.net_exposure} />],
    ['Profit', <Gain key="profit" value={profitOf(account)} />],
    ['Today', <Gain key="today" value={account.pnl_today} />],
    ['Open risk', <Money key="risk" value={openRiskOf(account.id, plans)} />],
    ['Open plans', account.open_plans],
  ];
  return (
    <li className={classes.card}>
      <div className="ui-apart">
        <h2>
          <Link to="/w/$ws/accounts/$id" params={{ ws, id: account.id }} className={classes.link}>
            <strong>{account.name}</strong>
          </Link>
        </h2>
        <span className="dim">{account.currency}</span>
      </div>
      <div className="ui-apart">
        <span className={`num ${classes.big}`} title={account.equity ?? undefined}>
          {formatMoney(account.equity)}
        </span>
        <Sparkline values={points.map(({ equity }) => Number(equity))} />
      </div>
      <dl className="ui-facts">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {account.unmarked.length > 0 && (
        <p className="ui-note">No price of {account.unmarked.join(', ')}: what it is worth is not known.</p>
      )}
    </li>
  );
}

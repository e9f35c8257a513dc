import { Button, Tabs } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { accountQuery } from '~/api/accounts';
import type { PaperAccount } from '~/api/client';
import { Dialog } from '~/components/Dialog';
import { Gated, GatedNote } from '~/components/Gated';
import { LinkButton } from '~/components/LinkButton';
import { Gain, Money } from '~/components/Money';
import { Notice } from '~/components/Notice';
import { PanelBoundary } from '~/components/PanelBoundary';
import { ErrorState, SkeletonRows } from '~/components/States';
import { OrdersTable } from '~/features/orders/OrdersTable';
import classes from '~/features/plans/Paper.module.css';
import { Tile, Tiles } from '~/features/plans/PnlTiles';
import { formatExact, formatMoney } from '~/lib/money';
import { useTitle } from '~/lib/useTitle';
import { MoneyForm, ResetForm, SettingsForm } from './AccountForms';
import { profitOf } from './AccountsPage';
import { EquityCurve } from './EquityCurve';
import { LedgerTab } from './LedgerTab';
import { PositionsTable } from './PositionsTable';

const route = getRouteApi('/w/$ws/accounts/$id');

const DIALOGS = {
  money: { title: 'Put money in, or take it out', Form: MoneyForm },
  settings: { title: 'Settings of the account', Form: SettingsForm },
  reset: { title: 'Begin anew?', Form: ResetForm },
} as const;

/** One account: what it is worth, what it holds, and how it came to that. */
export function AccountPage() {
  const { ws, id } = route.useParams();
  const account = useQuery(accountQuery(ws, id));
  useTitle(account.data?.body.name ?? 'Account');
  if (account.isPending)
    return (
      <div className={classes.page}>
        <SkeletonRows rows={8} />
      </div>
    );
  if (account.isError)
    return (
      <>
        <h1 className="visually-hidden">Account</h1>
        <ErrorState error={account.error} onRetry={() => void account.refetch()}>
          <LinkButton variant="default" to="/w/$ws/accounts" params={{ ws }}>
            All accounts
          </LinkButton>
        </ErrorState>
      </>
    );
  return <Loaded account={account.data.body} etag={account.data.etag} />;
}

function Loaded({ account, etag }: { account: PaperAccount; etag: string }) {
  const { ws, id } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const [dialog, setDialog] = useState<keyof typeof DIALOGS>();
  const change = (next: Partial<typeof search>, replace = false) =>
    void navigate({ search: (old) => ({ ...old, ...next }), replace });
  const { title, Form } = DIALOGS[dialog ?? 'money'];
  const close = () => setDialog(undefined);
  return (
    <div className={classes.page}>
      <Header account={account} onDialog={setDialog} />
      <GatedNote needs="editor" what="You can look at this account" />
      {account.unmarked.length > 0 && (
        <Notice title="A price is missing">
          No candle of {account.unmarked.join(', ')} has ended: what the account is worth is not known.
        </Notice>
      )}
      <Figures account={account} />
      <Tabs
        value={search.tab ?? 'positions'}
        onChange={(tab) => change({ tab: tab === 'positions' ? undefined : (tab as typeof search.tab) })}
        keepMounted={false}
      >
        <Tabs.List>
          <Tabs.Tab value="positions">Positions</Tabs.Tab>
          <Tabs.Tab value="ledger">Ledger</Tabs.Tab>
          <Tabs.Tab value="orders">Orders</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="positions" className="ui-panel">
          <PositionsTable ws={ws} id={id} by={search.by} onBy={(by) => change({ by }, true)} />
          <PanelBoundary resetKey={id}>
            <EquityCurve
              ws={ws}
              id={id}
              isTable={search.view === 'table'}
              onTable={(isTable) => change({ view: isTable ? 'table' : undefined })}
            />
          </PanelBoundary>
        </Tabs.Panel>
        <Tabs.Panel value="ledger" className="ui-panel">
          <LedgerTab ws={ws} id={id} kind={search.entries} onKind={(entries) => change({ entries }, true)} />
        </Tabs.Panel>
        <Tabs.Panel value="orders" className="ui-panel">
          <OrdersTable ws={ws} filter={{ account_id: id }} />
        </Tabs.Panel>
      </Tabs>
      <Dialog opened={dialog !== undefined} onClose={close} title={title}>
        <Form ws={ws} account={account} etag={etag} onClose={close} />
      </Dialog>
    </div>
  );
}

interface HeaderProps {
  account: PaperAccount;
  onDialog: (dialog: keyof typeof DIALOGS) => void;
}

const ACTIONS: [keyof typeof DIALOGS, string][] = [
  ['money', 'Deposit…'],
  ['settings', 'Settings…'],
  ['reset', 'Reset…'],
];

function Header({ account, onDialog }: HeaderProps) {
  const { id, currency, fee_bps, slippage_bps, max_leverage } = account;
  return (
    <header className="ui-apart">
      <div>
        <h1>{account.name}</h1>
        <p className="ui-footer">
          <span>{id}</span>
          <span>{currency}</span>
          <span>fee {formatExact(fee_bps)} bps</span>
          <span>slippage {formatExact(slippage_bps)} bps</span>
          <span>leverage {formatExact(max_leverage)}</span>
        </p>
      </div>
      <span className={classes.actions}>
        {ACTIONS.map(([dialog, word]) => (
          <Gated key={dialog} needs="editor">
            <Button variant="default" onClick={() => onDialog(dialog)}>
              {word}
            </Button>
          </Gated>
        ))}
      </span>
    </header>
  );
}

function Figures({ account }: { account: PaperAccount }) {
  return (
    <Tiles label="Figures of the account">
      <Tile name="Equity" under={`put in ${formatMoney(account.deposits)} ${account.currency}`}>
        <Money value={account.equity} unit={account.currency} />
      </Tile>
      <Tile name="Cash">
        <Money value={account.cash} unit={account.currency} />
      </Tile>
      <Tile name="Exposure" under={`net ${formatMoney(account.net_exposure)}`}>
        <Money value={account.gross_exposure} unit={account.currency} />
      </Tile>
      <Tile name="Profit" under={`today ${formatMoney(account.pnl_today, true)} (UTC)`}>
        <Gain value={profitOf(account)} unit={account.currency} />
      </Tile>
      <Tile name="Unrealized">
        <Gain value={account.unrealized_pnl} unit={account.currency} />
      </Tile>
      <Tile name="Realized" under={`fees ${formatMoney(account.fees_paid)}`}>
        <Gain value={account.realized_pnl} unit={account.currency} />
      </Tile>
    </Tiles>
  );
}

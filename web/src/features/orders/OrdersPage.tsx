import { NativeSelect } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { accountsQuery } from '~/api/accounts';
import type { PaperOrder } from '~/api/client';
import { Notice } from '~/components/Notice';
import { TextFilter } from '~/components/TextFilter';
import classes from '~/features/plans/Paper.module.css';
import { useTitle } from '~/lib/useTitle';
import { ORDER_STATES, OrdersTable, useTakesOrders } from './OrdersTable';
import { OrderTicket } from './OrderTicket';

const route = getRouteApi('/w/$ws/orders');

/** Orders for paper money; where the server takes none, why. */
export function OrdersPage() {
  const { ws } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const takesOrders = useTakesOrders();
  const { data: accounts = [] } = useQuery(accountsQuery(ws));
  useTitle('Orders');
  const change = (next: Partial<typeof search>) =>
    void navigate({ search: (old) => ({ ...old, ...next }), replace: true });
  const { state: status, symbol, account: account_id } = search;
  return (
    <div className={classes.page}>
      <h1>Orders</h1>
      {!takesOrders && (
        <Notice title="This server takes no orders">
          It runs with TRADING_MODE=readonly, so there is no order ticket. With TRADING_MODE=paper, which the
          operator of the server may set, orders are filled with paper money; no order is ever sent to an
          exchange. Trade plans work in either mode.
        </Notice>
      )}
      <div className={takesOrders ? classes.split : undefined}>
        <div className="ui-column">
          <search className={classes.row}>
            <NativeSelect
              aria-label="State"
              value={status ?? ''}
              data={[
                { value: '', label: 'All states' },
                ...Object.entries(ORDER_STATES).map(([value, { word }]) => ({ value, label: word })),
              ]}
              onChange={({ currentTarget: { value } }) =>
                change({ state: (value || undefined) as PaperOrder['status'] | undefined })
              }
            />
            <NativeSelect
              aria-label="Account"
              value={account_id ?? ''}
              data={[
                { value: '', label: 'All accounts' },
                ...accounts.map(({ id, name }) => ({ value: id, label: name })),
              ]}
              onChange={({ currentTarget: { value } }) => change({ account: value || undefined })}
            />
            <TextFilter
              id="order-symbol"
              label="Symbol"
              value={symbol}
              onChange={(next) => change({ symbol: next?.toUpperCase() })}
            />
          </search>
          <OrdersTable ws={ws} filter={{ status, symbol, account_id }} />
        </div>
        {takesOrders && <OrderTicket ws={ws} accounts={accounts} />}
      </div>
    </div>
  );
}

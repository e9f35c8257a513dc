import { Button } from '@mantine/core';
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { PaperOrder } from '~/api/client';
import { cancelOrder, type OrderFilter, ordersKey, ordersQuery } from '~/api/orders';
import { sessionQuery } from '~/api/session';
import { Ago } from '~/components/Ago';
import type { Column } from '~/components/DataTable';
import { Gated } from '~/components/Gated';
import { Icon, type IconName } from '~/components/Icon';
import { PagedTable } from '~/components/PagedTable';
import { EmptyState } from '~/components/States';
import classes from '~/features/plans/Paper.module.css';
import { formatExact, formatPriceText } from '~/lib/money';
import { toastDone, toastError } from '~/lib/toast';

export const ORDER_STATES: Record<PaperOrder['status'], { word: string; icon: IconName }> = {
  accepted: { word: 'Resting', icon: 'clock' },
  filled: { word: 'Filled', icon: 'check' },
  cancelled: { word: 'Cancelled', icon: 'ban' },
  rejected: { word: 'Rejected', icon: 'alert' },
};

/** Whether the server takes orders for paper money. */
export const useTakesOrders = (): boolean => useQuery(sessionQuery).data?.trading_mode === 'paper';

export function OrdersTable({ ws, filter }: { ws: string; filter: OrderFilter }) {
  const orders = useInfiniteQuery(ordersQuery(ws, filter));
  const takesOrders = useTakesOrders();
  const client = useQueryClient();
  const cancel = useMutation({
    mutationFn: (id: string) => cancelOrder(ws, id),
    onSuccess: () => toastDone('The order was cancelled.'),
    onError: (error) => toastError('Could not cancel the order', error),
    onSettled: () => client.invalidateQueries({ queryKey: ordersKey(ws) }),
  });
  return (
    <PagedTable
      label="Orders"
      pages={orders}
      columns={columnsOf(takesOrders ? (id) => cancel.mutate(id) : undefined)}
      rows={orders.data?.pages.flatMap((page) => page.orders) ?? []}
      rowKey={({ id }) => id}
      rowHeight={44}
      empty={<EmptyState icon="list" title="There are no orders" />}
    />
  );
}

function columnsOf(onCancel: ((id: string) => void) | undefined): Column<PaperOrder>[] {
  const columns: Column<PaperOrder>[] = [
    {
      key: 'order',
      header: 'Order',
      cell: ({ side, symbol, type, created_at, status }) => (
        <span className="ui-name">
          <strong>
            {side === 'buy' ? 'Buy' : 'Sell'} {symbol}
          </strong>
          <span>
            {type} · <Ago iso={created_at} />
          </span>
          <span className={classes.only}>{ORDER_STATES[status].word}</span>
        </span>
      ),
    },
    { key: 'state', header: 'State', wide: true, cell: State },
    { key: 'quantity', header: 'Quantity', align: 'right', cell: ({ quantity }) => formatExact(quantity) },
    {
      key: 'limit',
      header: 'Limit',
      align: 'right',
      wide: true,
      cell: ({ limit_price, time_in_force }) =>
        limit_price === null ? '–' : `${formatPriceText(limit_price)} ${time_in_force.toUpperCase()}`,
    },
    {
      key: 'fill',
      header: 'Filled at',
      align: 'right',
      cell: ({ fill }) => (fill ? <span title={fill.price}>{formatPriceText(fill.price)}</span> : '–'),
    },
    { key: 'account', header: 'Account', wide: true, cell: ({ account_id }) => account_id },
    { key: 'note', header: 'Note', wide: true, cell: ({ note }) => note ?? '' },
  ];
  if (!onCancel) return columns;
  return [
    ...columns,
    {
      key: 'actions',
      header: 'Actions',
      headerHidden: true,
      align: 'right',
      cell: ({ id, status, symbol }) =>
        status === 'accepted' && (
          <Gated needs="trader">
            <Button
              size="compact-xs"
              variant="default"
              aria-label={`Cancel the order of ${symbol}`}
              onClick={() => onCancel(id)}
            >
              Cancel
            </Button>
          </Gated>
        ),
    },
  ];
}

function State({ status, reject_reason }: PaperOrder) {
  const { word, icon } = ORDER_STATES[status];
  return (
    <span title={reject_reason ?? undefined}>
      <Icon name={icon} size={13} /> {word}
      {reject_reason && <span className="dim"> {reject_reason}</span>}
    </span>
  );
}

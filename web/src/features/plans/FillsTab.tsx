import { useInfiniteQuery } from '@tanstack/react-query';
import type { Fill } from '~/api/client';
import { planFillsQuery } from '~/api/plans';
import type { Column } from '~/components/DataTable';
import { Money } from '~/components/Money';
import { PagedTable } from '~/components/PagedTable';
import { EmptyState } from '~/components/States';
import { formatExact, formatPriceText } from '~/lib/money';
import { formatDateTime, isoSeconds, type Zone, zoneLabel } from '~/lib/time';
import { useZone } from '~/lib/useZone';

const SIDES = { buy: 'Buy', sell: 'Sell' } as const;
const ACTIONS = { open: 'open', close: 'close' } as const;

/** What was traded. A fill never changes. */
export function FillsTab({ ws, id }: { ws: string; id: string }) {
  const [zone] = useZone();
  const fills = useInfiniteQuery(planFillsQuery(ws, id));
  return (
    <PagedTable
      label="Fills"
      pages={fills}
      columns={columnsOf(zone)}
      rows={fills.data?.pages.flatMap((page) => page.fills) ?? []}
      rowKey={(fill) => fill.id}
      rowHeight={36}
      empty={<EmptyState icon="list" title="Nothing was filled yet" />}
    />
  );
}

const columnsOf = (zone: Zone): Column<Fill>[] => [
  {
    key: 'time',
    header: `Time (${zoneLabel(zone)})`,
    cell: ({ created_at }) => formatDateTime(isoSeconds(created_at), zone),
  },
  {
    key: 'what',
    header: 'Fill',
    cell: ({ side, symbol, action }) => (
      <>
        {SIDES[side]} <strong>{symbol}</strong> <span className="dim">to {ACTIONS[action]}</span>
      </>
    ),
  },
  {
    key: 'quantity',
    header: 'Quantity',
    align: 'right',
    wide: true,
    cell: ({ quantity }) => formatExact(quantity),
  },
  {
    key: 'price',
    header: 'Price',
    align: 'right',
    cell: ({ price }) => <span title={price}>{formatPriceText(price)}</span>,
  },
  {
    key: 'notional',
    header: 'Value',
    align: 'right',
    wide: true,
    cell: ({ notional }) => <Money value={notional} />,
  },
  { key: 'fee', header: 'Fee', align: 'right', wide: true, cell: ({ fee }) => <Money value={fee} /> },
  {
    key: 'mark',
    header: 'Mark',
    hint: 'The price it was made from, before slippage, and where that came from',
    align: 'right',
    wide: true,
    cell: ({ mark_price, mark_source }) => (
      <>
        {formatPriceText(mark_price)} <span className="dim">{mark_source}</span>
      </>
    ),
  },
  {
    key: 'number',
    header: 'Entry',
    hint: 'In the ledger of the account',
    align: 'right',
    wide: true,
    cell: ({ number }) => number,
  },
];

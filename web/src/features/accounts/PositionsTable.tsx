import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { positionsQuery } from '~/api/accounts';
import type { PaperPosition } from '~/api/client';
import { Ago } from '~/components/Ago';
import { type Column, DataTable } from '~/components/DataTable';
import { Gain, Money } from '~/components/Money';
import { EmptyState, ErrorState, SkeletonRows } from '~/components/States';
import { SIDE_WORDS } from '~/features/plans/words';
import { decimalText, readDecimal, sum } from '~/lib/decimal';
import { formatExact, formatPriceText } from '~/lib/money';

/** What an account holds, and which plans it is of. */
export function PositionsTable({ ws, id }: { ws: string; id: string }) {
  const positions = useQuery(positionsQuery(ws, id));
  if (positions.isPending) return <SkeletonRows rows={4} />;
  if (positions.isError)
    return <ErrorState error={positions.error} onRetry={() => void positions.refetch()} />;
  if (positions.data.length === 0) return <EmptyState icon="wallet" title="It holds nothing but cash" />;
  return (
    <div className="ui-box">
      <DataTable
        label="Positions"
        columns={columnsOf(ws)}
        rows={positions.data}
        rowKey={({ symbol }) => symbol}
        rowHeight={40}
      />
      <Totals positions={positions.data} />
    </div>
  );
}

function Totals({ positions }: { positions: readonly PaperPosition[] }) {
  const total = (pick: (position: PaperPosition) => string | null) => {
    const values = positions.map((position) => readDecimal(pick(position)));
    const known = values.filter((value) => value !== undefined);
    return known.length === values.length ? decimalText(sum(known)) : null;
  };
  return (
    <p className="ui-footer" style={{ padding: '10px 14px' }}>
      <span>
        Value <b>{<Money value={total(({ market_value }) => market_value)} />}</b>
      </span>
      <span>
        Unrealized <Gain value={total(({ unrealized_pnl }) => unrealized_pnl)} />
      </span>
    </p>
  );
}

const columnsOf = (ws: string): Column<PaperPosition>[] => [
  {
    key: 'symbol',
    header: 'Position',
    cell: ({ symbol, side }) => (
      <>
        {SIDE_WORDS[side]}{' '}
        <Link to="/w/$ws/chart" params={{ ws }} search={{ symbol }}>
          <strong>{symbol}</strong>
        </Link>
      </>
    ),
  },
  { key: 'quantity', header: 'Quantity', align: 'right', cell: ({ quantity }) => formatExact(quantity) },
  {
    key: 'entry',
    header: 'Average entry',
    align: 'right',
    wide: true,
    cell: ({ average_entry_price }) => (
      <span title={average_entry_price}>{formatPriceText(average_entry_price)}</span>
    ),
  },
  {
    key: 'mark',
    header: 'Mark',
    align: 'right',
    wide: true,
    cell: ({ mark_price, mark_time }) => (
      <>
        {formatPriceText(mark_price)}{' '}
        <span className="dim">
          <Ago iso={mark_time} />
        </span>
      </>
    ),
  },
  {
    key: 'value',
    header: 'Value',
    align: 'right',
    wide: true,
    cell: ({ market_value }) => <Money value={market_value} />,
  },
  {
    key: 'pnl',
    header: 'Unrealized',
    align: 'right',
    cell: ({ unrealized_pnl }) => <Gain value={unrealized_pnl} />,
  },
  {
    key: 'plans',
    header: 'Plans',
    wide: true,
    cell: ({ trade_plans }) =>
      trade_plans.map(({ id, quantity }) => (
        <Link key={id} to="/w/$ws/plans/$id" params={{ ws, id }} style={{ marginRight: 8 }}>
          {formatExact(quantity)}
        </Link>
      )),
  },
];

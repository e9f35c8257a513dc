import { SegmentedControl } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { positionsQuery } from '~/api/accounts';
import type { PaperPosition } from '~/api/client';
import { Ago } from '~/components/Ago';
import { type Column, DataTable } from '~/components/DataTable';
import { Gain, Money } from '~/components/Money';
import { EmptyState, ErrorState, SkeletonRows } from '~/components/States';
import { SIDE_WORDS } from '~/features/plans/words';
import { formatExact, formatPriceText } from '~/lib/money';
import { PositionsByCategory, PositionsByPlan } from './PositionGroups';
import { totalOf } from './positionGroups';

/** How the positions are put together. */
export type Grouping = 'plan' | 'category' | undefined;

interface Props {
  ws: string;
  id: string;
  by: Grouping;
  onBy: (by: Grouping) => void;
}

const GROUPINGS = [
  { value: 'symbol', label: 'By symbol' },
  { value: 'plan', label: 'By plan' },
  { value: 'category', label: 'By category' },
];

/** What an account holds, and which plans it is of. */
export function PositionsTable({ ws, id, by, onBy }: Props) {
  const positions = useQuery(positionsQuery(ws, id));
  if (positions.isPending) return <SkeletonRows rows={4} />;
  if (positions.isError)
    return <ErrorState error={positions.error} onRetry={() => void positions.refetch()} />;
  if (positions.data.length === 0) return <EmptyState icon="wallet" title="It holds nothing but cash" />;
  return (
    <>
      <SegmentedControl
        aria-label="Positions"
        value={by ?? 'symbol'}
        onChange={(next) => onBy(next === 'symbol' ? undefined : (next as Grouping))}
        data={GROUPINGS}
        style={{ alignSelf: 'start' }}
      />
      <div className="ui-box">
        {by === 'plan' && <PositionsByPlan ws={ws} id={id} positions={positions.data} />}
        {by === 'category' && <PositionsByCategory ws={ws} positions={positions.data} />}
        {by === undefined && (
          <DataTable
            label="Positions"
            columns={columnsOf(ws)}
            rows={positions.data}
            rowKey={({ symbol }) => symbol}
            rowHeight={40}
          />
        )}
        <Totals positions={positions.data} />
      </div>
    </>
  );
}

function Totals({ positions }: { positions: readonly PaperPosition[] }) {
  return (
    <p className="ui-footer" style={{ padding: '10px 14px' }}>
      <span>
        Value <b>{<Money value={totalOf(positions.map(({ market_value }) => market_value))} />}</b>
      </span>
      <span>
        Unrealized <Gain value={totalOf(positions.map(({ unrealized_pnl }) => unrealized_pnl))} />
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

import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { PaperPosition } from '~/api/client';
import { symbolsQuery } from '~/api/market';
import { plansQuery } from '~/api/plans';
import { type Column, DataTable } from '~/components/DataTable';
import { Gain, Money } from '~/components/Money';
import { PagedTable } from '~/components/PagedTable';
import { planName, SIDE_WORDS } from '~/features/plans/words';
import { formatExact, formatPriceText } from '~/lib/money';
import {
  type CategoryPosition,
  type PlanPosition,
  positionsByCategory,
  positionsByPlan,
} from './positionGroups';

interface Props {
  ws: string;
  positions: readonly PaperPosition[];
}

/** What each open plan of the account holds, and what belongs to none of them. */
export function PositionsByPlan({ ws, id, positions }: Props & { id: string }) {
  const plans = useInfiniteQuery(plansQuery(ws, { account_id: id, status: 'open' }));
  const known = plans.data?.pages.flatMap((page) => page.trade_plans) ?? [];
  const rows = positionsByPlan(plans.hasNextPage ? [] : positions, known);
  return (
    <PagedTable
      label="Positions by plan"
      pages={plans}
      columns={planColumns(ws)}
      rows={plans.data ? rows : []}
      rowKey={({ key }) => key}
      rowHeight={40}
      empty={null}
    />
  );
}

const UNREALIZED: Column<Pick<PlanPosition | CategoryPosition, 'unrealized'>> = {
  key: 'pnl',
  header: 'Unrealized',
  align: 'right',
  cell: ({ unrealized }) => <Gain value={unrealized} />,
};

const planColumns = (ws: string): Column<PlanPosition>[] => [
  {
    key: 'plan',
    header: 'Plan',
    cell: ({ plan, symbol, side }) => (
      <>
        {plan ? (
          <Link to="/w/$ws/plans/$id" params={{ ws, id: plan.id }}>
            <strong>{planName(plan)}</strong>
          </Link>
        ) : (
          <Link to="/w/$ws/orders" params={{ ws }} search={{ symbol }}>
            Of no open plan
          </Link>
        )}{' '}
        <span className="dim">
          {SIDE_WORDS[side]} {symbol}
        </span>
      </>
    ),
  },
  { key: 'quantity', header: 'Quantity', align: 'right', cell: ({ quantity }) => formatExact(quantity) },
  {
    key: 'entry',
    header: 'Average entry',
    align: 'right',
    wide: true,
    cell: ({ entry }) => <span title={entry ?? undefined}>{formatPriceText(entry)}</span>,
  },
  {
    key: 'value',
    header: 'Value',
    align: 'right',
    wide: true,
    cell: ({ value }) => <Money value={value} />,
  },
  UNREALIZED,
];

/** What is held of each category of the server's file. */
export function PositionsByCategory({ ws, positions }: Props) {
  const { data: symbols = [] } = useQuery(symbolsQuery);
  const rows = positionsByCategory(positions, symbols, 'Of no category');
  const isCountedTwice = rows.reduce((count, row) => count + row.symbols.length, 0) > positions.length;
  return (
    <>
      <DataTable
        label="Positions by category"
        columns={categoryColumns(ws)}
        rows={rows}
        rowKey={({ name }) => name}
        rowHeight={40}
      />
      {isCountedTwice && (
        <p className="ui-footer" style={{ padding: '10px 14px 0' }}>
          A symbol of two categories counts in both, and once in what is below.
        </p>
      )}
    </>
  );
}

const categoryColumns = (ws: string): Column<CategoryPosition>[] => [
  { key: 'category', header: 'Category', cell: ({ name }) => <strong>{name}</strong> },
  {
    key: 'symbols',
    header: 'Symbols',
    wide: true,
    cell: ({ symbols }) =>
      symbols.map((symbol) => (
        <Link key={symbol} to="/w/$ws/chart" params={{ ws }} search={{ symbol }} style={{ marginRight: 8 }}>
          {symbol}
        </Link>
      )),
  },
  {
    key: 'exposure',
    header: 'Exposure',
    hint: 'Long and short added up',
    align: 'right',
    wide: true,
    cell: ({ exposure }) => <Money value={exposure} />,
  },
  { key: 'value', header: 'Value', align: 'right', cell: ({ value }) => <Money value={value} /> },
  UNREALIZED,
];

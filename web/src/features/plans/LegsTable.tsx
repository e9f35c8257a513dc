import { Link, useParams } from '@tanstack/react-router';
import type { TradePlan, TradePlanLeg, TradePlanPnl } from '~/api/client';
import { type Column, DataTable } from '~/components/DataTable';
import { Gain } from '~/components/Money';
import { formatExact, formatPriceText } from '~/lib/money';
import { SIDE_WORDS } from './words';

interface Props {
  plan: TradePlan;
  pnl: TradePlanPnl | undefined;
}

/** What was planned of each leg, and what it is now. */
export function LegsTable({ plan, pnl }: Props) {
  const { ws = '' } = useParams({ strict: false });
  const wasOpened = plan.opened_at !== null;
  return (
    <div className="ui-box">
      <DataTable
        label="Legs"
        columns={columnsOf(ws, wasOpened, pnl)}
        rows={plan.legs}
        rowKey={({ id }) => id}
        rowHeight={36}
      />
    </div>
  );
}

const price = (
  key: string,
  header: string,
  value: (leg: TradePlanLeg) => string | null,
  wide = true,
): Column<TradePlanLeg> => ({
  key,
  header,
  align: 'right',
  wide,
  cell: (leg) => <span title={value(leg) ?? undefined}>{formatPriceText(value(leg))}</span>,
});

function columnsOf(ws: string, wasOpened: boolean, pnl: TradePlanPnl | undefined): Column<TradePlanLeg>[] {
  const of = ({ id }: TradePlanLeg) => pnl?.legs.find(({ leg_id }) => leg_id === id);
  const planned: Column<TradePlanLeg>[] = [
    {
      key: 'symbol',
      header: 'Leg',
      cell: ({ symbol, side }) => (
        <>
          {SIDE_WORDS[side]}{' '}
          <Link to="/w/$ws/chart" params={{ ws }} search={{ symbol }}>
            <strong>{symbol}</strong>
          </Link>
        </>
      ),
    },
    {
      key: 'quantity',
      header: 'Quantity',
      align: 'right',
      cell: ({ planned_quantity }) => formatExact(planned_quantity),
    },
    price('entry', 'Planned entry', (leg) => leg.planned_entry_price, wasOpened),
    price('stop', 'Stop', (leg) => leg.stop_price),
    price('target', 'Target', (leg) => leg.target_price),
  ];
  if (!wasOpened) return planned;
  return [
    ...planned,
    {
      key: 'open',
      header: 'Open',
      align: 'right',
      wide: true,
      cell: ({ quantity_open }) => formatExact(quantity_open),
    },
    price('average_entry', 'Entry', (leg) => leg.average_entry_price),
    price('average_exit', 'Exit', (leg) => leg.average_exit_price),
    price('mark', 'Mark', (leg) => of(leg)?.mark_price ?? null),
    { key: 'pnl', header: 'P&L', align: 'right', cell: (leg) => <Gain value={of(leg)?.total_pnl} /> },
  ];
}

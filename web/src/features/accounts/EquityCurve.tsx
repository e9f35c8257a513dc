import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { accountEquityQuery } from '~/api/accounts';
import type { PaperEquityPoint } from '~/api/client';
import { type CurvePoint, ValueCurve } from '~/components/charts/ValueCurve';
import type { Column } from '~/components/DataTable';
import { Money } from '~/components/Money';
import { EmptyState } from '~/components/States';
import { formatMoney } from '~/lib/money';

interface Props {
  ws: string;
  id: string;
  isTable: boolean;
  onTable: (isTable: boolean) => void;
}

interface EquityPoint extends CurvePoint {
  positions: string;
}

/** What the account was worth at the end of each day, and is now. */
export function EquityCurve({ ws, id, isTable, onTable }: Props) {
  const equity = useQuery(accountEquityQuery(ws, id));
  const points = useMemo(() => equity.data?.map(pointOf), [equity.data]);
  return (
    <ValueCurve
      title="Equity"
      names={['Equity', 'Cash']}
      format={formatMoney}
      points={points}
      error={equity.error}
      onRetry={() => void equity.refetch()}
      columns={columns}
      empty={<EmptyState icon="chart" title="The curve begins with the end of the first day" />}
      isTable={isTable}
      onTable={onTable}
    />
  );
}

const pointOf = ({ time, equity, cash, positions_value }: PaperEquityPoint): EquityPoint => ({
  time: Number(time),
  value: equity,
  part: cash,
  positions: positions_value,
});

const columns: Column<EquityPoint>[] = [
  { key: 'equity', header: 'Equity', align: 'right', cell: ({ value }) => <Money value={value} /> },
  { key: 'cash', header: 'Cash', align: 'right', cell: ({ part }) => <Money value={part} /> },
  { key: 'positions', header: 'Positions', align: 'right', cell: (row) => <Money value={row.positions} /> },
];

import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useCallback, useMemo, useState } from 'react';
import { accountEquityQuery } from '~/api/accounts';
import type { PaperEquityPoint } from '~/api/client';
import { CrosshairCanvas } from '~/components/charts/CrosshairCanvas';
import { type Column, DataTable } from '~/components/DataTable';
import { Icon } from '~/components/Icon';
import { Money } from '~/components/Money';
import { EmptyState, ErrorState, SkeletonBlock } from '~/components/States';
import { formatMoney } from '~/lib/money';
import { createStore, type Store, useStore } from '~/lib/store';
import { formatDateTime, zoneLabel } from '~/lib/time';
import { useZone } from '~/lib/useZone';
import { AccountChart } from './accountChart';

interface Props {
  ws: string;
  id: string;
  isTable: boolean;
  onTable: (isTable: boolean) => void;
}

/** What the account was worth at the end of each day, and is now. */
export function EquityCurve({ ws, id, isTable, onTable }: Props) {
  const equity = useQuery(accountEquityQuery(ws, id));
  const [point] = useState(() => createStore<number | undefined>(undefined));
  const points = equity.data ?? [];
  return (
    <section className="ui-box" aria-label="Equity">
      <header className="ui-chart-head">
        <h2>Equity</h2>
        <Pointed points={points} point={point} />
        <span className="ui-spring" />
        <Button
          variant={isTable ? 'light' : 'default'}
          px={8}
          aria-pressed={isTable}
          aria-label="View as table"
          onClick={() => onTable(!isTable)}
        >
          <Icon name="table" size={16} />
        </Button>
      </header>
      <div className="ui-stage">
        {equity.isPending && <SkeletonBlock height="100%" />}
        {equity.isError && <ErrorState error={equity.error} onRetry={() => void equity.refetch()} />}
        {equity.data && <Curve points={points} point={point} isTable={isTable} />}
      </div>
    </section>
  );
}

interface PointProps {
  points: readonly PaperEquityPoint[];
  point: Store<number | undefined>;
}

/** One point is no curve yet. */
function Curve({ points, point, isTable }: PointProps & { isTable: boolean }) {
  if (isTable) return <EquityTable points={points} />;
  if (points.length < 2)
    return <EmptyState icon="chart" title="The curve begins with the end of the first day" />;
  return <Canvas points={points} point={point} />;
}

/** The figures under the crosshair, or the last ones. */
function Pointed({ points, point }: PointProps) {
  const [zone] = useZone();
  const pointed = useStore(point);
  const shown = points[Math.min(pointed ?? points.length - 1, points.length - 1)];
  if (!shown) return null;
  return (
    <p className="ui-legend" aria-live={pointed === undefined ? 'off' : 'polite'}>
      <span>
        {formatDateTime(Number(shown.time), zone)} {zoneLabel(zone)}
      </span>
      <span>
        <i style={{ background: 'var(--accent)' }} /> Equity {formatMoney(shown.equity)}
      </span>
      <span>
        <i style={{ background: 'var(--dim)' }} /> Cash {formatMoney(shown.cash)}
      </span>
    </p>
  );
}

function Canvas({ points, point }: PointProps) {
  const [zone] = useZone();
  const drawn = useMemo(
    () =>
      points.map(({ time, equity, cash }) => ({
        time: Number(time),
        equity: Number(equity),
        cash: Number(cash),
      })),
    [points],
  );
  const draw = useCallback((chart: AccountChart) => chart.setPoints(drawn), [drawn]);
  const [first, last] = [points[0], points[points.length - 1]];
  const label =
    first && last
      ? `Equity from ${formatMoney(first.equity)} to ${formatMoney(last.equity)}. Arrow keys move the crosshair.`
      : 'Equity';
  return (
    <CrosshairCanvas
      make={AccountChart}
      draw={draw}
      count={points.length}
      label={label}
      interval="1h"
      zone={zone}
      point={point}
    />
  );
}

function EquityTable({ points }: { points: readonly PaperEquityPoint[] }) {
  const [zone] = useZone();
  const columns: Column<PaperEquityPoint>[] = [
    {
      key: 'time',
      header: `Time (${zoneLabel(zone)})`,
      cell: ({ time }) => formatDateTime(Number(time), zone),
    },
    { key: 'equity', header: 'Equity', align: 'right', cell: ({ equity }) => <Money value={equity} /> },
    { key: 'cash', header: 'Cash', align: 'right', cell: ({ cash }) => <Money value={cash} /> },
    {
      key: 'positions',
      header: 'Positions',
      align: 'right',
      cell: ({ positions_value }) => <Money value={positions_value} />,
    },
  ];
  return (
    <DataTable
      label="Equity, table"
      columns={columns}
      rows={[...points].reverse()}
      rowKey={({ time }) => time}
      fill
    />
  );
}

import { useMemo } from 'react';
import type { EquityPoint } from '~/api/client';
import { type Column, DataTable } from '~/components/DataTable';
import { Change } from '~/components/Num';
import { formatInteger } from '~/lib/format';
import type { Interval } from '~/lib/interval';
import { formatBarTime, formatDuration, type Zone, zoneLabel } from '~/lib/time';
import { type Drawdown, worstDrawdowns } from './drawdowns';

const SHOWN = 10;

interface Props {
  points: EquityPoint[];
  interval: Interval;
  zone: Zone;
}

/** When the run lost most, and how long it took to come back. */
export function DrawdownTable({ points, interval, zone }: Props) {
  const rows = useMemo(() => worstDrawdowns(points, SHOWN), [points]);
  const last = points[points.length - 1];
  if (rows.length === 0 || !last) return null;
  return (
    <section className="ui-box" aria-label="Worst drawdowns">
      <h2>Worst drawdowns</h2>
      <DataTable
        label="Worst drawdowns, table"
        columns={columnsOf(interval, zone, last.time)}
        rows={rows}
        rowKey={({ trough }) => String(trough)}
      />
    </section>
  );
}

const columnsOf = (interval: Interval, zone: Zone, end: number): Column<Drawdown>[] => [
  {
    key: 'peak',
    header: `Peak (${zoneLabel(zone)})`,
    cell: ({ peak }) => formatBarTime(peak, interval, zone),
  },
  {
    key: 'trough',
    header: 'Lowest',
    wide: true,
    cell: ({ trough }) => formatBarTime(trough, interval, zone),
  },
  { key: 'depth', header: 'Depth', align: 'right', cell: ({ depth }) => <Change value={depth} /> },
  {
    key: 'recovery',
    header: 'Recovered',
    cell: ({ recovery }) => (recovery === undefined ? 'not yet' : formatBarTime(recovery, interval, zone)),
  },
  {
    key: 'bars',
    header: 'Bars',
    hint: 'Bars below the peak',
    align: 'right',
    wide: true,
    cell: ({ bars }) => formatInteger(bars),
  },
  {
    key: 'length',
    header: 'Length',
    hint: 'From the peak until it was reached again, or to the last bar',
    align: 'right',
    cell: ({ peak, recovery }) => formatDuration((recovery ?? end) - peak),
  },
];

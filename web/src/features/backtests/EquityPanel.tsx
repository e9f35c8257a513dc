import { Button, Switch } from '@mantine/core';
import { useCallback, useState } from 'react';
import type { EquityPoint } from '~/api/client';
import { CrosshairCanvas } from '~/components/charts/CrosshairCanvas';
import { type Column, DataTable } from '~/components/DataTable';
import { Icon } from '~/components/Icon';
import { Change } from '~/components/Num';
import { formatNumber, formatPercent } from '~/lib/format';
import type { Interval } from '~/lib/interval';
import { createStore, type Store, useStore } from '~/lib/store';
import { formatBarTime, type Zone, zoneLabel } from '~/lib/time';
import classes from './EquityPanel.module.css';
import { EquityChart } from './equityChart';

interface Props {
  points: EquityPoint[];
  /** What the equity is drawn against. */
  benchmark: string;
  interval: Interval;
  zone: Zone;
  log: boolean;
  onLog: (log: boolean) => void;
  /** Without the benchmark, beside which a small equity is a flat line. */
  alone: boolean;
  onAlone: (alone: boolean) => void;
  table: boolean;
  onTable: (table: boolean) => void;
}

export function EquityPanel(props: Props) {
  const { points, benchmark, interval, zone, log, onLog, alone, onAlone, table, onTable } = props;
  const [point] = useState(() => createStore<number | undefined>(undefined));
  return (
    <section className={classes.panel} aria-label="Equity">
      <header className={classes.header}>
        <h2>Equity</h2>
        <PointLegend points={points} benchmark={benchmark} interval={interval} zone={zone} point={point} />
        <span className={classes.spring} />
        <Switch
          label="Benchmark"
          checked={!alone}
          onChange={(event) => onAlone(!event.currentTarget.checked)}
        />
        <Switch label="Log" checked={log} onChange={(event) => onLog(event.currentTarget.checked)} />
        <Button
          variant={table ? 'light' : 'default'}
          px={8}
          aria-pressed={table}
          aria-label="View as table"
          onClick={() => onTable(!table)}
        >
          <Icon name="table" size={16} />
        </Button>
      </header>
      <div className={classes.stage}>
        {table ? (
          <EquityTable points={points} benchmark={benchmark} interval={interval} zone={zone} />
        ) : (
          <Canvas
            points={points}
            benchmark={benchmark}
            interval={interval}
            zone={zone}
            log={log}
            alone={alone}
            point={point}
          />
        )}
      </div>
    </section>
  );
}

interface PointProps {
  points: EquityPoint[];
  benchmark: string;
  interval: Interval;
  zone: Zone;
  point: Store<number | undefined>;
}

/** Figures of the bar under the crosshair, or of the last one. */
function PointLegend({ points, benchmark, interval, zone, point }: PointProps) {
  const pointed = useStore(point);
  const shown = points[Math.min(pointed ?? points.length - 1, points.length - 1)];
  if (!shown) return null;
  return (
    <p className={classes.legend} aria-live={pointed === undefined ? 'off' : 'polite'}>
      <span>
        {formatBarTime(shown.time, interval, zone)} {zoneLabel(zone)}
      </span>
      <span>
        <i className={classes.equity} /> Equity {formatNumber(shown.equity)}
      </span>
      <span>
        <i className={classes.benchmark} /> {benchmark} {formatNumber(shown.benchmark)}
      </span>
      <span>
        Drawdown <Change value={shown.drawdown} />
      </span>
    </p>
  );
}

type CanvasProps = PointProps & Pick<Props, 'log' | 'alone'>;

function Canvas({ points, benchmark, interval, zone, log, alone, point }: CanvasProps) {
  const draw = useCallback(
    (chart: EquityChart) => {
      chart.setLog(log);
      chart.setAlone(alone);
      chart.setPoints(points);
    },
    [points, log, alone],
  );
  const last = points[points.length - 1];
  const first = points[0];
  const summary =
    first && last
      ? `Equity from ${formatNumber(first.equity)} to ${formatNumber(last.equity)}, ${formatPercent(last.equity / first.equity - 1)}; ${benchmark.toLowerCase()} ${formatNumber(last.benchmark)}. Arrow keys move the crosshair.`
      : 'Equity';
  return (
    <CrosshairCanvas
      make={EquityChart}
      draw={draw}
      count={points.length}
      label={summary}
      interval={interval}
      zone={zone}
      point={point}
    />
  );
}

function EquityTable({ points, benchmark, interval, zone }: Omit<PointProps, 'point'>) {
  const columns: Column<EquityPoint>[] = [
    {
      key: 'time',
      header: `Time (${zoneLabel(zone)})`,
      cell: ({ time }) => formatBarTime(time, interval, zone),
    },
    { key: 'equity', header: 'Equity', align: 'right', cell: ({ equity }) => formatNumber(equity) },
    {
      key: 'benchmark',
      header: benchmark,
      align: 'right',
      cell: ({ benchmark }) => formatNumber(benchmark),
    },
    {
      key: 'drawdown',
      header: 'Drawdown',
      align: 'right',
      cell: ({ drawdown }) => <Change value={drawdown} />,
    },
  ];
  return (
    <DataTable
      label="Equity, table"
      columns={columns}
      rows={points}
      rowKey={({ time }) => String(time)}
      fill
    />
  );
}

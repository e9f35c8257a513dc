import { Button, Switch } from '@mantine/core';
import { useCallback, useMemo, useState } from 'react';
import type { Comparison } from '~/api/client';
import { CrosshairCanvas } from '~/components/charts/CrosshairCanvas';
import { LINE_COLORS } from '~/components/charts/palette';
import { type Column, DataTable } from '~/components/DataTable';
import { Icon } from '~/components/Icon';
import { Change } from '~/components/Num';
import { formatInteger, formatNumber } from '~/lib/format';
import { isInterval } from '~/lib/interval';
import { createStore, type Store, useStore } from '~/lib/store';
import { formatBarTime, zoneLabel } from '~/lib/time';
import { useZone } from '~/lib/useZone';
import classes from './Compare.module.css';
import { indexed, underwater } from './compare';
import { CompareChart, type Curve } from './compareChart';
import { letterOf } from './runs';

interface Props {
  comparison: Comparison;
  base: number;
  log: boolean;
  onLog: (log: boolean) => void;
  table: boolean;
  onTable: (table: boolean) => void;
}

export const colorOf = (index: number) => LINE_COLORS[index % LINE_COLORS.length] ?? 'currentColor';

/** The equity of all runs over their common bars, each from 100 on, and how far below its high each stood. */
export function CompareCharts({ comparison, base, log, onLog, table, onTable }: Props) {
  const { points, common_bars, backtests } = comparison;
  const [zone] = useZone();
  const [point] = useState(() => createStore<number | undefined>(undefined));
  const { interval: first } = backtests[0] ?? {};
  const interval = first !== undefined && isInterval(first) ? first : '1d';
  const curves = useMemo(
    () =>
      points.equity.map(
        (column, index): Curve => ({
          color: colorOf(index),
          isBase: index === base,
          equity: indexed(column),
          underwater: underwater(column),
        }),
      ),
    [points, base],
  );
  const draw = useCallback(
    (chart: CompareChart) => {
      chart.setCurves(points.time, curves);
      chart.setLog(log);
    },
    [points, curves, log],
  );
  const last = points.time.length - 1;
  const summary = curves
    .map(({ equity }, index) => `${letterOf(index)} ends at ${formatNumber(equity[last])}`)
    .join(', ');
  const label = (seconds: number) => `${formatBarTime(seconds, interval, zone)} ${zoneLabel(zone)}`;
  const isThinned = points.time.length < common_bars;
  return (
    <section className={classes.box} aria-label="Curves">
      <header className={classes.chartHead}>
        <h2>Equity from 100</h2>
        <CurveLegend curves={curves} times={points.time} point={point} label={label} />
        <span className={classes.spring} />
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
          <CurveTable curves={curves} times={points.time} label={label} />
        ) : (
          <CrosshairCanvas
            make={CompareChart}
            draw={draw}
            count={points.time.length}
            label={`Equity of ${curves.length} runs from 100: ${summary}. Arrow keys move the crosshair.`}
            interval={interval}
            zone={zone}
            point={point}
          />
        )}
      </div>
      <p className={classes.under}>
        {formatInteger(common_bars)} common bars
        {isThinned &&
          `, ${formatInteger(points.time.length)} of them drawn: falls between two of these are in the figures only`}
        .
      </p>
    </section>
  );
}

interface CurveProps {
  curves: Curve[];
  times: number[];
  label: (seconds: number) => string;
}

/** Values at the crosshair, or at the last bar. */
function CurveLegend({ curves, times, label, point }: CurveProps & { point: Store<number | undefined> }) {
  const pointed = useStore(point);
  const at = Math.min(pointed ?? times.length - 1, times.length - 1);
  const seconds = times[at];
  if (seconds === undefined) return null;
  return (
    <p className={classes.legend} aria-live={pointed === undefined ? 'off' : 'polite'}>
      <span>{label(seconds)}</span>
      {curves.map(({ color, equity, underwater: below }, index) => (
        <span key={letterOf(index)}>
          <i style={{ background: color }} /> {letterOf(index)} {formatNumber(equity[at])}{' '}
          <Change value={below[at]} decimals={1} /> from high
        </span>
      ))}
    </p>
  );
}

function CurveTable({ curves, times, label }: CurveProps) {
  const rows = times.map((seconds, at) => ({ seconds, at }));
  const columns: Column<(typeof rows)[number]>[] = [
    { key: 'time', header: 'Bar', cell: ({ seconds }) => label(seconds) },
    ...curves.flatMap(({ equity, underwater: below }, index): Column<(typeof rows)[number]>[] => [
      {
        key: `equity ${index}`,
        header: letterOf(index),
        align: 'right',
        cell: ({ at }) => formatNumber(equity[at]),
      },
      {
        key: `below ${index}`,
        header: `${letterOf(index)} below high`,
        align: 'right',
        wide: true,
        cell: ({ at }) => <Change value={below[at]} />,
      },
    ]),
  ];
  return (
    <DataTable
      label="Curves, table"
      columns={columns}
      rows={rows}
      rowKey={({ seconds }) => String(seconds)}
      fill
    />
  );
}

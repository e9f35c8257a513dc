import { Button } from '@mantine/core';
import { type ReactNode, useCallback, useMemo, useState } from 'react';
import { type Column, DataTable } from '~/components/DataTable';
import { Icon } from '~/components/Icon';
import { ErrorState, SkeletonBlock } from '~/components/States';
import { createStore, type Store, useStore } from '~/lib/store';
import { formatDateTime, zoneLabel } from '~/lib/time';
import { useZone } from '~/lib/useZone';
import { CrosshairCanvas } from './CrosshairCanvas';
import { ValueChart } from './valueChart';

/** What is drawn at a time: a value, and a part of it. Decimals, as text. */
export interface CurvePoint {
  /** Epoch seconds; each later than the one before. */
  time: number;
  value: string;
  part: string;
}

interface Props<Point extends CurvePoint> {
  title: string;
  /** Of the value and of its part. */
  names: [string, string];
  format: (value: string) => string;
  /** Undefined while they are not known. */
  points: readonly Point[] | undefined;
  error?: unknown;
  onRetry: () => void;
  columns: Column<Point>[];
  /** What stands there instead of a single point. */
  empty: ReactNode;
  isTable: boolean;
  onTable: (isTable: boolean) => void;
}

/** A value over time, as a curve or as a table of its points. */
export function ValueCurve<Point extends CurvePoint>(props: Props<Point>) {
  const { title, points, error, onRetry, empty, isTable, onTable } = props;
  const isShort = points !== undefined && points.length < 2; // one point is no curve yet
  const [point] = useState(() => createStore<number | undefined>(undefined));
  return (
    <section className="ui-box" aria-label={title}>
      <header className="ui-chart-head">
        <h2>{title}</h2>
        {points && <Pointed {...props} points={points} point={point} />}
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
      {isShort && !isTable ? (
        empty
      ) : (
        <div className="ui-stage">
          {!points && !error && <SkeletonBlock height="100%" />}
          {!points && Boolean(error) && <ErrorState error={error} onRetry={onRetry} />}
          {points && <Curve {...props} points={points} point={point} />}
        </div>
      )}
    </section>
  );
}

type Drawn<Point extends CurvePoint> = Props<Point> & {
  points: readonly Point[];
  point: Store<number | undefined>;
};

function Curve<Point extends CurvePoint>(props: Drawn<Point>) {
  return props.isTable ? <PointTable {...props} /> : <Canvas {...props} />;
}

/** The figures under the crosshair, or the last ones. */
function Pointed<Point extends CurvePoint>({ points, point, names, format }: Drawn<Point>) {
  const [zone] = useZone();
  const pointed = useStore(point);
  const shown = points[Math.min(pointed ?? points.length - 1, points.length - 1)];
  if (!shown) return null;
  return (
    <p className="ui-legend" aria-live={pointed === undefined ? 'off' : 'polite'}>
      <span>
        {formatDateTime(shown.time, zone)} {zoneLabel(zone)}
      </span>
      <span>
        <i style={{ background: 'var(--accent)' }} /> {names[0]} {format(shown.value)}
      </span>
      <span>
        <i style={{ background: 'var(--dim)' }} /> {names[1]} {format(shown.part)}
      </span>
    </p>
  );
}

function Canvas<Point extends CurvePoint>({ points, point, names, format }: Drawn<Point>) {
  const [zone] = useZone();
  const drawn = useMemo(
    () => points.map(({ time, value, part }) => ({ time, value: Number(value), part: Number(part) })),
    [points],
  );
  const draw = useCallback((chart: ValueChart) => chart.setPoints(drawn), [drawn]);
  const [first, last] = [points[0], points[points.length - 1]];
  const range = first && last ? ` from ${format(first.value)} to ${format(last.value)}` : '';
  return (
    <CrosshairCanvas
      make={ValueChart}
      draw={draw}
      count={points.length}
      label={`${names[0]}${range}. Arrow keys move the crosshair.`}
      interval="1h"
      zone={zone}
      point={point}
    />
  );
}

function PointTable<Point extends CurvePoint>({ title, points, columns }: Drawn<Point>) {
  const [zone] = useZone();
  const time: Column<Point> = {
    key: 'time',
    header: `Time (${zoneLabel(zone)})`,
    cell: (row) => formatDateTime(row.time, zone),
  };
  return (
    <DataTable
      label={`${title}, table`}
      columns={[time, ...columns]}
      rows={[...points].reverse()}
      rowKey={(row) => String(row.time)}
      fill
    />
  );
}

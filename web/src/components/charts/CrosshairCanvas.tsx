import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { useColours } from '~/lib/palette';
import type { Store } from '~/lib/store';
import classes from './CrosshairCanvas.module.css';
import type { TimeStyle } from './options';

/** A chart, free of React, whose crosshair can be put on one of its points. */
export interface CrosshairChart {
  destroy: () => void;
  applyTheme: () => void;
  setTimeStyle: (style: TimeStyle) => void;
  /** Puts the crosshair on the point of this index. */
  point: (index: number) => void;
}

interface Props<Chart extends CrosshairChart> extends TimeStyle {
  make: new (container: HTMLElement, onPoint: (index: number | undefined) => void) => Chart;
  /** Draws what is to be seen; a new function draws again. */
  draw: (chart: Chart) => void;
  /** How many points the crosshair can stand on. */
  count: number;
  label: string;
  /** Index of the point under the crosshair. */
  point: Store<number | undefined>;
}

/** Binds such a chart to React: made once a mount, told of changes, its crosshair moved by keys. */
export function CrosshairCanvas<Chart extends CrosshairChart>(props: Props<Chart>) {
  const { make: Made, draw, count, label, interval, zone, point } = props;
  const container = useRef<HTMLDivElement>(null);
  const [chart, setChart] = useState<Chart>();
  const colours = useColours();

  useEffect(() => {
    if (!container.current) return;
    const made = new Made(container.current, (index) => point.set(index));
    setChart(made);
    return () => {
      made.destroy();
      setChart(undefined);
    };
  }, [Made, point]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the colours are read through CSS variables
  useEffect(() => chart?.applyTheme(), [chart, colours]);
  useEffect(() => chart?.setTimeStyle({ interval, zone }), [chart, interval, zone]);
  useEffect(() => {
    if (chart) draw(chart);
  }, [chart, draw]);

  const onKeyDown = (event: KeyboardEvent) => {
    const current = point.get() ?? count;
    const targets: Record<string, number> = {
      ArrowLeft: current - 1,
      ArrowRight: current + 1,
      Home: 0,
      End: count - 1,
    };
    const wanted = targets[event.key];
    if (wanted === undefined || count === 0) return;
    event.preventDefault();
    const index = Math.max(0, Math.min(count - 1, wanted));
    chart?.point(index);
    point.set(index);
  };

  return (
    <div
      ref={container}
      className={classes.canvas}
      role="group"
      aria-roledescription="chart"
      aria-label={label}
      tabIndex={0}
      onKeyDown={onKeyDown}
    />
  );
}

import { type KeyboardEvent, useEffect, useEffectEvent, useRef, useState } from 'react';
import type { EquityPoint, Trade } from '~/api/client';
import type { Interval } from '~/lib/interval';
import { useColours } from '~/lib/palette';
import type { Store } from '~/lib/store';
import type { Zone } from '~/lib/time';
import classes from './ChartCanvas.module.css';
import type { ComparedLine } from './compareOverlay';
import type { Indicator } from './indicators';
import type { DrawnPlan } from './planOverlay';
import { PriceChart } from './priceChart';
import { barAt, type Hole, missingText, type Series } from './series';

export interface View {
  from: number;
  to: number;
}

interface Props {
  label: string;
  interval: Interval;
  zone: Zone;
  series: Series;
  indicators: Indicator[];
  decimals: number;
  log: boolean;
  /** Other series; with any, the scale is in percent from the left edge on. */
  compared?: readonly ComparedLine[];
  run: { trades: Trade[]; equity: EquityPoint[] } | undefined;
  plan?: DrawnPlan;
  /** Where many bars are missing. */
  holes: readonly Hole[];
  /** Names what is looked at; a new one starts at the newest bars, or at `view`. */
  viewKey: string;
  /** What the address bar asks to see. Undefined: the newest bars. */
  view: View | undefined;
  /** The bars for that view are still on their way: leave what is shown as it is. */
  hold: boolean;
  onView: (view: View) => void;
  onNeedOlder: () => void;
  /** Told where the panes of the indicators are that have their own. */
  onPanes?: (panes: ReadonlyMap<string, Element>) => void;
  /** Opening time of the bar under the crosshair. */
  point: Store<number | undefined>;
  /** Opening times of the first and the last bar in view. */
  first?: Store<number | undefined>;
  last?: Store<number | undefined>;
}

const NONE_COMPARED: readonly ComparedLine[] = [];
const PREFETCH_BARS = 300;
const VIEW_SETTLES_MS = 400;

/** Binds the chart to React: one chart a mount, one effect for each thing that can change. */
export function ChartCanvas(props: Props) {
  const { series, indicators, decimals, point, first, last, onPanes, compared = NONE_COMPARED } = props;
  const isCompared = compared.length > 0;
  const container = useRef<HTMLDivElement>(null);
  const [chart, setChart] = useState<PriceChart>();
  const colours = useColours();
  const touched = useRef(false);
  const hovered = useRef(false);
  const settle = useRef<ReturnType<typeof setTimeout>>(undefined);
  const shown = useRef('');

  // Pans and zooms of the person end up in the address bar once they have settled; the chart's own do not.
  const onView = useEffectEvent((from: number, to: number, barsBefore: number, isOwn: boolean) => {
    if (barsBefore < PREFETCH_BARS) props.onNeedOlder();
    if (!touched.current || isOwn) return;
    clearTimeout(settle.current);
    settle.current = setTimeout(() => {
      shown.current = viewName(props.viewKey, { from, to });
      props.onView({ from, to });
    }, VIEW_SETTLES_MS);
  });

  useEffect(() => {
    if (!container.current) return;
    const made = new PriceChart(container.current, {
      onPoint: (seconds) => {
        // New data and scrolling take the crosshair off too; only the mouse leaving the bars means it.
        if (seconds !== undefined || hovered.current) point.set(seconds);
      },
      onView: (...view) => onView(...view),
      onPanes,
      onEdges: (from, to) => {
        first?.set(from);
        last?.set(to);
      },
    });
    setChart(made);
    shown.current = '';
    return () => {
      clearTimeout(settle.current);
      point.set(undefined);
      made.destroy();
      setChart(undefined);
    };
  }, [point, first, last, onPanes]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the colours are read through CSS variables
  useEffect(() => chart?.applyTheme(), [chart, colours]);
  useEffect(
    () => chart?.setTimeStyle({ interval: props.interval, zone: props.zone }),
    [chart, props.interval, props.zone],
  );
  useEffect(() => {
    chart?.setSeries(series, decimals);
    chart?.setIndicators(indicators, series, decimals, isCompared);
  }, [chart, series, indicators, decimals, isCompared]);
  const scale = isCompared ? 'percent' : props.log ? 'log' : 'normal';
  useEffect(() => chart?.setScale(scale), [chart, scale]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: their bars are those of the series
  useEffect(() => chart?.setCompared(compared), [chart, compared, series]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: older bars and another theme draw the run anew
  useEffect(() => chart?.setRun(props.run), [chart, props.run, series, colours]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the bars that fills fell into may have come just now
  useEffect(() => chart?.setPlan(props.plan), [chart, props.plan, series]);

  useEffect(
    () =>
      chart?.setHoles(
        props.holes.map(({ end, bars }) => ({
          bar: barAt(series.columns.time, end),
          text: missingText(bars, props.interval),
        })),
      ),
    [chart, props.holes, props.interval, series],
  );

  // biome-ignore lint/correctness/useExhaustiveDependencies: after whatever the effects above have drawn
  useEffect(() => chart?.settle(), [chart, series, indicators, decimals, compared, props.run]);

  const { view, viewKey, hold } = props;
  const hasBars = series.columns.time.length > 0;
  useEffect(() => {
    if (!chart || !hasBars || hold || shown.current === viewName(viewKey, view)) return;
    shown.current = viewName(viewKey, view);
    touched.current = false;
    if (view) chart.showTimes(view.from, view.to);
    else chart.showNewest();
  }, [chart, hasBars, hold, view, viewKey]);

  const onKeyDown = (event: KeyboardEvent) => {
    if (!chart || event.altKey || event.metaKey) return;
    touched.current = true;
    if (event.ctrlKey && event.key === 'ArrowUp') chart.zoom(0.8);
    else if (event.ctrlKey && event.key === 'ArrowDown') chart.zoom(1.25);
    else if (!moveCrosshair(chart, event.key, point, series.columns.time)) return;
    event.preventDefault();
  };

  const touch = () => {
    touched.current = true;
  };

  return (
    <div
      ref={container}
      className={classes.canvas}
      role="group"
      aria-label={props.label}
      aria-roledescription="chart"
      tabIndex={0}
      onKeyDown={onKeyDown}
      onPointerDown={touch}
      onWheel={touch}
      onPointerEnter={() => {
        hovered.current = true;
      }}
      onPointerLeave={() => {
        hovered.current = false;
        point.set(undefined);
      }}
      onBlur={() => point.set(undefined)}
    />
  );
}

const viewName = (key: string, view: View | undefined) => `${key} ${view ? `${view.from} ${view.to}` : ''}`;

function moveCrosshair(
  chart: PriceChart,
  key: string,
  point: Store<number | undefined>,
  time: readonly number[],
): boolean {
  const count = time.length;
  const pointed = point.get();
  const current = pointed === undefined ? count : barAt(time, pointed);
  const targets: Record<string, number> = {
    ArrowLeft: current - 1,
    ArrowRight: current + 1,
    PageUp: current - 20,
    PageDown: current + 20,
    Home: 0,
    End: count - 1,
  };
  const wanted = targets[key];
  if (wanted === undefined || count === 0) return false;
  const index = Math.max(0, Math.min(count - 1, wanted));
  chart.point(index);
  point.set(time[index]);
  return true;
}

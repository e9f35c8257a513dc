import {
  createChart,
  type IChartApi,
  type ISeriesApi,
  LineSeries,
  PriceScaleMode,
  type UTCTimestamp,
} from 'lightweight-charts';
import type { CrosshairChart } from '~/components/charts/CrosshairCanvas';
import {
  baseOptions,
  percentFormat,
  priceFormat,
  type TimeStyle,
  themeOptions,
  timeOptions,
} from '~/components/charts/options';
import { readPalette } from '~/components/charts/palette';
import { PaneLabels, UNDER_LABEL } from '~/components/charts/paneLabels';

export interface Curve {
  color: string;
  /** Drawn stronger than the others. */
  isBase: boolean;
  equity: (number | null)[];
  underwater: (number | null)[];
}

type Line = ISeriesApi<'Line'>;

/** The equity of several runs from 100 on, and under it how far each stood below its high. */
export class CompareChart implements CrosshairChart {
  private readonly chart: IChartApi;
  private readonly labels = new PaneLabels();
  private lines: { equity: Line; underwater: Line }[] = [];
  private times: number[] = [];
  private curves: Curve[] = [];

  constructor(container: HTMLElement, onPoint: (index: number | undefined) => void) {
    this.chart = createChart(container, baseOptions());
    this.applyTheme();
    this.chart.subscribeCrosshairMove((event) =>
      onPoint(event.time === undefined ? undefined : this.times.indexOf(event.time as number)),
    );
  }

  destroy() {
    this.chart.remove();
  }

  applyTheme() {
    const palette = readPalette();
    this.chart.applyOptions(themeOptions(palette));
    this.labels.applyTheme(palette);
  }

  setTimeStyle(style: TimeStyle) {
    this.chart.applyOptions(timeOptions(style));
  }

  /**
   * Only of the pane of equity: a logarithm of what is below zero is none. A pane that is made later would take
   * the scale over, so lines are drawn first.
   */
  setLog(log: boolean) {
    const mode = log ? PriceScaleMode.Logarithmic : PriceScaleMode.Normal;
    this.chart.priceScale('right', 0).applyOptions({ mode });
  }

  /** Lines stay as long as their number does: another base only changes how they look. */
  setCurves(times: number[], curves: Curve[]) {
    const fit = times !== this.times || curves.length !== this.lines.length;
    this.times = times;
    this.curves = curves;
    if (curves.length !== this.lines.length) this.makeLines(curves.length);
    curves.forEach((curve, index) => {
      const line = this.lines[index];
      const look = { color: curve.color, lineWidth: curve.isBase ? (3 as const) : (1 as const) };
      line?.equity.applyOptions(look);
      line?.equity.setData(points(times, curve.equity));
      line?.underwater.applyOptions(look);
      line?.underwater.setData(points(times, curve.underwater));
    });
    if (fit) this.chart.timeScale().fitContent();
  }

  point(index: number) {
    const time = this.times[index];
    const value = this.curves[0]?.equity[index];
    const line = this.lines[0]?.equity;
    if (time !== undefined && typeof value === 'number' && line)
      this.chart.setCrosshairPosition(value, time as UTCTimestamp, line);
  }

  private makeLines(count: number) {
    for (const { equity, underwater } of this.lines) {
      this.chart.removeSeries(equity);
      this.chart.removeSeries(underwater);
    }
    const quiet = { priceLineVisible: false, crosshairMarkerVisible: false, lastValueVisible: true };
    this.lines = Array.from({ length: count }, () => ({
      equity: this.chart.addSeries(LineSeries, { ...quiet, priceFormat: priceFormat(1) }),
      underwater: this.chart.addSeries(
        LineSeries,
        { ...quiet, priceFormat: percentFormat, lastValueVisible: false },
        1,
      ),
    }));
    const [top, bottom] = this.chart.panes();
    top?.setStretchFactor(0.68);
    bottom?.setStretchFactor(0.32);
    if (bottom) this.labels.put(bottom, 'Below the high');
    this.lines[0]?.underwater.priceScale().applyOptions({ scaleMargins: UNDER_LABEL });
  }
}

const points = (times: number[], values: (number | null)[]) =>
  times.flatMap((seconds, index) => {
    const value = values[index];
    return typeof value === 'number' ? [{ time: seconds as UTCTimestamp, value }] : [];
  });

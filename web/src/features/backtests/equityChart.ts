import {
  AreaSeries,
  BaselineSeries,
  createChart,
  type IChartApi,
  type ISeriesApi,
  LineSeries,
  PriceScaleMode,
  type UTCTimestamp,
} from 'lightweight-charts';
import type { EquityPoint } from '~/api/client';
import {
  baseOptions,
  DRAWDOWN,
  drawdownColors,
  priceFormat,
  type TimeStyle,
  themeOptions,
  timeOptions,
} from '~/components/charts/options';
import { fade, readPalette } from '~/components/charts/palette';
import { PaneLabels, UNDER_LABEL } from '~/components/charts/paneLabels';

/** Equity against buy and hold, and under it how far below its high the equity stood. */
export class EquityChart {
  private readonly chart: IChartApi;
  private readonly equity: ISeriesApi<'Area'>;
  private readonly benchmark: ISeriesApi<'Line'>;
  private readonly drawdown: ISeriesApi<'Baseline'>;
  private readonly labels = new PaneLabels();
  private times: number[] = [];
  private values: number[] = [];
  private points: EquityPoint[] | undefined;

  constructor(container: HTMLElement, onPoint: (index: number | undefined) => void) {
    this.chart = createChart(container, baseOptions());
    const quiet = { priceLineVisible: false, priceFormat: priceFormat(0) };
    this.benchmark = this.chart.addSeries(LineSeries, {
      ...quiet,
      lineWidth: 1,
      crosshairMarkerVisible: false,
    });
    this.equity = this.chart.addSeries(AreaSeries, { ...quiet, lineWidth: 2 });
    this.drawdown = this.chart.addSeries(
      BaselineSeries,
      {
        ...quiet,
        ...DRAWDOWN,
        lineWidth: 1,
        crosshairMarkerVisible: false,
      },
      1,
    );
    const [top, bottom] = this.chart.panes();
    top?.setStretchFactor(0.72);
    bottom?.setStretchFactor(0.28);
    if (bottom) this.labels.put(bottom, 'Drawdown');
    this.drawdown.priceScale().applyOptions({ scaleMargins: UNDER_LABEL });
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
    this.equity.applyOptions({
      lineColor: palette.accent,
      topColor: fade(palette.accent, 0.24),
      bottomColor: fade(palette.accent, 0.01),
    });
    this.benchmark.applyOptions({ color: fade(palette.dim, 0.85) });
    this.drawdown.applyOptions(drawdownColors(palette));
  }

  setTimeStyle(style: TimeStyle) {
    this.chart.applyOptions(timeOptions(style));
  }

  setLog(log: boolean) {
    this.chart
      .priceScale('right', 0)
      .applyOptions({ mode: log ? PriceScaleMode.Logarithmic : PriceScaleMode.Normal });
  }

  setAlone(alone: boolean) {
    this.benchmark.applyOptions({ visible: !alone });
  }

  setPoints(points: EquityPoint[]) {
    if (points === this.points) return;
    this.points = points;
    this.times = points.map(({ time }) => time);
    this.values = points.map(({ equity }) => equity);
    const column = (pick: (point: EquityPoint) => number) =>
      points.map((point) => ({ time: point.time as UTCTimestamp, value: pick(point) }));
    this.equity.setData(column((point) => point.equity));
    this.benchmark.setData(column((point) => point.benchmark));
    this.drawdown.setData(column((point) => point.drawdown));
    this.chart.timeScale().fitContent();
  }

  point(index: number) {
    const time = this.times[index];
    const value = this.values[index];
    if (time !== undefined && value !== undefined)
      this.chart.setCrosshairPosition(value, time as UTCTimestamp, this.equity);
  }
}

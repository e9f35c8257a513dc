import {
  AreaSeries,
  createChart,
  type IChartApi,
  type ISeriesApi,
  LineSeries,
  type UTCTimestamp,
} from 'lightweight-charts';
import {
  baseOptions,
  priceFormat,
  type TimeStyle,
  themeOptions,
  timeOptions,
} from '~/components/charts/options';
import { fade, readPalette } from '~/components/charts/palette';

/** What an account was worth, and how much of that was cash. Numbers, for it is a drawing. */
export interface AccountPoint {
  time: number;
  equity: number;
  cash: number;
}

export class AccountChart {
  private readonly chart: IChartApi;
  private readonly equity: ISeriesApi<'Area'>;
  private readonly cash: ISeriesApi<'Line'>;
  private points: readonly AccountPoint[] = [];

  constructor(container: HTMLElement, onPoint: (index: number | undefined) => void) {
    this.chart = createChart(container, baseOptions());
    const quiet = { priceLineVisible: false, priceFormat: priceFormat(2) };
    this.cash = this.chart.addSeries(LineSeries, {
      ...quiet,
      lineWidth: 1,
      lineStyle: 2,
      crosshairMarkerVisible: false,
    });
    this.equity = this.chart.addSeries(AreaSeries, { ...quiet, lineWidth: 2 });
    this.applyTheme();
    this.chart.subscribeCrosshairMove(({ time }) =>
      onPoint(time === undefined ? undefined : this.points.findIndex((one) => one.time === time)),
    );
  }

  destroy() {
    this.chart.remove();
  }

  applyTheme() {
    const palette = readPalette();
    this.chart.applyOptions(themeOptions(palette));
    this.cash.applyOptions({ color: fade(palette.dim, 0.85) });
    this.equity.applyOptions({
      lineColor: palette.accent,
      topColor: fade(palette.accent, 0.24),
      bottomColor: fade(palette.accent, 0.01),
    });
  }

  setTimeStyle(style: TimeStyle) {
    this.chart.applyOptions(timeOptions(style));
  }

  setPoints(points: readonly AccountPoint[]) {
    this.points = points;
    const column = (name: 'equity' | 'cash') =>
      points.map((point) => ({ time: point.time as UTCTimestamp, value: point[name] }));
    this.equity.setData(column('equity'));
    this.cash.setData(column('cash'));
    this.chart.timeScale().fitContent();
  }

  point(index: number) {
    const point = this.points[index];
    if (point) this.chart.setCrosshairPosition(point.equity, point.time as UTCTimestamp, this.equity);
  }
}

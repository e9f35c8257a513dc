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

/** A value over time, and a part of it. Numbers, for it is a drawing. */
export interface ValuePoint {
  time: number;
  value: number;
  part: number;
}

export class ValueChart {
  private readonly chart: IChartApi;
  private readonly value: ISeriesApi<'Area'>;
  private readonly part: ISeriesApi<'Line'>;
  private points: readonly ValuePoint[] = [];

  constructor(container: HTMLElement, onPoint: (index: number | undefined) => void) {
    this.chart = createChart(container, baseOptions());
    const quiet = { priceLineVisible: false, priceFormat: priceFormat(2) };
    this.part = this.chart.addSeries(LineSeries, {
      ...quiet,
      lineWidth: 1,
      lineStyle: 2,
      crosshairMarkerVisible: false,
    });
    this.value = this.chart.addSeries(AreaSeries, { ...quiet, lineWidth: 2 });
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
    this.part.applyOptions({ color: fade(palette.dim, 0.85) });
    this.value.applyOptions({
      lineColor: palette.accent,
      topColor: fade(palette.accent, 0.24),
      bottomColor: fade(palette.accent, 0.01),
    });
  }

  setTimeStyle(style: TimeStyle) {
    this.chart.applyOptions(timeOptions(style));
  }

  setPoints(points: readonly ValuePoint[]) {
    this.points = points;
    const column = (name: 'value' | 'part') =>
      points.map((point) => ({ time: point.time as UTCTimestamp, value: point[name] }));
    this.value.setData(column('value'));
    this.part.setData(column('part'));
    this.chart.timeScale().fitContent();
  }

  point(index: number) {
    const point = this.points[index];
    if (point) this.chart.setCrosshairPosition(point.value, point.time as UTCTimestamp, this.value);
  }
}

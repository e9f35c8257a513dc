import { type IChartApi, type ISeriesApi, LineSeries } from 'lightweight-charts';
import { LINE_COLORS } from '~/components/charts/palette';
import type { Line } from './indicators';
import { linePoints } from './linePoints';

/** Another series over the bars of the chart: a value a bar. */
export interface ComparedLine {
  symbol: string;
  line: Line;
}

/** From the other end of the palette than indicators. */
export const comparedColor = (position: number): string =>
  LINE_COLORS[LINE_COLORS.length - 1 - (position % LINE_COLORS.length)] ?? '#5b8def';

/** Other series as lines on the scale of the candles. */
export class CompareOverlay {
  private readonly drawn = new Map<string, ISeriesApi<'Line'>>();

  constructor(private readonly chart: IChartApi) {}

  /** Draws exactly these. */
  set(lines: readonly ComparedLine[], time: readonly number[]) {
    const wanted = new Set(lines.map(({ symbol }) => symbol));
    for (const [symbol, series] of this.drawn) {
      if (wanted.has(symbol)) continue;
      this.chart.removeSeries(series);
      this.drawn.delete(symbol);
    }
    lines.forEach(({ symbol, line }, position) => {
      const series = this.drawn.get(symbol) ?? this.add(symbol);
      series.applyOptions({ color: comparedColor(position) });
      series.setData(linePoints(time, line));
    });
  }

  private add(symbol: string): ISeriesApi<'Line'> {
    const series = this.chart.addSeries(LineSeries, {
      lineWidth: 2,
      priceLineVisible: false,
      crosshairMarkerVisible: false,
    });
    this.drawn.set(symbol, series);
    return series;
  }
}

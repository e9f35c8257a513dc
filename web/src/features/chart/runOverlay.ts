import {
  AreaSeries,
  BaselineSeries,
  type IChartApi,
  type ISeriesApi,
  LineSeries,
  type UTCTimestamp,
} from 'lightweight-charts';
import type { EquityPoint } from '~/api/client';
import { compactFormat, DRAWDOWN, drawdownColors } from '~/components/charts/options';
import { type ChartPalette, fade, readPalette } from '~/components/charts/palette';
import type { PaneLabels } from '~/components/charts/paneLabels';

/** Equity, benchmark and drawdown of one run in two panes under the candles. */
export class RunOverlay {
  private equity: ISeriesApi<'Area'> | undefined;
  private benchmark: ISeriesApi<'Line'> | undefined;
  private drawdown: ISeriesApi<'Baseline'> | undefined;
  private palette: ChartPalette = readPalette();

  constructor(
    private readonly chart: IChartApi,
    private readonly labels: PaneLabels,
  ) {}

  /** Points of bars that are not loaded are left out: they would stretch the time axis into the empty. */
  set(points: EquityPoint[] | undefined, time: readonly number[]) {
    if (!points || time.length === 0) return this.clear();
    this.create();
    const first = time[0] ?? 0;
    const last = time[time.length - 1] ?? 0;
    const shown = points.filter((point) => point.time >= first && point.time <= last);
    const column = (pick: (point: EquityPoint) => number) =>
      shown.map((point) => ({ time: point.time as UTCTimestamp, value: pick(point) }));
    this.equity?.setData(column((point) => point.equity));
    this.benchmark?.setData(column((point) => point.benchmark));
    this.drawdown?.setData(column((point) => point.drawdown));
  }

  applyTheme(palette: ChartPalette) {
    this.palette = palette;
    this.equity?.applyOptions({
      lineColor: palette.accent,
      topColor: fade(palette.accent, 0.22),
      bottomColor: fade(palette.accent, 0),
    });
    this.benchmark?.applyOptions({ color: fade(palette.dim, 0.8) });
    this.drawdown?.applyOptions(drawdownColors(palette));
  }

  private create() {
    if (this.equity) return;
    const index = this.chart.panes().length;
    const quiet = { priceLineVisible: false, crosshairMarkerVisible: false };
    this.equity = this.chart.addSeries(
      AreaSeries,
      { ...quiet, priceFormat: compactFormat, lineWidth: 2 },
      index,
    );
    this.benchmark = this.chart.addSeries(
      LineSeries,
      { ...quiet, priceFormat: compactFormat, lineWidth: 1, lineStyle: 2, lastValueVisible: false },
      index,
    );
    this.drawdown = this.chart.addSeries(BaselineSeries, { ...quiet, ...DRAWDOWN, lineWidth: 1 }, index + 1);
    this.label(index, 'Equity of the run · benchmark dashed', 0.4);
    this.label(index + 1, 'Drawdown', 0.24);
    this.applyTheme(this.palette);
  }

  private label(index: number, text: string, share: number) {
    const pane = this.chart.panes()[index];
    if (!pane) return;
    pane.setStretchFactor(share);
    this.labels.put(pane, text);
  }

  private clear() {
    for (const series of [this.drawdown, this.benchmark, this.equity])
      if (series) this.chart.removeSeries(series);
    this.equity = undefined;
    this.benchmark = undefined;
    this.drawdown = undefined;
  }
}

import {
  CandlestickSeries,
  createChart,
  createSeriesMarkers,
  HistogramSeries,
  type IChartApi,
  type IPaneApi,
  type ISeriesApi,
  type ISeriesMarkersPluginApi,
  LineSeries,
  PriceLineSource,
  PriceScaleMode,
  type SeriesMarker,
  type SeriesType,
  type Time,
  type UTCTimestamp,
} from 'lightweight-charts';
import type { EquityPoint, Trade } from '~/api/client';
import {
  baseOptions,
  compactFormat,
  positiveFormat,
  priceFormat,
  type TimeStyle,
  themeOptions,
  timeOptions,
} from '~/components/charts/options';
import { type ChartPalette, fade, LINE_COLORS, readPalette } from '~/components/charts/palette';
import { PaneLabels } from '~/components/charts/paneLabels';
import { type ComparedLine, CompareOverlay } from './compareOverlay';
import { type HoleMark, HoleMarks } from './holeMarks';
import {
  INDICATORS,
  type Indicator,
  indicatorId,
  indicatorText,
  isOfPrice,
  type LineShape,
} from './indicators';
import { linePoints } from './linePoints';
import { type DrawnPlan, PlanOverlay } from './planOverlay';
import { RunOverlay } from './runOverlay';
import { barAt, type Series } from './series';
import { ViewAnchor } from './viewAnchor';

export interface ChartEvents {
  /** Opening time of the bar under the crosshair; undefined beside the bars. */
  onPoint: (seconds: number | undefined) => void;
  /**
   * The visible span changed: first and last visible bar time, and bars left of the edge. `isOwn`: by bars that
   * came or went, not by the person.
   */
  onView: (from: number, to: number, barsBefore: number, isOwn: boolean) => void;
  /** The indicators that have a pane of their own, with the place of each in the page. */
  onPanes?: (panes: ReadonlyMap<string, Element>) => void;
  /** Opening times of the first and the last bar in view. The chart's own label and line are of the last. */
  onEdges: (first: number | undefined, last: number | undefined) => void;
}

interface DrawnIndicator {
  series: ISeriesApi<SeriesType>[];
  pane: IPaneApi<Time> | undefined;
}

const SCALE_MODES = {
  normal: PriceScaleMode.Normal,
  log: PriceScaleMode.Logarithmic,
  percent: PriceScaleMode.Percentage,
} as const;

/** Fewer are not shown of a range that begins before the first or ends behind the last of them. */
const BARS_AT_LEAST = 20;

const at = (seconds: number | undefined) => seconds as UTCTimestamp;

/**
 * The chart itself, free of React: made once a mount and told of changes, so that a theme, a zone or an added
 * indicator never loses what the person looks at.
 */
export class PriceChart {
  private readonly chart: IChartApi;
  private readonly candles: ISeriesApi<'Candlestick'>;
  private readonly volume: ISeriesApi<'Histogram'>;
  private readonly markers: ISeriesMarkersPluginApi<Time>;
  private readonly drawn = new Map<string, DrawnIndicator>();
  private readonly labels = new PaneLabels();
  private readonly run: RunOverlay;
  private readonly plan: PlanOverlay;
  private readonly compared: CompareOverlay;
  private readonly holes: HoleMarks;
  private trades: Trade[] = [];
  private readonly view: ViewAnchor;
  private palette: ChartPalette = readPalette();
  private series: Series | undefined;
  private shown: [Indicator[], Series, number, boolean] | undefined;

  constructor(
    container: HTMLElement,
    private readonly events: ChartEvents,
  ) {
    this.chart = createChart(container, baseOptions());
    this.candles = this.chart.addSeries(CandlestickSeries, {
      borderVisible: false,
      priceLineWidth: 1,
      // The label of the price is that of the last bar in view; its line, and the legend, say the same.
      priceLineSource: PriceLineSource.LastVisible,
    });
    this.volume = this.chart.addSeries(HistogramSeries, {
      priceScaleId: 'volume',
      priceFormat: compactFormat,
      lastValueVisible: false,
      priceLineVisible: false,
    });
    this.volume.priceScale().applyOptions({ scaleMargins: { top: 0.84, bottom: 0 } });
    this.markers = createSeriesMarkers(this.candles, []);
    this.run = new RunOverlay(this.chart, this.labels);
    this.plan = new PlanOverlay(this.candles);
    this.compared = new CompareOverlay(this.chart);
    this.holes = new HoleMarks(this.chart);
    this.candles.attachPrimitive(this.holes);
    this.view = new ViewAnchor(this.chart);
    this.applyTheme();
    this.listen();
  }

  destroy() {
    this.chart.remove();
  }

  /** Takes the colours of the current theme; call after it changed. */
  applyTheme() {
    const palette = readPalette();
    this.palette = palette;
    this.chart.applyOptions(themeOptions(palette));
    this.candles.applyOptions({
      upColor: palette.up,
      downColor: palette.down,
      wickUpColor: palette.up,
      wickDownColor: palette.down,
    });
    this.labels.applyTheme(palette);
    this.run.applyTheme(palette);
    this.plan.applyTheme(palette);
    this.holes.applyTheme(palette);
    this.drawMarkers();
    if (this.series) this.drawVolume(this.series);
    if (this.shown) this.setIndicators(...this.shown);
  }

  setTimeStyle(style: TimeStyle) {
    this.chart.applyOptions(timeOptions(style));
  }

  /** In percent everything on the scale begins at 0 at the left edge, wherever that is moved to. */
  setScale(scale: 'normal' | 'log' | 'percent') {
    // Per pane on purpose: set on the whole chart it would turn the drawdown pane logarithmic too.
    this.chart.priceScale('right', 0).applyOptions({ mode: SCALE_MODES[scale] });
  }

  /** Replaces all bars. What is in view stays, once `settle` was called after all that goes with them. */
  setSeries(series: Series, decimals: number) {
    this.view.hold();
    this.series = series;
    const { time, open, high, low, close } = series.columns;
    this.candles.applyOptions({ priceFormat: positiveFormat(decimals) });
    this.candles.setData(
      time.map((seconds, bar) => ({
        time: at(seconds),
        open: open[bar] ?? 0,
        high: high[bar] ?? 0,
        low: low[bar] ?? 0,
        close: close[bar] ?? 0,
      })),
    );
    this.drawVolume(series);
  }

  private drawVolume({ columns }: Series) {
    const { time, open, close, volume } = columns;
    // A ratio has no volume: an empty scale leaves its bars the whole height.
    const traded = volume.some((value) => value > 0);
    this.candles.priceScale().applyOptions({ scaleMargins: { top: 0.1, bottom: traded ? 0.2 : 0.06 } });
    if (!traded) return this.volume.setData([]);
    this.volume.setData(
      time.map((seconds, bar) => ({
        time: at(seconds),
        value: volume[bar] ?? 0,
        color: (close[bar] ?? 0) >= (open[bar] ?? 0) ? this.palette.volumeUp : this.palette.volumeDown,
      })),
    );
  }

  /** Draws exactly these indicators, or those of them that are not of the price; those that stay keep their pane. */
  setIndicators(list: Indicator[], series: Series, decimals: number, isCompared: boolean) {
    this.shown = [list, series, decimals, isCompared];
    const isDrawn = (one: Indicator) => !isCompared || !isOfPrice(one);
    const wanted = new Set(list.filter(isDrawn).map(indicatorId));
    for (const id of [...this.drawn.keys()]) if (!wanted.has(id)) this.removeIndicator(id);
    const signColor = (value: number) => fade(value >= 0 ? this.palette.up : this.palette.down, 0.55);
    list.forEach((indicator, position) => {
      if (!isDrawn(indicator)) return;
      const id = indicatorId(indicator);
      const drawn = this.drawn.get(id) ?? this.addIndicator(indicator);
      const lines = series.lines.get(id) ?? [];
      INDICATORS[indicator.kind].lines.forEach((shape, line) => {
        const one = drawn.series[line];
        const colorOf = shape.style === 'histogram' ? signColor : undefined;
        one?.applyOptions({
          color: lineColor(position, shape, this.palette),
          priceFormat: formatOf(indicator, decimals),
        });
        one?.setData(linePoints(series.columns.time, lines[line] ?? [], colorOf, shape.where !== undefined));
      });
    });
    this.tellPanes();
  }

  /** The library makes a pane's place with its next frame, and hands it on where one above is removed. */
  private tellPanes() {
    requestAnimationFrame(() => {
      const panes = [...this.drawn].flatMap(([id, { pane }]): [string, Element][] => {
        const place = pane?.getHTMLElement()?.children[1]?.firstElementChild;
        return place ? [[id, place]] : [];
      });
      this.events.onPanes?.(new Map(panes));
    });
  }

  private addIndicator(indicator: Indicator): DrawnIndicator {
    const type = INDICATORS[indicator.kind];
    const own = type.pane === 'own';
    const paneIndex = own ? this.chart.panes().length : 0;
    const series = type.lines.map(({ style }) =>
      this.chart.addSeries(
        style === 'histogram' ? HistogramSeries : LineSeries,
        {
          ...(type.pane === 'volume' ? { priceScaleId: 'volume' } : {}),
          lastValueVisible: own && style === 'line',
          priceLineVisible: false,
          crosshairMarkerVisible: false,
          ...(style === 'line' ? { lineWidth: 1 as const } : {}),
        },
        paneIndex,
      ),
    );
    const pane = own ? this.chart.panes()[paneIndex] : undefined;
    if (pane) this.dressPane(pane, indicator, series[0]);
    const drawn = { series, pane };
    this.drawn.set(indicatorId(indicator), drawn);
    return drawn;
  }

  private dressPane(pane: IPaneApi<Time>, indicator: Indicator, first: ISeriesApi<SeriesType> | undefined) {
    pane.setStretchFactor(0.32);
    for (const price of INDICATORS[indicator.kind].levels ?? [])
      first?.createPriceLine({
        price,
        color: fade(this.palette.dim, 0.5),
        lineStyle: 2,
        lineWidth: 1,
        axisLabelVisible: false,
      });
  }

  private removeIndicator(id: string) {
    // The library drops a pane with its last series.
    for (const one of this.drawn.get(id)?.series ?? []) this.chart.removeSeries(one);
    this.drawn.delete(id);
  }

  /** Trades as arrows on their bars; equity and drawdown in panes below. Undefined takes all of it away. */
  setRun(run: { trades: Trade[]; equity: EquityPoint[] } | undefined) {
    this.trades = run?.trades ?? [];
    this.drawMarkers();
    this.run.set(run?.equity, this.series?.columns.time ?? []);
  }

  /** Other series as lines, a value for each bar of this one. */
  setCompared(lines: readonly ComparedLine[]) {
    this.compared.set(lines, this.series?.columns.time ?? []);
  }

  /** Where bars are missing. */
  setHoles(marks: readonly HoleMark[]) {
    this.holes.set(marks);
  }

  /** The prices of a trade plan as lines, its fills as arrows. Undefined takes them away. */
  setPlan(plan: DrawnPlan | undefined) {
    this.plan.set(plan);
    this.drawMarkers();
  }

  private drawMarkers() {
    const time = this.series?.columns.time ?? [];
    const marks = [...tradeMarkers(this.trades, time, this.palette), ...this.plan.markers(time)];
    this.markers.setMarkers(marks.sort((a, b) => (a.time as number) - (b.time as number)));
  }

  settle() {
    this.view.release();
    // Other bars may stand at the same places, of which the library tells nothing.
    this.tellEdges();
  }

  /** Shows the bars from one time to another, as far as they are loaded. */
  showTimes(from: number, to: number) {
    const time = this.series?.columns.time ?? [];
    if (time.length === 0) return;
    const first = Math.max(0, barAt(time, from - 1) + 1);
    const last = Math.max(first + BARS_AT_LEAST, barAt(time, to));
    this.chart.timeScale().setVisibleLogicalRange({ from: first - 0.5, to: last + 2.5 });
  }

  /** The newest bars, as many as read well at this width. */
  showNewest() {
    const count = this.series?.columns.time.length ?? 0;
    const bars = Math.max(40, Math.round(this.chart.timeScale().width() / 7));
    this.chart.timeScale().setVisibleLogicalRange({ from: Math.max(-0.5, count - bars), to: count + 3 });
  }

  /** Puts the crosshair on a bar and scrolls it into view. */
  point(index: number) {
    const { time, close } = this.series?.columns ?? { time: [], close: [] };
    const seconds = time[index];
    const price = close[index];
    if (seconds === undefined || price === undefined) return;
    const scale = this.chart.timeScale();
    const visible = scale.getVisibleLogicalRange();
    if (visible && (index < visible.from || index > visible.to)) {
      const width = visible.to - visible.from;
      const from = index < visible.from ? index - 2 : index - width + 2;
      scale.setVisibleLogicalRange({ from, to: from + width });
    }
    this.chart.setCrosshairPosition(price, at(seconds), this.candles);
  }

  /** Zooms around the middle; a factor below 1 shows fewer bars. */
  zoom(factor: number) {
    const scale = this.chart.timeScale();
    const visible = scale.getVisibleLogicalRange();
    if (!visible) return;
    const middle = (visible.from + visible.to) / 2;
    const half = Math.max(5, ((visible.to - visible.from) / 2) * factor);
    scale.setVisibleLogicalRange({ from: middle - half, to: middle + half });
  }

  private listen() {
    const { onPoint, onView } = this.events;
    this.chart.subscribeCrosshairMove((event) => {
      onPoint(event.time as number | undefined);
    });
    this.chart.timeScale().subscribeVisibleLogicalRangeChange((range) => {
      this.tellEdges();
      const time = this.series?.columns.time ?? [];
      if (!range || time.length === 0) return;
      const first = timeAt(time, Math.ceil(range.from)) ?? 0;
      const last = timeAt(time, Math.floor(range.to)) ?? 0;
      onView(first, last, range.from, this.view.isOwn(range));
    });
  }

  /** A bar that is cut by the edge counts, as the library counts it. */
  private tellEdges() {
    const time = this.series?.columns.time ?? [];
    const range = this.chart.timeScale().getVisibleLogicalRange() ?? { from: 0, to: time.length };
    this.events.onEdges(timeAt(time, Math.floor(range.from)), timeAt(time, Math.ceil(range.to)));
  }
}

/** Of the bar at that place, or of the nearest where there is none. */
const timeAt = (time: readonly number[], place: number): number | undefined =>
  time[Math.min(time.length - 1, Math.max(0, place))];

/** `decimals` are those of the symbol. */
const formatOf = (indicator: Indicator, decimals: number) => ({
  ...priceFormat(INDICATORS[indicator.kind].unit ? 2 : decimals),
  formatter: (value: number) => indicatorText(value, indicator, decimals),
});

/** An indicator's own colour, by its place in the list. */
export const ownColor = (position: number) => LINE_COLORS[position % LINE_COLORS.length] ?? '#5b8def';

function lineColor(position: number, { tone }: LineShape, palette: ChartPalette): string {
  if (tone === 'up' || tone === 'down') return palette[tone];
  if (tone === 'other') return ownColor(position + 3);
  return tone === 'pale' ? fade(ownColor(position), 0.65) : ownColor(position);
}

function tradeMarkers(trades: Trade[], time: readonly number[], palette: ChartPalette): SeriesMarker<Time>[] {
  const first = time[0] ?? Number.POSITIVE_INFINITY;
  const marks: SeriesMarker<Time>[] = [];
  for (const trade of trades) {
    const long = trade.side === 'long';
    if (trade.entry_time >= first)
      marks.push({
        time: at(trade.entry_time),
        position: long ? 'belowBar' : 'aboveBar',
        shape: long ? 'arrowUp' : 'arrowDown',
        color: long ? palette.up : palette.down,
        text: long ? 'L' : 'S',
      });
    if (trade.exit_time !== null && trade.exit_time >= first)
      marks.push({
        time: at(trade.exit_time),
        position: long ? 'aboveBar' : 'belowBar',
        shape: 'circle',
        size: 0.7,
        color: palette.dim,
        text: 'X',
      });
  }
  return marks;
}

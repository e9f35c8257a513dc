import type {
  AutoscaleInfo,
  IPriceLine,
  ISeriesApi,
  SeriesMarker,
  Time,
  UTCTimestamp,
} from 'lightweight-charts';
import { type ChartPalette, readPalette } from '~/components/charts/palette';
import { barAt } from './series';

/** What is drawn of a trade plan: its prices as lines, its fills on their bars. Prices are numbers here: it is a drawing. */
export interface DrawnPlan {
  lines: { kind: 'entry' | 'stop' | 'target' | 'filled'; price: number }[];
  fills: { time: number; side: 'buy' | 'sell'; action: 'open' | 'close' }[];
}

const WORDS = { entry: 'entry', stop: 'stop', target: 'target', filled: 'filled' } as const;

/** The lines of one plan over the candles. */
export class PlanOverlay {
  private drawn: IPriceLine[] = [];
  private plan: DrawnPlan | undefined;
  private palette: ChartPalette = readPalette();

  constructor(private readonly candles: ISeriesApi<'Candlestick'>) {
    // What the plan waits for is to be seen, though no candle has been there.
    candles.applyOptions({
      autoscaleInfoProvider: (original: () => AutoscaleInfo | null) => {
        const info = original();
        const prices = this.plan?.lines.map(({ price }) => price) ?? [];
        if (!info?.priceRange || prices.length === 0) return info;
        const { minValue, maxValue } = info.priceRange;
        return {
          ...info,
          priceRange: { minValue: Math.min(minValue, ...prices), maxValue: Math.max(maxValue, ...prices) },
        };
      },
    });
  }

  set(plan: DrawnPlan | undefined) {
    for (const line of this.drawn) this.candles.removePriceLine(line);
    this.plan = plan;
    this.drawn = (plan?.lines ?? []).map(({ kind, price }) =>
      this.candles.createPriceLine({
        price,
        color: this.colorOf(kind),
        lineWidth: kind === 'filled' ? 2 : 1,
        lineStyle: kind === 'filled' ? 0 : 2,
        axisLabelVisible: true,
        title: WORDS[kind],
      }),
    );
  }

  applyTheme(palette: ChartPalette) {
    this.palette = palette;
    this.set(this.plan);
  }

  /** The fills as arrows on the bars that they fell into; those before the first loaded one are left out. */
  markers(time: readonly number[]): SeriesMarker<Time>[] {
    const first = time[0];
    if (first === undefined) return [];
    return (this.plan?.fills ?? [])
      .filter((fill) => fill.time >= first)
      .map(({ time: seconds, side, action }) => ({
        time: time[Math.max(0, barAt(time, seconds))] as UTCTimestamp,
        position: side === 'buy' ? ('belowBar' as const) : ('aboveBar' as const),
        shape: side === 'buy' ? ('arrowUp' as const) : ('arrowDown' as const),
        color: side === 'buy' ? this.palette.up : this.palette.down,
        text: action === 'open' ? side : `${side}, closes`,
      }));
  }

  private colorOf(kind: DrawnPlan['lines'][number]['kind']): string {
    if (kind === 'stop') return this.palette.down;
    return kind === 'target' ? this.palette.up : this.palette.accent;
  }
}

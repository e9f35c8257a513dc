import {
  type AutoscaleInfo,
  type IPriceLine,
  type ISeriesApi,
  LineStyle,
  type SeriesMarker,
  type Time,
  type UTCTimestamp,
} from 'lightweight-charts';
import { type ChartPalette, readPalette } from '~/components/charts/palette';
import type { Interval } from '~/lib/interval';
import { barHolding } from './series';

/** What is drawn of a trade plan: its prices as lines, its fills on their bars. Prices are numbers here: it is a drawing. */
export interface DrawnPlan {
  /** Of the bars that it is drawn over. */
  interval: Interval;
  lines: { kind: 'entry' | 'stop' | 'target' | 'filled'; price: number }[];
  fills: { time: number; side: 'buy' | 'sell'; action: 'open' | 'close' }[];
}

/** Each of another dash, so that they are told apart without their colours. The last price is dotted. */
const STYLES = {
  entry: LineStyle.Dashed,
  stop: LineStyle.LargeDashed,
  target: LineStyle.Dashed,
  filled: LineStyle.Solid,
} as const;

const THICK = ['filled', 'stop'];

/** Each fill with the open time of the bar during which it was made. */
export const placeFills = (plan: DrawnPlan | undefined, time: readonly number[]) =>
  (plan?.fills ?? []).flatMap((fill) => {
    const bar = plan && time[barHolding(time, fill.time, plan.interval)];
    return bar === undefined ? [] : [{ ...fill, bar }];
  });

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
        lineWidth: THICK.includes(kind) ? 2 : 1,
        lineStyle: STYLES[kind],
        axisLabelVisible: true,
        title: kind,
      }),
    );
    this.candles.applyOptions({
      title: plan ? 'last' : '',
      priceLineStyle: plan ? LineStyle.Dotted : LineStyle.Dashed,
      priceLineColor: plan ? this.palette.dim : '',
    });
  }

  applyTheme(palette: ChartPalette) {
    this.palette = palette;
    this.set(this.plan);
  }

  /** The fills as arrows on the bars that they fell into; those that fell into none are left out. */
  markers(time: readonly number[]): SeriesMarker<Time>[] {
    return placeFills(this.plan, time).map(({ bar, side, action }) => ({
      time: bar as UTCTimestamp,
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

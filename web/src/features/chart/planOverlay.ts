import {
  type AutoscaleInfo,
  type IPriceLine,
  type ISeriesApi,
  LineStyle,
  type SeriesMarker,
  type Time,
  type UTCTimestamp,
} from 'lightweight-charts';
import type { TradePlanLeg } from '~/api/client';
import { type ChartPalette, readPalette } from '~/components/charts/palette';
import type { Interval } from '~/lib/interval';
import { barHolding } from './series';

interface PlanLine {
  kind: 'entry' | 'stop' | 'target' | 'filled';
  price: number;
  /** The plan that it is of, where there are several. */
  of?: string;
}

/** What is drawn of a trade plan: its prices as lines, its fills on their bars. Prices are numbers here: it is a drawing. */
export interface DrawnPlan {
  /** Of the bars that it is drawn over. */
  interval: Interval;
  lines: PlanLine[];
  /** Whether the scale reaches as far as the lines do. */
  isWhole: boolean;
  fills: { time: number; side: 'buy' | 'sell'; action: 'open' | 'close' }[];
}

/** The prices of a leg: where it was filled, or is to be, and where it ends. */
export function planLines(leg: TradePlanLeg, of?: string): PlanLine[] {
  const { average_entry_price, planned_entry_price, stop_price, target_price } = leg;
  const named: [PlanLine['kind'], string | null][] = [
    [average_entry_price === null ? 'entry' : 'filled', average_entry_price ?? planned_entry_price],
    ['stop', stop_price],
    ['target', target_price],
  ];
  return named.flatMap(([kind, price]) => (price === null ? [] : [{ kind, price: Number(price), of }]));
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

/** The lines of plans over the candles. */
export class PlanOverlay {
  private drawn: IPriceLine[] = [];
  private plan: DrawnPlan | undefined;
  private palette: ChartPalette = readPalette();

  constructor(private readonly candles: ISeriesApi<'Candlestick'>) {
    // What the plan waits for is to be seen, though no candle has been there.
    candles.applyOptions({
      autoscaleInfoProvider: (original: () => AutoscaleInfo | null) => {
        const info = original();
        const prices = this.plan?.isWhole ? this.plan.lines.map(({ price }) => price) : [];
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
    this.drawn = (plan?.lines ?? []).map(({ kind, price, of }) =>
      this.candles.createPriceLine({
        price,
        color: this.colorOf(kind),
        lineWidth: THICK.includes(kind) ? 2 : 1,
        lineStyle: STYLES[kind],
        axisLabelVisible: true,
        title: of ? `${kind} · ${of}` : kind,
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

  private colorOf(kind: PlanLine['kind']): string {
    if (kind === 'stop') return this.palette.down;
    return kind === 'target' ? this.palette.up : this.palette.accent;
  }
}

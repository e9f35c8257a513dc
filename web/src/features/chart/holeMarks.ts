import type { IChartApi, IPrimitivePaneRenderer, ISeriesPrimitive, Logical, Time } from 'lightweight-charts';
import { type ChartPalette, readPalette } from '~/components/charts/palette';

/** Where bars are missing: the place between two bars, and how many. */
export interface HoleMark {
  /** Index of the bar behind the hole. */
  bar: number;
  text: string;
}

type Target = Parameters<IPrimitivePaneRenderer['draw']>[0];

const LINE = 15;
const AIR = 5;

/** A broken line through each hole: bars stand side by side, however much time is missing between them. */
export class HoleMarks implements ISeriesPrimitive<Time> {
  private marks: readonly HoleMark[] = [];
  private palette: ChartPalette = readPalette();
  private redraw: (() => void) | undefined;

  constructor(private readonly chart: IChartApi) {}

  attached({ requestUpdate }: { requestUpdate: () => void }) {
    this.redraw = requestUpdate;
  }

  set(marks: readonly HoleMark[]) {
    this.marks = marks;
    this.redraw?.();
  }

  applyTheme(palette: ChartPalette) {
    this.palette = palette;
    this.redraw?.();
  }

  paneViews() {
    return [
      { zOrder: () => 'top' as const, renderer: () => ({ draw: (target: Target) => this.draw(target) }) },
    ];
  }

  /** Between a bar and the one before; the library answers 0 for a place that is no bar. */
  private middle(bar: number): number | undefined {
    const scale = this.chart.timeScale();
    const [left, right] = [bar - 1, bar].map((index) => scale.logicalToCoordinate(index as Logical));
    return left == null || right == null ? undefined : (left + right) / 2;
  }

  private draw(target: Target) {
    // biome-ignore lint/correctness/useHookAtTopLevel: a function of the library, no hook
    target.useMediaCoordinateSpace(({ context, mediaSize }) => {
      context.strokeStyle = this.palette.warn;
      context.font = '11px system-ui, sans-serif';
      context.setLineDash([2, 4]);
      let taken = Number.NEGATIVE_INFINITY;
      for (const { bar, text } of this.marks) {
        const x = this.middle(bar);
        if (x === undefined || x < 0 || x > mediaSize.width) continue;
        context.beginPath();
        context.moveTo(Math.round(x) + 0.5, 0);
        context.lineTo(Math.round(x) + 0.5, mediaSize.height);
        context.stroke();
        const width = context.measureText(text).width;
        const left = x + AIR + width < mediaSize.width ? x + AIR : x - AIR - width;
        // Where holes lie close together the first says how many bars it is.
        if (left < taken) continue;
        taken = left + width + AIR;
        context.fillStyle = this.palette.background;
        context.fillRect(left - 2, mediaSize.height - LINE - AIR, width + 4, LINE);
        context.fillStyle = this.palette.warn;
        context.fillText(text, left, mediaSize.height - 2 * AIR);
      }
    });
  }
}

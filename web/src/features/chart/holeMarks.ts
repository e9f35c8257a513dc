import type { IChartApi, IPrimitivePaneRenderer, ISeriesPrimitive, Logical, Time } from 'lightweight-charts';
import { type ChartPalette, readPalette } from '~/components/charts/palette';

/** Where bars are missing: the place between two bars, and how many. */
export interface HoleMark {
  /** Index of the bar behind the hole. */
  bar: number;
  text: string;
}

type Target = Parameters<IPrimitivePaneRenderer['draw']>[0];

const LABEL_TOP = 44;
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

  private draw(target: Target) {
    // biome-ignore lint/correctness/useHookAtTopLevel: a function of the library, no hook
    target.useMediaCoordinateSpace(({ context, mediaSize }) => {
      context.strokeStyle = this.palette.warn;
      context.fillStyle = this.palette.warn;
      context.font = '11px system-ui, sans-serif';
      context.setLineDash([2, 4]);
      for (const { bar, text } of this.marks) {
        const x = this.chart.timeScale().logicalToCoordinate((bar - 0.5) as Logical);
        if (x === null || x < 0 || x > mediaSize.width) continue;
        context.beginPath();
        context.moveTo(Math.round(x) + 0.5, 0);
        context.lineTo(Math.round(x) + 0.5, mediaSize.height);
        context.stroke();
        const width = context.measureText(text).width;
        const left = x + AIR + width < mediaSize.width ? x + AIR : x - AIR - width;
        context.fillText(text, left, LABEL_TOP);
      }
    });
  }
}

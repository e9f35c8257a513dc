import type { IChartApi, Time } from 'lightweight-charts';

const SAME_BARS = 0.01;

/**
 * Keeps the stretch of time in view while bars are replaced. The library keeps numbers of bars, or follows the
 * newest one: with bars taken away on the left, or many added on the right, that is another stretch.
 */
export class ViewAnchor {
  private held: { time: Time; before: number; width: number } | undefined;
  private replaced = 0;

  constructor(private readonly chart: IChartApi) {}

  /** Whether a change of the view is the chart's own: the library tells of it up to a frame later. */
  get isReplacing(): boolean {
    return this.replaced > 0;
  }

  /** Call before anything is replaced, and `release` after it. */
  hold() {
    this.replaced += 1;
    const scale = this.chart.timeScale();
    const visible = scale.getVisibleLogicalRange();
    const time = scale.getVisibleRange()?.from;
    if (this.held || !visible || time === undefined) return;
    const index = scale.timeToIndex(time);
    if (index !== null) this.held = { time, before: index - visible.from, width: visible.to - visible.from };
  }

  /** Call when everything is: in between, what is drawn holds old and new bars. */
  release() {
    if (this.replaced > 0) requestAnimationFrame(() => requestAnimationFrame(() => this.end()));
    this.restore();
  }

  private end() {
    this.replaced = 0;
  }

  private restore() {
    const { held } = this;
    this.held = undefined;
    const scale = this.chart.timeScale();
    const visible = scale.getVisibleLogicalRange();
    const index = held ? scale.timeToIndex(held.time) : null;
    if (!held || !visible || index === null) return;
    const from = index - held.before;
    const to = from + held.width;
    if (Math.abs(visible.from - from) < SAME_BARS && Math.abs(visible.to - to) < SAME_BARS) return;
    scale.setVisibleLogicalRange({ from, to });
  }
}

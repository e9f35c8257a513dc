import type { IChartApi, Time } from 'lightweight-charts';

const SAME_BARS = 0.01;

/**
 * Keeps the stretch of time in view while bars are replaced. The library keeps numbers of bars, or follows the
 * newest one: with bars taken away on the left, or many added on the right, that is another stretch.
 */
export class ViewAnchor {
  private held: { time: Time; before: number; width: number } | undefined;

  constructor(private readonly chart: IChartApi) {}

  /** Call before anything is replaced. */
  hold() {
    const scale = this.chart.timeScale();
    const visible = scale.getVisibleLogicalRange();
    const time = scale.getVisibleRange()?.from;
    if (this.held || !visible || time === undefined) return;
    const index = scale.timeToIndex(time);
    if (index !== null) this.held = { time, before: index - visible.from, width: visible.to - visible.from };
  }

  /** Call when everything is: in between, what is drawn holds old and new bars. */
  release() {
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

import type { IChartApi, Time } from 'lightweight-charts';

const SAME_BARS = 0.01;

/** Numbers of bars, with fractions. */
interface Range {
  from: number;
  to: number;
}

/**
 * Keeps the stretch of time in view while bars are replaced. The library keeps numbers of bars, or follows the
 * newest one: with bars taken away on the left, or many added on the right, that is another stretch.
 */
export class ViewAnchor {
  private held: { time: Time; before: number; width: number } | undefined;
  private replacing = false;
  /** The view as `release` left it, until the person moves it. */
  private left: Range | undefined;

  constructor(private readonly chart: IChartApi) {}

  /** Whether a change to this view is the chart's own: the library tells of one up to a frame later. */
  isOwn(view: Range): boolean {
    if (this.replacing || (this.left && isSame(this.left, view))) return true;
    this.left = undefined;
    return false;
  }

  /** Call before anything is replaced, and `release` after it. */
  hold() {
    const scale = this.chart.timeScale();
    const visible = scale.getVisibleLogicalRange();
    const time = scale.getVisibleRange()?.from;
    this.replacing = true;
    if (this.held || !visible || time === undefined) return;
    const index = scale.timeToIndex(time);
    if (index !== null) this.held = { time, before: index - visible.from, width: visible.to - visible.from };
  }

  /** Call when everything is: in between, what is drawn holds old and new bars. */
  release() {
    if (!this.replacing) return;
    this.left = this.restore();
    this.held = undefined;
    this.replacing = false;
  }

  private restore(): Range | undefined {
    const scale = this.chart.timeScale();
    const visible = scale.getVisibleLogicalRange();
    const index = this.held ? scale.timeToIndex(this.held.time) : null;
    if (!this.held || !visible || index === null) return visible ?? undefined;
    const from = index - this.held.before;
    const wanted = { from, to: from + this.held.width };
    if (isSame(visible, wanted)) return visible;
    scale.setVisibleLogicalRange(wanted);
    return wanted;
  }
}

const isSame = (a: Range, b: Range) =>
  Math.abs(a.from - b.from) < SAME_BARS && Math.abs(a.to - b.to) < SAME_BARS;

import type { IChartApi } from 'lightweight-charts';
import { describe, expect, it } from 'vitest';
import { ViewAnchor } from './viewAnchor';

/** A time axis of days, and the numbers of the bars in view. */
function fakeChart(days: number[], from: number, to: number) {
  const state = { days, view: { from, to }, moves: 0 };
  const scale = {
    getVisibleLogicalRange: () => state.view,
    getVisibleRange: () => {
      const first = state.days[Math.max(0, Math.ceil(state.view.from))];
      return first === undefined ? null : { from: first, to: state.days.at(-1) };
    },
    timeToIndex: (day: number) => {
      const index = state.days.indexOf(day);
      return index < 0 ? null : index;
    },
    setVisibleLogicalRange: (view: { from: number; to: number }) => {
      state.view = view;
      state.moves += 1;
    },
  };
  return { state, anchor: new ViewAnchor({ timeScale: () => scale } as unknown as IChartApi) };
}

const days = (first: number, count: number) => Array.from({ length: count }, (_, n) => first + n);

describe('while bars are replaced', () => {
  it('the days in view stay when the window of bars moves on', () => {
    const { state, anchor } = fakeChart(days(100, 50), 19.5, 40);
    anchor.hold();
    state.days = days(103, 50);
    anchor.release();
    expect(state.view).toEqual({ from: 16.5, to: 37 });
  });

  it('they stay when the library follows the newest bar', () => {
    const { state, anchor } = fakeChart(days(100, 50), 30.5, 52);
    anchor.hold();
    state.days = days(100, 350);
    state.view = { from: 330.5, to: 352 };
    anchor.release();
    expect(state.view).toEqual({ from: 30.5, to: 52 });
  });

  it('a change of the view is the chart’s own, until the person moves it', () => {
    const { state, anchor } = fakeChart(days(100, 50), 30.5, 52);
    expect(anchor.isOwn({ from: 30.5, to: 52 })).toBe(false);
    anchor.hold();
    state.days = days(100, 350);
    expect(anchor.isOwn({ from: 330.5, to: 352 })).toBe(true);
    state.view = { from: 330.5, to: 352 };
    anchor.release();
    expect(anchor.isOwn({ from: 30.5, to: 52 })).toBe(true);
    expect(anchor.isOwn({ from: 29, to: 52 })).toBe(false);
    expect(anchor.isOwn({ from: 30.5, to: 52 })).toBe(false);
  });

  it('nothing is moved where nothing moved, or the bar is gone', () => {
    const { state, anchor } = fakeChart(days(100, 50), 10, 20);
    anchor.hold();
    anchor.release();
    anchor.hold();
    state.days = days(500, 50);
    anchor.release();
    anchor.release();
    expect(state.moves).toBe(0);
  });
});

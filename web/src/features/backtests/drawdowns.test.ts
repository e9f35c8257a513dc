import { describe, expect, it } from 'vitest';
import type { EquityPoint } from '~/api/client';
import { deepestText, worstDrawdowns } from './drawdowns';

const DAY = 86_400;

/** A point a day; drawdowns as the server makes them. */
function curve(values: number[]): EquityPoint[] {
  let highest = 0;
  return values.map((equity, day) => {
    highest = Math.max(highest, equity);
    return { time: day * DAY, equity, drawdown: equity / highest - 1, benchmark: 100 };
  });
}

describe('the worst drawdowns', () => {
  it('go from the last peak to the first bar that is back at it, the deepest first', () => {
    const points = curve([100, 110, 99, 104.5, 110, 120, 90, 60, 84, 121, 120]);
    expect(worstDrawdowns(points, 10)).toEqual([
      { depth: -0.5, peak: 5 * DAY, trough: 7 * DAY, recovery: 9 * DAY, bars: 3 },
      { depth: expect.closeTo(-0.1), peak: DAY, trough: 2 * DAY, recovery: 4 * DAY, bars: 2 },
      { depth: expect.closeTo(-1 / 121), peak: 9 * DAY, trough: 10 * DAY, recovery: undefined, bars: 1 },
    ]);
  });

  it('are no more than asked for, and of equal ones the earlier', () => {
    const points = curve([100, 50, 100, 50, 100, 75, 100]);
    expect(worstDrawdowns(points, 1).map(({ trough }) => trough)).toEqual([DAY]);
  });

  it('begin at the bar that the value was last at its peak', () => {
    expect(worstDrawdowns(curve([100, 100, 100, 90]), 1)[0]?.peak).toBe(2 * DAY);
  });

  it('have the first of two equal lowest bars', () => {
    expect(worstDrawdowns(curve([100, 80, 90, 80]), 1)[0]?.trough).toBe(DAY);
  });

  it('leave out what is a rounding below the peak', () => {
    const points = curve([100, 100 * (1 - 2e-15), 100]);
    expect(worstDrawdowns(points, 10)).toEqual([]);
  });

  it('are none of a curve without points', () => {
    expect(worstDrawdowns([], 10)).toEqual([]);
  });
});

describe('the deepest drawdown', () => {
  it('has its dates and its days', () => {
    expect(deepestText(curve([100, 110, 99, 104, 110, 109]), '1d', 'utc')).toBe(
      '1970-01-02 →\n1970-01-05, 3 d',
    );
  });

  it('says that it is not over', () => {
    expect(deepestText(curve([100, 90, 95, 97]), '1d', 'utc')).toBe('since 1970-01-01,\n3 d, not back yet');
  });

  it('is nothing where there is none', () => {
    expect(deepestText(curve([100, 101]), '1d', 'utc')).toBe('');
    expect(deepestText([], '1d', 'utc')).toBe('');
  });
});

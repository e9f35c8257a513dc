import { describe, expect, it } from 'vitest';
import { binsOf, returnsText } from './histogram';

describe('bins of returns', () => {
  it('have a round width, and none lies on both sides of zero', () => {
    const bins = binsOf([-0.031, -0.004, 0, 0.007, 0.052, 0.059]);
    expect(bins[0]).toEqual({ from: expect.closeTo(-0.035), to: expect.closeTo(-0.03), count: 1 });
    for (const { from, to } of bins) {
      expect(to - from).toBeCloseTo(0.005, 12);
      expect(from < -1e-12 && to > 1e-12).toBe(false);
    }
    expect(bins.find(({ from }) => from === 0)?.count).toBe(1);
    expect(bins.reduce((sum, { count }) => sum + count, 0)).toBe(6);
  });

  it('have what lies far beyond the others at their ends', () => {
    const near = Array.from({ length: 98 }, (_, index) => (index - 49) / 1000);
    const bins = binsOf([...near, -0.9, 7]);
    expect(bins.length).toBeLessThan(30);
    expect(bins.reduce((sum, { count }) => sum + count, 0)).toBe(100);
    expect(bins[bins.length - 1]?.to).toBeLessThan(0.1);
  });

  it('are one where all are the same, and none where there are no trades', () => {
    expect(binsOf([0.123, 0.123])).toHaveLength(1);
    expect(binsOf([0])).toEqual([{ from: 0, to: expect.any(Number), count: 1 }]);
    expect(binsOf([])).toEqual([]);
  });
});

describe('returns in words', () => {
  it('name how many gained and lost, the ends and the median', () => {
    expect(returnsText([0.1, -0.05, 0, 0.3])).toBe(
      '2 above zero, 1 below; lowest −5.00%, median +5.00%, highest +30.00%',
    );
    expect(returnsText([-0.1, 0.2, 0.3])).toContain('median +20.00%');
  });
});

import { describe, expect, it } from 'vitest';
import { largestOf, leastOf } from './extent';

describe('the least and the largest of numbers', () => {
  it('are those of a million as well', () => {
    const values = Array.from({ length: 1_000_000 }, (_, index) => (index * 7) % 1_000_003);
    expect(leastOf(values)).toBe(0);
    expect(largestOf(values)).toBe(1_000_002);
  });

  it('are infinite where there are none, as of Math.min and Math.max', () => {
    expect(leastOf([])).toBe(Math.min());
    expect(largestOf([])).toBe(Math.max());
  });
});

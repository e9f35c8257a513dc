import { describe, expect, it } from 'vitest';
import { alignTo, changeSince, firstBar, normaliseCompared } from './compared';

describe('the series to compare with', () => {
  it('are a list in which each stands once', () => {
    expect(normaliseCompared('ETHUSDT, CAT:Layer 1,ETHUSDT,')).toBe('ETHUSDT,CAT:Layer 1');
    expect(normaliseCompared(' , ')).toBeUndefined();
  });

  it('are eight at most', () => {
    expect(normaliseCompared('A,B,C,D,E,F,G,H,I')).toBe('A,B,C,D,E,F,G,H');
  });
});

describe('a compared line', () => {
  it('has a value where both have a bar, and bars of its own nowhere', () => {
    expect(alignTo([10, 20, 30, 50], [5, 10, 25, 30, 40], [1, 2, 3, 4, 5])).toEqual([2, null, 4, null]);
    expect(alignTo([10, 20], [], [])).toEqual([null, null]);
  });

  it('changes from the left edge on', () => {
    expect(changeSince([8, 10, 11, 12], 1, 3)).toBeCloseTo(0.2);
    expect(changeSince([8, 10], 1, 1)).toBe(0);
  });

  it('changes from its first bar in view where it begins later', () => {
    expect(changeSince([null, null, 10, 15], 0, 3)).toBeCloseTo(0.5);
  });

  it('begins with its first bar in view', () => {
    expect(firstBar([8, 10, 11], 1, 2)).toBe(1);
    expect(firstBar([null, null, 10, 15], 0, 3)).toBe(2);
    expect(firstBar([null, null, null], 0, 2)).toBe(2);
  });

  it('has no change where it has no bar, or before it begins', () => {
    expect(changeSince([10, null], 0, 1)).toBeNull();
    expect(changeSince([null, null, 10], 0, 1)).toBeNull();
    expect(changeSince([], 0, 3)).toBeNull();
  });
});

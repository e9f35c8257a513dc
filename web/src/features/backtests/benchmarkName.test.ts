import { describe, expect, it } from 'vitest';
import { benchmarkName } from './MetricTiles';

describe('benchmarkName', () => {
  it('of one symbol it is holding it', () => expect(benchmarkName({ kind: 'single' })).toBe('Buy and hold'));
  it('of a category it is all of its symbols in equal parts', () =>
    expect(benchmarkName({ kind: 'category_momentum' })).toBe('Equal weight'));
});

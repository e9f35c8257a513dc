import { describe, expect, it } from 'vitest';
import { readTags, TAG_LENGTH_MAX, TAGS_MAX } from './labels';

describe('tags as typed', () => {
  it('are each there once, without spaces around and empty ones', () => {
    expect(readTags(' grid, btc ,,grid')).toEqual({ tags: ['grid', 'btc'] });
    expect(readTags('')).toEqual({ tags: [] });
  });

  it('are refused where they are too many or too long, with what is wrong', () => {
    const many = Array.from({ length: TAGS_MAX + 1 }, (_, n) => `t${n}`).join(',');
    expect(readTags(many)).toEqual({ fault: '21 are too many: 20 can be kept' });
    expect(readTags('x'.repeat(TAG_LENGTH_MAX + 1))).toHaveProperty('fault');
  });
});

import { expect, it } from 'vitest';
import { resetEnds } from './ResetEnds';

it('says how many plans and orders a reset ends, and in general while that is not known', () => {
  expect(resetEnds(2, 1)).toBe('2 open plans are closed with it, and 1 resting order is cancelled.');
  expect(resetEnds(1, 0)).toBe('1 open plan is closed with it, and no resting orders are cancelled.');
  expect(resetEnds(undefined, undefined)).toBe(
    'All open plans are closed with it, and all resting orders are cancelled.',
  );
});

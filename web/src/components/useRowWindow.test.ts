import { expect, it } from 'vitest';
import { rowsInView } from './useRowWindow';

it('draws the rows in view and twelve to each side', () => {
  expect(rowsInView(0, 320, 32, 1000)).toEqual([0, 21]);
  expect(rowsInView(3200, 320, 32, 1000)).toEqual([88, 121]);
});

it('counts a row that is cut at the end', () => {
  expect(rowsInView(0, 321, 32, 1000)).toEqual([0, 22]);
});

it('ends where the rows end, also when there were more of them', () => {
  expect(rowsInView(31_680, 320, 32, 1000)).toEqual([978, 999]);
  expect(rowsInView(31_680, 320, 32, 300)).toEqual([299, 299]);
  expect(rowsInView(0, 320, 32, 0)).toEqual([0, -1]);
});

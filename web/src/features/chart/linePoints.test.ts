import { expect, it } from 'vitest';
import { linePoints } from './linePoints';

const valuesOf = (points: object[]) => points.map((point) => ('value' in point ? point.value : null));
const coloursOf = (points: object[]) => points.map((point) => ('color' in point ? point.color : undefined));

it('a line has a point for each bar, without a value where it has none', () => {
  const points = linePoints([1, 2, 3, 4], [null, 5, null]);
  expect(points.map(({ time }) => time)).toEqual([1, 2, 3, 4]);
  expect(valuesOf(points)).toEqual([null, 5, null, null]);
});

it('a broken line is not seen from the last value before a gap to the next one', () => {
  const line = [1, 2, null, 3, 4];
  const up = () => 'green';
  expect(coloursOf(linePoints([1, 2, 3, 4, 5], line, up))).toEqual([
    'green',
    'green',
    undefined,
    'green',
    'green',
  ]);
  const broken = coloursOf(linePoints([1, 2, 3, 4, 5], line, up, true));
  expect(broken.slice(0, 4)).toEqual(['green', 'transparent', undefined, 'green']);
});

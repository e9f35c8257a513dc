import { expect, it } from 'vitest';
import { allRows } from './pages';

it('all rows of a list are those of its pages, each asked for by the cursor of the one before', async () => {
  const asked: (string | undefined)[] = [];
  const rows = await allRows(async (cursor) => {
    asked.push(cursor);
    return cursor === 'b' ? [[3], null] : [[1, 2], 'b'];
  });
  expect([rows, asked]).toEqual([
    [1, 2, 3],
    [undefined, 'b'],
  ]);
});

import { beforeEach, expect, it, vi } from 'vitest';
import { chooseRow, moveRow } from './listKeys';

const focused = () => document.activeElement?.textContent;

beforeEach(() => {
  document.body.innerHTML = `<main id="main"><table><thead><tr><th><button>sort</button></th></tr></thead><tbody>
    <tr><td><a href="#1">one</a><input type="checkbox"></td></tr>
    <tr aria-hidden="true"><td></td></tr>
    <tr><td><a href="#2">two</a><input type="checkbox"></td></tr></tbody></table></main>`;
  return () => document.body.replaceChildren();
});

it('goes from row to row, past what leads nowhere, and stays at the ends', () => {
  moveRow(1);
  expect(focused()).toBe('one');
  moveRow(1);
  expect(focused()).toBe('two');
  moveRow(1);
  expect(focused()).toBe('two');
  moveRow(-1);
  moveRow(-1);
  expect(focused()).toBe('one');
});

it('begins at the last one going up', () => {
  moveRow(-1);
  expect(focused()).toBe('two');
});

it('chooses the row that has the focus, and no other', () => {
  const boxes = [...document.querySelectorAll('input')];
  const clicks = boxes.map((box) => vi.spyOn(box, 'click'));
  chooseRow();
  moveRow(1);
  chooseRow();
  expect(boxes.map(({ checked }) => checked)).toEqual([true, false]);
  expect(clicks[1]).not.toHaveBeenCalled();
});

import { fireEvent, render } from '@testing-library/react';
import { afterEach, expect, it, vi } from 'vitest';
import { setPreferences } from './preferences';
import { type Hotkeys, useHotkeys } from './useHotkeys';

function Keys({ keys }: { keys: Hotkeys }) {
  useHotkeys(keys);
  return null;
}

const press = (...keys: string[]) => {
  for (const key of keys) fireEvent.keyDown(document.body, { key });
};

afterEach(() => setPreferences({ singleKeys: true }));

/** A frame with a page in it, each with keys of its own. */
function start() {
  const page = { s: vi.fn(), b: vi.fn() };
  const frame = { 'g s': vi.fn(), s: vi.fn(), 'mod+k': vi.fn() };
  render(<Keys keys={page} />);
  render(<Keys keys={frame} />);
  return { page, frame };
}

it('two keys of the frame are not also the second one of the page', () => {
  const { page, frame } = start();
  press('g', 's');
  expect(frame['g s']).toHaveBeenCalledOnce();
  expect(page.s).not.toHaveBeenCalled();
  press('s', 'b');
  expect(page.s).toHaveBeenCalledOnce();
  expect(page.b).toHaveBeenCalledOnce();
  expect(frame.s).not.toHaveBeenCalled();
});

it('single keys can be off; those with Ctrl stay', () => {
  const { page, frame } = start();
  setPreferences({ singleKeys: false });
  press('g', 's', 'b');
  fireEvent.keyDown(document.body, { key: 'k', ctrlKey: true });
  expect(frame['g s']).not.toHaveBeenCalled();
  expect(page.b).not.toHaveBeenCalled();
  expect(frame['mod+k']).toHaveBeenCalledOnce();
});

import { act, renderHook } from '@testing-library/react';
import { expect, it } from 'vitest';
import { useHistory } from './useHistory';

it('takes changes back one by one, and does them again until something else is done', () => {
  const { result } = renderHook(() => useHistory(() => 1));
  expect(result.current.canUndo).toBe(false);
  act(() => result.current.change((now) => now + 1));
  act(() => result.current.change((now) => now * 10));
  expect(result.current.value).toBe(20);
  act(() => result.current.undo());
  act(() => result.current.undo());
  act(() => result.current.undo());
  expect(result.current.value).toBe(1);
  act(() => result.current.redo());
  expect(result.current.value).toBe(2);
  act(() => result.current.change((now) => now + 5));
  expect(result.current).toMatchObject({ value: 7, canRedo: false, canUndo: true });
  act(() => result.current.change((now) => now));
  act(() => result.current.undo());
  expect(result.current.value).toBe(2);
  act(() => result.current.begin(100));
  expect(result.current).toMatchObject({ value: 100, canRedo: false, canUndo: false });
});

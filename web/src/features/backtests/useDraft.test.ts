import { act, renderHook } from '@testing-library/react';
import { beforeEach, describe, expect, it } from 'vitest';
import { clearDraft, useStoredDraft } from './useDraft';

interface Draft {
  symbol: string;
  stop: string;
}

const open = (key: string, symbol: string) =>
  renderHook(() => useStoredDraft<Draft>(key, (stored) => ({ symbol, stop: '', ...stored }))).result;

describe('what was typed into a form', () => {
  beforeEach(() => sessionStorage.clear());

  it('is there again where it was typed, and can be given up', () => {
    const first = open('ws.eth', 'ETH');
    expect(first.current[2]).toBeUndefined();
    act(() => first.current[1]({ symbol: 'ETH', stop: '8' }));
    const again = open('ws.eth', 'ETH');
    expect(again.current[0].stop).toBe('8');
    act(() => again.current[2]?.());
    expect(again.current[0].stop).toBe('');
    expect(again.current[2]).toBeUndefined();
  });

  it('is in no form that began with something else', () => {
    const eth = open('ws.eth', 'ETH');
    act(() => eth.current[1]({ symbol: 'ETH', stop: '8' }));
    expect(open('ws.doge', 'DOGE').current[0]).toEqual({ symbol: 'DOGE', stop: '' });
  });

  it('is gone once it was sent', () => {
    const eth = open('ws.eth', 'ETH');
    act(() => eth.current[1]({ symbol: 'ETH', stop: '8' }));
    clearDraft('ws.eth');
    expect(open('ws.eth', 'ETH').current[0].stop).toBe('');
  });
});

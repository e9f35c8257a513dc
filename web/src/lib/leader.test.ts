import { describe, expect, it, vi } from 'vitest';
import { fakeLocks, settle } from '~/test/locks';
import { runForLeader } from './leader';

const candidate = () => {
  const stop = vi.fn();
  return { lead: vi.fn(() => stop), stop };
};

describe('an election', () => {
  it('has one leader, and another one when that one goes', async () => {
    const locks = fakeLocks();
    const [first, second, third] = [candidate(), candidate(), candidate()];
    const leave = [first, second, third].map(({ lead }) => runForLeader('n', lead, locks));
    await settle();
    expect([first, second, third].map(({ lead }) => lead.mock.calls.length)).toEqual([1, 0, 0]);
    leave[0]?.();
    await settle();
    expect(first.stop).toHaveBeenCalledOnce();
    expect([second, third].map(({ lead }) => lead.mock.calls.length)).toEqual([1, 0]);
  });

  it('passes over who left before their turn', async () => {
    const locks = fakeLocks();
    const [first, second, third] = [candidate(), candidate(), candidate()];
    const leave = [first, second, third].map(({ lead }) => runForLeader('n', lead, locks));
    await settle();
    leave[1]?.();
    leave[0]?.();
    await settle();
    expect(second.lead).not.toHaveBeenCalled();
    expect(third.lead).toHaveBeenCalledOnce();
  });

  it('lets nobody lead who left at once, as a double mount does', async () => {
    const locks = fakeLocks();
    const [first, second] = [candidate(), candidate()];
    runForLeader('n', first.lead, locks)();
    runForLeader('n', second.lead, locks);
    await settle();
    expect(first.lead).not.toHaveBeenCalled();
    expect(second.lead).toHaveBeenCalledOnce();
  });

  it('is needless where there are no locks, or they are refused', async () => {
    const [alone, refused] = [candidate(), candidate()];
    const stop = runForLeader('n', alone.lead);
    expect(alone.lead).toHaveBeenCalledOnce();
    stop();
    expect(alone.stop).toHaveBeenCalledOnce();
    const locks = { request: () => Promise.reject(new Error('refused')) } as unknown as LockManager;
    const leave = runForLeader('n', refused.lead, locks);
    await settle();
    expect(refused.lead).toHaveBeenCalledOnce();
    leave();
    expect(refused.stop).toHaveBeenCalledOnce();
  });
});

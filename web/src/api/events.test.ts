import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { settle } from '~/test/locks';
import { fakeBrowser, job } from '~/test/stream';
import { type Connection, type EventParts, type Gap, openEvents, type StreamEvent } from './events';

/** A tab: what it has heard so far, and how to close it. */
function openTab(parts: EventParts, ws = 'local-workspace') {
  const events: StreamEvent[] = [];
  const gaps: Gap[] = [];
  let connection: Connection | undefined;
  const close = openEvents(
    ws,
    {
      onEvent: (event) => events.push(event),
      onGap: (gap) => gaps.push(gap),
      onConnection: (next) => {
        connection = next;
      },
    },
    parts,
  );
  return { events, gaps, close, isOpen: () => connection?.open ?? false };
}

const ids = (events: StreamEvent[]) => events.map(({ id }) => id);

describe('the stream of a workspace', () => {
  it('is opened once for all tabs, and each of them hears everything', async () => {
    const browser = fakeBrowser();
    const tabs = [openTab(browser.parts), openTab(browser.parts), openTab(browser.parts)];
    await settle();
    expect(browser.sources).toHaveLength(1);
    expect(browser.sources[0]?.url).toMatch(/\/api\/v1\/workspaces\/local-workspace\/events$/);
    browser.sources[0]?.open();
    browser.sources[0]?.send('job', job('1'), '7');
    for (const tab of tabs) {
      expect(tab.isOpen()).toBe(true);
      expect(tab.events).toEqual([{ type: 'job', data: job('1'), id: '7' }]);
    }
  });

  it('is one for each workspace', async () => {
    const browser = fakeBrowser();
    const [one, other] = [openTab(browser.parts, 'a'), openTab(browser.parts, 'b')];
    await settle();
    expect(browser.open()).toHaveLength(2);
    browser.sources[0]?.send('job', job('1'), '1');
    expect(one.events).toHaveLength(1);
    expect(other.events).toHaveLength(0);
  });

  it('tells a tab that comes later how it stands, the version of the candles too', async () => {
    const browser = fakeBrowser();
    openTab(browser.parts);
    await settle();
    browser.sources[0]?.open();
    browser.sources[0]?.send('candles', { data_version: 'v1' });
    const late = openTab(browser.parts);
    await settle();
    expect(late.isOpen()).toBe(true);
    expect(late.gaps).toEqual([]);
    expect(late.events).toEqual([{ type: 'candles', data: { data_version: 'v1' }, id: '' }]);
  });

  it('goes on in another tab after the last event, though that tab never held it', async () => {
    const browser = fakeBrowser();
    const [first, second] = [openTab(browser.parts), openTab(browser.parts)];
    await settle();
    browser.sources[0]?.open();
    browser.sources[0]?.send('job', job('1'), '41');
    browser.sources[0]?.send('candles', { data_version: 'v1' });
    const third = openTab(browser.parts);
    first.close();
    await settle();
    expect(browser.open()).toHaveLength(1);
    expect(browser.sources[1]?.url).toMatch(/\?last_event_id=41$/);
    expect(second.isOpen()).toBe(false);
    browser.sources[1]?.open();
    browser.sources[1]?.send('job', job('2'), '42');
    expect([second.isOpen(), third.isOpen()]).toEqual([true, true]);
    expect(ids(third.events)).toEqual(['', '42']);
    second.close();
    await settle();
    expect(browser.sources[2]?.url).toMatch(/\?last_event_id=42$/);
    expect([...second.gaps, ...third.gaps]).toEqual(['start']);
    expect(ids(first.events)).toEqual(['41', '']);
  });

  it('says when it begins and when it lost something: every tab hears that', async () => {
    const browser = fakeBrowser();
    const [first, second] = [openTab(browser.parts), openTab(browser.parts)];
    await settle();
    const [source] = browser.sources;
    source?.open();
    expect([first.gaps, second.gaps]).toEqual([['start'], ['start']]);
    source?.fail();
    expect([first.isOpen(), second.isOpen()]).toEqual([false, false]);
    source?.open();
    expect([first.gaps, second.gaps]).toEqual([
      ['start', 'lost'],
      ['start', 'lost'],
    ]);
    source?.send('job', job('1'), '9');
    source?.fail();
    source?.open();
    expect(first.gaps).toHaveLength(2);
  });

  it('leaves out a line that is no JSON', async () => {
    const browser = fakeBrowser();
    const tab = openTab(browser.parts);
    await settle();
    browser.sources[0]?.dispatchEvent(new MessageEvent('job', { data: '<html>', lastEventId: '3' }));
    expect(tab.events).toEqual([]);
  });
});

describe('a browser without locks or channel', () => {
  it('has a stream for each tab', () => {
    const browser = fakeBrowser();
    const parts = { ...browser.parts, locks: undefined, channel: undefined };
    const tabs = [openTab(parts), openTab(parts)];
    expect(browser.open()).toHaveLength(2);
    browser.sources[1]?.open();
    expect(tabs.map((tab) => tab.isOpen())).toEqual([false, true]);
    for (const tab of tabs) tab.close();
    expect(browser.open()).toHaveLength(0);
  });
});

describe('a server of which nothing is heard any more', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('has lost the stream, though the connection stands: another is made, from the last event on', async () => {
    const browser = fakeBrowser();
    const onRefused = vi.fn(async () => {});
    let connection: Connection | undefined;
    const leave = openEvents(
      'ws',
      {
        onEvent: () => {},
        onGap: () => {},
        onConnection: (next) => {
          connection = next;
        },
        onRefused,
      },
      { ...browser.parts, locks: undefined },
    );
    browser.sources[0]?.open();
    browser.sources[0]?.send('job', job('1'), '7.0');
    await vi.advanceTimersByTimeAsync(15_000);
    browser.sources[0]?.send('ping', {});
    await vi.advanceTimersByTimeAsync(19_999);
    expect(connection?.open).toBe(true);
    const heard = Date.now() - 19_999;
    await vi.advanceTimersByTimeAsync(1);
    expect(connection).toEqual({ open: false, since: heard });
    expect(browser.open()).toHaveLength(0);
    await vi.advanceTimersByTimeAsync(1000);
    expect(browser.sources[1]?.url).toMatch(/\?last_event_id=7.0$/);
    // Neither does it answer when asked anew.
    await vi.advanceTimersByTimeAsync(22_000);
    expect(browser.sources).toHaveLength(3);
    expect(browser.open()).toHaveLength(1);
    browser.sources[2]?.open();
    expect(connection?.open).toBe(true);
    expect(onRefused).not.toHaveBeenCalled();
    leave();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(browser.open()).toHaveLength(0);
  });
});

describe('a server that refuses the stream', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('is asked again, slower each time, from the last event on', async () => {
    const browser = fakeBrowser();
    const tab = openTab({ ...browser.parts, locks: undefined });
    const fail = () => browser.sources[browser.sources.length - 1]?.fail(true);
    browser.sources[0]?.open();
    browser.sources[0]?.send('job', job('1'), 'a b');
    fail();
    expect(tab.isOpen()).toBe(false);
    await vi.advanceTimersByTimeAsync(1000);
    expect(browser.sources[1]?.url).toMatch(/\?last_event_id=a%20b$/);
    fail();
    await vi.advanceTimersByTimeAsync(1999);
    expect(browser.sources).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(1);
    expect(browser.sources).toHaveLength(3);
    browser.sources[2]?.open();
    expect(tab.isOpen()).toBe(true);
    fail();
    await vi.advanceTimersByTimeAsync(1000);
    expect(browser.sources).toHaveLength(4);
    fail();
    tab.close();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(browser.open()).toHaveLength(0);
  });

  it('finds out what a refusal is about before it tries again', async () => {
    vi.useFakeTimers();
    const browser = fakeBrowser();
    let signIn = () => {};
    const onRefused = vi.fn(() => new Promise<void>((done) => (signIn = done)));
    const nothing = () => {};
    openEvents('ws', { onEvent: nothing, onGap: nothing, onConnection: nothing, onRefused }, browser.parts);
    await vi.advanceTimersByTimeAsync(0);
    browser.sources[0]?.fail(true);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(onRefused).toHaveBeenCalledOnce();
    expect(browser.sources).toHaveLength(1);
    signIn();
    await vi.advanceTimersByTimeAsync(1000);
    expect(browser.sources).toHaveLength(2);
    vi.useRealTimers();
  });
});

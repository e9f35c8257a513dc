import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

const KEY = 'tlab.preferences';
const stored = () => JSON.parse(localStorage.getItem(KEY) ?? '{}');

/** A browser with a copy of its own, and what the server has for the person. */
async function start(copy: object, there: object) {
  localStorage.setItem(KEY, JSON.stringify(copy));
  vi.resetModules();
  const server = {
    document: there as Record<string, unknown>,
    version: 1,
    puts: 0,
    /** What another browser does just before the next change. */
    onPut: undefined as (() => void) | undefined,
  };
  const tag = () => `"preferences-${server.version}"`;
  const answer = (status = 200) => Response.json(server.document, { status, headers: { ETag: tag() } });
  vi.stubGlobal('fetch', async (request: Request) => {
    if (request.method === 'GET') return answer();
    server.puts += 1;
    server.onPut?.();
    server.onPut = undefined;
    if (request.headers.get('If-Match') !== tag())
      return Response.json({ title: 'Precondition Failed', status: 412, code: 'x' }, { status: 412 });
    server.document = (await request.json()) as Record<string, unknown>;
    server.version += 1;
    return answer();
  });
  const { keepPreferences } = await import('./preferences');
  const { preferences, setPreferences } = await import('~/lib/preferences');
  return { server, keepPreferences, preferences, setPreferences };
}

beforeEach(() => {
  vi.useFakeTimers({ now: 5000 });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  localStorage.removeItem(KEY);
});

const settle = () => vi.advanceTimersByTimeAsync(2000);

describe('preferences of somebody who signs in', () => {
  it('come with them to another browser', async () => {
    const web = { zone: 'local', theme: 'light', interval: '4h', at: { zone: 10, theme: 10, interval: 10 } };
    const { keepPreferences, preferences, server } = await start({}, { web });
    const stop = keepPreferences('ann');
    await settle();
    expect(preferences()).toMatchObject({ zone: 'local', theme: 'light', interval: '4h' });
    expect(stored()).toMatchObject({ owner: 'ann', theme: 'light' });
    expect(server.puts).toBe(0);
    stop();
  });

  it('are told the server once they settle, beside what others keep there', async () => {
    const { keepPreferences, setPreferences, server } = await start({}, { cli: { x: 1 } });
    const stop = keepPreferences('ann');
    await settle();
    setPreferences({ zone: 'local' });
    setPreferences({ zone: 'utc' });
    setPreferences({ zone: 'local' });
    await settle();
    expect(server.puts).toBe(1);
    expect(server.document).toMatchObject({ cli: { x: 1 }, web: { zone: 'local', at: { zone: 7000 } } });
    stop();
    setPreferences({ zone: 'utc' });
    await settle();
    expect(server.puts).toBe(1);
  });

  it('are merged where two browsers changed them: the later choice of each holds', async () => {
    const { keepPreferences, setPreferences, preferences, server } = await start({}, {});
    const stop = keepPreferences('ann');
    await settle();
    // Another browser, later with the zone and earlier with the theme.
    server.document = { web: { zone: 'local', theme: 'dark', at: { zone: 9000, theme: 1000 } } };
    server.version += 1;
    setPreferences({ theme: 'light' });
    await settle();
    expect(server.puts).toBe(1);
    expect(preferences()).toMatchObject({ zone: 'local', theme: 'light' });
    expect(server.document).toMatchObject({ web: { zone: 'local', theme: 'light' } });
    stop();
  });

  it('are looked at again where another browser came in between', async () => {
    const { keepPreferences, setPreferences, preferences, server } = await start({}, {});
    const stop = keepPreferences('ann');
    await settle();
    server.onPut = () => {
      server.document = { web: { zone: 'local', at: { zone: 9000 } } };
      server.version += 1;
    };
    setPreferences({ theme: 'light' });
    await settle();
    expect(server.puts).toBe(2);
    expect(preferences()).toMatchObject({ zone: 'local', theme: 'light' });
    expect(server.document).toMatchObject({ web: { zone: 'local', theme: 'light' } });
    stop();
  });

  it('go to the server where they were chosen before anybody signed in', async () => {
    const { keepPreferences, server } = await start({ zone: 'local', recentSymbols: ['BTCUSDT'] }, {});
    const stop = keepPreferences('ann');
    await settle();
    expect(server.document).toMatchObject({ web: { zone: 'local', recentSymbols: ['BTCUSDT'] } });
    stop();
  });

  it('are not those of who was here before', async () => {
    const copy = {
      owner: 'bob',
      zone: 'local',
      recentSymbols: ['SECRET'],
      at: { zone: 4000, recentSymbols: 4000 },
    };
    const { keepPreferences, preferences, server } = await start(copy, {});
    const stop = keepPreferences('ann');
    await settle();
    expect(preferences()).toMatchObject({ zone: 'utc', recentSymbols: [] });
    expect(server.puts).toBe(0);
    expect(JSON.stringify(stored())).not.toContain('SECRET');
    stop();
  });

  it('are at their defaults where nothing of it can be understood', async () => {
    const { keepPreferences, preferences } = await start(
      { at: 'x' },
      { web: { theme: 7, interval: 'x', palette: 'pink', at: [] } },
    );
    const stop = keepPreferences('ann');
    await settle();
    expect(preferences()).toEqual({
      zone: 'utc',
      theme: undefined,
      interval: undefined,
      recentSymbols: [],
      palette: 'green-red',
      singleKeys: true,
    });
    stop();
  });
});

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { currentNeed, settleNeed, signedIn } from './needs';
import { once } from './once';
import { ApiError } from './problem';
import { send } from './send';

/** A server that answers in turn; what it was sent is kept. */
function server(...answers: (() => Response)[]) {
  const sent: { body: string; headers: Headers }[] = [];
  vi.stubGlobal('fetch', async (request: Request) => {
    sent.push({ body: await request.text(), headers: request.headers });
    const answer = answers.shift();
    if (!answer) throw new Error('nothing more was to be sent');
    return answer();
  });
  return sent;
}

const problem =
  (status: number, code: string, headers: Record<string, string> = {}) =>
  () =>
    new Response(JSON.stringify({ title: 'No', status, code }), { status, headers });
const fine = () => new Response('{}');
const post = () => new Request('http://localhost/api/v1/x', { method: 'POST', body: '{"a":1}' });

const asked = () => vi.waitUntil(() => currentNeed.get());

beforeEach(() => signedIn.set('ann'));
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
  signedIn.set('');
});

describe('a request', () => {
  it.each([
    ['sign-in', 401, 'unauthenticated'],
    ['proof', 403, 'reauth_required'],
    ['password', 403, 'password_change_required'],
    ['authenticator', 403, 'totp_required'],
  ] as const)('waits for %s and is sent again as it was', async (need, status, code) => {
    const sent = server(problem(status, code), fine);
    const reply = send(post());
    expect(await asked()).toBe(need);
    expect(sent).toHaveLength(1);
    settleNeed(need, true);
    expect((await reply).status).toBe(200);
    expect(sent.map(({ body }) => body)).toEqual(['{"a":1}', '{"a":1}']);
    expect(currentNeed.get()).toBeUndefined();
  });

  it('is repeated once only', async () => {
    server(problem(401, 'unauthenticated'), problem(401, 'unauthenticated'));
    const reply = send(post());
    await asked();
    settleNeed('sign-in', true);
    expect((await reply).status).toBe(401);
  });

  it('fails where the person would not', async () => {
    server(problem(403, 'reauth_required'));
    const reply = send(post());
    await asked();
    settleNeed('proof', false);
    expect((await reply).status).toBe(403);
  });

  it('asks once for all that wait', async () => {
    server(problem(401, 'unauthenticated'), problem(401, 'unauthenticated'), fine, fine);
    const replies = Promise.all([send(post()), send(post())]);
    await asked();
    await new Promise((done) => setTimeout(done));
    settleNeed('sign-in', true);
    expect((await replies).map(({ status }) => status)).toEqual([200, 200]);
  });

  it('of nobody who was signed in is refused without a question', async () => {
    signedIn.set('');
    server(problem(401, 'unauthenticated'));
    expect((await send(post())).status).toBe(401);
    expect(currentNeed.get()).toBeUndefined();
  });

  it('of somebody whose password is wrong is no reason to ask', async () => {
    server(problem(401, 'wrong_credentials'));
    expect((await send(post())).status).toBe(401);
  });

  it('waits as long as a busy server says, and gives up after some tries', async () => {
    vi.useFakeTimers();
    const busy = problem(503, 'busy', { 'Retry-After': '2' });
    const sent = server(busy, busy, busy, busy);
    const reply = send(post());
    await vi.advanceTimersByTimeAsync(1900);
    expect(sent).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(200);
    expect(sent).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(10_000);
    expect((await reply).status).toBe(503);
    expect(sent).toHaveLength(4);
  });

  it('says when nobody has touched the page for a while', async () => {
    vi.useFakeTimers();
    const sent = server(fine, fine);
    window.dispatchEvent(new Event('pointerdown'));
    await send(post());
    vi.advanceTimersByTime(61_000);
    await send(post());
    expect(sent.map(({ headers }) => headers.get('X-TL-Background'))).toEqual([null, '1']);
  });
});

describe('what makes something', () => {
  const keysOf = async (outcomes: (() => unknown)[], bodies: unknown[]) => {
    const keys: string[] = [];
    for (const [index, outcome] of outcomes.entries())
      await once('thing', bodies[index], async ({ headers }) => {
        keys.push(headers['Idempotency-Key']);
        return outcome();
      }).catch(() => undefined);
    return keys;
  };
  const lost = () => {
    throw new TypeError('Failed to fetch');
  };
  const refused = () => {
    throw new ApiError(422, 'Unprocessable', '');
  };

  it('keeps its key until there is an answer', async () => {
    const [first, second, third] = await keysOf([lost, () => 1, () => 2], [{ a: 1 }, { a: 1 }, { a: 1 }]);
    expect(first).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(second).toBe(first);
    expect(third).not.toBe(first);
  });

  it('has another key when it is another wish, or was refused', async () => {
    const keys = await keysOf([lost, refused, refused, () => 1], [{ a: 1 }, { a: 2 }, { a: 2 }, { a: 2 }]);
    expect(new Set(keys).size).toBe(4);
    // The wish whose fate is unknown is still known.
    expect(await keysOf([() => 1], [{ a: 1 }])).toEqual([keys[0]]);
  });
});

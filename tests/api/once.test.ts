// Idempotency-Key: what is sent twice acts once, and nobody reads what was answered to others.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { before, test } from 'node:test';
import { assertProblem, type Reply } from '../harness/http.ts';
import type { Json } from '../harness/openapi.ts';
import { addPerson, memberPassword, Person, withPasswords } from '../harness/people.ts';
import { samplePath } from '../harness/sample.ts';
import { onEachEngine, Server, useServer } from '../harness/server.ts';

const workspaces = '/api/v1/workspaces';
const keyed = (key: string) => ({ headers: { 'idempotency-key': key } });
const isReplay = (reply: Reply): boolean => reply.headers['idempotency-replayed'] === 'true';

onEachEngine('a request with a key', (engine) => {
  const tlab = useServer(() => ({ engine, marketPath: samplePath(), env: withPasswords() }));
  let owner: Person;
  let team = '';
  before(async () => {
    owner = await new Person(tlab.api).signIn();
    team = await owner.makeWorkspace();
  });

  async function assertActsOnce(path: string, body: Json, status: number): Promise<void> {
    const key = randomUUID();
    const first = await owner.post(path, body, keyed(key));
    assert.equal(first.status, status, first.text);
    assert.ok(!isReplay(first));
    for (const same of [key, `"${key}"`]) {
      const again = await owner.post(path, body, keyed(same));
      assert.ok(isReplay(again), again.text);
      assert.deepEqual(
        [again.status, again.text, again.headers.location, again.headers.etag],
        [first.status, first.text, first.headers.location, first.headers.etag],
      );
    }
  }

  test('acts once, on each route that makes something', async () => {
    const run = { strategy_id: 'buy_and_hold', symbol: 'BTCUSDT' };
    const sweep = { strategy_id: 'ma_cross', symbol: 'BTCUSDT', params: { fast: [5, 10], slow: 20 } };
    const count = async (): Promise<number> => (await owner.get(`${team}/backtests`)).json.backtests.length;
    const before = await count();
    await assertActsOnce(`${team}/backtests`, run, 201);
    assert.equal(await count(), before + 1);
    await assertActsOnce(`${team}/backtests/sweeps`, sweep, 201);
    await assertActsOnce(workspaces, { name: 'Once' }, 201);
    const member = { email: 'once@example.org', role: 'viewer', password: memberPassword };
    await assertActsOnce(`${team}/members`, member, 201);
    await assertActsOnce('/api/v1/backtests', run, 201);
    const made = (await owner.get(workspaces)).json.workspaces.filter((w: Json) => w.name === 'Once');
    assert.equal(made.length, 1);
  });

  test('of another body is refused, of the same body in other words is not', async () => {
    const key = randomUUID();
    const first = await owner.post(workspaces, { name: 'A', default_quote_asset: 'USDT' }, keyed(key));
    const send = (body: string) =>
      owner.send('POST', workspaces, {
        body,
        headers: { 'idempotency-key': key, 'content-type': 'application/json' },
      });
    const same = await send('{ "default_quote_asset" : "USDT",\n"name": "\\u0041" }');
    assert.ok(isReplay(same));
    assert.equal(same.text, first.text);
    for (const body of ['{"name":"B","default_quote_asset":"USDT"}', '{"name":"A"}'])
      assertProblem(await send(body), 422, 'idempotency_key_reused');
  });

  test('sent many times at the same moment acts once', async () => {
    for (let round = 0; round < 5; round++) {
      const key = randomUUID();
      const send = () => owner.post(workspaces, { name: `At once ${round}` }, keyed(key));
      const replies = await Promise.all([send(), send(), send(), send()]);
      assert.equal(new Set(replies.map(({ text }) => text)).size, 1, replies.map(({ text }) => text).join('\n'));
      assert.ok(replies.every(({ status }) => status === 201));
      assert.equal(replies.filter((reply) => !isReplay(reply)).length, 1);
    }
  });

  test('is of one user, one route and one workspace', async () => {
    const key = randomUUID();
    const mine = await owner.post(workspaces, { name: 'Mine' }, keyed(key));
    const other = await addPerson(owner, team, 'trader', 'other@example.org');
    const theirs = await other.post(workspaces, { name: 'Mine' }, keyed(key));
    assert.ok(!isReplay(theirs));
    assert.notEqual(theirs.json.id, mine.json.id);
    const run = { strategy_id: 'buy_and_hold', symbol: 'BTCUSDT' };
    const here = await other.post(`${team}/backtests`, run, keyed(key));
    const there = await other.post(`${workspaces}/${theirs.json.id}/backtests`, run, keyed(key));
    assert.ok(!isReplay(here) && !isReplay(there));
    assert.notEqual(here.json.id, there.json.id);
    await owner.delete(`${team}/members/${other.userId}`, { expect: 204 });
    assertProblem(await other.post(`${team}/backtests`, run, keyed(key)), 404, 'not_found'); // not the old answer
  });

  test('that was refused may be sent again', async () => {
    const key = randomUUID();
    assertProblem(await owner.post(workspaces, { name: '' }, keyed(key)), 422, 'invalid_input');
    const fine = await owner.post(workspaces, { name: 'Fine' }, keyed(key));
    assert.equal(fine.status, 201);
    assert.ok(!isReplay(fine));
  });

  test('needs a key that is one', async () => {
    for (const key of ['x'.repeat(256), 'a b', 'ä'])
      assertProblem(await owner.post(workspaces, { name: 'x' }, keyed(key)), 400, 'bad_request');
    await assertNoKey('');
  });

  // as if there were none: each makes one
  async function assertNoKey(key: string): Promise<void> {
    const [a, b] = [await owner.post(workspaces, { name: 'x' }, keyed(key)), await owner.post(workspaces, { name: 'x' }, keyed(key))];
    assert.notEqual(a.json.id, b.json.id);
  }

  test('of another password is the same: nothing that is kept tells which it was', async () => {
    const key = randomUUID();
    const body = { email: 'sealed@example.org', role: 'viewer', password: memberPassword };
    const first = await owner.post(`${team}/members`, body, keyed(key));
    assert.equal(first.status, 201, first.text);
    const again = await owner.post(`${team}/members`, { ...body, password: 'a slow brown river 9' }, keyed(key));
    assert.ok(isReplay(again), again.text);
    await new Person(tlab.api).signIn(body.email, memberPassword);
    assertProblem(
      await owner.post(`${team}/members`, { ...body, role: 'trader' }, keyed(key)),
      422,
      'idempotency_key_reused',
    );
  });

  test('of another query is refused', async () => {
    const send = (name: string, key: string) =>
      owner.send('POST', `${team}/category-sets`, {
        body: 'categories:\n  Layer 1: [BTCUSDT]\n',
        query: { name },
        headers: { 'idempotency-key': key, 'content-type': 'application/yaml' },
      });
    const key = randomUUID();
    const first = await send('Mine', key);
    assert.equal(first.status, 201, first.text);
    assert.ok(isReplay(await send('Mine', key)));
    assertProblem(await send('Yours', key), 422, 'idempotency_key_reused');
  });

  test('whose answer shows a secret makes it once, and shows it once', async () => {
    const openInvitations = async (): Promise<Json[]> => (await owner.get(`${team}/invitations`)).json.invitations;
    const made = (await owner.post(`${team}/invitations`, { email: 'eve@example.org', role: 'viewer' }, { expect: 201 })).json;
    const acts: [path: string, body: Json, status: number][] = [
      ['/api/v1/auth/tokens', { name: 'once', role: 'viewer' }, 201],
      [`${team}/invitations`, { email: 'bob@example.org', role: 'viewer' }, 201],
      [`${team}/members`, { email: 'ann@example.org', role: 'viewer' }, 202], // nobody yet: an invitation
      [`${team}/invitations/${made.id}/resend`, {}, 200],
    ];
    for (const [path, body, status] of acts) {
      const key = randomUUID();
      const send = () => owner.post(path, body, keyed(key));
      const replies = await Promise.all([send(), send(), send(), send()]);
      const [first, ...more] = replies.filter((reply) => reply.status === status);
      assert.ok(first && more.length === 0, replies.map(({ text }) => text).join('\n'));
      for (const reply of replies) if (reply !== first) assertProblem(reply, 409, 'secret_shown_once');
      const again = await send();
      assertProblem(again, 409, 'secret_shown_once');
      assert.ok(!again.text.includes(first.json.token));
      if (path.includes('invitations') || path.includes('members'))
        await new Person(tlab.api).get(`/api/v1/invitations/${first.json.token}`, { expect: 200 }); // no other took its place
      if (status !== 200)
        assertProblem(await owner.post(path, { ...body, role: 'trader' }, keyed(key)), 422, 'idempotency_key_reused');
    }
    const { tokens } = (await owner.get('/api/v1/auth/tokens')).json;
    assert.equal(tokens.filter(({ name }: Json) => name === 'once').length, 1);
    assert.deepEqual((await openInvitations()).map(({ email }) => email).sort(), [
      'ann@example.org',
      'bob@example.org',
      'eve@example.org',
    ]);
  });

  test('whose secret was refused may be sent again', async () => {
    const key = randomUUID();
    const invite = () => owner.post(`${team}/invitations`, { email: 'fay@example.org', role: 'viewer' }, keyed(key));
    const fay = await addPerson(owner, team, 'viewer', 'fay@example.org');
    assertProblem(await invite(), 409, 'already_member');
    await owner.delete(`${team}/members/${fay.userId}`, { expect: 204 });
    assert.equal((await invite()).status, 201);
  });

  test('hands a workspace over once, and is answered again to owners only', async () => {
    const heir = await addPerson(owner, team, 'editor', 'heir@example.org');
    const key = randomUUID();
    const handOver = () => owner.post(`${team}/transfer-ownership`, { user_id: heir.userId }, keyed(key));
    const first = await handOver();
    assert.equal(first.status, 200, first.text);
    assertProblem(await handOver(), 403, 'forbidden');
    await heir.post(`${team}/members`, { email: 'local@example.invalid', role: 'owner' }, { expect: 200 });
    const again = await handOver();
    assert.ok(isReplay(again));
    assert.equal(again.text, first.text);
    assert.equal((await owner.get(team)).json.role, 'owner'); // it moved nothing any more
  });
});

onEachEngine('a key', (engine) => {
  test('holds over a restart', async () => {
    const first = await Server.start({ engine, marketPath: samplePath() });
    const send = (server: Server) => server.api.post(workspaces, { name: 'Kept' }, keyed('of-before'));
    const made = await send(first);
    await first.kill();
    const second = await first.startAgain();
    try {
      const again = await send(second);
      assert.ok(isReplay(again));
      assert.equal(again.text, made.text);
    } finally {
      await second.stop();
    }
  });
});

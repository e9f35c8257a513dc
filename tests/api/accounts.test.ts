// Accounts for whoever runs the server, one's own name and preferences, and workspaces that come back.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { EventStream } from '../harness/events.ts';
import { assertProblem, type Reply } from '../harness/http.ts';
import type { Json } from '../harness/openapi.ts';
import { addPerson, localEmail, localPassword, localWorkspace, memberPassword, Person, withPasswords } from '../harness/people.ts';
import { samplePath } from '../harness/sample.ts';
import { onEachEngine, Server, useServer } from '../harness/server.ts';
import { changeState } from '../harness/state.ts';

const absent = '0198f5a2-6c1e-7d3a-9b57-2f4e8a1c6d90';
const users = '/api/v1/admin/users';
const etagOf = (reply: Reply) => ({ 'if-match': String(reply.headers.etag) });

onEachEngine('accounts', (engine) => {
  const tlab = useServer(() => ({ engine, marketPath: samplePath(), env: withPasswords() }));
  let operator: Person;
  before(async () => {
    operator = await new Person(tlab.api).signIn();
  });
  const change = (id: string, body: Json, headers = {}): Promise<Reply> =>
    operator.patch(`${users}/${id}`, body, { headers });

  test('are listed and found, page after page', async () => {
    await addPerson(operator, localWorkspace, 'viewer', 'Ann.100%@example.org');
    const whole = (await operator.get(users, { expect: 200 })).json.users;
    assert.deepEqual(
      whole.map((u: Json) => [u.email, u.status, u.is_operator, u.has_password]),
      [
        [localEmail, 'active', true, true],
        ['Ann.100%@example.org', 'active', false, true],
      ],
    );
    const first = (await operator.get(users, { query: { limit: 1 } })).json;
    const second = (await operator.get(users, { query: { limit: 1, cursor: first.next_cursor } })).json;
    assert.deepEqual([...first.users, ...second.users], whole);
    const found = async (q: string): Promise<string[]> =>
      (await operator.get(users, { query: { q } })).json.users.map((u: Json) => u.email);
    assert.deepEqual(await found('ANN'), ['Ann.100%@example.org']);
    assert.deepEqual(await found('100%'), ['Ann.100%@example.org']);
    assert.deepEqual(await found('local_user'), []); // no pattern
    assert.deepEqual(await found('local user'), [localEmail]);
    assertProblem(await operator.get(`${users}?limit=0`), 422, 'invalid_input', ['?limit']);
    const one = await operator.get(`${users}/${whole[1].id}`, { expect: 200 });
    assert.deepEqual(one.json, whole[1]);
    const headers = { 'if-none-match': String(one.headers.etag) };
    await operator.get(`${users}/${whole[1].id}`, { headers, expect: 304 });
    assertProblem(await operator.get(`${users}/${absent}`), 404, 'not_found');
  });

  test('that are disabled are signed out everywhere, and let in again when they are not', async () => {
    const person = await addPerson(operator, localWorkspace, 'viewer', 'ben@example.org');
    const read = await operator.get(`${users}/${person.userId}`, { expect: 200 });
    const reply = await change(person.userId, { status: 'disabled' }, etagOf(read));
    assert.equal(reply.status, 200, reply.text);
    assert.equal(reply.json.status, 'disabled');
    assert.ok(!(await person.isIn()));
    const again = await new Person(tlab.api).tryToSignIn('ben@example.org', memberPassword);
    const wrong = await new Person(tlab.api).tryToSignIn('ben@example.org', 'not it at all 77');
    assertProblem(again, 401, 'wrong_credentials');
    assert.equal(again.json.detail, wrong.json.detail);
    const stale = await change(person.userId, { status: 'active' }, etagOf(read));
    assertProblem(stale, 412, 'precondition_failed');
    assert.deepEqual(stale.json.current, reply.json);
    assert.equal(stale.headers.etag, reply.headers.etag);
    assert.equal((await change(person.userId, { status: 'active' })).status, 200);
    assert.ok(!(await person.isIn()), 'what has ended stays so');
    await new Person(tlab.api).signIn('ben@example.org', memberPassword);
  });

  test('are signed out by an operator', async () => {
    const person = await addPerson(operator, localWorkspace, 'viewer', 'cleo@example.org');
    await operator.delete(`${users}/${person.userId}/sessions`, { expect: 204 });
    assert.ok(!(await person.isIn()));
    assert.ok(await operator.isIn());
    assertProblem(await operator.delete(`${users}/${absent}/sessions`), 404, 'not_found');
  });

  test('never leave a workspace without an owner nor the server without an operator', async () => {
    const person = await addPerson(operator, localWorkspace, 'viewer', 'dan@example.org');
    const room = await person.makeWorkspace('Of Dan');
    assertProblem(await change(person.userId, { status: 'disabled' }), 409, 'last_owner');
    assertProblem(await change('local-user', { is_operator: false }), 409, 'last_operator');
    assert.ok(await operator.isIn());
    await person.delete(room, { headers: { 'if-match': '*' }, expect: 204 });
    assert.equal((await change(person.userId, { status: 'disabled' })).status, 200);
    assertProblem(await change(person.userId, { status: 'gone' }), 422, 'invalid_input', ['/status']);
    assertProblem(await change(person.userId, { email: 'x@example.org' }), 422, 'invalid_input', ['/email']);
    assertProblem(await change(absent, { status: 'active' }), 404, 'not_found');
  });

  test('an operator sees no workspace for being one', async () => {
    const person = await addPerson(operator, localWorkspace, 'viewer', 'eli@example.org');
    const room = await person.makeWorkspace('Of Eli');
    const told = async (): Promise<unknown> => (await person.get('/api/v1/me', { expect: 200 })).json.user.is_operator;
    assert.equal(await told(), undefined);
    assert.equal((await change(person.userId, { is_operator: true })).json.is_operator, true);
    await person.get(users, { expect: 200 });
    assert.equal(await told(), true);
    assert.equal((await person.get('/api/v1/auth/session', { expect: 200 })).json.user.is_operator, true);
    assertProblem(await operator.get(room), 404, 'not_found');
    const headers = { cookie: `tlab_session=${person.token}` };
    const stream = await EventStream.open(tlab.api, { workspace: room.split('/').at(-1) as string, headers });
    assert.equal((await change(person.userId, { is_operator: false })).status, 200);
    assertProblem(await person.get(users), 403, 'forbidden');
    assert.equal(await told(), undefined);
    await stream.ended; // it had what happens on the server
  });

  test('of operators who go for each other at the same moment one stays', async () => {
    const other = await addPerson(operator, localWorkspace, 'viewer', 'oscar@example.org');
    await change(other.userId, { is_operator: true });
    for (let round = 0; round < 40; round++) {
      const step = { is_operator: false };
      const replies = await Promise.all([
        operator.patch(`${users}/${round % 2 ? other.userId : 'local-user'}`, step),
        other.patch(`${users}/${round % 2 ? 'local-user' : other.userId}`, step),
      ]);
      const story = replies.map((reply) => `${reply.status} ${reply.json.code ?? ''}`).join(', ');
      assert.equal(replies.filter(({ status }) => status === 200).length, 1, `round ${round}: ${story}`);
      const left = (await operator.get(users)).status === 200 ? operator : other;
      for (const { userId } of [operator, other])
        await left.patch(`${users}/${userId}`, { is_operator: true }, { expect: 200 });
    }
    await change(other.userId, { is_operator: false });
  });

  test('one’s own has a name and preferences', async () => {
    const person = await addPerson(operator, localWorkspace, 'viewer', 'fred@example.org');
    const named = await person.patch('/api/v1/me', { display_name: 'Fred F.' }, { expect: 200 });
    assert.equal(named.json.user.display_name, 'Fred F.');
    for (const name of ['', ' ', 'a\nb', 'x'.repeat(121)])
      assertProblem(await person.patch('/api/v1/me', { display_name: name }), 422, 'invalid_input', [
        '/display_name',
      ]);
    assertProblem(await person.patch('/api/v1/me', { display_name: 'x', email: 'x' }), 422, 'invalid_input', ['/email']);

    const path = '/api/v1/me/preferences';
    const put = (json: Json, headers = {}) => person.send('PUT', path, { json, headers });
    const empty = await person.get(path, { expect: 200 });
    assert.deepEqual(empty.json, {});
    await person.get(path, { headers: { 'if-none-match': String(empty.headers.etag) }, expect: 304 });
    const theirs = { theme: 'dark', "it's": ['研究', 1.5, null, { deep: true }] };
    const kept = await put(theirs, etagOf(empty));
    assert.equal(kept.status, 200, kept.text);
    assert.deepEqual((await person.get(path)).json, theirs);
    assertProblem(await put({}, etagOf(empty)), 412, 'precondition_failed');
    // of those who change the same at the same moment one does
    for (let round = 0; round < 5; round++) {
      const tag = etagOf(await person.get(path));
      const replies = await Promise.all([1, 2, 3, 4].map(() => put(theirs, tag)));
      assert.deepEqual(replies.map((reply) => reply.status).sort(), [200, 412, 412, 412]);
    }
    assertProblem(await put({ long: 'x'.repeat(70_000) }), 413, 'payload_too_large');
    assert.deepEqual((await person.get(path)).json, theirs);
    assert.deepEqual((await operator.get(path)).json, {});
  });
});

onEachEngine('what takes the password anew', (engine) => {
  test('is refused to a session that was left open', async () => {
    const first = await Server.start({ engine, marketPath: samplePath(), env: withPasswords() });
    const owner = await new Person(first.api).signIn();
    const team = await owner.makeWorkspace();
    await first.stop();
    changeState(first.state, 'UPDATE sessions SET proved_at = proved_at - 900000000');
    const second = await first.startAgain();
    try {
      const person = owner.copy(second.api);
      const match = { headers: { 'if-match': '*' } };
      const acts = [
        () => person.delete(team, match),
        () => person.post(`${team}/transfer-ownership`, { user_id: absent }),
        () => person.patch(`${users}/${absent}`, { status: 'active' }),
        () => person.delete(`${users}/${absent}/sessions`),
      ];
      for (const act of acts) assertProblem(await act(), 403, 'reauth_required');
      await person.get(team, { expect: 200 });
      await person.post('/api/v1/auth/reauth', { password: localPassword }, { expect: 204 });
      for (const act of acts.reverse()) assert.ok([204, 404].includes((await act()).status));
    } finally {
      await second.stop();
    }
  });
});

onEachEngine('a deleted workspace', (engine) => {
  const tlab = useServer(() => ({ engine, marketPath: samplePath(), env: withPasswords() }));

  test('comes back for its owners, with all that is in it, for thirty days', async () => {
    const owner = await new Person(tlab.api).signIn();
    const team = await owner.makeWorkspace('Coming back');
    const editor = await addPerson(owner, team, 'editor', 'editor@example.org');
    const run = { strategy_id: 'buy_and_hold', symbol: 'BTCUSDT' };
    const backtest = await owner.post(`${team}/backtests`, run, { expect: 201 });
    await owner.delete(team, { headers: { 'if-match': '*' }, expect: 204 });
    for (const person of [owner, editor]) assertProblem(await person.get(team), 404, 'not_found');
    const list = async (person: Person): Promise<Json[]> =>
      (await person.get('/api/v1/workspaces', { query: { deleted: 'true' }, expect: 200 })).json.workspaces;
    assert.deepEqual(await list(editor), []);
    const [listed] = await list(owner);
    assert.equal(listed.name, 'Coming back');
    assert.equal(Date.parse(listed.kept_until) - Date.parse(listed.deleted_at), 30 * 24 * 3600 * 1000);
    assertProblem(await editor.post(`${team}/restore`), 404, 'not_found');
    assertProblem(await owner.post(`${localWorkspace}/restore`), 404, 'not_found'); // not deleted
    const back = await owner.post(`${team}/restore`, undefined, { expect: 200 });
    assert.deepEqual([back.json.name, back.json.role], ['Coming back', 'owner']);
    assert.deepEqual(await list(owner), []);
    assert.equal((await editor.get(team, { expect: 200 })).json.role, 'editor');
    await editor.get(`${team}/backtests/${backtest.json.id}`, { expect: 200 });
    assertProblem(await owner.post(`${team}/restore`), 404, 'not_found');
  });

  test('does not come back where there is no room for it', async () => {
    const owner = await new Person(tlab.api).signIn();
    const team = await owner.makeWorkspace('One too many');
    await owner.delete(team, { headers: { 'if-match': '*' }, expect: 204 });
    let last: Reply | undefined;
    for (let i = 0; i < 60 && last?.status !== 409; i++)
      last = await owner.post('/api/v1/workspaces', { name: `Number ${i}` });
    assertProblem(last as Reply, 409, 'too_many_workspaces');
    assertProblem(await owner.post(`${team}/restore`), 409, 'too_many_workspaces');
  });

  test('is gone after thirty days', async () => {
    const server = await Server.start({ engine, marketPath: samplePath(), env: withPasswords() });
    const owner = await new Person(server.api).signIn();
    const team = await owner.makeWorkspace('Gone');
    await owner.delete(team, { headers: { 'if-match': '*' }, expect: 204 });
    await server.stop();
    changeState(server.state, `UPDATE workspaces SET version = version + 1, deleted_at = deleted_at - ${30 * 24 * 3600 * 1_000_000}`);
    const later = await server.startAgain();
    try {
      assertProblem(await owner.copy(later.api).post(`${team}/restore`), 404, 'not_found');
    } finally {
      await later.stop();
    }
  });
});

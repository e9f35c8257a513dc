// Who belongs to a workspace: adding, roles, leaving, the last owner, and what members see of each other.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Engine } from '../harness/engines.ts';
import { EventStream } from '../harness/events.ts';
import { assertProblem, type Reply } from '../harness/http.ts';
import type { Json } from '../harness/openapi.ts';
import { addPerson, localEmail, localWorkspace, memberPassword, Person, withPasswords } from '../harness/people.ts';
import { samplePath } from '../harness/sample.ts';
import { onEachEngine, Server, useServer } from '../harness/server.ts';

const absent = '0198f5a2-6c1e-7d3a-9b57-2f4e8a1c6d90';
const etagOf = (reply: Reply) => ({ 'if-match': String(reply.headers.etag) });

/** Reads the member and changes the role of what was read. */
async function setRole(by: Person, workspace: string, userId: string, role: string): Promise<Reply> {
  const path = `${workspace}/members/${userId}`;
  return by.patch(path, { role }, { headers: etagOf(await by.get(path)) });
}

onEachEngine('members', (engine) => {
  const tlab = useServer(() => ({ engine, marketPath: samplePath(), env: withPasswords() }));
  let owner: Person;
  let editor: Person;
  let viewer: Person;
  let team = '';
  before(async () => {
    owner = await new Person(tlab.api).signIn();
    team = await owner.makeWorkspace();
    editor = await addPerson(owner, team, 'editor', 'Editor@example.org');
    viewer = await addPerson(owner, team, 'viewer', 'viewer@example.org');
  });

  const add = (email: string, role: string, more: Json = {}): Promise<Reply> =>
    owner.post(`${team}/members`, { email, role, ...more });

  test('are listed oldest first, page after page', async () => {
    const whole = (await owner.get(`${team}/members`, { expect: 200 })).json;
    assert.deepEqual(
      whole.members.map((m: Json) => [m.email, m.role, m.display_name]).slice(0, 3),
      [
        ['local@example.invalid', 'owner', 'Local User'],
        ['Editor@example.org', 'editor', 'Editor'],
        ['viewer@example.org', 'viewer', 'viewer'],
      ],
    );
    const paged: Json[] = [];
    for (let cursor: string | undefined | null = ''; cursor !== null; ) {
      const page: Json = (await owner.get(`${team}/members`, { query: { limit: 2, cursor: cursor || undefined } }))
        .json;
      paged.push(...page.members);
      cursor = page.next_cursor;
    }
    assert.deepEqual(paged, whole.members);
    assertProblem(await owner.get(`${team}/members`, { query: { limit: 0 } }), 422, 'invalid_input', ['?limit']);
    assertProblem(await owner.get(`${team}/members`, { query: { cursor: 'x' } }), 422, 'invalid_input', ['?cursor']);
  });

  test('see no e-mail but their own, unless they are owners', async () => {
    for (const person of [viewer, editor]) {
      const { members } = (await person.get(`${team}/members`, { expect: 200 })).json;
      for (const member of members) {
        assert.equal(member.email === null, member.user_id !== person.userId);
        const { json } = await person.get(`${team}/members/${member.user_id}`, { expect: 200 });
        assert.deepEqual(json, member);
      }
    }
  });

  test('one that is at hand is not sent again', async () => {
    const reply = await owner.get(`${team}/members/${viewer.userId}`, { expect: 200 });
    const headers = { 'if-none-match': String(reply.headers.etag) };
    await owner.get(`${team}/members/${viewer.userId}`, { headers, expect: 304 });
    assertProblem(await owner.get(`${team}/members/${absent}`), 404, 'not_found');
  });

  test('bad members of the body are refused by name', async () => {
    const cases: [Json, string[]][] = [
      [{}, ['/email', '/role']],
      [{ email: 'a@b.c' }, ['/role']],
      [{ email: 'a@b.c', role: 'admin' }, ['/role']],
      [{ email: 'a@b.c', role: 'Owner' }, ['/role']],
      [{ email: 'no-at', role: 'viewer' }, ['/email']],
      [{ email: '@b.c', role: 'viewer' }, ['/email']],
      [{ email: 'a@', role: 'viewer' }, ['/email']],
      [{ email: 'a@b@c.d', role: 'viewer' }, ['/email']],
      [{ email: 'a b@c.d', role: 'viewer' }, ['/email']],
      [{ email: 'a\u0001@c.d', role: 'viewer' }, ['/email']],
      [{ email: `${'a'.repeat(250)}@c.de`, role: 'viewer' }, ['/email']],
      [{ email: 'a@b.c', role: 'viewer', password: 'short' }, ['/password']],
      [{ email: 'a@b.c', role: 'viewer', password: memberPassword, display_name: ' ' }, ['/display_name']],
      [{ email: 'a@b.c', role: 'viewer', password: memberPassword, display_name: 'a\nb' }, ['/display_name']],
      [{ email: 'bad', role: 'viewer', password: 'short', display_name: '' }, ['/display_name', '/email', '/password']],
    ];
    for (const [body, pointers] of cases)
      assertProblem(await owner.post(`${team}/members`, body), 422, 'invalid_input', pointers);
  });

  test('no field that is not theirs to write is taken', async () => {
    const fields = ['id', 'user_id', 'workspace_id', 'status', 'version', 'created_at', 'is_operator', 'password_hash'];
    for (const field of fields) {
      const body = { email: 'extra@example.org', role: 'viewer', password: memberPassword, [field]: 'x' };
      assertProblem(await owner.post(`${team}/members`, body), 422, 'invalid_input', [`/${field}`]);
      const path = `${team}/members/${viewer.userId}`;
      assertProblem(await owner.patch(path, { role: 'viewer', [field]: 'x' }), 422, 'invalid_input', [`/${field}`]);
    }
    const { members } = (await owner.get(`${team}/members`)).json;
    assert.ok(!members.some((m: Json) => m.email === 'extra@example.org'));
  });

  test('adding an account that exists never touches its password or name', async () => {
    const thief = await addPerson(owner, localWorkspace, 'viewer', 'thief@example.org');
    const room = await thief.makeWorkspace('A trap');
    const input = { email: 'EDITOR@example.org', role: 'viewer', password: 'chosen by a thief 1', display_name: 'Ha' };
    for (const status of [201, 200]) {
      const reply = await thief.post(`${room}/members`, input, { expect: status });
      assert.equal(reply.json.password_ignored, true);
      assert.equal(reply.json.must_change_password, undefined);
      assert.equal(reply.json.display_name, 'Editor');
      assert.equal(reply.json.user_id, editor.userId);
    }
    const stolen = await new Person(tlab.api).tryToSignIn('editor@example.org', 'chosen by a thief 1');
    assertProblem(stolen, 401, 'wrong_credentials');
    await new Person(tlab.api).signIn('editor@example.org', memberPassword);
    assert.equal((await editor.get('/api/v1/me')).json.user.display_name, 'Editor');
    // nor does the owner of the account's first workspace, whom the account has outlived
    const again = await add('editor@example.org', 'editor', { password: 'chosen by a thief 2' });
    assert.deepEqual([again.status, again.json.password_ignored], [200, true]);
    await new Person(tlab.api).signIn('editor@example.org', memberPassword);
  });

  test('a new e-mail without a password is invited', async () => {
    const reply = await add('invited@example.org', 'trader');
    assert.equal(reply.status, 202, reply.text);
    assert.equal(reply.json.role, 'trader');
    const { members } = (await owner.get(`${team}/members`)).json;
    assert.ok(!members.some((m: Json) => m.email === 'invited@example.org'));
  });

  test('a change of role needs the version that was read, and holds at the next request', async () => {
    const person = await addPerson(owner, team, 'viewer', 'rising@example.org');
    const path = `${team}/members/${person.userId}`;
    const rename = { name: 'x' };
    assertProblem(await person.patch(`${team}`, rename), 403, 'forbidden');
    assertProblem(await owner.patch(path, { role: 'owner' }), 428, 'precondition_required');
    const read = await owner.get(path);
    const changed = await owner.patch(path, { role: 'owner' }, { headers: etagOf(read), expect: 200 });
    assert.deepEqual(
      { ...changed.json },
      { ...read.json, role: 'owner', version: read.json.version + 1 },
    );
    assertProblem(await person.patch(`${team}`, rename), 428, 'precondition_required'); // an owner's now
    const stale = await owner.patch(path, { role: 'viewer' }, { headers: etagOf(read) });
    assertProblem(stale, 412, 'precondition_failed');
    assert.deepEqual(stale.json.current, changed.json);
    assert.equal(stale.headers.etag, changed.headers.etag);
    const same = await owner.patch(path, { role: 'owner' }, { headers: etagOf(changed), expect: 200 });
    assert.equal(same.json.version, changed.json.version);
    await owner.patch(path, { role: 'viewer' }, { headers: etagOf(changed), expect: 200 });
    assertProblem(await person.patch(`${team}`, rename), 403, 'forbidden');
    assertProblem(await owner.patch(path, {}), 422, 'invalid_input', ['/role']);
    const nobody = { headers: { 'if-match': '"x"' } };
    assertProblem(await owner.patch(`${team}/members/${absent}`, { role: 'viewer' }, nobody), 404, 'not_found');
  });

  test('leave when they want, and are removed by owners only', async () => {
    const person = await addPerson(owner, team, 'trader', 'leaving@example.org');
    for (const other of [viewer, editor, owner]) {
      const reply = await person.delete(`${team}/members/${other.userId}`);
      assertProblem(reply, 403, 'forbidden');
      assert.equal(reply.json.required_role, 'owner');
    }
    await person.delete(`${team}/members/${person.userId}`, { expect: 204 });
    assertProblem(await person.get(team), 404, 'not_found');
    assertProblem(await owner.delete(`${team}/members/${person.userId}`), 404, 'not_found');
    const { json } = await person.get('/api/v1/me', { expect: 200 });
    assert.deepEqual([json.workspaces, json.active_workspace_id], [[], '']);
  });

  test('of another workspace are nobody', async () => {
    const other = await owner.makeWorkspace('Another');
    const path = `${other}/members/${viewer.userId}`;
    const match = { headers: { 'if-match': '*' } };
    assertProblem(await owner.get(path), 404, 'not_found');
    assertProblem(await owner.patch(path, { role: 'owner' }, match), 404, 'not_found');
    assertProblem(await owner.delete(path), 404, 'not_found');
    assertProblem(
      await owner.post(`${other}/transfer-ownership`, { user_id: viewer.userId }),
      404,
      'not_found',
    );
    assert.equal((await owner.get(`${team}/members/${viewer.userId}`)).json.role, 'viewer');
  });

  test('who watch the workspace hear of each other', async () => {
    const workspace = team.split('/').at(-1) as string;
    const headers = { cookie: `tlab_session=${owner.token}` };
    const stream = await EventStream.open(tlab.api, { workspace, headers });
    const person = await addPerson(owner, team, 'viewer', 'heard@example.org');
    await setRole(owner, team, person.userId, 'editor');
    await owner.delete(`${team}/members/${person.userId}`, { expect: 204 });
    let seen = 0;
    const isThird = (event: { type: string; data: Json }): boolean =>
      event.type === 'member' && event.data.user_id === person.userId && ++seen === 3;
    await stream.find('of being added, raised and removed', isThird);
    stream.close();
  });

  test('hear nothing any more from the moment they are removed', async () => {
    const person = await addPerson(owner, team, 'viewer', 'listening@example.org');
    const workspace = team.split('/').at(-1) as string;
    const stream = await EventStream.open(tlab.api, {
      workspace,
      headers: { cookie: `tlab_session=${person.token}` },
    });
    await owner.delete(`${team}/members/${person.userId}`, { expect: 204 });
    await stream.ended;
    await setRole(owner, team, viewer.userId, 'trader');
    await setRole(owner, team, viewer.userId, 'viewer');
    assert.ok(!stream.events.some((e) => e.type === 'member' && e.data.user_id === viewer.userId));
  });
});

onEachEngine('the last owner', (engine) => {
  const tlab = useServer(() => ({ engine, marketPath: samplePath(), env: withPasswords() }));
  let owner: Person;
  let second: Person;
  before(async () => {
    owner = await new Person(tlab.api).signIn();
    second = await addPerson(owner, localWorkspace, 'viewer', 'second@example.org');
  });

  test('cannot be removed, demoted, nor leave', async () => {
    const team = await owner.makeWorkspace('Alone');
    await owner.post(`${team}/members`, { email: 'second@example.org', role: 'editor' }, { expect: 201 });
    const me = `${team}/members/${owner.userId}`;
    assertProblem(await owner.delete(me), 409, 'last_owner');
    assertProblem(await setRole(owner, team, owner.userId, 'editor'), 409, 'last_owner');
    const again = { email: 'local@example.invalid', role: 'viewer' };
    assertProblem(await owner.post(`${team}/members`, again), 409, 'last_owner');
    assert.equal((await owner.get(me)).json.role, 'owner');
    assert.equal((await owner.get(me)).json.version, 1);
    assert.equal((await setRole(owner, team, second.userId, 'owner')).status, 200);
    await owner.delete(me, { expect: 204 });
    assertProblem(await second.delete(`${team}/members/${second.userId}`), 409, 'last_owner');
  });

  test('hands the workspace to another member in one step', async () => {
    const team = await owner.makeWorkspace('Handed over');
    const transfer = (userId: unknown) => owner.post(`${team}/transfer-ownership`, { user_id: userId });
    assertProblem(await transfer(second.userId), 404, 'not_found'); // no member yet
    await owner.post(`${team}/members`, { email: 'second@example.org', role: 'viewer' }, { expect: 201 });
    assertProblem(await transfer(owner.userId), 422, 'invalid_input', ['/user_id']);
    assertProblem(await transfer(5), 422, 'invalid_input', ['/user_id']);
    const reply = await transfer(second.userId);
    assert.equal(reply.status, 200, reply.text);
    assert.deepEqual([reply.json.user_id, reply.json.role], [second.userId, 'owner']);
    assert.equal((await owner.get(`${team}/members/${owner.userId}`)).json.role, 'editor');
    assertProblem(await transfer(second.userId), 403, 'forbidden');
  });
});

// Owners who go for each other at the same moment, as often as it takes for every order to come up. `ways` are what
// two owners do to one another; one of them wins, and the other is told what the third column says: whoever is no owner
// any more, or no member, may do nothing, though they were one when the request began.
type Act = (by: Person, other: Person, team: string) => Promise<Reply>;
const ways: [string, Act, number][] = [
  ['leave', (by, _other, team) => by.delete(`${team}/members/${by.userId}`), 409],
  ['remove each other', (by, other, team) => by.delete(`${team}/members/${other.userId}`), 404],
  ['step back', (by, _other, team) => stepBack(by, by, team), 409],
  ['demote each other', (by, other, team) => stepBack(by, other, team), 403],
  ['demote each other by adding', (by, other, team) => demoteByAdding(by, other, team), 403],
];
const handOver: Act = (by, other, team) => by.post(`${team}/transfer-ownership`, { user_id: other.userId });

const stepBack = (by: Person, whom: Person, team: string): Promise<Reply> =>
  by.patch(`${team}/members/${whom.userId}`, { role: 'editor' }, { headers: { 'if-match': '*' } });

const demoteByAdding = async (by: Person, whom: Person, team: string): Promise<Reply> =>
  by.post(`${team}/members`, { email: emailOf(whom), role: 'editor' });
const emails = ['local@example.invalid', 'b@example.org'] as const;
const emailOf = (person: Person): string => emails[person.userId === 'local-user' ? 0 : 1];

/** Of PostgreSQL two processes; a SQLite file has one. */
function useTwo(engine: Engine): Server[] {
  const servers: Server[] = [];
  before(async () => {
    servers.push(await Server.start({ engine, marketPath: samplePath(), env: withPasswords() }));
    if (engine === 'postgresql') servers.push(await (servers[0] as Server).startAgain());
  });
  after(() => Promise.all(servers.map((server) => server.stop())));
  return servers;
}

onEachEngine('owners in a race', (engine) => {
  const servers = useTwo(engine);
  let pair: Pair;
  before(async () => {
    pair = await makePair(servers);
  });

  for (const [what, act, refusal] of ways) {
    test(`who ${what} leave one of them`, { timeout: 120_000 }, async () => {
      for (let round = 0; round < 100; round++) assert.deepEqual(await race(pair, act, round), [refusal]);
    });
  }

  test('who hand over to each other leave one of them at least', { timeout: 120_000 }, async () => {
    for (let round = 0; round < 100; round++)
      for (const status of await race(pair, handOver, round)) assert.ok([403, 409].includes(status), String(status));
  });

  // there is an owner in any case: it is the role alone that refuses the slower one
  test('who demote each other beside a third one do so once', { timeout: 120_000 }, async () => {
    await addPerson(pair.a, pair.team, 'owner', 'c@example.org');
    for (const [what, act, refusal] of ways.filter(([name]) => /each other/.test(name)))
      for (let round = 0; round < 100; round++) assert.deepEqual(await race(pair, act, round), [refusal], what);
    const { members } = (await pair.a.get(`${pair.team}/members`)).json;
    const third = members.find((m: Json) => m.email === 'c@example.org').user_id;
    await pair.a.delete(`${pair.team}/members/${third}`, { expect: 204 });
  });

  // each of the two counts on the other, and neither has seen it yet
  test('who hand over to somebody that is disabled at this moment do not', { timeout: 120_000 }, async () => {
    const { a, b, team } = pair;
    const user = `/api/v1/admin/users/${b.userId}`;
    const set = (person: Person, status: string) => person.patch(user, { status }, { headers: { 'if-match': '*' } });
    const elsewhere = a.copy(b.api);
    for (let round = 0; round < 60; round++) {
      await a.post(`${team}/members`, { email: 'b@example.org', role: 'editor' });
      const [handed, disabled] = await Promise.all([handOver(a, b, team), set(elsewhere, 'disabled')]);
      const story = `round ${round}: ${handed.text}, ${disabled.text}`;
      assert.deepEqual([handed.status, disabled.status].sort(), [200, 409], story);
      assertProblem(handed.status === 409 ? handed : disabled, 409, 'last_owner');
      if (handed.status === 200) {
        const now = await b.copy().signIn('b@example.org', memberPassword);
        await now.post(`${team}/members`, { email: localEmail, role: 'owner' }, { expect: 200 });
      } else assert.equal((await set(a, 'active')).status, 200);
    }
    await b.signIn('b@example.org', memberPassword);
    await a.post(`${team}/members`, { email: 'b@example.org', role: 'owner' });
  });

  test('whoever is demoted while they write, and watch, does so no longer, in no process', async () => {
    const { a, b, team } = pair;
    const workspace = team.split('/').at(-1) as string;
    let answered = false;
    const late: number[] = [];
    const write = async (): Promise<void> => {
      for (let i = 0; i < 500; i++) {
        const isLate = answered;
        const { status } = await b.post(`${team}/category-sets`, { name: `Set ${i}` });
        if (isLate) late.push(status);
        if (late.length > 4) return;
      }
    };
    const writing = Promise.all([write(), write(), write()]);
    assert.equal((await setRole(a, team, b.userId, 'viewer')).status, 200);
    answered = true;
    await writing;
    assert.ok(late.length > 4 && late.every((status) => status === 403), late.join());

    const stream = await EventStream.open(b.api, { workspace, headers: { cookie: `tlab_session=${b.token}` } });
    await a.delete(`${team}/members/${b.userId}`, { expect: 204 });
    const removed = Date.now();
    await stream.ended;
    assert.ok(Date.now() - removed < 15_000);
    await a.post(`${team}/members`, { email: 'b@example.org', role: 'owner' }, { expect: 201 });
  });

  test('whoever is demoted or removed changes nothing any more, in no process', async () => {
    const { a, b, team } = pair;
    const quick = { strategy_id: 'no_such_strategy', symbol: 'BTCUSDT' };
    assert.notEqual((await b.post(`${team}/backtests`, quick)).status, 403);
    assert.equal((await setRole(a, team, b.userId, 'viewer')).status, 200);
    assertProblem(await b.post(`${team}/backtests`, quick), 403, 'forbidden');
    await a.delete(`${team}/members/${b.userId}`, { expect: 204 });
    assertProblem(await b.post(`${team}/backtests`, quick), 404, 'not_found');
  });
});

interface Pair {
  a: Person;
  b: Person;
  team: string;
}

async function makePair(servers: Server[]): Promise<Pair> {
  const a = await new Person((servers[0] as Server).api).signIn();
  const team = await a.makeWorkspace('Contended');
  const b = await addPerson(a, team, 'owner', 'b@example.org');
  return { a, b: b.copy((servers.at(-1) as Server).api), team };
}

/** The statuses of those who lost. */
async function race({ a, b, team }: Pair, act: Act, round: number): Promise<number[]> {
  const replies = await Promise.all([act(a, b, team), act(b, a, team)]);
  const read = await Promise.all([a.get(`${team}/members`), b.get(`${team}/members`)]);
  const seen = read.find(({ status }) => status === 200);
  const owners = (seen?.json.members ?? []).filter((m: Json) => m.role === 'owner');
  const story = replies.map((reply) => `${reply.status} ${reply.json?.code ?? ''}`).join(', ');
  assert.ok(owners.length >= 1, `round ${round}: nobody owns the workspace (${story})`);
  const refused = replies.filter(({ status }) => status !== 200 && status !== 204);
  assert.ok(refused.length < 2, `round ${round}: ${story}`);
  for (const { status, json } of refused)
    assert.equal(json.required_role, status === 403 ? 'owner' : undefined, `round ${round}: ${story}`);
  // both again, for the next round
  const winner = owners.some((m: Json) => m.user_id === a.userId) ? a : b;
  for (const email of emails) {
    const reply = await winner.post(`${team}/members`, { email, role: 'owner' });
    assert.ok([200, 201].includes(reply.status), reply.text);
  }
  return refused.map(({ status }) => status);
}

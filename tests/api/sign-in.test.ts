// AUTH_MODE=password: signing in and out, sessions and their cookies.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertProblem, type Reply } from '../harness/http.ts';
import {
  addPerson,
  cookiesOf,
  localEmail,
  localPassword,
  localWorkspace,
  memberPassword,
  Person,
  withPasswords,
} from '../harness/people.ts';
import { samplePath } from '../harness/sample.ts';
import { onEachEngine, Server, useServer } from '../harness/server.ts';

const auth = '/api/v1/auth';

onEachEngine('the guide’s login', (engine) => {
  // exactly as it is printed there, on a server of its own
  const tlab = useServer(() => ({
    engine,
    marketPath: samplePath(),
    env: { AUTH_MODE: 'password', DEFAULT_USER_PASSWORD: 'change-this-password' },
  }));

  test('answers the session and sets a cookie, logout takes it back', async () => {
    const person = new Person(tlab.api);
    const reply = await person.post(
      `${auth}/login`,
      { email: 'local@example.invalid', password: 'change-this-password' },
      { expect: 200 },
    );
    assert.deepEqual(reply.json, {
      auth_mode: 'password',
      user: {
        id: 'local-user',
        email: 'local@example.invalid',
        display_name: 'Local User',
        status: 'active',
        is_operator: true, // the guide's server has nobody else to run it
      },
      active_workspace_id: 'local-workspace',
      workspaces: [
        { id: 'local-workspace', name: 'Local Workspace', default_quote_asset: 'USDT', role: 'owner' },
      ],
    });
    assert.deepEqual((await person.get(`${auth}/session`, { expect: 200 })).json, reply.json);
    assert.equal((await person.get('/api/v1/me', { expect: 200 })).text, reply.text);
    const stolen = person.copy();
    await person.post(`${auth}/logout`, undefined, { expect: 204 });
    assert.equal(person.token, '');
    assertProblem(await stolen.get(`${auth}/session`), 401, 'unauthenticated');
    await new Person(tlab.api).post(`${auth}/logout`, undefined, { expect: 204 }); // as the guide's curl, without a cookie
  });

  test('with the password of the guide is warned of in the log', () => {
    assert.equal(tlab.server.logged('sample_password').length, 1);
  });

  test('members of the guide sign in with what the owner gave them', async () => {
    const owner = await new Person(tlab.api).signIn(localEmail, 'change-this-password');
    const input = {
      email: 'member@example.invalid',
      display_name: 'Member',
      role: 'trader',
      password: 'member-password',
    };
    const added = await owner.post(`${localWorkspace}/members`, input, { expect: 201 });
    assert.deepEqual(
      [added.json.email, added.json.display_name, added.json.role],
      ['member@example.invalid', 'Member', 'trader'],
    );
    const again = await owner.post(`${localWorkspace}/members`, input, { expect: 200 });
    assert.equal(again.json.user_id, added.json.user_id);
    const { members } = (await owner.get(`${localWorkspace}/members`, { expect: 200 })).json;
    assert.deepEqual(
      members.map((m: { email: string; role: string }) => [m.email, m.role]),
      [
        ['local@example.invalid', 'owner'],
        ['member@example.invalid', 'trader'],
      ],
    );
    const member = await new Person(tlab.api).tryToSignIn('Member@Example.invalid', 'member-password');
    assert.equal(member.status, 200);
    assert.equal(member.json.must_change_password, true);
    assert.deepEqual(
      member.json.workspaces.map((w: { role: string }) => w.role),
      ['trader'],
    );
  });
});

onEachEngine('signing in', (engine) => {
  const tlab = useServer(() => ({ engine, marketPath: samplePath(), env: withPasswords() }));

  test('takes an e-mail in any case, and nothing else than the right password', async () => {
    await new Person(tlab.api).signIn('LOCAL@Example.INVALID');
    const wrong = await new Person(tlab.api).tryToSignIn(localEmail, `${localPassword} `);
    const unknown = await new Person(tlab.api).tryToSignIn('nobody@example.org', localPassword);
    assertProblem(wrong, 401, 'wrong_credentials');
    const bare = ({ headers, text }: Reply) => [
      text.replace(String(headers['x-request-id']), ''),
      Object.keys(headers).sort(),
    ];
    assert.deepEqual(bare(unknown), bare(wrong)); // whether the account exists is told by nothing
    await new Person(tlab.api).signIn();
  });

  test('names the members at fault', async () => {
    const send = (body: unknown) => new Person(tlab.api).post(`${auth}/login`, body);
    assertProblem(await send({}), 422, 'invalid_input', ['/email', '/password']);
    assertProblem(await send({ email: 5, password: [] }), 422, 'invalid_input', ['/email', '/password']);
    assertProblem(await send({ email: localEmail, password: localPassword, role: 'owner' }), 422, 'invalid_input', [
      '/role',
    ]);
  });

  test('who is not signed in is told how one signs in', async () => {
    for (const path of [`${auth}/session`, '/api/v1/me', '/api/v1/symbols', `${localWorkspace}/backtests`]) {
      const reply = await new Person(tlab.api).get(path);
      assertProblem(reply, 401, 'unauthenticated');
      assert.deepEqual([reply.json.auth_mode, reply.json.login_methods], ['password', ['password']]);
    }
  });

  test('no cookie but the one that was given is good', async () => {
    const person = await new Person(tlab.api).signIn();
    const cookies = [
      'x',
      '',
      'A'.repeat(43),
      person.token.slice(1),
      `${person.token}A`,
      person.token.toLowerCase(),
      `${person.token}; tlab_session=${person.token}`, // twice is none
    ];
    for (const value of cookies) {
      const headers = { cookie: `tlab_session=${value}` };
      assertProblem(await tlab.api.get(`${auth}/session`, { headers }), 401, 'unauthenticated');
    }
    assert.ok(await person.isIn());
  });

  test('sets cookies that no script reads and no other site sends', async () => {
    const reply = await new Person(tlab.api).tryToSignIn(localEmail, localPassword);
    const cookies = cookiesOf(reply);
    assert.deepEqual(cookies.map(({ name }) => name).sort(), ['tlab_device', 'tlab_session']);
    for (const { name, value, attributes } of cookies) {
      assert.match(value, name === 'tlab_session' ? /^[\w-]{43}$/ : /^[\w-]{43}\.[\w-]{43}$/);
      const age = name === 'tlab_session' ? 7 * 24 * 3600 : 180 * 24 * 3600;
      assert.deepEqual(
        [...attributes].sort(),
        ['HttpOnly', `Max-Age=${age}`, 'Path=/', 'SameSite=Strict'].sort(),
      );
    }
  });

  test('remembers the browser for 30 days where it is asked to', async () => {
    const reply = await new Person(tlab.api).tryToSignIn(localEmail, localPassword, { remember: true });
    const session = cookiesOf(reply).find(({ name }) => name === 'tlab_session');
    assert.ok(session?.attributes.includes(`Max-Age=${30 * 24 * 3600}`));
  });

  test('gives a new token always, and ends the session that came with it', async () => {
    const person = await new Person(tlab.api).signIn();
    const first = person.copy();
    await person.signIn();
    assert.notEqual(person.token, first.token);
    assert.ok(!(await first.isIn()));
    const chosen = new Person(tlab.api); // by somebody else, for the victim to sign in to
    chosen.cookies.set('tlab_session', 'A'.repeat(43));
    await chosen.signIn();
    assert.notEqual(chosen.token, 'A'.repeat(43));
    const headers = { cookie: `tlab_session=${'A'.repeat(43)}` };
    assertProblem(await tlab.api.get(`${auth}/session`, { headers }), 401, 'unauthenticated');
  });

  test('shows where one is signed in, and ends what one does not know', async () => {
    const owner = await new Person(tlab.api, { 'user-agent': 'the desk' }).signIn();
    const other = await new Person(tlab.api, { 'user-agent': `the phone${'!'.repeat(300)}` }).signIn();
    const { sessions } = (await owner.get(`${auth}/sessions`, { expect: 200 })).json;
    assert.ok(sessions.length >= 2);
    assert.equal(sessions.filter((s: { is_current: boolean }) => s.is_current).length, 1);
    assert.equal(sessions.find((s: { is_current: boolean }) => s.is_current).user_agent, 'the desk');
    assert.equal(sessions[0].user_agent.length, 200);
    assert.equal(sessions[0].address, '127.0.0.1');
    await owner.delete(`${auth}/sessions/${sessions[0].id}`, { expect: 204 });
    assert.ok(!(await other.isIn()));
    assertProblem(await owner.delete(`${auth}/sessions/${sessions[0].id}`), 404, 'not_found');
    assert.ok(await owner.isIn());
  });

  test('of somebody else no session is seen nor ended', async () => {
    const owner = await new Person(tlab.api).signIn();
    const member = await addPerson(owner, localWorkspace, 'viewer', 'other@example.org');
    const { sessions } = (await owner.get(`${auth}/sessions`, { expect: 200 })).json;
    assertProblem(await member.delete(`${auth}/sessions/${sessions[0].id}`), 404, 'not_found');
    assert.ok(await owner.isIn());
    assert.equal((await member.get(`${auth}/sessions`)).json.sessions.length, 1);
  });

  test('everywhere ends everywhere', async () => {
    const person = await addPerson(await new Person(tlab.api).signIn(), localWorkspace, 'viewer', 'all@example.org');
    const others = [new Person(tlab.api), new Person(tlab.api)];
    for (const other of others) await other.signIn('all@example.org', memberPassword);
    const kept = await new Person(tlab.api).signIn();
    await person.copy().post(`${auth}/logout-all`, undefined, { expect: 204 });
    for (const ended of [person, ...others]) assert.ok(!(await ended.isIn()));
    assert.ok(await kept.isIn());
  });

  test('at most 20 sessions of a user stay, the oldest goes', async () => {
    const owner = await new Person(tlab.api).signIn();
    const first = await addPerson(owner, localWorkspace, 'viewer', 'many@example.org');
    for (let i = 0; i < 20; i++) await new Person(tlab.api).signIn('many@example.org', memberPassword);
    assert.ok(!(await first.isIn()));
    const last = await new Person(tlab.api).signIn('many@example.org', memberPassword);
    assert.equal((await last.get(`${auth}/sessions`)).json.sessions.length, 20);
  });
});

onEachEngine('a server behind https', (engine) => {
  const tlab = useServer(() => ({
    engine,
    marketPath: samplePath(),
    env: withPasswords({ PUBLIC_URL: 'https://lab.example.org' }),
  }));

  test('ties its cookies to the host and to https', async () => {
    const person = new Person(tlab.api, { host: 'lab.example.org' });
    const reply = await person.tryToSignIn(localEmail, localPassword);
    assert.equal(reply.status, 200, reply.text);
    for (const { name, attributes } of cookiesOf(reply)) {
      assert.match(name, /^__Host-tlab_(session|device)$/);
      assert.ok(attributes.includes('Secure') && attributes.includes('Path=/'));
      assert.ok(!attributes.some((attribute) => /^domain=/i.test(attribute)));
    }
    assert.ok(await person.isIn());
    const token = person.cookies.get('__Host-tlab_session');
    const headers = { host: 'lab.example.org', cookie: `tlab_session=${token}` };
    assertProblem(await tlab.api.get(`${auth}/session`, { headers }), 401, 'unauthenticated');
  });
});

onEachEngine('without passwords', (engine) => {
  const tlab = useServer(() => ({ engine, marketPath: samplePath() }));

  test('nobody signs in, and members are kept for later', async () => {
    const person = new Person(tlab.api);
    assertProblem(await person.tryToSignIn(localEmail, localPassword), 409, 'auth_disabled');
    assertProblem(await person.post(`${auth}/reauth`, { password: 'x' }), 409, 'auth_disabled');
    const change = { current_password: 'x', new_password: 'y' };
    assertProblem(await person.post(`${auth}/password`, change), 409, 'auth_disabled');
    await person.post(`${auth}/logout`, undefined, { expect: 204 });
    assert.deepEqual((await person.get(`${auth}/sessions`, { expect: 200 })).json.sessions, []);
    const input = { email: 'later@example.org', role: 'editor', password: memberPassword };
    await person.post(`${localWorkspace}/members`, input, { expect: 201 });
    const later = await tlab.server.restart({ env: withPasswords() });
    try {
      const member = await new Person(later.api).tryToSignIn('later@example.org', memberPassword);
      assert.equal(member.status, 200, member.text);
    } finally {
      await later.stop();
    }
  });
});

onEachEngine('sessions over two processes', (engine) => {
  if (engine === 'sqlite') return; // one process per file

  test('end in both', async () => {
    const first = await Server.start({ engine, marketPath: samplePath(), env: withPasswords() });
    const second = await first.startAgain();
    try {
      const owner = await new Person(first.api).signIn();
      const there = owner.copy(second.api);
      assert.ok(await there.isIn());
      await owner.post(`${auth}/logout`, undefined, { expect: 204 });
      assert.ok(!(await there.isIn()));
      const person = await addPerson(await owner.signIn(), localWorkspace, 'viewer', 'two@example.org');
      const other = await new Person(second.api).signIn('two@example.org', memberPassword);
      const change = { current_password: memberPassword, new_password: 'a slow brown river 9' };
      await person.post(`${auth}/password`, change, { expect: 204 });
      assert.ok(!(await other.isIn()));
      assert.ok(await person.copy(second.api).isIn());
      const again = await new Person(second.api).signIn('two@example.org', 'a slow brown river 9');
      await person.post(`${auth}/logout-all`, undefined, { expect: 204 });
      assert.ok(!(await again.isIn()));
      await again.signIn('two@example.org', 'a slow brown river 9');
      const made = await again.post(`${auth}/tokens`, { name: 'a program', role: 'viewer' }, { expect: 201 });
      const program = new Person(second.api, { authorization: `Bearer ${made.json.token}` });
      await program.get(localWorkspace, { expect: 200 });
      const user = `/api/v1/admin/users/${again.userId}`;
      await owner.patch(user, { status: 'disabled' }, { headers: { 'if-match': '*' }, expect: 200 });
      assert.ok(!(await again.isIn()));
      assertProblem(await program.get(localWorkspace), 401, 'unauthenticated');
      await owner.patch(user, { status: 'active' }, { headers: { 'if-match': '*' }, expect: 200 });
      assert.ok(!(await again.isIn()), 'what has ended does not come back');
    } finally {
      await Promise.all([first.stop(), second.stop()]);
    }
  });
});

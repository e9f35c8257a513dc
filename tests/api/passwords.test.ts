// Passwords: which ones may be, how they are changed and given again, what is kept of them.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { before, describe, test } from 'node:test';
import { assertProblem, type Reply } from '../harness/http.ts';
import { addPerson, localPassword, localWorkspace, memberPassword, Person, withPasswords } from '../harness/people.ts';
import { samplePath } from '../harness/sample.ts';
import { onEachEngine, Server, type StateSettings, useServer } from '../harness/server.ts';
import { changeState, queryState } from '../harness/state.ts';
import { tlab as command } from '../harness/tlab.ts';

const auth = '/api/v1/auth';

onEachEngine('one’s own password', (engine) => {
  const tlab = useServer(() => ({ engine, marketPath: samplePath(), env: withPasswords() }));
  let owner: Person;
  before(async () => {
    owner = await new Person(tlab.api).signIn();
  });

  const change = (person: Person, current: string, wanted: string): Promise<Reply> =>
    person.post(`${auth}/password`, { current_password: current, new_password: wanted });

  test('ends all other sessions when it is changed, and this one goes on under a new token', async () => {
    const person = await addPerson(owner, localWorkspace, 'viewer', 'changing@example.org');
    const other = await new Person(tlab.api).signIn('changing@example.org', memberPassword);
    const before = person.copy();
    assert.equal((await change(person, memberPassword, 'a slow brown river 9')).status, 204);
    assert.ok(await person.isIn());
    assert.notEqual(person.token, before.token);
    assert.ok(!(await before.isIn()), 'the token before it is good no more');
    assert.ok(!(await other.isIn()));
    assert.equal((await person.get('/api/v1/me')).json.must_change_password, undefined);
    const old = await new Person(tlab.api).tryToSignIn('changing@example.org', memberPassword);
    assertProblem(old, 401, 'wrong_credentials');
    await new Person(tlab.api).signIn('changing@example.org', 'a slow brown river 9');
  });

  test('that was changed begins no session, however near the end of it somebody was signing in', async () => {
    const person = await addPerson(owner, localWorkspace, 'viewer', 'hurried@example.org');
    const device = person.cookies.get('tlab_device') as string; // a browser that is known is not kept waiting by others
    const old = Array.from({ length: 8 }, () => {
      const other = new Person(tlab.api);
      other.cookies.set('tlab_device', device);
      return other;
    });
    const logins = old.slice(0, 4).map((other) => other.tryToSignIn('hurried@example.org', memberPassword));
    const changed = change(person, memberPassword, 'a slow brown river 9');
    logins.push(...old.slice(4).map((other) => other.tryToSignIn('hurried@example.org', memberPassword)));
    await Promise.all(logins);
    assert.equal((await changed).status, 204);
    for (const other of old) assert.ok(!(await other.isIn()));
    assert.ok(await person.isIn());
  });

  test('is 12 to 256 bytes, none of those that are tried first, and exactly what was typed', async () => {
    const person = await addPerson(owner, localWorkspace, 'viewer', 'picky.person@example.org');
    const refused = [
      'x7#kQ9!mZ2p', // 11
      `${'x7#kQ9!m'.repeat(32)}é`, // 258
      'password1234',
      'PASSWORD-1234',
      'qwertyuiop[]',
      'aaaaaaaaaaaa',
      '123456789012',
      'picky.person',
      'picky.person@example.org',
    ];
    for (const wanted of refused)
      assertProblem(await change(person, memberPassword, wanted), 422, 'invalid_input', ['/new_password']);
    const long = `${'x7#kQ9!mZ2pÄ'.repeat(20)}`.slice(0, 72);
    assert.equal((await change(person, memberPassword, `${long}1 `)).status, 204);
    for (const near of [`${long}1`, `${long}2 `, `${long}1  `]) {
      const reply = await new Person(tlab.api).tryToSignIn('picky.person@example.org', near);
      assertProblem(reply, 401, 'wrong_credentials');
    }
    await new Person(tlab.api).signIn('picky.person@example.org', `${long}1 `);
  });

  test('is asked for before it is changed, as often as one may guess', async () => {
    const person = await addPerson(owner, localWorkspace, 'viewer', 'guessed@example.org');
    assertProblem(await change(person, 'not it at all 1', 'a slow brown river 9'), 403, 'wrong_password');
    assertProblem(await person.post(`${auth}/reauth`, { password: 'not it at all 2' }), 403, 'wrong_password');
    assert.equal((await person.post(`${auth}/reauth`, { password: memberPassword })).status, 204);
    // waits grow with each guess: on a slow machine the first ones are over before the next guess is
    for (let wait = 0; wait < 4; ) {
      const guess = await person.post(`${auth}/reauth`, { password: 'not it at all 3' });
      assert.ok([403, 429].includes(guess.status), guess.text);
      wait = guess.status === 429 ? Number(guess.headers['retry-after']) : 0;
    }
    assertProblem(await person.post(`${auth}/reauth`, { password: memberPassword }), 429, 'throttled');
    assertProblem(await change(person, memberPassword, 'a slow brown river 9'), 429, 'throttled');
    assert.ok(await person.isIn());
  });

  test('given again gives a new token', async () => {
    const person = await new Person(tlab.api).signIn();
    const before = person.copy();
    await person.post(`${auth}/reauth`, { password: localPassword }, { expect: 204 });
    assert.notEqual(person.token, before.token);
    assert.ok(!(await before.isIn()));
    assert.ok(await person.isIn());
    for (const path of ['reauth', 'password'])
      assertProblem(await person.post(`${auth}/${path}`, {}), 422, 'invalid_input');
  });
});

onEachEngine('a server on which passwords that owners gave must be changed', (engine) => {
  const tlab = useServer(() => ({
    engine,
    marketPath: samplePath(),
    env: withPasswords({ REQUIRE_PASSWORD_CHANGE: '1' }),
  }));

  test('lets whoever has one do nothing else first', async () => {
    const owner = await new Person(tlab.api).signIn();
    const person = await addPerson(owner, localWorkspace, 'owner', 'new@example.org');
    assert.equal((await person.get('/api/v1/me', { expect: 200 })).json.must_change_password, true);
    for (const path of ['/api/v1/workspaces', `${localWorkspace}/members`, '/api/v1/symbols', `${auth}/sessions`])
      assertProblem(await person.get(path), 403, 'password_change_required');
    const change = { current_password: memberPassword, new_password: 'a slow brown river 9' };
    await person.post(`${auth}/password`, change, { expect: 204 });
    await person.get(`${localWorkspace}/members`, { expect: 200 });
  });
});

onEachEngine('what is kept of tokens and passwords', (engine) => {
  let state: StateSettings = {};
  const secrets: string[] = [localPassword, memberPassword];

  test('is nothing that could be used, in the state database nor in the log', async () => {
    const server = await Server.start({ engine, marketPath: samplePath(), env: withPasswords() });
    state = server.state;
    const owner = await new Person(server.api).signIn();
    const member = await addPerson(owner, localWorkspace, 'viewer', 'other@example.org');
    secrets.push(owner.token, member.token, owner.cookies.get('tlab_device') ?? '');
    await member.post(`${auth}/reauth`, { password: memberPassword }, { expect: 204 });
    secrets.push(member.token);
    secrets.push(...(await makeSecrets(owner)));
    const running = dumpOf(state); // with the log that SQLite writes ahead
    for (const secret of secrets) assertNowhere(running, secret);
    await server.stop();
    for (const [hash] of queryState(state, 'SELECT hash FROM credentials'))
      assert.match(String(hash), /^\$argon2id\$v=19\$m=65536,t=2,p=1\$/);
    const stored = dumpOf(state);
    assert.ok(stored.includes('other@example.org'), 'the dump is one');
    for (const secret of secrets) assertNowhere(stored, secret);
    for (const secret of secrets) assert.ok(!server.stderr.includes(secret), secret);
  });

  test('hashes of less work than today’s are made anew when the password is right', async () => {
    // libsodium's, of localPassword with one pass over 8 MiB
    const weak =
      '$argon2id$v=19$m=8192,t=1,p=1$vyN9d66baK8Mf6hFfOlhfQ$aARDRNb76MjEDBXfjXiLKT7UgtOcY2QEGQPsb0mkUqU';
    changeState(state, `UPDATE credentials SET hash = '${weak}' WHERE user_id = 'local-user'`);
    const server = await Server.start({ engine, marketPath: samplePath(), state, env: withPasswords() });
    await new Person(server.api).signIn();
    await server.stop();
    const rows = queryState(state, "SELECT hash FROM credentials WHERE user_id = 'local-user'");
    assert.match(String(rows[0]?.[0]), /^\$argon2id\$v=19\$m=65536,t=2,p=1\$/);
  });
});

/** What is shown once, made with keys under which requests are remembered. */
async function makeSecrets(owner: Person): Promise<string[]> {
  const keyed = (key: string, expect = 201) => ({ headers: { 'idempotency-key': key }, expect });
  const made = [
    await owner.post(`${auth}/tokens`, { name: 'searched for', role: 'viewer' }, keyed('a')),
    await owner.post(`${localWorkspace}/invitations`, { email: 'ann@example.org', role: 'viewer' }, keyed('b')),
    await owner.post(`${localWorkspace}/members`, { email: 'bob@example.org', role: 'viewer' }, keyed('c', 202)),
  ];
  const given = { email: 'carl@example.org', password: 'seven grey herons 3', role: 'viewer' };
  await owner.post(`${localWorkspace}/members`, given, keyed('d'));
  // nor a hash of it that is made in no time
  const asked = `POST ${localWorkspace}/members ${JSON.stringify(given)}`;
  const fast = [given.password, asked].map((text) => createHash('sha256').update(text).digest().toString('latin1'));
  return [...made.map(({ json }) => json.token), given.password, ...fast];
}

/** As it is, and as PostgreSQL writes bytes. */
function assertNowhere(stored: string, secret: string): void {
  assert.ok(secret.length > 12, secret);
  assert.ok(!stored.includes(secret), secret);
  assert.ok(!stored.includes(Buffer.from(secret, 'latin1').toString('hex')), `${secret} in hex`);
}

// All that is stored, as text.
function dumpOf(state: StateSettings): string {
  if (state.APP_STATE_DB_PATH) {
    const dir = dirname(state.APP_STATE_DB_PATH);
    return readdirSync(dir)
      .map((name) => readFileSync(join(dir, name), 'latin1'))
      .join('\n');
  }
  const tables = queryState(state, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'");
  return tables.map(([table]) => JSON.stringify(queryState(state, `SELECT t::text FROM "${table}" t`))).join('\n');
}

describe('a server that passwords would not protect', () => {
  const start = (env: Record<string, string>, args: string[] = []) =>
    command(['serve', '--port', '0', ...args], { env: { MARKET_DB_PATH: samplePath(), ...env } });

  test('does not start', async () => {
    const cases: [Record<string, string>, string[], RegExp][] = [
      [{ AUTH_MODE: 'password' }, [], /DEFAULT_USER_PASSWORD.*must be set/],
      [{ AUTH_MODE: 'password', DEFAULT_USER_PASSWORD: 'too short' }, [], /DEFAULT_USER_PASSWORD.*12/],
      [{ AUTH_MODE: 'password', DEFAULT_USER_PASSWORD: 'password1234' }, [], /DEFAULT_USER_PASSWORD.*tried first/],
      [withPasswords(), ['--host', '0.0.0.0'], /PUBLIC_URL=https.*ALLOW_INSECURE_HTTP/],
      [{ AUTH_MODE: 'nobody' }, [], /AUTH_MODE/],
    ];
    for (const [env, args, why] of cases) {
      const { code, stderr } = await start(env, args);
      assert.notEqual(code, 0, stderr);
      assert.match(stderr, why);
      assert.ok(!stderr.includes('listening on'), stderr);
    }
  });

  test('does not start with the password of the guide where others reach it', async () => {
    const env = {
      AUTH_MODE: 'password',
      DEFAULT_USER_PASSWORD: 'change-this-password',
      PUBLIC_URL: 'https://lab.example.org',
    };
    const { code, stderr } = await start(env, ['--host', '0.0.0.0']);
    assert.notEqual(code, 0, stderr);
    assert.match(stderr, /example of the documentation/);
  });
});

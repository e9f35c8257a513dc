// The second step of signing in: codes of an authenticator, and recovery codes.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { before, test } from 'node:test';
import { assertProblem, type Reply } from '../harness/http.ts';
import { matrix } from '../harness/matrix.ts';
import type { Json } from '../harness/openapi.ts';
import { addPerson, localEmail, localPassword, localWorkspace, memberPassword, Person, withPasswords } from '../harness/people.ts';
import { samplePath } from '../harness/sample.ts';
import { onEachEngine, useServer } from '../harness/server.ts';
import { changeState, queryState } from '../harness/state.ts';

const totpPath = '/api/v1/auth/totp';

/** RFC 6238 once more, from its text and not from the server's code. `ahead` counts steps from now. */
function codeOf(secret: string, ahead = 0): string {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const bits = [...secret].map((c) => letters.indexOf(c).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + ahead));
  const mac = createHmac('sha1', key).update(counter).digest();
  const at = (mac[19] as number) & 15;
  return String((mac.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

/** A code that is none of those that are near. */
function wrongCode(secret: string): string {
  const near = new Set([-2, -1, 0, 1, 2].map((ahead) => codeOf(secret, ahead)));
  return ['000000', '000001', '000002', '000003', '000004', '000005'].find((code) => !near.has(code)) ?? '';
}

interface Enrolled {
  secret: string;
  recoveryCodes: string[];
}

/** Uses up the code of the present step. */
async function enrol(person: Person): Promise<Enrolled> {
  const { json } = await person.post(totpPath, undefined, { expect: 200 });
  const confirmed = await person.post(`${totpPath}/confirm`, { code: codeOf(json.secret) }, { expect: 200 });
  return { secret: json.secret, recoveryCodes: confirmed.json.recovery_codes };
}

onEachEngine('an authenticator', (engine) => {
  const tlab = useServer(() => ({ engine, marketPath: samplePath(), env: withPasswords({ TRUSTED_PROXIES: '127.0.0.1' }) }));
  let operator: Person;
  let count = 0;

  before(async () => {
    operator = await new Person(tlab.api).signIn();
  });

  const emailOf = (n: number) => `user${n}@example.org`;
  const newPerson = () => addPerson(operator, localWorkspace, 'viewer', emailOf(++count));
  /** Another browser, at an address of its own. */
  const elsewhere = () => new Person(tlab.api, { 'x-forwarded-for': `203.0.113.${++count}` });

  test('is set up with its first code', async () => {
    const person = await newPerson();
    const other = await elsewhere().signIn(emailOf(count - 1), memberPassword);
    const off = { is_enabled: false, confirmed_at: null, recovery_codes_left: 0 };
    assert.deepEqual((await person.get(totpPath, { expect: 200 })).json, off);
    assertProblem(await person.post(`${totpPath}/confirm`, { code: '000000' }), 409, 'totp_missing');

    const { json } = await person.post(totpPath, undefined, { expect: 200 });
    const uri = new URL(json.uri);
    assert.equal(uri.protocol + uri.host + decodeURIComponent(uri.pathname), `otpauth:totp/Trading Lab:${emailOf(count - 1)}`);
    assert.deepEqual(Object.fromEntries(uri.searchParams), {
      secret: json.secret,
      issuer: 'Trading Lab',
      algorithm: 'SHA1',
      digits: '6',
      period: '30',
    });
    assert.deepEqual((await person.get(totpPath, { expect: 200 })).json, off);

    const again = await person.post(totpPath, undefined, { expect: 200 });
    assert.notEqual(again.json.secret, json.secret);
    const confirm = (code: string) => person.post(`${totpPath}/confirm`, { code });
    assertProblem(await confirm(wrongCode(again.json.secret)), 403, 'wrong_code');
    assertProblem(await confirm(codeOf(json.secret)), 403, 'wrong_code'); // of the secret that was replaced
    const before = person.copy();
    const confirmed = await confirm(codeOf(again.json.secret));
    assert.equal(confirmed.status, 200, confirmed.text);
    assert.equal(new Set(confirmed.json.recovery_codes).size, 10);

    assert.notEqual(person.token, before.token);
    assert.ok(await person.isIn());
    assert.ok(!(await before.isIn()), 'the token before it');
    assert.ok(!(await other.isIn()), 'the other session');
    const on = await person.get(totpPath, { expect: 200 });
    assert.equal(on.json.is_enabled, true);
    assert.equal(on.json.recovery_codes_left, 10);
    assertProblem(await person.post(totpPath), 409, 'totp_enabled');
    assertProblem(await confirm(codeOf(again.json.secret, 1)), 409, 'totp_enabled');
  });

  test('is asked for at sign-in, each code once', async () => {
    const person = await newPerson();
    const email = emailOf(count);
    const { secret, recoveryCodes } = await enrol(person);
    const signIn = (otp?: string, password = memberPassword): Promise<Reply> =>
      elsewhere().tryToSignIn(email, password, otp === undefined ? {} : { otp });

    assertProblem(await signIn(), 401, 'otp_required');
    assertProblem(await signIn(''), 401, 'otp_required');
    assertProblem(await signIn(undefined, 'not the password'), 401, 'wrong_credentials');
    assertProblem(await signIn(codeOf(secret), 'not the password'), 401, 'wrong_credentials');
    const code = codeOf(secret, 1);
    assert.equal((await signIn(`${code.slice(0, 3)} ${code.slice(3)}`)).status, 200);
    assertProblem(await signIn(code), 401, 'wrong_otp');
    assertProblem(await signIn(codeOf(secret)), 401, 'wrong_otp'); // a step before one that was used

    const [first = ''] = recoveryCodes;
    assert.equal((await signIn(first.toUpperCase().replaceAll('-', ' '))).status, 200);
    assertProblem(await signIn(first), 401, 'wrong_otp');
    assertProblem(await signIn('aaaa-aaaa-aaaa-aaaa'), 401, 'wrong_otp');
    assert.equal((await person.get(totpPath)).json.recovery_codes_left, 9);
    assertProblem(await signIn('7'.repeat(65)), 422, 'invalid_input', ['/otp']);
  });

  test('that is guessed at makes the next guess wait', async () => {
    const person = await newPerson();
    const email = emailOf(count);
    const { secret } = await enrol(person);
    const guess = (otp?: string) => elsewhere().tryToSignIn(email, memberPassword, { otp });
    // the password alone, again and again, does not wait: what is counted is the code
    let last: Reply | undefined;
    for (let i = 0; i < 12 && last?.status !== 429; i++) {
      assertProblem(await guess(), 401, 'otp_required');
      last = await guess(wrongCode(secret));
      if (i < 5) assertProblem(last, 401, 'wrong_otp');
    }
    assertProblem(last as Reply, 429, 'throttled');
    assert.ok(await person.isIn());
  });

  test('is confirmed and removed with a few guesses only', async () => {
    const person = await newPerson();
    const { json } = await person.post(totpPath, undefined, { expect: 200 });
    const untilThrottled = async (send: () => Promise<Reply>) => {
      let last: Reply | undefined;
      for (let i = 0; i < 12 && last?.status !== 429; i++) {
        last = await send();
        if (i < 5) assertProblem(last, 403, 'wrong_code');
      }
      assertProblem(last as Reply, 429, 'throttled');
    };
    await untilThrottled(() => person.post(`${totpPath}/confirm`, { code: wrongCode(json.secret) }));

    const other = await newPerson();
    const { secret } = await enrol(other);
    const input = { password: memberPassword, code: wrongCode(secret) };
    await untilThrottled(() => other.delete(totpPath, { json: input }));
  });

  test('is removed with the password and a code', async () => {
    const person = await newPerson();
    const email = emailOf(count);
    const remove = (json: Json) => person.delete(totpPath, { json });
    assertProblem(await remove({ password: memberPassword, code: '000000' }), 409, 'totp_missing');
    const { secret, recoveryCodes } = await enrol(person);
    assertProblem(await remove({ password: 'not the password', code: codeOf(secret) }), 403, 'wrong_password');
    assertProblem(await remove({ password: memberPassword, code: wrongCode(secret) }), 403, 'wrong_code');
    assertProblem(await remove({ password: memberPassword }), 422, 'invalid_input', ['/code']);
    assertProblem(await remove({ code: '000000', user_id: 'x' }), 422, 'invalid_input', ['/password', '/user_id']);
    const old = person.copy();
    const removed = await remove({ password: memberPassword, code: recoveryCodes[3] });
    assert.equal(removed.status, 204, removed.text);
    assert.ok(!(await old.isIn()));
    assert.ok(await person.isIn());
    assert.equal((await person.get(totpPath)).json.is_enabled, false);
    await elsewhere().signIn(email, memberPassword);
    const next = await enrol(person); // with codes of its own
    assert.ok(!next.recoveryCodes.some((code) => recoveryCodes.includes(code)));
  });

  test('takes no code that is not text', async () => {
    const person = await newPerson();
    const confirm = (json: Json) => person.post(`${totpPath}/confirm`, json);
    assertProblem(await confirm({ code: 123456 }), 422, 'invalid_input', ['/code']);
    assertProblem(await confirm({}), 422, 'invalid_input', ['/code']);
    assertProblem(await confirm({ code: '0'.repeat(65) }), 422, 'invalid_input', ['/code']);
  });

  test('leaves a trail', async () => {
    const person = await newPerson();
    const email = emailOf(count);
    const { secret, recoveryCodes } = await enrol(person);
    await elsewhere().tryToSignIn(email, memberPassword);
    await elsewhere().tryToSignIn(email, memberPassword, { otp: wrongCode(secret) });
    await elsewhere().tryToSignIn(email, memberPassword, { otp: recoveryCodes[0] });
    await person.delete(totpPath, { json: { password: memberPassword, code: wrongCode(secret) } });
    await person.delete(totpPath, { json: { password: memberPassword, code: recoveryCodes[1] } });
    const { json, text } = await operator.get('/api/v1/admin/audit', { query: { limit: 1000 }, expect: 200 });
    const trail = json.entries
      .filter((entry: Json) => entry.object_id === person.userId)
      .map((entry: Json) => `${entry.action} ${entry.outcome} ${entry.detail?.code ?? ''}`.trim())
      .reverse();
    assert.deepEqual(trail.slice(trail.indexOf('totp.begin ok')), [
      'totp.begin ok',
      'totp.enable ok',
      'session.password ok',
      'session.code failed',
      'session.login ok recovery',
      'totp.disable failed',
      'totp.disable ok',
    ]);
    for (const secretText of [secret, ...recoveryCodes]) assert.ok(!text.includes(secretText));
    for (const secretText of [secret, ...recoveryCodes]) assert.ok(!tlab.server.stderr.includes(secretText));
  });
});

onEachEngine('an authenticator, in the state database,', (engine) => {
  const tlab = useServer(() => ({ engine, marketPath: samplePath(), env: withPasswords() }));

  test('has hashes of its recovery codes, and is set up with a password just given; guesses are counted', async () => {
    const person = await new Person(tlab.api).signIn();
    const { secret, recoveryCodes } = await enrol(person);
    const guess = (who: Person, otp?: string) => who.tryToSignIn(localEmail, localPassword, { otp });
    assertProblem(await guess(new Person(tlab.api), wrongCode(secret)), 401, 'wrong_otp');
    const late = await addPerson(person, localWorkspace, 'viewer', 'late@example.org');
    await tlab.server.stop();
    const { state } = tlab.server;
    const rows = queryState(state, 'SELECT hash FROM recovery_codes').map(([hash]) => hash?.replace('\\x', ''));
    assert.equal(rows.length, 10);
    assert.ok(rows.every((hash) => /^[0-9a-f]{64}$/.test(hash ?? '')));
    assert.ok(!recoveryCodes.some((code) => rows.includes(Buffer.from(code).toString('hex'))));
    changeState(
      state,
      `UPDATE sessions SET proved_at = proved_at - 900000000;
       UPDATE throttles SET level = 12, updated_at = ${Date.now() * 1000} WHERE key LIKE '3.%'`,
    );
    const server = await tlab.server.startAgain();
    try {
      assertProblem(await late.copy(server.api).post(totpPath), 403, 'reauth_required');
      const stranger = new Person(server.api);
      assertProblem(await guess(stranger), 401, 'otp_required');
      assertProblem(await guess(stranger, recoveryCodes[0]), 429, 'throttled'); // a right one waits, too
      assert.equal((await guess(person.copy(server.api), recoveryCodes[0])).status, 200); // not in a known browser
    } finally {
      await server.stop();
    }
  });
});

onEachEngine('a server that wants authenticators', (engine) => {
  const tlab = useServer(() => ({ engine, marketPath: samplePath(), env: withPasswords({ REQUIRE_TOTP: '1' }) }));

  test('lets nobody do anything before they have one', async () => {
    const person = new Person(tlab.api);
    const reply = await person.tryToSignIn(localEmail, localPassword);
    assert.equal(reply.json.must_set_up_totp, true);
    const open = [
      'POST /auth/logout',
      'POST /auth/logout-all',
      'POST /auth/reauth',
      'POST /auth/password',
      'GET /auth/session',
      'GET /me',
      'GET /auth/totp',
      'POST /auth/totp',
      'DELETE /auth/totp',
      'POST /auth/totp/confirm',
    ];
    for (const [key, cells] of Object.entries(matrix)) {
      const [method = '', path = ''] = key.split(' ');
      const template = path.replace('{workspace_id}', 'local-workspace').replace(/\{[^}]+\}/g, 'x');
      if (cells.an === 'ok' && !key.endsWith('/logout')) continue;
      const answer = await person.send(method, `${template}?no_such_parameter=1`);
      if (open.includes(`${method} ${path.replace('/api/v1', '')}`)) assert.equal(answer.status, 422, answer.text);
      else assertProblem(answer, 403, 'totp_required');
    }
    await enrol(person);
    const session = await person.get('/api/v1/auth/session', { expect: 200 });
    assert.equal(session.json.must_set_up_totp, undefined);
    await person.get('/api/v1/workspaces', { expect: 200 });
  });
});

onEachEngine('an authenticator without passwords', (engine) => {
  const tlab = useServer(() => ({ engine, marketPath: samplePath(), env: { REQUIRE_TOTP: '1' } }));

  test('is nothing that anybody needs', async () => {
    await tlab.api.get('/api/v1/workspaces', { expect: 200 });
    assert.equal((await tlab.api.get(totpPath, { expect: 200 })).json.is_enabled, false);
    assertProblem(await tlab.api.send('POST', totpPath), 409, 'auth_disabled');
    assertProblem(await tlab.api.post(`${totpPath}/confirm`, { code: '000000' }), 409, 'auth_disabled');
    const json = { password: 'x', code: '000000' };
    assertProblem(await tlab.api.delete(totpPath, { json }), 409, 'auth_disabled');
  });
});

// The audit log: what must stand in it, who reads it, and that logs hold no secrets and no forged lines.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { before, test } from 'node:test';
import { binanceCsv, epoch, walk } from '../harness/candles.ts';
import { EventStream, isFinal } from '../harness/events.ts';
import { assertProblem } from '../harness/http.ts';
import type { Json } from '../harness/openapi.ts';
import { addPerson, localEmail, localPassword, localWorkspace, memberPassword, Person, withPasswords } from '../harness/people.ts';
import { makeTempDir } from '../harness/paths.ts';
import { copySampleMarket, samplePath } from '../harness/sample.ts';
import { onEachEngine, Server, useServer } from '../harness/server.ts';
import { changeState, queryState } from '../harness/state.ts';
import { tlab as command } from '../harness/tlab.ts';

const auth = '/api/v1/auth';
const instance = '/api/v1/admin/audit';

onEachEngine('the audit log', (engine) => {
  const tlab = useServer(() => ({ engine, marketPath: samplePath(), env: withPasswords() }));
  let owner: Person;
  let team = '';
  before(async () => {
    owner = await new Person(tlab.api).signIn();
    team = await owner.makeWorkspace();
  });

  /** The entries that `act` leaves in a log, oldest first, as "action outcome object_type". */
  async function leaves(log: string, act: () => Promise<unknown>): Promise<Json[]> {
    const newest = async (): Promise<Json[]> => (await owner.get(log, { query: { limit: 50 }, expect: 200 })).json.entries;
    const last = (await newest())[0]?.number ?? 0;
    await act();
    const entries = (await newest()).filter((entry: Json) => entry.number > last).reverse();
    for (const entry of entries) {
      assert.equal(entry.address, '127.0.0.1');
      assert.match(entry.request_id, /^[\w.-]{8,128}$/);
      assert.ok(Math.abs(Date.parse(entry.created_at) - Date.now()) < 60_000);
    }
    return entries;
  }
  const brief = (entries: Json[]): string[] =>
    entries.map((e) => `${e.action} ${e.outcome} ${e.object_type} by ${e.actor_email || 'nobody'}`);

  test('has who signed in, who did not, and who left', async () => {
    const person = new Person(tlab.api);
    const entries = await leaves(instance, async () => {
      await person.tryToSignIn(localEmail, 'not it at all 77');
      await person.tryToSignIn('nobody@example.org', 'not it at all 77');
      await person.signIn();
      await person.post(`${auth}/reauth`, { password: 'not it at all 77' });
      await person.post(`${auth}/reauth`, { password: localPassword }, { expect: 204 });
      await person.post(`${auth}/logout`, undefined, { expect: 204 });
    });
    assert.deepEqual(brief(entries), [
      'session.login failed user by nobody',
      'session.login failed user by nobody',
      `session.login ok user by ${localEmail}`,
      `session.prove failed user by ${localEmail}`,
      `session.prove ok user by ${localEmail}`,
      `session.logout ok session by ${localEmail}`,
    ]);
    assert.equal(entries[0].object_id, 'local-user');
    assert.equal(entries[1].object_id, '');
    assert.deepEqual(entries[1].detail, { email: 'nobody@example.org', method: 'password' });
  });

  test('has changed passwords and ended sessions', async () => {
    const person = await addPerson(owner, team, 'viewer', 'changing@example.org');
    const entries = await leaves(instance, async () => {
      const change = { current_password: memberPassword, new_password: 'a slow brown river 9' };
      await person.post(`${auth}/password`, change, { expect: 204 });
      const other = await new Person(tlab.api).signIn('changing@example.org', 'a slow brown river 9');
      const { sessions } = (await person.get(`${auth}/sessions`)).json;
      await person.delete(`${auth}/sessions/${sessions[0].id}`, { expect: 204 });
      await other.get('/api/v1/me', { expect: 401 });
      await person.post(`${auth}/logout-all`, undefined, { expect: 204 });
    });
    const by = 'by changing@example.org';
    assert.deepEqual(brief(entries), [
      `user.password ok user ${by}`,
      `session.login ok user ${by}`,
      `session.end ok session ${by}`,
      `session.end_all ok session ${by}`,
    ]);
  });

  test('has who came, rose and went, with the roles', async () => {
    let userId = '';
    const entries = await leaves(`${team}/audit`, async () => {
      const person = await addPerson(owner, team, 'viewer', 'rising@example.org');
      userId = person.userId;
      const role = { email: 'rising@example.org', role: 'owner' };
      await owner.post(`${team}/members`, role, { expect: 200 });
      await person.post(`${team}/transfer-ownership`, { user_id: owner.userId }, { expect: 200 });
      await person.delete(`${team}/members/${userId}`, { expect: 204 });
      await owner.post(`${team}/members`, role, { expect: 201 });
      await owner.delete(`${team}/members/${userId}`, { expect: 204 });
    });
    assert.deepEqual(brief(entries), [
      `member.add ok user by ${localEmail}`,
      `member.role ok user by ${localEmail}`,
      'workspace.transfer ok user by rising@example.org',
      'member.leave ok user by rising@example.org',
      `member.add ok user by ${localEmail}`,
      `member.remove ok user by ${localEmail}`,
    ]);
    assert.deepEqual(entries[1].detail, { email: 'rising@example.org', role: 'owner', role_before: 'viewer' });
    assert.equal(entries[1].object_id, userId);
  });

  test('has invitations and workspaces', async () => {
    const entries = await leaves(`${team}/audit`, async () => {
      const input = { email: 'ann@example.org', role: 'editor' };
      const made = (await owner.post(`${team}/invitations`, input, { expect: 201 })).json;
      await owner.post(`${team}/invitations/${made.id}/resend`, undefined, { expect: 200 });
      await owner.delete(`${team}/invitations/${made.id}`, { expect: 204 });
      const { token } = (await owner.post(`${team}/invitations`, input, { expect: 201 })).json;
      const account = { password: memberPassword };
      await new Person(tlab.api).post(`/api/v1/invitations/${token}/register`, account, { expect: 201 });
      await owner.patch(team, { name: 'Renamed' }, { headers: { 'if-match': '*' }, expect: 200 });
    });
    assert.deepEqual(
      entries.map((e) => `${e.action} ${e.object_type}`),
      [
        'invitation.create invitation',
        'invitation.renew invitation',
        'invitation.revoke invitation',
        'invitation.create invitation',
        'invitation.accept invitation',
        'workspace.update workspace',
      ],
    );
  });

  test('has what was refused: to members in the workspace’s log, to others in the server’s', async () => {
    const member = await addPerson(owner, team, 'viewer', 'curious@example.org');
    const inside = await leaves(`${team}/audit`, async () => {
      await member.get(`${team}/audit`, { expect: 403 });
      await member.patch(team, { name: 'x' }, { expect: 403 });
    });
    assert.deepEqual(
      inside.map((e) => [e.action, e.outcome, e.detail.method, e.detail.path, e.detail.status]),
      [
        ['request.denied', 'denied', 'GET', `${team}/audit`, 403],
        ['request.denied', 'denied', 'PATCH', team, 403],
      ],
    );
    const outside = await leaves(instance, async () => {
      await member.get(`${localWorkspace}/backtests`, { expect: 404 });
      await member.get(instance, { expect: 403 });
      await owner.post('/api/v1/workspaces', { name: 'x' }, { headers: { origin: 'https://evil.example' }, expect: 403 });
      await new Person(tlab.api).get(`${team}/audit`, { expect: 401 });
    });
    assert.deepEqual(
      outside.map((e) => `${e.actor_email} ${e.detail.method} ${e.detail.path} ${e.detail.status}`),
      [
        `curious@example.org GET ${localWorkspace}/backtests 404`,
        `curious@example.org GET ${instance} 403`,
        `${localEmail} POST /api/v1/workspaces 403`,
      ],
    );
  });

  test('grows by one entry however often the same is refused', async () => {
    const member = await addPerson(owner, team, 'viewer', 'stubborn@example.org');
    const often = (act: () => Promise<unknown>): Promise<unknown> => Promise.all(Array.from({ length: 30 }, act));
    const inside = await leaves(`${team}/audit`, async () => {
      await member.get(`${team}/audit`, { expect: 403 });
      await often(() => member.get(`${team}/audit`, { expect: 403 }));
      await often(() => member.patch(team, { name: 'x' }, { expect: 403 }));
    });
    assert.deepEqual(
      inside.map((e) => `${e.object_type} ${e.object_id}`),
      ['route GET /api/v1/workspaces/{workspace_id}/audit 403', 'route PATCH /api/v1/workspaces/{workspace_id} 403'],
    );
    const outside = await leaves(instance, () => often(() => member.get(`/api/v1/workspaces/${randomUUID()}`, { expect: 404 })));
    assert.deepEqual(
      outside.map((e) => e.object_id),
      ['GET /api/v1/workspaces/{workspace_id} 404'],
    );
  });

  test('is paged, filtered, and a table', async () => {
    const log = `${team}/audit`;
    const whole = (await owner.get(log, { query: { limit: 1000 }, expect: 200 })).json.entries;
    const paged: Json[] = [];
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const page: Json = (await owner.get(log, { query: { limit: 7, cursor } })).json;
      paged.push(...page.entries);
      cursor = page.next_cursor;
    }
    assert.deepEqual(paged, whole);
    assert.deepEqual(
      whole.map((e: Json) => e.number),
      whole.map((_: Json, i: number) => whole.length - i),
    );
    const some = async (query: Record<string, string>): Promise<Json[]> =>
      (await owner.get(log, { query: { limit: 1000, ...query }, expect: 200 })).json.entries;
    const are = (entries: Json[], isWanted: (e: Json) => boolean): void => {
      assert.deepEqual(entries, whole.filter(isWanted));
      assert.ok(entries.length > 0);
    };
    are(await some({ action: 'member' }), (e) => e.action.startsWith('member.'));
    are(await some({ action: 'member.role' }), (e) => e.action === 'member.role');
    are(await some({ outcome: 'denied' }), (e) => e.outcome === 'denied');
    are(await some({ actor_id: 'local-user' }), (e) => e.actor_id === 'local-user');
    const { object_id } = whole.find((e: Json) => e.action === 'member.role');
    are(await some({ object_id }), (e) => e.object_id === object_id);
    const middle = whole[Math.floor(whole.length / 2)].created_at.slice(0, 19);
    are(await some({ from: `${middle}Z` }), (e) => e.created_at >= middle);
    assert.deepEqual(await some({ to: '2020-01-01' }), []);
    assert.deepEqual(await some({ action: 'mem' }), []);
    assert.deepEqual(await some({ action: '%' }), []);
    for (const [name, value] of [['outcome', 'bad'], ['from', 'never'], ['limit', '0'], ['cursor', 'x']] as const)
      assertProblem(await owner.get(log, { query: { [name]: value } }), 422, 'invalid_input', [`?${name}`]);
    assertProblem(await owner.get(instance, { query: { outcome: 'bad' } }), 422, 'invalid_input', ['?outcome']);
    const csv = await owner.get(log, { headers: { accept: 'text/csv' }, query: { limit: 1000 }, expect: 200 });
    const lines = csv.text.trimEnd().split('\n');
    assert.equal(lines.length, whole.length + 1);
    assert.match(lines[0] ?? '', /^number,created_at,actor_id,actor_email,/);
    assert.ok(lines[1]?.startsWith(`${whole[0].number},${whole[0].created_at},`));
  });

  test('and the server’s log hold no secret, and no line that somebody else wrote', async () => {
    const forged = 'x","level":"error"}\u0007\u001b[31m';
    const person = new Person(tlab.api, { 'user-agent': 'Mozilla "quoted" \\ {"event":"forged"}' });
    await person.tryToSignIn(`${forged}\n@example.org`, 'not it at all 77');
    await person.tryToSignIn('=HYPERLINK("x")@example.org', 'not it at all 77');
    await person.get(`/api/v1/workspaces/${encodeURIComponent('a\n{"event":"forged"}')}`);
    await person.signIn();
    const { token } = (await owner.post(`${team}/invitations`, { email: 'zoe@example.org', role: 'viewer' })).json;
    const key = { 'idempotency-key': 'invited-by-key' };
    const second = { email: 'yan@example.org', role: 'viewer' };
    const byKey = (await owner.post(`${team}/members`, second, { headers: key, expect: 202 })).json.token;
    const secrets = [localPassword, memberPassword, 'not it at all 77', person.token, owner.token, token, byKey];
    const state = tlab.server.state;
    for (const secret of [...secrets, owner.cookies.get('tlab_device') ?? ''])
      assert.ok(secret.length > 12 && !tlab.server.stderr.includes(secret), secret);
    for (const line of tlab.server.logLines) assert.doesNotThrow(() => JSON.parse(line), line);
    assert.equal(tlab.server.logged('forged').length, 0);
    const kept = queryState(state, 'SELECT detail FROM audit_entries').flat().join('\n');
    for (const secret of secrets) assert.ok(!kept.includes(secret), secret);
    const answers = queryState(state, "SELECT key, body FROM idempotency_keys WHERE key = 'invited-by-key'");
    assert.ok(!answers.flat().some((cell) => cell.includes(byKey) || cell.includes(Buffer.from(byKey).toString('hex'))));
    for (const sign of '=+-') await addPerson(owner, localWorkspace, 'viewer', `${sign}1${sign}1@example.org`);
    const csv = await owner.get(instance, { headers: { accept: 'text/csv' }, query: { limit: 1000 }, expect: 200 });
    assert.ok(csv.text.includes("=1=1@example.org"));
    assert.ok(!/(^|,)"?[=+@-]/m.test(csv.text), 'no cell is a formula');
  });
});

onEachEngine('the audit log of the server', (engine) => {
  const day = 86_400;
  const csv = binanceCsv(walk({ seed: 5, start: epoch('2024-01-01'), step: day, count: 5, price: 100 }), day);
  const imports = '/api/v1/market/imports';
  const send = (by: Person, filename: string, body: string) =>
    by.send('POST', imports, { query: { filename }, headers: { 'content-type': 'text/csv' }, body, expect: 202 });
  const entriesOf = async (by: Person, action: string): Promise<Json[]> =>
    (await by.get(instance, { query: { action, limit: 100 }, expect: 200 })).json.entries.reverse();
  const brief = (entries: Json[]) =>
    entries.map((e) => [e.action, e.outcome, e.object_type, e.object_id, e.actor_email, e.via, e.detail.filename]);

  test('has imports: who began them, how they ended, who ended them', async () => {
    const env = withPasswords({ JOB_WORKERS: '0', UPLOAD_DIR: makeTempDir('uploads') });
    const idle = await Server.start({ engine, marketPath: copySampleMarket(), env });
    let operator = await new Person(idle.api).signIn();
    const stopped = (await send(operator, 'STOPUSDT-1d-2024-01.csv', csv)).json.id;
    await operator.post(`${imports}/${stopped}/cancel`, undefined, { expect: 200 });
    const good = (await send(operator, 'GOODUSDT-1d-2024-01.csv', csv)).json.id;
    const bad = (await send(operator, 'BADUSDT-1d-2024-01.csv', `${csv}not,a,candle\n`)).json.id;
    const start = (await entriesOf(operator, 'import')).map((e) => [e.address, e.detail.filename]);
    assert.deepEqual(start[0], ['127.0.0.1', 'STOPUSDT-1d-2024-01.csv']);
    const server = await idle.restart({ env: { ...env, JOB_WORKERS: '1' } });
    try {
      operator = operator.copy(server.api);
      const headers = { cookie: `tlab_session=${operator.token}` };
      const stream = await EventStream.open(server.api, { workspace: 'local-workspace', headers });
      for (const id of [good, bad]) {
        const now = (await operator.get(`${imports}/${id}`, { expect: 200 })).json;
        if (!isFinal(now.status))
          await stream.find('its end', (e) => e.type === 'import' && e.data.id === id && isFinal(e.data.status));
      }
      stream.close();
      const by = (how: string) => [localEmail, how] as const;
      assert.deepEqual(brief(await entriesOf(operator, 'import')), [
        ['import.start', 'ok', 'import', stopped, ...by('session'), 'STOPUSDT-1d-2024-01.csv'],
        ['import.cancel', 'ok', 'import', stopped, ...by('session'), 'STOPUSDT-1d-2024-01.csv'],
        ['import.start', 'ok', 'import', good, ...by('session'), 'GOODUSDT-1d-2024-01.csv'],
        ['import.start', 'ok', 'import', bad, ...by('session'), 'BADUSDT-1d-2024-01.csv'],
        ['import.complete', 'ok', 'import', good, ...by('job'), 'GOODUSDT-1d-2024-01.csv'],
        ['import.fail', 'failed', 'import', bad, ...by('job'), 'BADUSDT-1d-2024-01.csv'],
      ]);
      assert.match((await entriesOf(operator, 'import.fail'))[0]?.detail.error, /^[a-z_]+$/);
    } finally {
      await server.stop();
    }
    assert.equal((await command(['audit', 'verify'], { env: server.state })).code, 0);
  });

  test('is told to the log of the server by its last entry, which who edits the database cannot reach', async () => {
    const first = await Server.start({ engine, marketPath: samplePath() });
    const server = await first.restart({});
    await server.stop();
    const rows = queryState(server.state, "SELECT number, hash FROM audit_entries WHERE log = ''");
    const hashes = new Map(rows.map(([number, hash]) => [Number(number), String(hash).replace(/^\\x/, '')]));
    const heads = server.logged('audit_head').filter(({ log }) => log === '');
    assert.equal(heads.length, 1);
    assert.equal(heads[0]?.hash, hashes.get(Number(heads[0]?.number)));
  });

  test('has how the server was started, each time, and no secret of it', async () => {
    const first = await Server.start({ engine, marketPath: samplePath(), env: withPasswords() });
    const server = await first.restart({
      env: { AUTH_MODE: 'password', PUBLIC_URL: 'https://lab.example.org/', TRUSTED_PROXIES: '127.0.0.1', SMTP_URL: 'smtp://u:hidden-word@localhost:1' },
    });
    try {
      const operator = await new Person(server.api).signIn();
      const entries = await entriesOf(operator, 'server');
      assert.deepEqual(
        entries.map((e) => [e.action, e.outcome, e.object_type, e.via, e.actor_id, e.address, e.request_id]),
        [0, 1].map(() => ['server.start', 'ok', 'server', 'host', '', '', '']),
      );
      const { version } = (await operator.get('/api/v1/version', { expect: 200 })).json;
      assert.deepEqual(entries[1]?.detail, {
        version,
        auth_mode: 'password',
        host: '127.0.0.1',
        port: server.port,
        state: engine,
        public_origin: 'https://lab.example.org',
        allowed_hosts: 'localhost,127.0.0.1,[::1]',
        trusted_proxies: '127.0.0.1',
        allow_insecure_bind: false,
        allow_insecure_http: false,
        public_market_data: false,
      });
      assert.match(entries[1]?.object_id, /^.+:\d+:[0-9a-f]{4}$/);
      assert.ok(!JSON.stringify(entries).includes('hidden-word'));
    } finally {
      await server.stop();
    }
  });

  test('has what operators do to accounts', async () => {
    const server = await Server.start({ engine, marketPath: samplePath(), env: withPasswords() });
    const operator = await new Person(server.api).signIn();
    const person = await addPerson(operator, localWorkspace, 'viewer', 'ann@example.org');
    await operator.delete(`/api/v1/admin/users/${person.userId}/sessions`, { expect: 204 });
    await operator.patch(`/api/v1/admin/users/${person.userId}`, { status: 'disabled' }, { expect: 200 });
    const ended = (await entriesOf(operator, 'user')).map((e) => [e.action, e.object_id, e.actor_email]);
    assert.deepEqual(ended, [
      ['user.end_sessions', person.userId, localEmail],
      ['user.disable', person.userId, localEmail],
    ]);
    await server.stop();
  });
});

onEachEngine('an audit log that somebody changed', (engine) => {
  test('is found out, with the entry that does not fit', async () => {
    const server = await Server.start({ engine, marketPath: samplePath(), env: withPasswords() });
    const owner = await new Person(server.api).signIn();
    const team = await owner.makeWorkspace();
    for (const role of ['viewer', 'editor', 'trader'])
      await owner.post(`${team}/members`, { email: 'ann@example.org', role, password: memberPassword });
    await server.stop();
    const verify = () => command(['audit', 'verify'], { env: server.state });
    assert.equal((await verify()).code, 0);
    const where = `log = '${team.split('/').at(-1)}' AND number = 2`;
    const unlock =
      engine === 'sqlite'
        ? 'DROP TRIGGER audit_entries_update;'
        : 'ALTER TABLE audit_entries DISABLE TRIGGER USER;';
    assert.throws(() => changeState(server.state, `UPDATE audit_entries SET address = '10.0.0.1' WHERE ${where}`));
    assert.throws(() => changeState(server.state, `DELETE FROM audit_entries WHERE ${where}`));
    changeState(server.state, `${unlock} UPDATE audit_entries SET address = '10.0.0.1' WHERE ${where};`);
    const { code, stdout, stderr } = await verify();
    assert.notEqual(code, 0);
    assert.match(stdout + stderr, /\b2\b/);
    assert.ok((stdout + stderr).includes(team.split('/').at(-1) ?? ''));
  });
});

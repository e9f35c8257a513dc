// API tokens: what programs may do in a user's name, and what they never may.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { before, test } from 'node:test';
import { EventStream } from '../harness/events.ts';
import { type Api, assertProblem, type Reply, type RequestOptions } from '../harness/http.ts';
import { leastRole, matrix } from '../harness/matrix.ts';
import type { Json } from '../harness/openapi.ts';
import { addPerson, localWorkspace, Person, withPasswords } from '../harness/people.ts';
import { samplePath } from '../harness/sample.ts';
import { onEachEngine, useServer } from '../harness/server.ts';
import { changeState, queryState } from '../harness/state.ts';
import { tlabOk } from '../harness/tlab.ts';

interface Route {
  method: string;
  path: string;
  least_role: string;
  takes_tokens: boolean;
}

const tokensPath = '/api/v1/auth/tokens';
const absent = '0198f5a2-6c1e-7d3a-9b57-2f4e8a1c6d90';
const routes: Route[] = JSON.parse((await tlabOk(['routes', '--json'])).stdout);
const isOfWorkspace = (route: Route): boolean => route.path.includes('{workspace_id}');
const idOf = (workspace: string): string => workspace.split('/').at(-1) ?? '';

/** Settings by which a test says from which address it comes, so that none is throttled for another. */
const settings = (more = {}) => withPasswords({ TRUSTED_PROXIES: '127.0.0.1', ...more });

/** Whoever sends the token with every request, and no cookie. */
const program = (api: Api, token: string, headers = {}): Person =>
  new Person(api, { authorization: `Bearer ${token}`, ...headers });

async function makeToken(person: Person, input: Json, options: RequestOptions = {}): Promise<Json> {
  const reply = await person.post(tokensPath, { name: 'a test', ...input }, { expect: 201, ...options });
  return reply.json;
}

onEachEngine('API tokens', (engine) => {
  const tlab = useServer(() => ({ engine, marketPath: samplePath(), env: settings() }));
  let operator: Person;
  let owner: Person; // of a workspace of her own
  let team = '';

  before(async () => {
    operator = await new Person(tlab.api).signIn();
    owner = await addPerson(operator, localWorkspace, 'viewer', 'owner@example.org');
    team = await owner.makeWorkspace();
  });

  test('are shown once, with a name, a role and an end', async () => {
    const made = await makeToken(owner, { name: ' nightly report ', role: 'viewer' });
    assert.equal(made.name, 'nightly report');
    assert.equal(made.token.split('_')[1], made.id);
    const days = (Date.parse(made.expires_at) - Date.parse(made.created_at)) / 86_400_000;
    assert.equal(days, 90);
    const { json, text } = await owner.get(tokensPath, { expect: 200 });
    const { token, ...rest } = made;
    assert.deepEqual(
      json.tokens.find((t: Json) => t.id === made.id),
      { ...rest, is_expired: false },
    );
    assert.ok(!text.includes(token.slice(16)));
  });

  test('are made of what fits', async () => {
    const other = await operator.makeWorkspace('Elsewhere');
    const fails = async (input: Json, pointers: string[]) =>
      assertProblem(
        await owner.post(tokensPath, { name: 'x', role: 'viewer', ...input }),
        422,
        'invalid_input',
        pointers,
      );
    await fails({ name: '  ' }, ['/name']);
    await fails({ name: 'a\nb' }, ['/name']);
    await fails({ name: 'x'.repeat(121) }, ['/name']);
    await fails({ role: 'king' }, ['/role']);
    await fails({ role: null }, ['/role']);
    await fails({ expires_in_days: 0 }, ['/expires_in_days']);
    await fails({ expires_in_days: 367 }, ['/expires_in_days']);
    await fails({ expires_in_days: 1.5 }, ['/expires_in_days']);
    await fails({ user_id: 'local-user' }, ['/user_id']);
    await fails({ workspace_id: idOf(other) }, ['/workspace_id']);
    await fails({ workspace_id: absent }, ['/workspace_id']);
    await fails({ workspace_id: 'local-workspace', role: 'trader' }, ['/role']);
    const made = await makeToken(owner, { role: 'viewer', expires_in_days: 366 });
    assert.equal(Date.parse(made.expires_at) - Date.parse(made.created_at), 366 * 86_400_000);
  });

  test('are used as often as one likes, which is noted', async () => {
    const made = await makeToken(owner, { role: 'viewer' });
    const lastUsed = async (): Promise<string | null> =>
      (await owner.get(tokensPath)).json.tokens.find((t: Json) => t.id === made.id).last_used_at;
    const bot = program(tlab.api, made.token);
    assert.equal(made.last_used_at, null);
    await bot.get('/api/v1/me', { expect: 200 });
    const first = await lastUsed();
    assert.ok(Math.abs(Date.parse(String(first)) - Date.now()) < 60_000);
    await bot.get('/api/v1/me', { expect: 200 });
    assert.equal(await lastUsed(), first); // within the minute nothing is written
    const lower = new Person(tlab.api, { authorization: `bearer ${made.token}` });
    await lower.get('/api/v1/me', { expect: 200 });
  });

  // Each route with each role, for the owner of the workspace: as the matrix says for the lower of the two, but for the
  // routes that take no token.
  for (const [actor, role] of [
    ['vi', 'viewer'],
    ['tr', 'trader'],
    ['ed', 'editor'],
    ['ow', 'owner'],
  ] as const) {
    test(`with the role ${role} may what a ${role} may, but for what only people may`, async () => {
      let [bot, left] = [program(tlab.api, ''), 0]; // another token before the first is used up
      const path = (route: Route) =>
        `${route.path.replace('{workspace_id}', idOf(team)).replace(/\{[^}]+\}/g, absent)}?no_such_parameter=1`;
      for (const route of routes.filter((r) => isOfWorkspace(r) || ['-', 'user', 'operator'].includes(r.least_role))) {
        const cells = matrix[`${route.method} ${route.path}`];
        if (!cells || route.path.endsWith('/restore')) continue; // matrix.test.ts says so; it is of a deleted one
        if (left-- === 0) [bot, left] = [program(tlab.api, (await makeToken(owner, { role })).token), 49];
        const reply = await bot.send(route.method, path(route));
        const where = `${role}: ${route.method} ${route.path}: ${reply.text}`;
        if (route.least_role === 'operator') assert.deepEqual([reply.status, reply.json.code], [403, 'forbidden'], where);
        else if (!route.takes_tokens) assert.deepEqual([reply.status, reply.json.code], [403, 'session_required'], where);
        else if (cells[actor] === 'ok') assert.equal(reply.status, 422, where);
        else assert.deepEqual([reply.status, reply.json.required_role], [403, leastRole(cells)], where);
      }
    });
  }

  test('of an operator run no server', async () => {
    const bot = program(tlab.api, (await makeToken(operator, { role: 'owner' })).token);
    for (const route of routes.filter(({ least_role }) => least_role === 'operator')) {
      const reply = await bot.send(route.method, route.path.replace(/\{[^}]+\}/g, absent));
      assertProblem(reply, 403, 'session_required');
    }
  });

  test('never do what only a person in a session may', () => {
    const refused = routes.filter((r) => !r.takes_tokens).map((r) => `${r.method} ${r.path.replace('/api/v1', '')}`);
    for (const route of [
      'POST /auth/logout',
      'POST /auth/logout-all',
      'GET /auth/sessions',
      'DELETE /auth/sessions/{session_id}',
      'POST /auth/reauth',
      'POST /auth/password',
      'POST /auth/totp',
      'POST /auth/totp/confirm',
      'DELETE /auth/totp',
      'GET /auth/tokens',
      'POST /auth/tokens',
      'DELETE /auth/tokens/{token_id}',
      'POST /invitations/{token}/accept',
      'DELETE /workspaces/{workspace_id}',
      'POST /workspaces/{workspace_id}/transfer-ownership',
      'POST /workspaces/{workspace_id}/members',
      'PATCH /workspaces/{workspace_id}/members/{user_id}',
      'DELETE /workspaces/{workspace_id}/members/{user_id}',
      'POST /workspaces/{workspace_id}/invitations',
      'DELETE /workspaces/{workspace_id}/invitations/{invitation_id}',
    ])
      assert.ok(refused.includes(route), route);
  });

  test('that are bound to a workspace see no other', async () => {
    const made = await makeToken(owner, { role: 'owner', workspace_id: idOf(team) });
    const bot = program(tlab.api, made.token);
    const list = await bot.get('/api/v1/workspaces', { expect: 200 });
    assert.deepEqual(
      list.json.workspaces.map((w: Json) => w.id),
      [idOf(team)],
    );
    const session = await bot.get('/api/v1/auth/session', { expect: 200 });
    assert.equal(session.json.active_workspace_id, idOf(team));
    assert.deepEqual(
      session.json.workspaces.map((w: Json) => [w.id, w.role]),
      [[idOf(team), 'owner']],
    );
    const bare = ({ status, text, headers }: Reply) => [
      status,
      text.replace(String(headers['x-request-id']), '').replaceAll(absent, '').replaceAll('local-workspace', ''),
    ];
    const foreign = await bot.get(localWorkspace, { expect: 404 });
    assert.deepEqual(bare(foreign), bare(await bot.get(`/api/v1/workspaces/${absent}`)));
    await bot.get('/api/v1/backtests', { expect: 404 }); // means the local workspace
    await bot.get(`${team}/backtests`, { expect: 200 });
    assertProblem(await bot.post('/api/v1/workspaces', { name: 'One more' }), 403, 'forbidden');
  });

  test('make a workspace only where they may own all of the user’s', async () => {
    const trader = program(tlab.api, (await makeToken(owner, { role: 'trader' })).token);
    assertProblem(await trader.post('/api/v1/workspaces', { name: 'One more' }), 403, 'forbidden');
    const full = program(tlab.api, (await makeToken(owner, { role: 'owner' })).token);
    await full.post('/api/v1/workspaces', { name: 'One more' }, { expect: 201 });
  });

  test('follow the role of their user from one request to the next', async () => {
    const worker = await addPerson(owner, team, 'editor', 'worker@example.org');
    const free = program(tlab.api, (await makeToken(worker, { role: 'trader' })).token);
    const bound = program(
      tlab.api,
      (await makeToken(worker, { role: 'trader', workspace_id: idOf(team) })).token,
    );
    const roleOf = async (bot: Person) => (await bot.get(team, { expect: 200 })).json.role;
    const setRole = async (role: string) => {
      const member = await owner.get(`${team}/members/${worker.userId}`, { expect: 200 });
      const headers = { 'if-match': String(member.headers.etag) };
      await owner.patch(`${team}/members/${worker.userId}`, { role }, { headers, expect: 200 });
    };
    assert.deepEqual([await roleOf(free), await roleOf(bound)], ['trader', 'trader']);
    await setRole('viewer');
    assert.deepEqual([await roleOf(free), await roleOf(bound)], ['viewer', 'viewer']);
    const refused = await free.post(`${team}/backtests`, {});
    assertProblem(refused, 403, 'forbidden');
    assert.equal(refused.json.required_role, 'trader');
    await owner.delete(`${team}/members/${worker.userId}`, { expect: 204 });
    await free.get(team, { expect: 404 });
    assertProblem(await bound.get(team), 401, 'unauthenticated'); // it went with the membership
    await owner.post(`${team}/members`, { email: 'worker@example.org', role: 'editor' }, { expect: 201 });
    assert.equal(await roleOf(free), 'trader');
    assertProblem(await bound.get(team), 401, 'unauthenticated'); // and does not come back with a new one
  });

  test('are revoked at once, by their user alone', async () => {
    const made = await makeToken(owner, { role: 'viewer' });
    const bot = program(tlab.api, made.token);
    await bot.get('/api/v1/me', { expect: 200 });
    assertProblem(await operator.delete(`${tokensPath}/${made.id}`), 404, 'not_found');
    await bot.get('/api/v1/me', { expect: 200 });
    await owner.delete(`${tokensPath}/${made.id}`, { expect: 204 });
    assertProblem(await bot.get('/api/v1/me'), 401, 'unauthenticated');
    assertProblem(await owner.delete(`${tokensPath}/${made.id}`), 404, 'not_found');
    const { json } = await owner.get(tokensPath, { expect: 200 });
    assert.ok(!json.tokens.some((t: Json) => t.id === made.id));
  });

  test('that are revoked watch no longer', async () => {
    const [made, kept] = [await makeToken(owner, { role: 'viewer' }), await makeToken(owner, { role: 'viewer' })];
    const watch = ({ token }: Json) =>
      EventStream.open(tlab.api, {
        workspace: idOf(team),
        headers: { authorization: `Bearer ${token}`, 'sec-fetch-site': 'cross-site' },
      });
    const [stream, other] = [await watch(made), await watch(kept)];
    await owner.delete(`${tokensPath}/${made.id}`, { expect: 204 });
    const person = await addPerson(owner, team, 'viewer', 'watched@example.org'); // makes the server look who may watch
    await stream.ended;
    await other.find('who was added', (e) => e.type === 'member' && e.data.user_id === person.userId);
    other.close();
  });

  test('count before a cookie, and are no prey of other pages', async () => {
    const made = await makeToken(owner, { role: 'viewer' });
    const foreign = { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' };
    const input = { name: 'One more' };
    assertProblem(await owner.post('/api/v1/workspaces', input, { headers: foreign }), 403, 'csrf');
    const full = program(tlab.api, (await makeToken(owner, { role: 'owner' })).token, foreign);
    await full.post('/api/v1/workspaces', input, { expect: 201 });
    const both = { headers: { authorization: `Bearer ${made.token}` } };
    assert.equal((await owner.get(team, both)).json.role, 'viewer');
    assertProblem(await owner.post('/api/v1/auth/logout', undefined, both), 403, 'session_required');
    assert.ok(await owner.isIn());
    const wrong = { headers: { authorization: 'Bearer nothing', 'x-forwarded-for': '203.0.113.50' } };
    assertProblem(await owner.get(team, wrong), 401, 'unauthenticated');
    const basic = { headers: { authorization: 'Basic b3duZXI6eA==' } };
    await owner.get(team, { ...basic, expect: 200 });
  });

  test('belong into no address, and no log has one', async () => {
    const { token } = await makeToken(owner, { role: 'viewer' });
    for (const query of [{ token }, { access_token: `x${token}` }, { [token]: '' }, { q: token.slice(0, 30) }])
      assertProblem(await owner.get('/api/v1/symbols', { query }), 400, 'token_in_address');
    assertProblem(await new Person(tlab.api).get('/api/v1/health', { query: { token } }), 400, 'token_in_address');
    await owner.get(`/api/v1/${token}`, { expect: 404 });
    await owner.get(`${team}/backtests/${token}`, { expect: 404 });
    await owner.get(`/api/v1/workspaces/${token}`, { expect: 404 });
    await program(tlab.api, token).get('/api/v1/me', { expect: 200 });
    assert.ok(tlab.server.logged('request').some((line) => line.path === '…'));
    assert.ok(!tlab.server.stderr.includes(token.slice(16)));
    const audit = await owner.get(`${team}/audit`, { query: { limit: 1000 }, expect: 200 });
    assert.ok(!audit.text.includes(token.slice(16)));
  });

  test('that are wrong are throttled by address', async () => {
    const { token, id } = await makeToken(owner, { role: 'viewer' });
    const from = (address: string, text: string) => program(tlab.api, text, { 'x-forwarded-for': address });
    const wrong = [
      `tlab_${id}_${'A'.repeat(43)}`,
      `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`,
      token.slice(0, -1),
      `${token}A`,
      `tlab_aaaaaaaaaa_${token.slice(16)}`,
      token.replace('tlab_', 'tlp__'),
      'x',
      '',
    ];
    let last: Reply | undefined;
    for (let i = 0; i < 40 && last?.status !== 429; i++) {
      last = await from('203.0.113.7', wrong[i % wrong.length] as string).get('/api/v1/me');
      if (i < 20) assertProblem(last, 401, 'unauthenticated');
    }
    assertProblem(last as Reply, 429, 'throttled');
    await from('203.0.113.7', token).get('/api/v1/me', { expect: 200 }); // nobody keeps the right one out
    assertProblem(await from('203.0.113.8', 'x').get('/api/v1/me'), 401, 'unauthenticated');
  });

  test('send sixty requests at once and then twenty a second, each token for itself', async () => {
    const [made, other] = [await makeToken(owner, { role: 'viewer' }), await makeToken(owner, { role: 'viewer' })];
    const bot = program(tlab.api, made.token);
    const began = performance.now();
    const replies = await Promise.all(Array.from({ length: 200 }, () => bot.get('/api/v1/me')));
    const seconds = (performance.now() - began) / 1000;
    const served = replies.filter(({ status }) => status === 200).length;
    assert.ok(served >= 60 && served <= 60 + 20 * seconds + 1, `${served} in ${seconds} s`);
    for (const reply of replies.filter(({ status }) => status !== 200)) {
      assertProblem(reply, 429, 'throttled');
      const wait = Number(reply.headers['retry-after']);
      assert.ok(wait >= 1 && wait <= 3, String(wait));
    }
    await program(tlab.api, other.token).get('/api/v1/me', { expect: 200 });
    await owner.get('/api/v1/me', { expect: 200 }); // nor is the user
  });

  test('that are bound to places are wrong anywhere else', async () => {
    const cidrs = ['192.0.2.0/24', '2001:DB8:0::/48', '198.51.100.7'];
    const made = await makeToken(owner, { role: 'viewer', allowed_cidrs: cidrs, workspace_id: idOf(team) });
    assert.deepEqual(made.allowed_cidrs, ['192.0.2.0/24', '2001:db8::/48', '198.51.100.7/32']);
    const listed = (await owner.get(tokensPath)).json.tokens.find((t: Json) => t.id === made.id);
    assert.deepEqual(listed.allowed_cidrs, made.allowed_cidrs);
    const from = (address: string, token = made.token) => program(tlab.api, token, { 'x-forwarded-for': address });
    for (const inside of ['192.0.2.200', '2001:db8:0:1::5', '198.51.100.7', '::ffff:192.0.2.1'])
      await from(inside).get(team, { expect: 200 });
    const bare = ({ status, text, headers }: Reply) => [status, text.replace(String(headers['x-request-id']), '')];
    const wrong = await from('203.0.113.60', `${made.token.slice(0, -2)}AA`).get(team);
    for (const outside of ['192.0.3.1', '2001:db8:1::5', '198.51.100.6', 'unknown']) {
      const reply = await from(outside).get(team);
      assertProblem(reply, 401, 'unauthenticated');
      assert.deepEqual(bare(reply), bare(wrong));
    }
    assertProblem(await program(tlab.api, made.token).get(team), 401, 'unauthenticated'); // not from this machine either
    const entries = (await operator.get('/api/v1/admin/audit', { query: { action: 'token.use' } })).json.entries;
    const noted = entries.filter((e: Json) => e.object_id === made.id && e.detail.reason === 'from elsewhere');
    assert.deepEqual(
      noted.map((e: Json) => [e.outcome, e.address]).reverse(),
      ['192.0.3.1', '2001:db8:1::5', '198.51.100.6', 'unknown', '127.0.0.1'].map((address) => ['failed', address]),
    );
    const created = (await owner.get(`${team}/audit`, { query: { action: 'token.create' } })).json.entries[0];
    assert.equal(created.detail.allowed_cidrs, made.allowed_cidrs.join(','));
  });

  test('that are bound to no places may come from everywhere; ten at most, and written as ranges are', async () => {
    for (const none of [[], null]) {
      const made = await makeToken(owner, { role: 'viewer', allowed_cidrs: none });
      assert.deepEqual(made.allowed_cidrs, []);
    }
    const fails = async (allowed_cidrs: unknown, pointer: string) =>
      assertProblem(await owner.post(tokensPath, { name: 'x', role: 'viewer', allowed_cidrs }), 422, 'invalid_input', [
        pointer,
      ]);
    const ten = Array.from({ length: 10 }, (_, i) => `10.0.${i}.0/24`);
    assert.deepEqual((await makeToken(owner, { role: 'viewer', allowed_cidrs: ten })).allowed_cidrs, ten);
    await fails([...ten, '10.1.0.0/24'], '/allowed_cidrs');
    await fails('10.0.0.0/8', '/allowed_cidrs');
    await fails(['10.0.0.0/8', 5], '/allowed_cidrs/1');
    for (const wrong of ['', '10.0.0.1/8', '10.0.0.0/33', '10.0.0.0/8,11.0.0.0/8', 'example.org', 'x'.repeat(400)])
      await fails(['10.0.0.0/8', wrong], '/allowed_cidrs/1');
  });

  test('leave a trail', async () => {
    const bound = await makeToken(owner, { role: 'viewer', workspace_id: idOf(team) });
    const free = await makeToken(owner, { role: 'viewer' });
    await owner.delete(`${tokensPath}/${bound.id}`, { expect: 204 });
    await program(tlab.api, bound.token, { 'x-forwarded-for': '203.0.113.9' }).get('/api/v1/me', { expect: 401 });
    await program(tlab.api, free.token).post(`${team}/backtests`, {}, { expect: 403 });
    const trail = async (person: Person, path: string, id: string) =>
      (await person.get(path, { query: { limit: 1000 }, expect: 200 })).json.entries
        .filter((entry: Json) => entry.object_id === id)
        .map((entry: Json) => [entry.action, entry.outcome, entry.actor_id, entry.via]);
    assert.deepEqual(await trail(owner, `${team}/audit`, bound.id), [
      ['token.revoke', 'ok', owner.userId, 'session'],
      ['token.create', 'ok', owner.userId, 'session'],
    ]);
    assert.deepEqual(await trail(operator, '/api/v1/admin/audit', free.id), [
      ['token.create', 'ok', owner.userId, 'session'],
    ]);
    assert.deepEqual(await trail(operator, '/api/v1/admin/audit', bound.id), [['token.use', 'failed', '', '']]);
    const denied = await owner.get(`${team}/audit`, { query: { action: 'request.denied' }, expect: 200 });
    assert.ok(denied.json.entries.some((entry: Json) => entry.via === 'token' && entry.actor_id === owner.userId));
  });

  test('are fifty at most', async () => {
    const collector = await addPerson(owner, team, 'viewer', 'collector@example.org');
    const made: Json[] = [];
    for (let i = 0; i < 50; i++) made.push(await makeToken(collector, { role: 'viewer' }));
    const input = { name: 'one more', role: 'viewer' };
    assertProblem(await collector.post(tokensPath, input), 409, 'too_many_tokens');
    await collector.delete(`${tokensPath}/${made[7]?.id}`, { expect: 204 });
    await collector.post(tokensPath, input, { expect: 201 });
  });
});

onEachEngine('API tokens, in the state database,', (engine) => {
  const tlab = useServer(() => ({ engine, marketPath: samplePath(), env: settings() }));

  test('are hashes, and end with their time or their user', async () => {
    let operator = await new Person(tlab.api).signIn();
    const person = await addPerson(operator, localWorkspace, 'trader', 'trader@example.org');
    const expiring = await makeToken(operator, { role: 'viewer' });
    const good = await makeToken(operator, { role: 'viewer' });
    const disabled = await makeToken(person, { role: 'viewer' });
    await tlab.server.stop();

    const { state } = tlab.server;
    const hashes = new Map(
      queryState(state, 'SELECT id, secret_hash FROM api_tokens').map(([id, hash]) => [id, hash]),
    );
    for (const { id, token } of [expiring, good, disabled]) {
      const hash = createHash('sha256').update(token.slice(16)).digest('hex');
      assert.equal(String(hashes.get(id)).replace('\\x', ''), hash);
    }
    changeState(
      state,
      `UPDATE api_tokens SET expires_at = ${Date.now() * 1000} WHERE id = '${expiring.id}';
       UPDATE users SET status = 'disabled' WHERE id = '${person.userId}';
       UPDATE sessions SET proved_at = proved_at - 900000000`,
    );
    const server = await tlab.server.startAgain();
    try {
      operator = operator.copy(server.api);
      await program(server.api, good.token).get('/api/v1/me', { expect: 200 });
      assertProblem(await program(server.api, expiring.token).get('/api/v1/me'), 401, 'unauthenticated');
      assertProblem(await program(server.api, disabled.token).get('/api/v1/me'), 401, 'unauthenticated');
      const { json } = await operator.get(tokensPath, { expect: 200 });
      assert.deepEqual(
        json.tokens.map((t: Json) => [t.id, t.is_expired]).sort(),
        [
          [expiring.id, true],
          [good.id, false],
        ].sort(),
      );
      const input = { name: 'x', role: 'viewer' };
      assertProblem(await operator.post(tokensPath, input), 403, 'reauth_required');
      await operator.delete(`${tokensPath}/${expiring.id}`, { expect: 204 });
    } finally {
      await server.stop();
    }
  });
});

onEachEngine('API tokens without passwords', (engine) => {
  const tlab = useServer(() => ({ engine, marketPath: samplePath() }));

  test('are neither made nor looked at', async () => {
    assertProblem(await tlab.api.post(tokensPath, { name: 'x', role: 'viewer' }), 409, 'auth_disabled');
    assert.deepEqual((await tlab.api.get(tokensPath, { expect: 200 })).json.tokens, []);
    const headers = { authorization: 'Bearer nothing' };
    await tlab.api.get('/api/v1/me', { headers, expect: 200 });
  });
});

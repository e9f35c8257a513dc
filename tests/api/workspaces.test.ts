// Workspaces: create, list, read, rename, delete, and what stands in the way.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Api, assertProblem, type Reply } from '../harness/http.ts';
import type { Json } from '../harness/openapi.ts';
import { samplePath } from '../harness/sample.ts';
import { onEachEngine, useServer } from '../harness/server.ts';

const base = '/api/v1/workspaces';
const create = (api: Api, body: Json): Promise<Reply> => api.post(base, body);
const etag = (reply: Reply): { 'if-match': string } => ({ 'if-match': String(reply.headers.etag) });

onEachEngine('workspaces', (engine) => {
  const tlab = useServer(() => ({ engine, marketPath: samplePath() }));

  test('a new one is answered whole, at its own address', async () => {
    const reply = await tlab.api.post(
      base,
      { name: 'Research Team', default_quote_asset: 'USDT' },
      { expect: 201 },
    );
    assert.equal(reply.headers.location, `${base}/${reply.json.id}`);
    assert.equal(reply.json.name, 'Research Team');
    assert.equal(reply.json.default_quote_asset, 'USDT');
    assert.equal(reply.json.role, 'owner');
    assert.equal(reply.json.version, 1);
    assert.equal(reply.json.created_at, reply.json.updated_at);
    assert.ok(Math.abs(Date.parse(reply.json.created_at) - Date.now()) < 60_000);
    const read = await tlab.api.get(String(reply.headers.location), { expect: 200 });
    assert.equal(read.text, reply.text);
    assert.equal(read.headers.etag, reply.headers.etag);
  });

  test('the quote asset is USDT unless said otherwise', async () => {
    assert.equal((await create(tlab.api, { name: 'A' })).json.default_quote_asset, 'USDT');
    assert.equal(
      (await create(tlab.api, { name: 'B', default_quote_asset: 'BTC' })).json.default_quote_asset,
      'BTC',
    );
    assert.equal(
      (await create(tlab.api, { name: 'C', default_quote_asset: null })).json.default_quote_asset,
      'USDT',
    );
  });

  test('names keep every character that people write', async () => {
    for (const name of [
      'Ωmega 研究 🚀',
      "O'Brien; DROP TABLE workspaces; --",
      '<img src=x onerror="alert(1)">',
      'שלום \u200F(1) end',
      'quote " and \\ slash',
      'x'.repeat(120),
    ]) {
      const reply = await create(tlab.api, { name });
      assert.equal(reply.status, 201, reply.text);
      assert.equal(reply.json.name, name);
    }
  });

  describe('bad members are refused by name', () => {
    const cases: [string, Json, string[]][] = [
      ['no name', {}, ['/name']],
      ['null name', { name: null }, ['/name']],
      ['empty name', { name: '' }, ['/name']],
      ['blank name', { name: ' \t ' }, ['/name']],
      ['long name', { name: 'x'.repeat(121) }, ['/name']],
      ['control character in the name', { name: 'a\u0001b' }, ['/name']],
      ['line break in the name', { name: 'a\nb' }, ['/name']],
      ['a name that turns letters around', { name: 'a\u202Eb' }, ['/name']],
      ['a name that turns letters around in an isolate', { name: 'a\u2067b' }, ['/name']],
      ['name as number', { name: 5 }, ['/name']],
      ['name as array', { name: ['x'] }, ['/name']],
      ['lower-case asset', { name: 'x', default_quote_asset: 'usdt' }, ['/default_quote_asset']],
      ['asset of one letter', { name: 'x', default_quote_asset: 'U' }, ['/default_quote_asset']],
      ['asset of 21 letters', { name: 'x', default_quote_asset: 'A'.repeat(21) }, ['/default_quote_asset']],
      ['asset with a blank', { name: 'x', default_quote_asset: 'US DT' }, ['/default_quote_asset']],
      ['both wrong', { name: '', default_quote_asset: '' }, ['/default_quote_asset', '/name']],
      ['id from outside', { name: 'x', id: 'mine' }, ['/id']],
      [
        'role, version and time from outside',
        { name: 'x', role: 'owner', version: 9, created_at: '2020-01-01' },
        ['/created_at', '/role', '/version'],
      ],
      ['not an object', ['x'], ['']],
      ['a bare string', 'x', ['']],
      ['null', null, ['']],
    ];
    for (const [what, body, pointers] of cases) {
      test(what, async () => assertProblem(await create(tlab.api, body), 422, 'invalid_input', pointers));
    }
  });

  test('the longest and the shortest asset are taken', async () => {
    for (const asset of ['U2', 'A'.repeat(20)])
      assert.equal((await create(tlab.api, { name: 'x', default_quote_asset: asset })).status, 201);
  });

  test('a page after a page gives each workspace once, oldest first', async () => {
    const whole = (await tlab.api.get(base, { query: { limit: 1000 }, expect: 200 })).json;
    assert.equal(whole.next_cursor, null);
    assert.equal(whole.workspaces[0].id, 'local-workspace');
    const paged: Json[] = [];
    let cursor: string | undefined;
    do {
      const page: Json = (await tlab.api.get(base, { query: { limit: 3, cursor }, expect: 200 })).json;
      assert.ok(page.workspaces.length <= 3 && page.workspaces.length > 0);
      paged.push(...page.workspaces);
      cursor = page.next_cursor ?? undefined;
    } while (cursor);
    assert.deepEqual(paged, whole.workspaces);
    const times = paged.map((w) => w.created_at);
    assert.deepEqual(times, [...times].sort());
  });

  test('limits outside 1 to 1000 and cursors not of ours are refused', async () => {
    for (const limit of ['0', '-1', '1001', '1.5', 'ten', '', '1e2', '99999999999999999999', ' 5']) {
      assertProblem(await tlab.api.get(base, { query: { limit } }), 422, 'invalid_input', ['?limit']);
    }
    for (const cursor of ['', 'x', 'AAAA', "'", '%00', 'x'.repeat(300)]) {
      assertProblem(await tlab.api.get(base, { query: { cursor } }), 422, 'invalid_input', ['?cursor']);
    }
    await tlab.api.get(base, { query: { limit: 1 }, expect: 200 });
    await tlab.api.get(base, { query: { limit: 1000 }, expect: 200 });
  });

  test('parameters that the path does not know, or twice, are refused', async () => {
    assertProblem(await tlab.api.get(`${base}?limti=5`), 422, 'invalid_input', ['?limti']);
    assertProblem(await tlab.api.get(`${base}?limit=5&limit=6`), 422, 'invalid_input', ['?limit']);
  });

  test('what does not exist is 404 for every method, whatever its name', async () => {
    const names = [
      '0198f5a2-6c1e-7d3a-9b57-2f4e8a1c6d90',
      'nope',
      'LOCAL-WORKSPACE',
      'local-workspace%20',
      '%27%20OR%201%3D1',
      'x'.repeat(200),
      '..%2f..',
    ];
    for (const name of names) {
      const match = { 'if-match': '"x-1"' };
      for (const reply of [
        await tlab.api.get(`${base}/${name}`),
        await tlab.api.patch(`${base}/${name}`, { name: 'x' }, { headers: match }),
        await tlab.api.delete(`${base}/${name}`, { headers: match }),
        await tlab.api.get(`${base}/${name}/backtests`),
        await tlab.api.post(`${base}/${name}/backtests`, { strategy_id: 'ma_cross', symbol: 'BTCUSDT' }),
      ]) {
        assert.ok(
          reply.status === 404 || (reply.status === 400 && name.includes('%2f')),
          `${reply.method} ${reply.path}: ${reply.text}`,
        );
      }
    }
  });

  test('an ETag that still holds saves the body', async () => {
    const reply = await tlab.api.get(`${base}/local-workspace`, { expect: 200 });
    const tag = String(reply.headers.etag);
    for (const value of [tag, `"other", ${tag}`, '*', `W/${tag}`]) {
      await tlab.api.get(`${base}/local-workspace`, { headers: { 'if-none-match': value }, expect: 304 });
    }
    await tlab.api.get(`${base}/local-workspace`, { headers: { 'if-none-match': '"other"' }, expect: 200 });
  });
});

onEachEngine('changing a workspace', (engine) => {
  const tlab = useServer(() => ({ engine, marketPath: samplePath() }));
  const make = async (name: string): Promise<Reply> => tlab.api.post(base, { name }, { expect: 201 });

  test('gives it a new version, and the members left out stay', async () => {
    const made = await make('Before');
    const path = `${base}/${made.json.id}`;
    const renamed = await tlab.api.patch(path, { name: 'After' }, { headers: etag(made), expect: 200 });
    assert.deepEqual(
      { ...renamed.json, updated_at: null },
      { ...made.json, name: 'After', version: 2, updated_at: null },
    );
    assert.ok(renamed.json.updated_at >= made.json.updated_at);
    assert.notEqual(renamed.headers.etag, made.headers.etag);
    const quoted = await tlab.api.patch(
      path,
      { default_quote_asset: 'BTC' },
      { headers: etag(renamed), expect: 200 },
    );
    assert.equal(quoted.json.name, 'After');
    assert.equal(quoted.json.default_quote_asset, 'BTC');
    assert.equal(quoted.json.version, 3);
    const read = await tlab.api.get(path, { expect: 200 });
    assert.equal(read.text, quoted.text);
  });

  test('needs If-Match, and shows what is there when it is stale', async () => {
    const made = await make('Guarded');
    const path = `${base}/${made.json.id}`;
    assertProblem(await tlab.api.patch(path, { name: 'x' }), 428, 'precondition_required');
    assertProblem(await tlab.api.delete(path), 428, 'precondition_required');
    await tlab.api.patch(path, { name: 'Second' }, { headers: etag(made), expect: 200 });
    const stale = await tlab.api.patch(path, { name: 'Third' }, { headers: etag(made) });
    assertProblem(stale, 412, 'precondition_failed');
    assert.equal(stale.json.current.name, 'Second');
    assertProblem(await tlab.api.delete(path, { headers: etag(made) }), 412, 'precondition_failed');
    const tag = String((await tlab.api.get(path)).headers.etag);
    const list = ['*, "x"', '"x,*,y"', `W/${tag}`, tag.slice(1, -1), `${tag} ${tag}`];
    for (const odd of ['"', '', '2', '"nonsense"', 'W/"x"', ...list]) {
      const reply = await tlab.api.patch(path, { name: 'x' }, { headers: { 'if-match': odd } });
      assert.ok([412, 428].includes(reply.status), `${odd}: ${reply.text}`);
    }
    assert.equal((await tlab.api.get(path)).json.name, 'Second');
    await tlab.api.patch(path, { name: 'Listed' }, { headers: { 'if-match': `W/"x", "y" , ${tag}` }, expect: 200 });
  });

  test('of two at once with the same version one wins', async () => {
    const made = await make('Contended');
    const path = `${base}/${made.json.id}`;
    const attempts = Array.from({ length: 8 }, (_, i) =>
      tlab.api.patch(path, { name: `Winner ${i}` }, { headers: etag(made) }),
    );
    const replies = await Promise.all(attempts);
    assert.equal(replies.filter((r) => r.status === 200).length, 1);
    assert.equal(replies.filter((r) => r.status === 412).length, 7);
    const winner = replies.find((r) => r.status === 200);
    const { json } = await tlab.api.get(path);
    assert.equal(json.name, winner?.json.name);
    assert.equal(json.version, 2);
  });

  test('checks the members as creating does', async () => {
    const made = await make('Checked');
    const path = `${base}/${made.json.id}`;
    const patch = (body: Json) => tlab.api.patch(path, body, { headers: etag(made) });
    assertProblem(await patch({ name: '' }), 422, 'invalid_input', ['/name']);
    assertProblem(await patch({ name: 'x'.repeat(121) }), 422, 'invalid_input', ['/name']);
    assertProblem(await patch({ name: null }), 422, 'invalid_input', ['']); // as if left out
    assertProblem(await patch({ default_quote_asset: 'u' }), 422, 'invalid_input', ['/default_quote_asset']);
    assertProblem(await patch({ name: 'ok', role: 'viewer' }), 422, 'invalid_input', ['/role']);
    assertProblem(await patch({ id: 'x' }), 422, 'invalid_input', ['/id']);
    assertProblem(await patch({}), 422, 'invalid_input', ['']);
    assert.equal((await tlab.api.get(path)).json.version, 1);
  });

  test('deleting takes it and what is in it away', async () => {
    const made = await make('Doomed');
    const path = `${base}/${made.json.id}`;
    const run = { strategy_id: 'buy_and_hold', symbol: 'BTCUSDT' };
    const backtest = await tlab.api.post(`${path}/backtests`, run, { expect: 201 });
    await tlab.api.delete(path, { headers: etag(made), expect: 204 });
    assertProblem(await tlab.api.get(path), 404, 'not_found');
    assertProblem(await tlab.api.get(`${path}/backtests`), 404, 'not_found');
    assertProblem(await tlab.api.get(`${path}/backtests/${backtest.json.id}`), 404, 'not_found');
    assertProblem(await tlab.api.get(`/api/v1/backtests/${backtest.json.id}`), 404, 'not_found');
    assertProblem(await tlab.api.delete(path, { headers: etag(made) }), 404, 'not_found');
    const { json } = await tlab.api.get(base, { query: { limit: 1000 } });
    assert.ok(!json.workspaces.some((w: Json) => w.id === made.json.id));
  });

  test('the local workspace can be renamed but not deleted', async () => {
    const path = `${base}/local-workspace`;
    const read = await tlab.api.get(path, { expect: 200 });
    assertProblem(await tlab.api.delete(path, { headers: etag(read) }), 409, 'default_workspace');
    const renamed = await tlab.api.patch(path, { name: 'Mine' }, { headers: etag(read), expect: 200 });
    assert.equal((await tlab.api.get('/api/v1/me')).json.workspaces[0].name, 'Mine');
    await tlab.api.patch(path, { name: 'Local Workspace' }, { headers: etag(renamed), expect: 200 });
  });

  test('a user has at most 50', async () => {
    let reply = await make('Filling');
    for (let i = 0; i < 60 && reply.status === 201; i++)
      reply = await create(tlab.api, { name: `Number ${i}` });
    assertProblem(reply, 409, 'too_many_workspaces');
    assert.equal((await tlab.api.get(base, { query: { limit: 1000 } })).json.workspaces.length, 50);
  });
});

// Sets of categories that a workspace edits: made, changed, read, deleted, and used wherever a category is.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { EventStream, ended } from '../harness/events.ts';
import { type Api, assertProblem, type Reply } from '../harness/http.ts';
import type { Json } from '../harness/openapi.ts';
import { allPages } from '../harness/pages.ts';
import { categoriesPathOf } from '../harness/paths.ts';
import { enqueue, run, withoutIdentity } from '../harness/runs.ts';
import { copySampleMarket, sampleCategories, samplePath } from '../harness/sample.ts';
import { onEachEngine, type Server, useServer, withServer } from '../harness/server.ts';
import { changeState, queryState } from '../harness/state.ts';

const workspaces = '/api/v1/workspaces';
const sets = `${workspaces}/local-workspace/category-sets`;
const backtests = `${workspaces}/local-workspace/backtests`;
const absent = '0198f5a2-6c1e-7d3a-9b57-2f4e8a1c6d90';
const yamlType = { 'content-type': 'application/yaml' };
const tagOf = (reply: Reply): { 'if-match': string } => ({ 'if-match': String(reply.headers.etag) });

/** What the file says, in the order of bytes in which a set keeps it. */
const ofFile = Object.fromEntries(
  Object.entries(sampleCategories).map(([name, symbols]) => [name, [...symbols].sort()]),
);

/** FLATUSDT and RISINGUSDT are what the file calls Steady. */
const pair = { categories: { Pair: ['FLATUSDT', 'RISINGUSDT'] } };

const make = (api: Api, body: Json = { name: 'Mine', document: pair }, path = sets): Promise<Reply> =>
  api.post(path, body, { expect: 201 });
const put = (api: Api, made: Reply, body: Json): Promise<Reply> =>
  api.send('PUT', `${sets}/${made.json.id}`, { json: body, headers: tagOf(made) });
const yamlOf = async (api: Api, id: string, version?: number): Promise<string> =>
  (await api.get(`${sets}/${id}`, { query: { format: 'yaml', version }, expect: 200 })).text;

onEachEngine('category sets', (engine) => {
  const tlab = useServer(() => ({ engine, marketPath: samplePath() }));

  test('begin as a copy of the categories of the file', async () => {
    const reply = await make(tlab.api, { name: 'Copy' });
    const { id, document, created_at, updated_at, ...rest } = reply.json;
    assert.equal(reply.headers.location, `${sets}/${id}`);
    assert.deepEqual(document.categories, ofFile);
    assert.deepEqual(document.symbols.BTCUSDT, {
      base_asset: 'BTC',
      quote_asset: 'USDT',
      categories: ['AI', 'Layer 1'],
    });
    assert.equal(created_at, updated_at);
    assert.deepEqual(rest, {
      workspace_id: 'local-workspace',
      name: 'Copy',
      version: 1,
      newest_version: 1,
      category_count: 5,
      symbol_count: 8,
      created_by: 'local-user',
    });
    const read = await tlab.api.get(`${sets}/${id}`, { expect: 200 });
    assert.equal(read.text, reply.text);
    assert.equal(read.headers.etag, reply.headers.etag);
    await tlab.api.get(`${sets}/${id}`, { headers: { 'if-none-match': String(read.headers.etag) }, expect: 304 });
  });

  test('are made of a document, in YAML and in JSON alike, and given back as both', async () => {
    const yaml =
      '# a note\nsymbols:\n  adausdt: {base_asset: ADA, quote_asset: USDT, categories: [Old]}\n' +
      'categories:\n  Old: [LTCUSDT]\n  "No": []\nneeds_review: [XYZUSDT]\n';
    const document = {
      symbols: { ADAUSDT: { base_asset: 'ADA', categories: ['Old'] } },
      categories: { Old: ['LTCUSDT', 'ADAUSDT'], No: [] },
      needs_review: ['XYZUSDT'],
    };
    const fromYaml = await tlab.api.send('POST', `${sets}?name=By%20YAML`, {
      body: yaml,
      headers: yamlType,
      expect: 201,
    });
    assert.equal(fromYaml.json.name, 'By YAML');
    const fromJson = await make(tlab.api, { name: 'By JSON', document });
    assert.deepEqual(fromYaml.json.document, fromJson.json.document);
    assert.deepEqual(fromYaml.json.document.categories, { No: [], Old: ['ADAUSDT', 'LTCUSDT'] });
    assert.deepEqual(fromYaml.json.document.needs_review, ['XYZUSDT']);
    const text = await yamlOf(tlab.api, fromYaml.json.id);
    assert.equal(await yamlOf(tlab.api, fromJson.json.id), text);
    const byAccept = await tlab.api.get(`${sets}/${fromJson.json.id}`, {
      headers: { accept: 'application/yaml' },
      expect: 200,
    });
    assert.deepEqual([byAccept.text, byAccept.headers['content-type']], [text, 'application/yaml']);
    const again = await tlab.api.send('POST', `${sets}?name=Again`, { body: text, headers: yamlType, expect: 201 });
    assert.deepEqual(again.json.document, fromYaml.json.document);
    const sentBack = await make(tlab.api, { name: 'Sent back', document: again.json.document });
    assert.deepEqual(sentBack.json.document, again.json.document);
  });

  test('get a version with each change of their categories, and no version ever changes', async () => {
    const first = await make(tlab.api);
    const path = `${sets}/${first.json.id}`;
    const before = await yamlOf(tlab.api, first.json.id);
    const second = await put(tlab.api, first, { document: { categories: { Pair: ['BTCUSDT'] } } });
    assert.deepEqual([second.status, second.json.version, second.json.name], [200, 2, 'Mine']);
    const renamed = await put(tlab.api, second, { name: 'Yours' });
    assert.deepEqual([renamed.json.version, renamed.json.name], [2, 'Yours']);
    assert.notEqual(renamed.headers.etag, second.headers.etag);
    const same = await put(tlab.api, renamed, { name: 'Yours', document: renamed.json.document });
    assert.equal(same.text, renamed.text);
    assert.equal(same.headers.etag, renamed.headers.etag);
    const third = await tlab.api.send('PUT', `${path}?name=Third`, {
      body: 'categories: {Pair: [ETHUSDT]}\n',
      headers: { ...yamlType, ...tagOf(same) },
      expect: 200,
    });
    assert.deepEqual([third.json.version, third.json.name], [3, 'Third']);

    const old = await tlab.api.get(path, { query: { version: 1 }, expect: 200 });
    assert.deepEqual(old.json.document, first.json.document);
    assert.deepEqual([old.json.version, old.json.newest_version, old.json.name], [1, 3, 'Third']);
    assert.equal(await yamlOf(tlab.api, first.json.id, 1), before);
    const pages = await allPages(tlab.api, `${path}/versions`, { limit: 2 });
    const versions = pages.flatMap((page) => page.versions);
    assert.deepEqual(
      versions.map((v: Json) => [v.version, v.category_count, v.symbol_count, v.created_by]),
      [
        [3, 1, 1, 'local-user'],
        [2, 1, 1, 'local-user'],
        [1, 1, 2, 'local-user'],
      ],
    );
    assertProblem(await tlab.api.get(path, { query: { version: 4 } }), 404, 'unknown_category_set');
  });

  test('change only for those who have read them', async () => {
    const made = await make(tlab.api);
    const path = `${sets}/${made.json.id}`;
    const change = { name: 'x' };
    assertProblem(await tlab.api.send('PUT', path, { json: change }), 428, 'precondition_required');
    assertProblem(await tlab.api.delete(path), 428, 'precondition_required');
    await put(tlab.api, made, { name: 'Second' });
    const stale = await put(tlab.api, made, change);
    assertProblem(stale, 412, 'precondition_failed');
    assert.equal(stale.json.current.name, 'Second');
    assert.deepEqual(stale.json.current.document, made.json.document);
    assertProblem(await tlab.api.delete(path, { headers: tagOf(made) }), 412, 'precondition_failed');
    const yaml = await tlab.api.get(path, { query: { format: 'yaml' }, expect: 200 });
    assert.notEqual(yaml.headers.etag, stale.headers.etag);
    const replies = await Promise.all(
      Array.from({ length: 6 }, (_, i) =>
        tlab.api.send('PUT', path, { json: { name: `Winner ${i}` }, headers: tagOf(yaml) }),
      ),
    );
    assert.deepEqual(replies.map((r) => r.status).sort(), [200, 412, 412, 412, 412, 412]);
  });

  test('are listed a page after a page, oldest first, without their documents', async () => {
    const listed = (await allPages(tlab.api, sets, { limit: 2 })).flatMap((page) => page.category_sets);
    assert.ok(listed.length >= 4);
    assert.deepEqual(
      listed.map((one: Json) => one.created_at),
      listed.map((one: Json) => one.created_at).sort(),
    );
    assert.equal(new Set(listed.map((one: Json) => one.id)).size, listed.length);
    const { document: _d, ...summary } = (await tlab.api.get(`${sets}/${listed[0].id}`)).json;
    assert.deepEqual(listed[0], summary);
    assertProblem(await tlab.api.get(sets, { query: { limit: 0 } }), 422, 'invalid_input', ['?limit']);
    assertProblem(await tlab.api.get(`${sets}/${listed[0].id}/versions?limit=0`), 422, 'invalid_input', ['?limit']);
    assertProblem(await tlab.api.get(`${sets}/${listed[0].id}?version=0`), 422, 'invalid_input', ['?version']);
  });

  test('that cannot be read are refused with the line and what to do', async () => {
    const made = await make(tlab.api);
    const cases: [string, string][] = [
      ['categories:\n  A: [BTCUSDT]]\n', 'line 2: no YAML: '],
      ['categories:\n  A: [BTCUSDT]\n  A: [ETHUSDT]\n', 'line 3: A was there already'],
      ['symbols:\n  BTCUSDT: {categories: [A]}\n  "A B": {}\n', 'line 3: "A B" is no symbol'],
      ['categories:\n  A/B: [BTCUSDT]\n', 'line 2: "A/B" is no name'],
      ['categories: {A: *x}\n', 'line 1: anchors'],
      ['catgories:\n  A: [BTCUSDT]\n', 'line 1: "catgories" is no section'],
      ['', 'line 1: it is empty'],
      ['\u0000', 'line 1: no YAML'],
    ];
    for (const [body, what] of cases) {
      for (const [method, path] of [
        ['POST', `${sets}?name=x`],
        ['PUT', `${sets}/${made.json.id}`],
      ] as const) {
        const reply = await tlab.api.send(method, path, { body, headers: { ...yamlType, ...tagOf(made) } });
        assertProblem(reply, 400, 'invalid_yaml');
        assert.ok(reply.json.detail.startsWith(what), reply.json.detail);
        assert.ok(reply.json.detail.endsWith('correct it there and send the whole document again'));
      }
    }
    assert.equal((await tlab.api.get(`${sets}/${made.json.id}`)).json.newest_version, 1);
  });

  test('with faults in JSON are refused by member', async () => {
    const made = await make(tlab.api);
    const cases: [Json, string[]][] = [
      [{ name: '', document: pair }, ['/name']],
      [{ name: 'x'.repeat(121) }, ['/name']],
      [{ name: 'x', document: [] }, ['/document']],
      [{ name: 'x', document: { section: {} } }, ['/document/section']],
      [{ name: 'x', document: { categories: { A: 'BTCUSDT' } } }, ['/document/categories/A']],
      [{ name: 'x', document: { categories: { 'A/B': [] } } }, ['/document/categories/A~1B']],
      [{ name: 'x', document: { categories: { A: ['BTCUSDT', 'A B', 5] } } }, ['/document/categories/A/1', '/document/categories/A/2']],
      [{ name: 'x', document: { symbols: { BTCUSDT: { quote: 'USDT' } } } }, ['/document/symbols/BTCUSDT/quote']],
      [{ name: 'x', document: { symbols: { BTCUSDT: 1 } } }, ['/document/symbols/BTCUSDT']],
      [{ name: 'x', document: { symbols: { BTCUSDT: { categories: ['@'] } } } }, ['/document/symbols/BTCUSDT/categories/0']],
      [{ name: 'x', document: { needs_review: ['', 'BTCUSDT'] } }, ['/document/needs_review/0']],
      [{ name: 'x', version: 3 }, ['/version']],
    ];
    for (const [body, pointers] of cases) {
      assertProblem(await tlab.api.post(sets, body), 422, 'invalid_input', pointers);
      assertProblem(await put(tlab.api, made, body), 422, 'invalid_input', pointers);
    }
    assertProblem(await tlab.api.post(sets, {}), 422, 'invalid_input', ['/name']);
    assertProblem(await put(tlab.api, made, {}), 422, 'invalid_input', ['']);
    assertProblem(await tlab.api.post(`${sets}?name=x`, { name: 'x' }), 422, 'invalid_input', ['?name']);
    const nameless = await tlab.api.send('POST', sets, { body: 'categories: {}', headers: yamlType });
    assertProblem(nameless, 422, 'invalid_input', ['?name']);
  });

  test('are bounded: bytes, symbols, categories, types', async () => {
    const made = await make(tlab.api);
    const symbols = (count: number): string[] => Array.from({ length: count }, (_, i) => `S${i}USDT`);
    const most = await make(tlab.api, { name: 'Most', document: { categories: { A: symbols(2000) } } });
    assert.equal(most.json.symbol_count, 2000);
    const many = Object.fromEntries(symbols(257).map((name) => [name, []]));
    const long = `categories: {A: [BTCUSDT]}\n#${'x'.repeat(1024 * 1024)}\n`;
    const send = (method: string, path: string, headers: Json) => ({
      json: (json: Json) => tlab.api.send(method, path, { json, headers }),
      raw: (body: string, type: string) =>
        tlab.api.send(method, path, { body, headers: { ...headers, 'content-type': type } }),
    });
    for (const to of [send('POST', sets, {}), send('PUT', `${sets}/${made.json.id}`, tagOf(made))]) {
      const over = await to.json({ name: 'x', document: { categories: { A: symbols(2001) } } });
      assertProblem(over, 422, 'invalid_input');
      assert.match(over.json.detail, /2001 symbols.*at most 2000/);
      assertProblem(await to.json({ name: 'x', document: { categories: many } }), 413, 'payload_too_large');
      // refused by its length; the server may have hung up before all of it was written
      const refused = await to.raw(long, 'application/yaml').catch(({ code }) => code as string);
      if (typeof refused === 'string') assert.match(refused, /^(EPIPE|ECONNRESET)$/);
      else assertProblem(refused, 413, 'payload_too_large');
      assertProblem(await to.raw('name=x', 'text/plain'), 415, 'unsupported_media_type');
      assertProblem(await to.raw('{"name":', 'application/json'), 400, 'invalid_json');
    }
    const nearly = `categories: {A: [BTCUSDT]}\n#${'x'.repeat(1024 * 1024 - 100)}\n`;
    const path = `${sets}?name=Long`;
    await tlab.api.send('POST', path, { body: nearly, headers: yamlType, expect: 201 });
  });

  test('that are not there are 404 for every method, and so is all of other workspaces', async () => {
    const { id } = (await tlab.api.post(workspaces, { name: 'Other' }, { expect: 201 })).json;
    const elsewhere = `${workspaces}/${id}/category-sets`;
    const theirs = await make(tlab.api, { name: 'Theirs', document: pair }, elsewhere);
    const match = { 'if-match': '"x-1"' };
    for (const name of [absent, theirs.json.id, '%27', 'x'.repeat(200)])
      for (const reply of [
        await tlab.api.get(`${sets}/${name}`),
        await tlab.api.get(`${sets}/${name}/versions`),
        await tlab.api.send('PUT', `${sets}/${name}`, { json: { name: 'x' }, headers: match }),
        await tlab.api.delete(`${sets}/${name}`, { headers: match }),
      ])
        assertProblem(reply, 404, 'unknown_category_set');
    assert.deepEqual((await tlab.api.get(elsewhere)).json.category_sets.length, 1);
    for (const reply of [
      await tlab.api.get(`${workspaces}/${absent}/category-sets`),
      await tlab.api.post(`${workspaces}/${absent}/category-sets`, { name: 'x' }),
    ])
      assertProblem(reply, 404, 'not_found');
    // a backtest is of the sets of its own workspace
    const strange = { strategy_id: 'buy_and_hold', symbol: 'CAT:Pair', category_set_id: theirs.json.id };
    assertProblem(await tlab.api.post(backtests, strange), 404, 'unknown_category_set');
  });

  test('tell those who watch the workspace', async () => {
    const stream = await EventStream.open(tlab.api);
    const made = await make(tlab.api, { name: 'Watched', document: pair });
    const { id } = made.json;
    const changed = await put(tlab.api, made, { document: {} });
    await tlab.api.delete(`${sets}/${id}`, { headers: tagOf(changed), expect: 204 });
    await stream.find('its end', (e) => e.type === 'category_set' && e.data.deleted);
    stream.close();
    assert.deepEqual(
      stream.events.filter((e) => e.type === 'category_set').map((e) => e.data),
      [
        { id, name: 'Watched', version: 1, deleted: false },
        { id, name: 'Watched', version: 2, deleted: false },
        { id, name: 'Watched', version: 2, deleted: true },
      ],
    );
  });

  test('are at most a hundred in a workspace', async () => {
    const { id } = (await tlab.api.post(workspaces, { name: 'Full' }, { expect: 201 })).json;
    const path = `${workspaces}/${id}/category-sets`;
    const made = await Promise.all(
      Array.from({ length: 105 }, (_, i) => tlab.api.post(path, { name: `Set ${i}`, document: pair })),
    );
    assert.equal(made.filter((reply) => reply.status === 201).length, 100);
    for (const reply of made.filter((one) => one.status !== 201))
      assertProblem(reply, 409, 'too_many_category_sets');
    const last = made.find((reply) => reply.status === 201) as Reply;
    await tlab.api.delete(`${path}/${last.json.id}`, { headers: tagOf(last), expect: 204 });
    await make(tlab.api, { name: 'Room again', document: pair }, path);
  });
});

onEachEngine('what takes a category', (engine) => {
  const tlab = useServer(() => ({ engine, marketPath: samplePath() }));
  const all = { limit: 50_000 };
  const routes: [string, Json][] = [
    ['/api/v1/categories', {}],
    ['/api/v1/categories/Pair', {}],
    ['/api/v1/categories/Pair/index', all],
    ['/api/v1/categories/heatmap', { period: '30d' }],
    ['/api/v1/categories/ratios', { base: 'Pair', quote: 'Pair', ...all }],
    ['/api/v1/candles', { symbol: 'CAT:Pair', ...all }],
    ['/api/v1/ratios', { base: 'BTCUSDT', quote: 'CAT:Pair', ...all }],
    ['/api/v1/symbols', { category: 'Pair' }],
    ['/api/v1/scanner/uptrends', { category: 'Pair', passing_only: 'false' }],
    ['/api/v1/scanner/ratio-uptrends', { category: 'Pair', passing_only: 'false' }],
    ['/api/v1/scanner/scorecard', { category: 'Pair' }],
  ];

  /** What an answer says beside the names of categories and how long it took. */
  const plain = (text: string): string => text.replaceAll('Steady', 'Pair').replace(/"took_ms":[^,]*/, '');

  test('takes those of a set, by the same rules as those of the file', async () => {
    const { id } = (await make(tlab.api)).json;
    for (const [path, query] of routes) {
      const own = await tlab.api.get(path, { query: { ...query, category_set_id: id }, expect: 200 });
      if (!path.endsWith('/categories') && !path.endsWith('heatmap') && !path.endsWith('symbols')) {
        const words = Object.entries(query).map(([k, v]) => [k, String(v).replaceAll('Pair', 'Steady')]);
        const fromFile = await tlab.api.get(path.replace('Pair', 'Steady'), {
          query: Object.fromEntries(words),
          expect: 200,
        });
        assert.equal(plain(own.text), plain(fromFile.text), path);
      }
      const etag = own.headers.etag as string;
      const query304 = { ...query, category_set_id: id };
      await tlab.api.get(path, { query: query304, headers: { 'if-none-match': etag }, expect: 304 });
    }
    const { categories } = (await tlab.api.get('/api/v1/categories', { query: { category_set_id: id } })).json;
    assert.deepEqual(
      categories.map((c: Json) => [c.name, c.listed, c.members]),
      [['Pair', 2, 2]],
    );
    const symbols = await tlab.api.get('/api/v1/symbols', { query: { category_set_id: id, q: 'USDT' } });
    const named = symbols.json.symbols.filter((s: Json) => s.categories.length > 0);
    assert.deepEqual(
      named.map((s: Json) => [s.symbol, s.categories]),
      ['FLATUSDT', 'RISINGUSDT'].map((symbol) => [symbol, ['Pair']]),
    );
  });

  test('knows the categories of the set and no others', async () => {
    const { id } = (await make(tlab.api)).json;
    const query = { symbol: 'CAT:Steady', category_set_id: id };
    assertProblem(await tlab.api.get('/api/v1/candles', { query }), 404, 'unknown_category');
    const near = await tlab.api.get('/api/v1/categories/Pairs', { query: { category_set_id: id } });
    assertProblem(near, 404, 'unknown_category');
    assert.deepEqual(near.json.near, ['Pair']);
  });

  test('is another answer when the set has changed', async () => {
    const made = await make(tlab.api);
    const query = { symbol: 'CAT:Pair', category_set_id: made.json.id, ...all };
    const before = await tlab.api.get('/api/v1/candles', { query, expect: 200 });
    const changed = await put(tlab.api, made, { document: { categories: { Pair: ['BTCUSDT'] } } });
    assert.equal(changed.status, 200);
    const headers = { 'if-none-match': String(before.headers.etag) };
    const after = await tlab.api.get('/api/v1/candles', { query, headers, expect: 200 });
    assert.notDeepEqual(after.json.candles, before.json.candles);
    assert.ok(Math.max(...after.json.members) === 1);
    await tlab.api.delete(`${sets}/${made.json.id}`, { headers: tagOf(changed), expect: 204 });
    assertProblem(await tlab.api.get('/api/v1/candles', { query }), 404, 'unknown_category_set');
  });

  test('refuses a set that is not there', async () => {
    for (const [path, query] of routes) {
      const strange = await tlab.api.get(path, { query: { ...query, category_set_id: absent } });
      assertProblem(strange, 404, 'unknown_category_set');
      const empty = await tlab.api.get(path, { query: { ...query, category_set_id: '' } });
      assertProblem(empty, 422, 'invalid_input', ['?category_set_id']);
    }
  });
});

onEachEngine('sets of workspaces of others', (engine) => {
  test('answer like those that are not there', async () => {
    await withServer({ engine, marketPath: samplePath() }, async (server) => {
      const { id } = (await server.api.post(workspaces, { name: 'Theirs' }, { expect: 201 })).json;
      const made = await make(server.api, { name: 'x', document: pair }, `${workspaces}/${id}/category-sets`);
      const ask = async (api: Api, set: string) =>
        api.get('/api/v1/candles', { query: { symbol: 'CAT:Pair', category_set_id: set } });
      assert.equal((await ask(server.api, made.json.id)).status, 200);
      await server.stop();
      changeState(
        server.state,
        `INSERT INTO users (id, email, email_key, display_name, created_at) VALUES ('other', 'o@example.invalid', 'o@example.invalid', 'Other', 1);
         UPDATE members SET user_id = 'other' WHERE workspace_id = '${id}';`,
      );
      const again = await server.startAgain();
      try {
        const [theirs, none] = [await ask(again.api, made.json.id), await ask(again.api, absent)];
        assertProblem(theirs, 404, 'unknown_category_set');
        const { instance: _i, ...rest } = theirs.json;
        const { instance: _n, ...same } = none.json;
        assert.deepEqual(JSON.parse(JSON.stringify(rest).replaceAll(made.json.id, absent)), same);
        assertProblem(await again.api.get(`${workspaces}/${id}/category-sets`), 404, 'not_found');
      } finally {
        await again.stop();
      }
    });
  });
});

const momentum = { category: 'Pair', long_count: 1, short_count: 1, lookback: 10, rebalance_every: 5 };
const index = { strategy_id: 'ma_cross', symbol: 'CAT:Pair', params: { fast: 3, slow: 8 } };
const sweep = { ...index, params: { fast: [3, 5], slow: 8 } };
const requests: [string, Json][] = [
  [`${backtests}/category-relative-momentum`, momentum],
  [backtests, index],
  [`${backtests}/sweeps`, sweep],
];

onEachEngine('backtests with a category set', (engine) => {
  const tlab = useServer(() => ({ engine, marketPath: samplePath() }));

  test('record its version, and are verified and run again with that one', async () => {
    const made = await make(tlab.api);
    const { id } = made.json;
    const first: [string, Json][] = [];
    for (const [path, body] of requests) {
      const result = await run(tlab.api, { ...body, category_set_id: id }, path);
      assert.equal(result.status, 'completed', JSON.stringify(result.error));
      assert.deepEqual([result.request.category_set_id, result.request.category_set_version], [id, 1]);
      const words = JSON.parse(JSON.stringify(body).replaceAll('Pair', 'Steady'));
      const fromFile = await run(tlab.api, words, path);
      assert.deepEqual(fromFile.metrics, result.metrics);
      assert.deepEqual([fromFile.request.category_set_id, fromFile.request.category_set_version], [null, null]);
      first.push([path, result]);
    }
    const changed = await put(tlab.api, made, { document: { categories: { Pair: ['BTCUSDT', 'ETHUSDT'] } } });
    const check = async (): Promise<void> => {
      for (const [path, result] of first) {
        const at = path.replace('/category-relative-momentum', '');
        const rerun = await tlab.api.post(`${at}/${result.id}/rerun`, undefined, { expect: 201 });
        assert.deepEqual(withoutIdentity(rerun.json), withoutIdentity(result));
        if (path.endsWith('sweeps')) continue;
        const verdict = await tlab.api.post(`${at}/${result.id}/verify`, undefined, { expect: 200 });
        assert.equal(verdict.json.verdict, 'identical');
      }
    };
    await check();
    const newest = await run(tlab.api, { ...index, category_set_id: id });
    assert.equal(newest.request.category_set_version, 2);
    const byVersion = await run(tlab.api, { ...index, category_set_id: id, category_set_version: 1 });
    assert.deepEqual(byVersion.metrics, first[1]?.[1].metrics);
    assert.notDeepEqual(newest.data.sha256, byVersion.data.sha256);

    await tlab.api.delete(`${sets}/${id}`, { headers: tagOf(changed), expect: 204 });
    await check();
    for (const [path, body] of requests)
      for (const version of [undefined, 1])
        assertProblem(
          await tlab.api.post(path, { ...body, category_set_id: id, category_set_version: version }),
          404,
          'unknown_category_set',
        );
  });

  test('that are left to the workers are run with the version of when they were asked for', async () => {
    const made = await make(tlab.api);
    const queued = await enqueue(tlab.api, { ...index, category_set_id: made.json.id });
    assert.equal(queued.request.category_set_version, 1);
    await put(tlab.api, made, { document: { categories: { Pair: ['BTCUSDT'] } } });
    const result = await ended(tlab.api, queued.id);
    assert.equal(result.status, 'completed');
    const first = { ...index, category_set_id: made.json.id, category_set_version: 1 };
    assert.deepEqual(withoutIdentity(result), withoutIdentity(await run(tlab.api, first)));
  });

  test('refuse what does not go together', async () => {
    const { id } = (await make(tlab.api)).json;
    for (const [path, body] of requests) {
      assertProblem(await tlab.api.post(path, { ...body, category_set_version: 1 }), 422, 'invalid_input', [
        '/category_set_version',
      ]);
      assertProblem(
        await tlab.api.post(path, { ...body, category_set_id: id, category_set_version: 9 }),
        404,
        'unknown_category_set',
      );
      const faulty = { ...body, category_set_id: '', category_set_version: 0 };
      assertProblem(await tlab.api.post(path, faulty), 422, 'invalid_input', [
        '/category_set_id',
        '/category_set_version',
      ]);
    }
    const { category: _c, ...rest } = momentum;
    const symbols = { ...rest, symbols: ['BTCUSDT', 'ETHUSDT'], category_set_id: id };
    const path = requests[0]?.[0] as string;
    assertProblem(await tlab.api.post(path, symbols), 422, 'invalid_input', ['/category_set_id']);
  });
});

onEachEngine('the versions of a set in the state', (engine) => {
  const rows = (server: Server, table: string): string =>
    queryState(server.state, `SELECT count(*) FROM ${table}`)[0]?.[0] as string;

  /** Stops the server, counts, and goes on with another. */
  async function counted(server: Server, tables: string[]): Promise<[Server, string[]]> {
    await server.stop();
    const counts = tables.map((table) => rows(server, table));
    return [await server.startAgain(), counts];
  }

  test('stay as long as a backtest refers to them, and no longer', async () => {
    const tables = ['category_sets', 'category_set_versions', 'backtest_category_sets'];
    await withServer({ engine, marketPath: samplePath() }, async (first) => {
      const made = await make(first.api);
      const { id } = made.json;
      const second = await put(first.api, made, { document: { categories: { Pair: ['BTCUSDT'] } } });
      const result = await run(first.api, { ...index, category_set_id: id });
      const third = await put(first.api, second, { document: { categories: { Pair: ['ETHUSDT'] } } });
      await first.api.delete(`${sets}/${id}`, { headers: tagOf(third), expect: 204 });
      const [server, counts] = await counted(first, tables);
      assert.deepEqual(counts, ['1', '1', '1']);
      const verdict = await server.api.post(`${backtests}/${result.id}/verify`, undefined, { expect: 200 });
      assert.equal(verdict.json.verdict, 'identical'); // read from the state: this process never saw the set
      await server.api.delete(`${backtests}/${result.id}`, { expect: 204 });
      const [last, left] = await counted(server, tables);
      await last.stop();
      assert.deepEqual(left, ['0', '0', '0']);
    });
  });

  test('are at most a thousand, and nobody changes one', async () => {
    await withServer({ engine, marketPath: samplePath() }, async (first) => {
      const { id } = (await make(first.api)).json;
      await first.stop();
      assert.throws(() => changeState(first.state, "UPDATE category_set_versions SET content = 'categories: {}'"));
      changeState(
        first.state,
        `INSERT INTO category_set_versions (workspace_id, set_id, version, content, category_count, symbol_count,
           created_by, created_at)
         SELECT workspace_id, set_id, 1000, content, category_count, symbol_count, created_by, created_at
         FROM category_set_versions;
         UPDATE category_sets SET version = 1000, revision = revision + 1;`,
      );
      const server = await first.startAgain();
      try {
        const read = await server.api.get(`${sets}/${id}`, { expect: 200 });
        assertProblem(await put(server.api, read, { document: {} }), 409, 'too_many_versions');
        assert.equal((await put(server.api, read, { name: 'Still renamed' })).status, 200);
      } finally {
        await server.stop();
      }
    });
  });
});

onEachEngine('a category set and the file', (engine) => {
  test('do not touch each other', async () => {
    const marketPath = copySampleMarket();
    await withServer({ engine, marketPath }, async ({ api }) => {
      const made = await make(api, { name: 'Copy' });
      const file = categoriesPathOf(marketPath);
      const before = readFileSync(file, 'utf8');
      await put(api, made, { document: { categories: { Mine: ['BTCUSDT'] } } });
      assert.equal(readFileSync(file, 'utf8'), before);
      writeFileSync(file, await yamlOf(api, made.json.id));
      const { json } = await api.get(`${sets}/${made.json.id}`);
      assert.deepEqual(json.document.categories, { Mine: ['BTCUSDT'] });
      const old = await api.get(`${sets}/${made.json.id}`, { query: { version: 1 } });
      assert.deepEqual(old.json.document.categories, ofFile);
    });
  });
});

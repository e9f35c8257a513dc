// What is kept of backtests: their rows page by page, lists of them, in a workspace and without one, and their end.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertProblem, type Reply } from '../harness/http.ts';
import type { Json } from '../harness/openapi.ts';
import { allPages, csvNumber, csvRows } from '../harness/pages.ts';
import { cross, hold, legacy, local, run } from '../harness/runs.ts';
import { samplePath } from '../harness/sample.ts';
import { onEachEngine, useServer } from '../harness/server.ts';

onEachEngine('the rows of a backtest', (engine) => {
  const tlab = useServer(() => ({ engine, marketPath: samplePath() }));
  let id = '';
  const made = async (): Promise<string> => {
    if (!id) id = (await run(tlab.api, { ...cross, params: { fast: 5, slow: 20 } })).id;
    return id;
  };

  for (const [part, rows, header] of [
    ['equity', 'points', 'time,equity,drawdown,benchmark'],
    [
      'trades',
      'trades',
      'number,symbol,side,quantity,entry_time,entry_price,exit_time,exit_price,exit_reason,fees,pnl,return_pct,bars,mae_pct,mfe_pct',
    ],
  ] as const) {
    test(`${part}: page by page are the whole`, async () => {
      const path = `${local}/${await made()}/${part}`;
      const whole = (await tlab.api.get(path, { query: { limit: 50_000 }, expect: 200 })).json;
      assert.equal(whole.next_cursor, null);
      const pages = await allPages(tlab.api, path, { limit: 17 });
      assert.deepEqual(
        pages.flatMap((page) => page[rows]),
        whole[rows],
      );
    });

    test(`${part}: as CSV are the same`, async () => {
      const path = `${local}/${await made()}/${part}`;
      const whole: Json[] = (await tlab.api.get(path, { query: { limit: 50_000 }, expect: 200 })).json[rows];
      const headers = { accept: 'text/csv' };
      const lines: string[][] = [];
      let cursor: string | undefined;
      do {
        const reply = await tlab.api.get(path, { query: { limit: 400, cursor }, headers, expect: 200 });
        const [head, ...page] = csvRows(reply.text);
        assert.equal(head?.join(','), header);
        lines.push(...page);
        cursor = reply.headers['x-next-cursor'] as string | undefined;
      } while (cursor);
      const columns = header.split(',');
      const expected = whole.map((row) => columns.map((name) => row[name]));
      const parsed = lines.map((line) =>
        line.map((text, i) =>
          typeof whole[0]?.[columns[i] as string] === 'string' ? text : csvNumber(text),
        ),
      );
      assert.deepEqual(parsed, expected);
    });

    test(`${part}: as CSV have no pages, unless a limit is given`, async () => {
      const { id } = await run(tlab.api, { ...cross, params: { fast: 2, slow: 3 }, interval: '1h' });
      const path = `${local}/${id}/${part}`;
      const whole: Json[] = (await tlab.api.get(path, { query: { limit: 50_000 }, expect: 200 })).json[rows];
      const reply = await tlab.api.get(path, { query: { format: 'csv' }, expect: 200 });
      assert.equal(csvRows(reply.text).length, 1 + whole.length);
      assert.equal(reply.headers['x-next-cursor'], undefined);
    });

    test(`${part}: do not change, and are not sent twice`, async () => {
      const path = `${local}/${await made()}/${part}`;
      const { headers } = await tlab.api.get(path, { query: { limit: 5 }, expect: 200 });
      const match = { 'if-none-match': String(headers.etag) };
      await tlab.api.get(path, { query: { limit: 5 }, headers: match, expect: 304 });
      await tlab.api.get(path, {
        query: { limit: 5 },
        headers: { ...match, accept: 'text/csv' },
        expect: 200,
      });
    });

    test(`${part}: bad limits and cursors are refused, absent backtests are 404`, async () => {
      for (const base of [local, legacy]) {
        const path = `${base}/${await made()}/${part}`;
        for (const limit of [0, 50_001, 'x'])
          assertProblem(await tlab.api.get(path, { query: { limit } }), 422, 'invalid_input', ['?limit']);
        assertProblem(await tlab.api.get(path, { query: { cursor: 'x' } }), 422, 'invalid_input', [
          '?cursor',
        ]);
        assertProblem(await tlab.api.get(path, { query: { from: 5 } }), 422, 'invalid_input', ['?from']);
        assertProblem(
          await tlab.api.get(`${base}/0198f5a2-6c1e-7d3a-9b57-2f4e8a1c6d90/${part}`),
          404,
          'not_found',
        );
        const headers = (await tlab.api.get(path, { expect: 200 })).headers;
        await tlab.api.get(path, { headers: { 'if-none-match': String(headers.etag) }, expect: 304 });
      }
    });
  }
});

onEachEngine('the rebalances of a backtest', (engine) => {
  const tlab = useServer(() => ({ engine, marketPath: samplePath() }));

  test('as CSV have no pages, unless a limit is given', async () => {
    const hourly = { symbols: ['BTCUSDT', 'ETHUSDT'], interval: '1h', lookback: 1, rebalance_every: 1 };
    const { id } = await run(tlab.api, hourly, `${local}/category-relative-momentum`);
    const path = `${local}/${id}/rebalances`;
    const numbersOf = (reply: Reply) => [...new Set(csvRows(reply.text).slice(1).map(([number]) => Number(number)))];
    const whole = (await allPages(tlab.api, path, { limit: 1000 })).flatMap((page) => page.rebalances);
    assert.ok(whole.length > 1000);
    const file = await tlab.api.get(path, { query: { format: 'csv' }, expect: 200 });
    assert.deepEqual(
      numbersOf(file),
      whole.map(({ number }) => number),
    );
    assert.equal(file.headers['x-next-cursor'], undefined);
    const part = await tlab.api.get(path, { query: { format: 'csv', limit: 100 }, expect: 200 });
    assert.equal(numbersOf(part).length, 100);
    assert.ok(part.headers['x-next-cursor']);
    assertProblem(await tlab.api.get(path, { query: { format: 'csv', limit: 1001 } }), 422, 'invalid_input', ['?limit']);
  });
});

onEachEngine('a list of backtests', (engine) => {
  const tlab = useServer(() => ({ engine, marketPath: samplePath() }));
  const list = async (query: Json = {}): Promise<Json[]> =>
    (await tlab.api.get(local, { query: { limit: 1000, ...query }, expect: 200 })).json.backtests;
  const stored: Json[] = [];

  test('is empty at first', async () => {
    const { json } = await tlab.api.get(local, { expect: 200 });
    assert.deepEqual(json, { backtests: [], next_cursor: null });
  });

  test('has the newest first, each as it was answered but for the months', async () => {
    const bodies = [
      { ...cross, name: 'Alpha 100%' },
      { ...cross, params: { fast: 5, slow: 20 }, name: 'beta_run', tags: ['t'] },
      { ...cross, params: { fast: 3, slow: 9 }, interval: '1h' },
      { ...cross, symbol: 'ETHUSDT', interval: '1h', name: 'gamma' },
      { ...cross, symbol: 'FLATUSDT', name: 'no sharpe' },
      { ...cross, symbol: 'ETHUSDT/BTCUSDT', interval: '1h' },
      { ...hold, name: 'Ωmega' },
      { ...hold, symbol: 'BTCUSDT' },
    ];
    for (const body of bodies) stored.unshift(await run(tlab.api, body));
    const rows = await list();
    const expected = stored.map(({ metrics: { monthly_returns: _, ...metrics }, ...rest }) => ({
      ...rest,
      metrics,
    }));
    assert.deepEqual(rows, expected);
  });

  test('can be sorted by what matters, the undefined last, and paged in each order', async () => {
    const value = (row: Json, name: string) => (name in row ? row[name] : row.metrics[name]);
    for (const name of ['created_at', 'total_return', 'sharpe', 'max_drawdown', 'final_equity']) {
      for (const sort of [name, `-${name}`]) {
        const rows = await list({ sort });
        const values = rows.map((row) => value(row, name));
        const defined = values.filter((v) => v !== null);
        const ordered = [...defined].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
        if (sort.startsWith('-')) ordered.reverse();
        assert.deepEqual(values, [...ordered, ...values.filter((v) => v === null)], sort);
        const pages = await allPages(tlab.api, local, { sort, limit: 3 });
        assert.deepEqual(
          pages.flatMap((page) => page.backtests),
          rows,
          sort,
        );
      }
    }
  });

  test('can be narrowed by strategy, symbol, status and text', async () => {
    const ids = (rows: Json[]) => rows.map((row) => row.id);
    const where = (test: (row: Json) => boolean) => ids(stored.filter(test));
    assert.deepEqual(
      ids(await list({ strategy_id: 'buy_and_hold' })),
      where((b) => b.request.strategy_id === 'buy_and_hold'),
    );
    assert.deepEqual(
      ids(await list({ symbol: 'ETHUSDT' })),
      where((b) => b.request.symbol === 'ETHUSDT'),
    );
    assert.deepEqual(
      ids(await list({ symbol: 'ETHUSDT/BTCUSDT' })),
      where((b) => b.request.symbol === 'ETHUSDT/BTCUSDT'),
    );
    assert.deepEqual(
      ids(await list({ symbol: ' ethusdt/btcUSDT ' })),
      where((b) => b.request.symbol === 'ETHUSDT/BTCUSDT'),
    );
    assert.deepEqual(await list({ symbol: 'no symbol' }), []);
    assert.deepEqual(ids(await list({ status: 'completed' })), ids(stored));
    assert.deepEqual(await list({ status: 'failed' }), []);
    assert.deepEqual(await list({ strategy_id: 'nope' }), []);
    assert.deepEqual(
      ids(await list({ q: 'ALPHA' })),
      where((b) => b.name === 'Alpha 100%'),
    );
    assert.deepEqual(
      ids(await list({ q: '100%' })),
      where((b) => b.name === 'Alpha 100%'),
    );
    assert.deepEqual(
      ids(await list({ q: 'a_r' })),
      where((b) => b.name === 'beta_run'),
    );
    assert.deepEqual(
      ids(await list({ q: 'ethusdt' })),
      where((b) => b.request.symbol.includes('ETHUSDT')),
    );
    assert.deepEqual(
      ids(await list({ q: 'buy_and' })),
      where((b) => b.request.strategy_id === 'buy_and_hold'),
    );
    assert.deepEqual(await list({ q: '%%' }), []);
    assert.deepEqual(await list({ q: "' OR ''='" }), []);
    assert.deepEqual(
      ids(await list({ symbol: 'BTCUSDT', strategy_id: 'ma_cross', q: 'beta', status: 'completed' })),
      where((b) => b.name === 'beta_run'),
    );
  });

  test('can be narrowed by tag, star and kind', async () => {
    const names = async (query: Json) => (await list(query)).map((row) => row.name);
    const beta = stored.find((b) => b.name === 'beta_run');
    await tlab.api.patch(`${local}/${beta.id}`, { starred: true }, { expect: 200 });
    await tlab.api.patch(`${local}/${stored[0].id}`, { tags: ['tee', 'a "b"'] }, { expect: 200 });
    assert.deepEqual(await names({ tag: 't' }), ['beta_run']);
    assert.deepEqual(await names({ tag: 'a "b"' }), [stored[0].name]);
    assert.deepEqual(await names({ tag: 'a' }), []);
    assert.deepEqual(await names({ q: 'TEE' }), [stored[0].name]);
    assert.deepEqual(await names({ starred: 'true' }), ['beta_run']);
    assert.equal((await names({ starred: 'false' })).length, stored.length - 1);
    assert.equal((await names({ kind: 'single' })).length, stored.length);
    assert.deepEqual(await names({ kind: 'category_momentum' }), []);
    assertProblem(await tlab.api.get(local, { query: { kind: 'sweep' } }), 422, 'invalid_input', ['?kind']);
    await tlab.api.patch(`${local}/${beta.id}`, { starred: false }, { expect: 200 });
    await tlab.api.patch(`${local}/${stored[0].id}`, { tags: stored[0].tags }, { expect: 200 });
    for (const row of [beta, stored[0]]) row.revision += 2;
  });

  test('is whole as CSV, however many there are, unless a limit is given', async () => {
    for (let i = stored.length; i <= 100; i++) await run(tlab.api, { ...hold, name: `added ${i}` });
    const whole = csvRows((await tlab.api.get(local, { query: { format: 'csv' }, expect: 200 })).text);
    assert.equal(whole.length, 1 + 101);
    const part = await tlab.api.get(local, { query: { format: 'csv', limit: 100 }, expect: 200 });
    assert.ok(part.headers['x-next-cursor']);
    const accepts = { headers: { accept: 'text/csv' } };
    const json = await tlab.api.get(local, { ...accepts, query: { format: 'json' }, expect: 200 });
    assert.equal(json.json.backtests.length, 100);
    for (const row of await list({ q: 'added' })) await tlab.api.delete(`${local}/${row.id}`, { expect: 204 });
  });

  test('stays stable while others are added', async () => {
    const first = (await tlab.api.get(local, { query: { limit: 4 }, expect: 200 })).json;
    const added = await run(tlab.api, hold);
    const rest = (
      await tlab.api.get(local, { query: { limit: 100, cursor: first.next_cursor }, expect: 200 })
    ).json;
    assert.deepEqual(
      [...first.backtests, ...rest.backtests].map((b) => b.id),
      stored.map((b) => b.id),
    );
    await tlab.api.delete(`${local}/${added.id}`, { expect: 204 });
  });

  test('refuses what it does not know', async () => {
    const cases: [Json, string][] = [
      [{ limit: 0 }, '?limit'],
      [{ limit: 1001 }, '?limit'],
      [{ sort: 'name' }, '?sort'],
      [{ sort: '+sharpe' }, '?sort'],
      [{ status: 'done' }, '?status'],
      [{ cursor: 'x' }, '?cursor'],
      [{ q: '' }, '?q'],
      [{ page: 2 }, '?page'],
    ];
    for (const path of [local, legacy]) {
      for (const [query, pointer] of cases)
        assertProblem(await tlab.api.get(path, { query }), 422, 'invalid_input', [pointer]);
    }
  });

  test('a cursor of another order or filter is refused or harmless', async () => {
    const { json } = await tlab.api.get(local, { query: { limit: 2, sort: 'sharpe' }, expect: 200 });
    const reply = await tlab.api.get(local, {
      query: { limit: 2, sort: '-created_at', cursor: json.next_cursor },
    });
    assert.ok([200, 422].includes(reply.status), reply.text);
  });
});

onEachEngine('backtests with and without a workspace in the path', (engine) => {
  const tlab = useServer(() => ({ engine, marketPath: samplePath() }));

  test('are the same ones in the local workspace', async () => {
    const reply = await tlab.api.post(legacy, cross, { expect: 201 });
    const id = reply.json.id;
    assert.equal(reply.json.workspace_id, 'local-workspace');
    for (const base of [local, legacy]) {
      const read = await tlab.api.get(`${base}/${id}`, { expect: 200 });
      assert.equal(read.text, reply.text);
      await tlab.api.get(`${base}/${id}`, {
        headers: { 'if-none-match': String(read.headers.etag) },
        expect: 304,
      });
    }
    await tlab.api.get(String(reply.headers.location), { expect: 200 });
    assert.equal((await tlab.api.get(legacy)).text, (await tlab.api.get(local)).text);
    for (const part of ['equity', 'trades']) {
      assert.equal(
        (await tlab.api.get(`${legacy}/${id}/${part}`, { expect: 200 })).text,
        (await tlab.api.get(`${local}/${id}/${part}`, { expect: 200 })).text,
      );
      const headers = { accept: 'text/csv' };
      assert.equal(
        (await tlab.api.get(`${legacy}/${id}/${part}`, { headers, expect: 200 })).text,
        (await tlab.api.get(`${local}/${id}/${part}`, { headers, expect: 200 })).text,
      );
    }
  });

  test('are kept apart from those of other workspaces', async () => {
    const { json: team } = await tlab.api.post('/api/v1/workspaces', { name: 'Team' }, { expect: 201 });
    const theirs = `/api/v1/workspaces/${team.id}/backtests`;
    const mine = (await run(tlab.api, hold)).id;
    const foreign = (await run(tlab.api, hold, theirs)).id;
    for (const [base, id] of [
      [local, foreign],
      [legacy, foreign],
      [theirs, mine],
    ]) {
      for (const part of ['', '/equity', '/trades'])
        assertProblem(await tlab.api.get(`${base}/${id}${part}`), 404, 'not_found');
      assertProblem(await tlab.api.delete(`${base}/${id}`), 404, 'not_found');
      assert.ok(!(await tlab.api.get(base as string)).json.backtests.some((b: Json) => b.id === id));
    }
    await tlab.api.get(`${theirs}/${foreign}`, { expect: 200 });
    await tlab.api.get(`${local}/${mine}`, { expect: 200 });
  });

  test("what is absent answers as what is another's", async () => {
    const { json: team } = await tlab.api.post('/api/v1/workspaces', { name: 'Other' }, { expect: 201 });
    const foreign = (await run(tlab.api, hold, `/api/v1/workspaces/${team.id}/backtests`)).id;
    const strip = ({
      json: { instance: _, ...rest },
      headers: { 'x-request-id': _id, date: _d, ...headers },
    }: Reply) => ({ rest, headers });
    const absent = await tlab.api.get(`${local}/0198f5a2-6c1e-7d3a-9b57-2f4e8a1c6d90`);
    const others = await tlab.api.get(`${local}/${foreign}`);
    assert.deepEqual(strip(others), strip(absent));
  });

  test('are deleted once, with everything that belongs to them', async () => {
    for (const base of [local, legacy]) {
      const { id } = await run(tlab.api, cross, base);
      await tlab.api.delete(`${base}/${id}`, { expect: 204 });
      for (const part of ['', '/equity', '/trades'])
        assertProblem(await tlab.api.get(`${base}/${id}${part}`), 404, 'not_found');
      assertProblem(await tlab.api.delete(`${base}/${id}`), 404, 'not_found');
    }
  });
});

onEachEngine('what people write on a backtest', (engine) => {
  const tlab = useServer(() => ({ engine, marketPath: samplePath() }));
  const change = (id: string, body: Json, headers: Record<string, string> = {}): Promise<Reply> =>
    tlab.api.patch(`${local}/${id}`, body, { headers });

  test('changes member by member, and null takes it away', async () => {
    const made = await run(tlab.api, { ...hold, name: 'first', tags: ['a'], notes: 'n' });
    assert.equal(made.starred, false);
    const { id } = made;
    const starred = (await change(id, { starred: true })).json;
    assert.deepEqual(starred, { ...made, starred: true });
    const renamed = (await change(id, { name: '研究 "2"', tags: ['b', 'β'] })).json;
    assert.deepEqual(renamed, { ...starred, name: '研究 "2"', tags: ['b', 'β'] });
    const bare = (await change(id, { name: null, tags: null, notes: null, starred: null })).json;
    assert.deepEqual(bare, { ...made, name: null, tags: [], notes: null });
    assert.deepEqual((await tlab.api.get(`${local}/${id}`, { expect: 200 })).json, bare);
    assert.deepEqual((await change(id, {})).json, bare);
    const { backtests } = (await tlab.api.get(local, { query: { limit: 1000 }, expect: 200 })).json;
    assert.equal(backtests.find((b: Json) => b.id === id).name, null);
  });

  test('has a name without the blanks around it, of its own and changed', async () => {
    const { id, name } = await run(tlab.api, { ...hold, name: ' first run\t' });
    assert.equal(name, 'first run');
    assert.equal((await change(id, { name: '\n second ' })).json.name, 'second');
    for (const wrong of ['   ', 'one\ntwo', 'a\u0007b'])
      assertProblem(await change(id, { name: wrong }), 422, 'invalid_input', ['/name']);
    assert.equal((await change(id, { notes: 'n' })).json.name, 'second');
  });

  test('is changed for the one who read the newest, where they say what they read', async () => {
    const { id } = await run(tlab.api, hold);
    const tag = String((await tlab.api.get(`${local}/${id}`, { expect: 200 })).headers.etag);
    const first = await change(id, { name: 'mine' }, { 'if-match': tag });
    assert.equal(first.status, 200);
    assert.notEqual(first.headers.etag, tag);
    assertProblem(await change(id, { name: 'theirs' }, { 'if-match': tag }), 412, 'precondition_failed');
    assert.equal((await change(id, { notes: 'any' }, { 'if-match': '*' })).json.name, 'mine');
    const again = await tlab.api.get(`${local}/${id}`, { headers: { 'if-none-match': tag } });
    assert.equal(again.status, 200, 'the old tag is of another version');
  });

  test('is refused with all that is wrong', async () => {
    const { id } = await run(tlab.api, { ...hold, name: 'kept' });
    const reply = await change(id, { name: 'x'.repeat(121), tags: ['a', 'a', ''], starred: 1, symbol: 'BTCUSDT' });
    assertProblem(reply, 422, 'invalid_input');
    assert.deepEqual(
      reply.json.errors.map((e: Json) => e.pointer).sort(),
      ['/starred', '/symbol'],
    );
    const labels = await change(id, { name: 'x'.repeat(121), tags: ['a', 'a', ''] });
    assert.deepEqual(
      labels.json.errors.map((e: Json) => e.pointer).sort(),
      ['/name', '/tags/1', '/tags/2'],
    );
    assert.equal((await tlab.api.get(`${local}/${id}`, { expect: 200 })).json.name, 'kept');
    assertProblem(await change('0198f5a2-6c1e-7d3a-8b57-000000000000', {}), 404, 'not_found');
  });
});

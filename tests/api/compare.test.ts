// Backtests side by side, and their figures as tables.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { assertClose } from '../harness/compare.ts';
import { type Api, assertProblem } from '../harness/http.ts';
import type { Json } from '../harness/openapi.ts';
import { csvRows } from '../harness/pages.ts';
import { cross, enqueue, hold, local, respondAsync, run } from '../harness/runs.ts';
import { samplePath } from '../harness/sample.ts';
import { onEachEngine, useServer } from '../harness/server.ts';

const csv = { accept: 'text/csv' };
const compare = async (api: Api, ids: string[], query: Json = {}): Promise<Json> =>
  (await api.get(`${local}/compare`, { query: { ids: ids.join(','), ...query }, expect: 200 })).json;
const points = async (api: Api, id: string): Promise<Json[]> =>
  (await api.get(`${local}/${id}/equity`, { query: { limit: 50_000 }, expect: 200 })).json.points;

/** Lines of cells, some of which are in quotes (RFC 4180). */
const quotedRows = (text: string): string[][] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) =>
      [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
        (cell) => cell[1]?.replaceAll('""', '"') ?? (cell[2] as string),
      ),
    );

/** Pearson's correlation by the textbook: two passes. */
function pearson(a: number[], b: number[]): number {
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [ma, mb] = [mean(a), mean(b)];
  const product = (x: number[], mx: number, y: number[], my: number) =>
    x.reduce((sum, value, i) => sum + (value - mx) * ((y[i] as number) - my), 0);
  return product(a, ma, b, mb) / Math.sqrt(product(a, ma, a, ma) * product(b, mb, b, mb));
}
const returns = (values: number[]): number[] =>
  values.slice(1).map((value, i) => value / (values[i] as number) - 1);

onEachEngine('comparing backtests', (engine) => {
  const tlab = useServer(() => ({ engine, marketPath: samplePath() }));
  const made: Json[] = [];
  const ids = () => made.map((one) => one.id);

  before(async () => {
    const fast = { ...cross, params: { fast: 5, slow: 20 } };
    made.push(await run(tlab.api, { ...fast, from: 1640995200 }));
    made.push(await run(tlab.api, { ...cross, params: { fast: 10, slow: 20 }, fee_bps: 0, to: 1717200000 }));
    made.push(await run(tlab.api, { strategy_id: 'buy_and_hold', symbol: 'BTCUSDT' }));
  });

  test('shows each as lists do, and what was asked differently', async () => {
    const { backtests, request_differences } = await compare(tlab.api, ids());
    const list = (await tlab.api.get(local, { query: { limit: 100 }, expect: 200 })).json.backtests;
    assert.deepEqual(
      backtests,
      ids().map((id) => list.find((one: Json) => one.id === id)),
    );
    const differences = Object.fromEntries(
      request_differences.map((one: Json) => [one.member, one.values]),
    );
    assert.deepEqual(differences, {
      '/strategy_id': ['ma_cross', 'ma_cross', 'buy_and_hold'],
      '/from': [1640995200, null, null],
      '/to': [null, 1717200000, null],
      '/fee_bps': [10, 0, 10],
      '/params/fast': [5, 10, null],
      '/params/slow': [20, 20, null],
      '/params/kind': ['sma', 'sma', null],
    });
    const again = await compare(tlab.api, [made[0].id, (await run(tlab.api, made[0].request)).id]);
    assert.deepEqual(again.request_differences, []);
  });

  test('names the best of each metric by its sense', async () => {
    const { metrics } = await compare(tlab.api, ids());
    const names = Object.keys(made[0].metrics).filter((name) => name !== 'monthly_returns');
    assert.deepEqual(
      metrics.map((one: Json) => one.name),
      names,
    );
    for (const { name, better, values, best } of metrics) {
      assert.deepEqual(
        values,
        made.map((one) => one.metrics[name]),
      );
      const known = values.filter((value: number | null) => value !== null);
      const wanted = better === 'lower' ? Math.min(...known) : Math.max(...known);
      assert.equal(best, better === null || known.length === 0 ? null : values.indexOf(wanted), name);
    }
    const sense = (name: string) => metrics.find((one: Json) => one.name === name).better;
    assert.deepEqual(
      ['sharpe', 'max_drawdown', 'volatility', 'max_drawdown_bars', 'fees_paid', 'trades', 'beta'].map(sense),
      ['higher', 'higher', 'lower', 'lower', 'lower', null, null],
    );
  });

  test('lays the curves over the bars that all have, each from 1', async () => {
    const curves = await Promise.all(ids().map((id) => points(tlab.api, id)));
    const [first = [], second = [], third = []] = curves;
    const common = first.filter(
      (p) => second.some((q) => q.time === p.time) && third.some((q) => q.time === p.time),
    );
    const all = await compare(tlab.api, ids(), { points: 5000 });
    assert.equal(all.common_bars, common.length);
    assert.deepEqual(
      all.points.time,
      common.map((p) => p.time),
    );
    const columns = curves.map((curve) =>
      common.map((p) => curve.find((q) => q.time === p.time)?.equity as number),
    );
    columns.forEach((column, k) => {
      assert.equal(all.points.equity[k][0], 1);
      assert.deepEqual(
        all.points.equity[k],
        column.map((value) => value / (column[0] as number)),
      );
    });
    columns.forEach((a, i) => {
      columns.forEach((b, j) => {
        assertClose(all.correlation[i][j], pearson(returns(a), returns(b)), `${i} ${j}`);
      });
    });
  });

  test('thins the curves to as many points as are asked for, ends included', async () => {
    const all = await compare(tlab.api, ids(), { points: 5000 });
    assert.equal((await compare(tlab.api, ids())).points.time.length, 500);
    for (const count of [1, 2, 7, 499]) {
      const some = (await compare(tlab.api, ids(), { points: count })).points;
      const last = all.common_bars - 1;
      const at = Array.from({ length: count }, (_, j) =>
        count > 1 ? Math.floor((j * last) / (count - 1)) : 0,
      );
      assert.deepEqual(
        some.time,
        at.map((i) => all.points.time[i]),
      );
      assert.deepEqual(
        some.equity,
        all.points.equity.map((column: number[]) => at.map((i) => column[i])),
      );
    }
  });

  test('bars of different intervals go together where they close', async () => {
    const hours = await run(tlab.api, { ...cross, interval: '1h', params: { fast: 5, slow: 20 } });
    const days = await run(tlab.api, { ...cross, interval: '1d', from: 1704067200 });
    const both = await compare(tlab.api, [days.id, hours.id], { points: 5000 });
    const [d, h] = [await points(tlab.api, days.id), await points(tlab.api, hours.id)];
    const closing = new Map(h.map((p) => [p.time + 3600, p.equity]));
    const common = d.filter((p) => closing.has(p.time + 86_400));
    assert.ok(common.length > 50);
    assert.deepEqual(
      both.points.time,
      common.map((p) => p.time),
    );
    const begin = closing.get((common[0] as Json).time + 86_400);
    assert.deepEqual(
      both.points.equity[1],
      common.map((p) => closing.get(p.time + 86_400) / begin),
    );
  });

  test('those without a common bar, or without movement, have no correlation', async () => {
    const early = await run(tlab.api, { ...hold, symbol: 'BTCUSDT', to: 1640995200 });
    const apart = await compare(tlab.api, [early.id, made[0].id]);
    assert.deepEqual(
      [apart.common_bars, apart.points, apart.correlation],
      [
        0,
        { time: [], equity: [[], []] },
        [
          [null, null],
          [null, null],
        ],
      ],
    );
    const flat = await run(tlab.api, { ...hold, symbol: 'FLATUSDT', fee_bps: 0 });
    const still = await compare(tlab.api, [flat.id, made[2].id]);
    assert.deepEqual(still.correlation, [
      [null, null],
      [null, 1],
    ]);
  });

  test('as CSV is the table of metrics', async () => {
    const reply = await tlab.api.get(`${local}/compare`, {
      query: { ids: ids().join(',') },
      headers: csv,
      expect: 200,
    });
    const [head, ...lines] = csvRows(reply.text);
    assert.deepEqual(head, ['metric', 'best', ...ids()]);
    const { metrics } = await compare(tlab.api, ids());
    assert.deepEqual(
      lines,
      metrics.map((one: Json) => [
        one.name,
        one.best === null ? '' : ids()[one.best],
        ...one.values.map((value: number | null) => (value === null ? '' : `${value}`)),
      ]),
    );
  });

  test('refuses too few, too many, doubles and what it cannot compare', async () => {
    const get = (query: Json) => tlab.api.get(`${local}/compare`, { query });
    const [a, b] = ids();
    const eleven = Array.from({ length: 11 }, (_, i) => `x${i}`).join(',');
    for (const text of [a, `${a},`, `,${a}`, `${a},,${b}`, `${a},${a}`, eleven, ''])
      assertProblem(await get({ ids: text }), 422, 'invalid_input', ['?ids']);
    assertProblem(await get({}), 422, 'invalid_input', ['?ids']);
    for (const count of [0, 5001, 'x'])
      assertProblem(await get({ ids: `${a},${b}`, points: count }), 422, 'invalid_input', ['?points']);
    const absent = '0198f5a2-6c1e-7d3a-9b57-2f4e8a1c6d90';
    const missing = await get({ ids: `${a},${absent}` });
    assertProblem(missing, 404, 'not_found');
    assert.match(missing.json.detail, new RegExp(absent));
    const sweep = await tlab.api.post(
      `${local}/sweeps`,
      { ...cross, params: { fast: [5, 10] } },
      { expect: 201 },
    );
    assertProblem(await get({ ids: `${a},${sweep.json.id}` }), 404, 'not_found');
    const other = (await tlab.api.post('/api/v1/workspaces', { name: 'Other' }, { expect: 201 })).json.id;
    const foreign = await tlab.api.get(`/api/v1/workspaces/${other}/backtests/compare`, {
      query: { ids: `${a},${b}` },
    });
    assertProblem(foreign, 404, 'not_found');
  });

  test('takes ten, and a backtest of a category among them', async () => {
    const category = await run(
      tlab.api,
      { category: 'AI', long_count: 1, short_count: 1, lookback: 10 },
      `${local}/category-relative-momentum`,
    );
    const more = [category];
    for (let i = 0; i < 6; i++) more.push(await run(tlab.api, cross));
    const ten = await compare(tlab.api, [...ids(), ...more.map((one) => one.id)]);
    assert.equal(ten.points.equity.length, 10);
    assert.ok(ten.request_differences.some((one: Json) => one.member === '/category'));
  });
});

onEachEngine('the figures of a backtest', (engine) => {
  const tlab = useServer(() => ({ engine, marketPath: samplePath(), env: { JOB_WORKERS: '0' } }));

  test('are a table, in JSON and CSV', async () => {
    const made = await run(tlab.api, hold);
    const path = `${local}/${made.id}/metrics`;
    const { json, headers } = await tlab.api.get(path, { expect: 200 });
    const { monthly_returns: months, ...metrics } = made.metrics;
    assert.deepEqual(Object.fromEntries(json.metrics.map((one: Json) => [one.name, one.value])), metrics);
    assert.ok(json.metrics.every((one: Json) => one.unit.length > 0 && one.meaning.length > 5));
    await tlab.api.get(path, { headers: { 'if-none-match': String(headers.etag) }, expect: 304 });
    const [head, ...lines] = csvRows((await tlab.api.get(path, { headers: csv, expect: 200 })).text);
    assert.deepEqual(head, ['name', 'value', 'unit']);
    assert.deepEqual(
      lines,
      json.metrics.map((one: Json) => [one.name, one.value === null ? '' : `${one.value}`, one.unit]),
    );
    const monthly = await tlab.api.get(`${local}/${made.id}/monthly`, { expect: 200 });
    assert.deepEqual(monthly.json, { monthly_returns: months, next_cursor: null });
    assert.ok(months.length > 5);
    const match = { 'if-none-match': String(monthly.headers.etag) };
    await tlab.api.get(`${local}/${made.id}/monthly`, { headers: match, expect: 304 });
    const text = (await tlab.api.get(`${local}/${made.id}/monthly`, { headers: csv, expect: 200 })).text;
    assert.deepEqual(csvRows(text), [
      ['year', 'month', 'return'],
      ...months.map((one: Json) => [`${one.year}`, `${one.month}`, `${one.return}`]),
    ]);
  });

  test('are not there before there is a result, nor for what is not there', async () => {
    const queued = await enqueue(tlab.api, cross);
    const absent = '0198f5a2-6c1e-7d3a-9b57-2f4e8a1c6d90';
    for (const part of ['metrics', 'monthly']) {
      assertProblem(await tlab.api.get(`${local}/${queued.id}/${part}`), 409, 'no_result');
      assertProblem(await tlab.api.get(`${local}/${absent}/${part}`), 404, 'not_found');
    }
    const made = await run(tlab.api, hold);
    const reply = await tlab.api.get(`${local}/compare`, { query: { ids: `${made.id},${queued.id}` } });
    assertProblem(reply, 409, 'no_result');
    assert.match(reply.json.detail, new RegExp(queued.id));
  });
});

onEachEngine('the list of backtests as CSV', (engine) => {
  const tlab = useServer(() => ({ engine, marketPath: samplePath(), env: { JOB_WORKERS: '0' } }));

  test('has a line each with request and metrics, page by page', async () => {
    await run(tlab.api, { ...hold, name: '=1+1, "x"', tags: ['a', 'b'], notes: '=HYPERLINK("x"), and more' });
    const stops = { stop_loss_pct: 5, take_profit_pct: 20.5, trailing_stop_pct: 7 };
    const rules = { ...stops, position_fraction: 0.5, allow_short: true, execution: 'close', max_gap_factor: 4 };
    await run(tlab.api, { ...cross, from: 1640995200, params: { fast: 5, slow: 20 }, ...rules });
    await tlab.api.post(local, cross, { headers: respondAsync, expect: 202 });
    const { backtests } = (await tlab.api.get(local, { expect: 200 })).json;
    const lines: string[][] = [];
    let head: string[] = [];
    let cursor: string | undefined;
    do {
      const reply = await tlab.api.get(local, { query: { limit: 2, cursor }, headers: csv, expect: 200 });
      const [first = [], ...rows] = quotedRows(reply.text);
      head = first;
      lines.push(...rows);
      cursor = reply.headers['x-next-cursor'] as string | undefined;
    } while (cursor);
    assert.equal(lines.length, 3);
    assert.ok(lines.every((line) => line.length === head.length));
    const cell = (row: number, name: string) => (lines[row] as string[])[head.indexOf(name)];
    for (const [i, one] of backtests.entries()) {
      for (const name of ['id', 'kind', 'status']) assert.equal(cell(i, name), one[name]);
      for (const name of ['strategy_id', 'symbol', 'interval', 'fee_bps', 'from', ...Object.keys(rules), 'category_set_id'])
        assert.equal(cell(i, name), `${one.request[name] ?? ''}`);
      assert.deepEqual(JSON.parse(cell(i, 'params') as string), one.request.params);
      assert.deepEqual(JSON.parse(cell(i, 'tags') as string), one.tags);
      for (const name of Object.keys(backtests[1].metrics))
        assert.equal(cell(i, name), `${one.metrics?.[name] ?? ''}`, name);
      assert.equal(cell(i, 'final_equity'), `${one.final_equity ?? ''}`);
    }
    assert.ok(!cell(2, 'name')?.startsWith('='), 'no spreadsheet takes it for a formula');
    assert.deepEqual([0, 1, 2].map((row) => cell(row, 'notes')), ['', '', `'=HYPERLINK("x"), and more`]);
    assert.deepEqual(head.slice(0, 3), ['id', 'kind', 'status']);
    assert.equal(head.at(-1), 'notes', 'what was added stands behind');
  });

  test('of sweeps has the best combination and how many there were', async () => {
    const sweep = { ...cross, params: { fast: [5, 10], slow: 20 }, stop_loss_pct: [5, 10], notes: '@n' };
    await tlab.api.post(`${local}/sweeps`, sweep, { expect: 201 });
    await tlab.api.post(`${local}/sweeps`, sweep, { headers: respondAsync, expect: 202 });
    const [queued, done] = (await tlab.api.get(`${local}/sweeps`, { expect: 200 })).json.sweeps;
    const [head = [], ...rows] = quotedRows(
      (await tlab.api.get(`${local}/sweeps`, { headers: csv, expect: 200 })).text,
    );
    assert.equal(rows.length, 2);
    assert.ok(rows.every((row) => row.length === head.length));
    const cell = (row: number, name: string) => rows[row]?.[head.indexOf(name)] as string;
    assert.deepEqual([cell(0, 'id'), cell(0, 'best'), cell(0, 'combinations')], [queued.id, '', '']);
    assert.equal(cell(1, 'id'), done.id);
    assert.equal(cell(1, 'combinations'), '4');
    for (const row of [0, 1]) {
      assert.deepEqual(JSON.parse(cell(row, 'stop_loss_pct')), [5, 10]);
      const rest = ['execution', 'notes', 'metric', 'goal'].map((name) => cell(row, name));
      assert.deepEqual(rest, ['next_open', "'@n", 'sharpe', 'highest']);
    }
    assert.equal(cell(1, 'valid_combinations'), `${done.valid_combinations}`);
    assert.deepEqual(JSON.parse(cell(1, 'best')), done.best);
    assert.deepEqual(JSON.parse(cell(1, 'deflated_sharpe')), done.deflated_sharpe);
    assert.equal(cell(1, 'sharpe'), `${done.metrics.sharpe}`);
  });
});

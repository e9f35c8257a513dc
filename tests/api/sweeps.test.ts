// Sweeps: every combination is what a backtest of its own is; the table, the heat map, the best, and what is refused.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ended } from '../harness/events.ts';
import { assertProblem } from '../harness/http.ts';
import type { Json } from '../harness/openapi.ts';
import { allPages, csvNumber, csvRows } from '../harness/pages.ts';
import { makeMarket } from '../harness/revise.ts';
import { cross, enqueue, local, respondAsync, run } from '../harness/runs.ts';
import { sample, samplePath } from '../harness/sample.ts';
import { onEachEngine, useServer, withServer } from '../harness/server.ts';

const sweeps = `${local}/sweeps`;
const grid = { ...cross, params: { fast: [5, 10, 20], slow: { from: 15, to: 35, step: 10 } }, fee_bps: [0, 10] };

onEachEngine('a sweep', (engine) => {
  const tlab = useServer(() => ({ engine, marketPath: samplePath() }));
  const get = async (path: string, query = {}): Promise<Json> =>
    (await tlab.api.get(path, { query, expect: 200 })).json;
  let kept: Json | undefined;
  const made = async (): Promise<Json> => {
    kept ??= await run(tlab.api, grid, sweeps);
    return kept as Json;
  };

  test('runs every combination that goes together, and shows the best', async () => {
    const sweep = await made();
    assert.equal(sweep.status, 'completed');
    assert.equal(sweep.kind, 'sweep');
    assert.deepEqual(sweep.request.params, { fast: [5, 10, 20], slow: [15, 25, 35], kind: 'sma' });
    assert.deepEqual(sweep.request.fee_bps, [0, 10]);
    assert.equal(sweep.combinations, 18);
    assert.equal(sweep.valid_combinations, 16, 'fast 20 does not go with slow 15');
    const { combinations } = await get(`${sweeps}/${sweep.id}/combinations`);
    assert.equal(combinations.length, 16);
    const best = combinations.reduce((a: Json, b: Json) => (b.metrics.sharpe > a.metrics.sharpe ? b : a));
    assert.deepEqual(sweep.best, best.params);
    const { monthly_returns: _, ...metrics } = sweep.metrics;
    assert.deepEqual(metrics, best.metrics);
    assert.equal(sweep.lookahead_check, 'passed');
    assert.deepEqual(await get(`${sweeps}/${sweep.id}`), sweep);
  });

  test('has in its table what backtests with those numbers come to', async () => {
    const { id } = await made();
    for (const range of [{}, { from: 1640995200, to: 1672531200 }]) {
      const sweep = Object.keys(range).length > 0 ? await run(tlab.api, { ...grid, ...range }, sweeps) : { id };
      const { combinations } = await get(`${sweeps}/${sweep.id}/combinations`);
      for (const { params, final_equity, metrics } of combinations) {
        const { fee_bps, ...rest } = params;
        const alone = await run(tlab.api, { ...cross, ...range, params: rest, fee_bps });
        const { monthly_returns: _, ...figures } = alone.metrics;
        assert.deepEqual([final_equity, metrics], [alone.final_equity, figures], JSON.stringify(params));
      }
    }
  });

  test('is chosen by another figure, and the lowest where that is wanted', async () => {
    const sweep = await run(tlab.api, { ...grid, metric: 'fees_paid', goal: 'lowest' }, sweeps);
    assert.equal(sweep.best.fee_bps, 0);
    assert.equal(sweep.metrics.fees_paid, 0);
  });

  test('is the lowest of a figure that is better so, in a heat map too', async () => {
    const calm = await run(tlab.api, { ...grid, metric: 'volatility' }, sweeps);
    assert.equal(calm.request.goal, 'lowest');
    const { combinations } = await get(`${sweeps}/${calm.id}/combinations`);
    const of = (name: string): number[] => combinations.map((row: Json) => row.metrics[name]);
    assert.equal(calm.metrics.volatility, Math.min(...of('volatility')));
    const { id } = await made();
    for (const [metric, best] of [['fees_paid', Math.min], ['total_return', Math.max]] as const) {
      const { cells } = await get(`${sweeps}/${id}/heatmap`, { x: 'fast', y: 'slow', metric });
      const rows = combinations.filter(({ params }: Json) => params.fast === calm.request.params.fast[0]);
      const column = cells.map((row: number[]) => row[0]).filter((cell: number | null) => cell !== null);
      assert.equal(best(...column), best(...rows.map((row: Json) => row.metrics[metric])), metric);
    }
  });

  test('sorts its table, page by page and as CSV', async () => {
    const path = `${sweeps}/${(await made()).id}/combinations`;
    const { combinations } = await get(path, { sort: '-total_return' });
    const returns = combinations.map((row: Json) => row.metrics.total_return);
    assert.deepEqual(returns, [...returns].sort((a, b) => b - a));
    const pages = await allPages(tlab.api, path, { sort: '-total_return', limit: 5 });
    assert.deepEqual(
      pages.flatMap((page) => page.combinations),
      combinations,
    );
    const headers = { accept: 'text/csv' };
    const reply = await tlab.api.get(path, { query: { sort: '-total_return' }, headers, expect: 200 });
    const [head, ...rows] = csvRows(reply.text);
    assert.deepEqual(head?.slice(0, 4), ['fast', 'slow', 'fee_bps', 'total_return']);
    assert.deepEqual(
      rows.map((row) => row.slice(0, 4).map(csvNumber)),
      combinations.map((row: Json) => [
        row.params.fast,
        row.params.slow,
        row.params.fee_bps,
        row.metrics.total_return,
      ]),
    );
    const fast = (await get(path, { sort: 'fast' })).combinations.map((row: Json) => row.params.fast);
    assert.deepEqual(fast, [...fast].sort((a, b) => a - b));
    assertProblem(await tlab.api.get(path, { query: { sort: 'luck' } }), 422, 'invalid_input');
  });

  test('is whole as CSV, more combinations than a page has', async () => {
    const many = await run(
      tlab.api,
      { ...cross, params: { fast: { from: 2, to: 14, step: 1 }, slow: { from: 20, to: 29, step: 1 } } },
      sweeps,
    );
    const path = `${sweeps}/${many.id}/combinations`;
    assert.equal((await get(path)).combinations.length, 100);
    const reply = await tlab.api.get(path, { query: { format: 'csv' }, expect: 200 });
    assert.equal(csvRows(reply.text).length, 1 + 130);
    assert.equal(reply.headers['x-next-cursor'], undefined);
  });

  test('has its heat map as CSV, a line a cell', async () => {
    const path = `${sweeps}/${(await made()).id}/heatmap`;
    const map = await get(path, { metric: 'total_return' });
    const reply = await tlab.api.get(path, { query: { metric: 'total_return', format: 'csv' }, expect: 200 });
    const [head, ...lines] = csvRows(reply.text);
    assert.deepEqual(head, ['fast', 'slow', 'total_return']);
    const cells = map.y.values.flatMap((slow: number, i: number) =>
      map.x.values.map((fast: number, k: number) => [fast, slow, map.cells[i][k]]),
    );
    assert.deepEqual(
      lines.map((line) => line.map(csvNumber)),
      cells,
    );
  });

  test('has a heat map over two of its numbers, the best over the others', async () => {
    const path = `${sweeps}/${(await made()).id}`;
    const { combinations } = await get(`${path}/combinations`);
    const map = await get(`${path}/heatmap`, { metric: 'total_return' });
    assert.deepEqual(map.x, { name: 'fast', values: [5, 10, 20] });
    assert.deepEqual(map.y, { name: 'slow', values: [15, 25, 35] });
    for (const [i, slow] of map.y.values.entries())
      for (const [k, fast] of map.x.values.entries()) {
        const values = combinations
          .filter((row: Json) => row.params.fast === fast && row.params.slow === slow)
          .map((row: Json) => row.metrics.total_return);
        assert.equal(map.cells[i][k], values.length > 0 ? Math.max(...values) : null);
      }
    const turned = await get(`${path}/heatmap`, { x: 'fee_bps', y: 'fast' });
    assert.equal(turned.metric, 'sharpe');
    assert.deepEqual([turned.x.name, turned.y.name, turned.cells.length], ['fee_bps', 'fast', 3]);
    for (const query of [{ x: 'kind' }, { x: 'fast', y: 'fast' }, { metric: 'fast' }])
      assertProblem(await tlab.api.get(`${path}/heatmap`, { query }), 422, 'invalid_input');
    const told = async (part: string, query: Json): Promise<string> =>
      (await tlab.api.get(`${path}/${part}`, { query })).json.errors[0].detail;
    assert.equal(await told('heatmap', { x: 'foo' }), 'must be one of fast slow fee_bps, not "foo"');
    const figures = Object.keys(combinations[0].metrics).join(' ');
    assert.equal(await told('heatmap', { metric: 'foo' }), `must be one of ${figures} final_equity, not "foo"`);
    assert.equal(
      await told('combinations', { sort: '-nope' }),
      `must be one of fast slow fee_bps ${figures} final_equity, or with a minus, not "-nope"`,
    );
    const single = await run(tlab.api, { ...cross, params: { fast: [5, 6] } }, sweeps);
    assertProblem(await tlab.api.get(`${sweeps}/${single.id}/heatmap`), 409, 'one_axis');
  });

  test('says how much of the best is luck', async () => {
    const one = await run(tlab.api, { ...cross, params: { fast: [5] } }, sweeps);
    assert.deepEqual([one.deflated_sharpe.trials, one.deflated_sharpe.expected_maximum_sharpe], [1, 0]);
    const many = (await made()).deflated_sharpe;
    assert.equal(many.trials, 16);
    assert.ok(many.expected_maximum_sharpe > 0);
    assert.ok(many.probability >= 0 && many.probability <= 1);
  });

  test('says so where no combination has the figure', async () => {
    const flat = await run(tlab.api, { ...grid, symbol: 'FLATUSDT' }, sweeps);
    assert.equal(flat.metrics.sharpe, null);
    assert.deepEqual(flat.best, { fast: 5, slow: 15, fee_bps: 0 });
    assert.match(flat.warnings[0], /^sharpe is undefined for every combination/);
    const left = ['left out: 2 of 18 combinations, whose parameters do not go together'];
    assert.deepEqual(flat.warnings.slice(1), left);
    assert.deepEqual((await made()).warnings, left);
  });

  test('is no backtest, and backtests are no sweeps', async () => {
    const sweep = await made();
    const alone = await run(tlab.api, cross);
    for (const part of ['', '/equity', '/trades', '/rebalances', '/metrics', '/monthly'])
      assertProblem(await tlab.api.get(`${local}/${sweep.id}${part}`), 404, 'not_found');
    assertProblem(await tlab.api.post(`${local}/${sweep.id}/verify`, undefined), 404, 'not_found');
    assertProblem(await tlab.api.get(`${sweeps}/${alone.id}`), 404, 'not_found');
    assertProblem(await tlab.api.get(`${sweeps}/${alone.id}/combinations`), 404, 'not_found');
    const ids = async (path: string, list: string): Promise<string[]> =>
      (await get(path, { limit: 1000 }))[list].map((row: Json) => row.id);
    assert.ok(!(await ids(local, 'backtests')).includes(sweep.id));
    assert.ok((await ids(local, 'backtests')).includes(alone.id));
    assert.ok((await ids(sweeps, 'sweeps')).includes(sweep.id));
    assert.ok(!(await ids(sweeps, 'sweeps')).includes(alone.id));
  });

  test('is found by its symbol, however that is written', async () => {
    await made();
    const all = (await get(sweeps, { limit: 1000 })).sweeps;
    const found = (await get(sweeps, { symbol: 'btcusdt', limit: 1000 })).sweeps;
    assert.ok(found.length > 0);
    assert.deepEqual(found, all.filter((row: Json) => row.request.symbol === 'BTCUSDT'));
  });

  test('is named, starred, run again and deleted', async () => {
    const { id } = await run(tlab.api, { ...grid, name: 'first', tags: ['a'] }, sweeps);
    const named = (await tlab.api.patch(`${sweeps}/${id}`, { name: 'second', starred: true }, { expect: 200 })).json;
    assert.deepEqual([named.name, named.starred, named.tags], ['second', true, ['a']]);
    const again = (await tlab.api.post(`${sweeps}/${id}/rerun`, undefined, { expect: 201 })).json;
    assert.deepEqual(
      [again.name, again.request, again.metrics, again.deflated_sharpe],
      ['second', named.request, named.metrics, named.deflated_sharpe],
    );
    await tlab.api.delete(`${sweeps}/${id}`, { expect: 204 });
    assertProblem(await tlab.api.get(`${sweeps}/${id}`), 404, 'not_found');
  });

  test('is refused with the counts when there are too few candles for any, and nothing is stored', async () => {
    const before = await get(sweeps, { limit: 1000 });
    for (const headers of [{}, respondAsync]) {
      const reply = await tlab.api.post(sweeps, { ...cross, params: { fast: 5, slow: [9998, 9999] } }, { headers });
      assertProblem(reply, 422, 'not_enough_candles');
      assert.match(reply.json.detail, /none of the 2 combinations .* needs 10000 candles .*, there are 1500$/);
      const mixed = { ...cross, params: { fast: [5, 9999], slow: [9998, 9990] } };
      const both = await tlab.api.post(sweeps, mixed, { headers });
      assertProblem(both, 422, 'not_enough_candles');
      assert.match(both.json.detail, /of the 4 .* needs 9992 .* are 1500; the parameters of 2 do not go together$/);
    }
    const early = { ...cross, params: { fast: 5, slow: [90, 60] }, to: 1614556800 };
    assert.match((await tlab.api.post(sweeps, early)).json.detail, / needs 62 candles .*, there are 59$/);
    assert.deepEqual(await get(sweeps, { limit: 1000 }), before);
  });

  test('says how many it left out, and why', async () => {
    const mixed = await run(tlab.api, { ...cross, params: { fast: [5, 60], slow: [50, 9998, 9999] } }, sweeps);
    assert.deepEqual([mixed.combinations, mixed.valid_combinations], [6, 1]);
    assert.deepEqual(mixed.warnings, [
      'left out: 1 of 6 combinations, whose parameters do not go together',
      'left out: 4 of 6 combinations, which need 10000 candles or more where there are 1500',
    ]);
    const long = await run(tlab.api, { ...cross, params: { fast: 5, slow: [50, 9999] } }, sweeps);
    assert.deepEqual(long.warnings, [
      'left out: 1 of 2 combinations, which need 10001 candles or more where there are 1500',
    ]);
    assert.deepEqual((await run(tlab.api, { ...cross, params: { fast: [5, 6] } }, sweeps)).warnings, []);
  });

  for (const [what, body, pointers] of [
    ['without anything that varies', cross, ['/params']],
    ['with values out of range', { ...cross, params: { fast: [0, 5, 2.5] } }, ['/params/fast/0']],
    ['with later values out of range', { ...cross, params: { fast: [5, 0, 2.5] } }, ['/params/fast/1', '/params/fast/2']],
    ['with what is no number', { ...cross, params: { fast: [5, 'x'], slow: [] } }, ['/params/fast/1', '/params/slow']],
    ['with a choice that varies', { ...cross, params: { fast: [5, 6], kind: [1] } }, ['/params/kind/0']],
    ['with a range that runs nowhere', { ...cross, params: { fast: { from: 9, to: 5, step: 1 } } }, ['/params/fast']],
    ['with a step of nothing', { ...cross, params: { fast: { from: 1, to: 5, step: 0 } } }, ['/params/fast/step']],
    ['with half a range', { ...cross, params: { fast: { from: 1, too: 5 } } }, ['/params/fast/step', '/params/fast/to', '/params/fast/too']],
    ['with rules out of range', { ...cross, params: { fast: [5, 6] }, fee_bps: [1, -1] }, ['/fee_bps/1']],
    ['with stops out of range', { ...cross, params: { fast: [5, 6] }, stop_loss_pct: [5, 0, 100] }, ['/stop_loss_pct/1', '/stop_loss_pct/2']],
    ['with nothing that goes together', { ...cross, params: { fast: [30, 40], slow: 20 } }, ['/params/fast']],
    ['with a value given twice', { ...cross, params: { fast: [5, 6, 5] } }, ['/params/fast/2']],
    ['with an unknown figure', { ...cross, params: { fast: [5, 6] }, metric: 'luck' }, ['/metric']],
    ['with an unknown parameter', { ...cross, params: { fast: [5, 6], fsat: [1, 2] } }, ['/params/fsat']],
    ['with too many combinations', { ...cross, params: { fast: { from: 1, to: 101, step: 1 }, slow: { from: 102, to: 201, step: 1 } } }, ['/params']],
  ] as [string, Json, string[]][]) {
    test(`is refused ${what}`, async () => {
      const reply = await tlab.api.post(sweeps, body);
      assertProblem(reply, 422, 'invalid_input');
      assert.deepEqual(reply.json.errors.map((e: Json) => e.pointer).sort(), pointers);
    });
  }

  test('of an unknown strategy or symbol is told what there is', async () => {
    const params = { fast: [5, 6] };
    assertProblem(await tlab.api.post(sweeps, { ...cross, params, strategy_id: 'ma_crss' }), 404, 'unknown_strategy');
    assertProblem(await tlab.api.post(sweeps, { ...cross, params, symbol: 'BTCUSDX' }), 404, 'unknown_symbol');
    const empty = { ...cross, params, from: 4102444800 };
    assertProblem(await tlab.api.post(sweeps, empty), 422, 'not_enough_candles');
  });
});

onEachEngine('a sweep that is not there yet, or was read before', (engine) => {
  const env = { JOB_WORKERS: '0', JOBS_QUEUED_PER_WORKSPACE: '2' };
  const tlab = useServer(() => ({ engine, marketPath: samplePath(), env }));
  const later = { headers: respondAsync };

  test('is queued, cancelled once, and deleted when it has ended', async () => {
    const queued = await enqueue(tlab.api, grid, sweeps);
    assert.deepEqual([queued.kind, queued.status, queued.best], ['sweep', 'queued', null]);
    const path = `${sweeps}/${queued.id}`;
    assertProblem(await tlab.api.delete(path), 409, 'not_ended');
    const { json } = await tlab.api.post(`${path}/cancel`, undefined, { expect: 200 });
    assert.equal(json.status, 'cancelled');
    const again = (await tlab.api.post(`${path}/rerun`, undefined, { ...later, expect: 202 })).json;
    assert.equal(again.status, 'queued');
    await enqueue(tlab.api, grid, sweeps);
    assertProblem(await tlab.api.post(sweeps, grid, later), 429, 'too_many_jobs');
    assertProblem(await tlab.api.post(`${path}/rerun`, undefined, later), 429, 'too_many_jobs');
    await tlab.api.delete(path, { expect: 204 });
  });

  test('fails with the counts when its candles are fewer by then', async () => {
    const days = sample('btcDay');
    const marketPath = await makeMarket(days, days.candles.slice(0, 100));
    await withServer({ engine, marketPath: samplePath(), env }, async (server) => {
      const { id } = await enqueue(server.api, { ...cross, params: { fast: 5, slow: [200, 300] } }, sweeps);
      const again = await server.restart({ marketPath, env: {} });
      try {
        const sweep = await ended(again.api, id, { path: 'backtests/sweeps' });
        assert.equal(sweep.error.code, 'not_enough_candles');
        assert.match(sweep.error.detail, /none of the 2 combinations .* needs 202 candles .*, there are 100$/);
        assertProblem(await again.api.get(`${sweeps}/${id}/combinations`), 409, 'no_result');
      } finally {
        await again.stop();
      }
    });
  });

  test('is not sent again to who has it, nor changed by who has an old one', async () => {
    const { id } = await run(tlab.api, grid, sweeps);
    const path = `${sweeps}/${id}`;
    assertProblem(await tlab.api.post(`${path}/cancel`, undefined), 409, 'already_ended');
    for (const part of ['', '/combinations', '/heatmap']) {
      const { headers } = await tlab.api.get(`${path}${part}`, { expect: 200 });
      await tlab.api.get(`${path}${part}`, { headers: { 'if-none-match': String(headers.etag) }, expect: 304 });
    }
    const headers = { 'if-match': String((await tlab.api.get(path, { expect: 200 })).headers.etag) };
    await tlab.api.patch(path, { name: 'mine' }, { headers, expect: 200 });
    assertProblem(await tlab.api.patch(path, { name: 'theirs' }, { headers }), 412, 'precondition_failed');
  });
});

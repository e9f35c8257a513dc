// Verifying a backtest: run again and held against what was stored, with candles revised, results tampered with, and rows of
// older versions.
import assert from 'node:assert/strict';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { EventStream } from '../harness/events.ts';
import { type Api, assertProblem } from '../harness/http.ts';
import { longMarketPath, longRun } from '../harness/long.ts';
import type { Json } from '../harness/openapi.ts';
import { categoriesPathOf, makeTempDir } from '../harness/paths.ts';
import { importCandles, makeMarket, revised } from '../harness/revise.ts';
import { cross, enqueue, hold, local, respondAsync, run } from '../harness/runs.ts';
import { categoriesYaml, copySampleMarket, sample, samplePath } from '../harness/sample.ts';
import { onEachEngine, Server, useServer, withServer } from '../harness/server.ts';
import { changeState, queryState } from '../harness/state.ts';
import { tlab } from '../harness/tlab.ts';

const verify = async (api: Api, id: string): Promise<Json> =>
  (await api.post(`${local}/${id}/verify`, undefined, { expect: 200 })).json;

const nothing = { figures: [], equity: null, trades: null, parts: [] };
const day = 86_400;
const days = sample('btcDay');
const at = (bar: number) => days.candles[bar] as (typeof days.candles)[number];
const body = { ...cross, params: { fast: 5, slow: 20 }, from: at(200).time, to: at(1000).time };

/** Changes the state database while nobody has it, and goes on. */
async function tamper(server: Server, sql: string, use: (api: Api) => Promise<void>): Promise<void> {
  await server.stop();
  changeState(server.state, sql);
  const again = await server.startAgain();
  try {
    await use(again.api);
  } finally {
    await again.stop();
  }
}

onEachEngine('verifying a backtest', (engine) => {
  const server = useServer(() => ({ engine, marketPath: samplePath() }));

  test('that nothing happened to says identical', async () => {
    const requests = [
      body,
      hold,
      { ...cross, interval: '4h' },
      { ...cross, symbol: 'ETHUSDT/BTCUSDT', interval: '1h' },
      { strategy_id: 'buy_and_hold', symbol: 'CAT:Steady', interval: '1d' },
      { ...body, allow_short: true, stop_loss_pct: 2, execution: 'close' },
    ];
    for (const request of requests) {
      const made = await run(server.api, request);
      assert.equal(made.data.check_bars, 1);
      assert.deepEqual(await verify(server.api, made.id), {
        backtest_id: made.id,
        verdict: 'identical',
        engine_version: { stored: made.engine_version, now: made.engine_version },
        series: [
          {
            symbol: made.data.symbol,
            interval: made.data.interval,
            status: 'same',
            changed_from: null,
          },
        ],
        revised: [],
        differences: nothing,
        error: null,
      });
    }
  });

  test('stores nothing', async () => {
    const made = await run(server.api, body);
    const before = (await server.api.get('/api/v1/workspaces/local-workspace/jobs', { expect: 200 })).text;
    await verify(server.api, made.id);
    const after = (await server.api.get('/api/v1/workspaces/local-workspace/jobs', { expect: 200 })).text;
    assert.equal(after, before);
    assert.deepEqual((await server.api.get(`${local}/${made.id}`, { expect: 200 })).json, made);
  });

  test('is refused for what is not there, has no result, or is a sweep', async () => {
    const absent = '0198f5a2-6c1e-7d3a-9b57-2f4e8a1c6d90';
    assertProblem(await server.api.post(`${local}/${absent}/verify`, undefined), 404, 'not_found');
    const sweep = await server.api.post(
      `${local}/sweeps`,
      { ...cross, params: { fast: [5, 10] } },
      { expect: 201 },
    );
    assertProblem(await server.api.post(`${local}/${sweep.json.id}/verify`, undefined), 404, 'not_found');
    const other = (await server.api.post('/api/v1/workspaces', { name: 'Other' }, { expect: 201 })).json.id;
    const made = await run(server.api, body);
    const foreign = `/api/v1/workspaces/${other}/backtests/${made.id}/verify`;
    assertProblem(await server.api.post(foreign, undefined), 404, 'not_found');
  });

  test('as a job has the verdict as its result', async () => {
    const made = await run(server.api, body);
    const stream = await EventStream.open(server.api);
    const reply = await server.api.post(`${local}/${made.id}/verify`, undefined, {
      headers: respondAsync,
      expect: 202,
    });
    const path = String(reply.headers.location);
    assert.equal(path, `/api/v1/workspaces/local-workspace/jobs/${reply.json.id}`);
    assert.deepEqual(
      [reply.json.kind, reply.json.title, reply.json.result, reply.json.backtest_id],
      ['backtest_verify', 'verify ma_cross BTCUSDT 1d', null, null],
    );
    const job = (await stream.job(reply.json.id, 'completed')).data;
    assert.deepEqual(job.result, await verify(server.api, made.id));
    assert.deepEqual((await server.api.get(path, { expect: 200 })).json.result, job.result);
    stream.close();
  });
});

onEachEngine('verifying a backtest without a result', (engine) => {
  test('is a conflict, and so is a job for it', async () => {
    await withServer({ engine, marketPath: samplePath(), env: { JOB_WORKERS: '0' } }, async ({ api }) => {
      const queued = await enqueue(api, cross);
      for (const headers of [{}, respondAsync]) {
        const reply = await api.post(`${local}/${queued.id}/verify`, undefined, { headers });
        assertProblem(reply, 409, 'no_result');
      }
    });
  });
});

onEachEngine('verifications in a full queue', (engine) => {
  test('are refused', async () => {
    const env = { JOB_WORKERS: '0', JOBS_QUEUED_PER_WORKSPACE: '1' };
    await withServer({ engine, marketPath: samplePath(), env }, async ({ api }) => {
      const made = await run(api, body);
      const path = `${local}/${made.id}/verify`;
      await api.post(path, undefined, { headers: respondAsync, expect: 202 });
      assertProblem(await api.post(path, undefined, { headers: respondAsync }), 429, 'too_many_jobs');
    });
  });
});

onEachEngine('candles that change', (engine) => {
  const changedFrom = async (change: (marketPath: string) => Promise<void>, request: Json = body) => {
    const marketPath = copySampleMarket();
    const found: Json[] = [];
    await withServer({ engine, marketPath }, async (server) => {
      const made = await run(server.api, request);
      await server.stop();
      await change(marketPath);
      const again = await server.startAgain();
      try {
        found.push(await verify(again.api, made.id));
      } finally {
        await again.stop();
      }
    });
    return found[0] as Json;
  };

  test('within the test are named by the first of them', async () => {
    const verdict = await changedFrom((path) =>
      importCandles(path, days, [revised(at(437)), revised(at(900))]),
    );
    assert.equal(verdict.verdict, 'data_changed');
    assert.deepEqual(verdict.series, [
      { symbol: 'BTCUSDT', interval: '1d', status: 'changed', changed_from: at(437).time },
    ]);
    assert.deepEqual(verdict.revised, [
      { symbol: 'BTCUSDT', interval: '1d', candles: 2, first: at(437).time, last: at(900).time },
    ]);
    assert.deepEqual(
      [verdict.differences.equity.number, verdict.differences.equity.time],
      [438 - 200, at(437).time],
      'a close changes the benchmark of its bar',
    );
    assert.ok(verdict.differences.figures.some((figure: Json) => figure.name === 'beta'));
  });

  test('within the warm-up, and at either end, are named too', async () => {
    for (const bar of [200 - 20, 199, 999]) {
      const verdict = await changedFrom((path) => importCandles(path, days, [revised(at(bar))]));
      assert.equal(verdict.series[0].changed_from, at(bar).time, `bar ${bar}`);
      assert.equal(verdict.verdict, 'data_changed');
    }
  });

  test('that the run never read change nothing', async () => {
    const extra = { ...at(0), time: at(days.candles.length - 1).time + day };
    const verdict = await changedFrom(
      (path) => importCandles(path, days, [revised(at(100)), revised(at(1000)), revised(at(1400)), extra]),
      { ...body, to: undefined, from: at(200).time },
    );
    assert.equal(verdict.series[0].changed_from, at(1000).time);
    const outside = await changedFrom((path) =>
      importCandles(path, days, [revised(at(100)), revised(at(1000)), extra]),
    );
    assert.equal(outside.verdict, 'identical');
  });

  test('of the symbols behind a ratio and an index are counted, on the interval that is stored', async () => {
    const marketPath = copySampleMarket();
    const hours = sample('btcHour');
    const server = await Server.start({ engine, marketPath });
    const made: Json[] = [];
    for (const request of [
      { ...hold, symbol: 'ETHUSDT/BTCUSDT', interval: '4h' },
      { ...hold, symbol: 'CAT:Steady', interval: '1d' },
      { ...hold, symbol: 'BTCUSDT', interval: '1d' },
    ])
      made.push(await run(server.api, request));
    await server.stop();
    const closes = (c: { time: number }) => c.time % 14_400 === 10_800; // an hour with which four end
    const bar = hours.candles.slice(500).find(closes) as (typeof hours.candles)[number];
    await importCandles(marketPath, hours, [revised(bar)]);
    const again = await server.startAgain();
    try {
      const [ratio, index, daily] = await Promise.all(made.map(({ id }) => verify(again.api, id)));
      assert.deepEqual(ratio?.revised, [
        { symbol: 'BTCUSDT', interval: '1h', candles: 1, first: bar.time, last: bar.time },
      ]);
      assert.deepEqual([index?.verdict, index?.revised], ['identical', []]);
      assert.deepEqual([daily?.verdict, daily?.revised], ['identical', []], 'other candles are stored of the days');
    } finally {
      await again.stop();
    }
  });

  test('that were added behind an open end leave the run what it was', async () => {
    const more = Array.from({ length: 30 }, (_, i) => ({ ...at(i), time: at(1499).time + (i + 1) * day }));
    const verdict = await changedFrom((path) => importCandles(path, days, more), cross);
    assert.deepEqual([verdict.verdict, verdict.differences], ['identical', nothing]);
  });

  test('that came between the others are named', async () => {
    const hours = sample('btcHour');
    const hole = hours.candles.findIndex(
      (candle, i) => i > 0 && candle.time - (hours.candles[i - 1] as { time: number }).time > 3600,
    );
    const before = hours.candles[hole - 1] as (typeof hours.candles)[number];
    const verdict = await changedFrom(
      (path) => importCandles(path, hours, [{ ...before, time: before.time + 3600 }]),
      { ...cross, interval: '1h' },
    );
    assert.deepEqual(
      [verdict.verdict, verdict.series[0].changed_from],
      ['data_changed', before.time + 3600],
    );
    assert.ok(verdict.differences.parts.includes('bars'));
  });

  test('that went are named by their own time', async () => {
    // another market, in which the day of bar 300 is not
    const marketPath = await makeMarket(days, days.candles.filter((_, i) => i !== 300));
    await withServer({ engine, marketPath: samplePath() }, async (server) => {
      const made = await run(server.api, { ...cross, from: at(200).time, to: at(400).time });
      const again = await server.restart({ marketPath });
      try {
        const verdict = await verify(again.api, made.id);
        assert.deepEqual([verdict.verdict, verdict.series[0].changed_from], ['data_changed', at(300).time]);
      } finally {
        await again.stop();
      }
    });
  });

  test('a series that is gone is missing', async () => {
    const marketPath = await makeMarket(sample('shortDay'), sample('shortDay').candles);
    await withServer({ engine, marketPath: samplePath() }, async (server) => {
      const made = await run(server.api, body);
      const again = await server.restart({ marketPath });
      try {
        const verdict = await verify(again.api, made.id);
        assert.deepEqual(
          [verdict.verdict, verdict.series[0].status, verdict.series[0].changed_from, verdict.differences],
          ['data_changed', 'missing', null, null],
        );
        assert.equal(verdict.error.code, 'unknown_symbol');
      } finally {
        await again.stop();
      }
    });
  });
});

onEachEngine('verifying a backtest of a category', (engine) => {
  const path = `${local}/category-relative-momentum`;
  const request = { category: 'AI', long_count: 1, short_count: 1, lookback: 10, rebalance_every: 5 };
  const symbols = ['BTCUSDT', 'FLATUSDT', 'RISINGUSDT'];
  const verdictAfter = async (change: (marketPath: string, made: Json) => Promise<string>) => {
    const marketPath = copySampleMarket();
    let verdict: Json = null;
    await withServer({ engine, marketPath }, async (server) => {
      const made = await run(server.api, request, path);
      assert.deepEqual([made.status, made.data.check_bars], ['completed', 16]);
      await server.stop();
      const next = await change(marketPath, made);
      const again = await server.startAgain({ marketPath: next });
      try {
        verdict = await verify(again.api, made.id);
      } finally {
        await again.stop();
      }
    });
    return verdict;
  };

  test('says identical, of each symbol', async () => {
    const verdict = await verdictAfter(async (market) => market);
    assert.deepEqual([verdict.verdict, verdict.differences, verdict.error], ['identical', nothing, null]);
    assert.deepEqual(
      verdict.series.map((one: Json) => [one.symbol, one.status, one.changed_from]),
      symbols.map((symbol) => [symbol, 'same', null]),
    );
  });

  test('runs the symbols of then, whatever the category holds now, and no later candles', async () => {
    const verdict = await verdictAfter(async (market) => {
      writeFileSync(categoriesPathOf(market), categoriesYaml({ AI: ['BTCUSDT', 'ETHUSDT'] }));
      await importCandles(market, days, [{ ...at(0), time: at(1499).time + day }]);
      return market;
    });
    assert.equal(verdict.verdict, 'identical');
  });

  test('names the symbol that changed and the sixteen bars in which it did', async () => {
    const rising = sample('risingDay');
    const bar = rising.candles[100] as (typeof rising.candles)[number];
    const verdict = await verdictAfter(async (market) => {
      await importCandles(market, rising, [revised(bar)]);
      return market;
    });
    assert.equal(verdict.verdict, 'data_changed');
    const [btc, flat, changed] = verdict.series;
    assert.deepEqual([btc.status, flat.status, changed.status], ['same', 'same', 'changed']);
    assert.equal(changed.changed_from, rising.candles[96]?.time);
    assert.deepEqual(verdict.revised, [
      { symbol: rising.symbol, interval: '1d', candles: 1, first: bar.time, last: bar.time },
    ]);
  });

  test('a symbol that is gone is missing, and the run cannot be repeated', async () => {
    const verdict = await verdictAfter(() => makeMarket(days, days.candles));
    assert.deepEqual(
      [verdict.verdict, verdict.series.map((one: Json) => one.status), verdict.differences],
      ['data_changed', ['same', 'missing', 'missing'], null],
    );
    assert.equal(verdict.error.code, 'no_candles');
    assert.match(verdict.error.detail, /FLATUSDT/);
  });

  test('is different by its rebalances and its attribution', async () => {
    for (const [part, sql] of [
      ['rebalances', `UPDATE backtest_chunks SET row_count = row_count - 1, content = ${engine === 'sqlite' ? 'CAST(substr(content, 1, length(content) / row_count * (row_count - 1)) AS BLOB)' : 'substr(content, 1, length(content) / row_count::int * (row_count::int - 1))'} WHERE part = 'rebalances'`],
      ['attribution', `UPDATE backtest_results SET attribution = '[]'`],
    ] as const) {
      await withServer({ engine, marketPath: samplePath() }, async (server) => {
        const made = await run(server.api, request, path);
        await tamper(server, `${sql};`, async (api) => {
          const verdict = await verify(api, made.id);
          assert.deepEqual([verdict.verdict, verdict.differences], ['different', { ...nothing, parts: [part] }]);
        });
      });
    }
  });
});

onEachEngine('a stored result that is not its own', (engine) => {
  const tampered = async (sql: (id: string) => string, check: (verdict: Json, made: Json) => void) => {
    await withServer({ engine, marketPath: samplePath() }, async (server) => {
      const made = await run(server.api, body);
      await tamper(server, sql(made.id), async (api) => check(await verify(api, made.id), made));
    });
  };
  const set = (what: string) => (id: string) =>
    `UPDATE backtest_results SET ${what} WHERE backtest_id = '${id}';`;

  test('is different by its final equity', () =>
    tampered(set('final_equity = final_equity + 1'), (verdict, made) => {
      assert.equal(verdict.verdict, 'different');
      assert.deepEqual(verdict.series[0].status, 'same');
      assert.deepEqual(verdict.differences, {
        ...nothing,
        figures: [{ name: 'final_equity', stored: made.final_equity + 1, now: made.final_equity }],
      });
    }));

  test('is different by a metric, by months, by bars', async () => {
    await tampered(set(`metrics = replace(metrics, '"volatility":', '"volatility":1')`), (verdict, made) => {
      assert.equal(verdict.verdict, 'different');
      const [figure] = verdict.differences.figures;
      assert.deepEqual([figure.name, figure.now], ['volatility', made.metrics.volatility]);
      assert.notEqual(figure.stored, figure.now);
    });
    const other = `monthly_returns = '[]', warmup_bars = warmup_bars + 1, liquidated_at = 1`;
    await tampered(set(other), (verdict) => {
      assert.equal(verdict.verdict, 'different');
      assert.deepEqual(verdict.differences.parts, ['warmup_bars', 'liquidated_at', 'monthly_returns']);
    });
  });

  test('is different by a row of its equity or of its trades', async () => {
    // byte 8 of a point begins its equity, byte 48 of a trade its pnl; the lowest byte is the smallest change there is
    for (const [part, offset, number] of [
      ['equity', 32 * 10 + 8, 11],
      ['trades', 88 * 2 + 48, 3],
    ] as const) {
      const byte =
        engine === 'sqlite'
          ? `substr(content, 1, ${offset}) || x'7f' || substr(content, ${offset + 2})`
          : `set_byte(content, ${offset}, 127)`;
      const content = engine === 'sqlite' ? `CAST(${byte} AS BLOB)` : byte;
      const sql = (id: string) =>
        `UPDATE backtest_chunks SET content = ${content} WHERE backtest_id = '${id}' AND part = '${part}';`;
      await tampered(sql, (verdict) => {
        assert.equal(verdict.verdict, 'different');
        assert.equal(verdict.differences[part].number, number);
        assert.deepEqual({ ...verdict.differences, [part]: null }, nothing);
      });
    }
  });

  test('of a version without excursions is identical, and has none', async () => {
    await withServer({ engine, marketPath: samplePath() }, async (server) => {
      const made = await run(server.api, body);
      const trades = async (api: Api): Promise<Json[]> =>
        (await api.get(`${local}/${made.id}/trades`, { expect: 200 })).json.trades;
      const now = await trades(server.api);
      assert.ok(now.every(({ mae_pct, mfe_pct }) => mae_pct <= 0 && mfe_pct >= 0));
      await server.stop();
      const hex = engine === 'sqlite' ? 'hex(content)' : "encode(content, 'hex')";
      const [[stored]] = queryState(
        server.state,
        `SELECT ${hex} FROM backtest_chunks WHERE part = 'trades'`,
      ) as [[string]];
      const rows = stored.match(/.{176}/g) as string[]; // 88 bytes each, of which the last 16 are new
      const older = rows.map((row) => row.slice(0, 144)).join('');
      const content = engine === 'sqlite' ? `x'${older}'` : `decode('${older}', 'hex')`;
      const sql = `UPDATE backtest_chunks SET content = ${content} WHERE part = 'trades';`;
      await tamper(server, sql, async (api) => {
        assert.equal((await verify(api, made.id)).verdict, 'identical');
        assert.deepEqual(
          await trades(api),
          now.map((trade) => ({ ...trade, mae_pct: null, mfe_pct: null })),
        );
      });
    });
  });

  test('of another engine is engine_changed, and identical when it is the same all the same', async () => {
    await tampered(set(`engine_version = '0.9.0', final_equity = final_equity + 1`), (verdict, made) => {
      assert.equal(verdict.verdict, 'engine_changed');
      assert.deepEqual(verdict.engine_version, { stored: '0.9.0', now: made.engine_version });
    });
    await tampered(set(`engine_version = '0.9.0'`), (verdict) => {
      assert.equal(verdict.verdict, 'identical');
      assert.equal(verdict.engine_version.stored, '0.9.0');
    });
  });

  test('of a version without checks tells a change, and not from when on', async () => {
    const marketPath = copySampleMarket();
    const bare = (id: string) => `
      DELETE FROM backtest_chunks WHERE part = 'checks' AND backtest_id = '${id}';
      UPDATE backtest_results SET data = replace(data, ',"check_bars":1', '') WHERE backtest_id = '${id}';`;
    await withServer({ engine, marketPath }, async (server) => {
      const made = await run(server.api, body);
      await tamper(server, bare(made.id), async (api) => {
        assert.equal((await verify(api, made.id)).verdict, 'identical');
      });
      await importCandles(marketPath, days, [revised(at(300))]);
      const again = await server.startAgain();
      try {
        const { verdict, series } = await verify(again.api, made.id);
        assert.deepEqual(
          [verdict, series[0].status, series[0].changed_from],
          ['data_changed', 'changed', null],
        );
      } finally {
        await again.stop();
      }
    });
  });
});

onEachEngine('verifying a long backtest', (engine) => {
  test('is a job', async () => {
    const marketPath = await longMarketPath();
    await withServer({ engine, marketPath, env: { BACKTEST_WAIT_MS: '60000' } }, async ({ api }) => {
      const made = await run(api, longRun);
      const stream = await EventStream.open(api);
      const reply = await api.post(`${local}/${made.id}/verify`, undefined, { expect: 202 });
      const job = (await stream.job(reply.json.id, 'completed', 30_000)).data;
      assert.deepEqual([job.result.verdict, job.result.differences], ['identical', nothing]);
      stream.close();
    });
  });
});

onEachEngine('tlab backtest verify', (engine) => {
  test('says the verdict in sentences and by its exit status', async () => {
    const marketPath = copySampleMarket();
    const server = await Server.start({ engine, marketPath });
    const made = await run(server.api, body);
    await server.stop();
    const env = { MARKET_DB_PATH: marketPath, ...server.state };
    const same = await tlab(['backtest', 'verify', made.id], { env });
    assert.deepEqual([same.code, same.stderr], [0, '']);
    assert.match(same.stdout, /^Identical: .*\nengine: .*\nBTCUSDT 1d: same\n$/);
    await importCandles(marketPath, days, [revised(at(437))]);
    const changed = await tlab(['backtest', 'verify', made.id, '--workspace', 'local-workspace'], { env });
    assert.equal(changed.code, 1, changed.stderr);
    assert.match(changed.stdout, /^The data changed: /);
    assert.match(changed.stdout, /BTCUSDT 1d: changed from 2022-03-14T00:00:00 on/);
    assert.match(changed.stdout, /BTCUSDT 1d: 1 candles were revised since it was run, from 2022-03-14T00:00:00 to /);
    for (const args of [[], ['verify'], ['verify', 'a', 'b'], ['run', 'a'], ['verify', 'a', '--nope']])
      assert.equal((await tlab(['backtest', ...args], { env })).code, 2, args.join(' '));
    const absent = await tlab(['backtest', 'verify', made.id, '--workspace', 'other'], { env });
    assert.equal(absent.code, 1);
    assert.match(absent.stderr, /there is no such backtest/);
    const elsewhere = makeTempDir('elsewhere');
    const nothing = { MARKET_DB_PATH: marketPath, APP_STATE_DB_PATH: join(elsewhere, 'app_state.db') };
    const refused = await tlab(['backtest', 'verify', made.id], { env: nothing });
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /there is no state database .*app_state\.db here/);
    assert.deepEqual(readdirSync(elsewhere), [], 'it stores nothing');
  });
});

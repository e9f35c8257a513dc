// A state database of the first version, with backtests in it, opened by this program: everything is there as it was.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { test } from 'node:test';
import type { Api } from '../harness/http.ts';
import type { Json } from '../harness/openapi.ts';
import { repositoryRoot } from '../harness/paths.ts';
import { cross, hold, local, run, withoutIdentity } from '../harness/runs.ts';
import { samplePath } from '../harness/sample.ts';
import { makeState, onEachEngine, Server, type StateSettings } from '../harness/server.ts';
import { changeState, queryState } from '../harness/state.ts';
import { tlabOk } from '../harness/tlab.ts';

const get = async (api: Api, path: string): Promise<Json> => (await api.get(path, { expect: 200 })).json;

/** A backtest, and what its rows come to. */
async function readWhole(api: Api, id: string): Promise<Json> {
  const hash = createHash('sha256');
  for (const part of ['equity', 'trades'])
    hash.update((await api.get(`${local}/${id}/${part}`, { query: { limit: 50_000 }, expect: 200 })).body);
  return { ...(await get(api, `${local}/${id}`)), rows: hash.digest('hex') };
}

/** The first version did not check whether a run looked ahead. */
const unchecked = (backtest: Json): Json => ({
  ...backtest,
  lookahead_check: null,
  lookahead_prefixes: null,
  lookahead_difference: null,
});

/** Back to what version 1 kept: the opposite of 0002, with the columns of results in the row of their backtest. */
function downgrade(state: StateSettings): void {
  const migration = (name: string): string =>
    readFileSync(
      join(
        repositoryRoot,
        'server/store/migrations',
        state.APP_STATE_DB_PATH ? 'sqlite' : 'postgresql',
        name,
      ),
      'utf8',
    );
  const tables = (text: string): string[] =>
    [...text.matchAll(/^CREATE TABLE (\w+)/gm)].map((match) => match[1] as string);
  const functions = (text: string): string[] =>
    [...text.matchAll(/^CREATE FUNCTION (\w+)/gm)].map((match) => match[1] as string);
  const first = migration('0001_spine.sql');
  const fourth = migration('0004_category_sets.sql');
  const fifth = migration('0005_people.sql');
  const paper = migration('0007_paper.sql');
  const ninth = migration('0009_last_owner.sql');
  const triggers = [...ninth.matchAll(/^CREATE TRIGGER (\w+)/gm)].map((match) => match[1]);
  const columns =
    'workspace_id, id, kind, status, strategy_id, symbol, interval, name, tags, notes, request, engine_version, data, warmup_bars, bars, final_equity, metrics, monthly_returns, warnings, liquidated_at, total_return, sharpe, max_drawdown, load_ms, run_ms, created_by, created_at, started_at, finished_at';
  changeState(
    state,
    `BEGIN;
     CREATE TABLE kept AS SELECT b.workspace_id, b.id, b.kind, j.status, b.strategy_id, b.symbol, b.interval, b.name,
       b.tags, b.notes, j.payload AS request, r.engine_version, r.data, r.warmup_bars, r.bars, r.final_equity, r.metrics,
       r.monthly_returns, r.warnings, r.liquidated_at, r.total_return, r.sharpe, r.max_drawdown, r.load_ms, r.run_ms,
       b.created_by, b.created_at, j.started_at, j.finished_at
       FROM backtests b JOIN jobs j ON j.id = b.id
       JOIN backtest_results r ON r.workspace_id = b.workspace_id AND r.backtest_id = b.id;
     CREATE TABLE kept_chunks AS SELECT * FROM backtest_chunks WHERE part IN ('equity', 'trades');
     ${[...tables(migration('0002_jobs.sql')), ...tables(fourth), ...tables(fifth), ...tables(paper)]
       .reverse()
       .map((name) => `DROP TABLE ${name};`)
       .join('\n')}
     ${[...functions(fourth), ...functions(fifth), ...functions(paper)]
       .map((name) => `DROP FUNCTION ${name};`)
       .join('\n')}
     ${
       state.APP_STATE_DB_PATH
         ? triggers.map((name) => `DROP TRIGGER ${name};`).join('\n')
         : functions(ninth)
             .map((name) => `DROP FUNCTION ${name} CASCADE;`)
             .join('\n')
     }
     DROP INDEX users_by_email;
     ALTER TABLE users DROP COLUMN email_key;
     ALTER TABLE users DROP COLUMN created_by;
     ALTER TABLE users DROP COLUMN version;
     ALTER TABLE members DROP COLUMN version;
     DROP TABLE backtest_chunks;
     DROP TABLE backtests;
     ${tablesOf(first, ['backtests', 'backtest_chunks'])}
     INSERT INTO backtests (${columns}) SELECT ${columns} FROM kept;
     INSERT INTO backtest_chunks SELECT * FROM kept_chunks;
     DROP TABLE kept; DROP TABLE kept_chunks;
     DELETE FROM schema_migrations WHERE version > 1;
     COMMIT;`,
  );
}

/** The statements of a migration that make those tables and their indices. */
function tablesOf(migration: string, names: string[]): string {
  return migration
    .split(/;\n/)
    .filter((statement) => names.some((name) => new RegExp(`(CREATE TABLE|ON) ${name}\\b`).test(statement)))
    .map((statement) => `${statement};`)
    .join('\n');
}

onEachEngine('a state of the first version', (engine) => {
  test('is brought up to date with every backtest in it', async () => {
    const first = await Server.start({ engine, marketPath: samplePath() });
    const words = { name: '研究 "1"', tags: ['a', 'β'], notes: 'line\nline' };
    const made = [
      await run(first.api, { ...cross, params: { fast: 5, slow: 20 }, allow_short: true, ...words }),
      await run(first.api, { ...cross, symbol: 'ETHUSDT/BTCUSDT', interval: '1h', slippage_bps: 3 }),
      await run(first.api, { ...cross, symbol: 'FLATUSDT' }),
      await run(first.api, hold),
    ];
    const before = [];
    for (const { id } of made) before.push(unchecked(await readWhole(first.api, id)));
    const list = await get(first.api, `${local}?limit=1000`);
    list.backtests = list.backtests.map(unchecked);
    await first.stop();
    downgrade(first.state);
    const path = first.state.APP_STATE_DB_PATH;
    const copiesBefore = path ? copiesOf(path) : [];

    const second = await first.startAgain();
    for (const [i, { id }] of made.entries()) assert.deepEqual(await readWhole(second.api, id), before[i]);
    assert.deepEqual(await get(second.api, `${local}?limit=1000`), list);
    assert.equal(
      (await get(second.api, `${local}?status=completed&limit=1000`)).backtests.length,
      made.length,
    );
    const { jobs } = await get(second.api, '/api/v1/workspaces/local-workspace/jobs?limit=1000');
    assert.deepEqual(
      jobs.map((job: Json) => [job.id, job.status, job.attempts, job.error, job.title]).reverse(),
      made.map((b) => [
        b.id,
        'completed',
        1,
        null,
        `${b.request.strategy_id} ${b.request.symbol} ${b.request.interval}`,
      ]),
    );
    const again = await second.api.post(`${local}/${made[0].id}/rerun`, undefined, { expect: 201 });
    assert.deepEqual(withoutIdentity(again.json), withoutIdentity(made[0]));
    await second.api.delete(`${local}/${made[1].id}`, { expect: 204 });
    await run(second.api, cross);
    if (path) {
      const copies = copiesOf(path).filter((name) => !copiesBefore.includes(name));
      assert.equal(copies.length, 1, `a copy of the file before the migration: ${copies}`);
      const copy = { APP_STATE_DB_PATH: join(dirname(path), copies[0] as string) };
      assert.deepEqual(queryState(copy, 'SELECT max(version) FROM schema_migrations'), [['1']]);
      assert.deepEqual(queryState(copy, 'SELECT count(*) FROM backtests'), [[String(made.length)]]);
      assert.equal(statSync(copy.APP_STATE_DB_PATH).mode & 0o077, 0, 'for its owner only');
    }
    await second.stop();
  });
});

const copiesOf = (path: string): string[] =>
  readdirSync(dirname(path)).filter((name) => name.startsWith(`${basename(path)}.before-`));

onEachEngine('a state of a later version', (engine) => {
  test('is left as it is, in a sentence', async () => {
    const server = await Server.start({ engine, marketPath: samplePath() });
    await run(server.api, hold);
    await server.stop();
    const [columns] = queryState(
      server.state,
      'SELECT * FROM schema_migrations ORDER BY version DESC LIMIT 1',
    );
    assert.ok(columns);
    changeState(
      server.state,
      'UPDATE schema_migrations SET version = 9999 WHERE version = (SELECT max(version) FROM schema_migrations)',
    );
    await assert.rejects(server.startAgain(), /9999|newer/);
    await assert.rejects(
      tlabOk(['worker'], { env: { MARKET_DB_PATH: samplePath(), ...server.state }, timeoutMs: 10_000 }),
      /9999|newer/,
    );
  });
});

test('a new file leaves no copy', async () => {
  const state = makeState('sqlite');
  const server = await Server.start({ engine: 'sqlite', marketPath: samplePath(), state });
  await server.stop();
  const path = state.APP_STATE_DB_PATH as string;
  assert.ok(existsSync(path));
  assert.deepEqual(copiesOf(path), []);
});

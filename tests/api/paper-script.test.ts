// A short run of the random script of paper trading: `npm run stress -- paper` has the long one.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { StateWatch } from '../concurrency/paper-state.ts';
import { runPaper } from '../concurrency/paper.ts';
import { type Engine, engines } from '../harness/engines.ts';
import { samplePath } from '../harness/sample.ts';
import { type Server, withServer } from '../harness/server.ts';
import { changeState } from '../harness/state.ts';

const seed = Number(process.env.TLAB_TEST_SEED ?? Date.now() % 1_000_000);

const workspace = '/api/v1/workspaces/local-workspace';

/** Statements that the schema refuses. */
const unguarded = (engine: Engine, sql: string, triggers: string[]): string =>
  engine === 'sqlite'
    ? `PRAGMA foreign_keys = OFF; ${triggers.map((name) => `DROP TRIGGER ${name};`).join(' ')} ${sql};`
    : `SET session_replication_role = replica; ${sql};`;

/** An edit, what guards against it, and what the watch says of it. */
const edits: [string, string[], RegExp][] = [
  [
    "UPDATE journal SET request_id = '' WHERE number = 2",
    ['journal_update'],
    /I15: a fill without actor or request/,
  ],
  ["UPDATE journal SET leg_id = '2' WHERE number = 2", ['journal_update'], /I3, I16: a fill of a plan of elsewhere/],
  ['UPDATE journal SET created_at = 5 WHERE number = 2', ['journal_update'], /I14: a fill from before its plan/],
  [
    'DELETE FROM trade_plan_changes WHERE version = 1',
    ['trade_plan_changes_delete'],
    /I13: a plan whose versions are not its changes/,
  ],
  [
    'UPDATE trade_plan_changes SET created_at = 5 WHERE version = 2',
    ['trade_plan_changes_update'],
    /I14: changes that do not come one after the other/,
  ],
  [
    "UPDATE trade_plans SET status = 'planned', opened_at = NULL, version = version + 1",
    ['trade_plans_arrows'],
    /I11: a plan with fills that it must not have/,
  ],
  ["UPDATE members SET role = 'viewer'", ['members_owner_update'], /I17: a workspace without an owner/],
  [
    "UPDATE audit_entries SET detail = '{}' WHERE log = 'local-workspace' AND number = 1",
    ['audit_entries_update'],
    /I18: the chain of the audit log/,
  ],
];

/** An account with one plan that is open. */
async function makeOpenPlan({ api }: Server): Promise<{ account: string; plan: string }> {
  const { id: account } = (await api.post(`${workspace}/accounts`, { name: 'Watched' }, { expect: 201 })).json;
  const leg = { symbol: 'FLATUSDT', side: 'long', planned_quantity: 1, planned_entry_price: 1 };
  const body = { account_id: account, trade_type: 'single', legs: [leg] };
  const { id: plan } = (await api.post(`${workspace}/trade-plans`, body, { expect: 201 })).json;
  await api.post(`${workspace}/trade-plans/${plan}/paper-open`, {}, { expect: 200 });
  return { account, plan };
}

for (const engine of engines) {
  describe(`the watch of the state [${engine}]`, () => {
    for (const [edit, triggers, expected] of edits)
      test(`names what was edited: ${edit}`, async () => {
        await withServer({ engine, marketPath: samplePath() }, async (server) => {
          const { account, plan } = await makeOpenPlan(server);
          changeState(server.state, unguarded(engine, edit, triggers));
          const watch = new StateWatch(server.state, account);
          await assert.rejects(watch.look([plan]), expected);
          watch.stop();
        });
      });

    test('holds the journal against what it was', async () => {
      await withServer({ engine, marketPath: samplePath() }, async (server) => {
        const { account, plan } = await makeOpenPlan(server);
        const watch = new StateWatch(server.state, account);
        await watch.look([plan]);
        changeState(server.state, unguarded(engine, "UPDATE journal SET note = 'x' WHERE number = 2", ['journal_update']));
        await watch.look([plan]); // it is not new
        await assert.rejects(watch.end(), /I1: the journal is not what it was/);
      });
    });
  });

  describe(`random commands of paper trading [${engine}]`, () => {
    test(`leave what a model says they leave (TLAB_TEST_SEED=${seed})`, async () => {
      const { faults, steps, done } = await runPaper({ engine, steps: 300, seed }, () => {});
      assert.deepEqual(faults, []);
      assert.equal(steps, 300);
      for (const command of ['create', 'open', 'close', 'edit', 'cancel', 'deposit'])
        assert.ok((done[command] ?? 0) > 0, `${command}: ${JSON.stringify(done)}`);
    });
  });
}

// `tlab check`: a ledger that adds up, and one that was edited behind the server's back, each edit named.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { samplePath } from '../harness/sample.ts';
import type { Engine } from '../harness/engines.ts';
import { makeState, onEachEngine, type StateSettings, withServer } from '../harness/server.ts';
import { changeState } from '../harness/state.ts';
import { tlab } from '../harness/tlab.ts';

const accounts = '/api/v1/workspaces/local-workspace/accounts';

interface Finding {
  status: number | null;
  lines: string[];
  end: string;
}

async function check(state: StateSettings): Promise<Finding> {
  const { code: status, stdout, stderr } = await tlab(['check'], { env: state });
  assert.equal(stderr, '');
  const lines = stdout.trim().split('\n');
  return { status, lines: lines.slice(0, -1), end: lines.at(-1) ?? '' };
}

const guards = [
  'journal_update',
  'journal_delete',
  'paper_accounts_step',
  'paper_accounts_stay',
  'trade_plans_arrows',
  'trade_plans_place',
  'trade_plan_legs_facts',
  'audit_entries_update',
  'trade_plan_changes_update',
  'trade_plan_changes_delete',
  'members_owner_delete',
];

/** Statements that the schema refuses: without its triggers and foreign keys, as somebody could who owns the file. */
const unguarded = (engine: Engine, sql: string): string =>
  engine === 'sqlite'
    ? `PRAGMA ignore_check_constraints = ON; PRAGMA foreign_keys = OFF;
       ${guards.map((name) => `DROP TRIGGER ${name};`).join('\n')}
       ${sql}`
    : `SET session_replication_role = replica;
       DO $$ DECLARE c record; BEGIN
         FOR c IN SELECT conname FROM pg_constraint WHERE contype = 'c' AND conrelid = 'journal'::regclass LOOP
           EXECUTE format('ALTER TABLE journal DROP CONSTRAINT %I', c.conname);
         END LOOP;
       END $$;
       ${sql}`;

/** A plan with one leg, opened at 100 and half of it closed at 110, with fees of 10 bps, as the product writes it. */
const plan = `
  INSERT INTO trade_plans (workspace_id, id, account_id, trade_type, status, created_by, created_at, updated_at)
    VALUES ('local-workspace', 'p1', 'paper-main', 'single', 'planned', 'local-user', 1, 1);
  INSERT INTO trade_plan_legs (workspace_id, plan_id, id, symbol, side, planned_quantity, planned_entry_price,
      quantity_open, quantity_closed, entry_notional, exit_notional, fees)
    VALUES ('local-workspace', 'p1', '1', 'BTCUSDT', 'long', '4', '100', '2', '2', '400', '220', '0.62');
  UPDATE trade_plans SET status = 'open', opened_at = 1, version = 2;
  UPDATE trade_plans SET version = 3;
  INSERT INTO trade_plan_changes (workspace_id, plan_id, version, action, actor_id, created_at, request_id, detail)
    VALUES ('local-workspace', 'p1', 1, 'create', 'local-user', 1, '', '{}'),
      ('local-workspace', 'p1', 2, 'open', 'local-user', 1, '', '{}'),
      ('local-workspace', 'p1', 3, 'close', 'local-user', 1, '', '{}');
  INSERT INTO journal (workspace_id, account_id, number, id, kind, created_at, actor_id, request_id, plan_id, leg_id,
      action, symbol, side, quantity, price, notional, fee, fee_bps, slippage_bps, mark_price, mark_source, mark_time,
      cash, cash_after, position_after, cost_after)
    SELECT 'local-workspace', 'paper-main', 2, 'f2', 'fill', updated_at + 1, 'local-user', '', 'p1', '1', 'open',
      'BTCUSDT', 'buy', '4', '100', '400', '0.4', '10', '0', '100', 'request', 1, '-400.4', '99599.6', '4', '400'
    FROM paper_accounts WHERE workspace_id = 'local-workspace' AND id = 'paper-main';
  INSERT INTO journal (workspace_id, account_id, number, id, kind, created_at, actor_id, request_id, plan_id, leg_id,
      action, symbol, side, quantity, price, notional, fee, fee_bps, slippage_bps, mark_price, mark_source, mark_time,
      cash, cash_after, position_after, cost_after)
    SELECT 'local-workspace', 'paper-main', 3, 'f3', 'fill', updated_at + 2, 'local-user', '', 'p1', '1', 'close',
      'BTCUSDT', 'sell', '2', '110', '220', '0.22', '10', '0', '110', 'request', 1, '219.78', '99819.38', '2', '200'
    FROM paper_accounts WHERE workspace_id = 'local-workspace' AND id = 'paper-main';
  INSERT INTO positions VALUES ('local-workspace', 'paper-main', 'BTCUSDT', '2', '200', 1);
  UPDATE paper_accounts SET cash = '99819.38', realized_pnl = '20', fees_paid = '0.62', last_number = 3,
    version = version + 1, updated_at = updated_at + 2 WHERE id = 'paper-main';`;

const main = 'local-workspace/paper-main';

/** An edit, and the lines that name it: the start of each. */
const edits: [string, string, string[]][] = [
  [
    'cash of an account',
    "UPDATE paper_accounts SET cash = '99819.39'",
    [`paper_accounts ${main} cash: is 99819.39, must be 99819.38`],
  ],
  [
    'deposits of an account',
    "UPDATE paper_accounts SET deposits = '1'",
    [`paper_accounts ${main} deposits: is 1, must be 100000`],
  ],
  [
    'realized profit of an account',
    "UPDATE paper_accounts SET realized_pnl = '-20'",
    [`paper_accounts ${main} realized_pnl: is -20, must be 20`],
  ],
  [
    'fees of an account',
    "UPDATE paper_accounts SET fees_paid = '0.6200000000000001'",
    [`paper_accounts ${main} fees_paid: is 0.6200000000000001, must be 0.62`],
  ],
  [
    'the number of its last entry',
    'UPDATE paper_accounts SET last_number = 4',
    [`paper_accounts ${main} last_number: is 4, must be 3`],
  ],
  [
    'a position',
    "UPDATE positions SET quantity = '3', cost = '300'",
    [
      `positions ${main}/BTCUSDT quantity: is 3, must be 2`,
      `positions ${main}/BTCUSDT cost: is 300, must be 200`,
    ],
  ],
  ['a position that is gone', 'DELETE FROM positions', [`positions ${main}/BTCUSDT: is no row`]],
  [
    'a position that was invented',
    "INSERT INTO positions VALUES ('local-workspace', 'paper-main', 'DOGEUSDT', '1000', '1', 1)",
    [
      `positions ${main}/DOGEUSDT quantity: is 1000, must be 0`,
      `positions ${main}/DOGEUSDT cost: is 1, must be 0`,
    ],
  ],
  [
    'the price of a fill',
    "UPDATE journal SET price = '99' WHERE number = 2",
    [`journal ${main}/2 price: is 99, must be 100`, `journal ${main}/2 notional: is 400, must be 396`],
  ],
  [
    'the fee of a fill',
    "UPDATE journal SET fee = '0' WHERE number = 3",
    [
      `journal ${main}/3 fee: is 0, must be 0.22`,
      `paper_accounts ${main} fees_paid: is 0.62, must be 0.4`,
      `trade_plan_legs ${main}/p1/1 fees: is 0.62, must be 0.4`,
    ],
  ],
  [
    'the cash of a fill',
    "UPDATE journal SET cash = '-0.4' WHERE number = 2",
    [`journal ${main}/2 cash: is -0.4, must be -400.4`, `journal ${main}/2 cash_after: is 99599.6, must be 99999.6`],
  ],
  [
    'what the cash was after an entry',
    "UPDATE journal SET cash_after = '99599.7' WHERE number = 2",
    [
      `journal ${main}/2 cash_after: is 99599.7, must be 99599.6`,
      `journal ${main}/3 cash_after: is 99819.38, must be 99819.48`,
    ],
  ],
  [
    'an entry that is gone',
    'DELETE FROM journal WHERE number = 2',
    [`journal ${main}/3 number: is 3, must be 2`, `journal ${main}/3 cash_after: is 99819.38, must be 100219.78`],
  ],
  [
    'the last entry that is gone',
    'DELETE FROM journal WHERE number = 3',
    [
      `paper_accounts ${main} cash: is 99819.38, must be 99599.6`,
      `paper_accounts ${main} last_number: is 3, must be 2`,
      `positions ${main}/BTCUSDT quantity: is 2, must be 4`,
      `trade_plan_legs ${main}/p1/1 quantity_open: is 2, must be 4`,
    ],
  ],
  [
    'the time of an entry',
    'UPDATE journal SET created_at = 5 WHERE number = 3',
    [`journal ${main}/3 created_at: is a time before the last entry's, must be a later one`],
  ],
  [
    'a decimal that is none',
    "UPDATE journal SET fee = '1e-3' WHERE number = 2",
    [`journal ${main}/2 fee: is 0.001, must be 0.4`],
  ],
  [
    'a text in the place of a decimal',
    "UPDATE journal SET quantity = 'NaN' WHERE number = 2",
    [`journal ${main}/2 quantity: is NaN, must be a value as it is stored`],
  ],
  [
    'what a leg repeats of its fills',
    "UPDATE trade_plan_legs SET quantity_open = '1', exit_notional = '221'",
    [
      `trade_plan_legs ${main}/p1/1 quantity_open: is 1, must be 2`,
      `trade_plan_legs ${main}/p1/1 exit_notional: is 221, must be 220`,
    ],
  ],
  [
    'a plan that is called closed',
    "UPDATE trade_plans SET status = 'closed', closed_at = 1, close_reason = 'manual', version = 4",
    [`trade_plans ${main}/p1 status: is closed, must be open: the leg is not closed`],
  ],
  [
    'a plan that is called cancelled',
    "UPDATE trade_plans SET status = 'cancelled', opened_at = NULL, cancelled_at = 1, version = 4",
    [`trade_plans ${main}/p1 status: is cancelled, must be open or closed: the leg has fills`],
  ],
  [
    'the side of a leg',
    "UPDATE trade_plan_legs SET side = 'short'",
    [`trade_plan_legs ${main}/p1/1 side: is short, must be long`],
  ],
  [
    'the mark of a fill, called a stop',
    "UPDATE journal SET mark_source = 'stop', mark_price = '90' WHERE number = 3",
    [`journal ${main}/3 price: is 110, must be 90`],
  ],
  [
    'what a leg was planned to be',
    "UPDATE trade_plan_legs SET planned_quantity = '5'",
    [`trade_plan_legs ${main}/p1/1 planned_quantity: is 5, must be 4`],
  ],
  [
    'when a plan was made',
    'UPDATE trade_plans SET created_at = 9000000000000000, updated_at = 9000000000000000, opened_at = 9000000000000000, version = 4',
    [`trade_plans ${main}/p1 created_at: is a time after the first fill, must be an earlier one`],
  ],
  [
    'the version of a plan',
    'UPDATE trade_plans SET version = 4',
    [`trade_plans ${main}/p1 version: is 4, must be 3`],
  ],
  [
    'a change of a plan that is gone',
    'DELETE FROM trade_plan_changes WHERE version = 2',
    [`trade_plans ${main}/p1: is a history with gaps, must be a change for each version`],
  ],
  [
    'a change of a plan that is called another',
    "UPDATE trade_plan_changes SET action = 'edit' WHERE version = 2",
    [`trade_plans ${main}/p1 status: is open, must be what its history comes to`],
  ],
  [
    'what an account began with',
    "UPDATE paper_accounts SET starting_balance = '100000.1'",
    [`paper_accounts ${main} starting_balance: is 100000.1, must be 100000`],
  ],
  [
    'an entry given to another account',
    "UPDATE journal SET account_id = 'other' WHERE number = 3",
    [
      `paper_accounts ${main} last_number: is 3, must be 2`,
      'journal local-workspace/other: is rows, must be none: there is no such account',
    ],
  ],
  [
    'a plan given to another account',
    "UPDATE trade_plans SET account_id = 'other', version = 4",
    [
      'trade_plans local-workspace/other: is rows, must be none: there is no such account',
      `trade_plan_legs ${main}/p1/1: is no row, must be one: the journal has fills of it`,
    ],
  ],
  [
    'a workspace without an owner',
    "DELETE FROM members WHERE role = 'owner'",
    ['members local-workspace/ role: is no owner, must be one: each workspace has an owner'],
  ],
  [
    'an account that is gone',
    'DELETE FROM paper_accounts',
    [
      `trade_plans ${main}: is rows, must be none: there is no such account`,
      `journal ${main}: is rows, must be none: there is no such account`,
      `paper_accounts ${main}: is no row, must be the first account of the workspace`,
      `positions ${main}: is rows, must be none: there is no such account`,
    ],
  ],
];

onEachEngine('tlab check', (engine) => {
  test('finds a ledger that the product wrote to add up', async () => {
    const state = makeState(engine);
    await withServer({ engine, marketPath: samplePath(), state }, async ({ api }) => {
      const made = (await api.post(accounts, { name: 'Second', starting_balance: '0.3' }, { expect: 201 })).json;
      const headers = { 'idempotency-key': randomUUID() };
      await api.post(`${accounts}/${made.id}/deposit`, { amount: '-0.1' }, { headers, expect: 200 });
      await api.post(`${accounts}/${made.id}/reset`, {}, { expect: 200 });
    });
    const sound = await check(state);
    assert.deepEqual([sound.status, sound.lines], [0, []]);
    assert.match(sound.end, /^it adds up: 2 accounts, 4 journal entries \(0 fills\), \d+ audit entries, 0 differences$/);
    changeState(state, plan);
    assert.match((await check(state)).end, /: 2 accounts, 6 journal entries \(2 fills\)/);
    changeState(state, unguarded(engine, "UPDATE audit_entries SET outcome = 'denied' WHERE number = 2"));
    const { status, lines } = await check(state);
    assert.deepEqual([status, lines], [1, ['audit_entries local-workspace/2: the entry was changed']]);
  });

  test('names what was edited behind its back', async () => {
    for (const [what, sql, expected] of edits) {
      const state = makeState(engine);
      assert.equal((await tlab(['user', 'list'], { env: state })).code, 0); // it makes what must exist
      changeState(state, plan);
      changeState(state, unguarded(engine, sql));
      const { status, lines, end } = await check(state);
      assert.equal(status, 1, `${what}: ${end}`);
      for (const line of expected)
        assert.ok(
          lines.some((found) => found.startsWith(line)),
          `${what}: no "${line}" in\n${lines.join('\n')}`,
        );
      assert.match(end, new RegExp(`^it does not add up: .*, ${lines.length} differences$`));
    }
  });

  test('asks for a state of its own version, and takes no words', async () => {
    const state = makeState(engine);
    const { code, stderr } = await tlab(['check'], { env: state });
    assert.equal(code, 1);
    assert.match(stderr, /tlab migrate/);
    assert.equal((await tlab(['check', 'now'], { env: state })).code, 2);
    assert.match((await tlab(['check', '--help'], { env: state })).stdout, /^usage: tlab check\n/);
  });
});

// How much of what its members make a workspace holds (S39): the last one that fits is taken, the next one is not, and the
// answer says how many there may be. What is counted elsewhere: jobs, accounts, category sets, tokens, workspaces.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertProblem, type Reply } from '../harness/http.ts';
import { addPerson, localWorkspace, memberPassword, Person, withPasswords } from '../harness/people.ts';
import type { Json } from '../harness/openapi.ts';
import { order, withOrders } from '../harness/orders.ts';
import { samplePath } from '../harness/sample.ts';
import { onEachEngine, Server } from '../harness/server.ts';
import { changeState } from '../harness/state.ts';

const plan = {
  account_id: 'paper-main',
  trade_type: 'single',
  legs: [{ symbol: 'BTCUSDT', side: 'long', planned_quantity: 0.01, planned_entry_price: 60000 }],
};

/** Rows 1 to `count`, as a table n(i). */
const numbers = (count: number): string =>
  `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count})`;

/** The id of row i, in SQL and as it comes out. */
const rowId = "'00000000-0000-7000-8000-' || (100000000000 + i)";
const idOf = (i: number): string => `00000000-0000-7000-8000-${100_000_000_000 + i}`;

function assertFull(reply: Reply, code: string, limit: number): void {
  assertProblem(reply, 409, code);
  assert.match(reply.json.detail, new RegExp(`\\b${limit}\\b`));
}

onEachEngine('a workspace', (engine) => {
  /** A server on a state that `fill` has changed while none ran, and its owner. */
  async function onFilled(fill: (owner: Person) => Promise<string>, use: (owner: Person) => Promise<void>): Promise<void> {
    const first = await Server.start({ engine, marketPath: samplePath(), env: { ...withPasswords(), ...withOrders } });
    const owner = await new Person(first.api).signIn();
    const script = await fill(owner);
    await first.stop();
    changeState(first.state, script);
    const second = await first.startAgain();
    try {
      await use(owner.copy(second.api));
    } finally {
      await second.stop();
    }
  }

  test('holds ten thousand plans, whatever became of them', async () => {
    const plans = `${localWorkspace}/trade-plans`;
    const fill = async (owner: Person): Promise<string> => {
      const { id } = (await owner.post(plans, plan, { expect: 201 })).json;
      return `INSERT INTO trade_plans (workspace_id, id, account_id, trade_type, status, created_by, created_at, updated_at)
        ${numbers(9998)}
        SELECT workspace_id, ${rowId}, account_id, trade_type, status, created_by, created_at, updated_at
        FROM trade_plans, n WHERE id = '${id}'`;
    };
    await onFilled(fill, async (owner) => {
      const { id } = (await owner.post(plans, plan, { expect: 201 })).json;
      await owner.delete(`${plans}/${id}`, { expect: 200 });
      assertFull(await owner.post(plans, plan), 'too_many_plans', 10_000);
      assertFull(await owner.post('/api/v1/trade-plans', plan), 'too_many_plans', 10_000);
      const other = await owner.makeWorkspace();
      const account = (await owner.get(`${other}/accounts`, { expect: 200 })).json.accounts[0].id;
      await owner.post(`${other}/trade-plans`, { ...plan, account_id: account }, { expect: 201 });
    });
  });

  test('has accounts of ten thousand positions, which are read as before', async () => {
    const send = (owner: Person, body: Json): Promise<Reply> => order(owner, { account_id: 'paper-main', quantity: 1, ...body });
    const buy = (symbol: string) => ({ symbol, side: 'buy', type: 'market', mark_prices: { [symbol]: 3 } });
    const fill = async (owner: Person): Promise<string> => {
      assert.equal((await send(owner, buy('FIRSTUSDT'))).status, 201);
      return `INSERT INTO positions (workspace_id, account_id, symbol, quantity, cost, updated_at)
        ${numbers(9998)} SELECT workspace_id, account_id, 'S' || i, '0.1', '0.1', updated_at FROM positions, n`;
    };
    await onFilled(fill, async (owner) => {
      assert.equal((await send(owner, buy('LASTUSDT'))).status, 201);
      assertFull(await send(owner, buy('MOREUSDT')), 'too_many_positions', 10_000);
      assertFull(await send(owner, { symbol: 'FLATUSDT', side: 'buy', type: 'limit', limit_price: 0.5 }), 'too_many_positions', 10_000);
      assert.equal((await send(owner, buy('LASTUSDT'))).status, 201);
      const account = `${localWorkspace}/accounts/paper-main`;
      await owner.get(account, { expect: 200 });
      const { positions } = (await owner.get(`${account}/positions`, { expect: 200 })).json;
      assert.equal(positions.length, 10_000);
      assert.equal((await send(owner, { ...buy('FIRSTUSDT'), side: 'sell' })).status, 201);
      assert.equal((await send(owner, buy('MOREUSDT'))).status, 201);
    });
  });

  test('has a thousand members, however they come', async () => {
    let team = '';
    let elsewhere = '';
    const fill = async (owner: Person): Promise<string> => {
      team = await owner.makeWorkspace();
      elsewhere = await owner.makeWorkspace();
      await addPerson(owner, elsewhere, 'viewer', 'late@example.org');
      const id = team.split('/').at(-1);
      return `INSERT INTO users (id, email, email_key, display_name, created_at)
          ${numbers(998)} SELECT ${rowId}, i || '@x.org', i || '@x.org', 'Filled', 1 FROM n;
        INSERT INTO members (workspace_id, user_id, role, created_at)
          ${numbers(998)} SELECT '${id}', ${rowId}, 'viewer', 1 FROM n`;
    };
    await onFilled(fill, async (owner) => {
      const add = (email: string) => owner.post(`${team}/members`, { email, role: 'viewer', password: memberPassword });
      assert.equal((await add('last@example.org')).status, 201);
      assertFull(await add('more@example.org'), 'too_many_members', 1000);
      assertFull(await add('late@example.org'), 'too_many_members', 1000);
      assert.equal((await add('last@example.org')).status, 200); // is one already
      const { token } = (await owner.post(`${team}/invitations`, { email: 'late@example.org', role: 'viewer' }, { expect: 201 })).json;
      const late = await new Person(owner.api).signIn('late@example.org', memberPassword);
      assertFull(await late.post(`/api/v1/invitations/${token}/accept`), 'too_many_members', 1000);
      const left = (await owner.get(`${team}/members`, { query: { limit: 2 }, expect: 200 })).json.members;
      await owner.delete(`${team}/members/${left[0].user_id}`, { expect: 204 });
      await late.post(`/api/v1/invitations/${token}/accept`, undefined, { expect: 201 }); // it was not used up
    });
  });

  test('has two hundred invitations that wait', async () => {
    let team = '';
    const fill = async (owner: Person): Promise<string> => {
      team = await owner.makeWorkspace();
      const ofTeam = team.split('/').at(-1);
      await owner.post(`${team}/invitations`, { email: 'first@example.org', role: 'viewer' }, { expect: 201 });
      const hash = engine === 'sqlite' ? "CAST('filled-' || i AS BLOB)" : "convert_to('filled-' || i, 'UTF8')";
      const ended = `UPDATE invitations SET expires_at = created_at + 1 WHERE id IN ('${idOf(1)}', '${idOf(2)}')`;
      return `INSERT INTO invitations (id, token_hash, workspace_id, email, email_key, role, created_by, created_at, expires_at)
          ${numbers(200)} SELECT ${rowId}, ${hash}, workspace_id, i || '@x.org', i || '@x.org', role, created_by,
            created_at, expires_at FROM invitations, n WHERE workspace_id = '${ofTeam}';
        ${ended}`;
    };
    await onFilled(fill, async (owner) => {
      const invite = (email: string) => owner.post(`${team}/invitations`, { email, role: 'viewer' });
      assert.equal((await invite('last@example.org')).status, 201);
      assertFull(await invite('more@example.org'), 'too_many_invitations', 200);
      assertFull(await owner.post(`${team}/members`, { email: 'more@example.org', role: 'viewer' }), 'too_many_invitations', 200);
      assert.equal((await invite('last@example.org')).status, 201); // the one before it ends
      await owner.delete(`${team}/invitations/${idOf(3)}`, { expect: 204 });
      assert.equal((await invite('more@example.org')).status, 201);
    });
  });

  test('gets a thousand accounts of other people from one of its owners', async () => {
    let team = '';
    const fill = async (owner: Person): Promise<string> => {
      team = await owner.makeWorkspace();
      return `INSERT INTO users (id, email, email_key, display_name, created_at, created_by)
        ${numbers(999)} SELECT ${rowId}, i || '@x.org', i || '@x.org', 'Filled', 1, 'local-user' FROM n`;
    };
    await onFilled(fill, async (owner) => {
      const add = (email: string) => owner.post(`${team}/members`, { email, role: 'owner', password: memberPassword });
      assert.equal((await add('last@example.org')).status, 201);
      assertFull(await add('more@example.org'), 'too_many_users', 1000);
      assert.equal((await add('7@x.org')).status, 201); // who has one already
      const other = await new Person(owner.api).signIn('last@example.org', memberPassword);
      const input = { email: 'more@example.org', role: 'viewer', password: memberPassword };
      await other.post(`${team}/members`, input, { expect: 201 });
    });
  });

  test('that somebody is added to takes no room of theirs, and their own are told of', async () => {
    const server = await Server.start({ engine, marketPath: samplePath(), env: withPasswords() });
    try {
      const owner = await new Person(server.api).signIn();
      const ann = await addPerson(owner, localWorkspace, 'viewer', 'ann@example.org');
      for (let i = 0; i < 49; i++) {
        const team = await owner.makeWorkspace(`Number ${i}`);
        await owner.post(`${team}/members`, { email: 'ann@example.org', role: 'owner' }, { expect: 201 });
      }
      const own = await ann.makeWorkspace('Her own');
      const { workspaces } = (await ann.get('/api/v1/auth/session', { expect: 200 })).json;
      assert.equal(workspaces.length, 51);
      assert.equal(workspaces.at(-1).id, own.split('/').at(-1));
      // Of all that she owns only the last one has no other owner.
      const user = `/api/v1/admin/users/${ann.userId}`;
      const disable = () => owner.patch(user, { status: 'disabled' }, { headers: { 'if-match': '*' } });
      assertProblem(await disable(), 409, 'last_owner');
      await ann.post(`${own}/members`, { email: 'local@example.invalid', role: 'owner' }, { expect: 201 });
      assert.equal((await disable()).status, 200);
    } finally {
      await server.stop();
    }
  });
});

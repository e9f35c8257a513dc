// What belongs to one workspace is not there in another, nor on the routes without a workspace: each verb on each kind
// of object, by somebody who may do everything where they are.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { assertProblem, type Reply } from '../harness/http.ts';
import { type Json, operations } from '../harness/openapi.ts';
import { limit, order, withOrders } from '../harness/orders.ts';
import { addPerson, memberPassword, Person, withPasswords } from '../harness/people.ts';
import { samplePath } from '../harness/sample.ts';
import { onEachEngine, useServer } from '../harness/server.ts';

const W = '/api/v1/workspaces/{workspace_id}';

/** Bodies that the routes take, so that nothing else is at fault. */
const bodies: Record<string, Json> = {
  [`PATCH ${W}/members/{user_id}`]: { role: 'viewer' },
  [`PATCH ${W}/backtests/{backtest_id}`]: { name: 'Taken' },
  [`PATCH ${W}/backtests/sweeps/{sweep_id}`]: { name: 'Taken' },
  [`PUT ${W}/category-sets/{set_id}`]: { name: 'Taken' },
  [`PATCH ${W}/accounts/{account_id}`]: { name: 'Taken' },
  [`POST ${W}/accounts/{account_id}/deposit`]: { amount: 1 },
  [`POST ${W}/accounts/{account_id}/reset`]: {},
  [`PATCH ${W}/trade-plans/{trade_plan_id}`]: { notes: 'Taken' },
};

const absent = '0198f5a2-6c1e-7d3a-9b57-2f4e8a1c6d90';
const uuid = /[0-9a-f]{8}-[0-9a-f-]{27}/;
const axes = '?x=fast&y=slow&metric=sharpe'; // a heat map asks for them first

const objects = operations.filter(
  ({ path }) => path.startsWith(`${W}/`) && path.indexOf('{', W.length) >= 0 && !path.includes('{token'),
);
const legacy = operations.filter(({ path }) => /^\/api\/v1\/(backtests|orders|trade-plans)\/\{/.test(path));

onEachEngine('objects of another workspace', (engine) => {
  const tlab = useServer(() => ({ engine, marketPath: samplePath(), env: withPasswords(withOrders) }));
  let alice: Person; // owns the workspace that has them
  let bob: Person; // owns another, and the local one
  let theirs = '';
  let ours = '';
  const ids: Record<string, string> = {};

  before(async () => {
    bob = await new Person(tlab.api).signIn();
    alice = await addPerson(bob, '/api/v1/workspaces/local-workspace', 'viewer', 'alice@example.org');
    theirs = await alice.makeWorkspace('Of Alice');
    ours = await bob.makeWorkspace('Of Bob');
    const run = { strategy_id: 'buy_and_hold', symbol: 'BTCUSDT' };
    const sweep = { strategy_id: 'ma_cross', symbol: 'BTCUSDT', params: { fast: [5, 10], slow: 20 } };
    const make = async (path: string, json: Json, status = 201): Promise<Json> =>
      (await alice.post(`${theirs}/${path}`, json, { expect: status })).json;
    ids.backtest_id = (await make('backtests', run)).id;
    ids.sweep_id = (await make('backtests/sweeps', sweep)).id;
    ids.job_id = made('backtest_id');
    ids.invitation_id = (await make('invitations', { email: 'new@example.org', role: 'viewer' })).id;
    const set = { name: 'Pairs', document: { categories: { Pair: ['BTCUSDT'] } } };
    ids.set_id = (await make('category-sets', set)).id;
    ids.account_id = (await make('accounts', { name: 'Second' })).id;
    const leg = { symbol: 'BTCUSDT', side: 'long', planned_quantity: 1, planned_entry_price: 1 };
    const plan = { account_id: 'paper-main', trade_type: 'single', legs: [leg] };
    ids.trade_plan_id = (await make('trade-plans', plan)).id;
    ids.order_id = (await order(alice, limit(0.5), { expect: 201 }, `${theirs}/orders`)).json.id;
    const member = { email: 'carol@example.org', role: 'viewer', password: memberPassword };
    ids.user_id = (await make('members', member)).user_id;
  });

  const made = (name: string): string => {
    const id = ids[name];
    assert.ok(id, `no ${name} was made`);
    return id;
  };
  const fill = (path: string, workspace: string, ofId = (id: string) => id): string =>
    path.replace(W, workspace).replace(/\{(\w+)\}/g, (_, name: string) => ofId(made(name)));

  const snapshot = async (): Promise<string[]> => {
    const paths = objects.filter(({ method, path }) => method === 'GET' && !/heatmap|accounts\/.*equity/.test(path)); // that ends now
    const replies = [];
    for (const { path } of paths) {
      const reply = await alice.get(fill(path, theirs));
      assert.ok([200, 409, 422].includes(reply.status), `${reply.path}: ${reply.text}`);
      if (reply.status === 200) replies.push(reply.text);
    }
    return replies;
  };

  test('are not found, and are not changed', async () => {
    const before = await snapshot();
    for (const { method, path } of objects) {
      const json = bodies[`${method} ${path}`];
      const send = (workspace: string, ofId = (id: string) => id): Promise<Reply> =>
        bob.send(method, fill(path, workspace, ofId) + (path.endsWith('heatmap') ? axes : ''), {
          headers: { 'if-match': '*' },
          ...(json && { json }),
        });
      const foreign = await send(ours);
      const code = path.includes('/category-sets/') ? 'unknown_category_set' : 'not_found';
      assertProblem(foreign, 404, code);
      const missing = await send(ours, () => absent);
      const bare = ({ json: { detail } }: Reply): string => detail.replace(uuid, 'id');
      assertProblem(missing, 404, code);
      assert.equal(bare(missing), bare(foreign), `${method} ${path}`);
      assertProblem(await send(theirs), 404, 'not_found');
    }
    assert.deepEqual(await snapshot(), before);
  });

  test('are not there on the routes without a workspace', async () => {
    const before = await snapshot();
    assert.ok(legacy.length >= 5);
    for (const { method, path } of legacy)
      assertProblem(await bob.send(method, fill(path, '')), 404, 'not_found');
    const { backtests } = (await bob.get('/api/v1/backtests', { expect: 200 })).json;
    assert.deepEqual(backtests, []);
    assert.deepEqual((await bob.get('/api/v1/trade-plans', { expect: 200 })).json.trade_plans, []);
    assert.deepEqual(await snapshot(), before);
  });

  test('made by somebody else are changed by editors only', async () => {
    const add = (role: string) => addPerson(alice, theirs, role, `${role}@example.org`);
    const [trader, editor] = [await add('trader'), await add('editor')];
    const path = `${theirs}/backtests/${ids.backtest_id}`;
    for (const reply of [
      await trader.patch(path, { name: 'x' }),
      await trader.delete(path),
      await trader.patch(`${theirs}/backtests/sweeps/${ids.sweep_id}`, { name: 'x' }),
      await trader.delete(`${theirs}/backtests/sweeps/${ids.sweep_id}`),
    ])
      assertProblem(reply, 403, 'forbidden');
    const run = { strategy_id: 'buy_and_hold', symbol: 'BTCUSDT' };
    const own = (await trader.post(`${theirs}/backtests`, run, { expect: 201 })).json;
    await trader.patch(`${theirs}/backtests/${own.id}`, { name: 'Mine' }, { expect: 200 });
    await editor.patch(path, { name: 'Edited' }, { expect: 200 });
    await editor.delete(`${theirs}/backtests/${own.id}`, { expect: 204 });
    const query = { action: 'backtest' };
    const [entry, ...others] = (await alice.get(`${theirs}/audit`, { query, expect: 200 })).json.entries;
    assert.deepEqual([entry.action, entry.object_type, entry.object_id], ['backtest.delete', 'backtest', own.id]);
    assert.deepEqual([entry.actor_email, others.length], ['editor@example.org', 0]);
    assert.deepEqual(entry.detail, { name: 'Mine', strategy_id: 'buy_and_hold', created_by: trader.userId });
  });
});

// ?decimals=string: the decimals of the ledger as strings, everything else as it is.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Api, assertProblem, type Reply } from '../harness/http.ts';
import type { Json } from '../harness/openapi.ts';
import { limit, marketBuy, order, withOrders } from '../harness/orders.ts';
import { samplePath } from '../harness/sample.ts';
import { onEachEngine, useServer } from '../harness/server.ts';

const local = '/api/v1/workspaces/local-workspace';
const asText = { query: { decimals: 'string' } };
const counts = new Set(['version', 'number', 'time', 'open_plans', 'bar_time']); // whole numbers that are no decimals
const quantity = '0.000000000000000001';

/** JSON whose numbers are decimals written as strings. */
const quoted = (text: string): string =>
  text.replace(/"(\w+)":(-?\d+(?:\.\d+)?)/g, (found, name: string, digits: string) =>
    counts.has(name) ? found : `"${name}":"${digits}"`,
  );

const plan = (side = 'long'): Json => ({
  account_id: 'paper-main',
  trade_type: 'single',
  max_risk_amount: 100,
  legs: [{ symbol: 'BTCUSDT', side, planned_quantity: 0.1, planned_entry_price: 60000, stop_price: 59900.5 }],
});
const at = (price: string): Json => ({ mark_prices: { BTCUSDT: price } });

/** What else an object answers when the other form is asked for; times of "now" and marks do not change in between. */
async function assertBoth(api: Api, path: string): Promise<Reply> {
  const text = await api.get(path, { ...asText, expect: 200 });
  assert.equal(text.text, quoted((await api.get(path, { expect: 200 })).text), path);
  return text;
}

onEachEngine('decimals', (engine) => {
  const tlab = useServer(() => ({ engine, marketPath: samplePath(), env: withOrders }));

  test('are strings of every digit on each route of the ledger that is read', async () => {
    const { id } = (await tlab.api.post(`${local}/trade-plans`, plan(), { expect: 201 })).json;
    await tlab.api.post(`${local}/trade-plans/${id}/paper-open`, at('60000.000000000000000001'), { expect: 200 });
    await tlab.api.post(`${local}/trade-plans/${id}/paper-close`, { ...at('61000'), fraction: 0.5 }, { expect: 200 });
    const resting = (await order(tlab.api, limit('0.123456789012345678'), { expect: 201 })).json;
    const one = `${local}/trade-plans/${id}`;
    for (const path of [one, `${one}/pnl`, `${one}/fills`, `${one}/replay`, `${local}/accounts`]) {
      const { text } = await assertBoth(tlab.api, path);
      assert.match(text, /":"-?\d+/, path);
    }
    const main = `${local}/accounts/paper-main`;
    for (const path of [main, `${main}/positions`, `${main}/ledger`, `${local}/orders`, `${local}/orders/${resting.id}`])
      await assertBoth(tlab.api, path);
    for (const path of ['/api/v1/accounts', '/api/v1/trade-plans', '/api/v1/orders', `/api/v1/trade-plans/${id}`])
      await assertBoth(tlab.api, path);
    const listed = await tlab.api.get(`${local}/trade-plans`, { query: { include: 'pnl', decimals: 'string' }, expect: 200 });
    assert.equal(typeof listed.json.trade_plans[0].pnl.realized_pnl, 'string');
    const curve = (await tlab.api.get(`${main}/equity`, { ...asText, expect: 200 })).json.points.at(-1);
    assert.deepEqual([typeof curve.time, typeof curve.equity, typeof curve.cash], ['number', 'string', 'string']);
    const fills = (await tlab.api.get(`${one}/fills`, { ...asText, expect: 200 })).json.fills;
    assert.equal(fills[0].price, '60000.000000000000000001');
    assert.equal((await tlab.api.get(`${local}/orders/${resting.id}`, asText)).json.limit_price, '0.123456789012345678');
  });

  test('are strings in the answers of what is made and moved, and taken back as they were given', async () => {
    const made = await tlab.api.post(`${local}/trade-plans`, { ...plan('short'), legs: [{ ...plan('short').legs[0],
      planned_quantity: quantity, stop_price: undefined }] }, { ...asText, expect: 201 });
    assert.equal(made.json.legs[0].planned_quantity, quantity);
    const again = await tlab.api.post(`${local}/trade-plans`, { ...plan('short'), legs: [{ symbol: 'BTCUSDT', side: 'short',
      planned_quantity: made.json.legs[0].planned_quantity, planned_entry_price: made.json.legs[0].planned_entry_price }] },
      { expect: 201 });
    assert.match(again.text, new RegExp(`"planned_quantity":${quantity.replace('.', '\\.')},`));
    const path = `${local}/trade-plans/${made.json.id}`;
    const tag = { 'if-match': String(made.headers.etag) };
    const edited = await tlab.api.patch(path, { notes: 'fine' }, { ...asText, headers: tag, expect: 200 });
    assert.equal(edited.json.max_risk_amount, '100');
    const stale = await tlab.api.patch(path, { notes: 'finer' }, { ...asText, headers: tag, expect: 412 });
    assert.equal(stale.json.current.max_risk_amount, '100');
    const opened = await tlab.api.post(`${path}/paper-open`, at('60000'), { ...asText, expect: 200 });
    assert.equal(opened.json.fills[0].quantity, quantity);
    const closed = await tlab.api.post(`${path}/paper-close`, at('60000'), { ...asText, expect: 200 });
    assert.equal(closed.json.legs[0].quantity_closed, quantity);
    const account = await tlab.api.post(`${local}/accounts`, { name: 'Text' }, { ...asText, expect: 201 });
    assert.equal(account.json.starting_balance, '100000');
    const main = `${local}/accounts/${account.json.id}`;
    const richer = await tlab.api.post(`${main}/deposit`, { amount: '0.1' }, { ...asText, expect: 200 });
    assert.equal(richer.json.cash, '100000.1');
    assert.equal((await tlab.api.post(`${main}/reset`, {}, { ...asText, expect: 200 })).json.cash, '100000');
    const filled = await order(tlab.api, { ...marketBuy, quantity: '2.5' }, { ...asText, expect: 201 });
    assert.deepEqual([filled.json.quantity, filled.json.fill.fee], ['2.5', '0.0025']);
  });

  test('are numbers when nothing is asked for, and nothing else is known', async () => {
    const plain = await tlab.api.get(`${local}/accounts/paper-main`, { expect: 200 });
    assert.equal((await tlab.api.get(`${local}/accounts/paper-main`, { query: { decimals: 'number' } })).text, plain.text);
    const odd = await tlab.api.get(`${local}/accounts/paper-main`, { query: { decimals: 'float' } });
    assertProblem(odd, 422, 'invalid_input', ['?decimals']);
    const before = (await tlab.api.get(`${local}/trade-plans`, { expect: 200 })).json.trade_plans.length;
    const unmade = await tlab.api.post(`${local}/trade-plans`, plan(), { query: { decimals: 'Number' } });
    assertProblem(unmade, 422, 'invalid_input', ['?decimals']);
    assert.equal((await tlab.api.get(`${local}/trade-plans`)).json.trade_plans.length, before);
    assertProblem(await tlab.api.get('/api/v1/symbols', { query: { decimals: 'string' } }), 422, 'invalid_input', ['?decimals']);
  });
});

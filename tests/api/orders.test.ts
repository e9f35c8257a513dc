// Orders for paper money: what is filled at once, what rests, what is refused, and that each acts once.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { before, test } from 'node:test';
import { EventStream } from '../harness/events.ts';
import { assertProblem } from '../harness/http.ts';
import type { Json } from '../harness/openapi.ts';
import { limit, localOrders as orders, marketBuy, order, withOrders } from '../harness/orders.ts';
import { allPages } from '../harness/pages.ts';
import { addPerson, localWorkspace, Person, withPasswords } from '../harness/people.ts';
import { samplePath } from '../harness/sample.ts';
import { makeState, onEachEngine, Server, useServer } from '../harness/server.ts';
import { queryState } from '../harness/state.ts';
import { tlabOk } from '../harness/tlab.ts';

const absent = '0198f5a2-6c1e-7d3a-9b57-2f4e8a1c6d90';
const keyed = (key: string) => ({ headers: { 'idempotency-key': key } });

onEachEngine('orders', (engine) => {
  const tlab = useServer(() => ({ engine, marketPath: samplePath(), env: withOrders }));
  const at = (id: string): string => `${orders}/${id}`;
  const send = (body: Json, expect = 201): Promise<Json> => order(tlab.api, body, { expect }).then(({ json }) => json);

  test('at the market are filled at the newest close, with the fee of the account', async () => {
    const reply = await order(tlab.api, { ...marketBuy, quantity: '2.5', note: 'first' }, { expect: 201 });
    const { id, fill, created_at, updated_at, ...rest } = reply.json;
    assert.equal(reply.headers.location, at(id));
    assert.deepEqual(rest, {
      workspace_id: 'local-workspace',
      account_id: 'paper-main',
      symbol: 'FLATUSDT',
      side: 'buy',
      type: 'market',
      quantity: 2.5,
      limit_price: null,
      time_in_force: 'gtc',
      note: 'first',
      status: 'filled',
      reject_reason: null,
      version: 2,
      created_by: 'local-user',
    });
    assert.ok(created_at && updated_at >= created_at);
    assert.deepEqual([fill.price, fill.fee], [1, 0.0025]);
    const read = await tlab.api.get(at(id), { expect: 200 });
    assert.equal(read.text, reply.text);
    assert.equal(read.headers.etag, reply.headers.etag);
    await tlab.api.get(at(id), { headers: { 'if-none-match': String(read.headers.etag) }, expect: 304 });
  });

  test('are filled at a price that comes with them, also of a symbol that is not stored', async () => {
    const at70 = await send({ ...marketBuy, symbol: 'btcusdt', quantity: 0.01, mark_prices: { BTCUSDT: '70000.5' } });
    assert.deepEqual([at70.symbol, at70.fill.price, at70.fill.fee], ['BTCUSDT', 70000.5, 0.700005]);
    const strange = await send({ ...marketBuy, symbol: 'newusdt', mark_prices: { newusdt: 3 } });
    assert.deepEqual([strange.symbol, strange.fill.price], ['NEWUSDT', 3]);
  });

  test('with a limit are filled at the mark where it is the limit or better, and rest otherwise', async () => {
    const cases: [Json, string, number | null][] = [
      [limit(1), 'filled', 1],
      [limit('1.5'), 'filled', 1],
      [limit(0.999), 'accepted', null],
      [limit(1, { side: 'sell' }), 'filled', 1],
      [limit(0.5, { side: 'sell' }), 'filled', 1],
      [limit('1.000000000000000001', { side: 'sell' }), 'accepted', null],
      [limit(0.999, { time_in_force: 'ioc' }), 'cancelled', null],
      [limit(1, { time_in_force: 'ioc' }), 'filled', 1],
      [{ ...marketBuy, time_in_force: 'ioc' }, 'filled', 1],
    ];
    for (const [body, status, price] of cases) {
      const made = await send(body);
      assert.deepEqual([made.status, made.fill?.price ?? null], [status, price], JSON.stringify(body));
      if (status === 'accepted') await tlab.api.delete(at(made.id), { expect: 200 });
    }
  });

  test('that rest can be cancelled once', async () => {
    const made = await send(limit(0.9));
    assert.deepEqual([made.status, made.version], ['accepted', 1]);
    const reply = await tlab.api.delete(at(made.id), { expect: 200 });
    assert.deepEqual([reply.json.status, reply.json.version, reply.json.fill], ['cancelled', 2, null]);
    assert.equal((await tlab.api.get(at(made.id))).text, reply.text);
    const again = await tlab.api.delete(at(made.id));
    assertProblem(again, 409, 'order_ended');
    assert.match(again.json.detail, /cancelled/);
    const filled = await tlab.api.delete(at((await send(marketBuy)).id));
    assertProblem(filled, 409, 'order_ended');
    assert.match(filled.json.detail, /filled/);
    assertProblem(await tlab.api.delete(at(absent)), 404, 'not_found');
    assertProblem(await tlab.api.get(at(absent)), 404, 'not_found');
  });

  test('that were read at another version are not cancelled', async () => {
    const reply = await order(tlab.api, limit(0.9), { expect: 201 });
    const match = (tag: string) => ({ headers: { 'if-match': tag } });
    const stale = await tlab.api.delete(at(reply.json.id), match('"other-1"'));
    assertProblem(stale, 412, 'precondition_failed');
    assert.equal(stale.json.current.id, reply.json.id);
    await tlab.api.delete(at(reply.json.id), { ...match(String(reply.headers.etag)), expect: 200 });
  });

  test('are cancelled by one of many who try at once', async () => {
    const { id } = await send(limit(0.9));
    const replies = await Promise.all(Array.from({ length: 32 }, () => tlab.api.delete(at(id))));
    const statuses = replies.map(({ status }) => status).sort();
    assert.deepEqual(statuses, [200, ...Array.from({ length: 31 }, () => 409)]);
  });

  test('need a key, and act once with it', async () => {
    const missing = await tlab.api.post(orders, marketBuy);
    assertProblem(missing, 400, 'idempotency_key_missing');
    assert.match(missing.json.detail, /Idempotency-Key/);
    const key = randomUUID();
    const replies = await Promise.all(Array.from({ length: 8 }, () => order(tlab.api, marketBuy, keyed(key))));
    assert.equal(new Set(replies.map(({ text }) => text)).size, 1);
    assert.equal(replies.filter(({ headers }) => headers['idempotency-replayed'] !== 'true').length, 1);
    assertProblem(await order(tlab.api, { ...marketBuy, quantity: 2 }, keyed(key)), 422, 'idempotency_key_reused');
  });

  test('that say too little, too much or nonsense are refused by member', async () => {
    const cases: [Json, string[]][] = [
      [{}, ['/symbol', '/side', '/type', '/quantity']],
      [{ ...marketBuy, side: 'long' }, ['/side']],
      [{ ...marketBuy, type: 'stop' }, ['/type']],
      [{ ...marketBuy, time_in_force: 'fok' }, ['/time_in_force']],
      [{ ...marketBuy, limit_price: 1 }, ['/limit_price']],
      [{ ...marketBuy, type: 'limit' }, ['/limit_price']],
      [limit(0), ['/limit_price']],
      [limit(-1), ['/limit_price']],
      [{ ...marketBuy, symbol: 'NOSUCHUSDT' }, ['/symbol']],
      [{ ...marketBuy, symbol: 'A B', mark_prices: { 'A B': 1 } }, ['/symbol']],
      [{ ...marketBuy, mark_prices: { FLATUSDT: 0 } }, ['/mark_prices/FLATUSDT']],
      [{ ...marketBuy, note: 'x'.repeat(1001) }, ['/note']],
      [{ ...marketBuy, stop_price: 1 }, ['/stop_price']],
      ...[0, -1, '1e-19', 'NaN', '', '123456789012345678901', true, -0].map(
        (quantity): [Json, string[]] => [{ ...marketBuy, quantity }, ['/quantity']],
      ),
    ];
    for (const [body, pointers] of cases)
      assertProblem(await order(tlab.api, body), 422, 'invalid_input', pointers);
    const near = await order(tlab.api, { ...marketBuy, symbol: 'FLATUSD' });
    assert.ok(near.json.near.includes('FLATUSDT'));
    assertProblem(await order(tlab.api, { ...marketBuy, account_id: 'other' }), 404, 'not_found');
  });

  test('beyond what the account can carry are refused with the figures, closing ones never', async () => {
    const over = await order(tlab.api, { ...marketBuy, quantity: 100_001 });
    assertProblem(over, 422, 'insufficient_buying_power');
    assert.match(over.json.detail, /equity .* leverage 1/);
    assertProblem(await order(tlab.api, limit(0.5, { quantity: 250_000 })), 422, 'insufficient_buying_power');
    const huge = await order(tlab.api, { ...marketBuy, quantity: '99999999999999999999', mark_prices: { FLATUSDT: 1000 } });
    assertProblem(huge, 422, 'amount_too_large');
    const held = { symbol: 'ETHUSDT', quantity: 10 };
    await send({ ...marketBuy, ...held, mark_prices: { ETHUSDT: 1000 } });
    // at this price the account could not carry it, but it only gets rid of it
    const sold = await send({ ...marketBuy, ...held, side: 'sell', mark_prices: { ETHUSDT: 100_000 } });
    assert.equal(sold.status, 'filled');
  });

  test('are told, and noted in the audit log', async () => {
    const stream = await EventStream.open(tlab.api);
    const { id } = await send(limit(0.9));
    await tlab.api.delete(at(id), { expect: 200 });
    const told = (status: string) => (e: { type: string; data: Json }) => e.type === 'order' && e.data.id === id && e.data.status === status;
    const accepted = await stream.find('the order', told('accepted'));
    assert.deepEqual(accepted.data, { id, account_id: 'paper-main', symbol: 'FLATUSDT', status: 'accepted', version: 1 });
    await stream.find('its end', told('cancelled'));
    stream.close();
    const { json } = await tlab.api.get(`${localWorkspace}/audit`, { query: { limit: 2 }, expect: 200 });
    assert.deepEqual(
      json.entries.map((entry: Json) => [entry.action, entry.object_id]),
      [
        ['order.cancel', id],
        ['order.create', id],
      ],
    );
  });

  test('are listed newest first, by state, symbol and account, also as CSV', async () => {
    const rest = await send(limit(0.25, { note: '=1+1' }));
    const listed = (await allPages(tlab.api, orders, { limit: 3 })).flatMap((page) => page.orders);
    assert.equal(listed[0].id, rest.id);
    assert.deepEqual(
      listed.map((one: Json) => one.created_at),
      listed.map((one: Json) => one.created_at).sort().reverse(),
    );
    const those = async (query: Json): Promise<Json[]> => (await tlab.api.get(orders, { query, expect: 200 })).json.orders;
    assert.deepEqual((await those({ status: 'accepted' })).map(({ id }) => id), [rest.id]);
    const ofBitcoin = await those({ symbol: 'btcusdt' });
    assert.ok(ofBitcoin.length > 0 && ofBitcoin.every(({ symbol }) => symbol === 'BTCUSDT'));
    assert.deepEqual(await those({ account_id: 'other' }), []);
    const csv = await tlab.api.get(orders, { query: { format: 'csv', limit: 1 }, expect: 200 });
    const [header, row] = csv.text.split('\n');
    assert.ok(header?.startsWith('id,created_at,account_id,symbol,side'));
    assert.equal(
      row,
      `${rest.id},${rest.created_at},paper-main,FLATUSDT,buy,limit,1,0.25,gtc,accepted,,,,,"'=1+1"`,
    );
    assert.ok(csv.headers['x-next-cursor']);
    const filled = await tlab.api.get(orders, { query: { status: 'filled' }, headers: { accept: 'text/csv' }, expect: 200 });
    assert.match(filled.text.split('\n')[1] as string, /,filled,\d[\d.]*,\d[\d.]*,\d{4}-/);
    for (const query of [{ limit: 0 }, { status: 'open' }, { cursor: 'x' }, { format: 'xml' }])
      assertProblem(await tlab.api.get(orders, { query }), 422, 'invalid_input', [`?${Object.keys(query)[0]}`]);
    await tlab.api.delete(at(rest.id), { expect: 200 });
  });

  test('belong to their workspace', async () => {
    const { json } = await tlab.api.post('/api/v1/workspaces', { name: 'Other' }, { expect: 201 });
    const elsewhere = `/api/v1/workspaces/${json.id}/orders`;
    const theirs = await order(tlab.api, limit(0.9), { expect: 201 }, elsewhere);
    assert.equal(theirs.json.workspace_id, json.id);
    assertProblem(await tlab.api.get(at(theirs.json.id)), 404, 'not_found');
    assertProblem(await tlab.api.delete(at(theirs.json.id)), 404, 'not_found');
    assert.equal((await tlab.api.get(elsewhere)).json.orders.length, 1);
    assertProblem(await tlab.api.get(`/api/v1/workspaces/${absent}/orders`), 404, 'not_found');
    assertProblem(await order(tlab.api, marketBuy, {}, `/api/v1/workspaces/${absent}/orders`), 404, 'not_found');
  });

  test('of the local workspace have their short paths', async () => {
    const short = '/api/v1/orders';
    assertProblem(await tlab.api.post(short, marketBuy), 400, 'idempotency_key_missing');
    assertProblem(await order(tlab.api, {}, {}, short), 422, 'invalid_input');
    assertProblem(await order(tlab.api, { ...marketBuy, account_id: 'other' }, {}, short), 404, 'not_found');
    const made = await order(tlab.api, limit(0.9), { expect: 201 }, short);
    const path = `${short}/${made.json.id}`;
    assert.equal(made.headers.location, path);
    assert.equal((await tlab.api.get(path, { expect: 200 })).text, made.text);
    await tlab.api.get(path, { headers: { 'if-none-match': String(made.headers.etag) }, expect: 304 });
    assertProblem(await tlab.api.delete(path, { headers: { 'if-match': '"x"' } }), 412, 'precondition_failed');
    assert.equal((await tlab.api.delete(path, { expect: 200 })).json.status, 'cancelled');
    assertProblem(await tlab.api.delete(path), 409, 'order_ended');
    assert.equal((await tlab.api.get(short, { expect: 200 })).json.orders[0].id, made.json.id);
    assertProblem(await tlab.api.get(`${short}/${absent}`), 404, 'not_found');
    assertProblem(await tlab.api.delete(`${short}/${absent}`), 404, 'not_found');
    assertProblem(await tlab.api.get(short, { query: { limit: 0 } }), 422, 'invalid_input', ['?limit']);
  });

  test('show in the session that they are taken', async () => {
    const { json } = await tlab.api.get('/api/v1/auth/session', { expect: 200 });
    assert.equal(json.trading_mode, 'paper');
  });
});

onEachEngine('a server that takes no orders', (engine) => {
  const tlab = useServer(() => ({ engine, marketPath: samplePath(), env: withPasswords() }));
  let owner: Person;
  before(async () => {
    owner = await new Person(tlab.api).signIn();
  });

  test('lists them, and says why it refuses others', async () => {
    for (const path of [orders, '/api/v1/orders']) {
      assert.deepEqual((await owner.get(path, { expect: 200 })).json, { orders: [], next_cursor: null });
      // as the guide has them: without key, without body
      for (const reply of [
        await owner.post(path),
        await owner.post(path, marketBuy),
        await owner.post(path, marketBuy, keyed(randomUUID())),
        await owner.delete(`${path}/${absent}`),
      ]) {
        assertProblem(reply, 403, 'trading_disabled');
        assert.match(reply.json.detail, /TRADING_MODE=readonly/);
      }
    }
    assert.equal((await owner.get('/api/v1/auth/session')).json.trading_mode, undefined);
  });

  test('says first who may not trade at all', async () => {
    const viewer = await addPerson(owner, localWorkspace, 'viewer', 'viewer@example.org');
    await viewer.get(orders, { expect: 200 });
    for (const reply of [await viewer.post(orders, marketBuy), await viewer.delete(`${orders}/${absent}`)])
      assertProblem(reply, 403, 'forbidden');
    assertProblem(await new Person(tlab.api).post(orders, marketBuy), 401, 'unauthenticated');
  });
});

onEachEngine('TRADING_MODE', (engine) => {
  const start = (env: Record<string, string>) =>
    assert.rejects(Server.start({ engine, marketPath: samplePath(), env }), (error: Error) => {
      assert.match(error.message, /TRADING_MODE/);
      return true;
    });

  test('of any other value stops the start', async () => {
    for (const mode of ['live', 'PAPER', 'true', 'readonly ']) await start({ TRADING_MODE: mode });
  });

  test('of paper is not for everybody who reaches the server', async () => {
    await start({ ...withOrders, HOST: '0.0.0.0', ALLOW_INSECURE_BIND: '1' });
  });
});

onEachEngine('what orders leave behind', (engine) => {
  test('is a journal in which each has one fill, or none', async () => {
    const server = await Server.start({ engine, marketPath: samplePath(), state: makeState(engine), env: withOrders });
    const mixed = Array.from({ length: 40 }, (_, i) => (i % 3 ? { ...marketBuy, side: i % 2 ? 'buy' : 'sell' } : limit(0.9)));
    const made = await Promise.all(mixed.map((body) => order(server.api, body, { expect: 201 })));
    const filled = made.filter(({ json }) => json.status === 'filled').map(({ json }) => json.id);
    await server.stop();
    await tlabOk(['check'], { env: server.state });
    const rows = queryState(server.state, "SELECT order_id, quantity, price, fee, slippage_bps, mark_source FROM journal WHERE kind = 'fill' ORDER BY number");
    assert.deepEqual(rows.map(([id]) => id).sort(), filled.sort());
    for (const [, ...rest] of rows) assert.deepEqual(rest, ['1', '1', '0.001', '0', 'candle']);
    const numbers = queryState(server.state, "SELECT fill_number FROM paper_orders WHERE status = 'filled' ORDER BY fill_number");
    assert.deepEqual(numbers.map(([n]) => Number(n)), filled.map((_, i) => i + 2));
  });
});

// Orders that rest, and the candles that come: each is filled once, at the limit or at a better open.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { EventStream, type StreamEvent } from '../harness/events.ts';
import type { Api } from '../harness/http.ts';
import type { Json } from '../harness/openapi.ts';
import { localOrders as orders, order, withOrders } from '../harness/orders.ts';
import { makeState, onEachEngine, Server, useServer } from '../harness/server.ts';
import { tlabOk } from '../harness/tlab.ts';
import { calm, Market } from '../harness/watching.ts';

const account = '/api/v1/workspaces/local-workspace/accounts/paper-main';

const rest = async (api: Api, symbol: string, side: string, limit_price: number, quantity: unknown = 1): Promise<Json> => {
  const { json } = await order(api, { symbol, side, type: 'limit', quantity, limit_price }, { expect: 201 });
  assert.equal(json.status, 'accepted');
  return json;
};

const became = (stream: EventStream, { id }: Json, status: string): Promise<StreamEvent> =>
  stream.find(`order ${id} ${status}`, (e) => e.type === 'order' && e.data.id === id && e.data.status === status);

const read = async (api: Api, { id }: Json): Promise<Json> => (await api.get(`${orders}/${id}`, { expect: 200 })).json;

const fillOf = async (api: Api, { id }: Json): Promise<Json> => {
  const { json } = await api.get(`${account}/ledger`, { query: { kind: 'fill', limit: 1000 }, expect: 200 });
  const fills = json.entries.filter((entry: Json) => entry.order_id === id);
  assert.equal(fills.length, 1, 'an order has one fill');
  return fills[0];
};

onEachEngine('an order that rests', (engine) => {
  const market = new Market();
  before(async () => {
    for (const symbol of ['ONEUSDT', 'TWOUSDT', 'TENUSDT', 'LATEUSDT']) await market.add(symbol, '1h', 0, [calm(100)]);
  });
  const tlab = useServer(() => ({ engine, marketPath: market.path, env: withOrders }));
  let stream: EventStream;
  const watching = async (): Promise<EventStream> => (stream ??= await EventStream.open(tlab.api));

  test('is filled at its limit by a candle that crosses it, and at the open of one that gapped through', async () => {
    await watching();
    const [touched, exact, gapped, missed] = [
      await rest(tlab.api, 'ONEUSDT', 'buy', 95),
      await rest(tlab.api, 'ONEUSDT', 'buy', 94),
      await rest(tlab.api, 'TWOUSDT', 'buy', 95),
      await rest(tlab.api, 'ONEUSDT', 'buy', 93.99),
    ];
    const [sold, soldAtGap] = [await rest(tlab.api, 'ONEUSDT', 'sell', 105), await rest(tlab.api, 'TWOUSDT', 'sell', 101)];
    await market.add('ONEUSDT', '1h', 1, [calm(99), [99, 105, 94, 98]]);
    await market.add('TWOUSDT', '1h', 1, [[90, 91, 89, 90], [120, 121, 119, 120]]);
    for (const [made, price] of [[touched, 95], [exact, 94], [gapped, 90], [sold, 105], [soldAtGap, 120]] as const) {
      await became(stream, made, 'filled');
      const now = await read(tlab.api, made);
      assert.deepEqual([now.status, now.version, now.fill.price], ['filled', 2, price]);
      const entry = await fillOf(tlab.api, made);
      assert.deepEqual([entry.number, entry.price, entry.actor_id], [now.fill.number, price, 'local-user']);
    }
    assert.equal((await read(tlab.api, missed)).status, 'accepted');
    await tlab.api.delete(`${orders}/${missed.id}`, { expect: 200 });
  });

  test('counts candles that open later than what was stored when it came, each of them once', async () => {
    await watching();
    const held = await rest(tlab.api, 'LATEUSDT', 'buy', 50);
    // the later one is looked at after the other: when it is filled, both were
    const sign = await rest(tlab.api, 'LATEUSDT', 'buy', 99);
    await market.add('LATEUSDT', '1h', 5, [[100, 100, 98, 100]]);
    await became(stream, sign, 'filled');
    // a candle of before what was looked at, and one of a time that was stored already
    await market.add('LATEUSDT', '1h', 2, [[100, 100, 10, 100]]);
    await market.add('LATEUSDT', '1d', -1, [[100, 100, 10, 100]]);
    const second = await rest(tlab.api, 'LATEUSDT', 'buy', 97);
    await market.add('LATEUSDT', '1h', 6, [[100, 100, 96, 100]]);
    await became(stream, second, 'filled');
    const now = await read(tlab.api, held);
    assert.deepEqual([now.status, now.version], ['accepted', 1]); // that it was looked at is no change of it
    await market.add('LATEUSDT', '1h', 7, [[100, 100, 49, 100]]);
    await became(stream, held, 'filled');
  });

  test('is rejected with the figures when its account cannot carry it any more', async () => {
    await watching();
    const [first, second] = [await rest(tlab.api, 'TENUSDT', 'buy', 90, 800), await rest(tlab.api, 'TENUSDT', 'buy', 90, 800)];
    await market.add('TENUSDT', '1h', 1, [[100, 100, 90, 95]]);
    await became(stream, first, 'filled');
    await became(stream, second, 'rejected');
    const { reject_reason, fill, status } = await read(tlab.api, second);
    assert.deepEqual([status, fill], ['rejected', null]);
    assert.match(reject_reason, /the positions would be worth .* equity .* leverage 1/);
    stream.close();
  });
});

onEachEngine('an order and those who cancel it', (engine) => {
  test('end it in one way, however many try while a candle fills it', async () => {
    const market = new Market();
    await market.add('RACEUSDT', '1h', 0, [calm(100)]);
    const server = await Server.start({ engine, marketPath: market.path, env: withOrders });
    const { api } = server;
    const stream = await EventStream.open(api);
    const ends: Record<string, number> = {};
    for (let round = 0; round < 4; round++) {
      const seen = stream.events.length;
      const made = await rest(api, 'RACEUSDT', 'buy', 95);
      const arriving = market.add('RACEUSDT', '1h', round + 1, [[100, 100, 95, 100]]);
      await stream.find('the candles', (e) => e.type === 'candles', { from: seen }); // the order is looked at now
      const replies = await Promise.all(Array.from({ length: 32 }, () => api.delete(`${orders}/${made.id}`)));
      await arriving;
      const { status, version } = await read(api, made);
      const won = replies.filter((reply) => reply.status === 200).length;
      assert.equal(won, status === 'cancelled' ? 1 : 0, status);
      assert.ok(replies.every((reply) => reply.status === 200 || reply.json.code === 'order_ended'));
      assert.equal(version, 2);
      ends[status] = (ends[status] ?? 0) + 1;
    }
    const { json } = await api.get(`${account}/ledger`, { query: { kind: 'fill' }, expect: 200 });
    assert.equal(json.entries.length, ends.filled ?? 0, 'a fill for each that was filled, and no other');
    assert.equal((ends.filled ?? 0) + (ends.cancelled ?? 0), 4);
    stream.close();
    await server.stop();
    await tlabOk(['check'], { env: server.state });
  });
});

onEachEngine('an order that rests while no server runs', (engine) => {
  test('is filled by what came meanwhile when one starts', async () => {
    const market = new Market();
    await market.add('SLEEPUSDT', '1h', 0, [calm(100)]);
    const first = await Server.start({ engine, marketPath: market.path, env: withOrders });
    const made = await rest(first.api, 'SLEEPUSDT', 'buy', 95);
    await first.stop();
    await market.add('SLEEPUSDT', '1h', 1, [[100, 100, 90, 100], calm(50)]);
    const second = await first.startAgain();
    const stream = await EventStream.open(second.api);
    if ((await read(second.api, made)).status === 'accepted') await became(stream, made, 'filled');
    assert.equal((await read(second.api, made)).fill.price, 95);
    stream.close();
    await second.stop();
  });
});

onEachEngine('orders that two processes watch', (engine) => {
  const skip = engine === 'sqlite' && 'one process has the state';
  test('are filled once each', { skip }, async () => {
    const market = new Market();
    await market.add('BOTHUSDT', '1h', 0, [calm(100)]);
    const options = { engine, marketPath: market.path, env: { ...withOrders, JOB_WORKERS: '2' }, state: makeState(engine) };
    const servers = [await Server.start(options), await Server.start(options)] as const;
    const stream = await EventStream.open(servers[0].api);
    const made = [];
    for (let i = 0; i < 20; i++) made.push(await rest(servers[i % 2 ? 1 : 0].api, 'BOTHUSDT', i % 3 ? 'buy' : 'sell', i % 3 ? 95 : 105));
    await market.add('BOTHUSDT', '1h', 1, [[100, 105, 95, 100]]);
    for (const one of made) await became(stream, one, 'filled');
    for (const one of made) assert.equal((await fillOf(servers[1].api, one)).quantity, 1);
    const told = stream.events.filter((e) => e.type === 'order' && e.data.status === 'filled').map((e) => e.data.id);
    assert.equal(new Set(told).size, told.length, 'told once');
    stream.close();
    for (const server of servers) await server.stop();
    await tlabOk(['check'], { env: options.state });
  });
});

// Trade plans that are closed, or found wrong, by the candles that come: once, at the prices that there were.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { EventStream, type StreamEvent } from '../harness/events.ts';
import type { Api } from '../harness/http.ts';
import type { Json } from '../harness/openapi.ts';
import { makeState, onEachEngine, Server, useServer } from '../harness/server.ts';
import { tlabOk } from '../harness/tlab.ts';
import { type Arrival, type Bars, calm, Market } from '../harness/watching.ts';

const local = '/api/v1/workspaces/local-workspace';
const plans = `${local}/trade-plans`;

const leg = (symbol: string, side = 'long', more: Json = {}): Json => ({
  symbol,
  side,
  planned_quantity: 1,
  planned_entry_price: 100,
  ...more,
});

const types: Record<number, string> = { 1: 'single', 2: 'pair' };

/** Open at the newest close, which is 100, unless prices are given. */
async function opened(api: Api, legs: Json[], more: Json = {}, mark_prices: Json = {}): Promise<Json> {
  const body = { trade_type: types[legs.length], auto_close: true, account_id: 'paper-main', legs, ...more };
  const { json } = await api.post(plans, body, { expect: 201 });
  const reply = await api.post(`${plans}/${json.id}/paper-open`, { mark_prices, fee_bps: 0 }, { expect: 200 });
  assert.equal(reply.json.status, 'open');
  return json;
}

const became = (stream: EventStream, { id }: Json, version: number): Promise<StreamEvent> =>
  stream.find(`plan ${id} at version ${version}`, (e) => e.type === 'trade_plan' && e.data.id === id && e.data.version === version);

const read = async (api: Api, { id }: Json): Promise<Json> => (await api.get(`${plans}/${id}`, { expect: 200 })).json;

/** Symbol, price and source of what closed it, by leg. */
async function closings(api: Api, { id }: Json): Promise<[string, number, string][]> {
  const { json } = await api.get(`${plans}/${id}/fills`, { expect: 200 });
  return json.fills
    .filter((fill: Json) => fill.action === 'close')
    .map((fill: Json) => [fill.symbol, fill.price, fill.mark_source]);
}

interface Case {
  what: string;
  legs: Json[];
  more?: Json;
  reason: string;
  closed: [string, number, string][];
}

const stopped = { stop_price: 95, target_price: 110 };
const above = { stop_price: 105, target_price: 90 };
const ruled = (rule: Json, more: Json = {}): Json => ({ invalidation_rule: { interval: '1h', ...rule }, ...more });

const bars: Record<string, Bars> = {
  AUSDT: [calm(99), [99, 100, 94, 98], calm(50)],
  BUSDT: [[90, 96, 89, 92], calm(50)],
  CUSDT: [calm(101), [101, 111, 100, 105]],
  DUSDT: [[115, 116, 109, 112]],
  EUSDT: [[100, 111, 94, 100]],
  FUSDT: [[100, 105, 95, 100]],
  GUSDT: [calm(101), calm(102), calm(103)],
  RUSDT: [calm(98), [97, 99, 97, 97], calm(96.5), calm(90)],
  SUSDT: [calm(101), calm(102), calm(100.5)],
};

const cases: Case[] = [
  { what: 'a stop that is reached', legs: [leg('AUSDT', 'long', stopped)], reason: 'stop', closed: [['AUSDT', 95, 'stop']] },
  { what: 'a stop that is gapped over', legs: [leg('BUSDT', 'long', stopped)], reason: 'stop', closed: [['BUSDT', 90, 'stop']] },
  { what: 'a target that is reached', legs: [leg('CUSDT', 'long', stopped)], reason: 'target', closed: [['CUSDT', 110, 'target']] },
  { what: 'a target that is gapped over', legs: [leg('DUSDT', 'long', stopped)], reason: 'target', closed: [['DUSDT', 115, 'target']] },
  { what: 'both in one candle', legs: [leg('EUSDT', 'long', stopped)], reason: 'stop', closed: [['EUSDT', 95, 'stop']] },
  { what: 'both in one candle, short', legs: [leg('EUSDT', 'short', { stop_price: 110, target_price: 95 })], reason: 'stop', closed: [['EUSDT', 110, 'stop']] },
  { what: 'exactly at the stop', legs: [leg('FUSDT', 'long', { stop_price: 95 })], reason: 'stop', closed: [['FUSDT', 95, 'stop']] },
  { what: 'exactly at the target of a short leg', legs: [leg('FUSDT', 'short', { target_price: 95 })], reason: 'target', closed: [['FUSDT', 95, 'target']] },
  {
    what: 'a stop of one leg of two, the other at its close of the same hour',
    legs: [leg('AUSDT', 'long', stopped), leg('GUSDT', 'short', { stop_price: 120 })],
    reason: 'stop',
    closed: [
      ['AUSDT', 95, 'stop'],
      ['GUSDT', 102, 'candle'],
    ],
  },
  {
    what: 'both legs in the same hour, each at its price',
    legs: [leg('EUSDT', 'long', { target_price: 108 }), leg('FUSDT', 'short', { stop_price: 104 })],
    reason: 'stop',
    closed: [
      ['EUSDT', 108, 'target'],
      ['FUSDT', 104, 'stop'],
    ],
  },
  {
    what: 'a close below a level',
    legs: [leg('RUSDT')],
    more: ruled({ series: 'RUSDT', operator: 'below', level: 97 }),
    reason: 'invalidation',
    closed: [['RUSDT', 96.5, 'candle']],
  },
  {
    what: 'a close below an average',
    legs: [leg('SUSDT')],
    // of the closes 100, 101, 102, 100.5: the last is the first under its average of three
    more: ruled({ series: 'SUSDT', operator: 'below', average: { kind: 'sma', length: 3 } }),
    reason: 'invalidation',
    closed: [['SUSDT', 100.5, 'candle']],
  },
  {
    what: 'the close of a ratio above a level',
    legs: [leg('GUSDT', 'short')],
    // 101/99, 102/98: the second is above
    more: ruled({ series: 'GUSDT/AUSDT', operator: 'above', level: '1.03' }),
    reason: 'invalidation',
    closed: [['GUSDT', 102, 'candle']],
  },
  {
    what: 'a stop before an invalidation that comes later',
    legs: [leg('RUSDT', 'long', { stop_price: 97.5 })],
    more: ruled({ series: 'RUSDT', operator: 'below', level: 97 }),
    reason: 'stop',
    closed: [['RUSDT', 97, 'stop']],
  },
];

onEachEngine('a plan that closes by itself', (engine) => {
  const market = new Market();
  before(async () => {
    await market.arrive(Object.keys(bars).map((symbol): Arrival => ({ symbol, first: 0, bars: [[100, 100, 50, 100]] })));
  });
  const tlab = useServer(() => ({ engine, marketPath: market.path }));
  const made = new Map<string, Json>();
  const untouched = new Map<string, Json>();
  let stream: EventStream;

  test('waits open', async () => {
    const { api } = tlab;
    stream = await EventStream.open(api);
    for (const { what, legs, more } of cases) made.set(what, await opened(api, legs, more));
    untouched.set('without auto_close', await opened(api, [leg('AUSDT', 'long', stopped)], { auto_close: false }));
    untouched.set('without reaching it', await opened(api, [leg('GUSDT', 'long', { stop_price: 90, target_price: 104 })]));
    untouched.set('by prices of the request', await opened(api, [leg('GUSDT', 'short', above)], {}, { GUSDT: 104 }));
    const noted = ruled({ series: 'RUSDT', operator: 'below', level: 97 }, { auto_close: false });
    untouched.set('noted only', await opened(api, [leg('RUSDT')], noted));
    await market.arrive(Object.entries(bars).map(([symbol, arriving]) => ({ symbol, first: 1, bars: arriving })));
  });

  for (const { what, reason, closed } of cases) {
    test(`at ${what}`, async () => {
      const plan = made.get(what) as Json;
      await became(stream, plan, 3);
      const now = await read(tlab.api, plan);
      assert.deepEqual([now.status, now.close_reason, now.version], ['closed', reason, 3]);
      assert.deepEqual(await closings(tlab.api, plan), closed);
      assert.equal(now.invalidated_at !== null, reason === 'invalidation');
      assert.ok(now.legs.every(({ quantity_open }: Json) => quantity_open === 0));
      const { json } = await tlab.api.get(`${plans}/${plan.id}/history`, { expect: 200 });
      assert.deepEqual(json.changes.map(({ action }: Json) => action), ['close', 'open', 'create']);
    });
  }

  test('notes an invalidation, once, where it is not closed by itself', async () => {
    const plan = untouched.get('noted only') as Json;
    await became(stream, plan, 3);
    await market.arrive([{ symbol: 'RUSDT', first: 5, bars: [calm(80)] }]);
    const sign = await opened(tlab.api, [leg('RUSDT', 'long', { stop_price: 70 })], {}, { RUSDT: 100 });
    await market.arrive([{ symbol: 'RUSDT', first: 6, bars: [calm(60)] }]);
    await became(stream, sign, 3);
    const now = await read(tlab.api, plan);
    assert.deepEqual([now.status, now.version, now.close_reason], ['open', 3, null]);
    assert.ok(now.invalidated_at);
    const { json } = await tlab.api.get(`${plans}/${plan.id}/history`, { expect: 200 });
    assert.equal(json.changes[0].action, 'invalidate');
  });

  test('stays open where nothing was reached, and that it was looked at is no change of it', async () => {
    for (const what of ['without auto_close', 'without reaching it', 'by prices of the request']) {
      const now = await read(tlab.api, untouched.get(what) as Json);
      assert.deepEqual([now.status, now.version], ['open', 2], what);
    }
  });

  test('is not closed by candles of before its stop was set', async () => {
    const plan = untouched.get('without reaching it') as Json;
    const tag = String((await tlab.api.get(`${plans}/${plan.id}`)).headers.etag);
    // the candles that have come went up to 103; a target of 102.5 is for those that come
    const legs = [{ leg_id: '1', stop_price: 90, target_price: 102.5 }];
    await tlab.api.send('PATCH', `${plans}/${plan.id}`, { json: { legs }, headers: { 'if-match': tag }, expect: 200 });
    await market.arrive([{ symbol: 'GUSDT', first: 4, bars: [[102, 102.25, 102, 102]] }]);
    await market.arrive([{ symbol: 'GUSDT', first: 5, bars: [[102, 102.75, 102, 102]] }]);
    await became(stream, plan, 4);
    const { json } = await tlab.api.get(`${plans}/${plan.id}/fills`, { expect: 200 });
    const last = json.fills.at(-1);
    assert.deepEqual([last.price, last.mark_source, last.mark_time], [102.5, 'target', '2024-01-01T06:00:00.000000Z']);
    stream.close();
  });
});

onEachEngine('plans that two processes watch', (engine) => {
  const skip = engine === 'sqlite' && 'one process has the state';
  test('are closed once each', { skip }, async () => {
    const market = new Market();
    await market.arrive([{ symbol: 'BOTHUSDT', first: 0, bars: [calm(100)] }]);
    const options = { engine, marketPath: market.path, env: { JOB_WORKERS: '2' }, state: makeState(engine) };
    const servers = [await Server.start(options), await Server.start(options)] as const;
    const stream = await EventStream.open(servers[0].api);
    const made = [];
    for (let i = 0; i < 12; i++) made.push(await opened(servers[i % 2 ? 1 : 0].api, [leg('BOTHUSDT', 'long', stopped)]));
    await market.arrive([{ symbol: 'BOTHUSDT', first: 1, bars: [[100, 100, 90, 100]] }]);
    for (const plan of made) {
      await became(stream, plan, 3);
      assert.deepEqual(await closings(servers[1].api, plan), [['BOTHUSDT', 95, 'stop']]);
    }
    const closed = stream.events.filter((e) => e.type === 'trade_plan' && e.data.status === 'closed');
    assert.equal(closed.length, made.length, 'told once each');
    stream.close();
    for (const server of servers) await server.stop();
    await tlabOk(['check'], { env: options.state });
  });
});

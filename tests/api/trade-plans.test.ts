// Trade plans: written down, opened and closed with paper money, and what is said of them then.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { exact } from '../concurrency/paper.ts';
import { units } from '../concurrency/paper-model.ts';
import { EventStream } from '../harness/events.ts';
import { type Api, assertProblem, type Reply } from '../harness/http.ts';
import type { Json } from '../harness/openapi.ts';
import { allPages } from '../harness/pages.ts';
import { makeTempDir } from '../harness/paths.ts';
import { copySampleMarket, sample, samplePath, writeCsv } from '../harness/sample.ts';
import { onEachEngine, Server, useServer, withServer } from '../harness/server.ts';
import { changeState } from '../harness/state.ts';
import { tlabOk } from '../harness/tlab.ts';

const local = '/api/v1/workspaces/local-workspace';
const plans = `${local}/trade-plans`;
const absent = '0198f5a2-6c1e-7d3a-9b57-2f4e8a1c6d90';

const btc: Json = { symbol: 'BTCUSDT', side: 'long', planned_quantity: 0.01, planned_entry_price: 60000 };
const eth: Json = { symbol: 'ETHUSDT', side: 'short', planned_quantity: '0.2', planned_entry_price: '2500' };
const single: Json = { account_id: 'paper-main', trade_type: 'single', legs: [btc] };
const pair: Json = { account_id: 'paper-main', trade_type: 'pair', legs: [btc, eth] };

const make = (api: Api, body: Json = single): Promise<Reply> => api.post(plans, body, { expect: 201 });
const open = (api: Api, id: string, price: number | string = 60000): Promise<Reply> =>
  api.post(`${plans}/${id}/paper-open`, { mark_prices: { BTCUSDT: price, ETHUSDT: 2500 } });
const close = (api: Api, id: string, price: number | string = 60000, more: Json = {}): Promise<Reply> =>
  api.post(`${plans}/${id}/paper-close`, { mark_prices: { BTCUSDT: price, ETHUSDT: 2500 }, ...more });
const opened = async (api: Api, body: Json = single): Promise<string> => {
  const { id } = (await make(api, body)).json;
  assert.equal((await open(api, id)).status, 200);
  return id;
};
const tagOf = (reply: Reply): { headers: { 'if-match': string } } => ({
  headers: { 'if-match': String(reply.headers.etag) },
});
const cashOf = async (api: Api): Promise<number> =>
  (await api.get(`${local}/accounts/paper-main`, { expect: 200 })).json.cash;

const all = async (api: Api, path: string, name: string, limit = 1000): Promise<Json[]> =>
  (await allPages(api, path, { limit })).flatMap((page) => page[name]);

/** Numbers of a JSON text as they are written. */
const lexeme = (text: string, name: string): string[] =>
  [...text.matchAll(new RegExp(`"${name}":([^,}]*)`, 'g'))].map((match) => match[1] as string);

onEachEngine('trade plans', (engine) => {
  const tlab = useServer(() => ({ engine, marketPath: samplePath() }));

  test('are written down as they are given, and read back', async () => {
    const body = {
      ...pair,
      strategy_tag: 'trend_following',
      thesis: 'Trend continuation',
      invalidation: 'Daily close below support',
      invalidation_rule: { series: 'btcusdt', interval: '1d', operator: 'below', level: '25000.5' },
      max_risk_amount: 100,
      auto_close: true,
      notes: 'a "note"',
      tags: ['a', 'b'],
      legs: [{ ...btc, stop_price: 55000, target_price: 70000 }, { ...eth, stop_price: 2600 }],
    };
    const reply = await make(tlab.api, body);
    const { id, created_at, updated_at, ...rest } = reply.json;
    assert.equal(reply.headers.location, `${plans}/${id}`);
    assert.equal(reply.headers.etag, `"${id}-1"`);
    assert.equal(created_at, updated_at);
    const unfilled = { quantity_open: 0, quantity_closed: 0, average_entry_price: null, average_exit_price: null, fees: 0 };
    assert.deepEqual(rest, {
      ...body,
      workspace_id: 'local-workspace',
      status: 'planned',
      invalidation_rule: { series: 'BTCUSDT', interval: '1d', operator: 'below', level: 25000.5 },
      planned_risk: 70,
      legs: [
        { id: '1', ...btc, stop_price: 55000, target_price: 70000, ...unfilled },
        {
          id: '2',
          ...eth,
          planned_quantity: 0.2,
          planned_entry_price: 2500,
          stop_price: 2600,
          target_price: null,
          ...unfilled,
        },
      ],
      close_reason: null,
      version: 1,
      created_by: 'local-user',
      opened_at: null,
      closed_at: null,
      cancelled_at: null,
      invalidated_at: null,
    });
    const read = await tlab.api.get(`${plans}/${id}`, { expect: 200 });
    assert.equal(read.text, reply.text);
    await tlab.api.get(`${plans}/${id}`, { headers: { 'if-none-match': `"${id}-1"` }, expect: 304 });
    assertProblem(await tlab.api.get(`${plans}/${absent}`), 404, 'not_found');
    const rule = { series: 'ETHUSDT/BTCUSDT', interval: '4h', operator: 'above', average: { kind: 'ema', length: 20 } };
    assert.deepEqual((await make(tlab.api, { ...single, invalidation_rule: rule })).json.invalidation_rule, rule);
  });

  test('keep every digit, of numbers and of texts', async () => {
    const exact = '12345678901234567890.123456789012345678';
    for (const text of [`"${exact}"`, exact]) {
      const body = `{"account_id":"paper-main","trade_type":"single","legs":[{"symbol":"BTCUSDT","side":"long",
        "planned_quantity":0.1,"planned_entry_price":${text}}]}`;
      const headers = { 'content-type': 'application/json' };
      const reply = await tlab.api.send('POST', plans, { body, headers, expect: 201 });
      assert.deepEqual(lexeme(reply.text, 'planned_entry_price'), [exact]);
    }
    const small = await make(tlab.api, { ...single, legs: [{ ...btc, planned_quantity: '0.000000000000000001' }] });
    assert.deepEqual(lexeme(small.text, 'planned_quantity'), ['0.000000000000000001']);
    const sum = await make(tlab.api, {
      ...single,
      max_risk_amount: 0.3,
      legs: [{ ...btc, planned_quantity: 1, planned_entry_price: 0.5, stop_price: 0.2 }],
    });
    assert.deepEqual(lexeme(sum.text, 'planned_risk'), ['0.3']); // 0.5 - 0.2 as doubles is more than 0.3
    await tlab.api.delete(`${plans}/${sum.json.id}`, { expect: 200 });
  });

  test('are refused with the place of each fault', async () => {
    const leg = (more: Json): Json => ({ ...single, legs: [{ ...btc, ...more }] });
    const rule = (more: Json): Json => ({
      ...single,
      invalidation_rule: { series: 'BTCUSDT', interval: '1d', operator: 'below', level: 1, ...more },
    });
    const faults: [Json, string[]][] = [
      [{}, ['/account_id', '/trade_type', '/legs']],
      [{ ...single, account_id: 'other' }, ['/account_id']],
      [{ ...single, trade_type: 'triple' }, ['/trade_type']],
      [{ ...single, legs: [] }, ['/legs']],
      [{ ...single, legs: [btc, eth] }, ['/legs']],
      [{ ...pair, legs: [btc] }, ['/legs']],
      [{ ...pair, legs: [btc, { ...eth, side: 'long' }] }, ['/legs/1/side']],
      [{ ...pair, trade_type: 'basket', legs: [btc] }, ['/legs']],
      [{ ...pair, trade_type: 'basket', legs: Array(51).fill(btc) }, ['/legs']],
      [leg({ symbol: 'BTCUSDX' }), ['/legs/0/symbol']],
      [leg({ symbol: 'ETHUSDT/BTCUSDT' }), ['/legs/0/symbol']],
      [leg({ side: 'up' }), ['/legs/0/side']],
      [leg({ planned_quantity: 0 }), ['/legs/0/planned_quantity']],
      [leg({ planned_quantity: '-0' }), ['/legs/0/planned_quantity']],
      [leg({ planned_quantity: -1 }), ['/legs/0/planned_quantity']],
      [leg({ planned_quantity: 'NaN' }), ['/legs/0/planned_quantity']],
      [leg({ planned_quantity: '' }), ['/legs/0/planned_quantity']],
      [leg({ planned_quantity: true }), ['/legs/0/planned_quantity']],
      [leg({ planned_quantity: '1e308' }), ['/legs/0/planned_quantity']],
      [leg({ planned_quantity: 1e-19 }), ['/legs/0/planned_quantity']],
      [leg({ planned_quantity: '123456789012345678901' }), ['/legs/0/planned_quantity']],
      [leg({ planned_entry_price: 1e308 }), ['/legs/0/planned_entry_price']],
      [leg({ stop_price: 60000 }), ['/legs/0/stop_price']],
      [leg({ stop_price: 61000, target_price: 59000 }), ['/legs/0/stop_price', '/legs/0/target_price']],
      [leg({ side: 'short', stop_price: 59000 }), ['/legs/0/stop_price']],
      [leg({ quantity: 1 }), ['/legs/0/quantity']],
      [{ ...single, max_risk_amount: 0 }, ['/max_risk_amount']],
      [{ ...single, tags: ['a', 'a'] }, ['/tags/1']],
      [{ ...single, status: 'open' }, ['/status']],
      [rule({ average: { kind: 'sma', length: 5 } }), ['/invalidation_rule']],
      [rule({ level: null }), ['/invalidation_rule']],
      [rule({ level: 0 }), ['/invalidation_rule/level']],
      [rule({ level: null, average: { kind: 'wma', length: 0 } }), [
        '/invalidation_rule/average/kind',
        '/invalidation_rule/average/length',
      ]],
      [rule({ series: 'NOSUCHUSDT' }), ['/invalidation_rule/series']],
      [rule({ interval: '7d' }), ['/invalidation_rule/interval']],
      [rule({ operator: 'at' }), ['/invalidation_rule/operator']],
    ];
    const count = async (): Promise<number> => (await all(tlab.api, plans, 'trade_plans')).length;
    const before = await count();
    for (const [body, pointers] of faults)
      assertProblem(await tlab.api.post(plans, body), 422, 'invalid_input', pointers);
    const near = await tlab.api.post(plans, leg({ symbol: 'BTCUSD' }));
    assert.ok(near.json.near.includes('BTCUSDT'), near.text);
    const risky = { ...leg({ stop_price: 50000 }), max_risk_amount: 99.99 };
    const reply = await tlab.api.post(plans, risky);
    assertProblem(reply, 422, 'risk_too_large', ['/max_risk_amount']);
    assert.match(reply.json.detail, /would lose 100 at its stops, max_risk_amount allows 99\.99/);
    assertProblem(await tlab.api.send('POST', plans, { body: '{}' }), 415, 'unsupported_media_type');
    assert.equal(await count(), before);
  });

  test('are opened and closed at the prices, fees and slippage of the request', async () => {
    const cash = await cashOf(tlab.api);
    const { id } = (await make(tlab.api)).json;
    const body = { mark_prices: { btcusdt: '60000' }, fee_bps: 5, slippage_bps: '2.5' };
    const reply = await tlab.api.post(`${plans}/${id}/paper-open`, body, { expect: 200 });
    assert.equal(reply.headers.etag, `"${id}-2"`);
    assert.equal(reply.json.status, 'open');
    const { id: fill, number, mark_time, created_at, ...rest } = reply.json.fills[0];
    assert.deepEqual(rest, {
      account_id: 'paper-main',
      trade_plan_id: id,
      leg_id: '1',
      order_id: null,
      symbol: 'BTCUSDT',
      side: 'buy',
      action: 'open',
      quantity: 0.01,
      price: 60015,
      notional: 600.15,
      fee: 0.300075,
      fee_bps: 5,
      slippage_bps: 2.5,
      mark_price: 60000,
      mark_source: 'request',
      actor_id: 'local-user',
    });
    assert.ok(number > 1 && created_at >= mark_time);
    const leg = reply.json.legs[0];
    assert.deepEqual([leg.quantity_open, leg.average_entry_price, leg.fees], [0.01, 60015, 0.300075]);
    const closed = await close(tlab.api, id, 61000);
    assert.equal(closed.json.status, 'closed');
    assert.equal(closed.json.close_reason, 'manual');
    assert.deepEqual([closed.json.fills[0].side, closed.json.fills[0].fee], ['sell', 0.61]);
    assert.equal(await cashOf(tlab.api), Number((cash - 600.15 - 0.300075 + 610 - 0.61).toFixed(9)));
    const fills = (await tlab.api.get(`${plans}/${id}/fills`, { expect: 200 })).json;
    assert.deepEqual(fills.fills.map((f: Json) => f.id), [fill, closed.json.fills[0].id]);
    assert.equal((await all(tlab.api, `${plans}/${id}/fills`, 'fills', 1)).length, 2);
    const ledger = await tlab.api.get(`${local}/accounts/paper-main/ledger`, { query: { trade_plan_id: id } });
    assert.equal(ledger.json.entries.length, 2);
    const times = [reply.json.created_at, reply.json.opened_at, closed.json.closed_at];
    assert.deepEqual([...times].sort(), times);
  });

  test('take the close of the newest candle for what the request has no price of', async () => {
    const { id } = (await make(tlab.api)).json;
    const reply = await tlab.api.send('POST', `${plans}/${id}/paper-open`, { expect: 200 }); // without a body
    const last = sample('btcDay').candles.at(-1) as { close: number; time: number };
    const fill = reply.json.fills[0];
    assert.deepEqual([fill.mark_source, fill.mark_price], ['candle', last.close]);
    assert.equal(Date.parse(fill.mark_time) / 1000, last.time + 86400);
    await tlab.api.send('POST', `${plans}/${id}/paper-close`, { expect: 200 });
  });

  test('move along the arrows alone, and say where they are', async () => {
    const { id } = (await make(tlab.api)).json;
    const says = async (reply: Reply, code: string, state: RegExp): Promise<void> => {
      assertProblem(reply, 409, code);
      assert.match(reply.json.detail, state);
    };
    await says(await close(tlab.api, id), 'plan_not_open', /the plan is planned \(version 1\)/);
    assert.equal((await open(tlab.api, id)).status, 200);
    await says(await open(tlab.api, id), 'plan_not_planned', /the plan is open \(version 2\)/);
    await says(await tlab.api.delete(`${plans}/${id}`), 'plan_not_planned', /the plan is open/);
    assert.equal((await close(tlab.api, id)).status, 200);
    await says(await close(tlab.api, id), 'plan_not_open', /the plan is closed \(version 3\)/);
    await says(await open(tlab.api, id), 'plan_not_planned', /the plan is closed/);
    await says(await tlab.api.delete(`${plans}/${id}`), 'plan_not_planned', /the plan is closed/);
    const other = (await make(tlab.api)).json.id;
    const cancelled = await tlab.api.delete(`${plans}/${other}`, { expect: 200 });
    assert.deepEqual([cancelled.json.status, cancelled.json.version], ['cancelled', 2]);
    assert.ok(cancelled.json.cancelled_at > cancelled.json.created_at);
    await says(await open(tlab.api, other), 'plan_not_planned', /the plan is cancelled \(version 2\)/);
    await says(await tlab.api.delete(`${plans}/${other}`), 'plan_not_planned', /the plan is cancelled/);
    assert.equal((await tlab.api.get(`${plans}/${other}`, { expect: 200 })).json.status, 'cancelled');
    for (const move of ['paper-open', 'paper-close'])
      assertProblem(await tlab.api.post(`${plans}/${absent}/${move}`, {}), 404, 'not_found');
    assertProblem(await tlab.api.delete(`${plans}/${absent}`), 404, 'not_found');
  });

  test('are closed in parts, of which the last closes exactly', async () => {
    const id = await opened(tlab.api, pair);
    const half = await close(tlab.api, id, 61000, { fraction: '0.333333333333333333' });
    assert.equal(half.json.status, 'open');
    assert.deepEqual(lexeme(half.text, 'quantity_open'), ['0.006666666666666667', '0.133333333333333333']);
    const legs = [{ leg_id: '2', quantity: '0.133333333333333333' }];
    const second = await close(tlab.api, id, 61000, { legs });
    assert.deepEqual([second.json.fills.length, second.json.status], [1, 'open']);
    assertProblem(await close(tlab.api, id, 1, { legs }), 422, 'invalid_input', ['/legs/0/quantity']);
    const faults: [Json, string][] = [
      [{ legs: [{ leg_id: '3', quantity: 1 }] }, '/legs/0/leg_id'],
      [{ legs: [{ leg_id: '1', quantity: 0.001 }, { leg_id: '1', quantity: 0.001 }] }, '/legs/1/leg_id'],
      [{ legs: [{ leg_id: '1', quantity: 0 }] }, '/legs/0/quantity'],
      [{ legs: [{ leg_id: '1', quantity: 0.007 }] }, '/legs/0/quantity'],
      [{ legs: [] }, '/legs'],
      [{ fraction: 0 }, '/fraction'],
      [{ fraction: 1.01 }, '/fraction'],
      [{ fraction: 1e-18 }, '/fraction'],
      [{ fraction: 0.5, legs: [{ leg_id: '1', quantity: 0.001 }] }, '/fraction'],
      [{ fee_bps: -1 }, '/fee_bps'],
      [{ slippage_bps: 1001 }, '/slippage_bps'],
      [{ mark_prices: { BTCUSDT: 0 } }, '/mark_prices/BTCUSDT'],
      [{ mark_prices: { BTCUSDT: 'NaN' } }, '/mark_prices/BTCUSDT'],
      [{ price: 1 }, '/price'],
      [{ note: 5 }, '/note'],
      [{ note: 'x'.repeat(16 * 1024 + 1) }, '/note'],
    ];
    for (const [more, pointer] of faults)
      assertProblem(await close(tlab.api, id, 60000, more), 422, 'invalid_input', [pointer]);
    const last = await close(tlab.api, id, 61000, { fraction: 1 });
    assert.deepEqual([last.json.status, last.json.fills.length], ['closed', 1]);
    assert.deepEqual(lexeme(last.text, 'quantity_closed'), ['0.01', '0.2']);
    assert.equal(last.json.version, 5);
  });

  test('keep in their notes why they were closed', async () => {
    const id = await opened(tlab.api, single);
    const part = await close(tlab.api, id, 61000, { fraction: 0.5, note: '  Half is enough.\n' });
    assert.equal(part.json.notes, 'Half is enough.');
    const whole = await close(tlab.api, id, 61000, { note: 'It \u{1f40e} turned.' });
    assert.equal(whole.json.notes, 'Half is enough.\n\nIt \u{1f40e} turned.');
    const { changes } = (await tlab.api.get(`${plans}/${id}/history`, { expect: 200 })).json;
    assert.ok(JSON.stringify(changes[0]).includes('turned'), JSON.stringify(changes[0]));
    const full = await opened(tlab.api, { ...single, notes: 'n'.repeat(16 * 1024 - 3) });
    assertProblem(await close(tlab.api, full, 61000, { note: 'why' }), 422, 'invalid_input', ['/note']);
    const after = (await tlab.api.get(`${plans}/${full}`, { expect: 200 })).json;
    assert.deepEqual([after.status, after.version], ['open', 2]);
    assert.equal((await close(tlab.api, full, 61000, { note: '  ' })).json.notes.length, 16 * 1024 - 3);
  });

  test('open nothing beyond the leverage of the account, and leave nothing behind then', async () => {
    const large = { ...single, legs: [{ ...btc, planned_quantity: 1.7 }] };
    const { id } = (await make(tlab.api, large)).json;
    const cash = await cashOf(tlab.api);
    const reply = await open(tlab.api, id);
    assertProblem(reply, 422, 'insufficient_buying_power');
    assert.match(reply.json.detail, /the positions would be worth 102000 USDT, the account may hold/);
    assert.equal(await cashOf(tlab.api), cash);
    assert.equal((await tlab.api.get(`${plans}/${id}`)).json.version, 1);
    assert.deepEqual((await tlab.api.get(`${plans}/${id}/fills`)).json.fills, []);
    const huge = { ...single, legs: [{ ...btc, planned_quantity: '12345678901234567890' }] };
    const too = (await make(tlab.api, huge)).json.id;
    assertProblem(await open(tlab.api, too, '12345678901234567890'), 422, 'amount_too_large');
  });

  test('change by If-Match, as far as their state allows', async () => {
    const first = await make(tlab.api, { ...single, thesis: 'x' });
    const path = `${plans}/${first.json.id}`;
    const missing = await tlab.api.patch(path, { thesis: 'y' });
    assertProblem(missing, 428, 'precondition_required');
    const legs = [{ ...btc, side: 'short', stop_price: 65000 }];
    const planned = await tlab.api.patch(path, { thesis: null, tags: ['t'], legs }, { ...tagOf(first), expect: 200 });
    assert.deepEqual([planned.json.version, planned.json.thesis, planned.json.planned_risk], [2, null, 50]);
    const stale = await tlab.api.patch(path, { thesis: 'z' }, tagOf(first));
    assertProblem(stale, 412, 'precondition_failed');
    assert.deepEqual(stale.json.current, planned.json);
    assert.equal(stale.headers.etag, planned.headers.etag);
    const same = await tlab.api.patch(path, { tags: ['t'] }, { ...tagOf(planned), expect: 200 });
    assert.equal(same.json.version, 2);
    for (const [body, pointer] of [
      [{}, ''],
      [{ account_id: 'paper-main' }, '/account_id'],
      [{ legs: null }, '/legs'],
      [{ legs: [eth, eth] }, '/legs'],
      [{ auto_close: 'yes' }, '/auto_close'],
    ] as [Json, string][])
      assertProblem(await tlab.api.patch(path, body, tagOf(planned)), 422, 'invalid_input', [pointer]);
    assertProblem(await tlab.api.patch(path, { max_risk_amount: 49 }, tagOf(planned)), 422, 'risk_too_large');
    for (const move of ['paper-open', 'paper-close'])
      assertProblem(await tlab.api.post(`${path}/${move}`, {}, tagOf(first)), 412, 'precondition_failed');
    assertProblem(await tlab.api.delete(path, tagOf(first)), 412, 'precondition_failed');
    const open2 = await tlab.api.post(`${path}/paper-open`, { mark_prices: { BTCUSDT: 60000 } }, { ...tagOf(planned), expect: 200 });
    assertProblem(await tlab.api.patch(path, { strategy_tag: 'x' }, tagOf(open2)), 409, 'plan_not_planned');
    const moved = { auto_close: true, legs: [{ leg_id: '1', stop_price: 58000, target_price: 50000 }] };
    const third = await tlab.api.patch(path, moved, { ...tagOf(open2), expect: 200 });
    assert.deepEqual([third.json.legs[0].stop_price, third.json.planned_risk], [58000, 0]);
    assertProblem(await tlab.api.patch(path, { legs: [{ leg_id: '9' }] }, tagOf(third)), 422, 'invalid_input', ['/legs/0']);
    const closed = await tlab.api.post(`${path}/paper-close`, { mark_prices: { BTCUSDT: 60000 } }, { expect: 200 });
    assertProblem(await tlab.api.patch(path, { auto_close: false }, tagOf(closed)), 409, 'plan_not_open');
    const noted = await tlab.api.patch(path, { notes: 'learned', invalidation: 'was not' }, { ...tagOf(closed), expect: 200 });
    assert.equal(noted.json.notes, 'learned');
    assertProblem(await tlab.api.patch(`${plans}/${absent}`, { notes: 'x' }, tagOf(closed)), 404, 'not_found');
    assertProblem(await tlab.api.patch(path, [], tagOf(noted)), 422, 'invalid_input');
    const history = await all(tlab.api, `${path}/history`, 'changes', 2);
    assert.deepEqual(
      history.map((c: Json) => [c.version, c.action]),
      [[6, 'edit'], [5, 'close'], [4, 'edit'], [3, 'open'], [2, 'edit'], [1, 'create']],
    );
    assert.deepEqual(history[0].changes.notes, { before: null, after: 'learned' });
    assert.deepEqual(history[3].changes.status, { before: 'planned', after: 'open' });
    assert.equal(history[3].changes.fills[0].price, 60000);
    assertProblem(await tlab.api.get(`${path}/history`, { query: { limit: 0 } }), 422, 'invalid_input');
    assertProblem(await tlab.api.get(`${plans}/${absent}/history`), 404, 'not_found');
    assertProblem(await tlab.api.get(`${path}/fills`, { query: { cursor: 'x' } }), 422, 'invalid_input');
    assertProblem(await tlab.api.get(`${plans}/${absent}/fills`), 404, 'not_found');
  });

  test('tell what they made, exactly, as far as marks are known', async () => {
    const marks = (object: Json): { query: { mark_prices: string }; expect: number } => ({
      query: { mark_prices: JSON.stringify(object) },
      expect: 200,
    });
    const { id } = (await make(tlab.api, { ...pair, max_risk_amount: 50 })).json;
    const zero = (await tlab.api.get(`${plans}/${id}/pnl`, { expect: 200 })).json;
    assert.deepEqual(
      [zero.status, zero.realized_pnl, zero.unrealized_pnl, zero.total_pnl, zero.return_pct, zero.r_multiple],
      ['planned', 0, 0, 0, 0, 0],
    );
    assert.equal((await open(tlab.api, id, 60600)).status, 200);
    await close(tlab.api, id, 61000, { fraction: 0.5 });
    const pnl = (await tlab.api.get(`${plans}/${id}/pnl`, marks({ BTCUSDT: 62000, ETHUSDT: '2400' }))).json;
    const [long, short] = pnl.legs;
    assert.deepEqual(
      [long.entry_price, long.exit_price, long.quantity_open, long.quantity_closed, long.mark_price, long.mark_source],
      [60600, 61000, 0.005, 0.005, 62000, 'request'],
    );
    assert.deepEqual([long.realized_pnl, long.unrealized_pnl, long.fees, long.total_pnl], [2, 7, 0.911, 8.089]);
    assert.deepEqual([long.slippage, short.slippage], [6, 0]);
    assert.deepEqual([short.realized_pnl, short.unrealized_pnl, short.fees], [0, 10, 0.75]);
    assert.deepEqual([pnl.realized_pnl, pnl.unrealized_pnl, pnl.fees, pnl.total_pnl], [2, 17, 1.661, 17.339]);
    assert.equal(pnl.r_multiple, 0.34678);
    assert.equal(pnl.return_pct, Number(((17.339 / 1106) * 100).toFixed(18)));
    for (const text of ['x', '[]', '{"BTCUSDT":0}', '{"BTCUSDT":"NaN"}'])
      assertProblem(await tlab.api.get(`${plans}/${id}/pnl`, { query: { mark_prices: text } }), 422, 'invalid_input');
    assertProblem(await tlab.api.get(`${plans}/${absent}/pnl`), 404, 'not_found');
    const listed = await tlab.api.get(plans, { query: { include: 'pnl', status: 'open', limit: 1 }, expect: 200 });
    assert.equal(listed.json.trade_plans[0].id, id);
    assert.equal(listed.json.trade_plans[0].pnl.realized_pnl, 2);
    await close(tlab.api, id, 61000);
  });

  test('are listed newest first, by what is asked', async () => {
    const team = `/api/v1/workspaces/${(await tlab.api.post('/api/v1/workspaces', { name: 'Lists' }, { expect: 201 })).json.id}`;
    const path = `${team}/trade-plans`;
    const ids: string[] = [];
    for (const more of [
      { thesis: '100% sure', tags: ['alpha', 'be"ta'] },
      { strategy_tag: 'alpha' },
      { ...pair, notes: 'Something ELSE' },
      { tags: ['alphabet'] },
    ])
      ids.unshift((await tlab.api.post(path, { ...single, ...more }, { expect: 201 })).json.id);
    const [fourth, third, second, first] = ids as [string, string, string, string];
    const list = async (query: Record<string, string>): Promise<string[]> =>
      (await tlab.api.get(path, { query, expect: 200 })).json.trade_plans.map((p: Json) => p.id);
    assert.deepEqual(await list({}), ids);
    assert.deepEqual((await all(tlab.api, path, 'trade_plans', 1)).map((p: Json) => p.id), ids);
    assert.deepEqual(await list({ tag: 'alpha' }), [second, first]);
    assert.deepEqual(await list({ tag: 'be"ta' }), [first]);
    assert.deepEqual(await list({ symbol: 'ethusdt' }), [third]);
    assert.deepEqual(await list({ q: 'something else' }), [third]);
    assert.deepEqual(await list({ q: '0% s' }), [first]);
    assert.deepEqual(await list({ q: 'ETHU' }), [third]);
    assert.deepEqual(await list({ account_id: 'other' }), []);
    assert.deepEqual(await list({ mine: 'true', account_id: 'paper-main' }), ids);
    await tlab.api.delete(`${path}/${fourth}`, { expect: 200 });
    assert.deepEqual(await list({ status: 'cancelled' }), [fourth]);
    assert.deepEqual(await list({ status: 'planned', include: 'pnl' }), [third, second, first]);
    for (const query of [{ status: 'lost' }, { limit: '0' }, { cursor: 'x' }, { mine: '1' }, { include: 'all' }])
      assertProblem(await tlab.api.get(path, { query }), 422, 'invalid_input');
    const foreign = await tlab.api.get(`${plans}/${first}`);
    assertProblem(foreign, 404, 'not_found');
    assertProblem(await tlab.api.get(`/api/v1/trade-plans/${first}`), 404, 'not_found');
    const absentTeam = `/api/v1/workspaces/${absent}/trade-plans`;
    assertProblem(await tlab.api.get(absentTeam), 404, 'not_found');
    assertProblem(await tlab.api.post(absentTeam, single), 404, 'not_found');
  });

  test('are made and listed without a workspace in the path, in the local one', async () => {
    const made = await tlab.api.post('/api/v1/trade-plans', single, { expect: 201 });
    assert.equal(made.headers.location, `/api/v1/trade-plans/${made.json.id}`);
    const read = await tlab.api.get(`/api/v1/trade-plans/${made.json.id}`, { expect: 200 });
    assert.equal(read.text, (await tlab.api.get(`${plans}/${made.json.id}`)).text);
    const tag = { headers: { 'if-none-match': String(read.headers.etag) } };
    await tlab.api.get(`/api/v1/trade-plans/${made.json.id}`, { ...tag, expect: 304 });
    const { trade_plans } = (await tlab.api.get('/api/v1/trade-plans', { query: { limit: 1 }, expect: 200 })).json;
    assert.equal(trade_plans[0].id, made.json.id);
    assertProblem(await tlab.api.get('/api/v1/trade-plans', { query: { limit: 0 } }), 422, 'invalid_input');
    assertProblem(await tlab.api.post('/api/v1/trade-plans', {}), 422, 'invalid_input');
  });

  test('move once for a key, however often it is sent', async () => {
    const { id } = (await make(tlab.api)).json;
    for (const move of ['paper-open', 'paper-close']) {
      const headers = { 'idempotency-key': randomUUID() };
      const body = { mark_prices: { BTCUSDT: 60000 } };
      const first = await tlab.api.post(`${plans}/${id}/${move}`, body, { headers, expect: 200 });
      const again = await tlab.api.post(`${plans}/${id}/${move}`, body, { headers, expect: 200 });
      assert.equal(again.headers['idempotency-replayed'], 'true');
      assert.deepEqual([again.text, again.headers.etag], [first.text, first.headers.etag]);
      const other = await tlab.api.post(`${plans}/${id}/${move}`, { fee_bps: 1 }, { headers });
      assertProblem(other, 422, 'idempotency_key_reused');
    }
    assert.equal((await tlab.api.get(`${plans}/${id}/fills`)).json.fills.length, 2);
    const headers = { 'idempotency-key': randomUUID() };
    const made = await Promise.all(Array.from({ length: 8 }, () => tlab.api.post(plans, single, { headers, expect: 201 })));
    assert.equal(new Set(made.map((reply) => reply.json.id)).size, 1);
    const bad = { headers: { 'idempotency-key': 'a b' } };
    for (const path of [plans, `${plans}/${id}/paper-open`, `${plans}/${id}/paper-close`, '/api/v1/trade-plans'])
      assertProblem(await tlab.api.post(path, {}, bad), 400, 'bad_request');
    const patch = { body: '{', headers: { 'content-type': 'application/json', 'if-match': '*' } };
    assertProblem(await tlab.api.send('PATCH', `${plans}/${id}`, patch), 400, 'invalid_json');
  });

  test('are moved by one of many at once', async () => {
    for (let round = 0; round < 3; round++) {
      const { id } = (await make(tlab.api)).json;
      const cash = await cashOf(tlab.api);
      for (const [move, code] of [[open, 'plan_not_planned'], [close, 'plan_not_open']] as const) {
        const replies = await Promise.all(Array.from({ length: 32 }, () => move(tlab.api, id)));
        const losers = replies.filter((reply) => reply.status !== 200);
        assert.equal(losers.length, 31);
        for (const loser of losers) assertProblem(loser, 409, code);
      }
      assert.equal((await tlab.api.get(`${plans}/${id}/fills`)).json.fills.length, 2);
      assert.equal(await cashOf(tlab.api), Number((cash - 1.2).toFixed(9)));
    }
  });

  test('are told of to those who watch', async () => {
    const stream = await EventStream.open(tlab.api);
    const id = await opened(tlab.api);
    await close(tlab.api, id);
    await stream.find('the close', (e) => e.type === 'trade_plan' && e.data.status === 'closed');
    const told = stream.events.filter((e) => e.type === 'trade_plan' && e.data.id === id);
    assert.deepEqual(
      told.map(({ data }) => [data.account_id, data.status, data.version]),
      [['paper-main', 'planned', 1], ['paper-main', 'open', 2], ['paper-main', 'closed', 3]],
    );
    stream.close();
    const audit = (await tlab.api.get(`${local}/audit`, { query: { limit: 3 }, expect: 200 })).json;
    assert.deepEqual(
      audit.entries.map((e: Json) => [e.action, e.object_id]),
      [['trade_plan.close', id], ['trade_plan.open', id], ['trade_plan.create', id]],
    );
  });

  test('are replayed by the rules of backtests, and the difference is explained to the last digit', async () => {
    assertProblem(await tlab.api.get(`${plans}/${(await make(tlab.api)).json.id}/replay`), 409, 'plan_not_open');
    const id = await opened(tlab.api, pair);
    await close(tlab.api, id, 61000, { fraction: '0.3333', slippage_bps: 7, fee_bps: 3 });
    const replay = (await tlab.api.get(`${plans}/${id}/replay`, { expect: 200 })).json;
    assert.deepEqual(replay.legs.map((leg: Json) => [leg.symbol, leg.interval]), [['BTCUSDT', '1d'], ['ETHUSDT', '1d']]);
    const last = sample('btcDay').candles.at(-1) as { close: number };
    assert.deepEqual([replay.fills[0].bar_price, replay.fills[0].replay_price], ['last_close', last.close]);
    assertExplained(exact(await tlab.api.get(`${plans}/${id}/replay`, { expect: 200 })));
    const hours = await tlab.api.get(`${plans}/${id}/replay`, { query: { interval: '1h' }, expect: 200 });
    assert.equal(hours.json.legs[1].interval, '1h');
    assertProblem(await tlab.api.get(`${plans}/${id}/replay`, { query: { interval: '1m' } }), 404, 'no_candles');
    assertProblem(await tlab.api.get(`${plans}/${id}/replay`, { query: { interval: 'x' } }), 422, 'invalid_input');
    assertProblem(await tlab.api.get(`${plans}/${absent}/replay`), 404, 'not_found');
    await close(tlab.api, id);
  });

  test('are closed by a reset of their account', async () => {
    const accounts = `${local}/accounts`;
    const account = (await tlab.api.post(accounts, { name: 'Short-lived' }, { expect: 201 })).json.id;
    const ids = [await opened(tlab.api, { ...pair, account_id: account }), await opened(tlab.api, { ...single, account_id: account })];
    const body = { starting_balance: 5000, mark_prices: { BTCUSDT: 50000, ETHUSDT: 2500 } };
    const reply = await tlab.api.post(`${accounts}/${account}/reset`, body, { expect: 200 });
    assert.deepEqual([reply.json.cash, reply.json.open_plans, reply.json.gross_exposure], [5000, 0, 0]);
    for (const id of ids) {
      const plan = (await tlab.api.get(`${plans}/${id}`, { expect: 200 })).json;
      assert.deepEqual([plan.status, plan.close_reason, plan.version], ['closed', 'reset', 3]);
    }
    assert.deepEqual((await tlab.api.get(`${accounts}/${account}/positions`)).json.positions, []);
  });
});

onEachEngine('trade plans of two processes', (engine) => {
  test('are moved by one of many at once, and what was answered outlives a kill', async () => {
    const first = await Server.start({ engine, marketPath: samplePath() });
    const second = engine === 'postgresql' ? await first.startAgain() : first; // SQLite is of one process
    const apis = [first.api, second.api];
    const of = (i: number): Api => apis[i % 2] as Api;
    try {
      for (let round = 0; round < 3; round++) {
        const { id } = (await make(first.api)).json;
        for (const [move, code] of [
          [open, 'plan_not_planned'],
          [close, 'plan_not_open'],
        ] as const) {
          const replies = await Promise.all(Array.from({ length: 32 }, (_, i) => move(of(i), id)));
          const losers = replies.filter((reply) => reply.status !== 200);
          assert.equal(losers.length, 31);
          for (const loser of losers) assertProblem(loser, 409, code);
        }
      }
      const ids = await Promise.all(Array.from({ length: 16 }, (_, i) => opened(of(i))));
      const closing = ids.map((id, i) => close(of(i), id).catch(() => undefined));
      await Promise.race(closing);
      await first.kill();
      const replies = await Promise.all(closing);
      const third = await first.startAgain();
      try {
        for (const [i, id] of ids.entries()) {
          const plan = (await third.api.get(`${plans}/${id}`, { expect: 200 })).json;
          const fills = (await third.api.get(`${plans}/${id}/fills`, { expect: 200 })).json.fills;
          if (replies[i]?.status === 200) assert.equal(plan.status, 'closed');
          assert.equal(fills.length, plan.status === 'closed' ? 2 : 1); // all of a move, or nothing
        }
        const account = (await third.api.get(`${local}/accounts/paper-main`, { expect: 200 })).json;
        const { entries } = (await third.api.get(`${local}/accounts/paper-main/ledger`, { query: { limit: 1 } })).json;
        assert.equal(entries[0].cash_after, account.cash);
      } finally {
        await third.stop();
      }
    } finally {
      if (second !== first) await second.stop();
    }
  });
});

onEachEngine('a move whose answer was lost with the server', (engine) => {
  test('is answered with the plan as it is, and not made again', async () => {
    const first = await Server.start({ engine, marketPath: samplePath() });
    const { id } = (await make(first.api)).json;
    const headers = { 'idempotency-key': randomUUID() };
    const body = { mark_prices: { BTCUSDT: 60000 } };
    const answer = await first.api.post(`${plans}/${id}/paper-open`, body, { headers, expect: 200 });
    await first.stop();
    changeState(first.state, 'UPDATE idempotency_keys SET status = NULL, headers = NULL, body = NULL');
    const second = await first.startAgain();
    try {
      const again = await second.api.post(`${plans}/${id}/paper-open`, body, { headers, expect: 200 });
      assert.equal(again.headers['idempotency-replayed'], 'true');
      assert.equal(again.headers.location, undefined);
      const { fills, ...plan } = answer.json;
      assert.equal(fills.length, 1);
      assert.deepEqual(again.json, plan);
      assert.equal((await second.api.get(`${plans}/${id}/fills`)).json.fills.length, 1);
    } finally {
      await second.stop();
    }
  });
});

/** The parts are the difference, and the legs the whole, to the last digit. */
function assertExplained(replay: Json): void {
  const names = ['difference', 'timing', 'slippage', 'fees', 'replay_fees', 'actual_pnl', 'replay_pnl'];
  for (const part of [replay, ...replay.legs]) {
    assert.equal(units(part.timing) + units(part.slippage) + units(part.fees), units(part.difference));
    assert.equal(units(part.actual_pnl) - units(part.replay_pnl), units(part.difference));
  }
  for (const name of names) {
    const sum = replay.legs.reduce((total: bigint, leg: Json) => total + units(leg[name]), 0n);
    assert.equal(sum, units(replay[name]), name);
  }
}

onEachEngine('a replay', (engine) => {
  test('is at the open of the first bar that opens after each fill', async () => {
    const marketPath = copySampleMarket();
    const dir = makeTempDir('ahead');
    const first = Math.floor(Date.now() / 3_600_000) * 3600 - 240 * 3600;
    const candles = Array.from({ length: 288 }, (_, i) => {
      const open = 100 + i / 8;
      return { time: first + i * 3600, open, high: open + 1, low: open - 1, close: open + 0.25, volume: 1 };
    });
    writeCsv(dir, { symbol: 'AHEADUSDT', interval: '1h', seconds: 3600, candles });
    await tlabOk(['import', '--quiet', '--db-path', marketPath, dir]);
    await withServer({ engine, marketPath }, async ({ api }) => {
      const leg = { symbol: 'AHEADUSDT', side: 'short', planned_quantity: 3, planned_entry_price: 130 };
      const { id } = (await make(api, { ...single, legs: [leg] })).json;
      const terms = { mark_prices: { AHEADUSDT: '131.5' }, fee_bps: 3, slippage_bps: 20 };
      await api.post(`${plans}/${id}/paper-open`, terms, { expect: 200 });
      await api.post(`${plans}/${id}/paper-close`, { ...terms, fraction: '0.333333333333333333' }, { expect: 200 });
      const replay = exact(await api.get(`${plans}/${id}/replay`, { query: { interval: '1h' }, expect: 200 }));
      assertExplained(replay);
      for (const fill of replay.fills) {
        const next = candles.find(({ time }) => time * 1000 > Date.parse(fill.filled_at)) as { time: number; open: number };
        assert.deepEqual([fill.bar_price, Number(fill.bar_time)], ['open', next.time]);
        assert.equal(Number(fill.replay_mark_price), next.open);
        assert.equal(fill.replay_price, fill.replay_mark_price); // the account has no slippage
        assert.equal(units(fill.replay_fee), half(units(fill.quantity) * units(fill.replay_price), 10n ** 21n));
      }
      const [open1, close1] = replay.fills;
      const timing = half(3n * (units('131.5') - units(open1.replay_mark_price)) * 10n ** 18n, 10n ** 18n);
      const back = half(units(close1.quantity) * units(close1.replay_mark_price), 10n ** 18n) -
        half(units(close1.quantity) * units('131.5'), 10n ** 18n);
      assert.equal(units(replay.timing), timing + back);
      const without = await api.get(`${plans}/${id}/replay`, { expect: 200 });
      assert.equal(without.json.legs[0].interval, '1d'); // put together from hours
    });
  });
});

/** n / d, half to even. */
function half(n: bigint, d: bigint): bigint {
  const whole = n / d;
  const twice = (n % d) * 2n;
  return twice > d || (twice === d && whole % 2n === 1n) ? whole + 1n : whole;
}

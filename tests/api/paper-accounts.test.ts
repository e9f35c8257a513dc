// Paper accounts: made, changed, given money, emptied and begun anew; what they hold and what the journal says of it.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { EventStream } from '../harness/events.ts';
import { type Api, assertProblem, type Reply } from '../harness/http.ts';
import type { Json } from '../harness/openapi.ts';
import { allPages } from '../harness/pages.ts';
import { Person, withPasswords } from '../harness/people.ts';
import { samplePath } from '../harness/sample.ts';
import { onEachEngine, type Server, useServer, withServer } from '../harness/server.ts';
import { changeState } from '../harness/state.ts';

const workspaces = '/api/v1/workspaces';
const accounts = `${workspaces}/local-workspace/accounts`;
const main = `${accounts}/paper-main`;
const absent = '0198f5a2-6c1e-7d3a-9b57-2f4e8a1c6d90';

const make = (api: Api, body: Json = { name: 'Second' }): Promise<Reply> =>
  api.post(accounts, body, { expect: 201 });
const tagOf = (reply: Reply): { 'if-match': string } => ({ 'if-match': String(reply.headers.etag) });
const deposit = (api: Api, path: string, amount: number | string, note?: string): Promise<Reply> =>
  api.post(`${path}/deposit`, { amount, ...(note && { note }) }, { expect: 200 });

/** A position as fills make it, written into the database: 0.5 bought at 100 without a fee, of which no candle is stored. */
function hold(server: Server, account: string, symbol: string): void {
  const where = `workspace_id = 'local-workspace' AND id = '${account}'`;
  changeState(
    server.state,
    `INSERT INTO journal (workspace_id, account_id, number, id, kind, created_at, actor_id, request_id, action, symbol,
       side, quantity, price, notional, fee, fee_bps, slippage_bps, mark_price, mark_source, mark_time, cash, cash_after,
       position_after, cost_after)
     SELECT workspace_id, id, last_number + 1, '${randomUUID()}', 'fill', updated_at + 1, 'local-user', '', 'open',
       '${symbol}', 'buy', '0.5', '100', '50', '0', '0', '0', '100', 'request', updated_at + 1, '-50', '99950', '0.5', '50'
     FROM paper_accounts WHERE ${where};
     INSERT INTO positions (workspace_id, account_id, symbol, quantity, cost, updated_at)
     SELECT workspace_id, id, '${symbol}', '0.5', '50', updated_at + 1 FROM paper_accounts WHERE ${where};
     UPDATE paper_accounts SET cash = '99950', last_number = last_number + 1, version = version + 1,
       updated_at = updated_at + 1 WHERE ${where};`,
  );
}

onEachEngine('paper accounts', (engine) => {
  const tlab = useServer(() => ({ engine, marketPath: samplePath() }));

  test('are there from the beginning: paper-main, with its money in the journal', async () => {
    const { accounts: list, next_cursor } = (await tlab.api.get(accounts, { expect: 200 })).json;
    assert.equal(next_cursor, null);
    const { created_at, updated_at, ...rest } = list[0];
    assert.equal(created_at, updated_at);
    assert.deepEqual(rest, {
      id: 'paper-main',
      workspace_id: 'local-workspace',
      name: 'Paper account',
      kind: 'paper',
      currency: 'USDT',
      starting_balance: 100000,
      cash: 100000,
      deposits: 100000,
      realized_pnl: 0,
      fees_paid: 0,
      positions_value: 0,
      equity: 100000,
      unrealized_pnl: 0,
      gross_exposure: 0,
      net_exposure: 0,
      unmarked: [],
      open_plans: 0,
      fee_bps: 10,
      slippage_bps: 0,
      max_leverage: 1,
      version: 1,
    });
    const legacy = await tlab.api.get('/api/v1/accounts', { expect: 200 });
    assert.deepEqual(legacy.json.accounts[0], list[0]);
    assertProblem(await tlab.api.get('/api/v1/accounts', { query: { limit: 0 } }), 422, 'invalid_input');
    const { entries } = (await tlab.api.get(`${main}/ledger`, { expect: 200 })).json;
    assert.deepEqual(
      entries.map((e: Json) => [e.number, e.kind, e.cash, e.cash_after, e.note, e.postings]),
      [
        [
          1,
          'deposit',
          100000,
          100000,
          'Starting balance',
          [
            { book: 'cash', asset: 'USDT', amount: 100000 },
            { book: 'owner', asset: 'USDT', amount: -100000 },
          ],
        ],
      ],
    );
  });

  test('begin in each workspace with its quote asset', async () => {
    const made = await tlab.api.post(workspaces, { name: 'Euros', default_quote_asset: 'EUR' }, { expect: 201 });
    const path = `${workspaces}/${made.json.id}/accounts`;
    const { accounts: list } = (await tlab.api.get(path, { expect: 200 })).json;
    assert.deepEqual([list.length, list[0].id, list[0].currency], [1, 'paper-main', 'EUR']);
    const second = await tlab.api.post(path, { name: 'More' }, { expect: 201 });
    assert.equal(second.json.currency, 'EUR');
    assertProblem(await tlab.api.get(`${accounts}/${second.json.id}`), 404, 'not_found');
  });

  test('are made with settings of their own, and given back as they are', async () => {
    const body = {
      name: 'Careful',
      currency: 'BTC',
      starting_balance: '0.123456789012345678',
      fee_bps: 7.5,
      slippage_bps: '2',
      max_leverage: 3,
    };
    const reply = await make(tlab.api, body);
    assert.equal(reply.headers.location, `${accounts}/${reply.json.id}`);
    assert.match(reply.text, /"starting_balance":0\.123456789012345678,"cash":0\.123456789012345678,/);
    assert.match(reply.text, /"fee_bps":7\.5,"slippage_bps":2,"max_leverage":3,/);
    const read = await tlab.api.get(String(reply.headers.location), { expect: 200 });
    assert.equal(read.text, reply.text);
    const again = { 'if-none-match': String(read.headers.etag) };
    await tlab.api.get(String(reply.headers.location), { headers: again, expect: 304 });
    const empty = await make(tlab.api, { name: 'Empty', starting_balance: 0 });
    assert.deepEqual((await tlab.api.get(`${accounts}/${empty.json.id}/ledger`)).json.entries, []);
  });

  test('refuse what is no amount, naming it', async () => {
    const faults: [Json, string][] = [
      [{}, '/name'],
      [{ name: '  ' }, '/name'],
      [{ name: 'x', currency: 'usd' }, '/currency'],
      [{ name: 'x', fee_bps: -1 }, '/fee_bps'],
      [{ name: 'x', fee_bps: 1000.1 }, '/fee_bps'],
      [{ name: 'x', slippage_bps: 'NaN' }, '/slippage_bps'],
      [{ name: 'x', max_leverage: 0 }, '/max_leverage'],
      [{ name: 'x', starting_balance: '0.0000000000000000001' }, '/starting_balance'],
      [{ name: 'x', starting_balance: '1e308' }, '/starting_balance'],
      [{ name: 'x', starting_balance: true }, '/starting_balance'],
      [{ name: 'x', cash: 5 }, '/cash'],
    ];
    for (const [body, pointer] of faults) {
      const reply = await tlab.api.post(accounts, body);
      assertProblem(reply, 422, 'invalid_input');
      assert.equal(reply.json.errors[0].pointer, pointer);
    }
    for (const amount of [0, '1e16', '-1000000.5', '1e-19', 'x', null]) {
      const reply = await tlab.api.post(`${main}/deposit`, { amount });
      assertProblem(reply, 422, 'invalid_input');
      assert.equal(reply.json.errors[0].pointer, '/amount');
    }
    const prices = await tlab.api.post(`${main}/reset`, { mark_prices: { BTCUSDT: 0 } });
    assertProblem(prices, 422, 'invalid_input');
    assert.equal(prices.json.errors[0].pointer, '/mark_prices/BTCUSDT');
    assert.equal((await tlab.api.get(main)).json.version, 1);
    const broken = { body: '{', headers: { 'content-type': 'application/json' } };
    for (const path of [accounts, `${main}/deposit`, `${main}/reset`])
      assertProblem(await tlab.api.send('POST', path, broken), 400, 'invalid_json');
    assertProblem(await tlab.api.send('PATCH', main, broken), 400, 'invalid_json');
  });

  test('change only for those who have read them', async () => {
    const made = await make(tlab.api);
    const path = `${accounts}/${made.json.id}`;
    assertProblem(await tlab.api.patch(path, { name: 'x' }), 428, 'precondition_required');
    assertProblem(await tlab.api.patch(path, {}, { headers: tagOf(made) }), 422, 'invalid_input');
    const change = { name: 'Renamed', fee_bps: '0.5', max_leverage: 2 };
    const changed = await tlab.api.patch(path, change, { headers: tagOf(made), expect: 200 });
    assert.deepEqual(
      [changed.json.name, changed.json.fee_bps, changed.json.slippage_bps, changed.json.max_leverage],
      ['Renamed', 0.5, 0, 2],
    );
    assert.equal(changed.json.version, 2);
    const stale = await tlab.api.patch(path, { name: 'y' }, { headers: tagOf(made) });
    assertProblem(stale, 412, 'precondition_failed');
    assert.equal(stale.json.current.name, 'Renamed');
    const replies = await Promise.all(
      Array.from({ length: 6 }, (_, i) =>
        tlab.api.patch(path, { name: `Winner ${i}` }, { headers: tagOf(changed) }),
      ),
    );
    const statuses = replies.map(({ status }) => status).sort();
    assert.deepEqual(statuses, [200, 412, 412, 412, 412, 412]);
  });

  test('take money and give it back to the last digit', async () => {
    const made = await make(tlab.api, { name: 'Digits', starting_balance: '0.1' });
    const path = `${accounts}/${made.json.id}`;
    const more = await deposit(tlab.api, path, '0.2', 'a gift');
    assert.match(more.text, /"cash":0\.3,"deposits":0\.3,/);
    assert.equal(more.json.version, 2);
    const less = await deposit(tlab.api, path, '-0.299999999999999999');
    assert.match(less.text, /"cash":0\.000000000000000001,"deposits":0\.000000000000000001,/);
    const over = await tlab.api.post(`${path}/deposit`, { amount: '-0.000000000000000002' });
    assertProblem(over, 422, 'invalid_input');
    assert.match(over.json.errors[0].detail, /0\.000000000000000001 USDT/);
    const ledger = await tlab.api.get(`${path}/ledger`, { expect: 200 });
    assert.deepEqual(
      ledger.json.entries.map((e: Json) => [e.number, e.kind, e.note]),
      [
        [3, 'withdrawal', null],
        [2, 'deposit', 'a gift'],
        [1, 'deposit', 'Starting balance'],
      ],
    );
    assert.match(ledger.text, /"cash":-0\.299999999999999999,"cash_after":0\.000000000000000001,/);
  });

  test('of many deposits at the same moment keep each', async () => {
    const made = await make(tlab.api, { name: 'Crowd', starting_balance: 0 });
    const path = `${accounts}/${made.json.id}`;
    await Promise.all(Array.from({ length: 24 }, () => deposit(tlab.api, path, '0.1')));
    const { json } = await tlab.api.get(path);
    assert.deepEqual([json.cash, json.deposits, json.version], [2.4, 2.4, 25]);
    const pages = await allPages(tlab.api, `${path}/ledger`, { limit: 7 });
    const entries = pages.flatMap((page) => page.entries);
    assert.deepEqual(
      entries.map((e: Json) => e.number),
      Array.from({ length: 24 }, (_, i) => 24 - i),
    );
  });

  test('act once for one Idempotency-Key', async () => {
    const made = await make(tlab.api, { name: 'Once' });
    const path = `${accounts}/${made.json.id}`;
    for (const [to, body] of [
      ['deposit', { amount: 5 }],
      ['reset', { starting_balance: 1000 }],
    ] as const) {
      const headers = { 'idempotency-key': randomUUID() };
      const first = await tlab.api.post(`${path}/${to}`, body, { headers, expect: 200 });
      const again = await tlab.api.post(`${path}/${to}`, body, { headers, expect: 200 });
      assert.deepEqual([again.text, again.headers['idempotency-replayed']], [first.text, 'true']);
    }
    const { entries } = (await tlab.api.get(`${path}/ledger`)).json;
    assert.deepEqual(
      entries.map((e: Json) => e.kind),
      ['reset', 'deposit', 'deposit'],
    );
    const key = { headers: { 'idempotency-key': randomUUID() } };
    const one = await tlab.api.post(accounts, { name: 'Keyed' }, key);
    assert.equal((await tlab.api.post(accounts, { name: 'Keyed' }, key)).json.id, one.json.id);
  });

  test('begin anew with what they began with, and keep what was', async () => {
    const made = await make(tlab.api, { name: 'Anew', starting_balance: 500 });
    const path = `${accounts}/${made.json.id}`;
    await deposit(tlab.api, path, 250);
    const reset = await tlab.api.post(`${path}/reset`, {}, { expect: 200 });
    assert.deepEqual([reset.json.cash, reset.json.deposits, reset.json.starting_balance], [500, 500, 500]);
    const richer = await tlab.api.post(`${path}/reset`, { starting_balance: '1000.5' }, { expect: 200 });
    assert.deepEqual([richer.json.cash, richer.json.starting_balance], [1000.5, 1000.5]);
    const { entries } = (await tlab.api.get(`${path}/ledger`, { query: { kind: 'reset' } })).json;
    assert.deepEqual(
      entries.map((e: Json) => [e.number, e.cash]),
      [
        [4, 500.5],
        [3, -250],
      ],
    );
  });

  test('are told of as CSV, a line for each posting', async () => {
    const made = await make(tlab.api, { name: 'Lines', starting_balance: 7 });
    const path = `${accounts}/${made.json.id}/ledger`;
    await deposit(tlab.api, `${accounts}/${made.json.id}`, -2);
    const reply = await tlab.api.get(path, { headers: { accept: 'text/csv' }, expect: 200 });
    const lines = reply.text.trim().split('\n');
    assert.equal(lines[0], 'number,created_at,kind,book,asset,amount,trade_plan_id,order_id');
    assert.deepEqual(
      lines.slice(1).map((line) => line.replace(/,[^,]*Z,/, ',')),
      ['2,withdrawal,cash,USDT,-2,,', '2,withdrawal,owner,USDT,2,,', '1,deposit,cash,USDT,7,,', '1,deposit,owner,USDT,-7,,'],
    );
    const page = await tlab.api.get(path, { query: { format: 'csv', limit: 1 }, expect: 200 });
    assert.ok(page.headers['x-next-cursor']);
    assertProblem(await tlab.api.get(path, { query: { kind: 'gift' } }), 422, 'invalid_input');
  });

  test('that there are not are not found', async () => {
    const path = `${accounts}/${absent}`;
    for (const tail of ['', '/positions', '/ledger', '/equity'])
      assertProblem(await tlab.api.get(path + tail), 404, 'not_found');
    assertProblem(await tlab.api.post(`${path}/deposit`, { amount: 1 }), 404, 'not_found');
    assertProblem(await tlab.api.post(`${path}/reset`, {}), 404, 'not_found');
    assertProblem(await tlab.api.patch(path, { name: 'x' }, { headers: { 'if-match': '*' } }), 404, 'not_found');
    assertProblem(await tlab.api.get(`${workspaces}/${absent}/accounts`), 404, 'not_found');
    assertProblem(await tlab.api.post(`${workspaces}/${absent}/accounts`, { name: 'x' }), 404, 'not_found');
    assertProblem(await tlab.api.get(accounts, { query: { cursor: 'x' } }), 422, 'invalid_input');
  });

  test('tell of what they were worth', async () => {
    const made = await make(tlab.api, { name: 'Worth', starting_balance: 40 });
    const path = `${accounts}/${made.json.id}/equity`;
    const { points } = (await tlab.api.get(path, { expect: 200 })).json;
    assert.deepEqual(
      points.map((p: Json) => [p.cash, p.positions_value, p.equity]),
      [[40, 0, 40]],
    );
    assert.ok(Math.abs(points[0].time - Date.now() / 1000) < 60);
    const before = await tlab.api.get(path, { query: { to: '2020-01-01' }, expect: 200 });
    assert.deepEqual(before.json.points, []);
    assertProblem(await tlab.api.get(path, { query: { limit: 10001 } }), 422, 'invalid_input');
  });
});

onEachEngine('what an account holds', (engine) => {
  test('is shown with marks, is null without, and is closed by a reset', async () => {
    await withServer({ engine, marketPath: samplePath() }, async (server) => {
      const { api } = server;
      hold(server, 'paper-main', 'NEWUSDT');
      const account = (await api.get(main, { expect: 200 })).json;
      assert.deepEqual([account.cash, account.equity, account.unmarked], [99950, null, ['NEWUSDT']]);
      const { positions } = (await api.get(`${main}/positions`, { expect: 200 })).json;
      const { updated_at, ...position } = positions[0];
      assert.ok(updated_at);
      assert.deepEqual(position, {
        symbol: 'NEWUSDT',
        side: 'long',
        quantity: 0.5,
        signed_quantity: 0.5,
        average_entry_price: 100,
        mark_price: null,
        market_value: null,
        unrealized_pnl: null,
        mark_source: null,
        mark_time: null,
        trade_plans: [],
      });
      const { points } = (await api.get(`${main}/equity`)).json; // at the price of its fill
      assert.deepEqual(points.at(-1).equity, 100000);
      assertProblem(await api.post(`${main}/reset`, {}), 422, 'no_mark_price');
      const reset = await api.post(`${main}/reset`, { mark_prices: { NEWUSDT: 120 } }, { expect: 200 });
      assert.deepEqual([reset.json.cash, reset.json.equity, reset.json.realized_pnl], [100000, 100000, 0]);
      const { entries } = (await api.get(`${main}/ledger`, { query: { limit: 2 } })).json;
      assert.deepEqual(
        entries.map((e: Json) => [e.kind, e.action, e.side, e.quantity, e.price, e.fee, e.cash]),
        [
          ['reset', null, null, null, null, null, -9.94],
          ['fill', 'close', 'sell', 0.5, 120, 0.06, 59.94],
        ],
      );
      assert.deepEqual((await api.get(`${main}/positions`)).json.positions, []);
      const bySymbol = await api.get(`${main}/ledger`, { query: { symbol: 'newusdt' } });
      assert.equal(bySymbol.json.entries.length, 2);
      const byPlan = await api.get(`${main}/ledger`, { query: { trade_plan_id: absent } });
      assert.deepEqual(byPlan.json.entries, []);
    });
  });

  test('counts at the newest candle', async () => {
    await withServer({ engine, marketPath: samplePath() }, async (server) => {
      const { api } = server;
      hold(server, 'paper-main', 'FLATUSDT');
      const account = (await api.get(main, { expect: 200 })).json;
      assert.deepEqual(
        [account.positions_value, account.equity, account.unrealized_pnl, account.gross_exposure, account.unmarked],
        [0.5, 99950.5, -49.5, 0.5, []],
      );
      const [position] = (await api.get(`${main}/positions`)).json.positions;
      assert.deepEqual([position.mark_price, position.mark_source], [1, 'candle']);
      assert.match(position.mark_time, /T00:00:00\.000000Z$/);
    });
  });

  test('say what they made today where that is asked for, and money put in or taken out is none of it', async () => {
    await withServer({ engine, marketPath: samplePath() }, async (server) => {
      const { api } = server;
      const today = { include: 'pnl_today' };
      const of = async (path: string): Promise<Json> => (await api.get(path, { query: today, expect: 200 })).json;
      assert.equal((await api.get(main, { expect: 200 })).json.pnl_today, undefined);
      assert.equal((await of(main)).pnl_today, 0);
      await deposit(api, main, '500.25');
      await deposit(api, main, -100);
      assert.equal((await of(main)).pnl_today, 0);
      changeState(
        server.state,
        `INSERT INTO paper_accounts (workspace_id, id, name, currency, starting_balance, cash, deposits, realized_pnl,
           fees_paid, last_number, reset_number, created_by, created_at, updated_at)
         SELECT workspace_id, 'old', 'Old', currency, '1000', '1000', '1000', '0', '0', 1, 0, created_by, 5, 5
         FROM paper_accounts WHERE workspace_id = 'local-workspace';
         INSERT INTO journal (workspace_id, account_id, number, id, kind, created_at, actor_id, request_id, cash, cash_after)
         VALUES ('local-workspace', 'old', 1, 'old-1', 'deposit', 5, 'local-user', '', '1000', '1000');`,
      );
      const old = `${accounts}/old`;
      assert.equal((await of(old)).pnl_today, 0);
      await deposit(api, old, '0.000000000000000001');
      const legs = [{ symbol: 'FLATUSDT', side: 'long', planned_quantity: 100, planned_entry_price: 1 }];
      const plan = await api.post(
        `${workspaces}/local-workspace/trade-plans`,
        { account_id: 'old', trade_type: 'single', thesis: 't', invalidation: 'i', legs },
        { expect: 201 },
      );
      const open = { mark_prices: { FLATUSDT: '1.02' }, fee_bps: 10 };
      await api.post(`${workspaces}/local-workspace/trade-plans/${plan.json.id}/paper-open`, open, { expect: 200 });
      assert.equal((await of(old)).pnl_today, -2.102); // bought above the candle, and the fee
      await deposit(api, old, -50);
      const { accounts: list } = await of(accounts);
      assert.deepEqual(
        list.map(({ id, pnl_today }: Json) => [id, pnl_today]),
        [
          ['old', -2.102],
          ['paper-main', 0],
        ],
      );
      assert.deepEqual(await of('/api/v1/accounts'), await of(accounts));
      const texts = await api.get(old, { query: { ...today, decimals: 'string' }, expect: 200 });
      assert.equal(texts.json.pnl_today, '-2.102');
      const reset = await api.post(`${old}/reset`, { mark_prices: { FLATUSDT: 3 } }, { expect: 200 });
      assert.equal(reset.json.pnl_today, undefined);
      assert.equal((await of(old)).pnl_today, 0); // begun anew
      hold(server, 'paper-main', 'NEWUSDT');
      assert.equal((await of(main)).pnl_today, null);
      for (const path of [main, accounts, '/api/v1/accounts'])
        assertProblem(await api.get(path, { query: { include: 'pnl' } }), 422, 'invalid_input');
    });
  });

  test('is worth at each midnight what the last candle says, or the last fill where that is newer', async () => {
    await withServer({ engine, marketPath: samplePath() }, async (server) => {
      const at = (text: string): number => Date.parse(`${text}Z`) * 1000;
      const row = (number: number, kind: string, time: string, cash: string, after: string, fill: string): string =>
        `('local-workspace', 'old', ${number}, 'old${number}', '${kind}', ${at(time)}, 'local-user', '', '${cash}', '${after}', ${fill})`;
      const none = Array(14).fill('NULL').join(', ');
      const bought = (symbol: string, quantity: string, price: string, notional: string, time: string): string =>
        `'open', '${symbol}', 'buy', '${quantity}', '${price}', '${notional}', '0', '0', '0', '${price}', 'request', ${at(time)}, '${quantity}', '${notional}'`;
      changeState(
        server.state,
        `INSERT INTO paper_accounts (workspace_id, id, name, currency, starting_balance, cash, deposits, realized_pnl,
           fees_paid, last_number, reset_number, created_by, created_at, updated_at)
         VALUES ('local-workspace', 'old', 'Old', 'USDT', '1000', '450', '1000', '0', '0', 3, 0, 'local-user',
           ${at('2024-01-01T12:00')}, ${at('2024-01-03T06:00')});
         ${[
           row(1, 'deposit', '2024-01-01T12:00', '1000', '1000', none),
           row(2, 'fill', '2024-01-02T06:00', '-500', '500', bought('BTCUSDT', '0.01', '50000', '500', '2024-01-02T06:00')),
           row(3, 'fill', '2024-01-03T06:00', '-50', '450', bought('NEWUSDT', '5', '10', '50', '2024-01-03T06:00')),
         ]
           .map(
             (values) => `INSERT INTO journal (workspace_id, account_id, number, id, kind, created_at, actor_id, request_id,
               cash, cash_after, action, symbol, side, quantity, price, notional, fee, fee_bps, slippage_bps, mark_price,
               mark_source, mark_time, position_after, cost_after) VALUES ${values};`,
           )
           .join('\n')}
         INSERT INTO positions VALUES ('local-workspace', 'old', 'BTCUSDT', '0.01', '500', 1);
         INSERT INTO positions VALUES ('local-workspace', 'old', 'NEWUSDT', '5', '50', 1);`,
      );
      const path = `${accounts}/old/equity`;
      const day = (text: string): number => at(`${text}T00:00`) / 1e6;
      const candles = await server.api.get('/api/v1/candles', {
        query: { symbol: 'BTCUSDT', interval: '1d', from: day('2024-01-02'), to: day('2024-01-05') },
      });
      const close = new Map(candles.json.candles.map((c: Json) => [c.time, c.close]));
      const btc = (open: string): number => 0.01 * (close.get(day(open)) as number);
      const { points } = (await server.api.get(path, { query: { to: '2024-01-04T12:00' }, expect: 200 })).json;
      const expected = [
        [day('2024-01-02'), 1000, 0],
        [day('2024-01-03'), 500, btc('2024-01-02')],
        [day('2024-01-04'), 450, btc('2024-01-03') + 50],
        [day('2024-01-04') + 43200, 450, btc('2024-01-03') + 50],
      ];
      assert.deepEqual(
        points.map((p: Json) => [p.time, p.cash, p.positions_value]),
        expected.map(([time, cash, value]) => [time, cash, Number((value as number).toFixed(12))]),
      );
      for (const p of points) assert.ok(Math.abs(p.equity - p.cash - p.positions_value) < 1e-9);
      const some = await server.api.get(path, { query: { from: '2024-01-03', to: '2024-01-04', limit: 2 } });
      assert.deepEqual(
        some.json.points.map((p: Json) => p.time),
        [day('2024-01-03'), day('2024-01-04')],
      );
      const last = await server.api.get(path, { query: { to: '2024-01-04T12:00', limit: 1 } });
      assert.deepEqual(last.json.points, points.slice(-1));
    });
  });

  test('is reset with its orders, which are cancelled', async () => {
    await withServer({ engine, marketPath: samplePath(), env: { TRADING_MODE: 'paper' } }, async ({ api }) => {
      const order = { symbol: 'BTCUSDT', side: 'buy', type: 'limit', quantity: 1, limit_price: 1 };
      for (const key of ['a', 'b'])
        await api.post('/api/v1/orders', order, { headers: { 'Idempotency-Key': key.repeat(16) }, expect: 201 });
      await api.post(`${main}/reset`, {}, { expect: 200 });
      const { orders } = (await api.get('/api/v1/orders', { expect: 200 })).json;
      assert.deepEqual(
        orders.map((o: Json) => [o.status, o.version]),
        [
          ['cancelled', 2],
          ['cancelled', 2],
        ],
      );
    });
  });

  test('is of at most a hundred accounts', async () => {
    await withServer({ engine, marketPath: samplePath() }, async ({ api }) => {
      for (let i = 1; i < 100; i++) await make(api, { name: `${i}` });
      assertProblem(await api.post(accounts, { name: 'one more' }), 409, 'too_many_accounts');
      const pages = await allPages(api, accounts, { limit: 40 });
      assert.deepEqual(
        pages.map((page) => page.accounts.length),
        [40, 40, 20],
      );
    });
  });

  test('is told to those who watch, and noted in the audit log', async () => {
    const env = { ...withPasswords(), PAPER_STARTING_BALANCE: '2500.25' };
    await withServer({ engine, marketPath: samplePath(), env }, async ({ api }) => {
      const owner = await new Person(api).signIn();
      const team = await owner.makeWorkspace();
      const made = (await owner.post(`${team}/accounts`, { name: 'Watched' }, { expect: 201 })).json;
      assert.equal(made.cash, 2500.25);
      await owner.post(`${team}/accounts/${made.id}/deposit`, { amount: '0.75' }, { expect: 200 });
      await owner.post(`${team}/accounts/${made.id}/reset`, {}, { expect: 200 });
      const { entries } = (await owner.get(`${team}/audit`, { query: { action: 'account' } })).json;
      assert.deepEqual(
        entries.map((e: Json) => [e.action, e.object_id, e.detail.amount, e.detail.cash]),
        [
          ['account.reset', made.id, undefined, 2500.25],
          ['account.deposit', made.id, 0.75, 2501],
          ['account.create', made.id, undefined, 2500.25],
        ],
      );
    });
  });

  test('comes as an event', async () => {
    await withServer({ engine, marketPath: samplePath() }, async ({ api }) => {
      const stream = await EventStream.open(api);
      await deposit(api, main, '0.5');
      const event = await stream.find('the deposit', (e) => e.type === 'account');
      assert.deepEqual(event.data, { id: 'paper-main', version: 2, cash: 100000.5 });
      stream.close();
    });
  });
});

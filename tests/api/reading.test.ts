// S21: whoever reads changes nothing: the state database is the same, row for row, before and after every GET and HEAD.
// S5: nor are they told what is not theirs to know.
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { engines } from '../harness/engines.ts';
import { EventStream, isFinal } from '../harness/events.ts';
import { binanceCsv, epoch, walk } from '../harness/candles.ts';
import type { Json } from '../harness/openapi.ts';
import { limit, order, withOrders } from '../harness/orders.ts';
import { localPassword, localWorkspace, memberPassword, Person, withPasswords } from '../harness/people.ts';
import { copySampleMarket, sample } from '../harness/sample.ts';
import { useServer } from '../harness/server.ts';
import { dumpState } from '../harness/state.ts';
import { tlabOk } from '../harness/tlab.ts';

interface Route {
  method: string;
  path: string;
}

const routes: Route[] = JSON.parse((await tlabOk(['routes', '--json'])).stdout);
const readable = routes.filter(({ method }) => method === 'GET').map(({ path }) => path);

/** What a route wants to be asked for, so that it answers. */
const queries: Record<string, string> = {
  '/api/v1/candles': 'symbol=BTCUSDT',
  '/api/v1/candles/provenance': 'symbol=BTCUSDT',
  '/api/v1/ratios': 'base=ETHUSDT&quote=BTCUSDT',
  '/api/v1/categories/ratios': 'base=Pair&quote=Pair&category_set_id=SET',
  '/api/v1/categories/{name}': 'category_set_id=SET',
  '/api/v1/categories/{name}/index': 'category_set_id=SET',
  '/api/v1/workspaces/{workspace_id}/backtests/compare': 'ids=IDS',
  '/api/v1/workspaces/{workspace_id}/backtests/sweeps/{sweep_id}/heatmap': 'x=fast&y=slow&metric=sharpe',
};

/** When somebody was last seen is noted while they read, once a minute; and whoever tries links is counted. */
const noted = ['sessions.seen_at', 'api_tokens.last_used_at', 'throttles.*'];

for (const [mode, settings] of [
  ['none', {}],
  ['password', withPasswords()],
] as const)
  for (const engine of engines)
    describe(`reading with AUTH_MODE=${mode} [${engine}]`, () => {
      const tlab = useServer(() => ({ engine, marketPath: copySampleMarket(), env: { BINANCE_DATA_URL: 'http://127.0.0.1:1', ...withOrders, ...settings } }));
      let owner: Person;
      const ids: Record<string, string> = { workspace_id: 'local-workspace', name: 'Pair', strategy_id: 'ma_cross' };

      before(async () => {
        owner = new Person(tlab.api);
        if (mode === 'password') await owner.signIn();
        const make = async (path: string, json: Json): Promise<Json> =>
          (await owner.post(`${localWorkspace}/${path}`, json, { expect: 201 })).json;
        const run = { strategy_id: 'ma_cross', symbol: 'BTCUSDT', params: { fast: 5, slow: 20 } };
        const first = await make('backtests', run);
        const second = await make('backtests', { ...run, strategy_id: 'buy_and_hold', params: {} });
        const sweep = { ...run, params: { fast: [5, 10], slow: [20, 30] } };
        Object.assign(ids, { backtest_id: first.id, job_id: first.id, two: `${first.id},${second.id}` });
        ids.sweep_id = (await make('backtests/sweeps', sweep)).id;
        const categories = { Pair: ['BTCUSDT', 'ETHUSDT'] };
        ids.set_id = (await make('category-sets', { name: 'Pairs', document: { categories } })).id;
        ids.account_id = (await make('accounts', { name: 'Second' })).id;
        const leg = { symbol: 'BTCUSDT', side: 'long', planned_quantity: 0.01, planned_entry_price: 1 };
        const plan = { account_id: 'paper-main', trade_type: 'single', legs: [leg] };
        ids.trade_plan_id = (await make('trade-plans', plan)).id;
        await owner.post(`${localWorkspace}/trade-plans/${ids.trade_plan_id}/paper-open`, {}, { expect: 200 });
        ids.order_id = (await order(owner, limit('0.5'), { expect: 201 })).json.id;
        ids.token = (await make('invitations', { email: 'new@example.org', role: 'viewer' })).token;
        const member = { email: 'carol@example.org', role: 'viewer', password: memberPassword };
        ids.user_id = (await make('members', member)).user_id;
        ids.import_id = await importSomething();
        ids.download_id = await downloadNothing();
      });

      /** Its id, when it has ended. */
      async function importSomething(): Promise<string> {
        const headers = { cookie: `tlab_session=${owner.token}` };
        const stream = await EventStream.open(tlab.api, { workspace: 'local-workspace', headers });
        const candles = walk({ seed: 1, start: epoch('2024-01-01'), step: 86_400, count: 3, price: 100 });
        const { id } = (
          await owner.send('POST', '/api/v1/market/imports', {
            query: { filename: 'NEWUSDT-1d-2024-01.csv' },
            headers: { 'content-type': 'text/csv' },
            body: binanceCsv(candles, 86_400),
            expect: 202,
          })
        ).json;
        await stream.find('its end', (e) => e.type === 'import' && e.data.id === id && isFinal(e.data.status));
        stream.close();
        return id;
      }

      /** Its id, when it has ended: of a day that is stored, so that nothing is asked for. */
      async function downloadNothing(): Promise<string> {
        const stream = await EventStream.open(tlab.api, {
          workspace: 'local-workspace',
          headers: { cookie: `tlab_session=${owner.token}` },
        });
        const { symbol, candles } = sample('btcDay');
        const day = new Date((candles[10]?.time ?? 0) * 1000).toISOString().slice(0, 10);
        const body = { interval: '1d', symbols: [symbol], from: day, to: day };
        const { id } = (await owner.post('/api/v1/market/downloads', body, { expect: 202 })).json;
        await stream.find('its end', (e) => e.type === 'job' && e.data.id === id && isFinal(e.data.status));
        stream.close();
        return id;
      }

      const addressOf = (path: string): string => {
        const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => {
          const id = ids[name];
          assert.ok(id, `no ${name} was made for ${path}`);
          return encodeURIComponent(id);
        });
        const query = queries[path]?.replace('SET', ids.set_id ?? '').replace('IDS', ids.two ?? '');
        return query ? `${filled}?${query}` : filled;
      };

      async function read(path: string): Promise<void> {
        const address = addressOf(path);
        const head = await owner.send('HEAD', address);
        if (path.endsWith('/events')) {
          const headers = { cookie: `tlab_session=${owner.token}` };
          (await EventStream.open(tlab.api, { workspace: 'local-workspace', headers })).close();
          return;
        }
        const reply = await owner.get(address);
        assert.equal(head.status, reply.status, address);
        // rebalances are those of another kind of backtest, and nobody has a second factor without a session
        const isOdd = /rebalances$|\/auth\/|\/invitations\//.test(path);
        assert.ok(reply.status === 200 || (isOdd && [404, 409, 422].includes(reply.status)), `${address}: ${reply.text}`);
      }

      test('writes nothing but when it was', { timeout: 60_000 }, async () => {
        assert.ok(readable.length > 50);
        for (const path of readable) await read(path); // what is made at the first use, such as a new token's first one
        const { state } = tlab.server;
        const earlier = dumpState(state, noted);
        for (const path of readable) await read(path);
        assert.deepEqual(dumpState(state, noted), earlier);
        for (const table of ['audit_entries', 'backtests', 'members', 'schema_migrations'])
          assert.ok(earlier.some((line) => line.startsWith(`${table} `)), table);
      });

      // S5: an audit log, an invitation, an account are for others to read; what is left tells nobody's address
      test('shows a viewer no e-mail but their own, and nobody a secret', async () => {
        if (mode === 'none') return; // there is nobody else
        const viewer = await new Person(tlab.api).signIn('carol@example.org', memberPassword);
        const secrets = [owner.token, viewer.token, memberPassword, localPassword, '$argon2', owner.cookies.get('tlab_device')];
        let seen = 0;
        for (const path of readable.filter((one) => !one.endsWith('/events') && !one.includes('{token}'))) {
          const theirs = await viewer.get(addressOf(path));
          if (theirs.status === 200 && theirs.text.includes('carol@example.org')) seen++;
          const foreign = theirs.text.match(/[\w.-]+@[\w.-]+/g)?.filter((email) => email !== 'carol@example.org') ?? [];
          assert.deepEqual(path === '/openapi.json' ? [] : foreign, [], path);
          for (const { text } of [theirs, await owner.get(addressOf(path))])
            for (const secret of secrets) assert.ok(secret && !text.includes(secret), `${path}: ${secret}`);
        }
        assert.ok(seen >= 3); // the session, and among the members
      });

      test('is seen when it writes', async () => {
        const { state } = tlab.server;
        const earlier = dumpState(state, noted);
        await owner.patch(`${localWorkspace}/members/${ids.user_id}`, { role: 'trader' }, { headers: { 'if-match': '*' }, expect: 200 });
        assert.notDeepEqual(dumpState(state, noted), earlier);
      });
    });

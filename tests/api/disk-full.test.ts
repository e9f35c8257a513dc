// A disk that is full: nothing is half written, reading goes on, and writing does again as soon as there is room.
// PostgreSQL's disk is its operator's.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { assertProblem } from '../harness/http.ts';
import type { Json } from '../harness/openapi.ts';
import { limit, localOrders as orders, marketBuy, order, withOrders } from '../harness/orders.ts';
import { allPages } from '../harness/pages.ts';
import { samplePath } from '../harness/sample.ts';
import { Server } from '../harness/server.ts';
import { mountSmallDisk, noSmallDisk, type SmallDisk } from '../harness/small_disk.ts';
import { tlab } from '../harness/tlab.ts';

const account = '/api/v1/workspaces/local-workspace/accounts/paper-main';

describe('a disk that is full [sqlite]', { skip: noSmallDisk() }, () => {
  let disk: SmallDisk;
  let state: Record<string, string>;
  before(() => {
    disk = mountSmallDisk(16);
    state = { APP_STATE_DB_PATH: `${disk.dir}/app_state.db` };
  });
  after(() => disk.unmount());

  test('loses nothing of paper trading, and is no end', async () => {
    const server = await Server.start({ engine: 'sqlite', marketPath: samplePath(), env: withOrders, state });
    const { api } = server;
    const isStored = async (body: Json): Promise<boolean> => {
      const reply = await order(api, body);
      if (reply.status !== 201) assertProblem(reply, 507, 'storage_full');
      return reply.status === 201;
    };
    let stored = 0;
    disk.fill();
    while (await isStored(stored % 2 ? marketBuy : limit(0.5))) stored++;
    for (let i = 0; i < 5; i++) assert.equal(await isStored(marketBuy), false);
    const found = (await allPages(api, orders, { limit: 200 })).flatMap((page) => page.orders);
    assert.equal(found.length, stored);
    const before = (await api.get(account, { expect: 200 })).json;
    await api.get('/api/v1/candles?symbol=BTCUSDT', { expect: 200 });

    disk.free();
    assert.equal(await isStored(marketBuy), true);
    assert.equal((await api.get(account, { expect: 200 })).json.version, before.version + 1);
    await server.stop();
    const { code, stdout } = await tlab(['check'], { env: state });
    assert.equal(code, 0, stdout);
  });
});

// What the server says of itself, with and without candles to serve.
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { assertProblem } from '../harness/http.ts';
import { categoriesPathOf, makeTempDir } from '../harness/paths.ts';
import { categoriesYaml, samplePath } from '../harness/sample.ts';
import { onEachEngine, Server, useServer } from '../harness/server.ts';

onEachEngine('health', (engine) => {
  const tlab = useServer(() => ({ engine, marketPath: samplePath() }));

  test('tells the market database and the state engine', async () => {
    const { json } = await tlab.api.get('/api/v1/health', { expect: 200 });
    assert.equal(json.status, 'ok');
    assert.deepEqual(json.database, { path: samplePath(), connected: true, readonly: true });
    assert.deepEqual(json.state, { engine, connected: true });
    assert.deepEqual(json.categories, {
      path: categoriesPathOf(samplePath()),
      categories: 5,
      symbols: 8,
      version: 1,
    });
    assert.ok(json.data_version > 0);
  });

  test('begins with the members that existing clients read', async () => {
    const { text } = await tlab.api.get('/api/v1/health', { expect: 200 });
    assert.ok(text.startsWith('{"status":"ok","database":{"path":'), text);
  });

  test('is ready while the state database answers', async () => {
    const { json } = await tlab.api.get('/api/v1/ready', { expect: 200 });
    assert.deepEqual(json, { status: 'ok' });
  });

  test('has the version that the command line prints', async () => {
    const { json } = await tlab.api.get('/api/v1/version', { expect: 200 });
    const health = await tlab.api.get('/api/v1/health', { expect: 200 });
    assert.equal(json.version, health.json.version);
    assert.match(json.version, /^\d+\.\d+\.\d+/);
  });
});

/** Files that are no market, each with how it is made. */
const strangers: Record<string, (path: string) => void> = {
  'a file that is absent': () => {},
  'an empty file': (path) => writeFileSync(path, ''),
  'a text file': (path) => writeFileSync(path, 'open_time,open,high,low,close\n'.repeat(1000)),
  'a folder': (path) => mkdirSync(path),
  'a damaged database': (path) =>
    writeFileSync(path, Buffer.concat([Buffer.alloc(8), Buffer.from('DUCK'), Buffer.alloc(12_000, 0xa5)])),
};

onEachEngine('without sound categories', (engine) => {
  test('a file that is absent or broken is named in health, with the line', async () => {
    const path = join(makeTempDir('categories'), 'symbol-categories.yaml');
    const options = { engine, marketPath: samplePath(), env: { SYMBOL_CATEGORIES_PATH: path } };
    const server = await Server.start(options);
    try {
      const absent = await server.api.get('/api/v1/health', { expect: 200 });
      assert.equal(absent.json.categories.categories, 0);
      assert.equal(absent.json.categories.version, 0);
      assert.match(absent.json.categories.detail, /no such file/);
      writeFileSync(path, 'categories:\n  Meme:\n    - A B\n');
      const broken = await server.restart();
      const { json } = await broken.api.get('/api/v1/health', { expect: 200 });
      assert.equal(json.categories.detail, 'line 3: "A B" is no symbol');
      await broken.stop();
    } finally {
      await server.stop();
    }
  });
});

onEachEngine('without a market', (engine) => {
  for (const [what, make] of Object.entries(strangers)) {
    test(`${what} is named in health, and everything else goes on`, async () => {
      const marketPath = join(makeTempDir('market'), 'file.db');
      make(marketPath);
      writeFileSync(categoriesPathOf(marketPath), categoriesYaml({ Meme: ['BTCUSDT'] }));
      const server = await Server.start({ engine, marketPath });
      try {
        const { json } = await server.api.get('/api/v1/health', { expect: 200 });
        assert.equal(json.status, 'ok');
        assert.equal(json.database.connected, false);
        assert.match(json.database.detail, /\w+ \w+/);
        await server.api.get('/api/v1/ready', { expect: 200 });
        for (const path of [
          '/api/v1/symbols',
          '/api/v1/candles?symbol=BTCUSDT',
          '/api/v1/ratios?base=ETHUSDT&quote=BTCUSDT',
          '/api/v1/intervals',
          '/api/v1/coverage',
          '/api/v1/candles/provenance?symbol=BTCUSDT&interval=1d',
          '/api/v1/categories',
          '/api/v1/categories/heatmap',
          '/api/v1/categories/Meme',
          '/api/v1/categories/Meme/index',
          '/api/v1/categories/ratios?base=Meme&quote=Meme',
        ]) {
          assertProblem(await server.api.get(path), 503, 'market_data_unavailable');
        }
        const run = { strategy_id: 'ma_cross', symbol: 'BTCUSDT' };
        assertProblem(await server.api.post('/api/v1/backtests', run), 503, 'market_data_unavailable');
        assertProblem(
          await server.api.post('/api/v1/workspaces/local-workspace/backtests', run),
          503,
          'market_data_unavailable',
        );
        await server.api.get('/api/v1/workspaces', { expect: 200 });
      } finally {
        await server.stop();
      }
    });
  }
});

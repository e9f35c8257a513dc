// tlab categories generate, and the categories that come with the demo market.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { parse } from 'yaml';
import { makeTempDir } from '../harness/paths.ts';
import { samplePath, samples } from '../harness/sample.ts';
import { Server } from '../harness/server.ts';
import { tlab, tlabOk } from '../harness/tlab.ts';

const stored = [...new Set(samples().map(({ symbol }) => symbol))];

describe('tlab categories generate', () => {
  test('writes every symbol with its parts and categories, and a summary', async () => {
    const output = join(makeTempDir('categories'), 'new', 'symbol-categories.yaml');
    const { stdout } = await tlabOk(['categories', 'generate', '--db-path', samplePath(), '--output', output]);
    const file = parse(readFileSync(output, 'utf8'));
    assert.deepEqual(Object.keys(file), ['symbols', 'categories', 'needs_review']);
    assert.deepEqual(Object.keys(file.symbols).sort(), [...stored].sort());
    assert.deepEqual(file.symbols.BTCUSDT, {
      base_asset: 'BTC',
      quote_asset: 'USDT',
      categories: ['Layer 1', 'Store of Value'],
    });
    assert.deepEqual(file.symbols.SHORTBTC, {
      base_asset: 'SHORT',
      quote_asset: 'BTC',
      categories: ['Uncategorized'],
    });
    assert.deepEqual(file.symbols['币安人生USDT'].categories, ['Meme']);
    assert.ok(file.categories['Layer 1'].includes('ETHUSDT'));
    assert.deepEqual(file.needs_review, file.categories.Uncategorized);
    const categorized = stored.length - file.needs_review.length;
    assert.equal(
      stdout,
      `symbols: ${stored.length}\ncategorized: ${categorized}\nuncategorized: ${file.needs_review.length}\n` +
        `categories: ${Object.keys(file.categories).length}\noutput: ${output}\n`,
    );
  });

  test('writes the same again, and keeps what a person changed', async () => {
    const output = join(makeTempDir('categories'), 'symbol-categories.yaml');
    const generate = () => tlabOk(['categories', 'generate', '--db-path', samplePath(), '--output', output]);
    await generate();
    const first = readFileSync(output, 'utf8');
    await generate();
    assert.equal(readFileSync(output, 'utf8'), first);
    const edited = parse(first);
    edited.symbols.BTCUSDT.categories = ['Money'];
    for (const name of ['Layer 1', 'Store of Value'])
      edited.categories[name] = (edited.categories[name] ?? []).filter((s: string) => s !== 'BTCUSDT');
    edited.needs_review = edited.needs_review.filter((s: string) => s !== 'FLATUSDT');
    writeFileSync(output, JSON.stringify(edited)); // JSON is YAML
    await generate();
    const after = parse(readFileSync(output, 'utf8'));
    assert.deepEqual(after.symbols.BTCUSDT.categories, ['Money']);
    assert.deepEqual(after.categories.Money, ['BTCUSDT']);
    assert.deepEqual(after.categories['Store of Value'], []);
    assert.ok(!after.needs_review.includes('FLATUSDT'));
    assert.ok(after.needs_review.includes('RISINGUSDT'));
  });

  test('leaves a file alone that it cannot read, and says what is wrong', async () => {
    const output = join(makeTempDir('categories'), 'symbol-categories.yaml');
    writeFileSync(output, 'categories:\n  Meme: [A, A B]\n');
    const broken = await tlab(['categories', 'generate', '--db-path', samplePath(), '--output', output]);
    assert.equal(broken.code, 1);
    assert.match(broken.stderr, /line 2: "A B" is no symbol; put it right or move it away/);
    assert.equal(readFileSync(output, 'utf8'), 'categories:\n  Meme: [A, A B]\n');
    const missing = await tlab(['categories', 'generate', '--db-path', '/nowhere.db', '--output', output]);
    assert.equal(missing.code, 1);
    for (const args of [[], ['invent'], ['generate', 'twice'], ['generate', '--nonsense']])
      assert.equal((await tlab(['categories', ...args])).code, 2, args.join(' '));
    assert.equal((await tlab(['categories', '--help'])).code, 0);
  });
});

describe('the categories of the demo market', () => {
  test('lie beside it, are in effect at once, and spare the file of somebody else', async () => {
    const dir = makeTempDir('demo');
    const marketPath = join(dir, 'file.db');
    const path = join(dir, 'configs', 'symbol-categories.yaml');
    await tlabOk(['demo', '--db-path', marketPath, '--until', '2022-03-01']);
    assert.ok(existsSync(path));
    const server = await Server.start({
      engine: 'sqlite',
      marketPath,
      env: { SYMBOL_CATEGORIES_PATH: path },
    });
    try {
      const { json } = await server.api.get('/api/v1/categories', { expect: 200 });
      assert.equal(json.categories.length, 16);
      assert.ok(json.categories.some((c: { change_30d: number | null }) => c.change_30d !== null));
    } finally {
      await server.stop();
    }
    const other = makeTempDir('demo');
    mkdirSync(join(other, 'configs'));
    writeFileSync(join(other, 'configs', 'symbol-categories.yaml'), 'categories: {}\n');
    const again = await tlabOk(['demo', '--db-path', join(other, 'file.db'), '--until', '2022-03-01']);
    assert.match(again.stdout, /was there already/);
    assert.equal(readFileSync(join(other, 'configs', 'symbol-categories.yaml'), 'utf8'), 'categories: {}\n');
  });
});

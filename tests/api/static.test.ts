// The web application as the binary serves it: compressed, cached for as long as it may be, and closed to strangers.
import assert from 'node:assert/strict';
import { type IncomingHttpHeaders, request } from 'node:http';
import { test } from 'node:test';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { samplePath } from '../harness/sample.ts';
import { onEachEngine, useServer } from '../harness/server.ts';

interface Page {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

onEachEngine('the pages', (engine) => {
  const tlab = useServer(() => ({ engine, marketPath: samplePath() }));

  const fetchPage = (path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Page> =>
    new Promise((resolve, reject) => {
      const outgoing = request(tlab.api.origin + path, { method, headers }, (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('end', () =>
          resolve({
            status: incoming.statusCode ?? 0,
            headers: incoming.headers,
            body: Buffer.concat(chunks),
          }),
        );
      });
      outgoing.on('error', reject);
      outgoing.end();
    });

  const scripts = async (): Promise<string[]> => {
    const { body } = await fetchPage('/');
    return [...body.toString().matchAll(/(?:src|href)="\.?(\/assets\/[^"]+)"/g)].map((m) => m[1] as string);
  };

  test('begin with one that lets no foreign script run and no foreign page frame it', async () => {
    const { status, headers, body } = await fetchPage('/');
    assert.equal(status, 200);
    assert.match(String(headers['content-type']), /^text\/html; charset=utf-8$/);
    assert.match(body.toString(), /<div id="root">/);
    const policy = String(headers['content-security-policy']);
    for (const part of [
      /default-src '(self|none)'/,
      /script-src 'self'(;|$)/,
      /frame-ancestors 'none'/,
      /base-uri '(self|none)'/,
    ])
      assert.match(policy, part);
    assert.equal(headers['x-content-type-options'], 'nosniff');
    assert.equal(headers['referrer-policy'], 'no-referrer');
    assert.equal(headers['cross-origin-opener-policy'], 'same-origin');
    assert.match(String(headers['cache-control']), /no-cache|no-store/);
  });

  test('have one for the API at /docs, and the terms of what they are made with', async () => {
    const { status, headers, body } = await fetchPage('/docs');
    assert.equal(status, 200);
    assert.match(String(headers['content-type']), /^text\/html; charset=utf-8$/);
    const files = [...body.toString().matchAll(/(?:src|href)="\.(\/assets\/docs-[^"]+)"/g)].map((m) => m[1]);
    assert.equal(files.length, 2);
    for (const file of files) assert.equal((await fetchPage(file as string)).status, 200);
    assert.equal((await fetchPage('/docs.html')).status, 404, 'a page has one address');
    assert.match((await fetchPage('/licenses.md')).body.toString(), /react-dom/);
    assert.match((await fetchPage('/licenses-docs.txt')).body.toString(), /Apache License/);
  });

  test('name scripts and styles that are there, and may be kept for ever', async () => {
    const paths = await scripts();
    assert.ok(paths.length > 0);
    for (const path of paths) {
      const { status, headers } = await fetchPage(path);
      assert.equal(status, 200, path);
      assert.match(String(headers['cache-control']), /max-age=31536000, immutable/, path);
      assert.match(
        String(headers['content-type']),
        path.endsWith('.css') ? /^text\/css/ : /^text\/javascript/,
        path,
      );
      assert.equal(headers['x-content-type-options'], 'nosniff', path);
    }
  });

  test('are the same in every coding', async () => {
    for (const path of ['/', ...(await scripts())]) {
      const plain = await fetchPage(path);
      const gzip = await fetchPage(path, { 'accept-encoding': 'gzip' });
      const brotli = await fetchPage(path, { 'accept-encoding': 'gzip, br' });
      assert.equal(plain.headers['content-encoding'], undefined);
      const unpacked = [gzip, brotli].map(({ headers, body }) => {
        if (headers['content-encoding'] === 'gzip') return gunzipSync(body);
        return headers['content-encoding'] === 'br' ? brotliDecompressSync(body) : body;
      });
      for (const body of unpacked) assert.ok(body.equals(plain.body), path);
      if (plain.body.length > 10_000) assert.equal(brotli.headers['content-encoding'], 'br', path);
      // a file of a few bytes has one coding
      const isCoded = [gzip, brotli].some(({ headers }) => headers['content-encoding'] !== undefined);
      if (isCoded) assert.match(String(plain.headers.vary), /accept-encoding/i);
    }
  });

  test('are not sent again to whoever has them', async () => {
    for (const path of ['/', (await scripts())[0] as string]) {
      const { headers } = await fetchPage(path);
      const again = await fetchPage(path, { 'if-none-match': String(headers.etag) });
      assert.equal(again.status, 304);
      assert.equal(again.body.length, 0);
    }
  });

  test('answer HEAD without a body', async () => {
    const get = await fetchPage('/');
    const head = await fetchPage('/', {}, 'HEAD');
    assert.equal(head.status, 200);
    assert.equal(head.body.length, 0);
    assert.equal(head.headers['content-length'], get.headers['content-length']);
  });

  test('are one application, whatever address in it is opened', async () => {
    const { body } = await fetchPage('/');
    for (const path of [
      '/w/local-workspace/chart',
      '/w/local-workspace/chart?symbol=BTCUSDT&interval=1h',
      '/w/local-workspace/backtests/x',
    ]) {
      const page = await fetchPage(path);
      assert.equal(page.status, 200, path);
      assert.ok(page.body.equals(body), path);
    }
  });

  test('do not hide that a file is missing', async () => {
    for (const path of [
      '/assets/nothing.js',
      '/nothing.css',
      '/assets/',
      '/.git/config',
      '/favicon.ico.bak',
    ]) {
      const { status, body } = await fetchPage(path);
      assert.ok(status === 404 || (status === 200 && path.endsWith('/')), `${path}: ${status}`);
      if (status === 404) assert.equal(JSON.parse(body.toString()).code, 'not_found');
    }
  });

  test('take no other method', async () => {
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
      const { status, headers } = await fetchPage('/', {}, method);
      assert.equal(status, 405, method);
      assert.match(String(headers.allow), /GET/);
    }
    const options = await fetchPage('/', {}, 'OPTIONS');
    assert.equal(options.status, 204);
    assert.match(String(options.headers.allow), /GET/);
  });

  test('answer only to the names of this machine', async () => {
    assert.equal((await fetchPage('/', { host: 'evil.example' })).status, 421);
  });
});

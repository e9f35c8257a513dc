// The wire: methods, hosts, origins, sizes, compression, and requests that no honest client sends.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { assertProblem, checkReply } from '../harness/http.ts';
import { operations } from '../harness/openapi.ts';
import { exchange, parseReplies } from '../harness/raw.ts';
import { samplePath } from '../harness/sample.ts';
import { onEachEngine, Server, useServer } from '../harness/server.ts';

const workspaces = '/api/v1/workspaces';
const fill = (template: string): string =>
  template
    .replace('{workspace_id}', 'local-workspace')
    .replace('{strategy_id}', 'ma_cross')
    .replace('{backtest_id}', '0198f5a2-6c1e-7d3a-9b57-2f4e8a1c6d90');
const templates = [...new Set(operations.map(({ path }) => path))];
const methodsOf = (template: string): string[] =>
  operations.filter(({ path }) => path === template).map(({ method }) => method);

onEachEngine('methods and paths', (engine) => {
  const tlab = useServer(() => ({ engine, marketPath: samplePath() }));

  test('HEAD answers as GET does, without the body', async () => {
    for (const path of [
      '/api/v1/health',
      '/api/v1/symbols',
      '/api/v1/candles?symbol=BTCUSDT',
      workspaces,
      '/openapi.json',
    ]) {
      const get = await tlab.api.get(path, { expect: 200 });
      const head = await tlab.api.send('HEAD', path, { expect: 200 });
      for (const name of ['content-type', 'content-length', 'etag'])
        assert.equal(head.headers[name], get.headers[name], `${path}: ${name}`);
    }
    assert.equal((await tlab.api.send('HEAD', '/api/v1/nothing')).status, 404);
  });

  test('OPTIONS answers 204 with the methods of the path', async () => {
    for (const template of templates) {
      const reply = await tlab.api.send('OPTIONS', fill(template), { expect: 204 });
      const allowed = String(reply.headers.allow).split(', ').sort();
      const expected = [
        ...methodsOf(template),
        ...(methodsOf(template).includes('GET') ? ['HEAD'] : []),
        'OPTIONS',
      ].sort();
      assert.deepEqual(allowed, expected, template);
    }
  });

  test('any other method is 405 with the ones there are', async () => {
    for (const template of templates) {
      for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']) {
        if (methodsOf(template).includes(method)) continue;
        const reply = await tlab.api.send(
          method,
          fill(template),
          ['GET', 'DELETE'].includes(method) ? {} : { json: {} },
        );
        assertProblem(reply, 405, 'method_not_allowed', []);
        for (const allowed of methodsOf(template))
          assert.ok(String(reply.headers.allow).split(', ').includes(allowed), reply.path);
      }
    }
  });

  test('unknown paths, trailing slashes and other spellings are 404', async () => {
    const paths = [
      '/api',
      '/api/',
      '/api/v1',
      '/api/v1/',
      '/api/v2/health',
      '/api/v1/nothing',
      '/api/v1/Health',
      '/api/v1//health',
      '/api/v1/health/',
      '/api/v1/health/x',
      '/openapi.yaml',
      '/openapi.json/',
    ];
    for (const path of paths) assertProblem(await tlab.api.get(path), 404, 'not_found', []);
    for (const template of templates) {
      const reply = await tlab.api.get(`${fill(template)}/`);
      assert.equal(reply.status, 404, reply.path);
    }
    assertProblem(await tlab.api.post(`${workspaces}/`, { name: 'x' }), 404, 'not_found');
  });

  test('dots, escapes and broken UTF-8 in a path lead nowhere', async () => {
    const paths = [
      '/api/v1/../v1/health',
      '/api/v1/%2e%2e/health',
      '/api/v1/health%00',
      '/api/v1/%ff',
      '/api/v1/%c0%af',
      '/api/v1/hea%6',
      '/api/v1/%zz',
      '/%2e%2e/%2e%2e/etc/passwd',
      '/..%5c..%5cetc',
      '/.git/config',
      '/.env',
    ];
    for (const path of paths) {
      const bytes = `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${tlab.server.port}\r\nConnection: close\r\n\r\n`;
      const { text } = await exchange(tlab.server.port, bytes);
      const status = Number(text.toString('latin1').split(' ')[1]);
      assert.ok(
        status === 400 ||
          status === 404 ||
          (status === 200 && !path.startsWith('/api') && text.includes('<html')),
        `${path}: ${text.toString('latin1').slice(0, 200)}`,
      );
      assert.ok(!text.includes('root:'), path);
    }
  });

  test('each reply has a request id of its own', async () => {
    const replies = await Promise.all(Array.from({ length: 20 }, () => tlab.api.get('/api/v1/health')));
    assert.equal(new Set(replies.map((r) => r.headers['x-request-id'])).size, 20);
  });
});

onEachEngine('hosts and origins', (engine) => {
  const tlab = useServer(() => ({ engine, marketPath: samplePath() }));
  const create = (headers: Record<string, string>) => tlab.api.post(workspaces, { name: 'x' }, { headers });

  test('only the names of this machine are answered', async () => {
    const port = tlab.server.port;
    for (const host of [`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`, `LOCALHOST:${port}`]) {
      await tlab.api.get('/api/v1/health', { headers: { host }, expect: 200 });
    }
    const strangers = [
      'evil.example',
      `evil.example:${port}`,
      `0.0.0.0:${port}`,
      `localhost.evil:${port}`,
      `127.0.0.1.nip.io:${port}`,
      `127.0.0.1:${port === 1 ? 2 : 1}`,
      'x@127.0.0.1',
    ];
    for (const host of strangers) {
      const reply = await tlab.api.get('/api/v1/health', { headers: { host } });
      assert.ok(
        reply.status === 421 || (reply.status === 400 && host.includes('@')),
        `${host}: ${reply.text}`,
      );
    }
  });

  test('a foreign page cannot change anything', async () => {
    const before = (await tlab.api.get(workspaces, { query: { limit: 1000 } })).text;
    const port = tlab.server.port;
    const foreign: Record<string, string>[] = [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { origin: `http://127.0.0.1:${port}.evil.example` },
      { origin: 'http://127.0.0.1:1' },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { 'sec-fetch-site': 'none' },
      { 'sec-fetch-site': 'same-origin-ish' },
      { 'sec-fetch-site': 'cross-site', origin: `http://127.0.0.1:${port}` },
    ];
    for (const headers of foreign) {
      assertProblem(await create(headers), 403, 'csrf', []);
      assertProblem(
        await tlab.api.post(
          '/api/v1/backtests',
          { strategy_id: 'buy_and_hold', symbol: 'BTCUSDT' },
          { headers },
        ),
        403,
        'csrf',
      );
      assertProblem(
        await tlab.api.patch(`${workspaces}/local-workspace`, { name: 'x' }, { headers }),
        403,
        'csrf',
      );
      assertProblem(await tlab.api.delete(`${workspaces}/local-workspace`, { headers }), 403, 'csrf');
    }
    assert.equal((await tlab.api.get(workspaces, { query: { limit: 1000 } })).text, before);
  });

  test('our own page and curl can', async () => {
    const origin = tlab.api.origin;
    for (const headers of [
      {},
      { origin },
      { 'sec-fetch-site': 'same-origin' },
      { origin, 'sec-fetch-site': 'same-origin' },
    ]) {
      assert.equal((await create(headers)).status, 201, JSON.stringify(headers));
    }
  });

  test('reading is open to whatever origin, without CORS headers', async () => {
    await tlab.api.get('/api/v1/health', {
      headers: { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
      expect: 200,
    });
    const headers = { origin: 'https://evil.example', 'access-control-request-method': 'POST' };
    await tlab.api.send('OPTIONS', workspaces, { headers, expect: 204 });
  });

  test('a method cannot be overridden', async () => {
    const headers = { 'x-http-method-override': 'DELETE', 'x-method-override': 'DELETE' };
    await tlab.api.get(`${workspaces}/local-workspace`, { headers, expect: 200 });
    assertProblem(await tlab.api.get(`${workspaces}/local-workspace?_method=DELETE`), 422, 'invalid_input', [
      '?_method',
    ]);
  });
});

onEachEngine('bodies', (engine) => {
  const tlab = useServer(() => ({ engine, marketPath: samplePath() }));
  const body = '{"name":"x"}';
  const post = (type: string | undefined, content: string | Buffer = body) =>
    tlab.api.send('POST', workspaces, {
      body: content,
      headers: type === undefined ? {} : { 'content-type': type },
    });

  test('are JSON in UTF-8 and nothing else', async () => {
    for (const type of [
      'application/json',
      'application/json; charset=utf-8',
      'APPLICATION/JSON;charset=UTF-8',
      'application/json; charset="utf-8"',
    ]) {
      assert.equal((await post(type)).status, 201, type);
    }
    const others = [
      undefined,
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'application/json; charset=latin1',
      'text/json',
      'application/jsonp',
      'application/xml',
      'json',
      '',
    ];
    for (const type of others) assertProblem(await post(type), 415, 'unsupported_media_type', []);
  });

  test('of 256 KiB are read, of one byte more are not', async () => {
    const limit = 256 * 1024;
    const padded = (length: number) => body + ' '.repeat(length - body.length);
    assert.equal((await post('application/json', padded(limit))).status, 201);
    assertProblem(await post('application/json', padded(limit + 1)), 413, 'payload_too_large');
  });

  test('that are too large are refused before they are sent', async () => {
    const head = `POST ${workspaces} HTTP/1.1\r\nHost: 127.0.0.1:${tlab.server.port}\r\nContent-Type: application/json\r\nContent-Length: 10000000000\r\n\r\n`;
    const { text, closed } = await exchange(tlab.server.port, head);
    const [reply] = parseReplies(text, 'POST', workspaces);
    assert.ok(reply);
    checkReply(reply, engine);
    assertProblem(reply, 413, 'payload_too_large');
    assert.ok(closed);
  });

  test('that grow too large in chunks are refused', async () => {
    const chunk = `10000\r\n${'x'.repeat(0x10000)}\r\n`;
    const head = `POST ${workspaces} HTTP/1.1\r\nHost: 127.0.0.1:${tlab.server.port}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`;
    const { text } = await exchange(tlab.server.port, `${head + chunk.repeat(8)}0\r\n\r\n`);
    assert.match(text.toString('latin1'), /^HTTP\/1\.1 413 /);
  });

  test('may come in chunks', async () => {
    const head = `POST ${workspaces} HTTP/1.1\r\nHost: 127.0.0.1:${tlab.server.port}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n`;
    const { text } = await exchange(tlab.server.port, `${head}7\r\n{"name"\r\n5\r\n:"x"}\r\n0\r\n\r\n`);
    assert.match(text.toString('latin1'), /^HTTP\/1\.1 201 /);
  });

  test('are waited for with 100-continue', async () => {
    const head = `POST ${workspaces} HTTP/1.1\r\nHost: 127.0.0.1:${tlab.server.port}\r\nContent-Type: application/json\r\nExpect: 100-continue\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n`;
    const { text } = await exchange(tlab.server.port, head + body);
    assert.match(text.toString('latin1'), /^HTTP\/1\.1 (100|201) /);
    assert.match(text.toString('latin1'), /HTTP\/1\.1 201 /);
  });

  test('do not belong to GET', async () => {
    const reply = await tlab.api.send('GET', workspaces, {
      body,
      headers: { 'content-type': 'application/json' },
    });
    assert.ok([200, 400, 413].includes(reply.status), reply.text);
  });

  test('that are missing where one is needed are said to be', async () => {
    for (const path of [workspaces, '/api/v1/backtests', '/api/v1/auth/active-workspace']) {
      const reply = await tlab.api.send('POST', path, {
        headers: { 'content-type': 'application/json' },
        body: '',
      });
      assertProblem(reply, 400, 'invalid_json');
    }
  });
});

onEachEngine('large answers', (engine) => {
  const tlab = useServer(() => ({ engine, marketPath: samplePath() }));
  const path = '/api/v1/candles?symbol=BTCUSDT&limit=1000';

  test('are compressed for those who say so, and are the same', async () => {
    const plain = await tlab.api.get(path, { expect: 200 });
    const packed = await tlab.api.get(path, {
      headers: { 'accept-encoding': 'gzip, deflate, br' },
      expect: 200,
    });
    assert.equal(plain.headers['content-encoding'], undefined);
    assert.equal(packed.headers['content-encoding'], 'gzip');
    assert.match(String(packed.headers.vary), /accept-encoding/i);
    assert.equal(packed.text, plain.text);
    assert.ok(packed.wireBytes < plain.wireBytes / 2);
  });

  test('are left as they are for those who refuse gzip', async () => {
    for (const value of ['identity', 'gzip;q=0', 'br']) {
      const reply = await tlab.api.get(path, { headers: { 'accept-encoding': value }, expect: 200 });
      assert.equal(reply.headers['content-encoding'], undefined, value);
    }
  });

  test('compressed or not, an ETag that came with one is good for a 304', async () => {
    for (const encoding of ['identity', 'gzip']) {
      const { headers } = await tlab.api.get(path, { headers: { 'accept-encoding': encoding }, expect: 200 });
      const again = { 'if-none-match': String(headers.etag), 'accept-encoding': encoding };
      await tlab.api.get(path, { headers: again, expect: 304 });
    }
  });

  test('asked for again are sent again, and are still of whoever asks', async () => {
    const gzip = { 'accept-encoding': 'gzip' };
    const [first, again] = [await tlab.api.get(path), await tlab.api.get(path)];
    const [packed, packedAgain] = [
      await tlab.api.get(path, { headers: gzip }),
      await tlab.api.get(path, { headers: gzip }),
    ];
    for (const reply of [again, packed, packedAgain]) assert.equal(reply.text, first.text);
    assert.equal(packedAgain.wireBytes, packed.wireBytes);
    assert.notEqual(again.headers['x-request-id'], first.headers['x-request-id']);
    const unique = ({ headers }: typeof first) => ({ ...headers, 'x-request-id': '', date: '' });
    assert.deepEqual(unique(again), unique(first));
    assert.deepEqual(unique(packedAgain), unique(packed));
    const csv = await tlab.api.get(path, { headers: { accept: 'text/csv' }, expect: 200 });
    assert.match(csv.text, /^time,open/);
    const head = await tlab.api.send('HEAD', path, { expect: 200 });
    assert.equal(head.headers['content-length'], first.headers['content-length']);
    await tlab.api.get(`${path}&limit=1`, { expect: 422 });
  });

  test('small ones are not worth compressing', async () => {
    const reply = await tlab.api.get('/api/v1/ready', {
      headers: { 'accept-encoding': 'gzip' },
      expect: 200,
    });
    assert.equal(reply.headers['content-encoding'], undefined);
  });

  test('decompress with any reader', async () => {
    const bytes = `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${tlab.server.port}\r\nAccept-Encoding: gzip\r\nConnection: close\r\n\r\n`;
    const { text } = await exchange(tlab.server.port, bytes);
    const bodyAt = text.indexOf('\r\n\r\n') + 4;
    assert.ok(gunzipSync(text.subarray(bodyAt)).toString().startsWith('{"symbol":"BTCUSDT"'));
  });
});

/** Requests that are refused, and after which the connection must not serve another. */
const refused: Record<string, (host: string) => string> = {
  'two Host headers': (h) => `GET /api/v1/health HTTP/1.1\r\nHost: ${h}\r\nHost: evil.example\r\n\r\n`,
  'no Host header': () => 'GET /api/v1/health HTTP/1.1\r\n\r\n',
  'two Content-Length': (h) =>
    `POST ${workspaces} HTTP/1.1\r\nHost: ${h}\r\nContent-Type: application/json\r\nContent-Length: 12\r\nContent-Length: 13\r\n\r\n{"name":"x"} `,
  'two equal Content-Length': (h) =>
    `POST ${workspaces} HTTP/1.1\r\nHost: ${h}\r\nContent-Type: application/json\r\nContent-Length: 12\r\nContent-Length: 12\r\n\r\n{"name":"x"}`,
  'Content-Length with Transfer-Encoding': (h) =>
    `POST ${workspaces} HTTP/1.1\r\nHost: ${h}\r\nContent-Type: application/json\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
  'Content-Length +12': (h) =>
    `POST ${workspaces} HTTP/1.1\r\nHost: ${h}\r\nContent-Type: application/json\r\nContent-Length: +12\r\n\r\n{"name":"x"}`,
  'Content-Length 0x0c': (h) =>
    `POST ${workspaces} HTTP/1.1\r\nHost: ${h}\r\nContent-Type: application/json\r\nContent-Length: 0x0c\r\n\r\n{"name":"x"}`,
  'negative Content-Length': (h) =>
    `POST ${workspaces} HTTP/1.1\r\nHost: ${h}\r\nContent-Type: application/json\r\nContent-Length: -1\r\n\r\n`,
  'an unknown Transfer-Encoding': (h) =>
    `POST ${workspaces} HTTP/1.1\r\nHost: ${h}\r\nContent-Type: application/json\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n`,
  'two Transfer-Encoding': (h) =>
    `POST ${workspaces} HTTP/1.1\r\nHost: ${h}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n`,
  'a bad chunk size': (h) =>
    `POST ${workspaces} HTTP/1.1\r\nHost: ${h}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n{}\r\n0\r\n\r\n`,
  'a blank before the colon': (h) => `GET /api/v1/health HTTP/1.1\r\nHost : ${h}\r\n\r\n`,
  'a header that is no token': (h) => `GET /api/v1/health HTTP/1.1\r\nHost: ${h}\r\nBad(Header): x\r\n\r\n`,
  'a control byte in a value': (h) => `GET /api/v1/health HTTP/1.1\r\nHost: ${h}\r\nX-Test: a\u0001b\r\n\r\n`,
  'a method in lower case': (h) => `get /api/v1/health HTTP/1.1\r\nHost: ${h}\r\n\r\n`,
  'an unknown method': (h) => `BREW /api/v1/health HTTP/1.1\r\nHost: ${h}\r\n\r\n`,
  TRACE: (h) => `TRACE /api/v1/health HTTP/1.1\r\nHost: ${h}\r\n\r\n`,
  CONNECT: () => 'CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example:443\r\n\r\n',
  'no HTTP at all': () => '\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\r\n\r\n',
  'another Expect': (h) =>
    `POST ${workspaces} HTTP/1.1\r\nHost: ${h}\r\nContent-Type: application/json\r\nExpect: 200-ok\r\nContent-Length: 12\r\n\r\n{"name":"x"}`,
  'a path of 8 KiB and more': (h) =>
    `GET /api/v1/health?q=${'x'.repeat(8192)} HTTP/1.1\r\nHost: ${h}\r\n\r\n`,
  '65 headers': (h) =>
    `GET /api/v1/health HTTP/1.1\r\nHost: ${h}\r\n${Array.from({ length: 65 }, (_, i) => `X-${i}: y\r\n`).join('')}\r\n`,
  'headers over 16 KiB': (h) =>
    `GET /api/v1/health HTTP/1.1\r\nHost: ${h}\r\nX-Long: ${'x'.repeat(17_000)}\r\n\r\n`,
};

onEachEngine('requests that no honest client sends', (engine) => {
  const tlab = useServer(() => ({ engine, marketPath: samplePath() }));

  describe('are refused, and a second one behind them is not served', () => {
    for (const [what, make] of Object.entries(refused)) {
      test(what, async () => {
        const host = `127.0.0.1:${tlab.server.port}`;
        const second = `GET /api/v1/version HTTP/1.1\r\nHost: ${host}\r\n\r\n`;
        const { text, closed } = await exchange(tlab.server.port, make(host) + second);
        const answer = text.toString('latin1');
        const statuses = [...answer.matchAll(/HTTP\/1\.1 (\d+)/g)].map((m) => Number(m[1]));
        assert.ok(!answer.includes('engine_version'), `the second one was served: ${answer.slice(0, 400)}`);
        // libmicrohttpd 0.9.75 repeats its status line when Content-Length is no number: see server/http/README.md
        for (const status of statuses) assert.ok(status >= 400, answer.slice(0, 400));
        assert.ok(closed, 'the connection must not be used again');
      });
    }
  });

  test('leave the server as it was', async () => {
    await tlab.api.get('/api/v1/ready', { expect: 200 });
    const { json } = await tlab.api.get(workspaces, { expect: 200 });
    assert.deepEqual(
      json.workspaces.map((w: { id: string }) => w.id),
      ['local-workspace'],
    );
  });

  test('the sizes just below the limits are served', async () => {
    const target = `/api/v1/health?`;
    assertProblem(await tlab.api.get(`${target}${'q'.repeat(8000 - target.length)}`), 422, 'invalid_input');
    const many = Object.fromEntries(Array.from({ length: 55 }, (_, i) => [`x-${i}`, 'y']));
    await tlab.api.get('/api/v1/health', { headers: many, expect: 200 });
    await tlab.api.get('/api/v1/health', {
      headers: { 'x-long': 'x'.repeat(7_000), 'x-longer': 'x'.repeat(7_000) },
      expect: 200,
    });
  });

  test('two requests on one connection are answered in order', async () => {
    const host = `127.0.0.1:${tlab.server.port}`;
    const one = (path: string, more = '') => `GET ${path} HTTP/1.1\r\nHost: ${host}\r\n${more}\r\n`;
    const { text } = await exchange(
      tlab.server.port,
      one('/api/v1/ready') + one('/api/v1/version', 'Connection: close\r\n'),
    );
    const answer = text.toString('latin1');
    assert.equal([...answer.matchAll(/HTTP\/1\.1 200/g)].length, 2); // the second one begins in the line of the first one's body
    assert.ok(answer.indexOf('{"status":"ok"}') < answer.indexOf('engine_version'));
  });

  test('no line of the log is forged by them', async () => {
    await tlab.api.get('/api/v1/nothing?x=%0a{"level":"error"}', {
      headers: { 'user-agent': 'x"}{"level":"error","event":"forged' },
    });
    const lines = tlab.server.logLines;
    for (const line of lines) assert.equal(typeof JSON.parse(line).event, 'string', line);
    assert.ok(!lines.some((line) => JSON.parse(line).event === 'forged'));
  });
});

test('PUBLIC_URL is answered beside as many ALLOWED_HOSTS as there may be', async () => {
  const names = Array.from({ length: 32 }, (_, i) => `host-${i}.example.org`);
  const server = await Server.start({
    engine: 'sqlite',
    marketPath: samplePath(),
    env: { PUBLIC_URL: 'https://lab.example.org/', ALLOWED_HOSTS: ['127.0.0.1', ...names.slice(1)].join(',') },
  });
  try {
    for (const [host, status] of [
      ['lab.example.org', 200],
      ['host-31.example.org', 200],
      ['host-32.example.org', 421],
    ] as const)
      assert.equal((await server.api.send('GET', '/api/v1/health', { headers: { host } })).status, status, host);
  } finally {
    await server.stop();
  }
});

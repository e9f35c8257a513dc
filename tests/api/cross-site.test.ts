// Other web pages: what they send is refused, what they could read is not said (security.md, section 3).
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { assertProblem, type Reply } from '../harness/http.ts';
import { operations } from '../harness/openapi.ts';
import { withOrders } from '../harness/orders.ts';
import { localWorkspace, Person, withPasswords } from '../harness/people.ts';
import { exchange, parseReplies } from '../harness/raw.ts';
import { samplePath } from '../harness/sample.ts';
import { onEachEngine, useServer } from '../harness/server.ts';

const absent = '0198f5a2-6c1e-7d3a-9b57-2f4e8a1c6d90';
const unsafe = operations.filter(({ method }) => method !== 'GET');

/** About nothing that there is, with a parameter that no route knows: whatever is let in does nothing. */
const pathOf = (path: string): string =>
  `${path.replace('{workspace_id}', 'local-workspace').replace(/\{[^}]+\}/g, absent)}?no_such_parameter=1`;

type Headers = Record<string, string>;

const sites: [string, Headers][] = [
  ['cross-site', { 'sec-fetch-site': 'cross-site' }],
  ['same-site', { 'sec-fetch-site': 'same-site' }],
  ['none', { 'sec-fetch-site': 'none' }],
  ['same-origin', { 'sec-fetch-site': 'same-origin' }],
  ['no Sec-Fetch-Site', {}],
];

const origins = (own: string): [string, Headers][] => [
  ['its own origin', { origin: own }],
  ['another origin', { origin: 'https://evil.example' }],
  ['the same host on another port', { origin: own.replace(/:\d+$/, ':1') }],
  ['a host that begins like it', { origin: `${own}.evil.example` }],
  ['null', { origin: 'null' }],
  ['no Origin', {}],
];

const types: [string, Headers, string | undefined][] = [
  ['JSON', { 'content-type': 'application/json' }, '{}'],
  ['text', { 'content-type': 'text/plain' }, '{}'],
  ['a form', { 'content-type': 'application/x-www-form-urlencoded' }, 'a=b'],
  ['parts', { 'content-type': 'multipart/form-data; boundary=x' }, '--x--'],
  ['no type', {}, '{}'],
];

const isAllowed = (site: string, origin: string): boolean =>
  site === 'same-origin' ||
  (site === 'no Sec-Fetch-Site' && (origin === 'its own origin' || origin === 'no Origin'));

// Where the browser says which site it is, its Origin says nothing new: three of them do.
const cells = (own: string): { site: string; origin: string; headers: Headers }[] =>
  sites.flatMap(([site, siteHeader]) =>
    origins(own)
      .filter(
        ([origin]) =>
          site === 'no Sec-Fetch-Site' || ['its own origin', 'another origin', 'no Origin'].includes(origin),
      )
      .map(([origin, originHeader]) => ({ site, origin, headers: { ...siteHeader, ...originHeader } })),
  );

for (const mode of ['none', 'password'] as const) {
  onEachEngine(`another page, AUTH_MODE=${mode}`, (engine) => {
    const tlab = useServer(() => ({
      engine,
      marketPath: samplePath(),
      env: { ...withOrders, ...(mode === 'password' ? withPasswords() : {}) },
    }));
    let person: Person;
    before(async () => {
      person = new Person(tlab.api);
      if (mode === 'password') await person.signIn();
    });

    test('changes nothing, on no route', async () => {
      for (const { method, path } of unsafe) {
        for (const { site, origin, headers } of cells(tlab.api.origin)) {
          const reply = await person.send(method, pathOf(path), { headers });
          const where = `${method} ${path} ${site}, ${origin}: ${reply.text}`;
          if (isAllowed(site, origin)) assert.equal(reply.status, path.endsWith('/restore') ? 404 : 422, where);
          else assertProblem(reply, 403, 'csrf');
        }
      }
    });

    test('cannot send a form where JSON is taken', async () => {
      for (const { method, path, definition } of unsafe) {
        const content = definition.requestBody?.content; // a reference is to JSON
        if (!definition.requestBody || (content && !content['application/json'])) continue;
        for (const [what, headers, body] of types) {
          if (what === 'JSON') continue;
          const options = body === undefined ? { headers } : { headers, body };
          const reply = await person.send(method, pathOf(path).split('?')[0] ?? '', options);
          assert.equal(reply.status, 415, `${method} ${path} with ${what}: ${reply.text}`);
        }
      }
    });

    test('does not turn one method into another', async () => {
      const headers = { 'x-http-method-override': 'DELETE', 'x-method-override': 'DELETE' };
      const reply = await person.post(`${localWorkspace}?_method=DELETE`, {}, { headers });
      assert.equal(reply.status, 405, reply.text);
      await person.get(localWorkspace, { headers, expect: 200 });
    });

    test('opens no stream', async () => {
      const path = `${localWorkspace}/events`;
      const evil = { origin: 'https://evil.example' };
      for (const headers of [{ 'sec-fetch-site': 'cross-site' }, { 'sec-fetch-site': 'same-site' }, evil])
        assertProblem(await person.get(path, { headers }), 403, 'csrf');
      await person.get(path, { headers: { 'sec-fetch-site': 'same-origin' }, expect: 200 });
    });

    test('may read nothing, and is told nothing of methods', async () => {
      const evil = { origin: 'https://evil.example', 'access-control-request-method': 'POST' };
      for (const path of ['/api/v1/me', '/api/v1/workspaces', '/api/v1/health', localWorkspace]) {
        const options: Reply = await person.send('OPTIONS', path, { headers: evil });
        assert.equal(options.status, 204); // every reply of the client is without Access-Control-*
        const got = await person.get(path, { headers: evil });
        assert.equal(got.status, 200);
      }
    });

    test('that calls itself by a name of its own gets no answer', async () => {
      const port = tlab.server.port;
      const hosts = [
        'evil.example',
        `evil.example:${port}`,
        `0.0.0.0:${port}`,
        `localhost.evil.example:${port}`,
        `localhost:${port + 1}`,
        `127.0.0.1.evil.example:${port}`,
        `evil.example@127.0.0.1:${port}`,
        '',
      ];
      for (const host of hosts) {
        const reply = await statusOf(port, `GET /api/v1/health HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
        assert.ok([400, 421].includes(reply), `${host}: ${reply}`);
      }
      const two = `GET /api/v1/health HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nHost: evil.example\r\n\r\n`;
      assert.equal(await statusOf(port, two), 400);
      const absolute = `GET http://evil.example/api/v1/health HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`;
      assert.ok([400, 421].includes(await statusOf(port, absolute)));
      for (const host of [`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`])
        assert.equal(await statusOf(port, `GET /api/v1/health HTTP/1.1\r\nHost: ${host}\r\n\r\n`), 200, host);
    });
  });
}

async function statusOf(port: number, head: string): Promise<number> {
  const { text } = await exchange(port, head.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n'));
  return parseReplies(text, 'GET', '/api/v1/health')[0]?.status ?? 0;
}

onEachEngine('signing in from another page', (engine) => {
  const tlab = useServer(() => ({
    engine,
    marketPath: samplePath(),
    env: withPasswords({ PUBLIC_URL: 'https://lab.example.org' }),
  }));

  test('is refused, so that nobody works in an account that is not theirs', async () => {
    const send = (origin: string) =>
      new Person(tlab.api, { host: 'lab.example.org', origin }).tryToSignIn('x@example.org', 'not it at all 7');
    for (const origin of ['https://evil.example', 'http://lab.example.org', 'https://lab.example.org:8443', 'null'])
      assertProblem(await send(origin), 403, 'csrf');
    assertProblem(await send('https://lab.example.org'), 401, 'wrong_credentials');
  });
});

describe('the routes that this is about', () => {
  test('are all that change something', () => {
    assert.ok(unsafe.length > 25);
  });
});

// Every parameter and every member of every operation, with everything that does not belong there: an answer of the
// contract each time, never a failure of the server.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Api, Reply } from '../harness/http.ts';
import { contract, type Json, type Operation, operations } from '../harness/openapi.ts';
import { withOrders } from '../harness/orders.ts';
import { copySampleMarket } from '../harness/sample.ts';
import { onEachEngine, useServer } from '../harness/server.ts';

const texts = [
  '',
  ' ',
  '0',
  '-1',
  '1e309',
  '99999999999999999999',
  '0x10',
  'NaN',
  'null',
  'true',
  '[]',
  '{}',
  "'",
  '"',
  "' OR '1'='1",
  '; DROP TABLE backtests; --',
  '%',
  '\\',
  '../../etc/passwd',
  '$\u007bjndi:ldap://x}',
  '<script>alert(1)</script>',
  '\u0000',
  'a\r\nSet-Cookie: x=y',
  '\u202e\u0007',
  '🚀'.repeat(50),
  'x'.repeat(3000),
  ','.repeat(600),
  ':'.repeat(300),
  'A/'.repeat(100),
  'sma:20'.repeat(60),
];

const values: Json[] = [
  null,
  true,
  false,
  0,
  -0,
  -1,
  1,
  0.1,
  1e308,
  -1e308,
  5e-324,
  2 ** 53,
  '',
  '0',
  'x',
  'x'.repeat(70_000),
  '\u0000',
  '\ufffe',
  [],
  [[]],
  ['x'],
  [null],
  {},
  { x: {} },
  { '': '' },
];

const good: Record<string, Json> = {
  strategy_id: 'ma_cross',
  symbol: 'BTCUSDT',
  name: 'x',
  workspace_id: 'local-workspace',
};

const dereference = (node: Json): Json =>
  node?.$ref
    ? dereference(
        node.$ref
          .slice(2)
          .split('/')
          .reduce((at: Json, key: string) => at[key], contract),
      )
    : node;
const parametersOf = (operation: Operation, place: string): Json[] =>
  [...(contract.paths[operation.path].parameters ?? []), ...(operation.definition.parameters ?? [])]
    .map(dereference)
    .filter((p) => p.in === place);
const bodyContent = (operation: Operation): Json => dereference(operation.definition.requestBody)?.content;
const bodySchema = (operation: Operation): Json =>
  dereference(bodyContent(operation)?.['application/json']?.schema);

/** A body that is no JSON, for an operation that takes a file. */
const fileBody = (operation: Operation): { type: string; body: string } | undefined => {
  const type = Object.keys(bodyContent(operation) ?? {}).find((name) => name !== 'application/json');
  return type === undefined ? undefined : { type, body: 'no such file\n' };
};

const isCalm = (reply: Reply): boolean => reply.status < 500;
const calm = (reply: Reply): void =>
  assert.ok(
    isCalm(reply),
    `${reply.method} ${reply.path.slice(0, 300)} -> ${reply.status} ${reply.text.slice(0, 300)}`,
  );

const knownPath = (path: string): string =>
  path
    .replace('{workspace_id}', 'local-workspace')
    .replace('{strategy_id}', 'ma_cross')
    .replace(/\{(backtest|job|import)_id\}/, '0198f5a2-6c1e-7d3a-9b57-2f4e8a1c6d90');

const goodQuery: Record<string, string> = {
  base: 'ETHUSDT',
  quote: 'BTCUSDT',
  symbol: 'BTCUSDT',
  filename: 'BTCUSDT-1d-2024-01.csv',
};

/** Query parameters that the operation cannot do without. */
const needed = (operation: Operation): Record<string, string> =>
  Object.fromEntries(
    parametersOf(operation, 'query')
      .filter((p) => p.required)
      .map((p) => [p.name, goodQuery[p.name] as string]),
  );

function neededBody(operation: Operation): Json {
  const schema = bodySchema(operation);
  return schema && Object.fromEntries((schema.required ?? []).map((name: string) => [name, good[name]]));
}

const send = (
  api: Api,
  operation: Operation,
  path: string,
  more: { query?: Record<string, string>; json?: Json; headers?: Record<string, string> },
): Promise<Reply> => {
  const query = { ...needed(operation), ...more.query };
  const file = fileBody(operation);
  return file
    ? api.send(operation.method, path, {
        query,
        headers: { 'content-type': file.type, ...more.headers },
        body: file.body,
      })
    : api.send(operation.method, path, {
        query,
        headers: more.headers ?? {},
        json: more.json ?? neededBody(operation),
      });
};

/** In groups, so that a test is quick and a failure still names its request. */
async function each<T>(items: T[], body: (item: T) => Promise<void>): Promise<void> {
  for (let at = 0; at < items.length; at += 8) await Promise.all(items.slice(at, at + 8).map(body));
}

onEachEngine('with everything that does not belong', (engine) => {
  const tlab = useServer(() => ({ engine, marketPath: copySampleMarket(), env: withOrders })); // imports may get through

  describe('in the query', () => {
    for (const operation of operations) {
      test(`${operation.method} ${operation.path}`, async () => {
        const names = [...parametersOf(operation, 'query').map((p) => p.name), 'unknown'];
        const requests = names.flatMap((name) => texts.map((text) => ({ [name]: text })));
        await each(requests, async (query) =>
          calm(
            await send(tlab.api, operation, knownPath(operation.path), {
              query,
              headers: { 'if-match': '"x"' },
            }),
          ),
        );
      });
    }
  });

  describe('in the path', () => {
    for (const operation of operations.filter((o) => o.path.includes('{'))) {
      test(`${operation.method} ${operation.path}`, async () => {
        const names = parametersOf(operation, 'path').map((p) => p.name);
        const paths = names.flatMap((name) =>
          texts
            .filter((text) => text !== '')
            .map((text) => knownPath(operation.path.replace(`{${name}}`, encodeURIComponent(text)))),
        );
        await each(paths, async (path) => {
          const reply = await send(tlab.api, operation, path, { headers: { 'if-match': '"x"' } });
          assert.ok(
            [400, 404, 405, 422, ...(operation.path.includes('/invitations/{token}') ? [429] : [])].includes(reply.status),
            `${reply.method} ${reply.path.slice(0, 200)} -> ${reply.status} ${reply.text.slice(0, 200)}`,
          );
        });
      });
    }
  });

  describe('in the body', () => {
    for (const operation of operations.filter(bodySchema)) {
      test(`${operation.method} ${operation.path}`, async () => {
        const base = neededBody(operation);
        const members = Object.keys(bodySchema(operation).properties ?? {});
        const inside = members.flatMap((name) => values.map((value) => ({ ...base, [name]: value })));
        const bodies = [
          ...inside,
          ...values.filter((v) => v !== undefined && v !== null),
          ...(members.includes('params')
            ? values.map((value) => ({ ...base, params: { fast: value, kind: value } }))
            : []),
        ];
        await each(bodies, async (json) =>
          calm(
            await send(tlab.api, operation, knownPath(operation.path), {
              json,
              headers: { 'if-match': '"x"' },
            }),
          ),
        );
      });
    }
  });

  describe('in the headers', () => {
    for (const name of [
      'if-match',
      'if-none-match',
      'accept',
      'accept-encoding',
      'origin',
      'sec-fetch-site',
      'prefer',
      'last-event-id',
      'range',
      'idempotency-key',
      'authorization',
      'cookie',
      'x-request-id',
      'x-forwarded-for',
      'content-type',
    ]) {
      test(name, async () => {
        // 600 cookies are too many for the library, which takes them apart unasked and refuses them in its own words.
        const sendable = texts.filter(
          (text) => /^[\x20-\x7e]*$/.test(text) && !(name === 'cookie' && text.startsWith(',,')),
        );
        await each(sendable, async (text) => {
          const headers = { [name]: text };
          calm(await tlab.api.get('/api/v1/workspaces/local-workspace', { headers }));
          calm(await tlab.api.get('/api/v1/candles?symbol=BTCUSDT&limit=2', { headers }));
          calm(await tlab.api.post('/api/v1/backtests', { strategy_id: 'nope', symbol: 'x' }, { headers }));
          calm(await tlab.api.get('/api/v1/workspaces/local-workspace/events', { headers }));
        });
      });
    }
  });

  test('and is as well as before', async () => {
    await tlab.api.get('/api/v1/ready', { expect: 200 });
    assert.equal(
      (await tlab.api.get('/api/v1/workspaces/local-workspace', { expect: 200 })).json.id,
      'local-workspace',
    );
    const errors = tlab.server.logLines
      .map((line) => JSON.parse(line))
      .filter((line) => line.level === 'error');
    assert.deepEqual(errors, []);
  });
});

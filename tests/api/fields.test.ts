// S4: what is not for users to say is refused in every body, and changes nothing. S38: what goes wrong inside is told in
// words that say nothing of how the server is made.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { assertProblem, type Reply } from '../harness/http.ts';
import { contract, type Json, type Operation, operations } from '../harness/openapi.ts';
import { withOrders } from '../harness/orders.ts';
import { Person, withPasswords } from '../harness/people.ts';
import { samplePath } from '../harness/sample.ts';
import { onEachEngine, useServer } from '../harness/server.ts';
import { changeState, dumpState } from '../harness/state.ts';

const reserved = [
  'id',
  'user_id',
  'workspace_id',
  'role',
  'status',
  'version',
  'revision',
  'created_at',
  'created_by',
  'is_operator',
  'password_hash',
  'hash',
];
const absent = '0198f5a2-6c1e-7d3a-9b57-2f4e8a1c6d90';

const dereference = (node: Json): Json =>
  node?.$ref
    ? dereference(
        node.$ref
          .slice(2)
          .split('/')
          .reduce((at: Json, key: string) => at[key], contract),
      )
    : node;
const schemaOf = (operation: Operation): Json =>
  dereference(dereference(operation.definition.requestBody)?.content?.['application/json']?.schema);
/** Names that an operation takes, in whatever form of its body. */
const namesOf = (schema: Json): string[] => [
  ...Object.keys(schema?.properties ?? {}),
  ...[...(schema?.oneOf ?? []), ...(schema?.anyOf ?? []), ...(schema?.allOf ?? [])].flatMap((part: Json) =>
    namesOf(dereference(part)),
  ),
];
const withBody = operations.filter(schemaOf);
const isFree = (operation: Operation): boolean => operation.path.endsWith('/preferences'); // any object of the client's
const faultsOf = (reply: Reply): string[] => (reply.json.errors ?? []).map((e: Json) => e.pointer);

onEachEngine('what is not for users to say', (engine) => {
  const tlab = useServer(() => ({ engine, marketPath: samplePath(), env: { ...withOrders, ...withPasswords() } }));

  test('is refused by name in every body, and changes nothing', async () => {
    const owner = await new Person(tlab.api).signIn();
    const read = (): string[] => dumpState(tlab.server.state, ['sessions.*', 'throttles.*', 'audit_*.*', 'audit_entries.*']);
    await owner.get('/api/v1/me', { expect: 200 });
    const before = read();
    assert.ok(withBody.length >= 20);
    for (const operation of withBody.filter((o) => !isFree(o))) {
      const path = operation.path.replace('{workspace_id}', 'local-workspace').replace('{user_id}', 'local-user');
      const names = namesOf(schemaOf(operation));
      for (const field of reserved.filter((name) => !names.includes(name))) {
        const reply = await owner.send(operation.method, path.replace(/\{[^}]+\}/g, absent), {
          json: { [field]: 'x' },
          headers: { 'if-match': '*', 'idempotency-key': randomUUID() },
        });
        const where = `${operation.method} ${operation.path} ${field}: ${reply.text}`;
        assert.ok([404, 422].includes(reply.status), where); // 404: there is no such object to look at the body for
        if (reply.status === 422) assert.ok(faultsOf(reply).some((pointer) => pointer.includes(field)), where);
      }
    }
    assert.deepEqual(read(), before);
  });
});

onEachEngine('what goes wrong inside', (engine) => {
  const tlab = useServer(() => ({ engine, marketPath: samplePath() }));
  const tables: [string, string][] = [
    ['backtests', '/api/v1/workspaces/local-workspace/backtests'],
    ['members', '/api/v1/workspaces/local-workspace'],
    ['jobs', '/api/v1/workspaces/local-workspace/jobs'],
    ['category_sets', '/api/v1/workspaces/local-workspace/category-sets'],
    ['users', '/api/v1/me'],
  ];

  test('is told in general words, with the id under which the log has the reason', async () => {
    const ids: string[] = [];
    for (const [table, path] of tables) {
      await tlab.api.get(path, { expect: 200 });
      changeState(tlab.server.state, `ALTER TABLE ${table} RENAME TO taken_away`);
      const reply = await tlab.api.get(path);
      changeState(tlab.server.state, `ALTER TABLE taken_away RENAME TO ${table}`);
      assertProblem(reply, 500, 'internal_error');
      assert.match(reply.json.detail, /^something went wrong inside the server; its log has the reason/);
      assert.ok(!reply.text.includes(table) && !/sql|relation|no such|select|\.c\b|0x/i.test(reply.text), reply.text);
      ids.push(reply.json.instance);
      await tlab.api.get(path, { expect: 200 });
    }
    await tlab.server.stop(); // all that it has to say is here then
    for (const id of ids) {
      const line = tlab.server.logged('request failed').find((entry) => entry.request_id === id);
      assert.match(String(line?.reason), /select|relation|no such table/i, JSON.stringify(line));
    }
  });
});

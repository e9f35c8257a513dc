// tlab token: API tokens from the host.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertProblem } from '../harness/http.ts';
import type { Json } from '../harness/openapi.ts';
import { addPerson, localWorkspace, Person, withPasswords } from '../harness/people.ts';
import { samplePath } from '../harness/sample.ts';
import { onEachEngine, useServer } from '../harness/server.ts';
import { tlab as run, tlabOk } from '../harness/tlab.ts';

onEachEngine('tlab token', (engine) => {
  const tlab = useServer(() => ({ engine, marketPath: samplePath(), env: withPasswords() }));

  test('makes, lists and revokes what the API does', async () => {
    const operator = await new Person(tlab.api).signIn();
    const person = await addPerson(operator, localWorkspace, 'trader', 'ann@example.org');
    await tlab.server.stop(); // a SQLite file is held by one process
    const env = { ...tlab.server.state };
    const token = (...args: string[]) => tlabOk(['token', ...args], { env });

    const created = await token('create', 'Ann@example.org', '--name', 'cron', '--role', 'trader', '--days', '30');
    const text = created.stdout.trim();
    assert.match(text, /^tlab_[a-z2-7]{10}_[\w-]{43}$/);
    const bound = (
      await token('create', 'ann@example.org', '--name', 'one', '--role', 'viewer', '--workspace', 'local-workspace')
    ).stdout.trim();
    const list = (await token('list')).stdout;
    assert.match(list, new RegExp(`^${text.split('_')[1]} +trader +all .* ann@example.org \\(cron\\)$`, 'm'));
    assert.match(list, new RegExp(`^${bound.split('_')[1]} +viewer +local-workspace .*\\(one\\)$`, 'm'));
    assert.equal((await token('list', 'local@example.invalid')).stdout.trim().split('\n').length, 1);
    const from = ['--from', '192.0.2.0/24', '--from', '2001:db8::/32'];
    const placed = (await token('create', 'ann@example.org', '--name', 'far', '--role', 'viewer', ...from)).stdout.trim();
    await token('revoke', bound.split('_')[1] as string);

    const server = await tlab.server.startAgain();
    try {
      const bot = new Person(server.api, { authorization: `Bearer ${text}` });
      const session = await bot.get('/api/v1/auth/session', { expect: 200 });
      assert.equal(session.json.user.id, person.userId);
      assert.equal(session.json.workspaces[0].role, 'trader');
      const revoked = new Person(server.api, { authorization: `Bearer ${bound}` });
      assertProblem(await revoked.get('/api/v1/me'), 401, 'unauthenticated');
      const elsewhere = new Person(server.api, { authorization: `Bearer ${placed}` });
      assertProblem(await elsewhere.get('/api/v1/me'), 401, 'unauthenticated');
      const query = { action: 'token', limit: 1000 };
      const trail = async (path: string) =>
        (await operator.copy(server.api).get(path, { query, expect: 200 })).json.entries
          .filter((entry: Json) => entry.via === 'host')
          .map((entry: Json) => [entry.action, entry.object_id, entry.detail.name]);
      assert.deepEqual(await trail('/api/v1/admin/audit'), [
        ['token.create', placed.split('_')[1], 'far'],
        ['token.create', text.split('_')[1], 'cron'],
      ]);
      assert.deepEqual(await trail(`${localWorkspace}/audit`), [
        ['token.revoke', bound.split('_')[1], 'one'],
        ['token.create', bound.split('_')[1], 'one'],
      ]);
    } finally {
      await server.stop();
    }

    const fails = async (code: number, args: string[], said: RegExp) => {
      const result = await run(['token', ...args], { env });
      assert.equal(result.code, code, result.stderr);
      assert.match(result.stderr, said);
      assert.equal(result.stdout, '');
    };
    const make = ['create', 'ann@example.org', '--name', 'x'];
    await fails(1, ['create', 'nobody@example.org', '--name', 'x', '--role', 'viewer'], /nobody|user/);
    await fails(1, [...make, '--role', 'owner', '--workspace', 'local-workspace'], /role.*trader/);
    await fails(1, [...make, '--role', 'viewer', '--days', '367'], /366/);
    await fails(1, ['revoke', 'aaaaaaaaaa'], /aaaaaaaaaa/);
    await fails(1, [...make, '--role', 'viewer', '--from', '10.0.0.1/8'], /10\.0\.0\.1\/8/);
    const eleven = Array.from({ length: 11 }, (_, i) => ['--from', `10.0.${i}.0/24`]).flat();
    await fails(2, [...make, '--role', 'viewer', ...eleven], /^usage/);
    await fails(2, [...make, '--role', 'king'], /^usage/);
    await fails(2, make, /^usage/);
    await fails(2, ['revoke'], /^usage/);
    await fails(2, ['burn', 'x'], /^usage/);
    await fails(2, [], /^usage/);
  });
});

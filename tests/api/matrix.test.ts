// Every route, every role, on both engines: harness/matrix.ts is the table, the binary says which routes there are.
//
// Each request has a query parameter that no route knows. It is looked at after everything that says who may what, so
// that 422 means "let in", and nothing that was let in does anything.
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import type { Reply } from '../harness/http.ts';
import { type Actor, actors, leastRole, matrix, type Row } from '../harness/matrix.ts';
import { addPerson, localWorkspace, Person, withPasswords } from '../harness/people.ts';
import { samplePath } from '../harness/sample.ts';
import { onEachEngine, useServer } from '../harness/server.ts';
import { tlabOk } from '../harness/tlab.ts';

interface Route {
  method: string;
  path: string;
  least_role: string;
}

const absent = '0198f5a2-6c1e-7d3a-9b57-2f4e8a1c6d90';
const routes: Route[] = JSON.parse((await tlabOk(['routes', '--json'])).stdout);
const key = (route: Route): string => `${route.method} ${route.path}`;

/** The path of a route in a workspace, about objects that there are not. */
const pathIn = (route: Route, workspace: string): string =>
  `${route.path.replace('{workspace_id}', workspace).replace(/\{[^}]+\}/g, absent)}?no_such_parameter=1`;

const idOf = (workspacePath: string): string => workspacePath.split('/').at(-1) ?? '';

const isOfWorkspace = (route: Route): boolean => route.path.includes('{workspace_id}');
const isOfLocalWorkspace = (route: Route): boolean =>
  !isOfWorkspace(route) && ['viewer', 'trader', 'editor', 'owner'].includes(route.least_role);

function checkCell(reply: Reply, cell: string, cells: Row): void {
  const where = `${reply.method} ${reply.path}: ${reply.text}`;
  if (cell === 'ok') {
    assert.equal(reply.status, 422, where);
    assert.deepEqual(
      reply.json.errors.map((fault: { pointer: string }) => fault.pointer),
      ['?no_such_parameter'],
      where,
    );
    return;
  }
  assert.equal(reply.status, Number(cell), where);
  const codes: Record<string, string> = { 401: 'unauthenticated', 403: 'forbidden', 404: 'not_found' };
  assert.equal(reply.json.code, codes[cell], where);
  if (cell !== '403') return;
  const least = leastRole(cells);
  assert.equal(reply.json.required_role, least === 'operator' ? undefined : least, where);
}

describe('the matrix', () => {
  test('has a row for each route of the binary, and no other', () => {
    assert.deepEqual(Object.keys(matrix).sort(), routes.map(key).sort());
  });
});

onEachEngine('who may use what', (engine) => {
  const tlab = useServer(() => ({ engine, marketPath: samplePath(), env: withPasswords() }));
  const people = {} as Record<Actor, Person>;
  let team = ''; // the id of a workspace that the operator is no member of
  let deleted = ''; // of another, with the same members

  before(async () => {
    people.an = new Person(tlab.api);
    people.op = await new Person(tlab.api).signIn();
    people.ow = await addPerson(people.op, localWorkspace, 'owner', 'owner@example.org');
    const workspace = await people.ow.makeWorkspace();
    const doomed = await people.ow.makeWorkspace('Doomed');
    team = idOf(workspace);
    deleted = idOf(doomed);
    for (const [actor, role] of [
      ['vi', 'viewer'],
      ['tr', 'trader'],
      ['ed', 'editor'],
    ] as const) {
      people[actor] = await addPerson(people.ow, workspace, role, `${role}@example.org`);
      for (const [by, place] of [
        [people.op, localWorkspace],
        [people.ow, doomed],
      ] as const)
        await by.post(`${place}/members`, { email: `${role}@example.org`, role }, { expect: 201 });
    }
    await people.ow.delete(doomed, { headers: { 'if-match': '*' }, expect: 204 });
    const elsewhere = await people.op.makeWorkspace('Elsewhere');
    people.no = await addPerson(people.op, elsewhere, 'owner', 'nobody@example.org');
  });

  const ask = (actor: Actor, route: Route, workspace = placeOf(route)): Promise<Reply> =>
    people[actor].send(route.method, pathIn(route, workspace));

  /** Where a route is asked for: what is restored has been deleted. */
  const placeOf = (route: Route): string => (route.path.endsWith('/restore') ? deleted : team);

  for (const actor of actors) {
    test(`${actor}: as the matrix says`, async () => {
      for (const route of routes) {
        const cells = matrix[key(route)] as Row;
        // the operator owns the local workspace
        const cell = actor === 'op' && isOfLocalWorkspace(route) ? 'ok' : cells[actor];
        checkCell(await ask(actor, route), cell, cells);
      }
    });
  }

  test('of a workspace that is none of theirs people see the same as of one that there is not', async () => {
    const bare = (reply: Reply) => {
      const { date: _date, 'x-request-id': id, ...headers } = reply.headers;
      return { status: reply.status, headers, text: reply.text.replace(String(id), '') };
    };
    for (const route of routes.filter(isOfWorkspace)) {
      const foreign = bare(await ask('no', route));
      assert.deepEqual(bare(await ask('no', route, absent)), foreign, key(route));
      assert.deepEqual(bare(await ask('no', route, 'no-such-workspace')), foreign, key(route));
    }
  });

  test('nobody who was removed is told more than whoever never was a member', async () => {
    const gone = await addPerson(people.ow, `/api/v1/workspaces/${team}`, 'owner', 'gone@example.org');
    await people.ow.delete(`/api/v1/workspaces/${team}/members/${gone.userId}`, { expect: 204 });
    for (const route of routes.filter(isOfWorkspace)) {
      const cells = matrix[key(route)] as Row;
      checkCell(await gone.send(route.method, pathIn(route, team)), cells.no, cells);
    }
  });
});

onEachEngine('who may use what without passwords', (engine) => {
  const tlab = useServer(() => ({ engine, marketPath: samplePath() }));

  test('the local user may everything in the local workspace, and sees no other', async () => {
    for (const route of routes) {
      const cells = matrix[key(route)] as Row;
      const isOfDeleted = route.path.endsWith('/restore'); // it cannot be deleted
      const reply = await tlab.api.send(route.method, pathIn(route, 'local-workspace'));
      checkCell(reply, isOfDeleted ? '404' : 'ok', cells);
      if (isOfWorkspace(route))
        checkCell(await tlab.api.send(route.method, pathIn(route, absent)), '404', cells);
    }
  });
});

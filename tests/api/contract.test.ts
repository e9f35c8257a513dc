// The route table of the binary and docs/api/openapi.yaml are one contract.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { contract, contractPath, type Json, operations, schemaFaults } from '../harness/openapi.ts';
import { samplePath } from '../harness/sample.ts';
import { onEachEngine, useServer } from '../harness/server.ts';
import { tlabOk } from '../harness/tlab.ts';

interface Route {
  method: string;
  path: string;
  least_role: string;
}

const key = ({ method, path, least_role }: Route): string => `${method} ${path} ${least_role}`;

describe('the contract', () => {
  test('has exactly the routes of the binary, with the same least roles', async () => {
    const routes: Route[] = JSON.parse((await tlabOk(['routes', '--json'])).stdout);
    const documented = operations.map(({ method, path, leastRole }) =>
      key({ method, path, least_role: leastRole }),
    );
    assert.deepEqual(routes.map(key).sort(), documented.sort());
  });

  test('names every operation once', () => {
    const ids = operations.map(({ id }) => id);
    assert.equal(new Set(ids).size, ids.length);
    assert.ok(ids.every((id) => /^[a-z][A-Za-z]+$/.test(id)));
  });

  test('declares the path parameters of each template', () => {
    for (const [path, item] of Object.entries<Json>(contract.paths)) {
      const shared = item.parameters ?? [];
      for (const operation of operations.filter((o) => o.path === path)) {
        const all = [...shared, ...(operation.definition.parameters ?? [])].map(dereference);
        const declared = all.filter((p) => p.in === 'path').map((p) => p.name);
        assert.deepEqual(declared.sort(), [...path.matchAll(/\{([^}]+)\}/g)].map((m) => m[1]).sort(), path);
        assert.equal(
          new Set(all.map((p) => `${p.in} ${p.name}`)).size,
          all.length,
          `${path}: a parameter twice`,
        );
      }
    }
  });

  test('gives every problem code a status and a meaning', () => {
    const { enum: codes, 'x-status': status, 'x-meaning': meaning } = contract.components.schemas.ProblemCode;
    assert.deepEqual(Object.keys(status).sort(), [...codes].sort());
    assert.deepEqual(Object.keys(meaning).sort(), [...codes].sort());
  });

  test('closes every object, so that no member is answered unseen', () => {
    for (const [name, schema] of Object.entries<Json>(contract.components.schemas)) {
      if (schema.type === 'object') assert.notEqual(schema.additionalProperties, undefined, name);
    }
  });

  test('has examples that its own schemas accept', () => {
    for (const [name, schema] of Object.entries<Json>(contract.components.schemas)) {
      for (const example of schema.examples ?? []) {
        assert.equal(schemaFaults(`#/components/schemas/${name}`, example), null, name);
      }
    }
    for (const [name, { value }] of Object.entries<Json>(
      contract.components.requestBodies.BacktestCreate.content['application/json'].examples,
    )) {
      assert.equal(schemaFaults('#/components/schemas/BacktestCreate', value), null, name);
    }
  });

  test('is YAML so plain that any reader gets the same from it', () => {
    const lines = readFileSync(contractPath, 'utf8').split('\n');
    const odd = lines.filter(
      (line) =>
        /^\s*\t|(^|[\s:,[-])[&*!][A-Za-z]|: [|>][+-]?$|^(---|\.\.\.)/.test(line) && !/['"]/.test(line),
    );
    assert.deepEqual(odd, []);
  });
});

const dereference = (node: Json): Json =>
  node.$ref
    ? node.$ref
        .slice(2)
        .split('/')
        .reduce((at: Json, step: string) => at[step], contract)
    : node;

onEachEngine('the served contract', (engine) => {
  const tlab = useServer(() => ({ engine, marketPath: samplePath() }));

  test('is docs/api/openapi.yaml as JSON', async () => {
    const reply = await tlab.api.get('/openapi.json', { expect: 200 });
    assert.deepEqual(reply.json, contract);
  });

  test('is not sent again to whoever has it', async () => {
    const { headers } = await tlab.api.get('/openapi.json', { expect: 200 });
    await tlab.api.get('/openapi.json', { headers: { 'if-none-match': String(headers.etag) }, expect: 304 });
  });
});

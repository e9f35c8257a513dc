// The contract: docs/api/openapi.yaml, compiled so that a reply can be held against it.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { parse } from 'yaml';
import { repositoryRoot } from './paths.ts';

// JSON of any shape: what it must look like is the schema's business, not the compiler's.
// biome-ignore lint/suspicious/noExplicitAny: said above
export type Json = any;

const methods = ['get', 'post', 'put', 'patch', 'delete'] as const;

export interface Operation {
  id: string;
  method: string; // upper case
  path: string; // the template
  leastRole: string;
  definition: Json;
}

export const contractPath = join(repositoryRoot, 'docs/api/openapi.yaml');
const parsedPath = (runDir: string): string => join(runDir, 'contract.json');

/** The contract as the run parsed it: YAML of this size takes each test file longer than the rest of the harness. */
function readContract(): Json {
  const runDir = process.env.TLAB_TEST_RUN_DIR;
  return runDir && existsSync(parsedPath(runDir))
    ? JSON.parse(readFileSync(parsedPath(runDir), 'utf8'))
    : parse(readFileSync(contractPath, 'utf8'));
}

export const contract: Json = readContract();

/** Leaves it parsed for the test files of a run. */
export const shareContract = (runDir: string): void =>
  writeFileSync(parsedPath(runDir), JSON.stringify(contract));

const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, allErrors: true });
ajv.addFormat('date-time', (text: string) => !Number.isNaN(Date.parse(text)));
// The document is no schema itself; its members are let pass so that the schemas inside can be pointed at.
for (const keyword of [...Object.keys(contract), 'x-status', 'x-meaning']) ajv.addKeyword(keyword);
ajv.addSchema(contract, 'contract');

/** The validator of the schema at a JSON pointer of the contract. */
const validators = new Map<string, ValidateFunction>();
function validatorAt(pointer: string): ValidateFunction {
  let validator = validators.get(pointer);
  if (!validator) {
    validator = ajv.compile({ $ref: `contract${pointer}` });
    validators.set(pointer, validator);
  }
  return validator;
}

const escapePointer = (segment: string): string =>
  encodeURIComponent(segment.replaceAll('~', '~0').replaceAll('/', '~1'));

/** What is wrong with `value` as the schema at `pointer` ("#/components/schemas/Candle"), or null. */
export function schemaFaults(pointer: string, value: unknown): string | null {
  const validator = validatorAt(pointer);
  if (validator(value)) return null;
  const faults = (validator.errors ?? [])
    .slice(0, 5)
    .map((e) => `${e.instancePath || '(whole)'} ${e.message} ${JSON.stringify(e.params)}`);
  return faults.join('; ');
}

export const operations: Operation[] = Object.entries<Json>(contract.paths).flatMap(([path, item]) =>
  methods
    .filter((method) => item[method])
    .map((method) => ({
      id: item[method].operationId,
      method: method.toUpperCase(),
      path,
      leastRole: item[method]['x-least-role'],
      definition: item[method],
    })),
);

const pathPattern = (template: string): RegExp =>
  new RegExp(`^${template.replaceAll('.', '\\.').replace(/\{[^}]+\}/g, '[^/]+')}$`);
const patterns = Object.keys(contract.paths).map((path) => ({ path, pattern: pathPattern(path) }));

/** The operation that answers a request; undefined for a path or method that the contract does not have. */
export function findOperation(method: string, path: string): Operation | undefined {
  const matched = patterns.filter(({ pattern }) => pattern.test(path)).map(({ path: template }) => template);
  const template = matched.sort((a, b) => a.split('{').length - b.split('{').length)[0];
  const wanted = method === 'HEAD' ? 'GET' : method;
  return operations.find((operation) => operation.path === template && operation.method === wanted);
}

function resolve(node: Json, pointer: string): { node: Json; pointer: string } {
  if (!node?.$ref) return { node, pointer };
  const target = node.$ref
    .slice(2)
    .split('/')
    .reduce((at: Json, key: string) => at[key], contract);
  return { node: target, pointer: node.$ref };
}

export interface DocumentedReply {
  definition: Json;
  pointer: string;
  isDefault: boolean;
}

/** The entry under `responses` for a status, or the default one. */
export function documentedReply(operation: Operation, status: number): DocumentedReply | undefined {
  const responses = operation.definition.responses;
  const key = responses[status] ? String(status) : responses.default && status >= 400 ? 'default' : undefined;
  if (!key) return undefined;
  const pointer = `#/paths/${escapePointer(operation.path)}/${operation.method.toLowerCase()}/responses/${key}`;
  const { node, pointer: at } = resolve(responses[key], pointer);
  return { definition: node, pointer: at, isDefault: key === 'default' };
}

export const contentSchemaPointer = (reply: DocumentedReply, mediaType: string): string =>
  `${reply.pointer}/content/${escapePointer(mediaType)}/schema`;

export const headerDefinition = (reply: DocumentedReply, name: string): Json => {
  const found = Object.entries<Json>(reply.definition.headers ?? {}).find(
    ([key]) => key.toLowerCase() === name.toLowerCase(),
  );
  return found && resolve(found[1], '').node;
};

export const statusOfCode = (code: string): number | undefined =>
  contract.components.schemas.ProblemCode['x-status'][code];

// One HTTP client for all tests. Every reply that it hands out has been held against the contract, so no test can
// forget to.
import assert from 'node:assert/strict';
import { appendFileSync } from 'node:fs';
import { Agent, type IncomingHttpHeaders, type IncomingMessage, request, STATUS_CODES } from 'node:http';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import {
  contentSchemaPointer,
  documentedReply,
  findOperation,
  headerDefinition,
  type Json,
  schemaFaults,
  statusOfCode,
} from './openapi.ts';
import { runDir } from './paths.ts';

export interface RequestOptions {
  query?: Record<string, string | number | undefined>;
  headers?: Record<string, string | string[]>;
  /** Sent as JSON with its content type. */
  json?: unknown;
  /** Sent as it is; the content type is up to `headers`. */
  body?: string | Buffer;
  /** Asserted; a difference shows the body. */
  expect?: number;
  /** How long to wait for the answer; 30 s by default. */
  timeoutMs?: number;
}

export interface Reply {
  method: string;
  path: string; // with the query
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer; // decoded
  wireBytes: number; // before decoding
  text: string;
  json: Json;
}

const requestLine = (reply: Reply): string =>
  `${reply.method} ${reply.path} -> ${reply.status} ${reply.text.slice(0, 600)}`;

export class Api {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 16 });

  constructor(
    readonly origin: string,
    readonly engine: string,
  ) {}

  close(): void {
    this.#agent.destroy();
  }

  get = (path: string, options: RequestOptions = {}): Promise<Reply> => this.send('GET', path, options);
  post = (path: string, json: unknown, options: RequestOptions = {}): Promise<Reply> =>
    this.send('POST', path, { json, ...options });
  patch = (path: string, json: unknown, options: RequestOptions = {}): Promise<Reply> =>
    this.send('PATCH', path, { json, ...options });
  delete = (path: string, options: RequestOptions = {}): Promise<Reply> => this.send('DELETE', path, options);

  async send(method: string, path: string, options: RequestOptions = {}): Promise<Reply> {
    const reply = await this.#exchange(method, path + queryText(options.query), options);
    checkReply(reply, this.engine);
    if (options.expect !== undefined) assert.equal(reply.status, options.expect, requestLine(reply));
    return reply;
  }

  #exchange(method: string, path: string, options: RequestOptions): Promise<Reply> {
    const headers: Record<string, string | string[]> = { ...options.headers };
    let body = options.body;
    if (options.json !== undefined) {
      body = JSON.stringify(options.json);
      headers['content-type'] ??= 'application/json';
    }
    if (body !== undefined) headers['content-length'] = String(Buffer.byteLength(body));
    return new Promise((resolve, reject) => {
      const outgoing = request(this.origin + path, { method, headers, agent: this.#agent }, (incoming) => {
        const chunks: Buffer[] = [];
        if (isStream(incoming) && method !== 'HEAD') {
          // It never ends: its head is the reply. What is in it is harness/events.ts's business.
          resolve(makeReply(method, path, incoming.statusCode ?? 0, incoming.headers, Buffer.alloc(0)));
          outgoing.destroy();
          return;
        }
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('error', reject);
        incoming.on('end', () =>
          resolve(makeReply(method, path, incoming.statusCode ?? 0, incoming.headers, Buffer.concat(chunks))),
        );
      });
      const timeoutMs = options.timeoutMs ?? 30_000;
      outgoing.setTimeout(timeoutMs, () =>
        outgoing.destroy(new Error(`${method} ${path}: no answer within ${timeoutMs} ms`)),
      );
      outgoing.on('error', reject);
      outgoing.end(body);
    });
  }
}

const isStream = (incoming: IncomingMessage): boolean =>
  /^text\/event-stream\b/.test(incoming.headers['content-type'] ?? '');

function queryText(query: RequestOptions['query']): string {
  const pairs = Object.entries(query ?? {}).filter(([, value]) => value !== undefined);
  return pairs.length === 0
    ? ''
    : `?${pairs.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`).join('&')}`;
}

export function makeReply(
  method: string,
  path: string,
  status: number,
  headers: IncomingHttpHeaders,
  wire: Buffer,
): Reply {
  const body = headers['content-encoding'] === 'gzip' && wire.length > 0 ? gunzipSync(wire) : wire;
  const text = body.toString('utf8');
  const isJson = /^application\/(problem\+)?json\b/.test(headers['content-type'] ?? '') && body.length > 0;
  return {
    method,
    path,
    status,
    headers,
    body,
    wireBytes: wire.length,
    text,
    json: isJson ? JSON.parse(text) : undefined,
  };
}

/** Throws when a reply is not what the contract says. Pages of the web application are not its business. */
export function checkReply(reply: Reply, engine: string): void {
  const path = reply.path.split('?')[0] ?? '';
  if (!path.startsWith('/api') && path !== '/openapi.json') return;
  const where = requestLine(reply);
  checkCommonHeaders(reply, where);
  if (reply.status === 204 || reply.status === 304 || reply.method === 'HEAD')
    assert.equal(reply.body.length, 0, `${where}: a body where none belongs`);
  const operation = findOperation(reply.method, path);
  if (!operation) {
    checkUndocumented(reply, where);
    return;
  }
  const documented = documentedReply(operation, reply.status);
  assert.ok(documented, `${where}: ${operation.id} has no reply ${reply.status} in the contract`);
  if (documented.isDefault || reply.status >= 400) checkProblem(reply, where);
  checkContent(reply, documented, where);
  checkDocumentedHeaders(reply, documented, where);
  recordCoverage(engine, operation.id, documented.isDefault ? 'default' : reply.status);
}

function checkCommonHeaders(reply: Reply, where: string): void {
  assert.match(String(reply.headers['x-request-id']), /^[\w.-]{8,128}$/, `${where}: X-Request-Id`);
  assert.equal(reply.headers['x-content-type-options'], 'nosniff', `${where}: X-Content-Type-Options`);
  assert.equal(reply.headers['referrer-policy'], 'no-referrer', `${where}: Referrer-Policy`);
  assert.equal(
    reply.headers['cross-origin-resource-policy'],
    'same-origin',
    `${where}: Cross-Origin-Resource-Policy`,
  );
  assert.match(
    String(reply.headers['content-security-policy']),
    /default-src 'none'/,
    `${where}: Content-Security-Policy`,
  );
  assert.match(String(reply.headers['cache-control']), /no-store|no-cache/, `${where}: Cache-Control`);
  assert.equal(reply.headers.server, undefined, `${where}: Server tells more than it should`);
  const cors = Object.keys(reply.headers).filter((name) => name.startsWith('access-control-'));
  assert.deepEqual(cors, [], `${where}: no other page may read this`);
}

function checkUndocumented(reply: Reply, where: string): void {
  if (reply.method === 'OPTIONS' && reply.status === 204) {
    assert.match(String(reply.headers.allow), /OPTIONS/, `${where}: Allow`);
    return;
  }
  assert.ok(reply.status >= 400, `${where}: answered, but the contract has no such operation`);
  if (reply.status === 405)
    assert.match(String(reply.headers.allow), /^[A-Z]+(, [A-Z]+)*$/, `${where}: Allow`);
  if (reply.method !== 'HEAD') checkProblem(reply, where);
}

function checkProblem(reply: Reply, where: string): void {
  if (reply.method === 'HEAD') return;
  assert.match(
    String(reply.headers['content-type']),
    /^application\/problem\+json\b/,
    `${where}: content type`,
  );
  assert.equal(schemaFaults('#/components/schemas/Problem', reply.json), null, where);
  assert.equal(reply.json.status, reply.status, `${where}: status of the body`);
  assert.equal(
    statusOfCode(reply.json.code),
    reply.status,
    `${where}: ${reply.json.code} has another status in the contract`,
  );
  assert.equal(reply.json.instance, reply.headers['x-request-id'], `${where}: instance is the request id`);
  if (reply.status === 401) checkLoginMethods(reply, where);
  if (reply.status === 429) assert.match(String(reply.headers['retry-after']), /^[1-9][0-9]*$/, where);
  assert.equal(reply.json.title, titles[reply.status] ?? STATUS_CODES[reply.status], `${where}: title`);
}

// So that a page can show the right login.
function checkLoginMethods(reply: Reply, where: string): void {
  assert.ok(reply.json.auth_mode && reply.json.login_methods, `${where}: how one signs in`);
  assert.ok(reply.headers['www-authenticate'], `${where}: WWW-Authenticate`);
}

// Names that RFC 9110 changed and node still has the old way.
const titles: Record<number, string> = { 413: 'Content Too Large', 422: 'Unprocessable Content' };

function checkContent(
  reply: Reply,
  documented: ReturnType<typeof documentedReply> & object,
  where: string,
): void {
  const content = documented.definition.content;
  const type = (reply.headers['content-type'] ?? '').split(';')[0]?.trim() ?? '';
  if (!content) {
    assert.equal(reply.body.length, 0, `${where}: a body that the contract does not have`);
    return;
  }
  assert.ok(content[type], `${where}: content type ${type} is not in the contract`);
  if (reply.method === 'HEAD') return;
  const value = reply.json ?? reply.text;
  const faults = schemaFaults(contentSchemaPointer(documented, type), value);
  if (faults) assert.fail(`${where}: ${faults}`);
}

function checkDocumentedHeaders(
  reply: Reply,
  documented: ReturnType<typeof documentedReply> & object,
  where: string,
): void {
  for (const name of ['ETag', 'Location']) {
    const definition = headerDefinition(documented, name);
    if (!definition) continue;
    const value = reply.headers[name.toLowerCase()];
    assert.match(String(value), new RegExp(definition.schema.pattern), `${where}: header ${name}`);
  }
}

const recorded = new Set<string>();

function recordCoverage(engine: string, operationId: string, status: number | string): void {
  const line = `${engine} ${operationId} ${status}\n`;
  if (recorded.has(line)) return;
  recorded.add(line);
  appendFileSync(join(runDir(), 'coverage.txt'), line);
}

/** Asserts a problem by status, code and, where given, exactly the pointers at fault. */
export function assertProblem(reply: Reply, status: number, code: string, pointers?: string[]): void {
  assert.equal(reply.status, status, requestLine(reply));
  assert.equal(reply.json.code, code, requestLine(reply));
  if (pointers)
    assert.deepEqual(
      reply.json.errors.map((e: Json) => e.pointer).sort(),
      [...pointers].sort(),
      requestLine(reply),
    );
}

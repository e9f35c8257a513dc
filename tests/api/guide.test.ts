// The curl lines of the guide, run by curl as a reader would run them. Those of later parts of the product are left out
// by path, visibly: whoever adds a route finds its lines tried here.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { checkReply, makeReply } from '../harness/http.ts';
import { findOperation, type Json } from '../harness/openapi.ts';
import { sharedPath } from '../harness/paths.ts';
import { samplePath } from '../harness/sample.ts';
import { onEachEngine, useServer } from '../harness/server.ts';

const guide = sharedPath('seeds');
const run = promisify(execFile);

interface Line {
  method: string;
  path: string;
  args: string[];
}

/** The arguments of the command that begins a text: words and single-quoted strings, up to the end of its line. */
function readCommand(text: string): string[] {
  const word = /(?:[ \t]|\\\n)*(?:'([^']*)'|([^\s'\\]+))/y;
  const args: string[] = [];
  for (let match = word.exec(text); match; match = word.exec(text))
    args.push(match[1] ?? (match[2] as string));
  return args;
}

function guideLines(): Line[] {
  const files = readdirSync(guide.path).filter((name) => name.endsWith('.txt'));
  const text = files.map((name) => readFileSync(join(guide.path, name), 'utf8')).join('\n');
  return [...text.matchAll(/^curl /gm)].map(({ index }) => {
    const args = readCommand(text.slice(index)).slice(1);
    const url = args.find((arg) => arg.startsWith('http')) ?? '';
    const method = args.includes('-X') ? (args[args.indexOf('-X') + 1] as string) : 'GET';
    return { method, path: new URL(url).pathname, args };
  });
}

/** Signing in itself is tried on a server with passwords (signing-in.test.ts); this one has none. */
const statuses: Record<string, number> = { '/api/v1/auth/login': 409, '/api/v1/auth/logout': 204 };
const isMove = (path: string): boolean => path.endsWith('/paper-open');
const expectedOf = ({ method, path }: Line): number =>
  statuses[path] ?? (method === 'POST' && !isMove(path) ? 201 : 200);

const isOurs = ({ method, path }: Line): boolean => findOperation(method, path) !== undefined;

onEachEngine('the guide', (engine) => {
  if (guide.skip) {
    test('its curl lines', { skip: guide.skip }, () => {});
    return;
  }
  const tlab = useServer(() => ({ engine, marketPath: samplePath() }));
  const lines = guideLines();
  let plan = ''; // of the line that makes one
  const filled = (text: string): string =>
    text
      .replace(/\{workspace_id\}|%7Bworkspace_id%7D/, 'local-workspace')
      .replace(/\{trade_plan_id\}|%7Btrade_plan_id%7D/, plan);

  test('has curl lines for what there is', () => {
    const ours = new Set(
      lines.filter(isOurs).map(({ method, path }) => `${method} ${decodeURIComponent(path)}`),
    );
    for (const wanted of [
      'GET /api/v1/auth/session',
      'GET /api/v1/me',
      'GET /api/v1/workspaces',
      'POST /api/v1/workspaces',
      'GET /api/v1/workspaces/{workspace_id}',
      'POST /api/v1/workspaces/{workspace_id}/backtests',
      'POST /api/v1/workspaces/{workspace_id}/backtests/category-relative-momentum',
      'GET /api/v1/workspaces/{workspace_id}/trade-plans',
      'POST /api/v1/workspaces/{workspace_id}/trade-plans',
      'POST /api/v1/workspaces/{workspace_id}/trade-plans/{trade_plan_id}/paper-open',
      'GET /api/v1/workspaces/{workspace_id}/accounts',
      'GET /api/v1/workspaces/{workspace_id}/accounts/paper-main/positions',
    ]) {
      assert.ok(ours.has(wanted), wanted);
    }
  });

  for (const line of lines) {
    const name = `curl ${line.method} ${decodeURIComponent(line.path)}`;
    test(name, { skip: !isOurs(line) && 'a later part of the product' }, async () => {
      const { stdout } = await run('curl', [
        '-s',
        '-i',
        ...line.args.map((arg) => filled(arg.replace('http://127.0.0.1:8000', tlab.api.origin))),
      ]);
      const [head, ...rest] = stdout.split('\r\n\r\n');
      const [statusLine, ...headerLines] = (head as string).split('\r\n');
      const headers = Object.fromEntries(
        headerLines.map((text) => [
          text.slice(0, text.indexOf(':')).toLowerCase(),
          text.slice(text.indexOf(':') + 1).trim(),
        ]),
      );
      const path = filled(line.path);
      const reply = makeReply(
        line.method,
        path,
        Number((statusLine as string).split(' ')[1]),
        headers,
        Buffer.from(rest.join('\r\n\r\n')),
      );
      checkReply(reply, engine);
      assert.equal(reply.status, expectedOf(line), stdout);
      if (line.path.endsWith('/trade-plans') && line.method === 'POST') plan = reply.json.id;
      if (reply.status !== 204) assert.equal(typeof (reply.json as Json), 'object');
    });
  }
});

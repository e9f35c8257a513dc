// The curl commands of the README and the guide, pasted into a shell one after the other as a reader would. An id in
// braces is that of the last thing made, {etag} is that of the last thing seen.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { binanceCsv } from '../harness/candles.ts';
import { checkReply, makeReply, type Reply } from '../harness/http.ts';
import { makeTempDir, repositoryRoot } from '../harness/paths.ts';
import { copySampleMarket, sample } from '../harness/sample.ts';
import { onEachEngine, useServer } from '../harness/server.ts';
import { zip } from '../harness/zip.ts';

const documents = [
  'README.md',
  'docs/guide/cross-sectional.md',
  'docs/guide/jobs.md',
  'docs/guide/scanner.md',
  'docs/guide/sweeps.md',
  'docs/guide/symbol-categories.md',
];
const host = 'http://127.0.0.1:8000';

/** Whole commands: a line that ends with a backslash, or inside of quotes, goes on. */
function commandsOf(document: string): string[] {
  const commands: string[] = [];
  let command = '';
  for (const line of readFileSync(join(repositoryRoot, document), 'utf8').split('\n')) {
    if (command === '' && !line.startsWith('    curl ')) continue;
    command += `${line.slice(4)}\n`;
    const isWhole = !line.endsWith('\\') && (command.match(/'/g) ?? []).length % 2 === 0;
    if (!isWhole) continue;
    commands.push(command.trim());
    command = '';
  }
  return commands;
}

/** What the shell and curl make of it; a stream is read for a second. */
const paste = (command: string, cwd: string): Promise<string> =>
  new Promise((resolve) => {
    const script = `curl() { command curl -s -S -i --max-time ${/ -N /.test(command) ? 1 : 20} "$@"; }\n${command}`;
    execFile('bash', ['-c', script], { cwd }, (_, stdout, stderr) => resolve(`${stdout}${stderr}`));
  });

function replyOf(method: string, path: string, text: string): Reply {
  const end = text.indexOf('\r\n\r\n');
  assert.ok(end > 0, text);
  const [statusLine, ...lines] = text.slice(0, end).split('\r\n') as [string, ...string[]];
  const headers = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
  );
  return makeReply(method, path, Number(statusLine.split(' ')[1]), headers, Buffer.from(text.slice(end + 4)));
}

function expectedOf(method: string, path: string): number {
  if (method !== 'POST') return 200;
  if (path.endsWith('/cancel')) return 409; // the one above it has ended by then
  return path.endsWith('/imports') ? 202 : 201;
}

onEachEngine('the documents', (engine) => {
  const tlab = useServer(() => ({ engine, marketPath: copySampleMarket() }));
  for (const document of documents) {
    test(`${document}: its commands do what it says`, async () => {
      const folder = makeTempDir('reader');
      const csv = binanceCsv(sample('shortDay').candles, 86_400);
      writeFileSync(join(folder, 'BTCUSDT-1d-2024-01.zip'), zip({ 'BTCUSDT-1d-2024-01.csv': csv }));
      writeFileSync(join(folder, 'my-categories.yaml'), 'categories:\n  Old: [BTCUSDT]\n');
      const ids: Record<string, string> = { workspace_id: 'local-workspace' };
      const commands = commandsOf(document);
      assert.ok(commands.length > 0);
      for (const command of commands) {
        const filled = command
          .replaceAll(host, tlab.api.origin)
          .replace(/\{(\w+_id|etag)\}/g, (_, name: string) => {
            assert.ok(ids[name], `${command}: nothing has that id yet`);
            return ids[name] as string;
          });
        const { pathname } = new URL((/http:[^\s']+/.exec(filled) as RegExpExecArray)[0]);
        const method = / -X (\w+)/.exec(filled)?.[1] ?? 'GET';
        const reply = replyOf(method, pathname, await paste(filled, folder));
        assert.equal(reply.status, expectedOf(method, pathname), `${command}\n${reply.text}`);
        if (pathname.endsWith('/events')) {
          assert.match(reply.text, /^event: candles$/m);
          continue;
        }
        checkReply(reply, engine);
        if (method === 'POST' && pathname.endsWith('/backtests')) ids.backtest_id = ids.job_id = reply.json.id;
        if (reply.headers.etag) ids.etag = reply.headers.etag;
        if (method === 'POST' && pathname.endsWith('/category-sets')) ids.set_id = reply.json.id;
        if (method === 'POST' && pathname.endsWith('/sweeps')) ids.sweep_id = reply.json.id;
        if (method === 'POST' && pathname.endsWith('/imports')) ids.import_id = reply.json.id;
      }
    });
  }
});

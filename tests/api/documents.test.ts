// The curl commands of the README and the guide, pasted into a shell one after the other as a reader would. An id in
// braces is that of the last thing made, {etag} is that of the last thing seen.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { binanceCsv } from '../harness/candles.ts';
import { checkReply, makeReply, type Reply } from '../harness/http.ts';
import { commandsOf, host, paste } from '../harness/documents.ts';
import { withOrders } from '../harness/orders.ts';
import { makeTempDir } from '../harness/paths.ts';
import { copySampleMarket, sample } from '../harness/sample.ts';
import { onEachEngine, useServer } from '../harness/server.ts';
import { zip } from '../harness/zip.ts';

const documents = [
  'README.md',
  'docs/guide/cross-sectional.md',
  'docs/guide/jobs.md',
  'docs/guide/paper-trading.md',
  'docs/guide/scanner.md',
  'docs/guide/sweeps.md',
  'docs/guide/symbol-categories.md',
];
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
  if (/\/(deposit|reset|paper-open|paper-close)$/.test(path)) return 200;
  if (path.endsWith('/cancel')) return 409; // the one above it has ended by then
  return /\/market\/(imports|downloads)$/.test(path) ? 202 : 201;
}

onEachEngine('the documents', (engine) => {
  const env = { ...withOrders, BINANCE_DATA_URL: 'http://127.0.0.1:1' }; // nobody is there
  const tlab = useServer(() => ({ engine, marketPath: copySampleMarket(), env }));
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
        if (method === 'POST' && pathname.endsWith('/accounts')) ids.account_id = reply.json.id;
        if (method === 'POST' && pathname.endsWith('/orders')) ids.order_id = reply.json.id;
        if (method === 'POST' && pathname.endsWith('/trade-plans')) ids.trade_plan_id = reply.json.id;
        if (method === 'POST' && pathname.endsWith('/sweeps')) ids.sweep_id = reply.json.id;
        if (method === 'POST' && pathname.endsWith('/imports')) ids.import_id = reply.json.id;
        if (method === 'POST' && pathname.endsWith('/downloads')) ids.download_id = reply.json.id;
      }
    });
  }
});

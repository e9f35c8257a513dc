// A download that is killed again and again becomes, in the end, the database of one that was left in peace.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Binance } from '../harness/binance.ts';
import { type Candle, epoch, walk } from '../harness/candles.ts';
import type { Json } from '../harness/openapi.ts';
import { makeTempDir } from '../harness/paths.ts';
import { Server } from '../harness/server.ts';
import { finish, spawnTlab, tlabOk } from '../harness/tlab.ts';
import { makeRandom } from './nemesis.ts';

export interface DownloadOptions {
  kills: number;
  symbols: number;
  seed: number;
}

export interface DownloadReport {
  kills: number;
  whole: number; // runs that came to their end before they were killed
  wholeMs: number; // one in peace
  faults: string[];
}

const day = 86_400;
const days = 120;

/** What a database says of one symbol: its candles, and the files they came from, in whichever order they came. */
interface Holding {
  candles: Candle[];
  sources: string[];
}

async function stored(db: string, names: string[]): Promise<Map<string, Holding>> {
  const server = await Server.start({ engine: 'sqlite', marketPath: db });
  const all = new Map<string, Holding>();
  for (const symbol of names) {
    const query = { symbol, interval: '1d', limit: 50_000, from: 0 };
    const reply = await server.api.get('/api/v1/candles', { query });
    const files = { symbol, interval: '1d', limit: 1000 };
    const origin = await server.api.get('/api/v1/candles/provenance', { query: files });
    const sources = origin.status === 200 ? origin.json.sources : [];
    all.set(symbol, {
      candles: reply.status === 200 ? reply.json.candles : [],
      sources: sources
        .map((s: Json) => `${s.file_name} ${s.sha256}: ${s.rows} rows, ${s.added} added, ${s.revised} revised`)
        .sort(),
    });
  }
  await server.stop();
  return all;
}

function argumentsIn(dir: string, names: string[]): string[] {
  const file = join(dir, 'spec.yaml');
  writeFileSync(
    file,
    `interval: 1d\nsymbols: [${names.join(', ')}]\nstart_date: 2024-01-01\nend_date: 2024-04-30\ndestination_dir: ${dir}/archive\n`,
  );
  return ['download', '--file', file, '--db-path', join(dir, 'file.db'), '--freq', 'daily', '--quiet'];
}

function compare(is: Map<string, Holding>, meant: Map<string, Holding>): string[] {
  return [...meant]
    .filter(([symbol, holding]) => JSON.stringify(is.get(symbol)) !== JSON.stringify(holding))
    .map(([symbol, { candles, sources }]) => {
      const found = is.get(symbol);
      return `${symbol}: ${found?.candles.length} candles of ${found?.sources.length} files, or others, instead of ${candles.length} of ${sources.length}`;
    });
}

/** Until so many were killed; whenever one came to its end all the same, the next begins in a folder of its own. */
async function killOften(
  options: DownloadOptions,
  names: string[],
  env: Record<string, string>,
  report: DownloadReport,
): Promise<string[]> {
  const random = makeRandom(options.seed);
  const dirs = [makeTempDir('killed')];
  while (report.kills < options.kills && report.faults.length === 0) {
    const child = spawnTlab(argumentsIn(dirs.at(-1) as string, names), { env });
    const ended = finish(child);
    await Promise.race([ended, delay(random() * report.wholeMs * 0.6)]);
    child.kill('SIGKILL');
    const { code, signal, stderr } = await ended;
    if (signal === 'SIGKILL') {
      report.kills++;
    } else if (code === 0) {
      report.whole++;
      dirs.push(makeTempDir('killed'));
    } else {
      report.faults.push(`ended with ${code}: ${stderr}`);
    }
  }
  return dirs;
}

export async function runDownload(
  options: DownloadOptions,
  say: (text: string) => void,
): Promise<DownloadReport> {
  const binance = await Binance.start();
  const names = Array.from({ length: options.symbols }, (_, i) => `K${String(i).padStart(3, '0')}USDT`);
  names.forEach((name, i) => {
    const start = epoch('2024-01-01') + (i % 40) * day;
    binance.publishAll(name, '1d', walk({ seed: options.seed + i, start, step: day, count: days - 40, price: 50 }));
  });
  const report: DownloadReport = { kills: 0, whole: 0, wholeMs: 0, faults: [] };
  try {
    const peace = makeTempDir('peace');
    const begun = performance.now();
    await tlabOk(argumentsIn(peace, names), { env: binance.env, timeoutMs: 600_000 });
    report.wholeMs = Math.round(performance.now() - begun);
    say(`in peace: ${report.wholeMs} ms`);
    const meant = await stored(join(peace, 'file.db'), names);
    for (const dir of await killOften(options, names, binance.env, report)) {
      await tlabOk(argumentsIn(dir, names), { env: binance.env, timeoutMs: 600_000 });
      report.faults.push(...compare(await stored(join(dir, 'file.db'), names), meant));
    }
  } finally {
    await binance.stop();
  }
  return report;
}

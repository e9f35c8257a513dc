// A market with a series so long that a run over it takes its time: for tests of what happens meanwhile.
import { closeSync, existsSync, openSync, renameSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { epoch } from './candles.ts';
import { makeTempDir, runDir } from './paths.ts';
import { copySampleMarket } from './sample.ts';
import { tlabOk } from './tlab.ts';

const bars = 1_000_000;
const start = epoch('2020-01-01');

/** All of it: a run of some hundred milliseconds, the storing of its rows included. It wins on every lap: hence so little. */
export const longRun = {
  strategy_id: 'ma_cross',
  symbol: 'LONGUSDT',
  interval: '1m',
  position_fraction: 0.01,
};

/** Just too long to be done by the thread of its request. */
export const queuedRun = { ...longRun, to: start + 300_000 * 60 };

/** Prices that go round, so that the file is written in no time. */
function csv(): string {
  const lap = Array.from({ length: 7200 }, (_, i) =>
    Number((100 + 20 * Math.sin(i / 100) + (i % 7)).toFixed(2)),
  );
  const rest = lap.map((close, i) => {
    const open = lap[(i + lap.length - 1) % lap.length] as number;
    return `,${open},${Math.max(open, close)},${Math.min(open, close)},${close},1\n`;
  });
  const lines = new Array<string>(bars);
  for (let i = 0; i < bars; i++) lines[i] = `${(start + i * 60) * 1000}${rest[i % rest.length]}`;
  return lines.join('');
}

async function make(path: string): Promise<void> {
  const dir = makeTempDir('long');
  const market = copySampleMarket();
  await writeFile(join(dir, 'LONGUSDT-1m-2020-01.csv'), csv());
  await tlabOk(['import', '--quiet', '--db-path', market, dir]);
  rmSync(dir, { recursive: true });
  renameSync(market, path);
}

/** The sample market with LONGUSDT in it; made once a run, by the first test file that asks, and never written to again. */
export async function longMarketPath(): Promise<string> {
  const path = join(runDir(), 'long.db');
  try {
    closeSync(openSync(`${path}.lock`, 'wx'));
  } catch {
    for (let i = 0; i < 600 && !existsSync(path); i++) await delay(100);
    return path;
  }
  await make(path);
  return path;
}

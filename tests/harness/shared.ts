// What the test files of one run share: a folder, a PostgreSQL cluster, the contract, the sample market.
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { engines } from './engines.ts';
import { shareContract } from './openapi.ts';
import { binaryPath } from './paths.ts';
import { createDatabase, startCluster } from './postgresql.ts';
import { makeSampleMarket } from './sample.ts';
import { tlabOk } from './tlab.ts';

/** A state of which servers get copies: making the tables takes as long as all else that a start does. */
async function makeEmptyState(): Promise<void> {
  const url = createDatabase();
  await tlabOk(['migrate'], { env: { APP_STATE_DATABASE_URL: url } });
  process.env.TLAB_TEST_EMPTY_STATE = url;
}

/** Makes it, for as long as `body` takes. */
export async function withShared<T>(body: (dir: string) => Promise<T>): Promise<T> {
  if (!existsSync(binaryPath)) throw new Error(`${binaryPath} is not there: build it, or set TLAB_BIN`);
  const dir = mkdtempSync(join(tmpdir(), 'tlab-tests-'));
  process.env.TLAB_TEST_RUN_DIR = dir;
  const cluster = engines.includes('postgresql') ? await startCluster() : undefined;
  if (cluster) process.env.TLAB_TEST_PG_SOCKET_DIR = cluster.socketDir;
  try {
    shareContract(dir);
    if (cluster) await makeEmptyState();
    await makeSampleMarket();
    return await body(dir);
  } finally {
    await cluster?.stop();
    if (!process.env.TLAB_TEST_KEEP) rmSync(dir, { recursive: true, force: true });
  }
}

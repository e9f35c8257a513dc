// A throw-away PostgreSQL cluster: made for one run of the tests, on a Unix socket of its own, gone afterwards.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** Newest server binaries: Debian and Ubuntu keep them off the PATH. */
function findBinaries(): string {
  const base = '/usr/lib/postgresql';
  const versions = existsSync(base) ? readdirSync(base).sort((a, b) => Number(b) - Number(a)) : [];
  for (const version of versions) {
    const bin = join(base, version, 'bin');
    if (existsSync(join(bin, 'initdb'))) return bin;
  }
  for (const bin of (process.env.PATH ?? '').split(':')) {
    if (bin && existsSync(join(bin, 'initdb'))) return bin;
  }
  throw new Error(
    "PostgreSQL's initdb was not found: install the package postgresql, or set TLAB_TEST_ENGINES=sqlite",
  );
}

const isRoot = process.getuid?.() === 0;

/** PostgreSQL refuses to run as root: then it runs as its own user. */
const asServerUser = (command: string, args: string[]): [string, string[]] =>
  isRoot ? ['runuser', ['-u', 'postgres', '--', command, ...args]] : [command, args];

export interface Cluster {
  socketDir: string;
  /** As by a power cut: every session is gone, what was committed is not. */
  crash(): void;
  stop(): Promise<void>;
}

export async function startCluster(): Promise<Cluster> {
  const bin = findBinaries();
  const dir = mkdtempSync(join(tmpdir(), 'tlab-pg-')); // short: a socket path has 107 bytes
  if (isRoot)
    chownSync(
      dir,
      Number(execFileSync('id', ['-u', 'postgres'])),
      Number(execFileSync('id', ['-g', 'postgres'])),
    );
  chmodSync(dir, 0o755);
  const data = join(dir, 'data');
  const run = (command: string, args: string[]) => {
    const [program, list] = asServerUser(join(bin, command), args);
    execFileSync(program, list, { stdio: ['ignore', 'ignore', 'pipe'], cwd: dir, timeout: 60_000 });
  };
  run('initdb', ['--no-sync', '-A', 'trust', '-U', 'tlab', '-E', 'UTF8', '--locale=C', '-D', data]);

  const settings = [
    'listen_addresses=',
    `unix_socket_directories=${dir}`,
    'unix_socket_permissions=0777',
    'max_connections=200',
  ];
  const quick = [
    'fsync=off',
    'full_page_writes=off',
    'autovacuum=off',
    'max_wal_size=64MB',
    'max_wal_senders=0',
    'wal_level=minimal',
  ];
  const [program, list] = asServerUser(join(bin, 'postgres'), [
    '-D',
    data,
    ...[...settings, ...quick].flatMap((s) => ['-c', s]),
  ]);
  const server = spawn(program, list, { stdio: ['ignore', 'ignore', 'pipe'], cwd: dir });
  let log = '';
  server.stderr.setEncoding('utf8').on('data', (text: string) => (log = (log + text).slice(-4000)));
  try {
    await waitUntilReady(bin, dir, server);
  } catch (error) {
    server.kill('SIGKILL');
    throw new Error(`${(error as Error).message}\n${log}`);
  }
  const putAway = (): void => {
    run('pg_ctl', ['-D', data, '-m', 'immediate', 'stop']);
    rmSync(dir, { recursive: true, force: true });
  };
  const putAwayQuietly = (): void => {
    try {
      putAway();
    } catch {
      // it was interrupted, too
    }
  };
  process.once('exit', putAwayQuietly);
  return {
    socketDir: dir,
    crash() {
      // with the options that it was begun with, which it has kept
      run('pg_ctl', ['-D', data, '-m', 'immediate', '-l', join(dir, 'log'), '-w', 'restart']);
    },
    async stop() {
      const ended = new Promise<void>((resolve) =>
        server.exitCode === null ? server.once('close', () => resolve()) : resolve(),
      );
      process.removeListener('exit', putAwayQuietly);
      putAway();
      await ended;
    },
  };
}

async function waitUntilReady(bin: string, dir: string, server: ChildProcess): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) {
    if (server.exitCode !== null) throw new Error(`PostgreSQL ended with ${server.exitCode}`);
    try {
      execFileSync(join(bin, 'pg_isready'), ['-q', '-h', dir, '-U', 'tlab', '-d', 'postgres']);
      return;
    } catch {
      await delay(50);
    }
  }
  throw new Error('PostgreSQL was not ready within 10 s');
}

const sharedSocketDir = (): string => {
  const dir = process.env.TLAB_TEST_PG_SOCKET_DIR;
  if (!dir) throw new Error('the run has no PostgreSQL cluster');
  return dir;
};

function psql(socketDir: string, database: string, sql: string): string {
  const options = [
    '-X',
    '-q',
    '-A',
    '-t',
    '-v',
    'ON_ERROR_STOP=1',
    '-h',
    socketDir,
    '-U',
    'tlab',
    '-d',
    database,
  ];
  // not Debian's, which is a Perl script that looks for the right version first
  const program = join(findBinaries(), 'psql');
  return execFileSync(program, [...options, '-c', sql], { encoding: 'utf8', timeout: 60_000 });
}

/** A new database, of the run's cluster or another: empty, or as another one is that nobody uses. Answers its URL. */
export function createDatabase(socketDir = sharedSocketDir(), original = 'template1'): string {
  const name = `t_${randomBytes(6).toString('hex')}`;
  psql(socketDir, 'postgres', `CREATE DATABASE ${name} TEMPLATE ${original}`);
  return `postgresql://tlab@/${name}?host=${encodeURIComponent(socketDir)}`;
}

/** A new database as that one is. */
export function copyDatabase(url: string): string {
  const { database, socketDir } = addressOf(url);
  return createDatabase(socketDir, database);
}

/** Where a URL of createDatabase leads. */
export const addressOf = (url: string): { database: string; socketDir: string } => {
  const { pathname, searchParams } = new URL(url.replace('@/', '@x/'));
  return { database: pathname.slice(1), socketDir: searchParams.get('host') ?? '' };
};

/** Runs SQL in the database behind a URL of createDatabase. */
export function queryDatabase(url: string, sql: string): string {
  const { database, socketDir } = addressOf(url);
  return psql(socketDir, database, sql);
}

/** Cuts all connections to a database but one's own. */
export const cutConnections = (url: string): string =>
  queryDatabase(
    url,
    'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
  );

/** Takes a database away from under whoever uses it. */
export function dropDatabase(url: string): string {
  const { database, socketDir } = addressOf(url);
  return psql(socketDir, 'postgres', `DROP DATABASE ${database} WITH (FORCE)`);
}

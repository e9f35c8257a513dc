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
    execFileSync(program, list, { stdio: ['ignore', 'ignore', 'pipe'], cwd: dir });
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
  return {
    socketDir: dir,
    async stop() {
      const ended = new Promise((resolve) => server.once('close', resolve));
      run('pg_ctl', ['-D', data, '-m', 'immediate', 'stop']);
      await ended;
      rmSync(dir, { recursive: true, force: true });
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

const socketDir = (): string => {
  const dir = process.env.TLAB_TEST_PG_SOCKET_DIR;
  if (!dir) throw new Error('the run has no PostgreSQL cluster');
  return dir;
};

const psql = (database: string, sql: string): string =>
  execFileSync(
    'psql',
    [
      '-X',
      '-q',
      '-A',
      '-t',
      '-v',
      'ON_ERROR_STOP=1',
      '-h',
      socketDir(),
      '-U',
      'tlab',
      '-d',
      database,
      '-c',
      sql,
    ],
    {
      encoding: 'utf8',
    },
  );

/** A new, empty database; answers its URL. */
export function createDatabase(): string {
  const name = `t_${randomBytes(6).toString('hex')}`;
  psql('postgres', `CREATE DATABASE ${name}`);
  return `postgresql://tlab@/${name}?host=${encodeURIComponent(socketDir())}`;
}

const databaseOf = (url: string): string => new URL(url.replace('@/', '@x/')).pathname.slice(1);

/** Runs SQL in the database behind a URL of createDatabase. */
export const queryDatabase = (url: string, sql: string): string => psql(databaseOf(url), sql);

/** Takes a database away from under whoever uses it. */
export const dropDatabase = (url: string): string =>
  psql('postgres', `DROP DATABASE ${databaseOf(url)} WITH (FORCE)`);

// The real server, started for tests on a port that the system chooses, and stopped the way an operator stops it.
import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { after, before, describe } from 'node:test';
import { type Engine, engines } from './engines.ts';
import { Api } from './http.ts';
import { makeTempDir } from './paths.ts';
import { createDatabase } from './postgresql.ts';
import { spawnTlab } from './tlab.ts';

// Whatever a failed or interrupted test left running ends with its file.
const running = new Set<ChildProcess>();
const killRunning = (): void => {
  for (const child of running) child.kill('SIGKILL');
};
after(killRunning);
process.once('SIGTERM', () => {
  killRunning();
  process.exit(1);
});

/** The same tests once per state engine. */
export function onEachEngine(title: string, body: (engine: Engine) => void): void {
  for (const engine of engines) describe(`${title} [${engine}]`, () => body(engine));
}

/** Where a server keeps its state; servers one after another may share it. */
export type StateSettings = Record<string, string>;

export const makeState = (engine: Engine): StateSettings =>
  engine === 'sqlite'
    ? { APP_STATE_DB_PATH: join(makeTempDir('state'), 'app_state.db') }
    : { APP_STATE_DATABASE_URL: createDatabase() };

export interface ServerOptions {
  engine: Engine;
  marketPath: string;
  state?: StateSettings;
  env?: Record<string, string>;
  args?: string[];
}

export class Server {
  readonly state: StateSettings;
  readonly marketPath: string;
  readonly process: ChildProcess;
  stderr = '';
  api!: Api;
  readonly #ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;

  private constructor(readonly options: ServerOptions) {
    this.state = options.state ?? makeState(options.engine);
    this.marketPath = options.marketPath;
    // servers of different states share the sample market, and must not clear up each other's uploads
    const env = {
      MARKET_DB_PATH: options.marketPath,
      UPLOAD_DIR: makeTempDir('uploads'),
      ...this.state,
      ...options.env,
    };
    this.process = spawnTlab(['serve', '--port', '0', ...(options.args ?? [])], { env });
    this.process.stderr?.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
    this.process.stdout?.resume();
    running.add(this.process);
    this.#ended = new Promise((resolve) =>
      this.process.once('close', (code, signal) => {
        running.delete(this.process);
        resolve({ code, signal });
      }),
    );
  }

  static async start(options: ServerOptions): Promise<Server> {
    const server = new Server(options);
    server.api = new Api(await server.#listening(), options.engine);
    return server;
  }

  get port(): number {
    return Number(new URL(this.api.origin).port);
  }

  #listening(): Promise<string> {
    return new Promise((resolve, reject) => {
      const fail = (why: string) => reject(new Error(`the server ${why}:\n${this.stderr}`));
      const timer = setTimeout(() => {
        this.process.kill('SIGKILL');
        fail('was not listening within 15 s');
      }, 15_000);
      this.process.stderr?.on('data', () => {
        const line = /^listening on (http:\/\/127\.0\.0\.1:\d+)$/m.exec(this.stderr);
        if (!line?.[1]) return;
        clearTimeout(timer);
        resolve(line[1]);
      });
      this.process.once('error', (error) => fail(error.message));
      this.process.once('close', (code) => {
        clearTimeout(timer);
        fail(`ended with ${code}`);
      });
    });
  }

  /** SIGTERM, and the promise that comes with it: everything put away, exit code 0. */
  async stop(): Promise<void> {
    this.process.kill('SIGTERM');
    const timer = setTimeout(() => this.process.kill('SIGKILL'), 15_000);
    const { code, signal } = await this.#ended;
    clearTimeout(timer);
    this.api.close();
    assert.deepEqual(
      { code, signal },
      { code: 0, signal: null },
      `SIGTERM must end the server with 0:\n${this.stderr.slice(-2000)}`,
    );
  }

  async kill(): Promise<void> {
    this.process.kill('SIGKILL');
    await this.#ended;
    this.api.close();
  }

  async restart(): Promise<Server> {
    await this.stop();
    return Server.start({ ...this.options, state: this.state });
  }

  /** The structured log so far: every line but the one that says where the server listens. */
  get logLines(): string[] {
    return this.stderr.split('\n').filter((line) => line !== '' && !line.startsWith('listening on '));
  }
}

/** A server around all tests of the enclosing describe. `api` and `server` may be used inside tests only. */
export function useServer(options: () => ServerOptions | Promise<ServerOptions>): {
  readonly api: Api;
  readonly server: Server;
} {
  let server: Server | undefined;
  before(async () => {
    server = await Server.start(await options());
  });
  after(async () => {
    await server?.stop();
  });
  const started = (): Server => {
    if (!server) throw new Error('the server is not running outside of tests');
    return server;
  };
  return {
    get api() {
      return started().api;
    },
    get server() {
      return started();
    },
  };
}

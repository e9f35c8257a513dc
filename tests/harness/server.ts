// The real server, started for tests on a port that the system chooses, and stopped the way an operator stops it.
import { join } from 'node:path';
import { after, before, describe } from 'node:test';
import { type Engine, engines } from './engines.ts';
import { Api } from './http.ts';
import { categoriesPathOf, makeTempDir } from './paths.ts';
import { copyDatabase, createDatabase } from './postgresql.ts';
import { Program } from './program.ts';

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

/** The same with its tables in it, where making them takes long. */
const makeReadyState = (engine: Engine): StateSettings => {
  const original = process.env.TLAB_TEST_EMPTY_STATE;
  return engine === 'postgresql' && original
    ? { APP_STATE_DATABASE_URL: copyDatabase(original) }
    : makeState(engine);
};

export interface ServerOptions {
  engine: Engine;
  marketPath: string;
  state?: StateSettings;
  env?: Record<string, string>;
  args?: string[];
}

export class Server extends Program {
  readonly state: StateSettings;
  readonly marketPath: string;
  api!: Api;

  private constructor(
    readonly options: ServerOptions,
    state: StateSettings,
  ) {
    // servers of different states share the sample market, and must not clear up each other's uploads
    super('server', ['serve', '--port', '0', ...(options.args ?? [])], {
      MARKET_DB_PATH: options.marketPath,
      SYMBOL_CATEGORIES_PATH: categoriesPathOf(options.marketPath),
      UPLOAD_DIR: makeTempDir('uploads'),
      DOWNLOAD_DIR: makeTempDir('downloads'),
      ...state,
      ...options.env,
    });
    this.state = state;
    this.marketPath = options.marketPath;
  }

  static async start(options: ServerOptions): Promise<Server> {
    const server = new Server(options, options.state ?? makeReadyState(options.engine));
    server.api = new Api(await server.ready(/^listening on (http:\/\/127\.0\.0\.1:\d+)$/m), options.engine);
    return server;
  }

  get port(): number {
    return Number(new URL(this.api.origin).port);
  }

  override async stop(): Promise<void> {
    await super.stop();
    this.api.close();
  }

  override async kill(): Promise<void> {
    await super.kill();
    this.api.close();
  }

  /** The next one on the same state, perhaps with other settings or another market. */
  startAgain(changes: Partial<ServerOptions> = {}): Promise<Server> {
    return Server.start({ ...this.options, ...changes, state: this.state });
  }

  async restart(changes: Partial<ServerOptions> = {}): Promise<Server> {
    await this.stop();
    return this.startAgain(changes);
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

/** A server of its own for a market or a state that the test changes. */
export async function withServer(options: ServerOptions, use: (server: Server) => Promise<void>): Promise<void> {
  const server = await Server.start(options);
  try {
    await use(server);
  } finally {
    await server.stop();
  }
}

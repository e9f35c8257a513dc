// Every job that was asked for is done, once, whatever happens to the processes and the database meanwhile.
import { setTimeout as delay } from 'node:timers/promises';
import { effectFaults, loggedStates } from '../harness/effects.ts';
import type { Engine } from '../harness/engines.ts';
import { isFinal, type StreamEvent } from '../harness/events.ts';
import type { Json } from '../harness/openapi.ts';
import { type Cluster, createDatabase, cutConnections, startCluster } from '../harness/postgresql.ts';
import { samplePath } from '../harness/sample.ts';
import { makeState, Server, type StateSettings } from '../harness/server.ts';
import { changeState, queryState } from '../harness/state.ts';
import { Worker } from '../harness/worker.ts';
import { Asker, anyApi, type FindApi, persist, Watcher } from './clients.ts';
import { Post } from './fleet.ts';
import { type Harm, haunt, makePlan, makeRandom, pick } from './nemesis.ts';

export interface JobsOptions {
  engine: Engine;
  jobs: number;
  workspaces: number;
  servers: number; // on SQLite one, which also works
  workers: number;
  seconds: number; // of harm
  kills: number; // of workers, or of the one server
  pauses: number; // for up to three seconds
  longPauses: number; // for longer than a lease
  restarts: number; // of the database
  cuts: number; // of all connections
  leaseEnds: number; // all leases end now, as if time had passed
  seed: number;
}

export interface JobsReport {
  seed: number;
  answered: number;
  unknown: number; // asked for, no answer came
  refused: Record<string, number>; // by code
  done: number; // jobs in the database, all of them completed when there are no faults
  attempts: Record<string, number>; // how many jobs took how many
  kills: number;
  starts: number; // of processes
  visits: number; // of those who watch
  seconds: number;
  faults: string[];
}

const bodies: Json[] = [
  { strategy_id: 'buy_and_hold', symbol: 'RISINGUSDT' },
  { strategy_id: 'ma_cross', symbol: 'BTCUSDT' },
  { strategy_id: 'ma_cross', symbol: 'BTCUSDT', interval: '1h', allow_short: true },
  { strategy_id: 'ma_cross', symbol: 'MINUTEUSDT', interval: '1m' }, // 50,010 bars: some tens of milliseconds
  { strategy_id: 'ma_cross', symbol: 'MINUTEUSDT', interval: '1m', params: { fast: 5, slow: 20 } },
];

const settings = { JOBS_RUNNING_PER_WORKSPACE: '8', JOBS_QUEUED_PER_WORKSPACE: '2000', LOG_LEVEL: 'warn' };

interface Fleet {
  state: StateSettings;
  cluster: Cluster | undefined;
  servers: Post<Server>[];
  workers: Post<Worker>[];
}

async function makeFleet(options: JobsOptions): Promise<Fleet> {
  const { engine } = options;
  const cluster = engine === 'postgresql' ? await startCluster() : undefined;
  const state: StateSettings = cluster
    ? { APP_STATE_DATABASE_URL: createDatabase(cluster.socketDir) }
    : makeState('sqlite');
  const marketPath = samplePath();
  const env = { ...settings, JOB_WORKERS: cluster ? '0' : '2' };
  const servers = Array.from(
    { length: cluster ? options.servers : 1 },
    () => new Post(() => Server.start({ engine, marketPath, state, env })),
  );
  const workers = Array.from(
    { length: cluster ? options.workers : 0 },
    () => new Post(() => Worker.start({ marketPath, state, env: settings, args: ['--jobs', '2'] })),
  );
  await servers[0]?.fill(); // the others find a database that is up to date
  await Promise.all([...servers.slice(1), ...workers].map((post) => post.fill()));
  return { state, cluster, servers, workers };
}

/** Who works is known from the events: the worst moment to be killed is in the middle of a job. */
class Spy {
  readonly #waiting = new Set<(worker: string) => void>();

  readonly hear = ({ type, data }: StreamEvent): void => {
    if (type !== 'job' || data.status !== 'running') return;
    for (const tell of this.#waiting) tell(data.worker);
    this.#waiting.clear();
  };

  /** The name of the next one that begins a job; "" when none does for a while. */
  nextToBegin(): Promise<string> {
    return Promise.race([new Promise<string>((resolve) => this.#waiting.add(resolve)), delay(1500, '')]);
  }
}

const nameOf = (program: Server | Worker | undefined): string =>
  program instanceof Worker ? program.workerName : '';

function harmsOf(options: JobsOptions, { state, cluster, servers, workers }: Fleet, spy: Spy): Harm[] {
  const victims: Post<Server | Worker>[] = workers.length > 0 ? workers : servers;
  const killSomebodyAtWork = async (random: number): Promise<void> => {
    const name = await spy.nextToBegin();
    const victim =
      victims.find(({ current }) => name !== '' && nameOf(current) === name) ?? pick(victims, random);
    await delay(random * 30);
    await victim.replace();
  };
  const everybody = [...servers, ...workers];
  const url = state.APP_STATE_DATABASE_URL;
  const retried = async (harm: () => void): Promise<void> => {
    for (let i = 0; i < 100; i++) {
      try {
        return harm();
      } catch {
        await delay(100); // the database is being restarted
      }
    }
  };
  const harms: Harm[] = [
    { what: 'kill -9', times: options.kills, strike: killSomebodyAtWork },
    {
      what: 'a pause',
      times: options.pauses,
      strike: (random) => pick(everybody, random).pause(100 + 2900 * ((random * 7) % 1)),
    },
  ];
  if (!cluster || url === undefined) return harms;
  return [
    ...harms,
    {
      what: 'a pause longer than a lease',
      times: options.longPauses,
      strike: (random) => pick(workers, random).pause(23_000),
    },
    { what: 'PostgreSQL crashes', times: options.restarts, strike: () => cluster.crash() },
    {
      what: 'all connections are cut',
      times: options.cuts,
      strike: () => retried(() => cutConnections(url)),
    },
    {
      what: 'all leases end',
      times: options.leaseEnds,
      strike: () =>
        retried(() => changeState(state, "UPDATE jobs SET lease_until = 0 WHERE status = 'running'")),
    },
  ];
}

/** Asks for the work, spread over the time of the harm. */
async function ask(options: JobsOptions, asker: Asker, workspaces: string[]): Promise<void> {
  const random = makeRandom(options.seed ^ 0x5bd1e995);
  const began = performance.now();
  const asked = Array.from({ length: options.jobs }, (_, i) => ({
    at: (options.seconds * 1000 * i) / options.jobs,
    workspace: pick(workspaces, random()),
    body: pick(bodies, random()),
  }));
  const one = async (): Promise<void> => {
    for (let next = asked.shift(); next; next = asked.shift()) {
      await delay(Math.max(0, began + next.at - performance.now()));
      await asker.ask(next);
    }
  };
  await Promise.all(Array.from({ length: 8 }, one));
}

/** Until nothing is queued or running any more. */
async function untilIdle(find: FindApi, workspaces: string[], ms: number): Promise<void> {
  const deadline = performance.now() + ms;
  for (const workspace of workspaces) {
    for (const status of ['queued', 'running', 'queued']) {
      const isAny = async (): Promise<boolean> =>
        persist(find, async (api) => {
          const query = { status, limit: 1 };
          const reply = await api.get(`/api/v1/workspaces/${workspace}/jobs`, { query, expect: 200 });
          return reply.json.jobs.length > 0;
        });
      while (performance.now() < deadline && (await isAny())) await delay(100);
    }
  }
}

function countFaults(
  state: StateSettings,
  asker: Asker,
): { faults: string[]; done: number; attempts: Record<string, number> } {
  const rows = queryState(state, "SELECT id, status, attempts, COALESCE(error_code, '') FROM jobs");
  const statusOf = new Map(rows.map(([id, status]) => [id, status]));
  const attempts: Record<string, number> = {};
  for (const [, , count = ''] of rows) attempts[count] = (attempts[count] ?? 0) + 1;
  const faults = [
    ...effectFaults(state),
    ...rows
      .filter(([, status]) => status !== 'completed')
      .map((row) => `a job that was not completed: ${row.join(' ')}`),
    ...asker.answered
      .filter(({ id }) => !statusOf.has(id))
      .map(({ id }) => `a job that was answered and is not there: ${id}`),
  ];
  const most = asker.answered.length + asker.unknown;
  if (rows.length > most)
    faults.push(
      `${rows.length} jobs, and at most ${most} were taken: ${JSON.stringify(asker.refused)} were refused`,
    );
  for (const [id, states] of loggedStates(state)) {
    const ends = states.filter(isFinal).length;
    if (ends !== 1) faults.push(`a job whose end is told ${ends} times: ${id} ${states.join(' ')}`);
  }
  return { faults, done: rows.length, attempts };
}

/** What those who watched were told, beside what is logged. */
function watchFaults(state: StateSettings, watchers: Watcher[]): string[] {
  const logged = loggedStates(state);
  const seen = new Map(watchers.flatMap((watcher) => [...watcher.states()]));
  const faults = watchers.flatMap((watcher) => watcher.faults);
  for (const [id, states] of logged) {
    const told = seen.get(id)?.join(' ');
    if (told !== states.join(' ')) faults.push(`of ${id} was logged ${states.join(' ')}, and told ${told}`);
  }
  return faults;
}

export async function runJobs(options: JobsOptions, say: (text: string) => void): Promise<JobsReport> {
  const began = performance.now();
  const fleet = await makeFleet(options);
  const posts = [...fleet.servers, ...fleet.workers];
  let turn = 0;
  const find: FindApi = () => fleet.servers[turn++ % fleet.servers.length]?.current?.api;
  const asker = new Asker(find);
  const spy = new Spy();
  const watchers: Watcher[] = [];
  let pulse: NodeJS.Timeout | undefined;
  try {
    const workspaces = [];
    for (let i = 0; i < options.workspaces; i++) {
      const reply = await (await anyApi(find)).post(
        '/api/v1/workspaces',
        { name: `Team ${i}` },
        { expect: 201 },
      );
      workspaces.push(reply.json.id as string);
    }
    watchers.push(...workspaces.map((workspace) => new Watcher(find, workspace, '0.0', spy.hear)));
    pulse = setInterval(
      () =>
        say(
          `${asker.answered.length} answered, ${asker.unknown} in doubt, refused ${JSON.stringify(asker.refused)}`,
        ),
      10_000,
    );
    const plan = makePlan(harmsOf(options, fleet, spy), options.seconds, options.seed);
    await Promise.all([haunt(plan, say), ask(options, asker, workspaces)]);
    say(`${asker.answered.length} jobs answered, the harm is done`);
    if (options.leaseEnds > 0 && fleet.cluster)
      changeState(fleet.state, "UPDATE jobs SET lease_until = 0 WHERE status = 'running'");
    await untilIdle(find, workspaces, 90_000);
    for (const watcher of watchers) {
      const own = asker.answered.filter(({ workspace }) => workspace === watcher.workspace);
      await watcher.untilEnded(
        own.map(({ id }) => id),
        5000,
      );
    }
    await Promise.all(watchers.map((watcher) => watcher.stop()));
    await Promise.all(posts.map((post) => post.stop()));
    const { faults, done, attempts } = countFaults(fleet.state, asker);
    faults.push(...watchFaults(fleet.state, watchers), ...posts.flatMap((post) => post.faults));
    return {
      seed: options.seed,
      answered: asker.answered.length,
      unknown: asker.unknown,
      refused: asker.refused,
      done,
      attempts,
      kills: posts.reduce((sum, post) => sum + post.kills, 0),
      starts: posts.reduce((sum, post) => sum + post.starts, 0),
      visits: watchers.reduce((sum, watcher) => sum + watcher.visits, 0),
      seconds: Math.round((performance.now() - began) / 100) / 10,
      faults,
    };
  } finally {
    clearInterval(pulse);
    await Promise.all(watchers.map((watcher) => watcher.stop()));
    await Promise.all(posts.map((post) => post.stop()));
    await fleet.cluster?.stop();
  }
}

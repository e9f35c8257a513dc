// A job that is cancelled while it runs, by two at once and in whichever process it runs, ends once: cancelled, and then it
// has no result; or completed, and then nobody was told that it was cancelled.
import { setTimeout as delay } from 'node:timers/promises';
import { effectFaults, loggedStates } from '../harness/effects.ts';
import type { Engine } from '../harness/engines.ts';
import { isFinal } from '../harness/events.ts';
import type { Api, Reply } from '../harness/http.ts';
import { respondAsync } from '../harness/runs.ts';
import { samplePath } from '../harness/sample.ts';
import { makeState, Server } from '../harness/server.ts';
import { queryState } from '../harness/state.ts';
import { makeRandom } from './nemesis.ts';

export interface CancelOptions {
  engine: Engine;
  rounds: number;
  seed: number;
}

export interface CancelReport {
  seed: number;
  cancelled: number;
  completed: number;
  whileRunning: number; // cancelled after they had begun
  slowestMs: number; // from the answer of a cancellation to the end of the job
  seconds: number;
  faults: string[];
}

const atOnce = 6; // rounds, each in a workspace of its own

interface Round {
  id: string;
  replies: Reply[];
  endMs: number; // from the last answer of the two to the end of the job
}

const base = (workspace: string): string => `/api/v1/workspaces/${workspace}`;

/** Asks for a job, and for its end from two sides after a while that lies around the length of the job. */
async function playRound(servers: Server[], workspace: string, random: () => number): Promise<Round> {
  const [a, b] = [servers[0], servers.at(-1)] as [Server, Server];
  const body = { strategy_id: 'ma_cross', symbol: 'MINUTEUSDT', interval: '1m' };
  const api = random() < 0.5 ? a.api : b.api;
  const made = await api.post(`${base(workspace)}/backtests`, body, { headers: respondAsync, expect: 202 });
  const { id } = made.json;
  const cancel = async (by: Api, path: string, ms: number): Promise<Reply> => {
    await delay(ms);
    return by.post(`${base(workspace)}/${path}/${id}/cancel`, undefined);
  };
  const wait = random() * random() * 250;
  const replies = await Promise.all([
    cancel(a.api, 'jobs', wait),
    cancel(b.api, 'backtests', wait + (random() < 0.5 ? 0 : random() * 10)),
  ]);
  const answered = performance.now();
  while (performance.now() < answered + 20_000) {
    const { json } = await b.api.get(`${base(workspace)}/jobs/${id}`, { expect: 200 });
    if (isFinal(json.status)) break;
    await delay(5);
  }
  return { id, replies, endMs: performance.now() - answered };
}

/** What the two were answered, beside how it ended. */
function roundFaults({ id, replies }: Round, status: string | undefined): string[] {
  const answers = replies.map((reply) => (reply.status === 200 ? reply.json.status : reply.json.code));
  const isTold = replies.some((reply) => reply.status === 200);
  const said = `${id} is ${status}, and those who cancelled it were answered ${answers.join(', ')}`;
  if (replies.some((reply) => reply.status !== 200 && reply.json.code !== 'already_ended')) return [said];
  if (isTold !== (status === 'cancelled') || !status) return [said];
  return isTold && replies.some((reply) => reply.status !== 200) ? [said] : [];
}

export async function runCancel(options: CancelOptions, say: (text: string) => void): Promise<CancelReport> {
  const began = performance.now();
  const random = makeRandom(options.seed);
  const state = makeState(options.engine);
  const start = (): Promise<Server> =>
    Server.start({
      engine: options.engine,
      marketPath: samplePath(),
      state,
      env: { JOB_WORKERS: '2', JOBS_RUNNING_PER_WORKSPACE: '2', LOG_LEVEL: 'warn' },
    });
  const servers = [await start()];
  if (options.engine === 'postgresql') servers.push(await start());
  const rounds: Round[] = [];
  try {
    const workspaces = [];
    for (let i = 0; i < atOnce; i++)
      workspaces.push(
        (await servers[0]?.api.post('/api/v1/workspaces', { name: `Team ${i}` }, { expect: 201 }))?.json.id,
      );
    let left = options.rounds;
    await Promise.all(
      workspaces.map(async (workspace) => {
        while (left-- > 0) {
          rounds.push(await playRound(servers, workspace, random));
          if (rounds.length % 100 === 0) say(`${rounds.length} rounds`);
        }
      }),
    );
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
  }
  const rows = queryState(state, 'SELECT id, status, started_at, finished_at FROM jobs');
  const statusOf = new Map(rows.map(([id, status]) => [id, status]));
  const faults = [
    ...effectFaults(state),
    ...rounds.flatMap((round) => roundFaults(round, statusOf.get(round.id))),
  ];
  let whileRunning = 0;
  for (const [id, states] of loggedStates(state)) {
    if (states.filter(isFinal).length !== 1)
      faults.push(`${id} ended more than once, or never: ${states.join(' ')}`);
    if (states.includes('running') && states.at(-1) === 'cancelled') whileRunning++;
  }
  const count = (status: string): number => rows.filter((row) => row[1] === status).length;
  return {
    seed: options.seed,
    cancelled: count('cancelled'),
    completed: count('completed'),
    whileRunning,
    slowestMs: Math.round(Math.max(...rounds.map(({ endMs }) => endMs))),
    seconds: Math.round((performance.now() - began) / 100) / 10,
    faults,
  };
}

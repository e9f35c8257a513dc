// Time tells nothing either (S3, S15 of security.md): a workspace, or a backtest, of somebody else is refused as fast as one
// that there is not, and a sign-in to an account as slowly as to none.
import type { Engine } from '../harness/engines.ts';
import { memberPassword, Person, withPasswords } from '../harness/people.ts';
import { samplePath } from '../harness/sample.ts';
import { Server } from '../harness/server.ts';
import { type BareReply, Connection } from './bare.ts';
import { mannWhitneyP, median, round } from './figures.ts';
import { makeRandom } from './nemesis.ts';

export interface TimingOptions {
  engine: Engine;
  rounds: number; // requests of each kind
  logins: number; // of each kind
  seed: number;
}

interface Comparison {
  rounds: number;
  mediansMs: [number, number];
  differencePercent: number;
  p: number;
}

export interface TimingReport {
  workspaces?: Comparison; // of somebody else, and absent
  backtests?: Comparison;
  logins?: Comparison; // to an account, and to none
  faults: string[];
}

const absent = '0198f5a2-6c1e-7d3a-9b57-2f4e8a1c6d90';
const warmUp = 200;
const triesPerAccount = 4; // the fifth would be throttled

type Ask = (i: number) => Promise<BareReply>;

/** One of each kind after the other; which is first is left to chance. */
async function measure(rounds: number, random: () => number, kinds: [Ask, Ask]): Promise<[number[], number[]]> {
  const times: [number[], number[]] = [[], []];
  for (let i = 0; i < rounds; i++) {
    const first = random() < 0.5 ? 0 : 1;
    for (const kind of [first, 1 - first] as (0 | 1)[]) times[kind].push((await kinds[kind](i)).ms);
  }
  return times;
}

function compare(what: string, [a, b]: [number[], number[]], faults: string[], leastP: number): Comparison {
  const medians: [number, number] = [median(a), median(b)];
  const difference = ((medians[0] - medians[1]) / medians[1]) * 100;
  const p = mannWhitneyP(a, b);
  // that the machine did something else meanwhile makes medians differ, but not in one direction
  if (Math.abs(difference) >= 5 && p < 0.05)
    faults.push(`${what}: the medians differ by ${round(difference, 1)} %, p = ${round(p, 4)}`);
  if (p <= leastP) faults.push(`${what}: the two kinds differ, p = ${p.toExponential(1)}`);
  return {
    rounds: a.length,
    mediansMs: [round(medians[0]), round(medians[1])],
    differencePercent: round(difference, 2),
    p: round(p, 4),
  };
}

const without = ({ text }: BareReply, id: string): string =>
  text.replaceAll(id, '').replace(/"instance":"[^"]*"/, '');

/** Refusals of two addresses that must be the same in all but their own ids. */
async function compareRefusals(
  what: string,
  [foreign, missing]: [string, string],
  [bob, options, faults]: [Person, TimingOptions, string[]],
): Promise<Comparison> {
  const connection = new Connection(bob.api.origin);
  const headers = { cookie: `tlab_session=${bob.token}` };
  const ask = (path: string) => () => connection.send('GET', path, headers);
  const kinds: [Ask, Ask] = [ask(foreign), ask(missing)];
  const random = makeRandom(options.seed);
  const idOf = (path: string): string => path.split('/').at(-1) as string;
  const [a, b] = [await kinds[0](0), await kinds[1](0)];
  if (a.status !== 404 || a.status !== b.status || without(a, idOf(foreign)) !== without(b, idOf(missing)))
    faults.push(`${what}: ${a.status} ${a.text} is not ${b.status} ${b.text}`);
  await measure(warmUp, random, kinds);
  const times = await measure(options.rounds, random, kinds);
  connection.close();
  return compare(what, times, faults, 0.01);
}

/** Each from an address of its own, so that none is refused for how many there are. */
async function compareLogins(owner: Person, options: TimingOptions, faults: string[]): Promise<Comparison> {
  const accounts = Math.ceil(options.logins / triesPerAccount);
  for (let i = 0; i < accounts; i++) {
    const input = { email: `known-${i}@example.org`, role: 'viewer', password: memberPassword };
    await owner.post('/api/v1/workspaces/local-workspace/members', input, { expect: 201 });
  }
  const connection = new Connection(owner.api.origin);
  let address = 0;
  const ask = (name: string): Ask => {
    return async (i) => {
      const headers = { 'x-forwarded-for': `10.${address >> 16}.${(address >> 8) & 255}.${address++ & 255}` };
      const email = `${name}-${i % accounts}@example.org`;
      const reply = await connection.send(
        'POST',
        '/api/v1/auth/login',
        headers,
        JSON.stringify({ email, password: 'not it at all 77' }),
      );
      if (reply.status !== 401) faults.push(`a wrong password of ${email}: ${reply.status} ${reply.text}`);
      return reply;
    };
  };
  const times = await measure(options.logins, makeRandom(options.seed), [ask('known'), ask('unknown')]);
  connection.close();
  return compare('logins', times, faults, 0); // half of a few hundred: the medians are what is held against 5 %
}

export async function runTiming(options: TimingOptions, say: (text: string) => void): Promise<TimingReport> {
  // all these failures are no flood (app/login_flood.h)
  const env = withPasswords({ TRUSTED_PROXIES: '127.0.0.1', LOGIN_NETWORKS: '10.0.0.0/8', LOG_LEVEL: 'warn' });
  const server = await Server.start({ engine: options.engine, marketPath: samplePath(), env });
  const report: TimingReport = { faults: [] };
  try {
    const bob = await new Person(server.api).signIn();
    const workspace = '/api/v1/workspaces/local-workspace';
    const input = { email: 'alice@example.org', role: 'viewer', password: memberPassword };
    await bob.post(`${workspace}/members`, input, { expect: 201 });
    const alice = await new Person(server.api).signIn(input.email, memberPassword);
    const theirs = await alice.makeWorkspace('Of Alice');
    const run = { strategy_id: 'buy_and_hold', symbol: 'BTCUSDT' };
    const { id } = (await alice.post(`${theirs}/backtests`, run, { expect: 201 })).json;
    const asked: [Person, TimingOptions, string[]] = [bob, options, report.faults];
    report.workspaces = await compareRefusals('workspaces', [theirs, `/api/v1/workspaces/${absent}`], asked);
    say(`workspaces: ${JSON.stringify(report.workspaces)}`);
    const paths: [string, string] = [`${workspace}/backtests/${id}`, `${workspace}/backtests/${absent}`];
    report.backtests = await compareRefusals('backtests', paths, asked);
    say(`backtests: ${JSON.stringify(report.backtests)}`);
    report.logins = await compareLogins(bob, options, report.faults);
  } finally {
    await server.stop();
  }
  return report;
}

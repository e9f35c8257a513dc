// A flood of sign-ins does not starve others (S16 of security.md): while hundreds try passwords, whoever is signed in is
// answered in time, and the server takes no more memory than its few hashes need.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Engine } from '../harness/engines.ts';
import { repositoryRoot } from '../harness/paths.ts';
import { Person, withPasswords } from '../harness/people.ts';
import { samplePath } from '../harness/sample.ts';
import { Server } from '../harness/server.ts';
import { Connection } from './bare.ts';
import { quantile, round } from './figures.ts';

export interface FloodOptions {
  engine: Engine;
  clients: number;
  seconds: number;
}

export interface FloodReport {
  before: Latency; // of GET /auth/session, before the flood
  during?: Latency;
  replies?: Record<string, number>; // to the flood, by status
  rssMib?: { before: number; highest: number; after: number };
  faults: string[];
}

interface Latency {
  requests: number;
  p50Ms: number;
  p99Ms: number;
  maxMs: number;
}

const everyMs = 20;

function memoryOf(pid: number | undefined, name: 'VmRSS' | 'VmHWM'): number {
  const line = new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return round(Number(line?.[1]) / 1024, 1);
}

/** One request after another with a pause between them, until told otherwise. */
async function watch(person: Person, isOver: () => boolean, faults: string[]): Promise<Latency> {
  const connection = new Connection(person.api.origin);
  const headers = { cookie: `tlab_session=${person.token}` };
  const times: number[] = [];
  while (!isOver()) {
    const { status, ms } = await connection.send('GET', '/api/v1/auth/session', headers);
    times.push(ms);
    if (status !== 200) faults.push(`whoever is signed in was answered ${status}`);
    await delay(everyMs);
  }
  connection.close();
  return {
    requests: times.length,
    p50Ms: round(quantile(times, 0.5), 2),
    p99Ms: round(quantile(times, 0.99), 2),
    maxMs: round(Math.max(...times), 2),
  };
}

/** Begun now; answers what came of it. */
function flood(origin: string, options: FloodOptions): Promise<Record<string, number>> {
  const program = join(repositoryRoot, 'tests/.js/concurrency/flood_clients.js');
  const args = [program, origin, String(options.clients), String(options.seconds)];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => (code === 0 ? resolve(JSON.parse(said)) : reject(new Error(`the flood: ${code}`))));
  });
}

function judge(report: FloodReport): void {
  const { during, replies = {}, rssMib, faults } = report;
  for (const [status, count] of Object.entries(replies))
    if (!['401', '429', '503'].includes(status)) faults.push(`${count} sign-ins were answered ${status}`);
  if (!replies['503'] && !replies['429']) faults.push('none of the flood was sent away');
  if (!during || during.p99Ms >= 100) faults.push(`whoever is signed in waits ${during?.p99Ms} ms (p99)`);
  if (rssMib && rssMib.highest - rssMib.before > 300) faults.push(`it takes ${rssMib.highest} MiB`);
}

export async function runFlood(options: FloodOptions, say: (text: string) => void): Promise<FloodReport> {
  // what is measured is the work of checking passwords: the rule on failures would spare it after the first hundred
  const env = withPasswords({ TRUSTED_PROXIES: '127.0.0.1', LOGIN_NETWORKS: '0.0.0.0/0', LOG_LEVEL: 'error' });
  const server = await Server.start({ engine: options.engine, marketPath: samplePath(), env });
  const faults: string[] = [];
  try {
    const person = await new Person(server.api).signIn();
    const until = performance.now() + 3000;
    const report: FloodReport = { before: await watch(person, () => performance.now() > until, faults), faults };
    const pid = server.process.pid;
    const before = memoryOf(pid, 'VmRSS');
    say(`${options.clients} sign in at once for ${options.seconds} s`);
    let isOver = false;
    const flooding = flood(server.api.origin, options).finally(() => {
      isOver = true;
    });
    [report.during, report.replies] = await Promise.all([watch(person, () => isOver, faults), flooding]);
    report.rssMib = { before, highest: memoryOf(pid, 'VmHWM'), after: memoryOf(pid, 'VmRSS') };
    judge(report);
    return report;
  } finally {
    await server.stop();
  }
}

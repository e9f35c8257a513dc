// Runs scenarios of concurrency, whole or as the command line says; README.md.
import { parseArgs } from 'node:util';
import { type Engine, engines } from '../harness/engines.ts';
import { withShared } from '../harness/shared.ts';
import { runCancel } from './cancel.ts';
import { runFlood } from './flood.ts';
import { type JobsOptions, runJobs } from './jobs.ts';
import { runPaper } from './paper.ts';
import { runTiming } from './timing.ts';

const say = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: Object.fromEntries(
    [
      'engine',
      'seed',
      'jobs',
      'workspaces',
      'servers',
      'workers',
      'seconds',
      'kills',
      'pauses',
      'long-pauses',
    ]
      .concat(['restarts', 'cuts', 'lease-ends', 'rounds', 'logins', 'clients', 'steps'])
      .map((name) => [name, { type: 'string' as const }]),
  ),
});
const number = (name: string, fallback: number): number => {
  const given = values[name];
  if (given === undefined) return fallback;
  if (!/^\d+$/.test(String(given))) throw new Error(`--${name} ${given} is no number`);
  return Number(given);
};
const seed = number('seed', Date.now() % 1_000_000);

const jobsOptions = (engine: Engine): JobsOptions => ({
  engine,
  jobs: number('jobs', 600),
  workspaces: number('workspaces', 4),
  servers: number('servers', 2),
  workers: number('workers', 4),
  seconds: number('seconds', 75),
  kills: number('kills', 30),
  pauses: number('pauses', 6),
  longPauses: number('long-pauses', 2),
  restarts: number('restarts', 2),
  cuts: number('cuts', 4),
  leaseEnds: number('lease-ends', 0),
  seed,
});

const scenarios: Record<string, (engine: Engine) => Promise<{ faults: string[] }>> = {
  jobs: (engine) => runJobs(jobsOptions(engine), say),
  cancel: (engine) => runCancel({ engine, rounds: number('rounds', 500), seed }, say),
  paper: (engine) => runPaper({ engine, steps: number('steps', 100_000), seed }, say),
  timing: (engine) =>
    runTiming({ engine, rounds: number('rounds', 2000), logins: number('logins', 200), seed }, say),
  flood: (engine) => runFlood({ engine, clients: number('clients', 200), seconds: number('seconds', 20) }, say),
};

async function main(): Promise<number> {
  const asked = positionals.length > 0 ? positionals : Object.keys(scenarios);
  const on = values.engine === undefined ? engines : [values.engine as Engine];
  let faults = 0;
  for (const name of asked) {
    const scenario = scenarios[name];
    if (!scenario)
      throw new Error(`there is no scenario ${name}; there are ${Object.keys(scenarios).join(' and ')}`);
    for (const engine of on) {
      say(`${name} on ${engine}, seed ${seed}`);
      const { faults: found, ...figures } = await scenario(engine);
      say(JSON.stringify(figures));
      for (const fault of found) say(`FAULT ${fault}`);
      say(`${name} on ${engine}: ${found.length} faults`);
      faults += found.length;
    }
  }
  return faults === 0 ? 0 : 1;
}

process.exitCode = await withShared(main);

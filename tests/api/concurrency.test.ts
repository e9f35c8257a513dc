// Short versions of the scenarios of tests/concurrency: `npm run stress` has the long ones.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { runCancel } from '../concurrency/cancel.ts';
import { type JobsOptions, runJobs } from '../concurrency/jobs.ts';
import { engines } from '../harness/engines.ts';

const seed = Number(process.env.TLAB_TEST_SEED ?? Date.now() % 1_000_000);
const harm: Omit<JobsOptions, 'engine'> = {
  jobs: 60,
  workspaces: 2,
  servers: 1,
  workers: 2,
  seconds: 5,
  kills: 4,
  pauses: 1,
  longPauses: 0, // nobody has the time
  restarts: 1,
  cuts: 1,
  leaseEnds: 1,
  seed,
};

for (const engine of engines) {
  describe(`work that goes on [${engine}]`, () => {
    test(`is done once, whoever is killed (TLAB_TEST_SEED=${seed})`, async () => {
      const said: string[] = [];
      const { faults, ...report } = await runJobs({ ...harm, engine }, (text) => said.push(text));
      assert.deepEqual(faults, [], said.join('\n'));
      assert.equal(report.answered, harm.jobs);
      assert.ok(report.done >= harm.jobs);
      assert.ok(report.kills > 0);
    });

    test(`ends once when it is cancelled (TLAB_TEST_SEED=${seed})`, async () => {
      const { faults, cancelled, completed } = await runCancel({ engine, rounds: 40, seed }, () => {});
      assert.deepEqual(faults, []);
      assert.equal(cancelled + completed, 40);
      assert.ok(cancelled > 0);
    });
  });
}

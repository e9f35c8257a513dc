// A short run of the random script of paper trading: `npm run stress -- paper` has the long one.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { runPaper } from '../concurrency/paper.ts';
import { engines } from '../harness/engines.ts';

const seed = Number(process.env.TLAB_TEST_SEED ?? Date.now() % 1_000_000);

for (const engine of engines) {
  describe(`random commands of paper trading [${engine}]`, () => {
    test(`leave what a model says they leave (TLAB_TEST_SEED=${seed})`, async () => {
      const { faults, steps, done } = await runPaper({ engine, steps: 300, seed }, () => {});
      assert.deepEqual(faults, []);
      assert.equal(steps, 300);
      for (const command of ['create', 'open', 'close', 'edit', 'cancel', 'deposit'])
        assert.ok((done[command] ?? 0) > 0, `${command}: ${JSON.stringify(done)}`);
    });
  });
}

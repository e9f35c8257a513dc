// Runs the API tests: makes what they share (a PostgreSQL cluster, the sample market), runs the files, some at a
// time, looks whether every documented reply has been seen, and counts.
//   npm test --prefix tests [-- api/candles.test.ts …]
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { coverageFaults } from './coverage.ts';
import { engines } from './engines.ts';
import { repositoryRoot } from './paths.ts';
import { withShared } from './shared.ts';

const builtPath = (name: string): string => join(repositoryRoot, 'tests/.js/api', `${basename(name, '.ts')}.js`);
const asked = process.argv.slice(2).map(builtPath);
// Those that wait longest begin first, so that none of them is left to run alone at the end.
const longest = ['workers', 'import', 'spite', 'queued-backtests', 'lifecycle', 'scanner', 'events'].map(
  (name) => `${name}.test.ts`,
);
const rankOf = (name: string): number => [...longest, name].indexOf(name);
const all = readdirSync(join(repositoryRoot, 'tests/api'))
  .filter((name) => name.endsWith('.test.ts'))
  .sort((a, b) => rankOf(a) - rankOf(b))
  .map(builtPath);
// Most of a test is waiting for processes, timers and files.
const FILES_AT_ONCE = 4;

interface Count {
  passed: number;
  failed: number;
  skipped: number;
}

function runFiles(files: string[]): Promise<Count> {
  const count: Count = { passed: 0, failed: 0, skipped: 0 };
  const interruption = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interruption.abort());
  const stream = run({ files, concurrency: FILES_AT_ONCE, signal: interruption.signal });
  const isLeaf = (data: { details: { type?: string | undefined }; name: string }) =>
    data.details.type !== 'suite' && !data.name.endsWith('.test.js');
  stream.on('test:pass', (data) => {
    if (!isLeaf(data)) return;
    if (data.skip !== undefined) count.skipped++;
    else count.passed++;
  });
  stream.on('test:fail', (data) => {
    if (data.details.type !== 'suite') count.failed++;
  });
  return new Promise((resolve) => {
    const report = stream.compose(new spec());
    report.on('end', () => resolve(count));
    report.pipe(process.stdout, { end: false });
  });
}

/** Runs what was asked for and says how it went; the exit code. */
async function runAndCount(dir: string): Promise<number> {
  const count = await runFiles(asked.length > 0 ? asked : all);
  if (asked.length === 0) {
    const faults = coverageFaults(readFileSync(join(dir, 'coverage.txt'), 'utf8'), engines);
    for (const fault of faults) process.stdout.write(`never seen: ${fault}\n`);
    if (faults.length > 0) count.failed++;
    else count.passed++;
  }
  process.stdout.write(`${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped\n`);
  return count.failed === 0 && count.passed > 0 ? 0 : 1;
}

process.exitCode = await withShared(runAndCount);

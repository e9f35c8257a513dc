// docs/guide/downloader.md and all-tradable-klines.md: their commands, in a shell, against the stand-in for Binance.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Binance } from '../harness/binance.ts';
import { epoch, walk } from '../harness/candles.ts';
import { binaryPath, makeTempDir, repositoryRoot } from '../harness/paths.ts';
import { cleanEnvironment } from '../harness/tlab.ts';

const commandsOf = (document: string): string[] =>
  readFileSync(join(repositoryRoot, document), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('    tlab '))
    .map((line) => line.trim());

let binance: Binance;
before(async () => {
  binance = await Binance.start();
  const candles = walk({ seed: 5, start: epoch('2021-01-01'), step: 86_400, count: 90, price: 30_000 });
  for (const symbol of ['BTCUSDT', 'ETHUSDT']) binance.publishAll(symbol, '1d', candles);
  binance.traded = ['BTCUSDT', 'ETHUSDT', 'NEWUSDT'].map((symbol) => ({ symbol }));
});
after(() => binance.stop());

interface Outcome {
  code: number;
  stdout: string;
  stderr: string;
}

/** A reader's folder: the example file, and tlab on the path. */
function makeReader(): string {
  const folder = makeTempDir('reader');
  mkdirSync(join(folder, 'bin'));
  symlinkSync(binaryPath, join(folder, 'bin/tlab'));
  cpSync(join(repositoryRoot, 'configs/spot-1d.yaml'), join(folder, 'configs/spot-1d.yaml'));
  return folder;
}

function run(command: string, folder: string): Promise<Outcome> {
  const clean = cleanEnvironment(binance.env);
  const env = { ...clean, PATH: `${join(folder, 'bin')}:${clean.PATH}` };
  return new Promise((resolve) => {
    const child = execFile('bash', ['-c', command], { cwd: folder, env }, (_, stdout, stderr) =>
      resolve({ code: child.exitCode ?? -1, stdout, stderr }),
    );
  });
}

for (const document of ['docs/guide/downloader.md', 'docs/guide/all-tradable-klines.md']) {
  test(`${document}: its commands do what it says`, async () => {
    const folder = makeReader();
    const commands = commandsOf(document);
    assert.ok(commands.length >= 2);
    for (const command of commands) {
      const { code, stdout, stderr } = await run(command, folder);
      // the example names symbols that the stand-in does not trade
      assert.equal(code, command.includes('symbols check') ? 3 : 0, `${command}\n${stderr}${stdout}`);
      if (command.includes('--dry-run')) assert.match(stdout, /^plan: \d+ files/m);
      else if (command.includes('--symbols')) assert.match(stdout, /^candles: 0 added/m); // the file had them
      else if (command.includes('download')) assert.match(stdout, /^candles: 180 added/m);
    }
    assert.ok(existsSync(join(folder, 'file.db')));
    assert.ok(existsSync(join(folder, 'data/data/spot/monthly/klines/BTCUSDT/1d/BTCUSDT-1d-2021-02.zip')));
  });
}

test('the example file of the guide is one', async () => {
  const text = readFileSync(join(repositoryRoot, 'docs/guide/downloader.md'), 'utf8');
  const folder = makeReader();
  const yaml = text.slice(text.indexOf('    asset:')).split('\n\n')[0] as string;
  const outcome = await run(
    `cat > mine.yaml <<'END'\n${yaml.replaceAll('    ', '')}\nEND\ntlab download --file mine.yaml --dry-run`,
    folder,
  );
  assert.equal(outcome.code, 0, outcome.stderr);
  assert.equal(outcome.stderr, '');
  assert.match(outcome.stdout, /^plan: 108 files/m);
});

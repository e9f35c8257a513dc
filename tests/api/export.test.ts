// Exporting candles: what is written is what is stored, to the last bit, and can be read back.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { promisify } from 'node:util';
import { type Candle, epoch } from '../harness/candles.ts';
import type { Api } from '../harness/http.ts';
import { binaryPath, makeTempDir, repositoryRoot, sharedPath } from '../harness/paths.ts';
import { copySampleMarket, sample, samplePath, samples, writeCsv } from '../harness/sample.ts';
import { Server } from '../harness/server.ts';
import { type CommandResult, cleanEnvironment, finish, spawnTlab, tlab, tlabOk } from '../harness/tlab.ts';

const formats = ['csv', 'parquet'];

const exported = (marketPath: string, ...args: string[]): Promise<CommandResult> =>
  tlabOk(['export', '--db-path', marketPath, '--quiet', ...args]);

/** One series as CSV text. */
const csvOf = async (marketPath: string, symbol: string, interval: string, ...args: string[]): Promise<string> =>
  (await exported(marketPath, '--symbols', symbol, '--interval', interval, '--out', '-', ...args)).stdout;

/** Refused, with this exit status, and said so. */
async function refused(code: number, says: RegExp, ...args: string[]): Promise<void> {
  const cwd = makeTempDir('refused');
  const result = await tlab(['export', '--db-path', samplePath(), ...args], { cwd });
  assert.equal(result.code, code, result.stderr);
  assert.match(result.stderr, says);
  assert.equal(result.stdout, '');
  assert.deepEqual(readdirSync(cwd), [], 'nothing is written');
}

async function candlesOf(api: Api, symbol: string, interval: string): Promise<Candle[]> {
  const candles: Candle[] = [];
  let cursor: string | undefined;
  do {
    const query = { symbol, interval, limit: 50_000, from: 0, ...(cursor ? { cursor } : {}) };
    const { json } = await api.get('/api/v1/candles', { query, expect: 200 });
    candles.push(...json.candles);
    cursor = json.next_cursor ?? undefined;
  } while (cursor);
  return candles;
}

describe('exported and imported again', () => {
  for (const format of formats)
    test(`as ${format}, every candle is the one it was`, async () => {
      const dir = makeTempDir('export');
      const marketPath = join(dir, 'new.db');
      for (const interval of ['1d', '1h', '1m'])
        await exported(samplePath(), '--all', '--interval', interval, '--format', format, '--out', join(dir, 'all'));
      assert.deepEqual(
        readdirSync(join(dir, 'all')).sort(),
        samples()
          .map(({ symbol, interval }) => `${symbol}-${interval}.${format}`)
          .sort(),
      );
      await tlabOk(['import', '--db-path', marketPath, join(dir, 'all')]);
      const server = await Server.start({ engine: 'sqlite', marketPath });
      try {
        for (const { symbol, interval, candles } of samples())
          assert.deepEqual(await candlesOf(server.api, symbol, interval), candles, `${symbol} ${interval}`);
      } finally {
        await server.stop();
      }
      for (const { symbol, interval } of samples())
        assert.equal(await csvOf(marketPath, symbol, interval), await csvOf(samplePath(), symbol, interval));
    });

  const real = sharedPath('data/binance-public');
  test('real files, with all of their columns', { skip: real.skip }, async () => {
    const dir = makeTempDir('export');
    const first = join(dir, 'first.db');
    await tlabOk(['import', '--db-path', first, '--json', join(real.path, 'data/spot')]);
    for (const format of formats) {
      const again = join(dir, `${format}.db`);
      await exported(first, '--all', '--interval', '1h', '--format', format, '--out', join(dir, format));
      const { stdout } = await tlabOk(['import', '--db-path', again, join(dir, format)]);
      const symbols = readdirSync(join(dir, format)).map((name) => name.split('-')[0] as string);
      assert.ok(symbols.length > 0, stdout);
      for (const symbol of symbols) {
        const text = await csvOf(first, symbol, '1h');
        assert.equal(await csvOf(again, symbol, '1h'), text);
        assert.doesNotMatch(text.split('\n')[1] as string, /,,|,$/, 'every column has its value');
      }
    }
  });
});

describe('what is written', () => {
  test('is a header and a line a candle, times in microseconds', async () => {
    const { symbol, interval, candles } = sample('shortDay');
    const lines = (await csvOf(samplePath(), symbol, interval)).split('\n');
    assert.equal(
      lines[0],
      'open_time,open,high,low,close,volume,close_time,quote_volume,trades,taker_buy_base,taker_buy_quote',
    );
    assert.equal(lines.pop(), '');
    assert.deepEqual(
      lines.slice(1).map((line) => line.split(',').slice(0, 6).map(Number)),
      candles.map((c) => [c.time * 1e6, c.open, c.high, c.low, c.close, c.volume]),
    );
  });

  test('is from the first to the last time, both included; a day is whole', async () => {
    const timesOf = async (interval: string, ...args: string[]): Promise<number[]> =>
      (await csvOf(samplePath(), 'BTCUSDT', interval, ...args))
        .split('\n')
        .slice(1, -1)
        .map((line) => Number(line.split(',')[0]) / 1e6);
    const hours = sample('btcHour').candles.map(({ time }) => time);
    const between = (from: string, until: string): number[] =>
      hours.filter((time) => time >= epoch(from) && time < epoch(until));
    assert.deepEqual(
      await timesOf('1h', '--from', '2024-01-05', '--to', '2024-01-07'),
      between('2024-01-05', '2024-01-08'),
    );
    assert.deepEqual(
      await timesOf('1h', '--from', '2024-01-05T03:00', '--to', '2024-01-05T06:00'),
      between('2024-01-05T03:00Z', '2024-01-05T07:00Z'),
    );
    assert.deepEqual(await timesOf('1h', '--to', '2024-01-01'), between('2024-01-01', '2024-01-02'));
    assert.deepEqual(await timesOf('1d', '--from', '2021-02-03', '--to', '2021-02-03'), [epoch('2021-02-03')]);
  });

  test('goes where it is told: a file, a folder, the present folder', async () => {
    const cwd = makeTempDir('export');
    const run = (...args: string[]): Promise<CommandResult> =>
      tlabOk(['export', '--db-path', samplePath(), '--interval', '1d', ...args], { cwd });
    mkdirSync(join(cwd, 'folder'));
    await run('--symbols', 'BTCUSDT');
    await run('--symbols', 'btcusdt', '--out', 'mine.csv');
    await run('--symbols', 'BTCUSDT,BTCUSDT', '--out', 'folder');
    const { stdout } = await run('--symbols', 'BTCUSDT, SHORTBTC', '--format', 'csv', '--out', 'new');
    assert.match(stdout, /^1540 candles of 2 series in [\d.]+ s: new$/m);
    assert.deepEqual(readdirSync(cwd).sort(), ['BTCUSDT-1d.parquet', 'folder', 'mine.csv', 'new']);
    assert.deepEqual(readdirSync(join(cwd, 'folder')), ['BTCUSDT-1d.parquet']);
    assert.deepEqual(readdirSync(join(cwd, 'new')).sort(), ['BTCUSDT-1d.csv', 'SHORTBTC-1d.csv']);
    assert.equal(readFileSync(join(cwd, 'mine.csv'), 'utf8'), await csvOf(samplePath(), 'BTCUSDT', '1d'));
    const bytes = readFileSync(join(cwd, 'BTCUSDT-1d.parquet'));
    assert.equal(bytes.subarray(0, 4).toString('latin1') + bytes.subarray(-4).toString('latin1'), 'PAR1PAR1');
  });

  test('leaves out the series that have no candle then, and says how many', async () => {
    const dir = join(makeTempDir('export'), 'may');
    const args = ['--all', '--interval', '1d', '--from', '2024-05-01', '--to', '2024-05-31', '--out', dir];
    const { stdout } = await tlabOk(['export', '--db-path', samplePath(), ...args]);
    assert.match(stdout, /^2 series have no candles then$/m);
    assert.deepEqual(readdirSync(dir).length, 4);
  });
});

describe('a file that is there', () => {
  for (const out of [[], ['--out', 'here.csv'], ['--out', '.']]) {
    test(`stays as it is unless it is told --force (${out.join(' ') || 'no --out'})`, async () => {
      const cwd = makeTempDir('export');
      const name = out[1] === 'here.csv' ? 'here.csv' : 'BTCUSDT-1d.csv';
      const args = ['export', '--db-path', samplePath(), '--symbols', 'BTCUSDT', '--interval', '1d'];
      writeFileSync(join(cwd, name), 'mine\n');
      const result = await tlab([...args, '--format', 'csv', ...out], { cwd });
      assert.equal(result.code, 1);
      assert.match(result.stderr, new RegExp(`${name} is there already; --force replaces it`));
      assert.equal(readFileSync(join(cwd, name), 'utf8'), 'mine\n');
      await tlabOk([...args, '--format', 'csv', '--force', ...out], { cwd });
      assert.equal(readFileSync(join(cwd, name), 'utf8'), await csvOf(samplePath(), 'BTCUSDT', '1d'));
      assert.deepEqual(readdirSync(cwd), [name]);
    });
  }

  test('is found before the first of many is written', async () => {
    const cwd = makeTempDir('export');
    writeFileSync(join(cwd, 'SHORTBTC-1d.parquet'), 'mine\n');
    const args = ['--symbols', 'BTCUSDT,SHORTBTC', '--interval', '1d'];
    assert.equal((await tlab(['export', '--db-path', samplePath(), ...args], { cwd })).code, 1);
    assert.deepEqual(readdirSync(cwd), ['SHORTBTC-1d.parquet']);
  });
});

describe('refused', () => {
  const day = ['--interval', '1d'];
  test('a symbol that is not there, with names that come close', () =>
    refused(1, /there is no symbol BTCUSD; did you mean BTCUSDT/, '--symbols', 'BTCUSD', ...day));
  test('a ratio', () => refused(1, /ETHUSDT\/BTCUSDT/, '--symbols', 'ETHUSDT/BTCUSDT', ...day));
  test('an interval that is not stored, with those that are', () =>
    refused(1, /BTCUSDT has no candles of 4h stored; it has 1h, 1d/, '--symbols', 'BTCUSDT', '--interval', '4h'));
  test('an interval that nothing has', () => refused(1, /no candles of 1w are stored/, '--all', '--interval', '1w'));
  test('a time without candles', () =>
    refused(1, /BTCUSDT has no candles of 1d then/, '--symbols', 'BTCUSDT', ...day, '--from', '2030-01-01'));
  test('a database that is not there', () =>
    refused(1, /there is no such file/, '--all', ...day, '--db-path', join(makeTempDir('none'), 'none.db')));
  test('a folder that is not there', () =>
    refused(1, /cannot be (made|written): No such file/, '--symbols', 'BTCUSDT', ...day, '--out', 'no/such/file.csv'));
  test('several series on standard output', () =>
    refused(1, /standard output takes one series, not 2/, '--symbols', 'BTCUSDT,SHORTBTC', ...day, '--out', '-'));
  test('Parquet on standard output', () =>
    refused(1, /takes CSV/, '--symbols', 'BTCUSDT', ...day, '--out', '-', '--format', 'parquet'));
  test('a format that the name contradicts', () =>
    refused(1, /name it \.parquet/, '--symbols', 'BTCUSDT', ...day, '--out', 'a.csv', '--format', 'parquet'));
  const usages: Record<string, string[]> = {
    'say --symbols A,B or --all': day,
    'say --symbols A,B or --all ': ['--all', '--symbols', 'BTCUSDT', ...day],
    '--interval is missing': ['--all'],
    'there is no interval "1x"': ['--all', '--interval', '1x'],
    '"soon" is no day or time': ['--all', ...day, '--from', 'soon'],
    '--to is before --from': ['--all', ...day, '--from', '2024-01-02', '--to', '2024-01-01'],
    '--format is parquet or csv, not "xml"': ['--all', ...day, '--format', 'xml'],
    '--out is empty': ['--all', ...day, '--out', ''],
    '"more" is not expected': ['--all', ...day, 'more'],
    'unknown option': ['--al', '--nonsense'],
  };
  for (const [says, args] of Object.entries(usages))
    test(`wrong usage: ${says}`, () => refused(2, new RegExp(`tlab export: ${says.trim()}`), ...args));
});

describe('beside others', () => {
  test('a server goes on serving the file', async () => {
    const marketPath = copySampleMarket();
    const server = await Server.start({ engine: 'sqlite', marketPath });
    try {
      const [text, candles] = await Promise.all([
        csvOf(marketPath, 'MINUTEUSDT', '1m'),
        candlesOf(server.api, 'MINUTEUSDT', '1m'),
      ]);
      assert.deepEqual(candles, sample('minute').candles);
      assert.equal(text.split('\n').length, candles.length + 2);
    } finally {
      await server.stop();
    }
  });

  test('an import into the same file gets its turn', async () => {
    const marketPath = copySampleMarket();
    const dir = makeTempDir('export');
    const more = { symbol: 'MOREUSDT', interval: '1d', seconds: 86_400, candles: sample('shortDay').candles };
    const [{ code, stderr }] = await Promise.all([
      tlab(['export', '--db-path', marketPath, '--all', '--interval', '1d', '--out', dir]),
      tlabOk(['import', '--db-path', marketPath, writeCsv(makeTempDir('more'), more)]),
    ]);
    assert.equal(code, 0, stderr);
    assert.ok(readdirSync(dir).includes('SHORTBTC-1d.parquet'));
    const rows = (text: string): string[] => text.split('\n').map((line) => line.split(',').slice(0, 6).join());
    assert.deepEqual(
      rows(await csvOf(marketPath, 'MOREUSDT', '1d')),
      rows(await csvOf(samplePath(), 'SHORTBTC', '1d')),
    );
  });

  for (const format of formats)
    test(`Ctrl-C leaves ${format} files that are whole, and nothing else`, async () => {
      const dir = makeTempDir('export');
      const args = ['--all', '--interval', '1d', '--format', format, '--out', dir];
      const child = spawnTlab(['export', '--db-path', samplePath(), ...args]);
      const ended = finish(child);
      while (child.exitCode === null && readdirSync(dir).length === 0) await new Promise(setImmediate);
      child.kill('SIGINT');
      const { code, signal, stderr } = await ended;
      assert.equal(signal, null);
      assert.ok(code === 0 || (code === 1 && stderr.includes('stopped;')), stderr);
      const whole = makeTempDir('whole');
      await exported(samplePath(), '--all', '--interval', '1d', '--format', format, '--out', whole);
      for (const name of readdirSync(dir))
        assert.deepEqual(readFileSync(join(dir, name)), readFileSync(join(whole, name)));
    });
});

test('docs/guide/importing.md: the commands of its part on exporting do what it says', async () => {
  const text = readFileSync(join(repositoryRoot, 'docs/guide/importing.md'), 'utf8');
  const part = text.slice(text.indexOf('## Exporting')).split('\n## ')[0] as string;
  const commands = part.split('\n').filter((line) => line.startsWith('    tlab '));
  assert.ok(commands.length >= 5);
  const cwd = makeTempDir('reader');
  mkdirSync(join(cwd, 'bin'));
  symlinkSync(binaryPath, join(cwd, 'bin/tlab'));
  copyFileSync(samplePath(), join(cwd, 'file.db'));
  const clean = cleanEnvironment();
  const env = { ...clean, PATH: `${join(cwd, 'bin')}:${clean.PATH}` };
  for (const command of commands) await promisify(execFile)('bash', ['-ec', command], { cwd, env });
  const made = ['BTCUSDT-1d.parquet', 'bin', 'btc.csv', 'candles', 'copy.db', 'file.db', 'sample.csv'];
  assert.deepEqual(readdirSync(cwd).sort(), made);
  assert.equal(readFileSync(join(cwd, 'btc.csv'), 'utf8').split('\n').length, 366 + 2);
  assert.equal(await csvOf(join(cwd, 'copy.db'), 'BTCUSDT', '1d'), await csvOf(samplePath(), 'BTCUSDT', '1d'));
});

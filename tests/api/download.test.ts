// tlab download against a stand-in for Binance that does what networks do.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { archivePath, Binance } from '../harness/binance.ts';
import { binanceCsv, type Candle, epoch, walk } from '../harness/candles.ts';
import { makeTempDir } from '../harness/paths.ts';
import { Server } from '../harness/server.ts';
import { type CommandResult, finish, spawnTlab, tlab, tlabOk } from '../harness/tlab.ts';
import { zip } from '../harness/zip.ts';

const day = 86_400;
const series = (seed: number, start: string, count: number): Candle[] =>
  walk({ seed, start: epoch(start), step: day, count, price: 100 });
const market: Record<string, Candle[]> = {
  AUSDT: series(1, '2024-01-01', 120), // to 2024-04-29
  BUSDT: series(2, '2024-02-15', 60), // begins in the middle of a month
  币安人生USDT: series(3, '2024-01-01', 31),
};

let binance: Binance;
before(async () => {
  binance = await Binance.start();
});
after(() => binance.stop());
beforeEach(() => binance.reset(market));

interface Place {
  dir: string;
  db: string;
  file: string;
}

function place(spec: Record<string, string> = {}): Place {
  const dir = makeTempDir('download');
  const file = join(dir, 'spec.yaml');
  const members = {
    asset: 'spot',
    data_type: 'klines',
    interval: '1d',
    symbols: '[AUSDT]',
    start_date: '2024-01-01',
    end_date: '"2024-03-31"',
    destination_dir: join(dir, 'archive'),
    ...spec,
  };
  const lines = Object.entries(members).map(([name, value]) => `${name}: ${value}\n`);
  writeFileSync(file, lines.join(''));
  return { dir, db: join(dir, 'file.db'), file };
}

const argumentsOf = (at: Place, more: string[]): string[] => [
  'download',
  '--file',
  at.file,
  '--db-path',
  at.db,
  '--json',
  ...more,
];

const download = (at: Place, ...more: string[]): Promise<CommandResult> =>
  tlab(argumentsOf(at, more), { env: binance.env, cwd: at.dir });

/** What it counted, where it ended as expected. */
async function counts(at: Place, code: number, ...more: string[]): Promise<Record<string, number>> {
  const result = await download(at, ...more);
  assert.equal(result.code, code, `${result.stderr}\n${result.stdout}`);
  return JSON.parse(result.stdout);
}

async function stored(db: string, symbol: string): Promise<Candle[]> {
  const server = await Server.start({ engine: 'sqlite', marketPath: db });
  try {
    const reply = await server.api.get('/api/v1/candles', {
      query: { symbol, interval: '1d', limit: 50_000, from: 0 },
      expect: 200,
    });
    return reply.json.candles;
  } finally {
    await server.stop();
  }
}

const until = (symbol: string, end: string): Candle[] =>
  (market[symbol] as Candle[]).filter(({ time }) => time < epoch(end));

const filesIn = (dir: string): string[] =>
  existsSync(dir)
    ? readdirSync(dir, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => entry.name)
        .sort()
    : [];

describe('what is fetched', () => {
  test('monthly: whole months, kept in the layout of the archive with their CHECKSUM', async () => {
    const at = place();
    const count = await counts(at, 0, '--freq', 'monthly');
    assert.equal(count.fetched, 3);
    assert.equal(count.added, 91);
    const path = join(at.dir, 'archive', archivePath('AUSDT', '1d', '2024-02'));
    assert.deepEqual(readFileSync(path), binance.files.get(archivePath('AUSDT', '1d', '2024-02')));
    assert.ok(existsSync(`${path}.CHECKSUM`));
    assert.deepEqual(
      filesIn(join(at.dir, 'archive')).filter((name) => !/\.zip(\.CHECKSUM)?$/.test(name)),
      [],
    );
    assert.deepEqual(await stored(at.db, 'AUSDT'), until('AUSDT', '2024-04-01'));
  });

  test('daily: a file a day, end_date included', async () => {
    const at = place({ start_date: '2024-01-30', end_date: '2024-02-02' });
    const count = await counts(at, 0, '--freq', 'daily');
    assert.equal(count.fetched, 4);
    assert.deepEqual(
      binance.paths().sort(),
      ['2024-01-30', '2024-01-31', '2024-02-01', '2024-02-02'].map((d) => archivePath('AUSDT', '1d', d)),
    );
  });

  test('auto: full months by months, the rest by days', async () => {
    const at = place({ start_date: '2024-01-30', end_date: '2024-03-02' });
    assert.equal((await counts(at, 0, '--freq', 'auto')).fetched, 5);
    assert.deepEqual(
      binance.paths().sort(),
      ['2024-01-30', '2024-01-31', '2024-03-01', '2024-03-02', '2024-02'].map((p) => archivePath('AUSDT', '1d', p)).sort(),
    );
  });

  test('names beyond ASCII', async () => {
    const at = place({ symbols: '[币安人生USDT]', end_date: '2024-01-31' });
    assert.equal((await counts(at, 0, '--freq', 'monthly')).added, 31);
  });

  test('nothing again: what the database has, and what lies on the disk', async () => {
    const at = place();
    await counts(at, 0, '--freq', 'monthly');
    binance.seen.length = 0;
    assert.equal((await counts(at, 0, '--freq', 'monthly')).had_already, 3);
    assert.equal((await counts(at, 0, '--freq', 'daily')).had_already, 91);
    const other = { ...at, db: join(at.dir, 'other.db') };
    assert.equal((await counts(other, 0, '--freq', 'monthly')).on_disk_already, 3);
    assert.deepEqual(binance.seen, []);
    assert.deepEqual(await stored(other.db, 'AUSDT'), await stored(at.db, 'AUSDT'));
  });

  test('a month that a symbol began in is not asked for again', async () => {
    const at = place({ symbols: '[BUSDT]' });
    const first = await counts(at, 0, '--freq', 'monthly');
    assert.equal(first.fetched, 2);
    assert.equal(first.not_published, 1);
    binance.seen.length = 0;
    assert.equal((await counts(at, 0, '--freq', 'monthly')).had_already, 2);
    assert.deepEqual(binance.paths(), [archivePath('BUSDT', '1d', '2024-01')]);
  });

  test('a database file without a byte is one that is not there yet', async () => {
    const at = place();
    writeFileSync(at.db, '');
    assert.equal((await counts(at, 0, '--freq', 'monthly')).fetched, 3);
    assert.deepEqual(await stored(at.db, 'AUSDT'), until('AUSDT', '2024-04-01'));
  });

  test('a dry run fetches nothing and writes nothing', async () => {
    const at = place();
    const result = await download(at, '--freq', 'monthly', '--dry-run');
    assert.equal(result.code, 0);
    const lines = result.stdout.trim().split('\n').map((line) => JSON.parse(line));
    assert.deepEqual(
      lines.map(({ path }) => `/${path}`),
      ['2024-01', '2024-02', '2024-03'].map((month) => archivePath('AUSDT', '1d', month)),
    );
    assert.deepEqual(binance.seen, []);
    assert.ok(!existsSync(at.db) && !existsSync(join(at.dir, 'archive')));
  });

  test('a dry run with --sizes asks how long the files are, and fetches none', async () => {
    const at = place({ symbols: '[AUSDT, BUSDT]' });
    const sizeOf = (symbol: string, month: string): number | undefined =>
      binance.files.get(archivePath(symbol, '1d', month))?.length;
    binance.faults = [{ on: /2024-02\.zip$/, kind: 'status', status: 503, times: 1 }];
    const result = await download(at, '--freq', 'monthly', '--dry-run', '--sizes', '--jobs', '2');
    assert.equal(result.code, 0, result.stderr);
    const months = ['2024-01', '2024-02', '2024-03'];
    assert.deepEqual(
      result.stdout.trim().split('\n').map((line) => JSON.parse(line)),
      ['AUSDT', 'BUSDT'].flatMap((symbol) =>
        months.map((month) => ({
          path: archivePath(symbol, '1d', month).slice(1),
          on_disk: false,
          bytes: null,
          is_published: sizeOf(symbol, month) !== undefined,
          size: sizeOf(symbol, month) ?? null,
        })),
      ),
    );
    assert.deepEqual([...new Set(binance.seen.map(({ method }) => method))], ['HEAD']);
    assert.equal(binance.seen.length, 7, 'each once, and the one that failed again');
    assert.ok(!existsSync(at.db) && !existsSync(join(at.dir, 'archive')));
  });

  test('--sizes in words: what lies on the disk is not asked for', async () => {
    const at = place({ symbols: '[AUSDT, BUSDT]' });
    await counts(place({ symbols: '[BUSDT]', destination_dir: join(at.dir, 'archive') }), 0, '--freq', 'monthly');
    binance.seen.length = 0;
    const args = ['download', '--file', at.file, '--db-path', at.db, '--freq', 'monthly', '--dry-run', '--sizes'];
    const { stdout } = await tlabOk(args, { env: binance.env, cwd: at.dir });
    assert.match(stdout, /^AUSDT .* 3 monthly, 0\.0 MB to fetch$/m);
    assert.match(stdout, /^BUSDT .* 3 monthly, 2 on the disk \(0\.0 MB\), 0\.0 MB to fetch, 1 not published$/m);
    assert.match(stdout, /^sizes: 0\.0 MB to fetch, 1 not published$/m);
    assert.equal(binance.seen.length, 4);
  });

  test('--sizes without a server is a failure, and goes with --dry-run only', async () => {
    const at = place();
    binance.faults = [{ on: /./, kind: 'refuse' }];
    const failed = await download(at, '--dry-run', '--sizes', '--attempts', '1');
    assert.equal(failed.code, 1);
    assert.match(failed.stderr, /a size could not be learned/);
    const wrong = await download(at, '--sizes');
    assert.equal(wrong.code, 2);
    assert.match(wrong.stderr, /--sizes goes with --dry-run/);
  });

  test('the newest month by days, until it has a file', async () => {
    const now = new Date();
    const first = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 1, 1));
    const end = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), 0));
    const dayOf = (date: Date): string => date.toISOString().slice(0, 10);
    const candles = series(9, dayOf(first), end.getUTCDate());
    for (const { time } of candles) binance.publish('NEWUSDT', '1d', dayOf(new Date(time * 1000)), candles);
    const at = place({ symbols: '[NEWUSDT]', start_date: dayOf(first), end_date: dayOf(end) });
    const count = await counts(at, 0, '--freq', 'auto');
    assert.equal(count.added, candles.length);
    assert.equal(count.not_published, 1);
  });

  test('a replaced archive becomes a revision at --recheck', async () => {
    const at = place();
    await counts(at, 0, '--freq', 'monthly');
    const revised = (market.AUSDT as Candle[]).map((c, i) => (i === 40 ? { ...c, volume: c.volume + 1 } : c));
    binance.publish('AUSDT', '1d', '2024-02', revised);
    assert.equal((await counts(at, 0, '--freq', 'monthly')).fetched, 0);
    const count = await counts(at, 0, '--freq', 'monthly', '--recheck');
    assert.equal(count.fetched, 1);
    assert.equal(count.revised, 1);
    assert.equal((await stored(at.db, 'AUSDT'))[40]?.volume, revised[40]?.volume);
  });
});

describe('faults', () => {
  const zipOf = (month: string): RegExp => new RegExp(`${month}\\.zip$`);

  test('500, a cut connection and a refused one are tried again', async () => {
    binance.faults = [
      { on: zipOf('2024-01'), kind: 'status', status: 500, times: 2 },
      { on: zipOf('2024-02'), kind: 'cut', times: 2 },
      { on: zipOf('2024-03'), kind: 'refuse', times: 1 },
      { on: /CHECKSUM$/, kind: 'status', status: 503, times: 1 },
    ];
    const at = place();
    assert.equal((await counts(at, 0, '--freq', 'monthly')).fetched, 3);
    assert.deepEqual(await stored(at.db, 'AUSDT'), until('AUSDT', '2024-04-01'));
    const parts = binance.seen.filter(({ path, range }) => path.endsWith('2024-02.zip') && range);
    assert.ok(parts.length > 0 && parts.every(({ status }) => status === 206), 'the rest was asked for');
  });

  test('silence is cut off and tried again', async () => {
    binance.faults = [{ on: zipOf('2024-01'), kind: 'silent', times: 1 }];
    assert.equal((await counts(place(), 0, '--freq', 'monthly', '--timeout', '1')).fetched, 3);
  });

  test('slow answers are waited for while they bring something', async () => {
    binance.faults = [{ on: zipOf('2024-01'), kind: 'slow', times: 1 }];
    assert.equal((await counts(place(), 0, '--freq', 'monthly', '--timeout', '1')).fetched, 3);
  });

  test('429 is heeded: nothing is asked for before Retry-After', async () => {
    binance.faults = [{ on: zipOf('2024-01'), kind: 'status', status: 429, retryAfter: '1', times: 1 }];
    assert.equal((await counts(place(), 0, '--freq', 'monthly', '--jobs', '1')).fetched, 3);
    const [refused, next] = binance.seen;
    assert.equal(refused?.status, 429);
    assert.ok((next?.at as number) - (refused?.at as number) >= 990);
  });

  test('wrong bytes once are fetched again', async () => {
    binance.faults = [
      { on: zipOf('2024-01'), kind: 'wrong', times: 1 },
      { on: zipOf('2024-02'), kind: 'truncated', times: 1 },
    ];
    const at = place();
    assert.equal((await counts(at, 0, '--freq', 'monthly')).fetched, 3);
    assert.deepEqual(await stored(at.db, 'AUSDT'), until('AUSDT', '2024-04-01'));
  });

  test('a wrong CHECKSUM fails its file alone, and keeps nothing of it', async () => {
    const path = archivePath('AUSDT', '1d', '2024-02');
    binance.files.set(`${path}.CHECKSUM`, Buffer.from(`${'0'.repeat(64)}  AUSDT-1d-2024-02.zip\n`));
    const at = place();
    const result = await download(at, '--freq', 'monthly');
    assert.equal(result.code, 3);
    assert.match(result.stderr, /AUSDT-1d-2024-02\.zip: its SHA-256 is not the one in its CHECKSUM/);
    assert.equal(JSON.parse(result.stdout).failed, 1);
    assert.ok(!filesIn(join(at.dir, 'archive')).some((name) => name.includes('2024-02')));
    binance.publish('AUSDT', '1d', '2024-02', market.AUSDT as Candle[]);
    assert.equal((await counts(at, 0, '--freq', 'monthly')).fetched, 1);
    assert.deepEqual(await stored(at.db, 'AUSDT'), until('AUSDT', '2024-04-01'));
  });

  test('no CHECKSUM is a failure, no file is not', async () => {
    binance.files.delete(`${archivePath('AUSDT', '1d', '2024-01')}.CHECKSUM`);
    binance.files.delete(archivePath('AUSDT', '1d', '2024-03'));
    const count = await counts(place(), 3, '--freq', 'monthly');
    assert.deepEqual([count.fetched, count.failed, count.not_published], [1, 1, 1]);
  });

  test('an archive whose CHECKSUM holds, but whose candles do not, is refused with its line', async () => {
    const bad = (market.AUSDT as Candle[]).map((c, i) => (i === 3 ? { ...c, high: c.low - 1 } : c));
    binance.publish('AUSDT', '1d', '2024-01', bad);
    const result = await download(place(), '--freq', 'monthly');
    assert.equal(result.code, 3);
    assert.match(result.stderr, /AUSDT-1d-2024-01\.zip: line 4: /);
  });

  test('a server that is down ends it, with a sentence', async () => {
    const at = place();
    const result = await tlab(argumentsOf(at, ['--attempts', '1']), {
      env: { ...binance.env, BINANCE_DATA_URL: 'http://127.0.0.1:1' },
      cwd: at.dir,
    });
    assert.equal(result.code, 1);
    assert.match(result.stderr, /AUSDT-1d-2024-01\.zip: .*127\.0\.0\.1/);
  });

  test('a redirect is not followed', async () => {
    binance.faults = [{ on: zipOf('2024-01'), kind: 'status', status: 302 }];
    const result = await download(place(), '--freq', 'monthly');
    assert.equal(result.code, 3);
    assert.match(result.stderr, /the server answers 302/);
  });
});

describe('interrupted', () => {
  const spec = { symbols: '[AUSDT, BUSDT]', end_date: '2024-04-29' };

  async function inPeace(): Promise<Candle[][]> {
    const at = place(spec);
    await counts(at, 0, '--freq', 'daily');
    return [await stored(at.db, 'AUSDT'), await stored(at.db, 'BUSDT')];
  }

  test('Ctrl-C stops it cleanly; the next run goes on', async () => {
    const at = place(spec);
    binance.before = () => delay(20);
    const child = spawnTlab(argumentsOf(at, ['--freq', 'daily', '--jobs', '2']), { env: binance.env, cwd: at.dir });
    const ended = finish(child);
    while (binance.paths().length < 20) await delay(5);
    child.kill('SIGINT');
    const result = await ended;
    assert.equal(result.code, 3, result.stderr);
    assert.equal(result.signal, null);
    const asked = binance.paths().length;
    binance.before = () => {};
    const count = await counts(at, 0, '--freq', 'daily');
    assert.ok((count.fetched as number) + asked <= 180 + 5, 'what was fetched is not fetched again');
    assert.deepEqual([await stored(at.db, 'AUSDT'), await stored(at.db, 'BUSDT')], await inPeace());
  });

  test('killed at any moment, the database becomes the one that was loaded in peace', async () => {
    const begun = performance.now();
    const peace = await inPeace();
    const whole = performance.now() - begun;
    let kills = 0;
    let storing = 0;
    for (const part of [0.1, 0.3, 0.5, 0.7, 0.9]) {
      const at = place(spec);
      const child = spawnTlab(argumentsOf(at, ['--freq', 'daily']), { env: binance.env, cwd: at.dir });
      const ended = finish(child);
      await delay(whole * part);
      child.kill('SIGKILL');
      kills += Number((await ended).signal === 'SIGKILL');
      storing += Number(existsSync(at.db));
      await counts(at, 0, '--freq', 'daily');
      assert.deepEqual([await stored(at.db, 'AUSDT'), await stored(at.db, 'BUSDT')], peace);
    }
    assert.ok(kills > 0, `${kills} kills, ${storing} with a database`);
  });
});

describe('a wish without a file', () => {
  const bySymbols = (at: Place, ...more: string[]): Promise<CommandResult> =>
    tlab(['download', '--db-path', at.db, ...more], { env: binance.env, cwd: at.dir });

  test('names symbols, interval and days', async () => {
    const at = place();
    const days = ['--interval', '1d', '--from', '2024-02-01', '--to', '2024-03-02'];
    const result = await bySymbols(at, '--symbols', 'ausdt, BUSDT', ...days, '--json');
    assert.equal(result.code, 0, result.stderr);
    const { fetched, not_published, added } = JSON.parse(result.stdout);
    assert.deepEqual([fetched, not_published, added], [6, 0, 31 + 17]);
    assert.ok(existsSync(join(at.dir, 'data', archivePath('AUSDT', '1d', '2024-02'))));
  });

  test('is a file or options, and whole', async () => {
    const whole = ['--symbols', 'AUSDT', '--interval', '1d', '--from', '2024-02-01'];
    for (const [args, code, text] of [
      [whole.slice(0, 2), 2, /--symbols needs --interval and --from/],
      [[...whole, '--file', 'x'], 2, /go without --file/],
      [[...whole, '--to', '2024-01-31'], 1, /--to: lies before "from"/],
      [[...whole.slice(0, 5), '2024-02-30'], 1, /--from: "2024-02-30" is no day/],
      [['--symbols', '../x', ...whole.slice(2)], 1, /--symbols: "\.\.\/x" is no symbol/],
      [['--symbols', ',', ...whole.slice(2)], 1, /--symbols: there are none/],
      [[...whole.slice(0, 3), '7d', ...whole.slice(4)], 1, /--interval: "7d" is no interval/],
    ] as [string[], number, RegExp][]) {
      const result = await bySymbols(place(), ...args);
      assert.equal(result.code, code, args.join(' '));
      assert.match(result.stderr, text);
    }
    assert.deepEqual(binance.seen, []);
  });

  test('repairs a gap with the line that `tlab doctor data` prints, also of a file that was imported', async () => {
    const at = place();
    const bars = market.AUSDT as Candle[];
    const holed = bars.slice(0, 31).filter((_, i) => i < 9 || i > 11);
    const name = 'AUSDT-1d-2024-01';
    writeFileSync(join(at.dir, `${name}.zip`), zip({ [`${name}.csv`]: binanceCsv(holed, day) }));
    await tlabOk(['import', '--db-path', at.db, join(at.dir, `${name}.zip`), '--quiet']);
    const doctor = async () =>
      JSON.parse((await tlabOk(['doctor', 'data', '--db-path', at.db, '--format', 'json'])).stdout).series[0].repairs;
    const [line] = await doctor();
    assert.equal(line, 'tlab download --symbols AUSDT --interval 1d --from 2024-01-10 --to 2024-01-12 --recheck');
    const result = await bySymbols(at, ...line.split(' ').slice(2));
    assert.equal(result.code, 0, result.stderr);
    assert.deepEqual(await doctor(), []);
    assert.deepEqual(await stored(at.db, 'AUSDT'), bars.slice(0, 31));
  });

  test('has a second way where the archive of the month lies on the disk', async () => {
    const at = place();
    const bars = (market.AUSDT as Candle[]).slice(0, 31);
    const csv = join(at.dir, 'AUSDT.csv');
    writeFileSync(csv, binanceCsv(bars.filter((_, i) => i !== 10), day));
    await tlabOk(['import', '--db-path', at.db, csv, '--interval', '1d', '--quiet']);
    const archive = archivePath('AUSDT', '1d', '2024-01').slice(1);
    mkdirSync(dirname(join(at.dir, 'data', archive)), { recursive: true });
    writeFileSync(join(at.dir, 'data', archive), binance.files.get(`/${archive}`) as Buffer);
    const doctor = () => tlabOk(['doctor', 'data', '--db-path', at.db], { cwd: at.dir });
    const line = /or from the disk: tlab (.*)$/m.exec((await doctor()).stdout)?.[1] as string;
    assert.equal(line, `import data/${archive}`);
    await tlabOk([...line.split(' '), '--db-path', at.db, '--quiet'], { cwd: at.dir });
    assert.doesNotMatch((await doctor()).stdout, /missing:/);
  });
});

describe('the command', () => {
  const faults: Record<string, [Record<string, string>, RegExp]> = {
    'an interval that is none': [{ interval: '7d' }, /line 3: "7d" is no interval/],
    'a day that is none': [{ start_date: '2024-02-30' }, /"2024-02-30" is no day/],
    'a symbol that leads out of the folder': [{ symbols: '["../x"]' }, /"\.\.\/x" is no symbol/],
    'a symbol that is a folder': [{ symbols: '[".."]' }, /"\.\." is no symbol/],
    'another data_type': [{ data_type: 'trades' }, /"trades" is a data_type that is not offered/],
    'days in the wrong order': [{ end_date: '2023-01-01' }, /start_date is behind end_date/],
    'no symbols': [{ symbols: '[]' }, /there are no symbols/],
  };
  for (const [what, [spec, text]] of Object.entries(faults)) {
    test(`${what} is refused`, async () => {
      const result = await download(place(spec));
      assert.equal(result.code, 1);
      assert.match(result.stderr, text);
      assert.deepEqual(binance.seen, []);
    });
  }

  test('unknown members of the file are named and left aside', async () => {
    const result = await download(place({ colour: 'blue' }), '--freq', 'monthly');
    assert.equal(result.code, 0);
    assert.match(result.stderr, /"colour" means nothing here/);
  });

  test('wrong usage is 2', async () => {
    for (const args of [['download'], ['download', '--file', 'x', '--freq', 'weekly'], ['symbols']])
      assert.equal((await tlab(args)).code, 2);
  });

  test('the summary in words', async () => {
    const at = place();
    const args = argumentsOf(at, ['--freq', 'monthly']).filter((arg) => arg !== '--json');
    const result = await tlab(args, { env: binance.env, cwd: at.dir });
    assert.match(result.stdout, /^files: 3 fetched, 0 had already, 0 on the disk already, 0 not published, 0 failed$/m);
    assert.match(result.stdout, /^candles: 91 added, 0 unchanged, 0 revised$/m);
  });

  test('a range that has not begun is said to be one', async () => {
    const at = place({ start_date: '2999-01-01', end_date: '"2999-01-31"' });
    const result = await download(at, '--freq', 'monthly');
    assert.equal(result.code, 0);
    assert.match(result.stderr, /no day of it has ended yet: today is \d{4}-\d\d-\d\d, by the clock of this machine/);
  });

  test('--all-tradable takes spot symbols that are traded in USDT', async () => {
    binance.traded = [
      { symbol: 'AUSDT' },
      { symbol: 'BUSDT', status: 'BREAK' },
      { symbol: 'ABTC', quoteAsset: 'BTC' },
      { symbol: 'CUSDT', isSpotTradingAllowed: false },
    ];
    const at = place({ symbols: '[]' });
    assert.equal((await counts(at, 0, '--freq', 'monthly', '--all-tradable')).fetched, 3);
    assert.ok(binance.paths().every((path) => path.includes('/AUSDT/')));
  });

  test('symbols check names those that are not traded', async () => {
    binance.traded = [{ symbol: 'AUSDT' }, { symbol: 'BUSDT', status: 'BREAK' }];
    const at = place({ symbols: '[AUSDT, BUSDT, ZUSDT]' });
    const result = await tlab(['symbols', 'check', '--file', at.file], { env: binance.env });
    assert.equal(result.code, 3);
    assert.equal(result.stdout, 'BUSDT: BREAK\nZUSDT: not known to the exchange\n1 of 3 symbols are traded\n');
    binance.traded.push({ symbol: 'ZUSDT' });
    (binance.traded[1] as { status: string }).status = 'TRADING';
    assert.equal((await tlab(['symbols', 'check', '--file', at.file], { env: binance.env })).code, 0);
  });

  test('a file that is on its way while another writes is refused in a sentence', async () => {
    const at = place();
    mkdirSync(join(at.dir, 'archive'), { recursive: true });
    binance.before = () => delay(200);
    const first = finish(spawnTlab(argumentsOf(at, ['--freq', 'monthly']), { env: binance.env, cwd: at.dir }));
    while (binance.seen.length === 0) await delay(5);
    const second = await download(at, '--freq', 'monthly');
    assert.equal(second.code, 1);
    assert.match(second.stderr, /file\.db: /);
    assert.equal((await first).code, 0);
  });
});

// tlab download against archives that answer otherwise than HTTP has it, or hold something else than Binance's.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { archivePath, Binance } from '../harness/binance.ts';
import { binanceCsv, type Candle, epoch, walk } from '../harness/candles.ts';
import { answerOf, OddArchive, type OddRequest } from '../harness/odd_archive.ts';
import { makeTempDir } from '../harness/paths.ts';
import { type CommandResult, tlab } from '../harness/tlab.ts';
import { zip } from '../harness/zip.ts';

const day = 86_400;
const series = (seed: number, start: string, count: number): Candle[] =>
  walk({ seed, start: epoch(start), step: day, count, price: 100 });
const inJanuary = series(1, '2024-01-01', 31);

const fileOf = (symbol: string): Buffer => zip({ [`${symbol}-1d-2024-01.csv`]: binanceCsv(inJanuary, day) });
const symbolOf = (path: string): string => path.split('/').at(-1)?.split('-')[0] as string;
const checksumOf = (path: string, bytes: Buffer): string =>
  `${createHash('sha256').update(bytes).digest('hex')}  ${path.split('/').at(-1)?.replace('.CHECKSUM', '')}\n`;

/** What a sound archive answers. */
function sound({ path }: OddRequest): Buffer {
  const file = fileOf(symbolOf(path));
  return answerOf(path.endsWith('.CHECKSUM') ? checksumOf(path, file) : file);
}

/** Sound, but for the archives (or, with `what`, their CHECKSUMs) of one symbol. */
const soundBut =
  (symbol: string, answer: (request: OddRequest, sound: Buffer) => ReturnType<OddArchive['answer']>, what = '.zip') =>
  (request: OddRequest) =>
    request.path.endsWith(what) && symbolOf(request.path) === symbol
      ? answer(request, what === '.zip' ? fileOf(symbol) : Buffer.from(checksumOf(request.path, fileOf(symbol))))
      : sound(request);

interface Outcome extends CommandResult {
  counts: Record<string, number>;
  dir: string;
}

async function run(env: Record<string, string>, symbols: string, ...more: string[]): Promise<Outcome> {
  const dir = makeTempDir('download-faults');
  const terms = ['--symbols', symbols, '--interval', '1d', '--from', '2024-01-01', '--json'];
  const ending = more.includes('--to') ? [] : ['--to', '2024-01-31'];
  const all = ['download', ...terms, ...ending, '--db-path', join(dir, 'file.db'), ...more];
  const result = await tlab(all, { env, cwd: dir });
  return { ...result, dir, counts: result.stdout ? JSON.parse(result.stdout) : {} };
}

const leftIn = (dir: string): string[] =>
  existsSync(join(dir, 'data'))
    ? readdirSync(join(dir, 'data'), { recursive: true, encoding: 'utf8' }).filter((name) => /part|tag/.test(name))
    : [];

describe('an answer that', () => {
  let archive: OddArchive;
  before(async () => {
    archive = await OddArchive.start();
  });
  after(() => archive.stop());

  const bad: [string, OddArchive['answer'], RegExp][] = [
    [
      'is encoded',
      soundBut('ODD', (_, file) => answerOf(gzipSync(file), 200, { 'Content-Encoding': 'gzip' })),
      /came encoded as gzip, which was not asked for/,
    ],
    [
      'says that it is longer than a file may be',
      soundBut('ODD', (_, file) => answerOf(file, 200, { 'Content-Length': '99999999999999' })),
      /the answer is longer than 536870912 bytes/,
    ],
    [
      'sends elsewhere',
      soundBut('ODD', () => answerOf('', 307, { Location: 'file:///etc/passwd' })),
      /the server answers 307: it sends to file:\/\/\/etc\/passwd, which is not followed/,
    ],
    [
      'asks to wait for an hour',
      soundBut('ODD', () => answerOf('', 503, { 'Retry-After': '3600' })),
      /the server answers 503, and asks to wait for 3600 s/,
    ],
    [
      'is a page of errors without an end',
      soundBut('ODD', () => answerOf(Buffer.alloc(3_000_000), 403, { 'Content-Length': '99999999999999' })),
      /the server answers 403/,
    ],
    [
      'is an archive whose CHECKSUM is a page',
      soundBut('ODD', () => answerOf('<!DOCTYPE html><html></html>\n'), '.CHECKSUM'),
      /its CHECKSUM holds no SHA-256/,
    ],
    ['is an archive without a CHECKSUM', soundBut('ODD', () => answerOf('', 404), '.CHECKSUM'), /there is no CHECKSUM/],
    ['has no head', soundBut('ODD', (_, file) => file), /HTTP\/0\.9/],
  ];
  for (const [what, answer, reason] of bad)
    test(`${what} fails its file alone, is said, and leaves nothing on the disk`, async () => {
      archive.answer = answer;
      const result = await run(archive.env, 'GOOD,ODD', '--attempts', '2');
      assert.equal(result.code, 3, result.stderr);
      assert.match(result.stderr, reason);
      assert.deepEqual([result.counts.fetched, result.counts.failed, result.counts.added], [1, 1, 31]);
      assert.deepEqual(leftIn(result.dir), []);
    });

  const good: [string, OddArchive['answer']][] = [
    ['has no length', soundBut('ODD', (_, file) => answerOf(file, 200, { 'Content-Length': '' }))],
    ['is of HTTP/1.0', soundBut('ODD', (_, file) => Buffer.concat([Buffer.from('HTTP/1.0 200 OK\r\n\r\n'), file]))],
    [
      'brings another part than was asked for',
      soundBut('ODD', ({ range, count }, file) => {
        const tag = { ETag: '"one"' };
        const length = { 'Content-Length': String(file.length) };
        if (count === 1) return answerOf(file.subarray(0, 99), 200, { ...tag, ...length });
        const part = { 'Content-Range': `bytes 7-${file.length - 1}/${file.length}` };
        return range ? answerOf(file.subarray(7), 206, { ...tag, ...part }) : answerOf(file, 200, tag);
      }),
    ],
    [
      'is reset in the middle',
      soundBut('ODD', ({ count }, file) => {
        const whole = answerOf(file);
        return count > 1 ? whole : { bytes: whole.subarray(0, whole.length - 50), then: 'reset' };
      }),
    ],
    [
      'asks to wait until a time that has passed',
      soundBut('ODD', ({ count }, file) =>
        count > 1 ? answerOf(file) : answerOf('', 503, { 'Retry-After': 'Thu, 01 Jan 1970 00:00:00 GMT' }),
      ),
    ],
    ['is a digest alone', soundBut('ODD', (_, line) => answerOf(line.subarray(0, 64)), '.CHECKSUM')],
    [
      'has a tab, a return and large letters',
      soundBut('ODD', (_, line) => answerOf(line.toString().replace(/^(\w+) +(.*)\n/, (_, digest, name) => `${digest.toUpperCase()}\t${name}\r\n`)), '.CHECKSUM'),
    ],
  ];
  for (const [what, answer] of good)
    test(`${what} is taken`, async () => {
      archive.answer = answer;
      const result = await run(archive.env, 'GOOD,ODD');
      assert.equal(result.code, 0, result.stderr);
      assert.deepEqual([result.counts.fetched, result.counts.added], [2, 62]);
    });

  test('brings a byte now and then is given up, and does not hold the others', async () => {
    archive.answer = soundBut('ODD', (_, file) => {
      const whole = answerOf(file);
      return { bytes: whole.subarray(0, whole.length - 60), then: 'hold' };
    });
    const result = await run(archive.env, 'GOOD,ODD', '--attempts', '1', '--timeout', '1');
    assert.equal(result.code, 3);
    assert.match(result.stderr, /Less than 64 bytes\/sec/);
  });

  test('is cut off far on is continued by the next run', async () => {
    const minutes = walk({ seed: 3, start: epoch('2024-01-01'), step: 60, count: 31 * 1440, price: 100 });
    const file = zip({ 'ODD-1m-2024-01.csv': binanceCsv(minutes, 60) });
    const ranges: (string | undefined)[] = [];
    archive.answer = ({ path, range }) => {
      if (path.endsWith('.CHECKSUM')) return answerOf(checksumOf(path, file));
      ranges.push(range);
      const tag = { ETag: '"one"' };
      const first = Number(/\d+/.exec(range ?? '0')?.[0]);
      const part = { ...tag, 'Content-Range': `bytes ${first}-${file.length - 1}/${file.length}` };
      if (range) return answerOf(file.subarray(first), 206, part);
      return answerOf(file.subarray(0, 200_000), 200, { ...tag, 'Content-Length': String(file.length) });
    };
    const dir = makeTempDir('download-cut');
    const line = ['download', '--symbols', 'ODD', '--interval', '1m', '--from', '2024-01-01', '--to', '2024-01-31'];
    const more = ['--freq', 'monthly', '--attempts', '1', '--db-path', join(dir, 'file.db'), '--quiet'];
    assert.equal((await tlab([...line, ...more], { env: archive.env, cwd: dir })).code, 1);
    assert.deepEqual(leftIn(dir).length, 2, 'its beginning and its tag');
    assert.equal((await tlab([...line, ...more], { env: archive.env, cwd: dir })).code, 0);
    assert.deepEqual(ranges, [undefined, 'bytes=200000-']);
    assert.deepEqual(leftIn(dir), []);
  });

  test('refuses every file of one symbol leaves the others their turn', async () => {
    archive.answer = (request) => (symbolOf(request.path) === 'AUSDT' ? answerOf('', 403) : answerOf('', 404));
    const result = await run(archive.env, 'AUSDT,BUSDT,CUSDT', '--freq', 'daily');
    assert.equal(result.code, 3);
    assert.deepEqual([result.counts.failed, result.counts.not_published], [31, 62]);
  });

  test('refuses the files of every symbol ends it', async () => {
    archive.answer = () => answerOf('', 451);
    const result = await run(archive.env, 'AUSDT,BUSDT,CUSDT,DUSDT,EUSDT', '--freq', 'daily');
    assert.equal(result.code, 1);
    assert.match(result.stderr, /files in a row could not be fetched, the last one: the server answers 451/);
    assert.ok((result.counts.failed as number) < 4 * 31, JSON.stringify(result.counts));
  });

  test('comes over IPv6 is as good', async (context) => {
    const six = await OddArchive.start('::1').catch(() => undefined);
    if (!six) return context.skip('no IPv6 here');
    six.answer = sound;
    const result = await run(six.env, 'GOOD').finally(() => six.stop());
    assert.deepEqual([result.code, result.counts.added], [0, 31]);
  });
});

describe('months that are not published, where days are', () => {
  const market = { AUSDT: series(2, '2023-01-01', 365) };
  let binance: Binance;
  before(async () => {
    binance = await Binance.start();
  });
  after(() => binance.stop());
  beforeEach(() => binance.reset(market));

  const keepBack = (...periods: string[]): void => {
    for (const period of periods)
      for (const end of ['', '.CHECKSUM']) binance.files.delete(`${archivePath('AUSDT', '1d', period)}${end}`);
  };
  const year = (...more: string[]): Promise<Outcome> =>
    run(binance.env, 'AUSDT', '--from', '2022-10-01', '--to', '2024-03-31', ...more);

  const holes: [string, string[]][] = [
    ['between others', ['2023-05', '2023-06', '2023-09']],
    ['at the ends', ['2023-01', '2023-02', '2023-11', '2023-12']],
    ['one and all', Array.from({ length: 12 }, (_, i) => `2023-${String(i + 1).padStart(2, '0')}`)],
  ];
  for (const [where, periods] of holes)
    test(`${where}: the days are taken`, async () => {
      keepBack(...periods);
      const result = await year();
      assert.equal(result.code, 0, result.stderr);
      assert.equal(result.counts.added, 365);
    });

  test('a symbol that began and ended costs two questions more', async () => {
    const { counts } = await year();
    assert.deepEqual([counts.fetched, counts.not_published, counts.added], [12, 6, 365]);
    const days = binance.paths(/-\d\d-\d\d\.zip$/).map((path) => path.slice(-14, -4));
    assert.deepEqual(days.sort(), ['2022-12-31', '2024-01-01']);
  });

  test('by months only, no day is asked for', async () => {
    keepBack('2023-05');
    assert.equal((await year('--freq', 'monthly')).counts.added, 334);
    assert.deepEqual(binance.paths(/-\d\d-\d\d\.zip$/), []);
  });
});

describe('an exchangeInfo that', () => {
  let archive: OddArchive;
  before(async () => {
    archive = await OddArchive.start();
  });
  after(() => archive.stop());

  const one = (symbol: string) => ({ symbol, status: 'TRADING', quoteAsset: 'USDT', isSpotTradingAllowed: true });
  async function check(info: string): Promise<CommandResult> {
    archive.answer = () => answerOf(info);
    const dir = makeTempDir('exchange-info');
    writeFileSync(join(dir, 's.yaml'), 'interval: 1d\nsymbols: [AUSDT]\nstart_date: 2024-01-01\nend_date: 2024-01-31\n');
    const line = ['download', '--file', 's.yaml', '--all-tradable', '--freq', 'monthly', '--dry-run', '--json'];
    return tlab([...line, '--db-path', join(dir, 'file.db')], { env: archive.env, cwd: dir });
  }

  test('has lists of symbols inside of other members is read', async () => {
    const symbols = [one('AUSDT'), one('BUSDT')];
    const info = { sors: [{ symbols: ['BTC'] }], note: '"symbols": [', limits: { symbols: [1] }, n: 1, symbols };
    const result = await check(JSON.stringify(info));
    assert.equal(result.code, 0, result.stderr);
    assert.equal(result.stdout.trim().split('\n').length, 2);
  });

  test('has a name that leads elsewhere is taken without it', async () => {
    const result = await check(JSON.stringify({ symbols: [one('AUSDT'), one('../../BUSDT')] }));
    assert.equal(result.code, 0, result.stderr);
    assert.match(result.stderr, /the exchange lists "\.\.\/\.\.\/BUSDT", which is no symbol: left aside/);
    assert.equal(result.stdout.trim().split('\n').length, 1);
  });

  test('is none is shown', async () => {
    assert.match((await check('<html>blocked')).stderr, /no list of symbols; it begins: "<html>blocked"/);
    assert.match((await check('')).stderr, /no list of symbols; it begins: \(nothing\)/);
    assert.match((await check('{"symbols":[]}')).stderr, /trades no symbol priced in USDT/);
  });
});

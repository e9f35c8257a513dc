// The odd files of the shared folder: each ends in a decided class, none in a crash, none half stored.
import assert from 'node:assert/strict';
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, test } from 'node:test';
import { makeTempDir, sharedPath } from '../harness/paths.ts';
import { Server } from '../harness/server.ts';
import { type CommandResult, tlab } from '../harness/tlab.ts';

const edge = sharedPath('data/edge');

interface Case {
  file: string;
  odd: string;
  handling: string;
}

function readCases(): Case[] {
  const [, ...rows] = readFileSync(join(edge.path, 'CASES.tsv'), 'utf8').trim().split('\n');
  return rows.map((row) => {
    const [file = '', , , odd = '', handling = ''] = row.split('\t');
    return { file, odd, handling };
  });
}

/** File names carry a suffix for the case: an importer reads symbol and interval from the name without it. */
const canonicalName = (file: string): string =>
  basename(file).replace(/^(.+-\d+(?:s|m|h|d|w|mo)-\d{4}-\d\d(?:-\d\d)?)[^.]*((?:\.\w+)+)$/, '$1$2');

async function importCase({ file }: Case, marketPath: string): Promise<CommandResult> {
  const dir = makeTempDir('edge');
  mkdirSync(dir, { recursive: true });
  const path = join(dir, canonicalName(file));
  copyFileSync(join(edge.path, file), path);
  const checksum = join(edge.path, `${file}.CHECKSUM`);
  // The checksum names the file as it is called in the shared folder: the copy goes by its canonical name there too.
  if (existsSync(checksum))
    writeFileSync(`${path}.CHECKSUM`, readFileSync(checksum, 'utf8').replace(basename(file), basename(path)));
  const named = /-\d+(s|m|h|d|w|mo)[-.]/.test(basename(file))
    ? []
    : ['--symbol', 'EDGEUSDT', '--interval', '1d'];
  return tlab(['import', '--db-path', marketPath, ...named, path], { timeoutMs: 20_000 });
}

async function storedSymbols(marketPath: string): Promise<number> {
  const server = await Server.start({ engine: 'sqlite', marketPath });
  const reply = await server.api.get('/api/v1/symbols');
  await server.stop();
  return reply.status === 503 ? 0 : reply.json.symbols.length;
}

describe('odd files', () => {
  if (edge.skip) {
    test('of the shared folder', { skip: edge.skip }, () => {});
    return;
  }
  const cases = readCases();
  const refusedInto = join(makeTempDir('refused'), 'file.db');

  for (const one of cases) {
    test(`${one.file}: ${one.odd}`, async () => {
      const isRefused = /^reject(?! or)/.test(one.handling);
      const isTaken = /^accept(?! or)/.test(one.handling);
      const result = await importCase(one, isRefused ? refusedInto : join(makeTempDir('taken'), 'file.db'));
      const said = result.stderr + result.stdout;
      assert.equal(result.signal, null, `${one.file} crashed or hung: ${said}`);
      assert.ok(result.code !== null && result.code < 126, said);
      assert.ok(said.trim().length > 0, 'an import says what it did');
      if (isTaken) assert.equal(result.code, 0, said);
      if (isRefused) assert.notEqual(result.code, 0, said);
      if (result.code !== 0)
        assert.match(
          said,
          new RegExp(canonicalName(one.file).slice(0, 12).replace(/[.*+]/g, '\\$&')),
          'the file is named',
        );
    });
  }

  test('those that were refused have left nothing behind', async () => {
    assert.equal(await storedSymbols(refusedInto), 0);
    assert.ok(!existsSync('/tmp/evil.txt'));
  });
});

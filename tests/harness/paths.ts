// Where things are: the repository, the binary under test, the shared data (which may be absent), the run's own folder.
import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

/** From wherever the code lies that the tests were built to. */
const rootAbove = (dir: string): string =>
  existsSync(join(dir, 'meson_options.txt')) ? dir : rootAbove(dirname(dir));

export const repositoryRoot = rootAbove(import.meta.dirname);
export const binaryPath = resolve(process.env.TLAB_BIN ?? join(repositoryRoot, 'build/tlab'));
export const sharedDir = resolve(process.env.TLAB_SHARED_DIR ?? join(repositoryRoot, '../shared'));

/** For SQLite files, which node 20 does not read; not what a version manager puts before it, which takes longer to start. */
export const systemPython = '/usr/bin/python3';

/** Made by run.ts, handed to the test files by environment, removed when the run ends. */
export function runDir(): string {
  const dir = process.env.TLAB_TEST_RUN_DIR;
  if (!dir) throw new Error('run the tests with `npm test --prefix tests [-- file…]`');
  return dir;
}

export const makeTempDir = (purpose: string): string =>
  mkdtempSync(join(process.env.TLAB_TEST_RUN_DIR ?? tmpdir(), `${purpose}-`));

/** A path under shared/, or a reason to skip for `test(name, { skip })`. */
export function sharedPath(relative: string): { path: string; skip: string | false } {
  const path = join(sharedDir, relative);
  return {
    path,
    skip: existsSync(path) ? false : `${relative} of the shared folder is absent (TLAB_SHARED_DIR)`,
  };
}

/** The file of categories beside a market, whether it is there or not. */
export const categoriesPathOf = (marketPath: string): string => `${marketPath}.categories.yaml`;

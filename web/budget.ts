// How much may be loaded: the build fails where it is more. All sizes are bytes after gzip -9, each file by itself.
import { gzipSync } from 'node:zlib';

/** Of a file of the bundle, what counts here. */
export interface Built {
  fileName: string;
  code: string | Uint8Array;
  /** The files that are loaded with it. */
  imports: readonly string[];
  /** The modules that went into it, by their paths. */
  modules: readonly string[];
}

interface Budget {
  what: string;
  limit: number;
  ext: '.js' | '.css';
  /** The modules with which the screen begins; without them everything counts. */
  from?: readonly string[];
}

const BOOT = '/src/main.tsx';
const FIRST_CHART = [BOOT, '/src/app.tsx', '/shell/WorkspaceLayout.tsx', '/chart/ChartPage.tsx'];

export const BUDGETS: readonly Budget[] = [
  { what: 'JavaScript of the page to sign in on', limit: 135_000, ext: '.js', from: [BOOT] },
  { what: 'JavaScript until the first chart', limit: 320_000, ext: '.js', from: FIRST_CHART },
  { what: 'JavaScript of the whole application', limit: 450_000, ext: '.js' },
  { what: 'style sheets', limit: 25_000, ext: '.css' },
];

/** Each budget with what is used of it. A module that is in no file is an error: the budget would watch nothing. */
export function usedOf(files: readonly Built[], budgets = BUDGETS) {
  const sizes = new Map(files.map(({ fileName, code }) => [fileName, gzipSync(code, { level: 9 }).length]));
  return budgets.map((budget) => {
    const counted = budget.from ? loadedFrom(files, budget.from) : files.map(({ fileName }) => fileName);
    const bytes = counted
      .filter((name) => name.endsWith(budget.ext))
      .reduce((sum, name) => sum + (sizes.get(name) ?? 0), 0);
    return { ...budget, bytes };
  });
}

/** The budgets that do not hold, as lines. */
export const overBudget = (files: readonly Built[], budgets = BUDGETS) =>
  usedOf(files, budgets)
    .filter(({ bytes, limit }) => bytes > limit)
    .map(({ what, bytes, limit }) => `${what}: ${bytes} bytes after gzip, and ${limit} are allowed`);

function loadedFrom(files: readonly Built[], modules: readonly string[]) {
  const loaded = new Set<string>();
  const load = (fileName: string) => {
    if (loaded.has(fileName)) return;
    loaded.add(fileName);
    for (const next of files.find((file) => file.fileName === fileName)?.imports ?? []) load(next);
  };
  for (const module of modules) {
    const home = files.find((file) => file.modules.some((path) => path.endsWith(module)));
    if (!home) throw new Error(`budget.ts counts from ${module}, which is in no file of the bundle`);
    load(home.fileName);
  }
  return [...loaded];
}

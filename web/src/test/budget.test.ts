import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { BUDGETS, type Built, overBudget, usedOf } from '../../budget';

// Nothing makes random bytes smaller: after gzip there are as many and a few.
const file = (fileName: string, bytes: number, imports: string[] = [], modules: string[] = []): Built => ({
  fileName,
  code: randomBytes(bytes),
  imports,
  modules,
});

/** An application with a first chart of that size, and of 1000 bytes beside it. */
const app = (chartBytes: number) => [
  file('boot.js', 1000, [], ['/x/src/main.tsx']),
  file('lib.js', 1000, ['boot.js']),
  file('frame.js', 10, ['boot.js', 'lib.js'], ['/x/src/app.tsx', '/x/shell/WorkspaceLayout.tsx']),
  file('chart.js', chartBytes, ['lib.js'], ['/x/chart/ChartPage.tsx']),
  file('other.js', 1000, ['boot.js']),
];

it('counts each file of a screen once, and nothing that the screen does not load', () => {
  const [login, chart, whole] = usedOf(app(5000)).map(({ bytes }) => bytes);
  expect(login).toBeGreaterThanOrEqual(1000);
  expect(login).toBeLessThan(1100);
  expect(chart).toBeGreaterThanOrEqual(7010);
  expect(chart).toBeLessThan(7200);
  expect(whole).toBeGreaterThanOrEqual(8010);
});

it('says by how much a budget is broken', () => {
  expect(overBudget(app(300_000))).toEqual([]);
  expect(overBudget(app(320_000))).toEqual([
    expect.stringMatching(/^JavaScript until the first chart: 32\d{4} bytes/),
  ]);
  expect(overBudget([...app(10), file('all.css', 25_001)])).toEqual([expect.stringMatching(/^style sheets/)]);
});

it('refuses to count from a module that is not there', () => {
  expect(() => usedOf([file('boot.js', 10, [], ['/x/src/main.tsx'])])).toThrow('/src/app.tsx');
});

it('has the limits of the specification', () => {
  expect(BUDGETS.map(({ limit }) => limit)).toEqual([135_000, 320_000, 450_000, 25_000]);
});

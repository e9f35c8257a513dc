// Sweeps: from the form with lists and ranges to the best combination, its heat map and table, and on to a backtest.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, it } from 'node:test';
import {
  closeClean,
  findingsInEveryLook,
  openPage,
  settled,
  startBrowser,
  startServer,
} from './harness.mjs';

let server;
let browser;
let sweep;
const WS = '/w/local-workspace/backtests';
const open = (path, options) => openPage(browser.context, server.url + WS + path, options);

before(async () => {
  server = await startServer();
  browser = await startBrowser();
  const reply = await fetch(`${server.url}/api/v1/workspaces/local-workspace/backtests/sweeps`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({
      strategy_id: 'ma_cross',
      symbol: 'DEMOBTCUSDT',
      name: 'Seed',
      params: { fast: [5, 10, 20], slow: [20, 40, 60] },
      fee_bps: [5, 10],
    }),
  });
  sweep = await reply.json();
  assert.equal(sweep.status, 'completed');
});

after(async () => {
  await browser?.stop();
  await server?.stop();
});

it('runs what lists and ranges ask for, and shows the best', async () => {
  const page = await open('');
  await page.getByRole('link', { name: 'Sweeps' }).click();
  await page.getByRole('link', { name: 'New sweep' }).first().click();
  await page.getByRole('heading', { name: 'New sweep' }).waitFor();
  await page.getByRole('button', { name: 'Run sweep' }).click();
  await page.getByText('Give one number a list').first().waitFor();
  await page.getByRole('textbox', { name: 'Fast average' }).fill('5, 10');
  await page.getByRole('textbox', { name: 'Slow average' }).fill('20..60 step 20');
  await page.getByText('6 combinations').waitFor();
  await page.getByRole('button', { name: 'Run sweep' }).click();
  await page.getByRole('region', { name: 'Best combination' }).waitFor();
  await page.getByText(/luck/i).first().waitFor();
  const table = page.getByRole('region', { name: 'Combinations', exact: true }).getByRole('table');
  await table.waitFor();
  assert.equal(await table.getAttribute('aria-rowcount'), '7');
  await closeClean(page);
});

it('sorts on the server, shows another figure, and opens the best as a backtest', async () => {
  const page = await open(`/sweeps/${sweep.id}`);
  await settled(page);
  const section = page.getByRole('region', { name: 'Combinations', exact: true });
  await section.getByRole('button', { name: 'fast' }).click();
  await page.waitForURL((url) => url.searchParams.get('sort') === '-fast');
  await settled(page);
  assert.equal(await section.getByRole('row').nth(1).getByRole('cell').first().innerText(), '20');
  await page.getByRole('combobox', { name: 'Figure' }).click();
  await page.getByRole('option', { name: 'Max drawdown' }).click();
  await page.waitForURL((url) => url.searchParams.get('metric') === 'max_drawdown');
  await page
    .getByRole('region', { name: 'Best combination' })
    .getByRole('link', { name: 'Open as backtest' })
    .click();
  const fast = page.getByRole('textbox', { name: 'Fast average' });
  await fast.waitFor();
  assert.equal(await fast.inputValue(), String(sweep.best.fast));
  await page.getByRole('button', { name: 'Run backtest' }).click();
  await page.getByRole('region', { name: 'Equity', exact: true }).waitFor();
  const { id } = /backtests\/(?<id>[^/?]+)/.exec(page.url()).groups;
  const run = await (
    await fetch(`${server.url}/api/v1/workspaces/local-workspace/backtests/${id}`)
  ).json();
  assert.equal(run.final_equity, sweep.final_equity);
  await closeClean(page);
});

it('exports every combination that was run', async () => {
  const page = await open(`/sweeps/${sweep.id}`);
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'CSV' }).click();
  const csv = readFileSync(await (await download).path(), 'utf8');
  assert.equal(csv.trim().split('\n').length - 1, sweep.valid_combinations);
  await closeClean(page);
});

it('names and tags a sweep, runs it again, and deletes that', async () => {
  const page = await open('/sweeps');
  await page.getByRole('button', { name: 'Name and tags of Seed' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: 'Name' }).fill('Grid');
  await dialog.getByRole('textbox', { name: 'Tags' }).fill('grid');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('link', { name: 'Grid' }).waitFor();
  await page.getByRole('list', { name: 'Tags' }).getByText('grid').waitFor();
  await page.getByRole('button', { name: 'Run Grid again' }).click();
  await page.waitForURL((url) => /sweeps\/[0-9a-f-]{36}$/.test(url.pathname) && !url.pathname.endsWith(sweep.id));
  await page.getByRole('region', { name: 'Best combination' }).waitFor();
  await page.getByRole('button', { name: 'Delete this sweep' }).click();
  await page.getByRole('button', { name: 'Delete sweep' }).click();
  await page.waitForURL((url) => url.pathname.endsWith('/sweeps'));
  await page.getByText('The sweep was deleted.').waitFor();
  await page.getByRole('link', { name: 'Grid' }).waitFor();
  assert.equal(await page.getByRole('table').getAttribute('aria-rowcount'), '3');
  await closeClean(page);
});

const screens = { list: () => '/sweeps', form: () => '/sweeps/new', result: () => `/sweeps/${sweep.id}` };
for (const [name, path] of Object.entries(screens))
  it(`is accessible: ${name}`, async () => {
    const page = await open(path(), { theme: 'auto' });
    assert.deepEqual(await findingsInEveryLook(page), []);
    await closeClean(page);
  });

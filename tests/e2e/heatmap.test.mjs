// The heat map of categories: table and treemap, by mouse and by keys, and the charts they lead to.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, it } from 'node:test';
import {
  axeFindings,
  closeClean,
  findingsInEveryLook,
  openPage,
  settled,
  startBrowser,
  startServer,
} from './harness.mjs';

let server;
let browser;
let categories;
const getJson = async (path) => (await fetch(`${server.url}/api/v1${path}`)).json();
const open = (query = '', options) =>
  openPage(browser.context, `${server.url}/w/local-workspace/heatmap${query}`, options);
const symbolOf = (page) => new URL(page.url()).searchParams.get('symbol');

before(async () => {
  server = await startServer();
  browser = await startBrowser();
  ({ categories } = await getJson('/categories'));
  assert.ok(categories.length > 3);
});

after(async () => {
  await browser?.stop();
  await server?.stop();
});

it('has a row for each category, every change printed, and sorts them', async () => {
  const page = await open();
  const table = page.getByRole('table');
  await table.waitFor();
  const filled = categories.filter(({ members }) => members > 0);
  assert.equal(Number(await table.getAttribute('aria-rowcount')), filled.length + 1);
  await page.getByRole('button', { name: 'Category', exact: true }).click();
  await page.getByRole('button', { name: 'Category', exact: true }).click();
  await page.waitForURL((url) => url.searchParams.get('sort') === 'name');
  const shown = await table.getByRole('link').allInnerTexts();
  assert.deepEqual(shown, [...shown].sort((a, b) => a.localeCompare(b)));
  const cells = await table.getByRole('row').nth(1).getByRole('cell').allInnerTexts();
  for (const cell of cells.slice(1, 5)) assert.match(cell, /%|–/);
  await closeClean(page);
});

it('opens the index of a category from the table, by keys alone', async () => {
  const page = await open();
  const links = page.getByRole('table').getByRole('link');
  const second = await links.nth(1).innerText();
  await links.first().focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.waitForURL('**/chart?**');
  assert.equal(symbolOf(page), `CAT:${second}`);
  await page.locator('[aria-roledescription="chart"]').waitFor();
  await settled(page);
  assert.deepEqual(await axeFindings(page), []);
  await closeClean(page);
});

it('has every symbol in the treemap, each a link to its chart', async () => {
  const { rows } = await getJson('/categories/heatmap?period=30d');
  const page = await open('?mode=treemap&window=30d');
  const tree = page.getByRole('region', { name: rows[0].name, exact: true });
  await tree.waitFor();
  const { symbol } = rows[0].symbols[0];
  await tree.getByRole('link', { name: symbol.replace(/USDT$/, '') }).click();
  await page.waitForURL('**/chart?**');
  assert.equal(symbolOf(page), symbol);
  await settled(page);
  await closeClean(page);
});

it('exports what is shown', async () => {
  const page = await open();
  await page.getByRole('table').waitFor();
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'CSV' }).click();
  const csv = readFileSync(await (await download).path(), 'utf8');
  assert.equal(csv.trim().split('\n').length - 1, categories.length);
  await closeClean(page);
});

it('finds categories where symbols are searched', async () => {
  const { name } = categories.find(({ members }) => members > 0);
  const page = await openPage(browser.context, `${server.url}/w/local-workspace/chart`);
  await settled(page);
  await page.keyboard.press('s');
  await page.getByRole('combobox').fill(`cat:${name}`);
  await page.getByRole('option', { name }).first().click();
  await page.waitForURL((url) => url.searchParams.get('symbol') === `CAT:${name}`);
  await settled(page);
  await closeClean(page);
});

for (const [name, query] of Object.entries({ table: '', treemap: '?mode=treemap&window=90d&size=equal' }))
  it(`is accessible: ${name}`, async () => {
    const page = await open(query, { theme: 'auto' });
    assert.deepEqual(await findingsInEveryLook(page), []);
    await closeClean(page);
  });

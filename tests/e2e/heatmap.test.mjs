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
  const shown = await table.locator('td:first-child a').allInnerTexts();
  assert.deepEqual(shown, [...shown].sort((a, b) => a.localeCompare(b)));
  const cells = await table.getByRole('row').nth(1).getByRole('cell').allInnerTexts();
  for (const cell of cells.slice(1, 6)) assert.match(cell, /%|–/);
  await closeClean(page);
});

it('opens the index of a category from the table, by keys alone', async () => {
  const page = await open();
  const links = page.getByRole('table').locator('td:first-child a');
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

it('measures every category in every other, walks there by keys, and opens the ratio', async () => {
  const page = await open('?mode=matrix&window=30d');
  const table = page.getByRole('table');
  await table.waitFor();
  const filled = categories.filter(({ change_30d }) => change_30d !== null);
  assert.equal(await table.getByRole('row').count(), filled.length + 1);
  const [best, second] = [...filled].sort((a, b) => b.change_30d - a.change_30d);
  const first = table.getByRole('link', { name: new RegExp(`^${best.name} against ${second.name} `) });
  const ratio = (1 + best.change_30d) / (1 + second.change_30d) - 1;
  assert.match(await first.innerText(), new RegExp(`${Math.abs(100 * ratio).toFixed(1)}%$`));
  await first.focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowDown');
  const focused = await page.evaluate(() => document.activeElement.dataset);
  assert.equal(focused.category, second.name);
  await page.keyboard.press('Enter');
  await page.waitForURL('**/chart?**');
  assert.equal(symbolOf(page), `CAT:${second.name}/CAT:${focused.other}`);
  await settled(page);
  await closeClean(page);
});

it('has a card with members, breadth, median, best and worst of what is pointed at', async () => {
  const { rows } = await getJson('/categories/heatmap?period=ytd');
  const row = rows.find(({ best }) => best !== null);
  const page = await open();
  const cell = page.getByRole('link', { name: new RegExp(`^${row.name} YTD `) });
  await cell.hover();
  await page.getByText(`Best: ${row.best.symbol}`).waitFor();
  await page.getByText(`Worst: ${row.worst.symbol}`).waitFor();
  await page.getByText('Median', { exact: true }).waitFor();
  const boxOf = (locator) => locator.evaluate((node) => node.getBoundingClientRect().toJSON());
  const card = await boxOf(page.locator('div[aria-hidden]', { has: page.getByText('Median', { exact: true }) }));
  const own = await boxOf(page.getByRole('row').filter({ has: cell }));
  assert.ok(card.top >= own.bottom || card.bottom <= own.top, 'the card covers its row');
  await page.mouse.move(0, 0);
  await page.getByText('Median', { exact: true }).waitFor({ state: 'detached' });
  await cell.focus();
  await page.keyboard.press('ArrowLeft');
  await page.getByText('Median', { exact: true }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByText('Median', { exact: true }).waitFor({ state: 'detached' });
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

for (const [name, query] of Object.entries({ table: '', treemap: '?mode=treemap&window=90d&size=equal', matrix: '?mode=matrix' }))
  it(`is accessible: ${name}`, async () => {
    const page = await open(query, { theme: 'auto' });
    assert.deepEqual(await findingsInEveryLook(page), []);
    await closeClean(page);
  });

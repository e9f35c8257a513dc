// The scanner: its list, filters in the address, the way to the chart, what it says when nothing passes, the score card.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, it } from 'node:test';
import { animated, closeClean, findingsInEveryLook, openPage, PHONE, settled, startBrowser, startServer } from './harness.mjs';

let server;
let browser;
const PATH = '/w/local-workspace/scanner';
const scan = async (query = '') => (await fetch(`${server.url}/api/v1/scanner/uptrends?${query}`)).json();
const open = (query = '', options) => openPage(browser.context, `${server.url}${PATH}${query}`, options);
const rowCount = async (page) => Number(await page.getByRole('table').getAttribute('aria-rowcount')) - 1;

before(async () => {
  server = await startServer();
  browser = await startBrowser();
});

after(async () => {
  await browser?.stop();
  await server?.stop();
});

it('lists what passes, and says of how many', async () => {
  const answer = await scan();
  assert.ok(answer.passing_count > 0);
  const page = await open();
  await page.getByRole('table').waitFor();
  assert.equal(await rowCount(page), answer.passing_count);
  await page.getByText(`${answer.passing_count} of ${answer.evaluated} symbols pass`).waitFor();
  await page.getByText('Research tool, not advice').waitFor();
  await closeClean(page);
});

it('takes filters over into the address, and one by one back', async () => {
  const page = await open();
  await page.getByRole('button', { name: 'Filters' }).click();
  await page.getByRole('textbox', { name: 'Short average' }).fill('60');
  await page.getByRole('button', { name: 'Apply' }).click();
  await page.getByText('Must be longer than the short one').waitFor();
  await page.getByRole('textbox', { name: 'Short average' }).fill('10');
  await page.getByRole('switch', { name: 'Only what passes' }).uncheck();
  await page.getByRole('button', { name: 'Apply' }).click();
  await page.waitForURL((url) => url.searchParams.get('short_window') === '10');
  assert.equal(new URL(page.url()).searchParams.get('passing_only'), 'false');
  const { evaluated } = await scan('short_window=10');
  await page.waitForFunction((rows) => document.querySelector('table')?.ariaRowCount === String(rows + 1), evaluated);
  await page.getByRole('button', { name: 'Remove filter Failing ones too' }).click();
  await page.waitForURL((url) => !url.searchParams.has('passing_only'));
  await page.getByRole('button', { name: 'Reset all' }).click();
  await page.waitForURL((url) => !url.searchParams.has('short_window'));
  await closeClean(page);
});

it('opens the chart of a row with the averages that were compared', async () => {
  const page = await open('?kind=ratio');
  const first = page.getByRole('table').getByRole('link').first();
  const name = (await first.innerText()).trim();
  assert.match(name, /\//);
  await first.dblclick();
  await page.waitForURL((url) => url.searchParams.get('symbol') === name);
  assert.equal(new URL(page.url()).searchParams.get('ind'), 'sma:20,sma:50,sma:200');
  await page.locator('[aria-roledescription="chart"]').waitFor();
  await settled(page);
  await closeClean(page);
});

it('shows the chart of a row beside the list, and walks from row to row', async () => {
  const { rows } = await scan('passing_only=false&sort=-score');
  const names = rows.map(({ symbol }) => symbol);
  const page = await open('?passing_only=false');
  await page.getByRole('table').waitFor();
  const looked = (name) => page.getByRole('complementary', { name: `${name}, looked at` });
  await page.getByRole('table').getByRole('link').nth(2).click();
  await looked(names[2]).getByRole('list', { name: 'Conditions' }).waitFor();
  for (const [key, index] of [['ArrowDown', 3], ['Space', 4], ['Shift+Space', 3], ['ArrowUp', 2], ['ArrowUp', 1]]) {
    await page.keyboard.press(key);
    await looked(names[index]).waitFor();
  }
  assert.equal(new URL(page.url()).searchParams.get('sel'), names[1]);
  await looked(names[1]).locator('[aria-roledescription="chart"]').waitFor();
  await settled(page);
  await page.keyboard.press('Escape');
  await looked(names[1]).waitFor({ state: 'detached' });
  await page.keyboard.press('ArrowDown');
  await looked(names[0]).waitFor();
  await page.keyboard.press('Enter');
  await page.waitForURL((url) => url.pathname.endsWith('/chart') && url.searchParams.get('symbol') === names[0]);
  await page.goBack();
  await looked(names[0]).waitFor();
  await page.keyboard.press('b');
  const symbol = page.getByRole('combobox', { name: 'Symbol or ratio' });
  await symbol.waitFor();
  assert.equal(await symbol.inputValue(), names[0]);
  await closeClean(page);
});

it('marks what is new since the bar before, and names what fell out', async () => {
  const ratios = async (query) => (await fetch(`${server.url}/api/v1/scanner/ratio-uptrends?limit=1000${query}`)).json();
  const now = await ratios('');
  const before = await ratios(`&as_of=${now.as_of - 1}`);
  const names = ({ rows }) => new Set(rows.map(({ symbol }) => symbol));
  const added = [...names(now)].filter((symbol) => !names(before).has(symbol));
  const dropped = [...names(before)].filter((symbol) => !names(now).has(symbol)).sort((a, b) => a.localeCompare(b));
  assert.ok(added.length > 0 && dropped.length > 0);
  const page = await open('?kind=ratio');
  await page.getByText(`${added.length} that did not pass a bar before`).waitFor();
  assert.equal(await page.getByRole('table').getByText('NEW', { exact: true }).count(), added.length);
  await page.getByRole('button', { name: dropped[0] }).click();
  const side = page.getByRole('complementary', { name: `${dropped[0]}, looked at` });
  await side.getByRole('list', { name: 'Conditions' }).getByText('fails: ').first().waitFor();
  await page.getByRole('button', { name: /^and \d+ more$/ }).last().click();
  await page.getByRole('button', { name: dropped.at(-1) }).waitFor();
  await settled(page);
  await closeClean(page);
});

it('says why nothing passes, and shows what comes near', async () => {
  const page = await open('?max_extension=0.001');
  await page.getByText(/None of \d+ symbols is in an uptrend/).waitFor();
  await page.getByText(/fail: /).first().waitFor();
  await page.getByRole('button', { name: 'Show what comes near' }).click();
  await page.getByText(/fails \d of 8/).first().waitFor();
  await closeClean(page);
});

it('exports the list that is shown', async () => {
  const page = await open('?passing_only=false');
  await page.getByRole('table').waitFor();
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'CSV' }).click();
  const csv = readFileSync(await (await download).path(), 'utf8');
  assert.equal(csv.trim().split('\n').length - 1, (await scan()).evaluated);
  await closeClean(page);
});

it('has the score card by horizon and year', async () => {
  const page = await open();
  await page.getByRole('tab', { name: 'Scorecard' }).click();
  await page.waitForURL((url) => url.searchParams.get('tab') === 'scorecard');
  for (const days of [7, 30, 90]) await page.getByRole('heading', { name: `After ${days}d` }).waitFor();
  const { lines } = await (await fetch(`${server.url}/api/v1/scanner/scorecard`)).json();
  const all = lines.find(({ year, horizon }) => year === null && horizon === 7);
  const card = page.getByRole('region', { name: 'After 7d', exact: true });
  await card.getByText(all.first.signals.toLocaleString('en-US'), { exact: true }).waitFor();
  await page.getByText('Every bar').click();
  await card.getByText(all.all.signals.toLocaleString('en-US'), { exact: true }).waitFor();
  await closeClean(page);
});

const screens = { list: '?passing_only=false', ratios: '?kind=ratio', nothing: '?max_extension=0.001', scorecard: '?tab=scorecard' };
for (const [name, query] of Object.entries(screens))
  it(`is accessible: ${name}`, async () => {
    const page = await open(query, { theme: 'auto' });
    assert.deepEqual(await findingsInEveryLook(page), []);
    await closeClean(page);
  });

it('is accessible: filters', async () => {
  const page = await open('?kind=ratio', { theme: 'auto', size: PHONE });
  await settled(page);
  await page.getByRole('button', { name: 'Filters' }).click();
  await page.getByRole('dialog').waitFor();
  await animated(page);
  assert.deepEqual(await findingsInEveryLook(page), []);
  await closeClean(page);
});

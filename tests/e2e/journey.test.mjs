// What a person does, from an empty instance to a stored result, in a real browser on a real server.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { closeClean, DESKTOP, findingsInEveryLook, openPage, PHONE, settled, startBrowser, startServer } from './harness.mjs';

let server;
let browser;
let symbol;
let other; // another symbol
const api = (path) => `${server.url}/api/v1${path}`;
const getJson = async (path) => (await fetch(api(path))).json();

before(async () => {
  server = await startServer();
  browser = await startBrowser();
  const { symbols } = await getJson('/symbols');
  const daily = symbols.filter(({ intervals }) => intervals.some(({ interval }) => interval === '1d'));
  assert.ok(daily.length > 1, 'the demo market has daily candles');
  symbol = (daily.find((one) => one.symbol.endsWith('BTCUSDT')) ?? daily[0]).symbol;
  other = daily.find((one) => one.symbol !== symbol).symbol;
});

after(async () => {
  await browser?.stop();
  await server?.stop();
});

const open = (path = '/', options) => openPage(browser.context, server.url + path, options);
const chart = (page) => page.locator('[aria-roledescription="chart"]');

/** Finds a symbol by keyboard alone. */
async function findSymbol(page, name) {
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: 'Symbol, page or command' }).fill(name.toLowerCase());
  await page.getByRole('option', { name }).first().waitFor();
  await page.keyboard.press('Enter');
  await page.waitForURL((url) => url.searchParams.get('symbol') === name);
}

async function runMaCross(page) {
  await page.getByRole('link', { name: 'Backtest', exact: true }).click();
  await page.getByRole('heading', { name: 'New backtest' }).waitFor();
  assert.equal(await page.getByRole('combobox', { name: 'Symbol or ratio' }).inputValue(), symbol);
  await page.getByRole('button', { name: 'Run backtest' }).click();
  await page.getByRole('region', { name: 'Equity', exact: true }).waitFor();
}

describe('the way of a person', () => {
  it('opens, finds a symbol, runs ma_cross, sees the equity curve; after a reload it is still there', async () => {
    const page = await open();
    await page.waitForURL('**/w/local-workspace/chart**');
    await chart(page).waitFor();
    await findSymbol(page, symbol);
    await settled(page);
    await page.getByText(/^O /).first().waitFor();

    await runMaCross(page);
    const figures = page.locator('dl').first();
    const before = await figures.innerText();
    assert.match(before, /Total return/);
    await chart(page).locator('canvas').first().waitFor();

    await page.reload();
    await page.getByRole('region', { name: 'Equity', exact: true }).waitFor();
    await settled(page);
    assert.equal(await figures.innerText(), before);
    await closeClean(page);
  });

  it('finds the run in the list, filters by address, and lays it over the chart', async () => {
    const page = await open('/w/local-workspace/backtests');
    const table = page.getByRole('table');
    await table.getByRole('link', { name: /ma_cross/ }).first().waitFor();
    await page.getByLabel('Filter by name, symbol, strategy or tag').fill('no such run');
    await page.getByText('No backtest fits these filters').waitFor();
    await page.waitForURL((url) => url.searchParams.get('q') === 'no such run');
    await page.getByRole('button', { name: 'Reset filters' }).click();
    await table.getByRole('link', { name: /ma_cross/ }).first().click();
    await page.getByRole('link', { name: 'Show on chart' }).click();
    await page.waitForURL((url) => url.searchParams.has('run'));
    await chart(page).waitFor();
    await page.getByRole('link', { name: 'Open result' }).waitFor();
    await settled(page);
    await closeClean(page);
  });

  it('begins each page at its top, and goes back to where the last one was left', async () => {
    const page = await open(`/w/local-workspace/backtests/new?symbol=${symbol}&interval=1d`, { size: { width: 1440, height: 500 } });
    await settled(page);
    const main = page.locator('#main');
    await main.evaluate((shown) => shown.scrollTo(0, 200));
    const left = await main.evaluate((shown) => shown.scrollTop);
    assert.ok(left > 0);
    await page.getByRole('button', { name: 'Run backtest' }).press('Enter');
    await page.getByRole('region', { name: 'Equity', exact: true }).waitFor();
    assert.equal(await main.evaluate((shown) => shown.scrollTop), 0);
    await page.goBack();
    await page.getByRole('heading', { name: 'New backtest' }).waitFor();
    await page.waitForFunction((was) => document.querySelector('#main').scrollTop === was, left);
    await closeClean(page);
  });

  it('shows every column of the list that it has, on a desk and on a phone', async () => {
    for (const size of [DESKTOP, PHONE]) {
      const page = await open('/w/local-workspace/backtests', { size });
      const table = page.getByRole('region', { name: 'Backtests' });
      await table.waitFor();
      assert.ok(await table.evaluate((shown) => shown.scrollWidth <= shown.clientWidth));
      await closeClean(page);
    }
  });

  it('exports as many trades as the table shows', async () => {
    const { backtests } = await getJson('/workspaces/local-workspace/backtests');
    const { trades } = await getJson(`/workspaces/local-workspace/backtests/${backtests[0].id}/trades`);
    const page = await open(`/w/local-workspace/backtests/${backtests[0].id}?tab=trades`);
    await page.getByRole('region', { name: 'Trades' }).waitFor();
    const rows = Number(await page.getByRole('table').getAttribute('aria-rowcount'));
    assert.equal(rows, trades.length + 1);
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'CSV' }).click();
    const csv = readFileSync(await (await download).path(), 'utf8');
    assert.equal(csv.trim().split('\n').length, rows);
    await closeClean(page);
  });

  it('lists the worst drawdowns, of which the first is the greatest of all', async () => {
    const { backtests } = await getJson('/workspaces/local-workspace/backtests');
    const { metrics } = await getJson(`/workspaces/local-workspace/backtests/${backtests[0].id}`);
    const page = await open(`/w/local-workspace/backtests/${backtests[0].id}`);
    const rows = page.getByRole('region', { name: 'Worst drawdowns', exact: true }).locator('tbody tr');
    await rows.first().waitFor();
    const depths = await rows.locator('.num').allInnerTexts();
    const greatest = `−${(-100 * metrics.max_drawdown).toFixed(2)}%`;
    assert.equal(depths[0], greatest);
    assert.ok(depths.length <= 10, String(depths));
    await closeClean(page);
  });

  it('keeps everything typed when the server refuses, and says it under the field', async () => {
    const page = await open('/w/local-workspace/backtests/new', { allow: [/status of 422/] });
    await page.getByRole('textbox', { name: 'Fast average' }).fill('60');
    await page.getByRole('textbox', { name: 'Slow average' }).fill('50');
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('kept');
    await page.getByRole('button', { name: 'Run backtest' }).click();
    await page.waitForFunction(() => document.querySelector('[data-field="params.fast"][aria-invalid="true"]'));
    assert.equal(await page.getByRole('textbox', { name: 'Fast average' }).inputValue(), '60');
    await page.getByRole('textbox', { name: 'Fast average' }).fill('abc');
    await page.getByRole('button', { name: 'Run backtest' }).click();
    await page.getByText('“abc” is not a number').first().waitFor();
    await page.reload();
    await page.getByRole('textbox', { name: 'Fast average' }).waitFor();
    assert.equal(await page.getByRole('textbox', { name: 'Fast average' }).inputValue(), 'abc');
    assert.equal(await page.getByRole('textbox', { name: 'Name', exact: true }).inputValue(), 'kept');
    await closeClean(page);
  });

  it('deletes a run after asking', async () => {
    await fetch(api('/workspaces/local-workspace/backtests'), {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ strategy_id: 'ma_cross', symbol, name: 'to be deleted' }),
    });
    const page = await open('/w/local-workspace/backtests');
    await page.getByRole('button', { name: 'Delete to be deleted' }).click();
    await page.getByRole('button', { name: 'Delete backtest' }).click();
    await page.getByRole('link', { name: 'to be deleted', exact: true }).waitFor({ state: 'detached' });
    await closeClean(page);
  });
});

describe('the chart', () => {
  it('has its whole state in the address: the same link opens the same screen', async () => {
    const page = await open(`/w/local-workspace/chart?symbol=${symbol}&interval=1w&scale=log&ind=sma:20,rsi:14`);
    await settled(page);
    await page.getByRole('button', { name: 'Edit SMA 20' }).waitFor();
    await page.getByRole('button', { name: 'Edit RSI 14' }).waitFor();
    assert.equal(await page.getByRole('switch', { name: 'Log' }).isChecked(), true);
    await page.getByRole('button', { name: '1w', exact: true }).and(page.locator('[aria-pressed="true"]')).waitFor();
    await page.getByRole('button', { name: 'Remove RSI 14' }).click();
    await page.waitForURL((url) => url.searchParams.get('ind') === 'sma:20');
    await page.goBack();
    await page.getByRole('button', { name: 'Edit RSI 14' }).waitFor();
    await closeClean(page);
  });

  it('draws every indicator that the menu offers, and tells its last values', async () => {
    const page = await open(`/w/local-workspace/chart?symbol=${symbol}&interval=1d`);
    await chart(page).waitFor();
    await page.keyboard.press('/');
    const menu = page.getByRole('dialog', { name: 'Indicators' });
    await menu.waitFor();
    const names = await menu.getByRole('button', { name: /: add / }).allTextContents();
    for (const name of names) await menu.getByRole('button', { name: `${name}: add` }).click();
    await page.keyboard.press('Escape');
    const list = new URL(page.url()).searchParams.get('ind');
    assert.equal(list.split(',').length, names.length);

    const query = new URLSearchParams({ symbol, interval: '1d', format: 'columns', order: 'desc', limit: '1', indicators: list });
    const { indicators } = await (await fetch(`${server.url}/api/v1/candles?${query}`)).json();
    const places = (value, digits) => value.toFixed(digits).replace('-', '−');
    const { k, d } = indicators['stoch:14:3:3'];
    await page.getByText(`K ${places(k[0], 1)} D ${places(d[0], 1)}`).waitFor();
    await page.getByText(`${places(indicators['volatility:30'][0], 2)}%`, { exact: true }).waitFor();
    await closeClean(page);
  });

  it('goes to a date that is asked for, and keeps how much it shows', async () => {
    const page = await open(`/w/local-workspace/chart?symbol=${symbol}&interval=1d`);
    await chart(page).waitFor();
    const field = page.getByLabel('Go to date');
    const day = Date.parse(await field.getAttribute('max')) / 1000 - 500 * 86400;
    const dateOf = (seconds) => new Date(seconds * 1000).toISOString().slice(0, 10);
    const shown = () => new URL(page.url()).searchParams;
    await field.fill(dateOf(day));
    await page.waitForURL((url) => Number(url.searchParams.get('from')) < day && Number(url.searchParams.get('to')) > day);
    const width = shown().get('to') - shown().get('from');
    await field.fill(dateOf(day - 100 * 86400));
    await page.waitForURL((url) => Number(url.searchParams.get('to')) < day + width / 2);
    await settled(page);
    assert.equal(shown().get('to') - shown().get('from'), width);
    await page.getByRole('button', { name: 'All', exact: true }).click();
    await page.waitForURL((url) => url.searchParams.get('from') === '0');
    await field.fill(dateOf(day));
    await page.waitForURL((url) => Number(url.searchParams.get('from')) > day - 300 * 86400);
    await page.getByRole('button', { name: 'Newest' }).click();
    await page.waitForURL((url) => !url.searchParams.has('from'));
    assert.equal(await field.inputValue(), '');
    await field.fill('2011-01-01'); // before there was any candle
    await page.waitForURL((url) => Number(url.searchParams.get('from')) > Date.parse('2015-01-01') / 1000);
    await closeClean(page);
  });

  it('drops what it does not understand and says so', async () => {
    const page = await open(`/w/local-workspace/chart?symbol=${symbol}&interval=7h&ind=nonsense,sma:20`);
    await page.getByText('“interval=7h” is not something this page understands.').waitFor();
    await page.waitForURL((url) => url.searchParams.get('interval') !== '7h' && url.searchParams.get('ind') === 'sma:20');
    await chart(page).waitFor();
    await closeClean(page);
  });

  it('shows all history from the range bar, older pages arriving through the cursor', async () => {
    const pages = [];
    const page = await open(`/w/local-workspace/chart?symbol=${symbol}&interval=1d`);
    page.on('request', (request) => request.url().includes('cursor=') && pages.push(request.url()));
    await settled(page);
    await page.getByRole('button', { name: 'All', exact: true }).click();
    await settled(page);
    const { intervals } = (await getJson(`/symbols?q=${symbol}`)).symbols.find((one) => one.symbol === symbol);
    const { count } = intervals.find(({ interval }) => interval === '1d');
    await page.getByText(`${count.toLocaleString('en-US')} bars`, { exact: true }).waitFor();
    assert.equal(pages.length > 0, count > 1500);
    await closeClean(page);
  });

  it('keeps what is visible in its place when older bars arrive', async () => {
    const page = await open(`/w/local-workspace/chart?symbol=${symbol}&interval=1d`);
    await settled(page);
    let release;
    const older = new Promise((resolve) => {
      release = resolve;
    });
    await page.route('**/candles?*cursor=*', async (route) => {
      await older;
      await route.continue();
    });
    const asked = page.waitForRequest(/cursor=/);
    await chart(page).focus();
    await page.keyboard.press('Home');
    await asked;
    await page.waitForURL((url) => url.searchParams.has('from'));
    const address = page.url();
    const bars = await page.getByText(/bars loaded/).innerText();
    release();
    await page.waitForFunction((before) => !document.body.innerText.includes(before), bars);
    await settled(page);
    assert.equal(page.url(), address);
    await closeClean(page);
  });

  it('is read out bar by bar with the arrow keys, and as a table', async () => {
    const page = await open(`/w/local-workspace/chart?symbol=${symbol}&interval=1d`);
    await settled(page);
    await chart(page).focus();
    for (const key of ['ArrowLeft', 'ArrowLeft', 'Home']) await page.keyboard.press(key);
    await page.locator('[aria-live="polite"]', { hasText: /open .* close/ }).waitFor({ state: 'attached' });
    await page.getByRole('button', { name: 'View as table' }).click();
    await page.getByRole('region', { name: 'Candles' }).getByRole('row').nth(5).waitFor();
    await closeClean(page);
  });

  it('compares with another series, in percent from the left edge on', async () => {
    const page = await open(`/w/local-workspace/chart?symbol=${symbol}&interval=1d`);
    await settled(page);
    await page.keyboard.press('+');
    await page.getByRole('combobox', { name: 'Compare with' }).fill(other);
    await page.keyboard.press('Enter');
    await page.waitForURL((url) => url.searchParams.get('cmp') === other);
    await settled(page);

    await page.reload();
    await settled(page);
    const chip = page.getByRole('button', { name: `Compare with ${other} no more` }).locator('..');
    await chip.getByText(/^[+−][0-9.]+%$/).waitFor();
    assert.ok(await page.getByRole('switch', { name: 'Log' }).isDisabled());

    await page.getByRole('button', { name: `Compare with ${other} no more` }).click();
    await page.waitForURL((url) => !url.searchParams.has('cmp'));
    assert.ok(await page.getByRole('switch', { name: 'Log' }).isEnabled());
    await closeClean(page);
  });

  it('shows the change of what is compared over what is in view, as the candles have it', async () => {
    const { candles } = await getJson(`/candles?symbol=${other}&interval=1d&limit=60`);
    const [from, to] = [candles[10], candles[50]];
    const range = `from=${from.time}&to=${to.time}`;
    const page = await open(`/w/local-workspace/chart?symbol=${symbol}&interval=1d&cmp=${other}&${range}`);
    await settled(page);
    const shown = await page.getByRole('button', { name: `Compare with ${other} no more` }).locator('..').innerText();
    // One bar is cut by the left edge, and room for three is left behind the last.
    const change = (candles[53].close / candles[9].close - 1) * 100;
    assert.ok(shown.includes(`${change < 0 ? '−' : '+'}${Math.abs(change).toFixed(2)}%`), `${shown} is not ${change}`);
    await closeClean(page);
  });

  it('shows a ratio of two symbols and swaps its sides', async () => {
    const page = await open(`/w/local-workspace/chart?symbol=${symbol}/${other}&interval=1d`);
    await settled(page);
    await page.getByRole('button', { name: 'Swap the sides' }).click();
    await page.waitForURL((url) => url.searchParams.get('symbol') === `${other}/${symbol}`);
    await settled(page);
    await chart(page).waitFor();
    await closeClean(page);
  });

  it('names near symbols for one that does not exist', async () => {
    const page = await open(`/w/local-workspace/chart?symbol=${symbol}X&interval=1d`, { allow: [/status of 404/] });
    await page.getByRole('alert').filter({ hasText: `There is no symbol ${symbol}X` }).waitFor();
    await page.getByRole('main').getByRole('link', { name: symbol, exact: true }).click();
    await chart(page).waitFor();
    await closeClean(page);
  });
});

it('says where many candles are missing: in the chart, the form and the result', async () => {
  const { coverage } = await getJson('/coverage?interval=1d&sort=missing');
  const series = coverage.find(({ largest_gaps: [largest] }) => largest?.bars >= 10);
  const [{ bars, start, end }] = series.largest_gaps;
  const day = (seconds) => new Date(seconds * 1000).toISOString().slice(0, 10);
  const words = `${bars} days missing from ${day(start)} to ${day(end - 86400)}`;
  const page = await open(`/w/local-workspace/chart?symbol=${series.symbol}&interval=1d&from=${start}&to=${end}`);
  await page.getByText(words, { exact: true }).waitFor();
  await page.goto(`${server.url}/w/local-workspace/backtests/new?symbol=${series.symbol}&interval=1d`);
  await page.getByRole('list', { name: 'Missing bars' }).getByText(words).waitFor();
  await page.getByRole('button', { name: 'Run backtest' }).click();
  await page.getByRole('region', { name: 'Trust' }).getByText(words).waitFor();
  await closeClean(page);
});

describe('workspaces', () => {
  it('are created, switched, renamed and deleted; runs of one are not seen in another', async () => {
    const page = await open('/w/local-workspace/backtests');
    await page.getByRole('button', { name: /^Workspace Local Workspace/ }).click();
    await page.getByRole('option', { name: 'Create workspace…' }).click();
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Research Team');
    await page.getByRole('button', { name: 'Create workspace' }).click();
    await page.getByRole('button', { name: /^Workspace Research Team/ }).waitFor();
    const id = new URL(page.url()).pathname.split('/')[2];
    assert.notEqual(id, 'local-workspace');

    await page.getByRole('link', { name: 'Backtests' }).click();
    await page.getByText('No backtests in this workspace yet').waitFor();
    await page.getByRole('button', { name: /^Workspace Research Team/ }).click();
    await page.getByRole('option', { name: /Local Workspace/ }).click();
    await page.waitForURL('**/w/local-workspace/backtests');
    await page.getByRole('table').getByRole('link', { name: /ma_cross/ }).first().waitFor();

    await page.goto(`${server.url}/w/${id}/settings`);
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Renamed');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('button', { name: /^Workspace Renamed/ }).waitFor();
    await page.getByRole('button', { name: 'Delete workspace…' }).click();
    await page.getByLabel('Type Renamed to confirm').fill('Renamed');
    await page.getByRole('dialog').getByRole('button', { name: 'Delete workspace' }).click();
    await page.waitForURL('**/w/local-workspace/chart**');
    await closeClean(page);
  });

  it('changed by somebody else in the meantime are not overwritten unasked', async () => {
    const created = await fetch(api('/workspaces'), {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ name: 'Shared' }),
    });
    const { id } = await created.json();
    const page = await open(`/w/${id}/settings`, { allow: [/status of 412/] });
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Mine');
    const current = await fetch(api(`/workspaces/${id}`));
    await fetch(api(`/workspaces/${id}`), {
      method: 'PATCH',
      headers: { 'Content-Type': 'application/json', 'If-Match': current.headers.get('etag') },
      body: JSON.stringify({ name: 'Theirs' }),
    });
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Somebody changed this workspace in the meantime').waitFor();
    assert.equal(await page.getByRole('textbox', { name: 'Name', exact: true }).inputValue(), 'Mine');
    await page.getByRole('button', { name: 'Keep mine' }).click();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('button', { name: /^Workspace Mine/ }).waitFor();
    await closeClean(page);
  });

  it('that are not mine or are gone say so', async () => {
    const page = await open('/w/0198f5a2-6c1e-7d3a-9b57-2f4e8a1c6d90/chart');
    await page.getByText('There is no such workspace, or you have no access to it').waitFor();
    await page.getByRole('link', { name: 'Go to my workspace' }).click();
    await chart(page).waitFor();
    await closeClean(page);
  });
});

it('works on a phone: bottom tabs, no sideways scrolling of the page', async () => {
  const page = await open('/w/local-workspace/backtests', { size: PHONE });
  await settled(page);
  const pages = page.getByRole('navigation', { name: 'Pages' });
  for (const name of ['Chart', 'Backtests', 'Data', 'Accounts', 'Settings']) {
    const isTab = await pages.getByRole('link', { name }).isVisible();
    if (!isTab) await pages.getByRole('button', { name: 'More' }).click();
    await pages.getByRole(isTab ? 'link' : 'menuitem', { name }).click();
    await settled(page);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
    assert.equal(wide, false, `${name} scrolls sideways`);
  }
  await closeClean(page);
});

it('walks through a list by keys, and tells which there are', async () => {
  const page = await open('/w/local-workspace/data?sort=score');
  await settled(page);
  const rows = page.getByRole('region', { name: 'Stored series' }).getByRole('link');
  const focused = () => page.evaluate(() => document.activeElement.textContent);
  for (const [key, row] of [['j', 0], ['j', 1], ['k', 0]]) {
    await page.keyboard.press(key);
    assert.equal(await focused(), await rows.nth(row).textContent());
  }
  const { top } = await rows.nth(0).evaluate((row) => row.getBoundingClientRect().toJSON());
  await page.keyboard.press('Enter');
  await page.waitForURL(/sel=/);
  await page.getByRole('list', { name: 'What the score is made of' }).waitFor();
  assert.equal((await rows.nth(0).evaluate((row) => row.getBoundingClientRect().toJSON())).top, top);
  await page.keyboard.press('Escape');
  await page.waitForURL((url) => !url.searchParams.has('sel'));
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await page.keyboard.press('?');
  await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).getByText('next and previous row').waitFor();
  await page.keyboard.press('Escape');
  await closeClean(page);
});

it('saves as CSV the series that are shown, and no others', async () => {
  const page = await open('/w/local-workspace/data?only=gaps&sort=-missing');
  await settled(page);
  const shown = await page.getByRole('region', { name: 'Stored series' }).getByRole('link').allTextContents();
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'CSV' }).click()]);
  const [, ...lines] = readFileSync(await download.path(), 'utf8').trim().split('\r\n');
  assert.deepEqual(
    lines.map((line) => line.split(',', 2).join(' ')),
    shown,
  );
  await closeClean(page);
});

it('finds what the workspace has by its name, from anywhere', async () => {
  const post = async (path, body) => {
    const init = { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) };
    return (await fetch(api(`/workspaces/local-workspace${path}`), init)).json();
  };
  const run = await post('/backtests', { strategy_id: 'ma_cross', symbol, name: 'Needle in the hay' });
  const legs = [{ symbol, side: 'long', planned_quantity: '1', planned_entry_price: '5' }];
  const plan = await post('/trade-plans', { account_id: 'paper-main', trade_type: 'single', strategy_tag: 'needlework', legs });
  const page = await open('/w/local-workspace/jobs');
  await settled(page);
  for (const [typed, row, path] of [
    ['needle', 'Needle in the hay', `/backtests/${run.id}`],
    ['needlew', symbol, `/plans/${plan.id}`],
    ['local user', 'Local User', '/members'],
  ]) {
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: 'Symbol, page or command' }).fill(typed);
    await page.getByRole('option', { name: row }).first().waitFor();
    await page.getByRole('combobox', { name: 'Symbol, page or command' }).fill(`${typed} no more`);
    assert.equal(await page.getByRole('option', { name: row }).count(), 0);
    await page.getByText('Nothing is called').waitFor();
    await page.getByRole('combobox', { name: 'Symbol, page or command' }).fill(typed);
    await page.getByRole('option', { name: row }).first().click();
    await page.waitForURL(`**${path}`);
    await settled(page);
  }
  await closeClean(page);
});

describe('what somebody prefers', () => {
  const prefer = async (change) => {
    const page = await open('/settings?tab=appearance', { theme: 'auto' });
    await change(page);
    return page;
  };
  const colourOf = (locator) => locator.evaluate((element) => getComputedStyle(element).color);

  it('are other colours for what rose and fell, on every page and by a key', async () => {
    const page = await prefer((page) => page.getByLabel('Colours').selectOption('red-green'));
    const [rose, fell] = [page.getByText('+1.25%'), page.getByText('−1.25%')];
    const swapped = [await colourOf(rose), await colourOf(fell)];
    await page.getByRole('heading', { name: 'Your settings' }).click();
    await page.keyboard.type('tbtb');
    await page.waitForFunction(() => document.documentElement.dataset.palette === 'green-red');
    assert.deepEqual([await colourOf(fell), await colourOf(rose)], swapped);
    await page.getByLabel('Colours').selectOption('blue-orange');
    for (const path of [`backtests/${(await getJson('/workspaces/local-workspace/backtests')).backtests[0].id}`, 'scanner']) {
      await page.goto(`${server.url}/w/local-workspace/${path}`);
      await settled(page);
      assert.equal(await page.evaluate(() => document.documentElement.dataset.palette), 'blue-orange');
      assert.deepEqual(await findingsInEveryLook(page), []);
    }
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.keyboard.type('tb');
    await page.waitForFunction(() => document.documentElement.dataset.palette === 'green-red');
    await closeClean(page);
  });

  it('is that single keys do nothing', async () => {
    const page = await prefer((page) => page.getByRole('switch', { name: 'Single-key shortcuts' }).click());
    await page.getByRole('heading', { name: 'Your settings' }).click();
    await page.keyboard.type('gs?');
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: 'Symbol, page or command' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    assert.equal(new URL(page.url()).pathname, '/settings');
    await page.getByRole('switch', { name: 'Single-key shortcuts' }).click();
    await page.getByRole('heading', { name: 'Your settings' }).click();
    await page.keyboard.type('gs');
    await page.waitForURL(/scanner/);
    await settled(page);
    await page.keyboard.type('gk'); // not the k of its rows
    await page.waitForURL(/categories/);
    await closeClean(page);
  });
});

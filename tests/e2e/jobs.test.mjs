// Work that goes on by itself: queued backtests, the tray, the jobs page, uploads; all of it live, over one stream
// for all tabs, and after the server was away. Without job workers (JOB_WORKERS=0) a backtest that nobody waits for
// stays in the queue, so that the tests decide when it runs.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { closeClean, openPage, PHONE, settled, startBrowser, startServer } from './harness.mjs';

const needsOwn = process.env.TLAB_URL ? 'needs a server of its own' : false;
const LIST = '/w/local-workspace/backtests';
const JOBS = '/w/local-workspace/jobs';
const WORKERS = { JOB_WORKERS: '1' };
const NO_SERVER = { allow: [/ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE|ERR_INCOMPLETE_CHUNKED_ENCODING/] };

let server;
let browser;
let symbol;

const open = (path, options) => openPage(browser.context, server.url + path, options);
const tray = (page, count) => page.getByRole('button', { name: `Jobs: ${count} running or queued` });
const queue = (page) => page.getByRole('region', { name: 'Running and queued' });
const row = (page, name) => page.getByRole('table').getByRole('row').filter({ hasText: name });
// The state stands in the row twice: in its column, and for phones under the name.
const inState = (page, name, state) => row(page, name).getByRole('cell', { name: state, exact: true }).waitFor();
const strip = (page) => page.getByText('Live updates paused');

async function post(path, body, headers = {}) {
  const reply = await fetch(`${server.url}/api/v1/workspaces/local-workspace${path}`, {
    method: 'POST',
    headers: body ? { 'Content-Type': 'application/json', ...headers } : headers,
    body: body && JSON.stringify(body),
  });
  return { status: reply.status, body: await reply.json() };
}

/** A backtest that nobody waits for. */
async function enqueue(name) {
  const { status, body } = await post('/backtests', { strategy_id: 'ma_cross', symbol, name }, { Prefer: 'respond-async' });
  assert.equal(status, 202);
  return body;
}

before(async () => {
  if (needsOwn) return;
  server = await startServer({ env: { JOB_WORKERS: '0' } });
  browser = await startBrowser();
  const { symbols } = await (await fetch(`${server.url}/api/v1/symbols`)).json();
  ({ symbol } = symbols.find(({ intervals }) => intervals.some(({ interval }) => interval === '1d')));
});

after(async () => {
  await browser?.stop();
  await server?.stop();
});

describe('the queue', { skip: needsOwn }, () => {
  it('shows in the list and in the tray as it grows, and shrinks by a cancel, without a reload', async () => {
    const page = await open(LIST);
    await page.getByText('No backtests in this workspace yet').waitFor();
    await tray(page, 'none').waitFor();
    await enqueue('first of two');
    await tray(page, 1).waitFor();
    await queue(page).getByText('next in the queue').waitFor();
    await enqueue('second of two');
    await queue(page).getByText('number 2 in the queue').waitFor();
    await page.getByRole('heading', { name: 'Queued 2' }).waitFor();

    await tray(page, 2).click();
    const popover = page.getByRole('dialog', { name: 'Jobs' });
    assert.equal(await popover.getByRole('listitem').count(), 2);
    await popover.getByRole('listitem').filter({ hasText: 'next in the queue' }).getByRole('button').click();
    await inState(page, 'first of two', 'Cancelled');
    await tray(page, 1).waitFor();
    await queue(page).getByText('next in the queue').waitFor();
    await closeClean(page);
  });

  it('of a page of its own: cancelled there, run again from there', async () => {
    const { id } = await enqueue('on its page');
    const page = await open(`${LIST}/${id}`);
    await page.getByRole('heading', { name: 'on its page' }).waitFor();
    await page.getByRole('region', { name: 'State' }).getByText('Queued').waitFor();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByText('This backtest was cancelled').waitFor();
    await page.getByRole('button', { name: 'Run again' }).click();
    await page.waitForURL((url) => !url.pathname.endsWith(id));
    await page.getByRole('heading', { name: 'on its page' }).waitFor();
    await page.getByRole('link', { name: 'Duplicate & edit' }).click();
    assert.equal(await page.getByRole('textbox', { name: 'Name', exact: true }).inputValue(), 'on its page');
    await closeClean(page);
  });

  it('is a table with filters in its address, by keyboard and on a phone', async () => {
    const page = await open(LIST);
    await settled(page);
    await page.keyboard.press('g');
    await page.keyboard.press('j');
    await page.waitForURL(`**${JOBS}`);
    await page.getByRole('combobox', { name: 'State' }).click();
    await page.getByRole('option', { name: 'Cancelled' }).click();
    await page.waitForURL((url) => url.searchParams.get('status') === 'cancelled');
    const table = page.getByRole('table');
    await table.getByRole('cell', { name: 'Cancelled' }).first().waitFor();
    await table.getByText('Queued').first().waitFor({ state: 'detached' });
    await page.goto(`${server.url}${JOBS}?status=failed&kind=backtest`);
    await page.getByText('No job fits these filters').waitFor();
    await page.getByRole('button', { name: 'Reset filters' }).click();
    await page.setViewportSize(PHONE);
    await table.getByText('in the queue').first().waitFor();
    const wide = await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
    assert.equal(wide, false);
    await closeClean(page);
  });
});

describe('tabs', { skip: needsOwn }, () => {
  it('share one stream; when the one that holds it goes, another goes on where it was', async () => {
    const first = await open(LIST);
    await settled(first);
    const second = await open(LIST);
    const third = await open(JOBS);
    await settled(third);
    const streams = () => [...first.streams, ...second.streams, ...third.streams];
    const before = await enqueue('heard by all');
    for (const page of [first, second]) await page.getByRole('link', { name: 'heard by all' }).waitFor();
    await post(`/backtests/${before.id}/cancel`);
    for (const page of [first, second]) await inState(page, 'heard by all', 'Cancelled');
    assert.equal(streams().length, 1);

    await closeClean(first);
    await enqueue('meanwhile').then(({ id }) => post(`/backtests/${id}/cancel`));
    await inState(second, 'meanwhile', 'Cancelled');
    assert.equal(streams().length, 2);
    assert.match(streams().at(-1), /[?&]last_event_id=./);
    await closeClean(second);
    await closeClean(third);
  });

  it('of another workspace have a stream of their own, and hear nothing of this one', async () => {
    const reply = await fetch(`${server.url}/api/v1/workspaces`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ name: 'Elsewhere' }),
    });
    const { id } = await reply.json();
    const page = await open(`/w/${id}/backtests`);
    await settled(page);
    await enqueue('not theirs').then((made) => post(`/backtests/${made.id}/cancel`));
    await settled(page);
    await page.getByText('No backtests in this workspace yet').waitFor();
    assert.deepEqual(page.streams, [`${server.url}/api/v1/workspaces/${id}/events`]);

    const found = await fetch(`${server.url}/api/v1/workspaces/${id}`);
    await fetch(`${server.url}/api/v1/workspaces/${id}`, {
      method: 'DELETE',
      headers: { 'If-Match': found.headers.get('etag') },
    });
    await page.getByText('There is no such workspace, or you have no access to it').waitFor();
    await closeClean(page);
  });
});

describe('a server that went away', { skip: needsOwn }, () => {
  it('is said after a while; back again, what it did meanwhile shows by itself', async () => {
    const { id } = await enqueue('outlives the server');
    const list = await open(LIST, NO_SERVER);
    const page = await open(`${LIST}/${id}`, NO_SERVER);
    await page.getByRole('region', { name: 'State' }).getByText('Queued').waitFor();
    await settled(list);
    const asked = [];
    list.on('request', (request) => !request.url().includes('/events') && asked.push(request.url()));

    await server.kill();
    await strip(list).waitFor();
    await strip(page).waitFor();
    await list.getByText(/data as of \d\d:\d\d:\d\d UTC/).waitFor();
    assert.deepEqual(asked, []);

    await server.restart(WORKERS);
    await inState(list, 'outlives the server', 'Completed');
    await page.getByRole('region', { name: 'Equity', exact: true }).waitFor();
    for (const one of [list, page]) {
      await strip(one).waitFor({ state: 'detached' });
      assert.equal(new URL(one.url()).pathname.startsWith(LIST), true);
    }
    await tray(list, 'none').waitFor();
    await closeClean(list);
    await closeClean(page);
  });
});

describe('a server that works', { skip: needsOwn }, () => {
  before(async () => {
    await server.kill();
    await server.restart({ ...WORKERS, BACKTEST_WAIT_MS: '0' });
  });

  it('fills the page of a backtest that was just begun, and says so where it is not on screen', async () => {
    const other = await open(JOBS);
    await settled(other);
    const page = await open('/w/local-workspace/backtests/new');
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('async from the form');
    await page.getByRole('button', { name: 'Run backtest' }).click();
    await page.waitForURL(/backtests\/[0-9a-f-]{36}$/);
    await page.getByRole('region', { name: 'Equity', exact: true }).waitFor();

    const toast = other.getByRole('region', { name: 'Notifications' });
    await toast.getByText(/ is done/).waitFor();
    await toast.getByRole('link', { name: 'Open result' }).click();
    await other.getByRole('heading', { name: 'async from the form' }).waitFor();
    await closeClean(other);
    await closeClean(page);
  });

  it('takes many at once: the list ends complete, and nothing is asked for that nobody needs', async () => {
    const page = await open(LIST);
    await settled(page);
    const asked = [];
    page.on('request', (request) => asked.push(new URL(request.url()).pathname));
    for (let n = 0; n < 8; n++) await enqueue(`many ${n}`);
    for (let n = 0; n < 8; n++) await inState(page, `many ${n}`, 'Completed');
    await tray(page, 'none').waitFor();
    await settled(page);
    assert.ok(asked.length < 100, `${asked.length} requests for 8 backtests`);
    const before = asked.length;
    await page.waitForTimeout(3000);
    assert.equal(asked.length, before, 'something polls');
    await closeClean(page);
  });

  it('takes files; their rows are told, and an open chart has them without moving', async () => {
    const chart = await open(`/w/local-workspace/chart?symbol=${symbol}&interval=1d`);
    await settled(chart);
    const canvas = chart.locator('[aria-roledescription="chart"]');
    await canvas.focus();
    await chart.keyboard.press('Control+ArrowDown');
    await chart.waitForURL((url) => url.searchParams.has('from'));
    const from = () => new URL(chart.url()).searchParams.get('from');
    const before = from();
    await canvas.evaluate((element) => Object.assign(element, { isTheSame: true }));
    const barsBefore = await chart.getByText(/^[\d,]+ bars( loaded)?$/).innerText();

    const page = await open(`${JOBS}?tab=imports`, { allow: [/status of 4\d\d/] });
    await page.getByText('No file was uploaded yet').waitFor();
    await page.locator('input[type=file]').setInputFiles([
      { name: `${symbol}-1d.csv`, mimeType: 'text/csv', buffer: Buffer.from(await newerDays(5)) },
      { name: `${symbol}-1d-broken.csv`, mimeType: 'text/csv', buffer: Buffer.from('1,2\n3,4\n') },
    ]);
    await page.getByRole('table').getByRole('cell', { name: /5 added/ }).waitFor();
    await row(page, 'broken').getByRole('cell', { name: 'Failed', exact: true }).waitFor();

    await chart.waitForFunction((before) => !document.body.innerText.includes(before), barsBefore);
    await settled(chart);
    assert.equal(from(), before);
    // In and out again is the same stretch, unless it had moved meanwhile.
    await chart.bringToFront();
    await settled(chart);
    await chart.keyboard.press('Control+ArrowUp');
    await chart.waitForURL((url) => url.searchParams.get('from') !== before);
    await chart.keyboard.press('Control+ArrowDown');
    await chart.waitForURL((url) => url.searchParams.get('from') === before);
    assert.equal(await canvas.evaluate((element) => element.isTheSame), true);
    await closeClean(page);
    await closeClean(chart);
  });
});

/** A CSV of the days after the last one that is stored. */
async function newerDays(count) {
  const { symbols } = await (await fetch(`${server.url}/api/v1/symbols?q=${symbol}`)).json();
  const { last } = symbols
    .find((one) => one.symbol === symbol)
    .intervals.find(({ interval }) => interval === '1d');
  const rows = Array.from({ length: count }, (_, n) => `${last + (n + 1) * 86400},10,12,9,11,100`);
  return `timestamp,open,high,low,close,volume\n${rows.join('\n')}\n`;
}

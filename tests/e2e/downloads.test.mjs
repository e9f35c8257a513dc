// Candles fetched from the browser: the first ones, those of a form, and those that fill a gap; from a stand-in for Binance.
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { Binance, epoch, walk } from './binance.mjs';
import { closeClean, DESKTOP, findingsInEveryLook, openPage, settled, startBrowser, startServer } from './harness.mjs';

const needsOwn = process.env.TLAB_URL ? 'needs a server of its own' : false;
const HOME = '/w/local-workspace';
const DAY = 86_400;
const CANDLES = walk({ seed: 41, start: epoch('2024-01-01'), step: DAY, count: 91, price: 100 });
// What the browser says by itself of answers that these tests provoke.
const REFUSALS = { allow: [/status of (403|404|422|503)/] };

let binance;
let browser;

const start = (env = {}) => startServer({ demo: false, env: { ...binance.env, ...env } });
const open = (server, path, options) => openPage(browser.context, server.url + path, { ...REFUSALS, ...options });
const button = (page, name) => page.getByRole('button', { name, exact: true });
const going = (page) => page.getByRole('list', { name: 'Downloads' });
const chart = (page, symbol, interval = '1d') =>
  page.getByRole('group', { name: `Candles of ${symbol}, ${interval}` });

/** The exchange answers nothing about the days that it has candles of before it is released. */
function hold() {
  let release;
  const held = new Promise((resolve) => {
    release = resolve;
  });
  binance.before = (path) => (/2024/.test(path) ? held : undefined);
  return release;
}

before(async () => {
  if (needsOwn) return;
  binance = await Binance.start();
  browser = await startBrowser();
});

beforeEach(() => binance?.reset({ BTCUSDT: CANDLES, ETHUSDT: CANDLES }));

after(async () => {
  await browser?.stop();
  await binance?.stop();
});

describe('on an instance without candles', { skip: needsOwn }, () => {
  let server;
  before(async () => {
    if (needsOwn) return;
    server = await start();
  });
  after(() => server?.stop());

  it('the first ones are one press away: how far they are is shown, and the chart comes by itself', async () => {
    const release = hold();
    const page = await open(server, '', { theme: 'auto' });
    await page.getByText('From 2021-01-01 until yesterday').waitFor();
    await page.getByText('tlab download --symbols BTCUSDT').waitFor();
    await button(page, 'Download BTCUSDT 1d').click();
    await going(page).getByRole('progressbar', { name: 'Progress of spot 1d BTCUSDT' }).waitFor();
    await page.emulateMedia({ reducedMotion: 'reduce' }); // what runs turns without end
    assert.deepEqual(await findingsInEveryLook(page), []);
    release();
    await chart(page, 'BTCUSDT').waitFor();
    await closeClean(page);
  });
});

describe('where there are candles', { skip: needsOwn }, () => {
  const FULL = walk({ seed: 43, start: epoch('2024-05-01'), step: DAY, count: 61, price: 7 });
  let server;
  before(async () => {
    if (needsOwn) return;
    server = await start();
    binance.reset({ BTCUSDT: CANDLES });
    await download({ symbols: ['BTCUSDT'], from: '2024-01-01', to: '2024-03-31' });
  });
  after(() => server?.stop());

  /** Asked for by a program, and done. */
  async function download(body) {
    const reply = await fetch(`${server.url}/api/v1/market/downloads`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ interval: '1d', ...body }),
    });
    assert.equal(reply.status, 202);
    const page = await open(server, `${HOME}/jobs?kind=market_download&status=completed`);
    await page.getByRole('row').filter({ hasText: `spot 1d ${body.symbols}` }).waitFor();
    await closeClean(page);
  }

  it('a symbol that is not stored is offered on its chart; one that the archive has not, too', async () => {
    const page = await open(server, `${HOME}/chart?symbol=NONEUSDT&interval=1d`);
    await button(page, 'Download NONEUSDT 1d').click();
    await going(page).getByText('The archive has no file of these days.').waitFor();
    await page.goto(`${server.url}${HOME}/chart?symbol=ETHUSDT&interval=1d`);
    await button(page, 'Download ETHUSDT 1d').click();
    await chart(page, 'ETHUSDT').waitFor();
    await closeClean(page);
  });

  it('an interval that the stored ones do not make is offered as well, with fewer days of it', async () => {
    const today = Math.floor(Date.now() / 1000 / DAY) * DAY;
    const hours = walk({ seed: 42, start: today - 3 * DAY, step: 3600, count: 48, price: 9 });
    binance.publishAll('BTCUSDT', '1h', hours, 3600);
    const page = await open(server, `${HOME}/chart?symbol=BTCUSDT&interval=1h`);
    await page.getByText('BTCUSDT has 1d only').waitFor();
    await button(page, 'Download BTCUSDT 1h').click();
    await chart(page, 'BTCUSDT', '1h').waitFor();
    await closeClean(page);
  });

  it('a form has its faults at their fields; what it starts goes on in sight, and is cancelled there', async () => {
    const page = await open(server, `${HOME}/data`, { theme: 'auto' });
    const opened = page.getByRole('dialog', { name: 'Download candles' });
    await button(page, 'Download candles…').click();
    await opened.getByLabel('Symbols').waitFor();
    await button(opened, 'Download').click();
    await opened.getByText('Name a symbol.').waitFor();
    assert.deepEqual(await findingsInEveryLook(page), []);
    await page.setViewportSize(DESKTOP);
    await opened.getByLabel('Symbols').pressSequentially('ethusdt, btc');
    await page.getByRole('option', { name: 'BTCUSDT' }).click();
    assert.equal(await opened.getByLabel('Symbols').inputValue(), 'ethusdt, BTCUSDT');
    assert.equal(await opened.getByLabel('From').inputValue(), '2021-01-01');
    await opened.getByLabel('From').fill('2024-02-01');
    await opened.getByLabel('To').fill('2024-01-01');
    await opened.getByLabel('Interval').selectOption('1w');
    await opened.getByLabel('Files', { exact: true }).selectOption('daily');
    await button(opened, 'Download').click();
    await opened.getByText('Lies before "from".').waitFor();
    await opened.getByLabel('To').fill('2024-03-31');
    await button(opened, 'Download').click();
    await opened.getByText('There are no daily files of 1w').waitFor();
    await opened.getByLabel('Interval').selectOption('1d');
    await opened.getByLabel('Files', { exact: true }).selectOption('auto');
    await opened.getByRole('switch', { name: 'Also look for files that were replaced' }).check({ force: true });
    const release = hold();
    await button(opened, 'Download').click();
    await opened.waitFor({ state: 'detached' });
    await going(page).getByRole('listitem').filter({ hasText: 'spot 1d BTCUSDT, ETHUSDT' }).waitFor();
    await button(page, 'Cancel spot 1d BTCUSDT, ETHUSDT').click();
    await going(page).getByText('Cancelled').waitFor({ state: 'attached' });
    release();
    await page.getByRole('link', { name: 'All downloads' }).click();
    await page.waitForURL((url) => url.searchParams.get('kind') === 'market_download');
    await page.getByRole('table').getByRole('cell', { name: 'Cancelled', exact: true }).waitFor();
    await closeClean(page);
  });

  it('a gap is filled from beside it, or the archive has no more either', async () => {
    // A month that was published with a hole of three days, and later whole.
    const holed = FULL.filter((_, day) => day < 9 || day > 11);
    binance.publish('GAPUSDT', '1d', '2024-05', holed);
    binance.publish('GAPUSDT', '1d', '2024-06', holed);
    await download({ symbols: ['GAPUSDT'], from: '2024-05-01', to: '2024-06-30' });
    const page = await open(server, `${HOME}/data?sel=GAPUSDT@1d`, { theme: 'auto' });
    const series = page.getByRole('dialog', { name: /^GAPUSDT 1d/ });
    const repair = button(series, 'Download 2024-05-10 to 2024-05-12');
    await series.getByText('3 missing from 2024-05-10 UTC').waitFor();
    await settled(page);
    assert.deepEqual(await findingsInEveryLook(page), []);
    await repair.click();
    await going(series).getByText('The archive has no file of these days.').waitFor();
    await series.getByText('3 missing from 2024-05-10 UTC').waitFor();

    binance.publish('GAPUSDT', '1d', '2024-05', FULL);
    for (const day of ['10', '11', '12']) binance.publish('GAPUSDT', '1d', `2024-05-${day}`, FULL);
    await repair.click();
    await series.getByText('No bar is missing between the first and the last.').waitFor();
    await going(series).getByText('3 candles are new.').waitFor();
    await closeClean(page);
  });
});

describe('with people who sign in', { skip: needsOwn }, () => {
  const OWNER = { email: 'local@example.invalid', password: 'a few words that nobody guesses' };
  let server;
  before(async () => {
    if (needsOwn) return;
    server = await start({ AUTH_MODE: 'password', DEFAULT_USER_PASSWORD: OWNER.password });
  });
  after(() => server?.stop());

  /** The API as a program uses it: with a cookie, without a browser. */
  async function client({ email, password }) {
    const headers = { 'Content-Type': 'application/json' };
    const send = async (method, path, body) => {
      const reply = await fetch(`${server.url}/api/v1${path}`, { method, headers, body: JSON.stringify(body) });
      const text = await reply.text();
      assert.ok(reply.ok, `${method} ${path}: ${reply.status} ${text}`);
      const cookies = reply.headers.getSetCookie().map((cookie) => cookie.split(';')[0]);
      if (cookies.length > 0) headers.Cookie = cookies.join('; ');
      return text === '' ? undefined : JSON.parse(text);
    };
    await send('POST', '/auth/login', { email, password });
    return send;
  }

  /** Somebody in the local workspace, and a workspace of their own. */
  async function person(name, role) {
    const owner = await client(OWNER);
    const email = `${name}@example.org`;
    const first = `the first one of ${name}`;
    const password = `what ${name} chose for themselves`;
    await owner('POST', '/workspaces/local-workspace/members', { email, display_name: name, role, password: first });
    const self = await client({ email, password: first });
    await self('POST', '/auth/password', { current_password: first, new_password: password });
    const { id } = await (await client({ email, password }))('POST', '/workspaces', { name: `Of ${name}` });
    return { email, password, own: `/w/${id}` };
  }

  async function openAs({ email, password }, path) {
    await browser.context.clearCookies();
    const page = await open(server, path, { allow: [/status of (401|403|503)/] });
    await page.getByLabel('E-mail').fill(email);
    await page.getByLabel('Password', { exact: true }).fill(password);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByText('There are no candles yet').waitFor();
    return page;
  }

  it('whose role is too low it says so, in words, and asks for nothing', async () => {
    const page = await openAs(await person('vera', 'viewer'), `${HOME}/chart`);
    await page.getByText('Downloads take the role editor in the local workspace of this server; yours there is viewer.').waitFor();
    const refused = button(page, 'Download BTCUSDT 1d');
    assert.equal(await refused.getAttribute('aria-disabled'), 'true');
    await refused.click({ force: true });
    await settled(page);
    assert.deepEqual(binance.seen, []);
    await closeClean(page);
  });

  it('an editor is shown how far it is in a workspace of their own, too', async () => {
    const release = hold();
    const ed = await person('ed', 'editor');
    const page = await openAs(ed, `${ed.own}/chart?symbol=NONEUSDT&interval=1d`);
    await button(page, 'Download NONEUSDT 1d').click();
    await going(page).getByRole('progressbar').waitFor();
    await button(page, 'Cancel spot 1d NONEUSDT').waitFor();
    release();
    await going(page).getByText('The archive has no file of these days.').waitFor();
    await page.goto(`${server.url}${ed.own}/data`);
    await button(page, 'Download BTCUSDT 1d').click();
    await page.getByRole('heading', { name: 'Data coverage' }).waitFor();
    await closeClean(page);
  });
});

// Every screen, opened cold by its address, in both themes and two widths: no accessibility finding, no console
// error, no request to another host.
import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import {
  AT_ONCE,
  animated,
  axeFindings,
  closeClean,
  DESKTOP,
  findingsInEveryLook,
  forEach,
  openPage,
  settled,
  startBrowser,
  startProxy,
  startServer,
} from './harness.mjs';

let server;
let browser;
let screens;

async function post(path, body, headers = {}) {
  const reply = await fetch(`${server.url}/api/v1/workspaces/local-workspace${path}`, {
    method: 'POST',
    headers: body ? { 'Content-Type': 'application/json', ...headers } : headers,
    body: body && JSON.stringify(body),
  });
  return reply.json();
}

/** A plan that is open, one of two legs that is planned, and one that was closed. */
async function makePlans(symbols) {
  const [one, other] = symbols.filter(({ quote_asset }) => quote_asset === 'USDT');
  const leg = ({ symbol, last_close }, side) => ({
    symbol,
    side,
    planned_quantity: '2',
    planned_entry_price: String(last_close),
    ...(side === 'long' && { stop_price: String(last_close * 0.5) }),
  });
  const make = (trade_type, legs) =>
    post('/trade-plans', {
      account_id: 'paper-main',
      trade_type,
      strategy_tag: 'trend',
      thesis: 'It goes up',
      max_risk_amount: '1000',
      legs,
    });
  const open = await make('single', [leg(one, 'long')]);
  await post(`/trade-plans/${open.id}/paper-open`, {});
  const closed = await make('basket', [leg(one, 'long'), leg(other, 'long')]);
  await post(`/trade-plans/${closed.id}/paper-open`, {});
  await post(`/trade-plans/${closed.id}/paper-close`, {});
  return { open, closed, pair: await make('pair', [leg(other, 'long'), leg(one, 'short')]) };
}

before(async () => {
  // Without job workers a backtest that nobody waits for stays in the queue.
  server = await startServer({ env: { JOB_WORKERS: '0' } });
  browser = await startBrowser();
  const { symbols } = await (await fetch(`${server.url}/api/v1/symbols`)).json();
  const [first, second] = symbols.filter(({ intervals }) => intervals.some(({ interval }) => interval === '1d'));
  const run = { strategy_id: 'ma_cross', symbol: first.symbol };
  const { status, id } = await post('/backtests', { ...run, allow_short: true, name: 'Seed' });
  assert.equal(status, 'completed');
  const other = await post('/backtests', { ...run, params: { fast: 5, slow: 30 }, from: 1704067200, name: 'Other' });
  const momentum = await post('/backtests/category-relative-momentum', {
    category: 'Layer 1',
    long_count: 2,
    short_count: 2,
    tags: ['momentum'],
  });
  assert.equal(momentum.status, 'completed');
  const read = await fetch(`${server.url}/api/v1/workspaces/local-workspace/backtests/${momentum.id}/rebalances?limit=1`);
  const [rebalance] = (await read.json()).rebalances;
  const async = { Prefer: 'respond-async' };
  const cancelled = await post('/backtests', { ...run, name: 'Cancelled' }, async);
  await post(`/backtests/${cancelled.id}/cancel`);
  const queued = await post('/backtests', { ...run, name: 'Queued' }, async);
  const verification = await post(`/backtests/${id}/verify`, undefined, async);
  const set = await post('/category-sets', { name: 'Own' });
  await fetch(`${server.url}/api/v1/workspaces/local-workspace/category-sets/${set.id}`, {
    method: 'PUT',
    headers: { 'Content-Type': 'application/json', 'If-Match': '*' },
    body: JSON.stringify({ document: { categories: { Few: [first.symbol, 'NOTSTOREDUSDT'] } } }),
  });
  const { open, pair, closed } = await makePlans(symbols);
  const ws = '/w/local-workspace';
  screens = {
    chart: `${ws}/chart?symbol=${first.symbol}&interval=1d&ind=sma:20,bbands:20:2,rsi:14,atr:14,macd:12:26:9`,
    'chart of a ratio': `${ws}/chart?symbol=${first.symbol}/${second.symbol}&interval=1w&scale=log`,
    'chart with others': `${ws}/chart?symbol=${first.symbol}&interval=1d&cmp=${second.symbol}`,
    'chart with a run': `${ws}/chart?symbol=${first.symbol}&interval=1d&run=${id}`,
    'chart as a table': `${ws}/chart?symbol=${first.symbol}&interval=1d&view=table`,
    backtests: `${ws}/backtests`,
    'no backtest fits': `${ws}/backtests?q=nothing`,
    'new backtest': `${ws}/backtests/new`,
    'edit a run': `${ws}/backtests/new?from-run=${id}`,
    'new backtest of a category': `${ws}/backtests/new?over=category&category=Layer 1`,
    'edit a run of a category': `${ws}/backtests/new?from-run=${momentum.id}`,
    'runs chosen': `${ws}/backtests?sel=${id},${other.id}`,
    compare: `${ws}/backtests/compare?ids=${id},${other.id},${momentum.id}&base=${other.id}`,
    'compare as a table': `${ws}/backtests/compare?ids=${id},${other.id}&view=table`,
    'nothing to compare': `${ws}/backtests/compare`,
    'a verification under way': `${ws}/backtests/${id}?verify=${verification.id}`,
    'result of a category': `${ws}/backtests/${momentum.id}`,
    rebalances: `${ws}/backtests/${momentum.id}?tab=rebalances`,
    'a rebalance': `${ws}/backtests/${momentum.id}?tab=rebalances&rebalance=${rebalance.time}`,
    'trades of a category that won': `${ws}/backtests/${momentum.id}?tab=trades&pnl=won`,
    'no trade fits': `${ws}/backtests/${momentum.id}?tab=trades&exit=stop_loss`,
    'scanner with a chart': `${ws}/scanner?passing_only=false&sel=${first.symbol}`,
    'ratio scanner with a chart': `${ws}/scanner?kind=ratio&sel=${first.symbol}/${second.symbol}`,
    'category sets': `${ws}/categories`,
    'a category set': `${ws}/categories/${set.id}`,
    'symbols without a category': `${ws}/categories/${set.id}?category=/`,
    'versions of a category set': `${ws}/categories/${set.id}?tab=versions`,
    'an old version of a category set': `${ws}/categories/${set.id}?version=1`,
    'no such category set': `${ws}/categories/${id}`,
    'heat map of a set': `${ws}/heatmap?set=${set.id}`,
    'chart of a set': `${ws}/chart?symbol=CAT:Few&interval=1d&set=${set.id}`,
    'new backtest of a set': `${ws}/backtests/new?over=category&category=Few&category-set=${set.id}`,
    'users of the server': '/admin/users',
    'audit log of the server': '/admin/audit',
    'matrix of categories': `${ws}/heatmap?mode=matrix&window=ytd`,
    result: `${ws}/backtests/${id}`,
    'equity as a table': `${ws}/backtests/${id}?view=table`,
    trades: `${ws}/backtests/${id}?tab=trades&sort=-pnl`,
    'parameters and data': `${ws}/backtests/${id}?tab=params`,
    'a queued run': `${ws}/backtests/${queued.id}`,
    'a cancelled run': `${ws}/backtests/${cancelled.id}`,
    'queued runs': `${ws}/backtests?status=queued`,
    'data coverage': `${ws}/data?sort=score`,
    'coverage of a series': `${ws}/data?sel=${first.symbol}@1d`,
    'no series fits': `${ws}/data?q=nothing`,
    'matrix of series': `${ws}/data?view=matrix`,
    jobs: `${ws}/jobs`,
    'no job fits': `${ws}/jobs?status=failed&kind=market_import`,
    imports: `${ws}/jobs?tab=imports`,
    'plans on a board': `${ws}/plans`,
    'plans in a list': `${ws}/plans?view=list&sort=-pnl`,
    'no plan fits': `${ws}/plans?view=list&tag=nothing`,
    'new plan': `${ws}/plans/new`,
    'new plan, why': `${ws}/plans/new?step=2`,
    'new plan, how much': `${ws}/plans/new?step=3`,
    'new plan of a pair': `${ws}/plans/new?symbol=${second.symbol}/${first.symbol}`,
    'new plan of a run': `${ws}/plans/new?from-run=${id}`,
    'a plan that is changed': `${ws}/plans/new?edit=${pair.id}`,
    'a planned plan': `${ws}/plans/${pair.id}`,
    'an open plan': `${ws}/plans/${open.id}`,
    'chart of a plan': `${ws}/plans/${open.id}?tab=chart`,
    'fills of a plan': `${ws}/plans/${open.id}?tab=fills`,
    'history of a plan': `${ws}/plans/${open.id}?tab=history`,
    'replay of a plan': `${ws}/plans/${closed.id}?tab=replay`,
    'no such plan': `${ws}/plans/${id}`,
    accounts: `${ws}/accounts`,
    'an account': `${ws}/accounts/paper-main`,
    'equity of an account as a table': `${ws}/accounts/paper-main?view=table`,
    'ledger of an account': `${ws}/accounts/paper-main?tab=ledger`,
    'orders of an account': `${ws}/accounts/paper-main?tab=orders`,
    'no such account': `${ws}/accounts/nothing`,
    orders: `${ws}/orders`,
    settings: `${ws}/settings`,
    'no such workspace': '/w/nobody/chart',
    'no such page': '/nowhere',
  };
});

after(async () => {
  await browser?.stop();
  await server?.stop();
});

it('every screen is accessible and quiet', AT_ONCE, (test) =>
  forEach(test, screens, async (path, name) => {
    const allow = [/Failed to load resource.*404/].filter(() => name.startsWith('no such'));
    const page = await openPage(browser.context, server.url + path, { theme: 'auto', allow });
    await settled(page);
    assert.deepEqual(await findingsInEveryLook(page), []);
    await closeClean(page);
  }));

it('so is the question before a run is deleted', async () => {
  const page = await openPage(browser.context, server.url + screens.result, { theme: 'auto' });
  await settled(page);
  await page.getByRole('button', { name: 'Delete this backtest' }).click();
  await page.getByRole('dialog').waitFor();
  await animated(page);
  assert.deepEqual(await findingsInEveryLook(page), []);
  await closeClean(page);
});

it('so is the card of a category', async () => {
  const page = await openPage(browser.context, `${server.url}${screens['matrix of categories']}`, { theme: 'auto' });
  await settled(page);
  await page.getByRole('table').getByRole('link').first().hover();
  await page.getByText(/÷/).last().waitFor();
  await animated(page);
  assert.deepEqual(await axeFindings(page), []);
  await closeClean(page);
});

it('so are name, tags and the verdict of a run', async () => {
  const page = await openPage(browser.context, server.url + screens.result, { theme: 'auto' });
  await settled(page);
  await page.getByRole('button', { name: 'Verify' }).first().click();
  await page.getByRole('heading', { name: 'Identical' }).waitFor();
  await page.getByRole('button', { name: 'Name and tags of this backtest' }).click();
  await page.getByRole('dialog').waitFor();
  await animated(page);
  assert.deepEqual(await findingsInEveryLook(page), []);
  await closeClean(page);
});

it('so are dialogs, menus and popovers', async (test) => {
  const dialogs = {
    palette: (page) => page.keyboard.press('Control+k'),
    symbols: (page) => page.keyboard.press('s'),
    intervals: (page) => page.keyboard.press(','),
    indicators: (page) => page.keyboard.press('/'),
    ratio: (page) => page.getByRole('button', { name: 'Ratio A/B' }).click(),
    workspaces: (page) => page.getByRole('button', { name: /^Workspace / }).click(),
    'create workspace': async (page) => {
      await page.keyboard.press('Control+k');
      await page.getByRole('option', { name: 'Create workspace…' }).click();
    },
    jobs: (page) => page.getByRole('button', { name: /^Jobs: / }).click(),
    'keyboard shortcuts': (page) => page.keyboard.press('?'),
    user: (page) => page.getByRole('button', { name: /User menu/ }).click(),
  };
  const page = await openPage(browser.context, server.url + screens.chart, { theme: 'auto' });
  const opened = page.locator('[role="dialog"]:visible, [role="menu"]:visible');
  for (const [name, show] of Object.entries(dialogs))
    await test.test(name, async () => {
      await page.setViewportSize(DESKTOP);
      await settled(page);
      await show(page);
      await opened.first().waitFor();
      await animated(page);
      assert.deepEqual(await findingsInEveryLook(page), []);
      await page.keyboard.press('Escape');
      await opened.first().waitFor({ state: 'hidden' });
    });
  await closeClean(page);
});

it('so are the questions before a plan or an account is moved', AT_ONCE, (test) => {
  const dialogs = {
    'open a plan': ['a planned plan', /^Open… /],
    'close a part of it': ['an open plan', /^Close… /],
    'move its stops': ['an open plan', 'Stops…'],
    'cancel it': ['a planned plan', /^Cancel… /],
    'make an account': ['accounts', 'New account…'],
    deposit: ['an account', 'Deposit…'],
    'settings of an account': ['an account', 'Settings…'],
    'reset of an account': ['an account', 'Reset…'],
  };
  return forEach(test, dialogs, async ([screen, button]) => {
    const page = await openPage(browser.context, server.url + screens[screen], { theme: 'auto' });
    await settled(page);
    await page.getByRole('button', { name: button }).click();
    await page.getByRole('dialog').waitFor();
    await settled(page);
    await animated(page);
    assert.deepEqual(await findingsInEveryLook(page), []);
    await closeClean(page);
  });
});

it('a light screen opened cold is quiet, too', async () => {
  const page = await openPage(browser.context, server.url + screens['chart with a run'], { theme: 'light' });
  await settled(page);
  assert.equal(await page.evaluate(() => document.documentElement.dataset.mantineColorScheme), 'light');
  await closeClean(page);
});

it('a theme change keeps what the chart shows', async () => {
  const page = await openPage(browser.context, server.url + screens.chart);
  await settled(page);
  await page.getByRole('button', { name: '3M', exact: true }).click();
  await page.waitForURL((url) => url.searchParams.has('from'));
  await settled(page);
  const address = page.url();
  await page.getByRole('button', { name: /^Theme/ }).click();
  await page.getByRole('menuitem', { name: 'Light' }).click();
  await page.waitForFunction(() => document.documentElement.dataset.mantineColorScheme === 'light');
  assert.equal(page.url(), address);
  await closeClean(page);
});

it('an address without a workspace keeps what it asks for', async () => {
  const page = await openPage(browser.context, `${server.url}/chart?symbol=DEMOETHUSDT&interval=1w`);
  await page.waitForURL('**/w/local-workspace/chart?**');
  await settled(page);
  const { searchParams } = new URL(page.url());
  assert.deepEqual([searchParams.get('symbol'), searchParams.get('interval')], ['DEMOETHUSDT', '1w']);
  await closeClean(page);
});

it('lives behind a path as well', async (test) => {
  const proxy = await startProxy(server.url, '/lab/');
  test.after(proxy.stop);
  const page = await openPage(browser.context, `${proxy.url}/`);
  await page.waitForURL('**/lab/w/local-workspace/chart**');
  await settled(page);
  await page.getByRole('link', { name: 'Backtests' }).click();
  await page.getByRole('link', { name: 'Seed', exact: true }).first().click();
  await page.getByRole('region', { name: 'Equity', exact: true }).waitFor();
  assert.match(page.url(), /\/lab\/w\/local-workspace\/backtests\//);
  await page.reload();
  await page.getByRole('region', { name: 'Equity', exact: true }).waitFor();
  await closeClean(page);
});

it('the API is shown at /docs, found by its paths, and tried', async () => {
  const page = await openPage(browser.context, `${server.url}/docs`);
  await page.getByPlaceholder('Filter by tag or path').fill('/api/v1/health');
  const health = page.locator('.opblock');
  await page.waitForFunction(() => document.querySelectorAll('.opblock').length === 1);
  await health.locator('.opblock-summary').click();
  await health.getByRole('button', { name: 'Try it out' }).click();
  await health.getByRole('button', { name: 'Execute' }).click();
  await health.getByText('Request duration').waitFor();
  assert.match(await health.locator('.live-responses-table').innerText(), /^200/m);
  await closeClean(page);
});

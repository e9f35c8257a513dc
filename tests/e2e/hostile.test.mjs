// S23: what people write is shown as they wrote it, and never run. Every text that the server keeps is a hostile one;
// every screen that shows some of them stays quiet: no script, no dialog, no report of the content security policy.
import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { AT_ONCE, closeClean, forEach, openPage, PHONE, settled, startBrowser, startServer } from './harness.mjs';

const OWNER = { email: 'local@example.invalid', password: 'a few words that nobody guesses' };
const HOME = '/w/local-workspace';
const QUIET_RESIZED_MS = 150;
const API = '/api/v1/workspaces/local-workspace';

// Each says by itself whether it was run. U+202E turns around what follows it; names are taken without.
const NAME = '"><img src=x onerror=globalThis.ran=1></script><script>globalThis.ran=1</script>';
const SHORT = '<svg onload=globalThis.ran=1>';
const LINK = 'javascript:globalThis.ran=1//<a href="javascript:globalThis.ran=1">x</a>{{7*7}}${7*7}';
const TURNED = '\u202Egpj.exe';
const long = (bytes) => (NAME + LINK).padEnd(bytes - Buffer.byteLength(TURNED), 'W') + TURNED;

let server;
let browser;
let cookie;
let screens;

async function api(method, path, body, headers = {}) {
  const reply = await fetch(server.url + path, {
    method,
    headers: { 'Content-Type': 'application/json', Cookie: cookie ?? '', ...headers },
    body: body && JSON.stringify(body),
  });
  const text = await reply.text();
  assert.ok(reply.ok, `${method} ${path}: ${reply.status} ${text}`);
  if (path.endsWith('/login')) cookie = reply.headers.getSetCookie().map((one) => one.split(';')[0]).join('; ');
  return text === '' ? undefined : JSON.parse(text);
}

const make = (path, body, headers) => api('POST', API + path, body, headers);
const labels = { name: NAME, tags: [SHORT, 'javascript:1'], notes: long(16_384) };

async function makeRuns(symbol) {
  const run = { strategy_id: 'ma_cross', symbol, ...labels };
  const first = await make('/backtests', run);
  const second = await make('/backtests', { ...run, name: LINK, params: { fast: 5, slow: 30 } });
  const sweep = await make('/backtests/sweeps', {
    strategy_id: 'ma_cross',
    symbol,
    params: { fast: [5, 10] },
    ...labels,
  });
  return { first, second, sweep };
}

async function makePaper(symbol, price) {
  const account = await make('/accounts', { name: NAME });
  const told = { strategy_tag: NAME, thesis: long(4096), invalidation: long(4096), notes: long(16_384) };
  const plan = await make('/trade-plans', {
    account_id: account.id,
    trade_type: 'single',
    tags: labels.tags,
    ...told,
    legs: [{ symbol, side: 'long', planned_quantity: '1', planned_entry_price: price }],
  });
  await make(`/trade-plans/${plan.id}/paper-open`, {});
  await make(`/accounts/${account.id}/deposit`, { amount: '5', note: LINK });
  const order = { account_id: account.id, symbol, side: 'buy', type: 'market', quantity: '1', note: NAME };
  await make('/orders', order, { 'Idempotency-Key': 'one' });
  return { account, plan };
}

async function makeSet(symbol) {
  const set = await make('/category-sets', { name: NAME });
  const document = { categories: { [SHORT]: [symbol], 'javascript:1%2e%2e#?&': [symbol] }, needs_review: [symbol] };
  await api('PUT', `${API}/category-sets/${set.id}`, { document }, { 'If-Match': '*' });
  return set;
}

async function makePeople() {
  const email = '"<img/src=x/onerror=globalThis.ran=1>"@example.org';
  const input = { email: 'mallory@example.org', display_name: NAME, role: 'editor', password: 'given to mallory once' };
  await make('/members', input);
  await make('/invitations', { email, role: 'viewer' }).catch(() => {}); // refused is as good
  await api('POST', '/api/v1/auth/tokens', { name: NAME, role: 'viewer' });
  await api('POST', '/api/v1/workspaces', { name: NAME });
  await api('PATCH', '/api/v1/me', { display_name: LINK });
  const { etag } = await fetch(server.url + API, { headers: { Cookie: cookie } }).then(({ headers }) => ({
    etag: headers.get('etag'),
  }));
  await api('PATCH', API, { name: NAME }, { 'If-Match': etag });
}

before(async () => {
  server = await startServer({
    env: { AUTH_MODE: 'password', DEFAULT_USER_PASSWORD: OWNER.password, TRADING_MODE: 'paper' },
  });
  browser = await startBrowser();
  await api('POST', '/api/v1/auth/login', OWNER);
  const { symbols } = await api('GET', '/api/v1/symbols');
  const { symbol, last_close } = symbols.find(({ quote_asset }) => quote_asset === 'USDT');
  await makePeople();
  const { first, second, sweep } = await makeRuns(symbol);
  const { account, plan } = await makePaper(symbol, String(last_close));
  const set = await makeSet(symbol);
  const text = encodeURIComponent(NAME);
  screens = {
    chart: `${HOME}/chart?symbol=${symbol}&interval=1d&run=${first.id}`,
    'chart of a category': `${HOME}/chart?symbol=${encodeURIComponent(`CAT:${SHORT}`)}&interval=1d&set=${set.id}`,
    backtests: `${HOME}/backtests?sel=${first.id},${second.id}`,
    'a search': `${HOME}/backtests?q=${text}`,
    result: `${HOME}/backtests/${first.id}`,
    parameters: `${HOME}/backtests/${first.id}?tab=params`,
    compare: `${HOME}/backtests/compare?ids=${first.id},${second.id}`,
    'edit a run': `${HOME}/backtests/new?from-run=${first.id}`,
    sweep: `${HOME}/backtests/sweeps/${sweep.id}`,
    scanner: `${HOME}/scanner?passing_only=false&set=${set.id}`,
    heatmap: `${HOME}/heatmap?set=${set.id}`,
    'category sets': `${HOME}/categories`,
    'a category set': `${HOME}/categories/${set.id}`,
    'versions of a set': `${HOME}/categories/${set.id}?tab=versions`,
    plans: `${HOME}/plans`,
    'plans in a list': `${HOME}/plans?view=list`,
    'a plan': `${HOME}/plans/${plan.id}`,
    'history of a plan': `${HOME}/plans/${plan.id}?tab=history`,
    'a plan that is changed': `${HOME}/plans/new?edit=${plan.id}`,
    accounts: `${HOME}/accounts`,
    'an account': `${HOME}/accounts/${account.id}`,
    'a ledger': `${HOME}/accounts/${account.id}?tab=ledger`,
    orders: `${HOME}/orders`,
    jobs: `${HOME}/jobs`,
    data: `${HOME}/data?q=${text}`,
    members: `${HOME}/members`,
    'audit log': `${HOME}/members?tab=audit`,
    workspace: `${HOME}/settings`,
    sessions: '/settings?tab=sessions',
    tokens: '/settings?tab=tokens',
    users: '/admin/users',
    'audit log of the server': '/admin/audit',
    sweeps: `${HOME}/backtests/sweeps`,
    'no such page': `/nowhere?x=${text}`,
  };
  await signIn();
});

after(async () => {
  await browser?.stop();
  await server?.stop();
});

async function signIn() {
  const [name, value] = cookie.split('; ').find((one) => one.startsWith('tlab_session=')).split('=');
  await browser.context.addCookies([{ name, value, url: server.url, httpOnly: true, sameSite: 'Strict' }]);
}

const hasRun = (page) => page.evaluate(() => 'ran' in globalThis);

it('no screen runs a text that somebody wrote, nor is broken by it', AT_ONCE, (test) =>
  forEach(test, screens, async (path, name) => {
    // the pages are one person's at the same time: of two that keep their chart at once one does so again
    const allow = [/status of 412/, ...(name.startsWith('no such') ? [/404/] : [])];
    const page = await openPage(browser.context, server.url + path, { allow });
    page.on('dialog', (dialog) => page.problems.push(`dialog: ${dialog.message()}`));
    await settled(page);
    assert.equal(await hasRun(page), false);
    await page.setViewportSize(PHONE);
    await settled(page, QUIET_RESIZED_MS);
    if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/${name}.png` });
    const beyond = await page.getByRole('main').evaluate((main) => main.scrollWidth - main.clientWidth);
    assert.ok(beyond <= 0, `${beyond} px stick out to the right`);
    assert.equal(await hasRun(page), false);
    await closeClean(page);
  }));

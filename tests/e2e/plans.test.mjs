// Paper trading in real browsers: plans of each kind from the form to the close, accounts and their ledger, orders,
// and what two people see of each other.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { closeClean, openPage, PHONE, settled, startBrowser, startServer } from './harness.mjs';

const OWNER = { email: 'local@example.invalid', password: 'a few words that nobody guesses' };
const HOME = '/w/local-workspace';

let server;
let browser;
let names;

before(async () => {
  server = await startServer({ env: { TRADING_MODE: 'paper' } });
  browser = await startBrowser();
  const { symbols } = await (await fetch(`${server.url}/api/v1/symbols`)).json();
  names = symbols.filter(({ quote_asset }) => quote_asset === 'USDT').map(({ symbol }) => symbol);
});

after(async () => {
  await browser?.stop();
  await server?.stop();
});

const open = (path, options) => openPage(browser.context, server.url + path, options);

async function api(method, path, body, headers = {}) {
  const reply = await fetch(`${server.url}/api/v1/workspaces/local-workspace${path}`, {
    method,
    headers: { 'Content-Type': 'application/json', ...headers },
    body: body && JSON.stringify(body),
  });
  const text = await reply.text();
  assert.ok(reply.ok, `${method} ${path}: ${reply.status} ${text}`);
  return JSON.parse(text);
}

const makePlan = (given = {}) =>
  api('POST', '/trade-plans', {
    account_id: 'paper-main',
    trade_type: 'single',
    legs: [{ symbol: names[0], side: 'long', planned_quantity: '2', planned_entry_price: '5' }],
    ...given,
  });

const leg = (page, number) => page.getByRole('group', { name: `Leg ${number}`, exact: true });

async function fillLeg(page, number, { symbol, entry, stop, amount }) {
  const fields = leg(page, number);
  if (symbol) {
    await fields.getByLabel('Symbol').fill(symbol);
    await page.keyboard.press('Escape');
  }
  if (entry) await fields.getByLabel('Entry price').fill(entry);
  if (stop) await fields.getByLabel('Stop').fill(stop);
  if (amount) await fields.getByLabel(/^(Quantity|Worth|Lose at most)$/).fill(amount);
}

/** Of the form's field that has the focus. */
const focused = (page) => page.evaluate(() => document.activeElement?.closest('[data-field]')?.getAttribute('data-field'));

const planAt = async (page) => {
  await page.waitForURL(/\/plans\/[0-9a-f-]{36}/);
  const id = /plans\/([0-9a-f-]{36})/.exec(page.url())[1];
  return api('GET', `/trade-plans/${id}`);
};

describe('a plan', () => {
  it('of one leg is sized by what may be lost, keeps what was typed, and is said wrong at its fields', async () => {
    const page = await open(`${HOME}/chart?symbol=${names[0]}&interval=1d`, { allow: [/422/] });
    await settled(page);
    await page.keyboard.press('n');
    await page.getByRole('heading', { name: 'New plan' }).waitFor();
    assert.equal(await leg(page, 1).getByLabel('Symbol').inputValue(), names[0]);
    await leg(page, 1)
      .getByRole('button', { name: /^Use last/ })
      .click();
    assert.match(await leg(page, 1).getByLabel('Entry price').inputValue(), /^\d+(\.\d+)?$/);
    await leg(page, 1).getByLabel('Size').selectOption('Lose at most');
    await fillLeg(page, 1, { entry: '5.5', stop: '5', amount: 'ten' });
    await page.getByLabel('Thesis').fill('It goes up');
    await page.getByRole('button', { name: 'Save plan' }).click();
    await page.getByText('Type a number above 0, such as 0.25.').first().waitFor();
    await page.getByText('One field needs a look').waitFor();
    await page.reload();
    await settled(page);
    assert.equal(await page.getByLabel('Thesis').inputValue(), 'It goes up');
    await fillLeg(page, 1, { amount: '10' });
    await page.getByLabel('What it comes to', { exact: true }).getByText('20', { exact: true }).waitFor();
    await page.getByLabel('Most that may be lost').fill('9.5');
    await page.getByRole('button', { name: 'Save plan' }).click();
    // The server's own words, at the field.
    await page.getByLabel('Most that may be lost').and(page.locator('[aria-invalid="true"]')).waitFor();
    await page.getByLabel('Most that may be lost').fill('10');
    await page.getByLabel('Tags').fill('swing, first');
    await page.keyboard.press('Control+Enter');
    const plan = await planAt(page);
    assert.deepEqual(plan.tags, ['swing', 'first']);
    assert.equal(plan.planned_risk, 10);
    assert.equal(plan.legs[0].planned_quantity, 20);
    await closeClean(page);
  });

  it('of a pair is dollar-neutral with opposite sides, one of a basket has as many legs as one likes', async () => {
    const page = await open(`${HOME}/plans/new?symbol=${names[1]}/${names[0]}`);
    await settled(page);
    await fillLeg(page, 1, { entry: '30', amount: '1.5' });
    await fillLeg(page, 2, { entry: '5' });
    assert.equal(await leg(page, 2).getByLabel('Side').inputValue(), 'short');
    await leg(page, 1).getByLabel('Side').selectOption('short');
    assert.equal(await leg(page, 2).getByLabel('Side').inputValue(), 'long');
    await page.getByRole('button', { name: 'Save plan' }).click();
    const pair = await planAt(page);
    assert.deepEqual(
      pair.legs.map(({ side, planned_quantity }) => [side, planned_quantity]),
      [
        ['short', 1.5],
        ['long', 9],
      ],
    );
    await page.goto(`${server.url}${HOME}/plans/new`);
    await settled(page);
    await page.getByText('Basket', { exact: true }).click();
    await page.getByRole('button', { name: 'Add a leg' }).click();
    await fillLeg(page, 1, { symbol: names[0], entry: '5', amount: '2' });
    for (const number of [2, 3]) await fillLeg(page, number, { symbol: names[number], entry: '1' });
    await page.getByRole('switch', { name: 'Watch it' }).click();
    const rule = page.getByRole('group', { name: 'What is watched' });
    await rule.getByLabel('Close of').fill(names[0]);
    await page.keyboard.press('Escape');
    await rule.getByLabel('Than').selectOption('its average (SMA)');
    await rule.getByLabel('Bars').fill('50');
    await page.getByRole('button', { name: 'Save plan' }).click();
    const basket = await planAt(page);
    assert.deepEqual(
      basket.legs.map(({ planned_quantity }) => planned_quantity),
      [2, 10, 10],
    );
    assert.deepEqual(basket.invalidation_rule.average, { kind: 'sma', length: 50 });
    await page.getByText(`${names[0]} closes below SMA 50 on 1d`).waitFor();
    await closeClean(page);
  });

  it('on a phone is written in three steps: nothing is lost between them, and what is wrong leads to its step', async () => {
    const path = `${HOME}/plans/new?tag=phone&symbol=${names[0]}`;
    const page = await open(path, { size: PHONE, allow: [/422/] });
    await settled(page);
    const steps = page.getByRole('radiogroup', { name: 'Steps' });
    const at = (name) =>
      steps.getByRole('radio', { name, exact: true, checked: true }).waitFor({ state: 'attached' });
    const next = page.getByRole('button', { name: /^Next/ });
    await at('1 What');
    assert.deepEqual(
      [await page.getByLabel('Thesis').isVisible(), await page.getByRole('button', { name: 'Save plan' }).isVisible()],
      [false, false],
    );
    // What is wrong keeps one where it is, with the first of it under the cursor.
    await next.click();
    await page.getByText('Type a number above 0, such as 0.25.').first().waitFor();
    assert.equal(await focused(page), 'legs.0.planned_entry_price');
    await fillLeg(page, 1, { entry: '5', stop: '4', amount: '2' });
    await page.keyboard.press('Enter'); // as the keyboard's "go": the next step, not the whole form
    await at('2 Why');
    assert.equal(await leg(page, 1).isVisible(), false);
    await page.getByLabel('Thesis').fill('On the way');
    await next.click();
    await at('3 How much');
    await page.getByText('Risk at the stops').waitFor();
    assert.equal(await next.isVisible(), false);
    await page.getByLabel('Most that may be lost').fill('much');

    await page.goBack();
    await at('2 Why');
    assert.equal(await page.getByLabel('Thesis').inputValue(), 'On the way');
    await page.getByRole('button', { name: 'Back' }).click();
    await at('1 What');
    await leg(page, 1).getByLabel('Stop').fill('four');
    await steps.getByText(/^3/).click();
    await page.reload();
    await settled(page);
    await at('3 How much');
    assert.equal(await page.getByLabel('Most that may be lost').inputValue(), 'much');

    // Of what is wrong in several steps the first is gone to; the others are counted.
    await page.getByRole('button', { name: 'Save plan' }).click();
    await at('1 What (1!)');
    assert.equal(await focused(page), 'legs.0.stop_price');
    assert.equal(await leg(page, 1).getByLabel('Stop').inputValue(), 'four');
    await steps.getByText('3 How much (1!)').waitFor();
    await leg(page, 1).getByLabel('Stop').fill('6'); // on the wrong side: that is the server's to say
    await steps.getByText('3 How much (1!)').click();
    await page.getByLabel('Most that may be lost').fill('1');
    await page.getByRole('button', { name: 'Save plan' }).click();
    await at('1 What (1!)');
    assert.equal(await focused(page), 'legs.0.stop_price');
    await leg(page, 1).getByLabel('Stop').and(page.locator('[aria-invalid="true"]')).waitFor();
    await leg(page, 1).getByLabel('Stop').fill('4.5');
    await page.keyboard.press('Control+Enter');
    const plan = await planAt(page);
    assert.deepEqual(
      [plan.thesis, plan.strategy_tag, plan.max_risk_amount, plan.legs[0].stop_price],
      ['On the way', 'phone', 1, 4.5],
    );
    await closeClean(page);
  });

  it('is opened, closed in part and whole, with what was shown before', async () => {
    const { id } = await makePlan({ notes: 'to be taken away' });
    const page = await open(`${HOME}/plans/${id}`);
    await settled(page);
    await page.getByRole('link', { name: 'Change…' }).click();
    await page.getByLabel('Thesis').fill('Changed before it was opened');
    await page.getByLabel('Notes').fill('');
    await page.getByRole('button', { name: 'Save plan' }).click();
    const { notes, version } = await planAt(page);
    await page.getByText('Changed before it was opened').waitFor();
    assert.deepEqual([notes, version], [null, 2]);
    await page.getByRole('button', { name: /^Open… / }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel(`Mark of ${names[0]}`).fill('5');
    await dialog.getByLabel('Fee').fill('5');
    await dialog.getByLabel('Slippage').fill('100');
    await dialog.getByRole('cell', { name: '5.05', exact: true }).waitFor();
    await dialog.getByRole('button', { name: 'Open', exact: true }).click();
    await page.getByRole('button', { name: /^Close… / }).waitFor();
    const opened = await api('GET', `/trade-plans/${id}/fills`);
    assert.equal(opened.fills[0].price, 5.05);
    assert.equal(opened.fills[0].fee, 0.00505);

    await page.getByRole('button', { name: 'Stops…' }).click();
    await dialog.getByLabel(`Stop of ${names[0]}`).fill('4.5');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('region', { name: 'Legs' }).getByText('4.50', { exact: true }).waitFor();

    await page.getByRole('button', { name: /^Close… / }).click();
    await dialog.getByText('A share').click();
    await dialog.getByRole('textbox', { name: 'Share' }).fill('25');
    await dialog.getByLabel(`Mark of ${names[0]}`).fill('6.05');
    await dialog.getByText('+0.50', { exact: true }).first().waitFor();
    await dialog.getByRole('button', { name: 'Close this part' }).click();
    await dialog.waitFor({ state: 'hidden' });
    const half = await api('GET', `/trade-plans/${id}`);
    assert.deepEqual([half.status, half.legs[0].quantity_open], ['open', 1.5]);

    await page.getByRole('button', { name: /^Close… / }).click();
    await dialog.getByRole('textbox', { name: 'Why' }).fill('It turned.');
    await dialog.getByRole('button', { name: 'Close', exact: true }).last().click();
    await page.getByRole('region', { name: 'Legs' }).waitFor();
    await dialog.waitFor({ state: 'hidden' });
    await page.getByText('It turned.').waitFor();
    await page.getByText('by hand').waitFor();
    await page.getByRole('tab', { name: 'Fills' }).click();
    await page.getByRole('region', { name: 'Fills' }).getByRole('row').nth(3).waitFor();
    await page.getByRole('tab', { name: 'Replay' }).click();
    await page.getByRole('region', { name: 'Difference' }).waitFor();
    await page.getByRole('tab', { name: 'History' }).click();
    await page.getByText(`Bought 2 ${names[0]} at 5.05`).waitFor();
    await closeClean(page);
  });

  it('shows what it had made over time, asking once for the candles of each symbol', async () => {
    const legs = [names[0], names[1]].map((symbol) => ({
      symbol,
      side: 'long',
      planned_quantity: '2',
      planned_entry_price: '5',
    }));
    const { id } = await makePlan({ trade_type: 'basket', legs });
    await api('POST', `/trade-plans/${id}/paper-open`, { mark_prices: { [names[0]]: 5, [names[1]]: 6 } });
    const page = await open(`${HOME}/plans`);
    await settled(page);
    // The demo market ends before today: as if it had been opened while there were candles.
    const earlier = async (route) => {
      const reply = await route.fetch();
      const body = await reply.text();
      const stamp = /"(opened_at|created_at)":"[^"]+"/g;
      await route.fulfill({ response: reply, body: body.replace(stamp, '"$1":"2026-05-02T00:00:30.500000Z"') });
    };
    await page.route(new RegExp(`/trade-plans/${id}(/fills.*)?$`), earlier);
    const asked = [];
    page.on('request', (request) => {
      if (request.url().includes('/api/v1/candles')) asked.push(new URL(request.url()).searchParams.get('symbol'));
    });
    await page.goto(`${server.url}${HOME}/plans/${id}`);
    await settled(page);
    const curve = page.getByRole('group', { name: /^Profit from [−+].* to [−+]/ });
    await curve.waitFor();
    assert.deepEqual(asked.sort(), [names[0], names[1]].sort());
    const { total_pnl } = await api('GET', `/trade-plans/${id}/pnl`);
    const last = Number((await curve.getAttribute('aria-label')).match(/ to ([−+][\d,.]+)\./)[1].replace('−', '-').replaceAll(',', ''));
    assert.ok(Math.abs(last - total_pnl) < 0.01, `${last}, not ${total_pnl}`);
    await page.getByRole('button', { name: 'View as table' }).click();
    await page.waitForURL(/view=table/);
    const rows = page.getByRole('region', { name: 'Profit over time, table' }).getByRole('row');
    assert.ok((await rows.count()) > 20);
    assert.match(await rows.last().innerText(), /^2026-05-02 00:00/);
    await closeClean(page);
  });

  it('is found on the board and in the list, moves by itself, and is cancelled', async () => {
    const page = await open(`${HOME}/plans`);
    await settled(page);
    const { id } = await makePlan({ thesis: 'Comes by the stream', strategy_tag: 'streamed' });
    const planned = page.getByRole('region', { name: 'Planned' });
    await planned.getByText('Comes by the stream').waitFor();
    await api('POST', `/trade-plans/${id}/paper-open`, { mark_prices: { [names[0]]: 5 } });
    await page.getByRole('region', { name: 'Open' }).getByText('Comes by the stream').waitFor();
    const other = await makePlan({ thesis: 'Not after all', strategy_tag: 'streamed' });
    await page.getByText('List', { exact: true }).click();
    await page.getByLabel('Tag or strategy').fill('streamed');
    await page.waitForURL(/tag=streamed/);
    const table = page.getByRole('region', { name: 'Plans' });
    const row = table.getByRole('row').filter({ hasText: 'Not after all' });
    await row.getByRole('button', { name: /^Cancel… / }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel plan' }).click();
    await row.getByRole('cell', { name: 'Cancelled', exact: true }).waitFor();
    assert.equal((await api('GET', `/trade-plans/${other.id}`)).status, 'cancelled');
    await page.getByRole('button', { name: 'P&L' }).click();
    await page.waitForURL(/sort=-pnl/);
    assert.match(await table.getByRole('row').nth(1).innerText(), /Comes by the stream/);
    await closeClean(page);
  });

  it('is on the chart of its symbol, with a way to it, as long as it is open', async () => {
    const symbol = names.at(-1);
    const legs = [{ symbol, side: 'short', planned_quantity: '0.01', planned_entry_price: '5', target_price: '1' }];
    const plan = await makePlan({ strategy_tag: 'fade', legs });
    await api('POST', `/trade-plans/${plan.id}/paper-open`, {});
    const page = await open(`${HOME}/chart?symbol=${symbol}&interval=1d`);
    await settled(page);
    const link = page.getByRole('link', { name: 'Open: fade, short' });
    await link.click();
    await page.waitForURL(`**/plans/${plan.id}`);
    await page.goBack();
    await link.waitFor();
    await api('POST', `/trade-plans/${plan.id}/paper-close`, {});
    await link.waitFor({ state: 'detached' });
    await closeClean(page);
  });

  it('is edited by two at once, and neither loses what was typed', async () => {
    const { id } = await makePlan({ notes: 'first' });
    const page = await open(`${HOME}/plans/${id}`, { allow: [/412/] });
    await settled(page);
    await page.getByRole('button', { name: 'Edit' }).click();
    await page.getByLabel('Notes').fill('mine');
    await api('PATCH', `/trade-plans/${id}`, { notes: 'theirs', thesis: 'Theirs' }, { 'If-Match': '*' });
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Somebody changed this plan in the meantime').waitFor();
    await page.getByText('They changed thesis, notes; you changed notes.').waitFor();
    await page.getByRole('button', { name: 'Keep mine' }).click();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('button', { name: 'Edit' }).waitFor();
    const { notes, thesis } = await api('GET', `/trade-plans/${id}`);
    assert.deepEqual([notes, thesis], ['mine', 'Theirs']);
    await closeClean(page);
  });
});

describe('an account', () => {
  it('is made, given money and other terms, and reset after its name was typed', async () => {
    const page = await open(`${HOME}/accounts`, { allow: [/422/] });
    await settled(page);
    await page.getByRole('button', { name: 'New account…' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('Trial');
    await dialog.getByLabel('Balance').fill('1000.10');
    await dialog.getByRole('button', { name: 'Make it' }).click();
    await page.getByRole('heading', { name: 'Trial' }).waitFor();
    const id = page.url().split('/').at(-1);

    await page.getByRole('button', { name: 'Deposit…' }).click();
    await dialog.getByText('Withdrawal').click();
    await dialog.getByLabel('Amount').fill('0.2');
    await dialog.getByRole('button', { name: 'Take out' }).click();
    await dialog.waitFor({ state: 'hidden' });
    assert.equal((await api('GET', `/accounts/${id}`)).cash, 999.9);
    await page.getByText('today 0.00 (UTC)').waitFor(); // money taken out is no loss

    await page.getByRole('button', { name: 'Settings…' }).click();
    await dialog.getByLabel('Fee').fill('2.5');
    await dialog.getByLabel('Leverage').fill('1000');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.getByLabel('Leverage').and(page.locator('[aria-invalid="true"]')).waitFor();
    await dialog.getByLabel('Leverage').fill('2');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.getByText('fee 2.5 bps').waitFor();

    await page.getByRole('button', { name: 'Reset…' }).click();
    await dialog.getByLabel('Type Trial to confirm').fill('trial');
    await dialog.getByRole('button', { name: 'Reset account' }).click();
    await dialog.getByText('This is not the name of the account.').waitFor();
    await dialog.getByLabel('Type Trial to confirm').fill('Trial');
    await dialog.getByRole('button', { name: 'Reset account' }).click();
    await dialog.waitFor({ state: 'hidden' });
    assert.equal((await api('GET', `/accounts/${id}`)).cash, 1000.1);
    await page.goto(`${server.url}${HOME}/accounts`);
    const card = page.getByRole('listitem').filter({ hasText: 'Trial' });
    await card.getByText(/Today\s*0\.00/).waitFor();
    await closeClean(page);
  });

  it('shows what it holds by symbol, by plan and by category', async () => {
    const { id } = await makePlan({ legs: [{ symbol: names[2], side: 'short', planned_quantity: '3', planned_entry_price: '5' }] });
    await api('POST', `/trade-plans/${id}/paper-open`, { mark_prices: { [names[2]]: 5 } });
    const page = await open(`${HOME}/accounts/paper-main`);
    await settled(page);
    const row = (label) => page.getByRole('region', { name: label, exact: true }).getByRole('row').filter({ hasText: names[2] });
    await row('Positions').waitFor();
    await page.getByText('By plan', { exact: true }).click();
    await page.waitForURL(/by=plan/);
    await row('Positions by plan').getByText(`Short ${names[2]}`).waitFor();
    const { symbols } = await (await fetch(`${server.url}/api/v1/symbols`)).json();
    const [category = 'Of no category'] = symbols.find(({ symbol }) => symbol === names[2]).categories;
    await page.getByText('By category', { exact: true }).click();
    await row('Positions by category').getByText(category, { exact: true }).waitFor();
    await page.reload();
    await row('Positions by category').waitFor();
    await row('Positions by category').getByRole('link', { name: names[2] }).click();
    await page.waitForURL(/\/chart\?symbol=/);
    await page.goBack();
    await row('Positions by category').waitFor();
    await closeClean(page);
  });

  it('shows its journal, whose postings add up to nothing in the file as well', async () => {
    const page = await open(`${HOME}/accounts/paper-main?tab=ledger`);
    await settled(page);
    const { entries } = await api('GET', '/accounts/paper-main/ledger?limit=1000');
    await page.getByRole('region', { name: 'Ledger' }).getByRole('row').nth(entries.length).waitFor();
    await page.setViewportSize(PHONE);
    for (const cash of await page.getByRole('region', { name: 'Ledger' }).getByRole('cell').locator('.num:visible').all()) {
      const { right } = await cash.evaluate((cell) => cell.getBoundingClientRect().toJSON());
      assert.ok(right <= PHONE.width, 'an amount lies beside the phone');
    }
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Postings, CSV' }).click();
    const lines = readFileSync(await (await download).path(), 'utf8')
      .trim()
      .split('\n');
    const postings = lines.slice(1).map((line) => line.split(','));
    assert.equal(
      postings.length,
      entries.flatMap((entry) => entry.postings).length,
    );
    const units = (text) => {
      const [whole, fraction = ''] = text.replace('-', '').split('.');
      const size = BigInt(whole + fraction.padEnd(18, '0'));
      return text.startsWith('-') ? -size : size;
    };
    const sums = new Map();
    for (const [, , , , asset, amount] of postings) sums.set(asset, (sums.get(asset) ?? 0n) + units(amount));
    for (const [asset, sum] of sums) assert.equal(sum, 0n, asset);
    await page.getByLabel('Kind of entry').selectOption('Deposit');
    await page.waitForURL(/entries=deposit/);
    await closeClean(page);
  });
});

describe('orders', () => {
  it('are filled at once or rest until they are cancelled', async () => {
    const page = await open(`${HOME}/orders`);
    await settled(page);
    const ticket = page.getByRole('form', { name: 'Order ticket' });
    await ticket.getByLabel('Symbol').fill(names[0]);
    await page.keyboard.press('Escape');
    await ticket.getByLabel('Quantity').fill('0.5');
    await ticket.getByRole('button', { name: 'Buy with paper money' }).click();
    const table = page.getByRole('region', { name: 'Orders' });
    await table.getByRole('cell', { name: 'Filled', exact: true }).waitFor();
    await ticket.getByLabel('Kind').selectOption('Limit: at this price or better');
    await ticket.getByLabel('Limit').fill('0.01');
    await ticket.getByLabel('Quantity').fill('0.5');
    await ticket.getByRole('button', { name: 'Buy with paper money' }).click();
    await table.getByRole('cell', { name: 'Resting', exact: true }).waitFor();
    await table.getByRole('button', { name: /^Cancel the order/ }).click();
    await table.getByRole('cell', { name: 'Cancelled', exact: true }).waitFor();
    await closeClean(page);
  });
});

describe('two people', () => {
  it('see each other’s plans move, and a viewer may only look', async (test) => {
    const guarded = await startServer({
      env: { AUTH_MODE: 'password', DEFAULT_USER_PASSWORD: OWNER.password },
    });
    const second = await startBrowser();
    test.after(async () => {
      await second.stop();
      await guarded.stop();
    });
    const signIn = async (one, { email, password }, path) => {
      const page = await openPage(one.context, guarded.url + path, { allow: [/401/] });
      await page.getByLabel('E-mail').fill(email);
      await page.getByLabel('Password', { exact: true }).fill(password);
      await page.getByRole('button', { name: 'Sign in', exact: true }).click();
      await page.waitForURL((url) => url.pathname !== '/login');
      await settled(page);
      return page;
    };
    const trader = await signIn(browser, OWNER, `${HOME}/plans/new?symbol=${names[0]}&entry=5`);
    const viewer = { email: 'vera@example.org', password: 'what Vera got to begin with' };
    const made = await trader.evaluate(async ({ email, password }) => {
      const reply = await fetch('/api/v1/workspaces/local-workspace/members', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ email, password, display_name: 'Vera', role: 'viewer' }),
      });
      return reply.status;
    }, viewer);
    assert.equal(made, 201);
    const looker = await signIn(second, viewer, `${HOME}/plans`);
    await fillLeg(trader, 1, { amount: '1' });
    await trader.getByLabel('Thesis').fill('Seen by both');
    await trader.getByRole('button', { name: 'Save plan' }).click();
    await trader.waitForURL(/\/plans\/[0-9a-f-]{36}/);
    const card = looker.getByRole('listitem').filter({ hasText: 'Seen by both' });
    await card.waitFor();
    assert.equal(await card.getByRole('button', { name: /^Open… / }).getAttribute('aria-disabled'), 'true');
    await trader.getByRole('button', { name: /^Open… / }).click();
    await trader.getByRole('dialog').getByRole('button', { name: 'Open', exact: true }).click();
    await looker.getByRole('region', { name: 'Open' }).getByText('Seen by both').waitFor();
    await closeClean(looker);
    await closeClean(trader);
  });
});

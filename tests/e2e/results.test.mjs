// The page of a result: its rebalances, which symbols made it, its trades on the chart, its worst and its best time.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, it } from 'node:test';
import { axeFindings, animated, closeClean, openPage, settled, startBrowser, startServer } from './harness.mjs';

const DAY = 86_400;
const WS = '/w/local-workspace/backtests';

let server;
let browser;
let single;
let category;
let many;
let flat;
const open = (path, options) => openPage(browser.context, server.url + WS + path, options);

async function api(path, body) {
  const reply = await fetch(`${server.url}/api/v1/workspaces/local-workspace/backtests${path}`, {
    method: body ? 'POST' : 'GET',
    headers: { 'Content-Type': 'application/json' },
    body: body && JSON.stringify(body),
  });
  return reply.json();
}

const rebalancesOf = async ({ id }) => (await api(`/${id}/rebalances?limit=1000`)).rebalances;
const tradesOf = async ({ id }) => (await api(`/${id}/trades`)).trades;

const date = (seconds) => new Date(seconds * 1000).toISOString().slice(0, 10);
const grouped = (value, decimals) =>
  Math.abs(value).toLocaleString('en-US', { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
/** As changes are printed: with their sign, zero without one. */
function signed(value, suffix = '') {
  const text = grouped(value, 2);
  return (/[1-9]/.test(text) ? (value < 0 ? '−' : '+') : '') + text + suffix;
}
const percent = (fraction) => signed(fraction * 100, '%');

const table = (page, name) => page.getByRole('region', { name, exact: true });
/** The texts of a table, cell by cell. */
const cellsOf = (region) =>
  region
    .locator('tbody tr')
    .evaluateAll((rows) => rows.map((row) => [...row.cells].map((cell) => cell.innerText.trim())));
const param = (page, name) => new URL(page.url()).searchParams.get(name);

before(async () => {
  server = await startServer();
  browser = await startBrowser();
  const reply = await (await fetch(`${server.url}/api/v1/symbols`)).json();
  const symbols = reply.symbols.filter(({ quote_asset }) => quote_asset === 'USDT').map(({ symbol }) => symbol);
  const momentum = (body) => api('/category-relative-momentum', { long_count: 2, short_count: 2, ...body });
  single = await api('', { strategy_id: 'ma_cross', symbol: 'DEMOBTCUSDT', allow_short: true });
  category = await momentum({ category: 'Layer 1' });
  many = await momentum({ symbols, strategy: 'risk_adjusted_momentum' });
  // One of the two ends in the middle of the other.
  flat = await momentum({ symbols: ['DEMOBTCUSDT', 'DEMOLOSTUSDT'] });
  for (const { status } of [single, category, many, flat]) assert.equal(status, 'completed');
});

after(async () => {
  await browser?.stop();
  await server?.stop();
});

it('opens a rebalance with what was held before and after, traded and ranked', async () => {
  const one = (await rebalancesOf(category))[1];
  const page = await open(`/${category.id}?tab=rebalances`);
  await page.getByRole('link', { name: `Rebalance of ${date(one.time)}` }).click();
  const dialog = page.getByRole('dialog', { name: `Rebalance of ${date(one.time)} UTC` });
  await dialog.waitFor();
  assert.equal(param(page, 'rebalance'), String(one.time));
  const rows = await cellsOf(table(dialog, 'Weights and trades, table'));
  const targets = one.weights.map(({ target }) => target).sort((a, b) => b - a);
  assert.deepEqual(
    rows.map((cells) => cells[3]),
    targets.map(percent),
  );
  for (const [symbol, side, previous, , traded, , fee] of rows) {
    const weight = one.weights.find((each) => each.symbol === symbol);
    const trade = one.trades.find((each) => each.symbol === symbol);
    assert.equal(previous, percent(weight.previous));
    assert.equal(traded.split(' ')[0], trade.quantity < 0 ? 'sold' : 'bought');
    assert.equal(fee, grouped(trade.fee, 2));
    const words = [one.longs.includes(symbol) && 'long', one.shorts.includes(symbol) && 'short'];
    for (const word of words.filter(Boolean)) assert.ok(side.endsWith(word), side);
  }
  const chosen = (symbol) =>
    one.longs.includes(symbol) ? '▲ long' : one.shorts.includes(symbol) ? '▼ short' : '–';
  assert.deepEqual(
    await cellsOf(table(dialog, 'Ranking, table')),
    one.ranking.map(({ symbol, score }, place) => [String(place + 1), symbol, percent(score), chosen(symbol)]),
  );
  await dialog.getByText(`fees ${grouped(one.fees, 2)} USDT`).waitFor();
  await animated(page);
  assert.deepEqual(await axeFindings(page), []);
  await page.goBack();
  await dialog.waitFor({ state: 'detached' });
  assert.equal(param(page, 'rebalance'), null);
  await closeClean(page);
});

it('opens a rebalance by Enter, goes on to the next, and Back closes', async () => {
  const [first, second] = await rebalancesOf(category);
  const page = await open(`/${category.id}?tab=rebalances`);
  const link = page.getByRole('link', { name: `Rebalance of ${date(first.time)}` });
  await link.focus();
  await page.keyboard.press('Enter');
  await page.getByRole('dialog', { name: date(first.time) }).waitFor();
  await page.getByRole('button', { name: 'Next' }).click();
  await page.getByRole('dialog', { name: date(second.time) }).waitFor();
  assert.equal(param(page, 'rebalance'), String(second.time));
  await page.goBack();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await closeClean(page);
});

it('finds a rebalance of any page by its address, and says why symbols were skipped', async () => {
  const all = await rebalancesOf(many);
  const last = all.findLast(({ skipped }) => skipped.some(({ reason }) => reason === 'no_candle'));
  assert.ok(last.number > 100, 'on the first page');
  const page = await open(`/${many.id}?tab=rebalances&rebalance=${last.time}`);
  const skipped = page.getByRole('region', { name: 'Skipped' });
  const named = last.skipped.filter(({ reason }) => reason === 'no_candle').map(({ symbol }) => symbol);
  await skipped.getByText(`No candle at the bar of the decision: ${named.join(', ')}`).waitFor();
  assert.equal((await cellsOf(table(page, 'Ranking, table'))).length, last.ranking.length);
  await page.goto(`${server.url}${WS}/${many.id}?tab=rebalances&rebalance=1`);
  await page.getByRole('dialog').getByText('No rebalance then').waitFor();
  await closeClean(page);
});

it('says why the book went flat', async () => {
  const one = (await rebalancesOf(flat)).find(({ flat_reason }) => flat_reason !== null);
  const page = await open(`/${flat.id}?tab=rebalances&rebalance=${one.time}`);
  await page.getByText('Nothing is held: fewer than two symbols could be ranked.').waitFor();
  await closeClean(page);
});

it('shows which symbols made the result, the best first, and leads to their charts', async () => {
  const page = await open(`/${category.id}`);
  const region = table(page, 'Attribution');
  await region.waitFor();
  const pnl = new Map();
  for (const row of category.attribution) pnl.set(row.symbol, (pnl.get(row.symbol) ?? 0) + row.pnl);
  const sorted = [...pnl].sort((a, b) => b[1] - a[1]);
  const rows = await cellsOf(region);
  assert.deepEqual(
    rows.map(([symbol, amount]) => [symbol, amount]),
    sorted.map(([symbol, amount]) => [symbol, signed(amount)]),
  );
  const side = (name, symbol) =>
    category.attribution.find((row) => row.side === name && row.symbol === symbol)?.pnl ?? null;
  for (const [symbol, , , share, long, short] of rows) {
    assert.equal(share, percent(pnl.get(symbol) / category.request.initial_capital));
    const text = (value) => (value === null ? '–' : signed(value));
    assert.deepEqual([long, short], [text(side('long', symbol)), text(side('short', symbol))]);
  }
  const gain = category.final_equity - category.request.initial_capital;
  await region.getByText(`together ${signed(gain)} USDT`).waitFor();
  await region.getByRole('link', { name: `${sorted[0][0]} on the chart` }).click();
  await page.getByRole('link', { name: 'Open result' }).waitFor();
  assert.deepEqual([param(page, 'symbol'), param(page, 'run')], [sorted[0][0], category.id]);
  assert.equal(await page.getByText(/It ran on/).count(), 0);
  await settled(page);
  await closeClean(page);
});

it('shows the best and the worst of many symbols, or all', async () => {
  const page = await open(`/${many.id}`);
  const region = table(page, 'Attribution');
  await region.getByText('best and worst 6', { exact: true }).waitFor();
  const count = new Set(many.attribution.map(({ symbol }) => symbol)).size;
  assert.equal((await cellsOf(region)).length, 12);
  await region.getByRole('button', { name: `All ${count}` }).click();
  await page.waitForURL((url) => url.searchParams.get('rows') === 'all');
  assert.equal((await cellsOf(region)).length, count);
  await closeClean(page);
});

it('narrows the trades to winners, a side, an exit and a symbol, in the address', async () => {
  const trades = await tradesOf(category);
  const symbol = trades[0].symbol;
  const page = await open(`/${category.id}?tab=trades`);
  const shown = async () => {
    const label = await page.getByRole('img', { name: /^Returns of/ }).getAttribute('aria-label');
    return Number(/^Returns of ([\d,]+) trades/.exec(label)[1].replace(',', ''));
  };
  await page.getByRole('radiogroup', { name: 'Outcome' }).getByText('Winners').click();
  await page.waitForURL((url) => url.searchParams.get('pnl') === 'won');
  const winners = trades.filter(({ pnl }) => pnl > 0);
  assert.equal(await shown(), winners.length);
  await page.getByRole('combobox', { name: 'Symbol' }).click();
  await page.getByRole('option', { name: symbol }).click();
  await page.waitForURL((url) => url.searchParams.get('symbol') === symbol);
  assert.equal(await shown(), winners.filter((trade) => trade.symbol === symbol).length);
  const fit = ({ pnl, side, exit_reason }) => pnl < 0 && side === 'short' && exit_reason === 'reversal';
  await page.goto(`${server.url}${WS}/${category.id}?tab=trades&pnl=lost&side=short&exit=reversal`);
  assert.ok(trades.some(fit));
  assert.equal(await shown(), trades.filter(fit).length);
  await page.getByRole('combobox', { name: 'Exit by' }).and(page.locator('[value="reversal"]')).waitFor();
  await page.goto(`${server.url}${WS}/${category.id}?tab=trades&exit=stop_loss`);
  await page.getByText('No trade fits').waitFor();
  await closeClean(page);
});

it('says how the returns of the trades are spread', async () => {
  const returns = (await tradesOf(single)).map(({ return_pct }) => return_pct / 100).sort((a, b) => a - b);
  const half = returns.length / 2;
  const median = (returns[Math.floor(half - 0.5)] + returns[Math.floor(half)]) / 2;
  const page = await open(`/${single.id}?tab=trades`);
  const above = returns.filter((value) => value > 0).length;
  const below = returns.filter((value) => value < 0).length;
  const words = `${above} above zero, ${below} below; lowest ${percent(returns[0])}, median ${percent(median)}, highest ${percent(returns.at(-1))}`;
  const bars = page.getByRole('img', { name: `Returns of ${returns.length} trades: ${words}` });
  await bars.waitFor();
  await page.getByText(`Returns: ${words}`).waitFor();
  const counts = await bars.locator('title').evaluateAll((titles) => titles.map((title) => title.textContent));
  assert.equal(
    counts.reduce((sum, text) => sum + Number(text.split(': ')[1]), 0),
    returns.length,
  );
  await closeClean(page);
});

it('leads from a trade to the chart around it, with the run laid over', async () => {
  for (const run of [single, category]) {
    const trade = (await tradesOf(run)).find(({ exit_time }) => exit_time !== null);
    const page = await open(`/${run.id}?tab=trades`);
    await page.getByRole('link', { name: `Trade ${trade.number}, ${trade.symbol}, on the chart` }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('link', { name: 'Open result' }).waitFor();
    assert.deepEqual(
      ['symbol', 'interval', 'run', 'from', 'to'].map((name) => param(page, name)),
      [trade.symbol, '1d', run.id, String(trade.entry_time - 50 * DAY), String(trade.exit_time + 20 * DAY)],
    );
    assert.equal(await page.getByText(/It ran on/).count(), 0);
    await settled(page);
    await page.goBack();
    await page.getByRole('link', { name: `Trade ${trade.number}, ${trade.symbol}, on the chart` }).waitFor();
    await closeClean(page);
  }
});

it('dates the greatest drawdown, and names the best and the worst month', async () => {
  const { points } = await api(`/${single.id}/equity?limit=50000`);
  const lowest = points.reduce((low, point, bar) => (point.drawdown < points[low].drawdown ? bar : low), 0);
  const isBack = ({ drawdown }) => drawdown >= -1e-14;
  const peak = points.slice(0, lowest).findLast(isBack);
  const back = points.slice(lowest).find(isBack);
  const page = await open(`/${single.id}`);
  const end = back ?? points.at(-1);
  const days = Math.round((end.time - peak.time) / DAY).toLocaleString('en-US');
  const words = back
    ? `${date(peak.time)} → ${date(back.time)}, ${days} d`
    : `since ${date(peak.time)}, ${days} d, not back yet`;
  await page.getByText(words).waitFor();
  const known = single.metrics.monthly_returns.filter(({ return: value }) => value !== null);
  const values = known.map(({ return: value }) => value);
  const positive = values.filter((value) => value > 0).length;
  const text = await page.getByRole('region', { name: 'Monthly returns', exact: true }).locator('p').innerText();
  assert.ok(text.includes(percent(Math.max(...values))), text);
  assert.ok(text.includes(percent(Math.min(...values))), text);
  const share = `${grouped((100 * positive) / values.length, 1)}%`;
  assert.ok(text.includes(`${positive} of ${values.length} months positive, ${share}`), text);
  await closeClean(page);
});

it('saves the rebalances as CSV, every page of them', async () => {
  const all = await rebalancesOf(many);
  const page = await open(`/${many.id}`);
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Export' }).click();
  await page.getByRole('menuitem', { name: 'Rebalances, CSV' }).click();
  const lines = readFileSync(await (await download).path(), 'utf8').trim().split('\n');
  assert.ok(lines[0].startsWith('number,time,decided_at,symbol,rank,score'));
  const numbers = new Set(lines.slice(1).map((line) => Number(line.split(',')[0])));
  assert.deepEqual([...numbers], all.map(({ number }) => number));
  await closeClean(page);
});

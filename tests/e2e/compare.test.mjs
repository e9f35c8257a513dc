// Runs beside each other, a result run again and compared, a category put to the test, and names, tags and stars.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, it } from 'node:test';
import { closeClean, openPage, settled, startBrowser, startServer } from './harness.mjs';

let server;
let browser;
let runs;
const WS = '/w/local-workspace/backtests';
const open = (path, options) => openPage(browser.context, server.url + WS + path, options);

async function api(path, { method = 'GET', body, headers = {} } = {}) {
  const reply = await fetch(`${server.url}/api/v1/workspaces/local-workspace/backtests${path}`, {
    method,
    headers: body ? { 'Content-Type': 'application/json', ...headers } : headers,
    body: body && JSON.stringify(body),
  });
  return reply.status === 204 ? undefined : reply.json();
}

const run = (body) => api('', { method: 'POST', body: { strategy_id: 'ma_cross', symbol: 'DEMOBTCUSDT', ...body } });

before(async () => {
  server = await startServer();
  browser = await startBrowser();
  runs = [
    await run({ name: 'Slow' }),
    await run({ name: 'Fast', params: { fast: 5, slow: 30 } }),
    await run({ name: 'Late', from: 1704067200 }),
  ];
  for (const { status } of runs) assert.equal(status, 'completed');
});

after(async () => {
  await browser?.stop();
  await server?.stop();
});

it('chooses runs in the list and shows them side by side', async () => {
  const page = await open('');
  await page.getByRole('checkbox', { name: 'Compare Slow' }).check();
  await page.getByText('Choose another one to compare').waitFor();
  await page.getByRole('checkbox', { name: 'Compare Fast' }).check();
  await page.getByRole('link', { name: 'Compare (2)' }).click();
  await page.getByRole('region', { name: 'Figures', exact: true }).waitFor();
  const ids = new URL(page.url()).searchParams.get('ids').split(',');
  const told = await api(`/compare?ids=${ids.join(',')}`);
  const best = told.metrics.find(({ name }) => name === 'total_return').best;
  const row = page.getByRole('region', { name: 'Figures', exact: true }).getByRole('row', { name: /^Total return/ });
  const marked = await row.getByRole('cell').evaluateAll((cells) => cells.map((cell) => 'best' in cell.dataset));
  assert.deepEqual(marked, [0, 1].map((index) => index === best));
  const asked = page.getByRole('region', { name: 'What was asked differently', exact: true });
  assert.deepEqual(
    await asked.getByRole('rowheader').evaluateAll((headers) => headers.map(({ title }) => title)),
    told.request_differences.map(({ member }) => member.split('/').at(-1)),
  );
  assert.deepEqual(await asked.getByRole('rowheader').allInnerTexts(), ['Fast average', 'Slow average']);
  assert.equal(await page.getByText('Different ranges').count(), 0);
  await closeClean(page);
});

it('takes another base, warns of other ranges, and leaves a run out', async () => {
  const ids = runs.map(({ id }) => id);
  const page = await open(`/compare?ids=${ids.join(',')}`);
  await page.getByText('Different ranges').waitFor();
  await page.getByRole('radio', { name: 'Measure against B' }).check();
  await page.waitForURL((url) => url.searchParams.get('base') === ids[1]);
  await page.getByText('difference from B').waitFor();
  await page.getByRole('button', { name: 'View as table' }).click();
  await page.getByRole('region', { name: 'Curves, table' }).waitFor();
  await page.getByRole('button', { name: 'Leave out C, Late' }).click();
  await page.waitForURL((url) => url.searchParams.get('ids') === ids.slice(0, 2).join(','));
  await page.getByText('Different ranges').waitFor({ state: 'detached' });
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'CSV' }).click();
  const csv = readFileSync(await (await download).path(), 'utf8');
  const { metrics } = await api(`/compare?ids=${ids.slice(0, 2).join(',')}`);
  assert.equal(csv.trim().split('\n').length - 1, metrics.length);
  await closeClean(page);
});

it('says what is missing where fewer than two are named', async () => {
  const page = await open('/compare');
  await page.getByText('Choose at least two runs').waitFor();
  await page.getByRole('link', { name: 'All backtests' }).click();
  await page.getByRole('checkbox', { name: 'Compare Slow' }).waitFor();
  await closeClean(page);
});

it('verifies a result, and has what speaks for it under Trust', async () => {
  const page = await open(`/${runs[0].id}`);
  const trust = page.getByRole('region', { name: 'Trust' });
  await trust.getByText(/passed · \d+ runs/).waitFor();
  await trust.getByRole('button', { name: 'Verify' }).click();
  const verdict = page.getByRole('region', { name: 'Verification' });
  await verdict.getByRole('heading', { name: 'Identical' }).waitFor();
  await verdict.getByText(/the same candles · engine/).waitFor();
  await closeClean(page);
});

it('finds the verdict of a job in its address, and from the list of jobs', async () => {
  const headers = { Prefer: 'respond-async' };
  const job = await api(`/${runs[1].id}/verify`, { method: 'POST', headers });
  const page = await open(`/${runs[1].id}?verify=${job.id}`);
  await page.getByRole('heading', { name: 'Identical' }).waitFor();
  await page.goto(`${server.url}/w/local-workspace/jobs?kind=backtest_verify`);
  await page.getByRole('link', { name: /^verify ma_cross/ }).click();
  await page.getByRole('heading', { name: 'Identical' }).waitFor();
  await closeClean(page);
});

it('runs a category, and takes its request over into the form again', async () => {
  const page = await open('/new');
  await page.getByText('Category, by momentum').click();
  await page.getByRole('button', { name: 'Run backtest' }).click();
  await page.getByText('One field needs a look').waitFor();
  await page.getByRole('combobox', { name: 'Category', exact: true }).click();
  await page.getByRole('option', { name: 'Layer 1' }).click();
  await page.getByRole('textbox', { name: 'Short', exact: true }).fill('0');
  await page.getByRole('textbox', { name: 'Long', exact: true }).fill('0');
  await page.getByText('Not both counts may be 0').first().waitFor();
  await page.getByRole('textbox', { name: 'Long', exact: true }).fill('2');
  await page.getByLabel('Estimate').getByText(/about [\d,]+/).first().waitFor();
  await page.getByText('curl', { exact: true }).click();
  await page.getByText(/backtests\/category-relative-momentum/).waitFor();
  await page.getByRole('button', { name: 'Run backtest' }).click();
  await page.getByRole('region', { name: 'Equity', exact: true }).waitFor();
  await page.getByRole('tab', { name: 'Rebalances' }).waitFor();
  await page.getByRole('link', { name: 'Duplicate & edit' }).click();
  const long = page.getByRole('textbox', { name: 'Long', exact: true });
  await long.waitFor();
  assert.equal(await long.inputValue(), '2');
  await closeClean(page);
});

it('names, tags and stars a run', async () => {
  const { id } = runs[2];
  const page = await open(`/${id}`);
  await page.getByRole('button', { name: 'Name and tags of this backtest' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: 'Name' }).fill('Later');
  await dialog.getByRole('textbox', { name: 'Tags' }).fill('trend, btc, trend');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('heading', { name: 'Later' }).waitFor();
  await page.getByRole('list', { name: 'Tags' }).getByText('btc').waitFor();
  await page.getByRole('button', { name: 'Star this backtest', pressed: false }).click();
  await page.getByRole('button', { name: 'Star this backtest', pressed: true }).waitFor();
  await settled(page);
  const stored = await api(`/${id}`);
  assert.deepEqual([stored.name, stored.tags, stored.starred], ['Later', ['trend', 'btc'], true]);
  await closeClean(page);
});

it('narrows the list to a tag and to what has a star', async () => {
  const page = await open('');
  const shown = async () => {
    await settled(page);
    return (await page.getByRole('checkbox', { name: /^Compare / }).all()).length;
  };
  const all = await shown();
  await page.getByRole('link', { name: 'btc', exact: true }).click();
  assert.equal(await shown(), 1);
  await page.getByRole('button', { name: 'Tag: btc' }).click();
  assert.equal(await shown(), all);
  await page.getByRole('button', { name: 'Starred', pressed: false }).click();
  assert.equal(await shown(), 1);
  assert.equal(new URL(page.url()).searchParams.get('starred'), 'only');
  await closeClean(page);
});

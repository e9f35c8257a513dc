// The category sets of a workspace: made, edited with a way back, saved as versions, chosen on other pages.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, it } from 'node:test';
import { AT_ONCE, animated, closeClean, findingsInEveryLook, forEach, openPage, settled, startBrowser, startServer } from './harness.mjs';

const W = '/w/local-workspace';
const MINE = { categories: { Old: ['DEMOAURAUSDT', 'DEMOMINDUSDT'], Dogs: ['DEMOPUPUSDT'] } };
const refusals = { allow: [/Failed to load resource.*(400|404|412)/] };

let server;
let browser;

before(async () => {
  server = await startServer();
  browser = await startBrowser();
});

after(async () => {
  await browser?.stop();
  await server?.stop();
});

async function call(method, path, body, headers = {}) {
  const reply = await fetch(`${server.url}/api/v1/workspaces/local-workspace/category-sets${path}`, {
    method,
    headers: { 'Content-Type': 'application/json', ...headers },
    body: body && JSON.stringify(body),
  });
  const text = await reply.text();
  assert.ok(reply.ok, text);
  return { body: text === '' ? undefined : JSON.parse(text), etag: reply.headers.get('etag') };
}

const make = async (name, document = MINE) => (await call('POST', '', { name, document })).body;
const open = (path, options) => openPage(browser.context, server.url + path, { ...refusals, ...options });
const entry = (page, name) =>
  page.getByRole('region', { name: 'Categories of the set' }).getByRole('button', { name });
const chooseSymbol = (page, symbol) => page.getByRole('checkbox', { name: symbol }).check();
const save = (page) => page.getByRole('button', { name: 'Save', exact: true }).click();

it('a set begins as a copy of the server’s categories, is renamed, and deleted by its name', async () => {
  const page = await open(`${W}/categories`);
  await page.getByRole('button', { name: 'New set…' }).first().click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Create set' }).click();
  await dialog.getByText('Give it a name.').waitFor();
  await dialog.getByLabel('Name').fill('Copied');
  await dialog.getByRole('button', { name: 'Create set' }).click();
  await page.getByRole('heading', { name: /Copied/ }).waitFor();
  await entry(page, 'Layer 1').waitFor();

  await page.getByRole('button', { name: 'Rename…' }).click();
  await dialog.getByLabel('Name').fill('Called otherwise');
  await dialog.getByRole('button', { name: 'Rename' }).click();
  await page.getByRole('heading', { name: /Called otherwise/ }).waitFor();

  await page.getByRole('link', { name: 'Category sets' }).click();
  await page.getByRole('button', { name: 'Delete Called otherwise' }).click();
  await dialog.getByLabel(/Type Called otherwise/).fill('something else');
  await dialog.getByRole('button', { name: 'Delete set' }).click();
  await dialog.getByText('This is not the name of the set.').waitFor();
  await dialog.getByLabel(/Type Called otherwise/).fill('Called otherwise');
  await dialog.getByRole('button', { name: 'Delete set' }).click();
  await page.getByText('There are no sets yet').waitFor();
  await closeClean(page);
});

it('categories and symbols are edited, undone, and saved as the next version', async () => {
  const set = await make('Edited');
  const page = await open(`${W}/categories/${set.id}?category=Old`);
  await page.getByLabel('Name of a new category').fill('old');
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await page.getByText('There is a category “Old” already.').waitFor();
  await page.getByLabel('Name of a new category').fill('New');
  await page.getByRole('button', { name: 'Add', exact: true }).click();

  // One by searching the market, many by pasting.
  await page.getByRole('combobox', { name: 'Add a symbol to New' }).fill('demofro');
  await page.getByRole('option', { name: 'DEMOFROGUSDT' }).click();
  await page.getByRole('checkbox', { name: 'DEMOFROGUSDT' }).waitFor();
  await page.getByRole('button', { name: 'Paste many…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Symbols').fill('demomoonusdt, DEMOFROGUSDT\nNOTTHEREUSDT');
  await dialog.getByText('1 to add, 1 in it already, 1 without candles: NOTTHEREUSDT.').waitFor();
  await dialog.getByRole('button', { name: 'Add', exact: true }).click();
  await page.getByRole('checkbox', { name: 'DEMOMOONUSDT' }).waitFor();

  // Moved, then taken out, then taken back.
  await entry(page, 'Old').click();
  await chooseSymbol(page, 'DEMOAURAUSDT');
  await page.getByLabel('Move to a category').selectOption('New');
  await chooseSymbol(page, 'DEMOMINDUSDT');
  await page.getByRole('button', { name: 'Take out' }).click();
  await page.getByText('No symbols in it yet').waitFor();
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByRole('checkbox', { name: 'DEMOMINDUSDT' }).waitFor();

  await entry(page, 'Dogs').click();
  await page.getByRole('button', { name: 'Remove category' }).click();
  await entry(page, 'Without a category').click();
  await page.getByRole('checkbox', { name: 'DEMOPUPUSDT' }).waitFor();

  // Whoever leaves is asked first.
  await page.getByRole('link', { name: 'Category sets' }).click();
  await dialog.getByRole('button', { name: 'Stay' }).click();
  await page.getByText('Not saved: 3 categories have changed.').waitFor();
  await save(page);
  await page.getByText('Everything is saved.').waitFor();
  const { body } = await call('GET', `/${set.id}`);
  assert.equal(body.version, 2);
  assert.deepEqual(body.document.categories, {
    New: ['DEMOAURAUSDT', 'DEMOFROGUSDT', 'DEMOMOONUSDT'],
    Old: ['DEMOMINDUSDT'],
  });
  assert.equal(body.document.symbols.DEMOFROGUSDT.quote_asset, 'USDT');
  await closeClean(page);
});

it('whoever comes second sees both changes, and keeps their own or takes the other', async () => {
  for (const way of ['Keep mine', 'Take theirs']) {
    const set = await make(way);
    const page = await open(`${W}/categories/${set.id}?category=Old`);
    await chooseSymbol(page, 'DEMOMINDUSDT');
    await page.getByRole('button', { name: 'Take out' }).click();
    // The page is not told: it learns of it by the refusal.
    await page.route('**/events', (route) => route.abort());
    const { etag } = await call('GET', `/${set.id}`);
    const theirs = { categories: { ...MINE.categories, Dogs: ['DEMOMOONUSDT', 'DEMOPUPUSDT'] } };
    await call('PUT', `/${set.id}`, { document: theirs }, { 'If-Match': etag });
    await save(page);
    await page.getByRole('region', { name: 'They changed' }).getByText('+DEMOMOONUSDT').waitFor();
    await page.getByRole('region', { name: 'You changed' }).getByText('−DEMOMINDUSDT').waitFor();
    await page.getByRole('button', { name: way }).click();
    if (way === 'Keep mine') {
      await save(page);
      await page.getByText('Everything is saved.').waitFor();
    }
    const { body } = await call('GET', `/${set.id}`);
    const mine = { Dogs: ['DEMOPUPUSDT'], Old: ['DEMOAURAUSDT'] };
    assert.deepEqual(body.document.categories, way === 'Keep mine' ? mine : { ...theirs.categories });
    await page.getByRole('button', { name: way }).waitFor({ state: 'detached' });
    await page.close();
  }
});

it('a change of somebody else shows at once where nothing is being edited', async () => {
  const set = await make('Watched');
  const page = await open(`${W}/categories/${set.id}?category=Old`);
  await settled(page);
  const { etag } = await call('GET', `/${set.id}`);
  await call('PUT', `/${set.id}`, { document: { categories: { Old: ['DEMOMOONUSDT'] } } }, { 'If-Match': etag });
  await page.getByRole('checkbox', { name: 'DEMOMOONUSDT' }).waitFor();
  await closeClean(page);
});

it('an old version is looked at, and made the newest again', async () => {
  const set = await make('Versions');
  const { etag } = await call('GET', `/${set.id}`);
  await call('PUT', `/${set.id}`, { document: { categories: { Only: ['DEMOMOONUSDT'] } } }, { 'If-Match': etag });
  const page = await open(`${W}/categories/${set.id}?tab=versions`);
  await page.getByRole('link', { name: 'Version 1' }).click();
  await page.getByText('This is version 1 of 2').waitFor();
  await entry(page, 'Dogs').click();
  assert.equal(await page.getByRole('checkbox').count(), 0);
  await page.getByRole('button', { name: 'Make this the newest again' }).click();
  await page.getByText('version 3').first().waitFor();
  const { body } = await call('GET', `/${set.id}`);
  assert.deepEqual(body.document.categories, MINE.categories);
  await closeClean(page);
});

it('YAML goes out and comes in, and what is wrong with it is said', async () => {
  const set = await make('As YAML');
  const page = await open(`${W}/categories/${set.id}`);
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'YAML' }).click();
  const file = await download;
  assert.equal(file.suggestedFilename(), 'As-YAML.yaml');
  const text = readFileSync(await file.path(), 'utf8');
  assert.match(text, /Dogs:/);

  const replace = async (content) => {
    await page
      .locator('input[type=file]')
      .setInputFiles({ name: 'mine.yaml', mimeType: 'application/yaml', buffer: Buffer.from(content) });
    await page.getByRole('dialog').getByRole('button', { name: 'Replace' }).click();
  };
  await page.getByRole('button', { name: 'Replace…' }).click();
  await replace('categories: [');
  await page.getByRole('alert').getByText(/line 1/i).waitFor();
  await replace(text.replaceAll('Dogs', 'Puppies'));
  await entry(page, 'Puppies').waitFor();
  assert.equal((await call('GET', `/${set.id}`)).body.version, 2);
  await closeClean(page);
});

it('a set is chosen in the heat map, and goes along to the chart and the backtest', async () => {
  const set = await make('Chosen');
  const page = await open(`${W}/heatmap`);
  await page.getByLabel('Categories of').selectOption('Chosen');
  await page.waitForURL((url) => url.searchParams.get('set') === set.id);
  await page.getByRole('link', { name: 'Old', exact: true }).click();
  await page.waitForURL((url) => url.searchParams.get('symbol') === 'CAT:Old');
  await page.locator('[aria-roledescription="chart"] canvas').first().waitFor();
  assert.equal(new URL(page.url()).searchParams.get('set'), set.id);
  await page.getByRole('link', { name: 'Backtest', exact: true }).click();
  await page.getByRole('button', { name: 'Run backtest' }).click();
  await page.getByRole('region', { name: 'Equity', exact: true }).waitFor();

  await page.goto(`${server.url}${W}/backtests/new?over=category`);
  await page.getByLabel('Categories of').selectOption('Chosen');
  await page.getByRole('combobox', { name: 'Category', exact: true }).click();
  await page.getByRole('option', { name: 'Old' }).click();
  await page.getByText('2 symbols of it are stored in this quote asset').waitFor();
  await page.getByLabel('Long').fill('1');
  await page.getByLabel('Short').fill('1');
  await page.getByRole('button', { name: 'Run backtest' }).click();
  await page.getByRole('region', { name: 'Equity', exact: true }).waitFor();
  await page.getByRole('link', { name: /Duplicate|Edit/ }).first().click();
  await page.getByText('Categories of').waitFor();
  assert.equal(await page.getByLabel('Categories of').inputValue(), set.id);

  await page.goto(`${server.url}${W}/scanner?passing_only=false&set=${set.id}&category=Dogs`);
  await page.getByRole('link', { name: /DEMOPUP/ }).first().waitFor();
  assert.equal(await page.locator('[data-row]').count(), 1);
  await closeClean(page);
});

it('its dialogs and what is chosen are accessible in both themes and widths', AT_ONCE, async (test) => {
  const set = await make('Looked at', { categories: { ...MINE.categories, Gone: ['NOTSTOREDUSDT'] } });
  const { etag } = await call('GET', `/${set.id}`);
  await call('PUT', `/${set.id}`, { document: MINE }, { 'If-Match': etag });
  const path = `${W}/categories/${set.id}`;
  const click = (name) => (page) => page.getByRole('button', { name }).first().click();
  const looks = {
    'chosen symbols': [`${path}?category=Old`, (page) => chooseSymbol(page, 'DEMOMINDUSDT')],
    'an old version': [`${path}?version=1`, (page) => page.getByText('What has changed since').click()],
    'filters of a set': [`${W}/scanner?set=${set.id}&category=Old`, click(/^Filters/)],
    'new set': [`${W}/categories`, click('New set…')],
    'delete a set': [`${W}/categories`, click('Delete Looked at')],
    paste: [`${path}?category=Old`, click('Paste many…')],
    replace: [path, click('Replace…')],
  };
  await forEach(test, looks, async ([address, act]) => {
    const page = await open(address, { theme: 'auto' });
    await settled(page);
    await act?.(page);
    await animated(page);
    assert.deepEqual(await findingsInEveryLook(page), []);
    await closeClean(page);
  });
});

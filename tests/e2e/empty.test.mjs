// An instance without candles, and one whose server went away: every screen says what is missing and what helps.
import { after, before, it } from 'node:test';
import { axeFindings, closeClean, openPage, settled, startBrowser, startServer } from './harness.mjs';
import assert from 'node:assert/strict';

let server;
let browser;
const skip = process.env.TLAB_URL ? 'needs a server of its own' : false;

before(async () => {
  if (skip) return;
  server = await startServer({ demo: false });
  browser = await startBrowser();
});

after(async () => {
  await browser?.stop();
  await server?.stop();
});

for (const [what, path] of [
  ['chart', ''],
  ['coverage', '/w/local-workspace/data'],
])
  it(`the ${what} of an empty instance names the commands that fill it`, { skip }, async () => {
    const page = await openPage(browser.context, `${server.url}${path}`, { allow: [/status of 503/] });
    await page.getByText('tlab demo').first().waitFor();
    await page.getByText('tlab download --symbols BTCUSDT').waitFor();
    await page.getByText('tlab import PATH…').waitFor();
    await settled(page);
    assert.deepEqual(await axeFindings(page), []);
    await closeClean(page);
  });

it('a server that went away is named, with a retry', { skip }, async () => {
  const page = await openPage(browser.context, `${server.url}/w/local-workspace/backtests`, { allow: [/./] });
  await page.getByText('No backtests in this workspace yet').waitFor();
  await page.route('**/api/**', (route) => route.abort());
  await page.getByLabel('Filter by name, symbol, strategy or tag').fill('x');
  await page.getByText('The server cannot be reached').waitFor();
  await page.unroute('**/api/**');
  await page.getByRole('button', { name: 'Retry' }).click();
  await page.getByText('No backtest fits these filters').waitFor();
  await closeClean(page);
});

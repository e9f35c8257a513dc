// People: signing in, sessions that end, members and their roles, in real browsers on a server with passwords.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import {
  AT_ONCE,
  axeFindings,
  closeClean,
  findingsInEveryLook,
  forEach,
  openPage,
  settled,
  startBrowser,
  startProxy,
  startServer,
} from './harness.mjs';

const OWNER = {
  email: 'local@example.invalid',
  password: 'a few words that nobody guesses',
};
const LOGIN_JS_BUDGET = 135_000;
const HOME = '/w/local-workspace';

let server;
/** Two browsers, each with cookies of its own. */
let one;
let other;

// What the browser says by itself of the refusals that these tests provoke.
const refusals = {
  allow: [/Failed to load resource.*(401|403|404|409|422|429)/],
};
const open = (browser, path, options = {}) =>
  openPage(browser.context, server.url + path, { ...refusals, ...options });

before(async () => {
  server = await startServer({
    env: { AUTH_MODE: 'password', DEFAULT_USER_PASSWORD: OWNER.password },
  });
  one = await startBrowser();
  other = await startBrowser();
});

after(async () => {
  await one?.stop();
  await other?.stop();
  await server?.stop();
});

/** The API as a program uses it: with a cookie, without a browser. */
async function client({ email, password }) {
  const url = (path) => `${server.url}/api/v1${path}`;
  const headers = { 'Content-Type': 'application/json' };
  const reply = await fetch(url('/auth/login'), {
    method: 'POST',
    headers,
    body: JSON.stringify({ email, password }),
  });
  assert.equal(reply.status, 200, await reply.clone().text());
  headers.Cookie = reply.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ');
  return async (method, path, body) => {
    const answer = await fetch(url(path), {
      method,
      headers,
      body: body && JSON.stringify(body),
    });
    const text = await answer.text();
    assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  };
}

/** Somebody in the local workspace whose password is their own. */
async function person(name, role) {
  const owner = await client(OWNER);
  const email = `${name.toLowerCase()}@example.org`;
  const first = `the first one of ${name}`;
  const password = `what ${name} chose for themselves`;
  const { user_id } = await owner('POST', '/workspaces/local-workspace/members', {
    email,
    display_name: name,
    role,
    password: first,
  });
  const self = await client({ email, password: first });
  await self('POST', '/auth/password', {
    current_password: first,
    new_password: password,
  });
  return { id: user_id, name, email, password };
}

async function fillLogin(page, { email, password }) {
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

/** A page of somebody who is signed in. */
async function openAs(browser, who, path, options) {
  await browser.context.clearCookies();
  const page = await open(browser, path, options);
  await fillLogin(page, who);
  await page.waitForURL((url) => url.pathname !== '/login');
  await settled(page);
  return page;
}

const endSessions = async ({ id }) => (await client(OWNER))('DELETE', `/admin/users/${id}/sessions`);

describe('signing in', () => {
  it('leads back to where one wanted to go, and asks for nothing but the session before', async () => {
    await one.context.clearCookies();
    const asked = [];
    one.context.on('request', (request) => asked.push(new URL(request.url()).pathname));
    const page = await open(one, `${HOME}/jobs?status=failed`);
    await page.getByRole('button', { name: 'Sign in', exact: true }).waitFor();
    assert.deepEqual(
      asked.filter((path) => path.startsWith('/api/')),
      ['/api/v1/auth/session'],
    );
    assert.equal(new URL(page.url()).searchParams.get('next'), `${HOME}/jobs?status=failed`);
    await fillLogin(page, { ...OWNER, password: 'not the password' });
    await page.getByRole('alert').getByText('E-mail or password is wrong.').waitFor();
    await page.getByLabel('Password', { exact: true }).fill(OWNER.password);
    await page.keyboard.press('Enter');
    await page.waitForURL(`**${HOME}/jobs?status=failed`);
    await page.getByRole('heading', { name: 'Jobs' }).waitFor();
    await closeClean(page);
  });

  it('is a page of little code', async () => {
    await one.context.clearCookies();
    const page = await open(one, '/login');
    await page.getByRole('button', { name: 'Sign in', exact: true }).waitFor();
    await settled(page);
    const bytes = await page.evaluate(() =>
      performance
        .getEntriesByType('resource')
        .filter(({ name }) => name.endsWith('.js'))
        .reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0),
    );
    assert.ok(bytes > 50_000 && bytes <= LOGIN_JS_BUDGET, `${bytes} bytes of JavaScript`);
    await closeClean(page);
  });

  it('goes to no other site, whatever the address says', async () => {
    await one.context.clearCookies();
    const page = await open(one, `/login?next=${encodeURIComponent('//example.org/')}`);
    await fillLogin(page, OWNER);
    await page.waitForURL(`**${HOME}/chart**`);
    await closeClean(page);
  });

  it('counts down where there were too many tries', async () => {
    await one.context.clearCookies();
    const page = await open(one, '/login');
    const alert = page.getByRole('alert');
    for (let status = 0, tries = 0; status !== 429; tries++) {
      assert.ok(tries < 9, 'it never was too much');
      const answer = page.waitForResponse((response) => response.url().endsWith('/auth/login'));
      await fillLogin(page, {
        email: 'nobody@example.org',
        password: 'guess after guess',
      });
      status = (await answer).status();
    }
    await alert.getByText(/Too many tries\. Try again in \d+ s\./).waitFor();
    await alert.getByText('You can try again now.').waitFor();
    await closeClean(page);
  });

  it('leads back behind a path as well', async (test) => {
    const proxy = await startProxy(server.url, '/lab/');
    test.after(proxy.stop);
    await one.context.clearCookies();
    const page = await openPage(one.context, `${proxy.url}${HOME}/jobs?status=failed`, refusals);
    await fillLogin(page, OWNER);
    await page.waitForURL(`**/lab${HOME}/jobs?status=failed`);
    await page.getByRole('heading', { name: 'Jobs' }).waitFor();
    await closeClean(page);
  });

  it('shows the password on demand', async () => {
    await one.context.clearCookies();
    const page = await open(one, '/login');
    const field = page.getByLabel('Password', { exact: true });
    await field.fill('look');
    assert.equal(await field.getAttribute('type'), 'password');
    await page.getByRole('button', { name: 'Show the password' }).click();
    assert.equal(await field.getAttribute('type'), 'text');
    await closeClean(page);
  });

  it('ends with logging out, in every tab', async () => {
    const page = await openAs(one, OWNER, `${HOME}/jobs`);
    const second = await open(one, '/settings');
    await second.getByRole('heading', { name: 'Your settings' }).waitFor();
    await page.getByRole('button', { name: /User menu/ }).click();
    await page.getByRole('menuitem', { name: 'Log out' }).click();
    for (const tab of [page, second])
      await tab.getByRole('button', { name: 'Sign in', exact: true }).waitFor();
    assert.equal(new URL(second.url()).searchParams.get('next'), '/settings');
    await closeClean(page);
    await closeClean(second);
  });
});

describe('a session that ends', () => {
  it('asks over the half-filled form, then does what was asked, once', async () => {
    const tessa = await person('Tessa', 'trader');
    const page = await openAs(one, tessa, `${HOME}/backtests/new`);
    await page.getByLabel('Name').fill('typed before the end');
    await endSessions(tessa);
    // The stream ended with the session: the page asks by itself.
    const dialog = page.getByRole('dialog', { name: 'Your session has ended' });
    await dialog.waitFor();
    assert.equal(await dialog.getByLabel('E-mail').inputValue(), tessa.email);
    await dialog.getByLabel('Password', { exact: true }).fill(tessa.password);
    await dialog.getByRole('button', { name: 'Sign in', exact: true }).click();
    await dialog.waitFor({ state: 'detached' });
    assert.equal(await page.getByLabel('Name').inputValue(), 'typed before the end');
    await page.getByRole('button', { name: 'Run backtest' }).click();
    await page.getByRole('region', { name: 'Equity', exact: true }).waitFor();
    await closeClean(page);
  });

  it('holds a change back until one is signed in again', async () => {
    const theo = await person('Theo', 'trader');
    const page = await openAs(one, theo, `${HOME}/backtests/new`);
    await page.getByLabel('Name').fill('sent into the end');
    // No stream tells of the end: the change itself comes upon it.
    await page.route('**/auth/session', (route) => route.abort());
    await one.context.clearCookies();
    await page.getByRole('button', { name: 'Run backtest' }).click();
    const dialog = page.getByRole('dialog', { name: 'Your session has ended' });
    await dialog.waitFor();
    await page.unroute('**/auth/session');
    await dialog.getByLabel('Password', { exact: true }).fill(theo.password);
    await dialog.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByRole('region', { name: 'Equity', exact: true }).waitFor();
    const { backtests } = await (await client(theo))('GET', '/workspaces/local-workspace/backtests?q=sent');
    assert.equal(backtests.length, 1);
    page.problems.length = 0; // the requests that this test cut off
    await page.close();
  });
});

describe('what makes something', () => {
  it('makes it once, however often it is sent until an answer comes', async () => {
    const page = await openAs(one, OWNER, `${HOME}/backtests/new`, {
      allow: [/Failed to load resource/],
    });
    await page.getByLabel('Name').fill('sent twice');
    const keys = [];
    await page.route('**/local-workspace/backtests', async (route) => {
      keys.push(route.request().headers()['idempotency-key']);
      if (keys.length > 1) return route.continue();
      await route.fetch();
      await route.abort('connectionreset');
    });
    await page.getByRole('button', { name: 'Run backtest' }).click();
    await page.getByText('The server cannot be reached').waitFor();
    await page.getByRole('button', { name: 'Run backtest' }).click();
    await page.getByRole('region', { name: 'Equity', exact: true }).waitFor();
    assert.match(keys[0], /^[0-9a-f]{8}-[0-9a-f]{4}-4/);
    assert.deepEqual(keys, [keys[0], keys[0]]);
    const { backtests } = await (await client(OWNER))(
      'GET',
      '/workspaces/local-workspace/backtests?q=sent%20twice',
    );
    assert.equal(backtests.length, 1);
    await closeClean(page);
  });
});

describe('members', () => {
  it('are invited by a link, register, and are seen at once', async () => {
    const page = await openAs(one, OWNER, `${HOME}/members`);
    await page.getByRole('button', { name: 'Add or invite…' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('E-mail addresses').fill('ines@example.org, not-an-address');
    await dialog.getByLabel('Role').selectOption('trader');
    await dialog.getByLabel('Links hold for').selectOption('7 days');
    await dialog.getByRole('button', { name: 'Invite', exact: true }).click();
    await dialog
      .getByRole('alert')
      .getByText(/not-an-address/)
      .waitFor();
    const link = await dialog.getByRole('region', { name: 'Link for ines@example.org' }).innerText();
    assert.match(link, /\/invite#[\w-]{20,}$/);
    const { invitations } = await (await client(OWNER))('GET', '/workspaces/local-workspace/invitations');
    const { created_at, expires_at } = invitations.find(({ email }) => email === 'ines@example.org');
    assert.equal(Date.parse(expires_at) - Date.parse(created_at), 7 * 86_400_000);
    await dialog.getByRole('button', { name: 'Close' }).last().click();

    await other.context.clearCookies();
    const guest = await openPage(other.context, link, refusals);
    await guest.getByText('Local User invited').waitFor();
    await guest.getByLabel('Your e-mail').fill('somebody@example.org');
    await guest.getByLabel('Your name').fill('Ines');
    await guest.getByLabel('A password').fill('the very own words of Ines');
    await guest.getByRole('button', { name: 'Create account and join' }).click();
    await guest.getByText('The invitation was sent to another address than this one.').waitFor();
    await guest.getByLabel('Your e-mail').fill('ines@example.org');
    await guest.getByLabel('A password').fill('short');
    await guest.getByRole('button', { name: 'Create account and join' }).click();
    await guest
      .getByText(/at least 12 characters/)
      .last()
      .waitFor();
    await guest.getByLabel('A password').fill('the very own words of Ines');
    await guest.getByRole('button', { name: 'Create account and join' }).click();
    await guest.waitForURL(`**${HOME}/chart**`);
    // No reload: the stream told of it.
    await page.getByRole('region', { name: 'Members' }).getByText('Ines').first().waitFor();

    await guest.goto(`${server.url}/`);
    await guest.goto(link);
    await guest.getByText('This invitation does not hold any more').waitFor();
    await closeClean(guest);
    await closeClean(page);
  });

  it('have another role at once, and are out at once', async () => {
    const rosa = await person('Rosa', 'trader');
    const theirs = await openAs(other, rosa, `${HOME}/backtests/new`);
    const run = theirs.getByRole('button', { name: 'Run backtest' });
    assert.equal(await run.getAttribute('aria-disabled'), null);

    const page = await openAs(one, OWNER, `${HOME}/members`);
    await page.getByLabel('Role of Rosa').selectOption('viewer');
    await theirs
      .getByText('This takes the role trader; yours in this workspace is viewer.')
      .first()
      .waitFor();
    assert.equal(await run.getAttribute('aria-disabled'), 'true');
    await run.click({ force: true });
    assert.match(theirs.url(), /\/backtests\/new/);

    await page.getByRole('button', { name: 'Remove Rosa' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
    await theirs.getByText('There is no such workspace, or you have no access to it').waitFor();
    await theirs.getByRole('link', { name: 'What I can do' }).click();
    await theirs.getByText('You belong to no workspace').waitFor();
    await closeClean(theirs);
    await closeClean(page);
  });

  it('with an account accept with its password, and own the workspace while its owner looks on', async () => {
    const hedda = await person('Hedda', 'viewer');
    const owner = await client(OWNER);
    // Typed to confirm below: a name that ends in a blank can be typed as it looks.
    const { id } = await owner('POST', '/workspaces', { name: 'Handed over ' });
    const invitation = { email: hedda.email.toUpperCase(), role: 'editor' };
    const { link } = await owner('POST', `/workspaces/${id}/invitations`, invitation);
    const ulla = await person('Ulla', 'viewer');
    const theirs = await openAs(other, ulla, HOME);
    await theirs.goto(link);
    await theirs.getByRole('button', { name: 'Join the workspace' }).click();
    await theirs.getByText(`signed in as ${ulla.email}, but the invitation was sent to another`).waitFor();
    await theirs.getByRole('button', { name: 'Sign out and go on' }).click();
    await theirs.getByText('I have an account here already').click();
    await theirs.getByLabel('E-mail').fill(hedda.email);
    await theirs.getByLabel('Password', { exact: true }).fill(hedda.password);
    await theirs.getByRole('button', { name: 'Sign in', exact: true }).click();
    await theirs.waitForURL(`**/w/${id}/chart**`);
    await theirs.goto(`${server.url}/w/${id}/settings`);
    await theirs.getByRole('heading', { name: 'Workspace settings' }).waitFor();

    const page = await openAs(one, OWNER, `/w/${id}/members`);
    await page.getByRole('button', { name: 'Transfer ownership…' }).click();
    await page.getByLabel('Type Hedda to confirm').fill('Hedda');
    await page.getByRole('dialog').getByRole('button', { name: 'Transfer ownership' }).click();
    await page.getByText('Hedda is the owner now, and you are an editor.').waitFor();
    // No reload: what only owners may do is open now.
    await theirs.getByRole('button', { name: 'Delete workspace…' }).click();
    await theirs.getByLabel('Type Handed over').fill('Handed over');
    await theirs.getByRole('dialog').getByRole('button', { name: 'Delete workspace' }).click();
    await page.getByText('There is no such workspace, or you have no access to it').waitFor();
    await closeClean(theirs);
    await closeClean(page);
  });

  it('see what is not theirs to do, and why', async () => {
    const vera = await person('Vera', 'viewer');
    const page = await openAs(other, vera, `${HOME}/members`);
    await page.getByText('Members are managed by owners').waitFor();
    assert.equal(
      await page.getByRole('button', { name: 'Add or invite…' }).getAttribute('aria-disabled'),
      'true',
    );
    await page.getByRole('tab', { name: 'Audit log' }).click();
    await page.getByText('The audit log is for owners').waitFor();
    await page.goto(`${server.url}/admin`);
    await page.getByText('This is for the operators of the server').waitFor();
    await page.goto(`${server.url}/w/somebody-elses/chart`);
    await page.getByText('There is no such workspace, or you have no access to it').waitFor();
    await closeClean(page);
  });

  it('leave their trace in the audit log, which can be filtered and saved', async () => {
    const page = await openAs(one, OWNER, `${HOME}/members?tab=audit`);
    const rows = page.getByRole('region', { name: 'Audit log' }).getByRole('row');
    await rows.nth(1).waitFor();
    await page.getByLabel('Action').selectOption('member.add');
    await page.waitForURL((url) => url.searchParams.get('action') === 'member.add');
    await settled(page);
    for (const text of await rows.allInnerTexts()) assert.doesNotMatch(text, /session\.|request\./);
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'CSV' }).click();
    assert.equal((await download).suggestedFilename(), 'audit.csv');
    await closeClean(page);
  });
});

describe('the server', () => {
  it('is for its operators, and nothing is asked for on behalf of others', async () => {
    const olaf = await person('Olaf', 'owner');
    const page = await openAs(other, olaf, `${HOME}/jobs?tab=imports`);
    const asked = [];
    page.on('request', (request) => asked.push(new URL(request.url()).pathname));
    await page.reload();
    await page.getByRole('tab', { name: 'Jobs of this workspace' }).waitFor();
    assert.equal(await page.getByRole('tab', { name: 'Imports' }).count(), 0);
    for (const path of ['/admin/users', '/admin/audit']) {
      await page.goto(server.url + path);
      await page.getByText('This is for the operators of the server').waitFor();
      await settled(page);
    }
    await page.getByRole('button', { name: /User menu/ }).click();
    await page.getByRole('menuitem', { name: 'Your settings' }).waitFor();
    assert.equal(await page.getByRole('menuitem', { name: 'This server' }).count(), 0);
    assert.deepEqual(
      asked.filter((path) => /\/api\/v1\/(admin|market\/imports)/.test(path)),
      [],
    );
    await closeClean(page);
  });

  it('has users and an audit log of its own, filtered, read on and saved', async () => {
    const page = await openAs(one, OWNER, `${HOME}/jobs`);
    await page.getByRole('button', { name: /User menu/ }).click();
    await page.getByRole('menuitem', { name: 'This server' }).click();
    const users = page.getByRole('region', { name: 'Users' });
    await users.getByRole('row').filter({ hasText: OWNER.email }).waitFor();
    await page.getByRole('tab', { name: 'Audit log' }).click();
    const rows = page.getByRole('region', { name: 'Audit log' }).getByRole('row');
    await rows.nth(1).waitFor();
    await page.getByLabel('Action').selectOption('session');
    await page.getByLabel('Outcome').selectOption('ok');
    await page.waitForURL((url) => url.searchParams.get('outcome') === 'ok');
    await page.getByLabel('By whom').selectOption({ label: 'by Local User' });
    await page.waitForURL((url) => url.searchParams.has('actor'));
    await settled(page);
    assert.ok((await rows.count()) > 1);
    for (const text of (await rows.allInnerTexts()).slice(1)) {
      assert.match(text, /session\./);
      assert.match(text, new RegExp(OWNER.email));
    }
    // Whoever failed to sign in is nobody yet: their tries are found by the account.
    await fetch(`${server.url}/api/v1/auth/login`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ ...OWNER, password: 'not the password at all' }),
    });
    await page.goto(`${server.url}/admin/audit?outcome=failed`);
    await page.getByLabel('To whom').selectOption({ label: 'to Local User' });
    await page.waitForURL((url) => url.searchParams.has('about'));
    await settled(page);
    assert.ok((await rows.count()) > 1);
    for (const text of (await rows.allInnerTexts()).slice(1)) assert.match(text, new RegExp(`nobody[^]*${OWNER.email}`));
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'CSV' }).click();
    const file = await download;
    assert.equal(file.suggestedFilename(), 'server-audit.csv');
    const lines = readFileSync(await file.path(), 'utf8').trimEnd().split('\n');
    assert.equal(lines.length, await rows.count());
    await page.goto(`${server.url}/admin/audit`);
    await rows.nth(1).waitFor();
    const before = await rows.count();
    const more = page.getByRole('button', { name: 'Show more' });
    if ((await more.count()) > 0) {
      await more.click();
      await page.waitForFunction((known) => document.querySelectorAll('tr').length > known, before);
    }
    await closeClean(page);
  });
});

/** The code of an authenticator (RFC 6238) for a secret in Base32. */
function codeOf(secret) {
  const bits = [...secret.replaceAll(' ', '')]
    .map((letter) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0'))
    .join('');
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => Number.parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)));
  const mac = createHmac('sha1', key).update(counter).digest();
  const at = mac[19] & 15;
  return String((mac.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

describe('one’s own account', () => {
  it('has sessions, which can be ended one by one', async () => {
    const page = await openAs(one, OWNER, '/settings?tab=sessions');
    const second = await openAs(other, OWNER, `${HOME}/jobs`);
    await page.reload();
    await settled(page);
    const rows = page.getByRole('region', { name: 'Sessions' }).getByRole('row');
    await rows.filter({ hasText: 'this one' }).waitFor();
    await page.getByRole('button', { name: 'End all others' }).click();
    await page.getByText('You are signed in here only.').waitFor();
    await second.getByRole('dialog', { name: 'Your session has ended' }).waitFor();
    await closeClean(second);
    await closeClean(page);
  });

  it('asks for the password where the server wants it again, then goes on', async () => {
    const page = await openAs(one, OWNER, '/settings?tab=tokens');
    // A quarter of an hour later, as far as the page can tell.
    let asked = 0;
    await page.route('**/auth/tokens', async (route) => {
      if (route.request().method() !== 'POST' || asked++ > 0) return route.continue();
      await route.fulfill({
        status: 403,
        contentType: 'application/problem+json',
        body: JSON.stringify({
          title: 'Forbidden',
          status: 403,
          code: 'reauth_required',
          detail: 'give it again',
        }),
      });
    });
    await page.getByRole('button', { name: 'New token' }).click();
    await page.getByLabel('Name').fill('a script');
    await page.getByRole('button', { name: 'Create token' }).click();
    const proof = page.getByRole('dialog', { name: 'Confirm that it is you' });
    await proof.getByLabel('Password', { exact: true }).fill('not it');
    await proof.getByRole('button', { name: 'Confirm' }).click();
    await proof.getByRole('alert').waitFor();
    await proof.getByLabel('Password', { exact: true }).fill(OWNER.password);
    await proof.getByRole('button', { name: 'Confirm' }).click();

    const token = await page.getByRole('region', { name: 'Token', exact: true }).innerText();
    const curl = await page.getByRole('region', { name: 'Example' }).innerText();
    assert.ok(curl.includes(token));
    const headers = { Authorization: `Bearer ${token}` };
    const url = /http\S+$/.exec(curl)[0];
    assert.equal((await fetch(url, { headers })).status, 200);
    await page.getByRole('button', { name: 'Revoke a script' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
    await page.getByText('There are no API tokens').waitFor();
    assert.equal((await fetch(url, { headers })).status, 401);
    await closeClean(page);
  });

  it('has a second step, once an authenticator is set up', async () => {
    const otto = await person('Otto', 'viewer');
    const page = await openAs(one, otto, '/settings?tab=security');
    await page.getByRole('button', { name: 'Set up an authenticator…' }).click();
    await page.getByRole('img', { name: 'QR code of the secret' }).waitFor();
    const secret = await page.getByRole('region', { name: 'Secret' }).innerText();
    await page.getByLabel('Code of the app').fill(codeOf(secret));
    await page.getByRole('button', { name: 'Confirm' }).click();
    const list = page.getByRole('list', { name: 'Recovery codes' });
    await list.waitFor();
    const codes = await list.getByRole('listitem').allInnerTexts();
    assert.equal(codes.length, 10);
    await page.getByRole('button', { name: 'I have kept them' }).click();
    await page.getByText(/10 recovery codes are left/).waitFor();

    await one.context.clearCookies();
    await page.goto(`${server.url}/login`);
    await fillLogin(page, otto);
    await page.getByLabel('One-time code').fill(codes[0]);
    await page.getByRole('button', { name: 'Confirm' }).click();
    await page.waitForURL(`**${HOME}/chart**`);
    await closeClean(page);
  });

  it('whose password somebody else gave is asked to choose one', async () => {
    const owner = await client(OWNER);
    const nora = {
      email: 'nora@example.org',
      password: 'handed over on paper',
    };
    const member = { ...nora, display_name: 'Nora', role: 'viewer' };
    await owner('POST', '/workspaces/local-workspace/members', member);
    const page = await openAs(one, nora, `${HOME}/jobs`);
    const dialog = page.getByRole('dialog', {
      name: 'Choose a password of your own',
    });
    await dialog.getByLabel('Current password').fill(nora.password);
    await dialog.getByLabel('New password').fill('only Nora knows this one');
    await dialog.getByRole('button', { name: 'Change password' }).click();
    await dialog.waitFor({ state: 'detached' });
    await page.reload();
    await settled(page);
    assert.equal(await page.getByRole('dialog').count(), 0);
    await closeClean(page);
  });
});

it('whoever must choose a password and a second step does so first, over the page', async (test) => {
  const strict = { REQUIRE_PASSWORD_CHANGE: '1', REQUIRE_TOTP: '1' };
  const env = { AUTH_MODE: 'password', DEFAULT_USER_PASSWORD: OWNER.password, ...strict };
  const guarded = await startServer({ env });
  test.after(guarded.stop);
  await one.context.clearCookies();
  const page = await openPage(one.context, `${guarded.url}${HOME}/chart`, refusals);
  await fillLogin(page, OWNER);
  const second = page.getByRole('dialog', { name: 'Set up an authenticator' });
  const secret = await second.getByRole('region', { name: 'Secret' }).innerText();
  await second.getByLabel('Code of the app').fill(codeOf(secret));
  await second.getByRole('button', { name: 'Confirm' }).click();
  await second.getByRole('button', { name: 'I have kept them' }).click();
  await second.waitFor({ state: 'detached' });
  // What waited goes on: the chart is drawn.
  await page.locator('[aria-roledescription="chart"] canvas').first().waitFor();
  await page.goto(`${guarded.url}${HOME}/members`);
  await page.getByRole('button', { name: 'Add or invite…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('Add with a password').click();
  await dialog.getByLabel('E-mail').fill('nils@example.org');
  await dialog.getByLabel('Name').fill('Nils');
  await dialog.getByLabel('First password').fill('handed over on paper');
  await dialog.getByRole('button', { name: 'Add', exact: true }).click();
  await page.getByRole('region', { name: 'Members' }).getByText('Nils').first().waitFor();
  await closeClean(page);

  await other.context.clearCookies();
  const theirs = await openPage(other.context, `${guarded.url}${HOME}/jobs`, refusals);
  await fillLogin(theirs, { email: 'nils@example.org', password: 'handed over on paper' });
  const first = theirs.getByRole('dialog', { name: 'Choose a password of your own' });
  await first.getByLabel('Current password').fill('handed over on paper');
  await first.getByLabel('New password').fill('Nils alone knows this one');
  await first.getByRole('button', { name: 'Change password' }).click();
  await theirs.getByRole('dialog', { name: 'Set up an authenticator' }).waitFor();
  await closeClean(theirs);
});

describe('preferences', () => {
  it('are the same in a second browser, where the later choice holds', async () => {
    const petra = await person('Petra', 'viewer');
    const kept = (page) =>
      page.waitForResponse(
        (reply) => reply.url().endsWith('/me/preferences') && reply.request().method() === 'PUT' && reply.ok(),
      );
    const page = await openAs(one, petra, `${HOME}/jobs`);
    const first = kept(page);
    await page.getByRole('button', { name: /^Theme/ }).click();
    await page.getByRole('menuitem', { name: 'Light' }).click();
    await page.getByRole('radiogroup', { name: /Time zone/ }).getByText('Local').click();
    await first;
    const second = await openAs(other, petra, `${HOME}/jobs`);
    await second.waitForFunction(() => document.documentElement.dataset.mantineColorScheme === 'light');
    assert.ok(await second.getByRole('radio', { name: 'Local' }).isChecked());
    const changed = kept(second);
    await second.getByRole('radiogroup', { name: /Time zone/ }).getByText('UTC').click();
    await changed;
    // The first browser has the older choice, and tells another one.
    const told = kept(page);
    await page.getByRole('button', { name: /^Theme/ }).click();
    await page.getByRole('menuitem', { name: 'Dark' }).click();
    await told;
    await page.getByRole('radio', { name: 'UTC' }).and(page.locator(':checked')).waitFor({ state: 'attached' });
    await closeClean(page);
    await closeClean(second);
  });
});

describe('a workspace', () => {
  it('begins with people that are invited', async () => {
    const page = await openAs(one, OWNER, `${HOME}/jobs`);
    await page.keyboard.press('Control+k');
    await page.getByRole('option', { name: 'Create workspace…' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('With people');
    await dialog.getByRole('button', { name: 'Invite people, too…' }).click();
    await dialog.getByLabel('E-mail addresses').fill('ada@example.org nonsense');
    await dialog.getByLabel('Links hold for').selectOption('24 hours');
    await dialog.getByRole('button', { name: 'Create workspace' }).click();
    await dialog.getByRole('region', { name: 'Link for ada@example.org' }).waitFor();
    await dialog.getByRole('alert').getByText(/nonsense/).waitFor();
    await dialog.getByRole('button', { name: 'Open the workspace' }).click();
    await page.waitForURL((url) => /\/w\/(?!local)[^/]+\/chart/.test(url.pathname));
    await page.getByRole('button', { name: 'Workspace With people' }).waitFor();
    await closeClean(page);
  });

  it('is deleted by its name and can be had back', async () => {
    const owner = await client(OWNER);
    const { id } = await owner('POST', '/workspaces', { name: 'Short lived' });
    const page = await openAs(one, OWNER, `/w/${id}/settings`);
    await page.getByRole('button', { name: 'Delete workspace…' }).click();
    await page.getByLabel('Type Short lived to confirm').fill('Short lived');
    await page.getByRole('dialog').getByRole('button', { name: 'Delete workspace' }).click();
    await page.waitForURL(`**${HOME}/chart**`);
    await page.goto(`${server.url}${HOME}/settings`);
    await page
      .getByRole('listitem')
      .filter({ hasText: 'Short lived' })
      .getByRole('button', { name: 'Restore' })
      .click();
    await page.waitForURL(`**/w/${id}/chart**`);
    await closeClean(page);
  });
});

describe('every screen of people', () => {
  const screens = {
    members: `${HOME}/members`,
    invitations: `${HOME}/members?tab=invitations`,
    'audit log': `${HOME}/members?tab=audit`,
    profile: '/settings',
    appearance: '/settings?tab=appearance',
    security: '/settings?tab=security',
    sessions: '/settings?tab=sessions',
    tokens: '/settings?tab=tokens',
    users: '/admin/users',
    'audit log of the server': '/admin/audit',
    'no workspace': '/no-workspace',
  };
  const gates = { login: '/login', 'no invitation': '/invite#nothing' };

  it('is accessible and quiet in both themes and widths', AT_ONCE, async (test) => {
    const owner = await client(OWNER);
    const late = { email: 'late@example.org', role: 'viewer' };
    const { link } = await owner('POST', '/workspaces/local-workspace/invitations', late);
    gates['an invitation'] = new URL(link).pathname + new URL(link).hash;
    const look = async (path) => {
      const page = await open(one, path, { theme: 'auto' });
      await settled(page);
      assert.deepEqual(await findingsInEveryLook(page), []);
      await closeClean(page);
    };
    await one.context.clearCookies();
    await forEach(test, gates, look);
    await (await openAs(one, OWNER, `${HOME}/jobs`)).close();
    await forEach(test, screens, look);
    await (await openAs(one, await person('Viktor', 'viewer'), `${HOME}/jobs`)).close();
    const ofViewer = {
      'members of a viewer': screens.members,
      'audit log of a viewer': screens['audit log'],
      'new backtest of a viewer': `${HOME}/backtests/new`,
    };
    await forEach(test, ofViewer, look);
  });

  it('so is the question over the page of a session that ended', async () => {
    for (const theme of ['dark', 'light']) {
      const page = await openAs(one, OWNER, screens.profile, { theme });
      await one.context.clearCookies();
      await page.getByLabel('Name').fill('Somebody');
      await page.getByRole('button', { name: 'Save' }).click();
      await page.getByRole('dialog', { name: 'Your session has ended' }).waitFor();
      await settled(page);
      assert.deepEqual(await axeFindings(page), []);
      await closeClean(page);
    }
  });

  it('so are its dialogs', AT_ONCE, async (test) => {
    await (await openAs(one, OWNER, `${HOME}/jobs`)).close();
    const dialogs = {
      'add or invite': [
        screens.members,
        (page) => page.getByRole('button', { name: 'Add or invite…' }).click(),
      ],
      'transfer ownership': [
        screens.members,
        (page) => page.getByRole('button', { name: 'Transfer ownership…' }).click(),
      ],
      'create workspace with people': [
        screens.profile,
        async (page) => {
          await page.keyboard.press('Control+k');
          await page.getByRole('option', { name: 'Create workspace…' }).click();
          await page.getByRole('button', { name: 'Invite people, too…' }).click();
        },
      ],
      'new token': [screens.tokens, (page) => page.getByRole('button', { name: 'New token' }).click()],
    };
    await forEach(test, dialogs, async ([path, act]) => {
      const page = await open(one, path, { theme: 'auto' });
      await settled(page);
      await act(page);
      await page.getByRole('dialog').waitFor();
      assert.deepEqual(await findingsInEveryLook(page), []);
      await closeClean(page);
    });
  });
});

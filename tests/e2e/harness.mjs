// A real server over a demo market in a directory of its own, and a browser that reports everything it should not do.
//   TLAB_BIN   the program (default build/tlab)          CHROMIUM  the browser (default /usr/bin/chromium-headless-shell)
//   TLAB_URL   a server that runs already, instead of starting one
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('../..', import.meta.url));
const fromWeb = createRequire(join(root, 'web/package.json'));
const { chromium } = fromWeb('playwright-core');
const AXE = readFileSync(fromWeb.resolve('axe-core/axe.min.js'), 'utf8');

const KEPT_HEADERS = new Set([
  'accept',
  'content-type',
  'cookie',
  'idempotency-key',
  'if-match',
  'if-none-match',
]);
const START_MS = 20_000;
// As long as the page's own timers that lead to another request, and a little.
const QUIET_MS = 500;
// Another size of the same page asks at once, or for nothing.
const QUIET_RESIZED_MS = 150;
const STEP_MS = 50;
// A page waits about as long as it computes: that many at a time keep two cores busy.
const PAGES_AT_ONCE = 3;
const QUIET_BROWSER = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // Pages share what V8 made of the program, instead of each making it in a process of its own.
  '--process-per-site',
  // A page lives for some seconds: what the optimizing compilers would win back they cost first.
  '--js-flags=--no-opt --no-maglev',
];

const THEMES = ['dark', 'light'];
// The rules of axe that look at colours.
const COLOUR_RULES = ['color-contrast', 'link-in-text-block'];
export const DESKTOP = { width: 1440, height: 900 };
export const PHONE = { width: 390, height: 844 };

/**
 * Starts `tlab serve` over a fresh demo market (or none), with `env` over the environment. `kill` ends it without
 * a word, `restart` starts it again at the same address over the same data.
 */
export async function startServer({ demo = true, env = {} } = {}) {
  if (process.env.TLAB_URL) return { url: process.env.TLAB_URL.replace(/\/$/, ''), stop: async () => {} };
  const program = resolve(root, process.env.TLAB_BIN ?? 'build/tlab');
  assert.ok(existsSync(program), `there is no program at ${program}: build it, or set TLAB_BIN`);
  const directory = mkdtempSync(join(tmpdir(), 'tlab-e2e-'));
  const base = {
    ...process.env,
    MARKET_DB_PATH: join(directory, 'file.db'),
    APP_STATE_DB_PATH: join(directory, 'app_state.db'),
    ...env,
  };
  delete base.APP_STATE_DATABASE_URL;
  if (demo) await promisify(execFile)(program, ['demo'], { cwd: directory, env: base });

  let running = await serve(program, directory, base, 0);
  const { url } = running;
  const end = async (signal) => {
    running.child.kill(signal);
    await running.ended;
  };
  return {
    url,
    kill: () => end('SIGKILL'),
    restart: async (more = {}) => {
      running = await serve(program, directory, { ...base, ...more }, new URL(url).port);
    },
    stop: async () => {
      await end('SIGTERM');
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

async function serve(program, directory, env, port) {
  const options = { cwd: directory, env, stdio: ['ignore', 'ignore', 'pipe'] };
  const child = spawn(program, ['serve', '--port', String(port)], options);
  const ended = new Promise((done) => child.once('exit', done));
  return { child, ended, url: await listeningUrl(child, ended) };
}

function listeningUrl(child, ended) {
  const said = [];
  return new Promise((done, fail) => {
    const timer = setTimeout(() => fail(new Error(`the server did not start:\n${said.join('\n')}`)), START_MS);
    createInterface({ input: child.stderr }).on('line', (line) => {
      said.push(line);
      const match = /listening on (http:\/\/\S+)/.exec(line);
      if (!match) return;
      clearTimeout(timer);
      done(match[1].replace(/\/$/, ''));
    });
    ended.then((code) => fail(new Error(`the server ended with ${code}:\n${said.join('\n')}`)));
  });
}

/** Puts a server behind a path, as a reverse proxy would: /lab/x is /x there, and the page's base says so. */
export async function startProxy(target, prefix) {
  const forward = async (request, response) => {
    if (!request.url.startsWith(prefix)) return response.writeHead(404).end();
    const url = new URL(request.url.slice(prefix.length - 1), target);
    const headers = Object.fromEntries(Object.entries(request.headers).filter(([name]) => KEPT_HEADERS.has(name)));
    const body = request.method === 'GET' || request.method === 'HEAD' ? undefined : await buffer(request);
    const left = new AbortController();
    response.on('close', () => left.abort());
    const reply = await fetch(url, { method: request.method, headers, body, signal: left.signal });
    const type = reply.headers.get('content-type') ?? 'application/octet-stream';
    if (type.startsWith('text/event-stream')) return relay(reply, response, type);
    const bytes = Buffer.from(await reply.arrayBuffer());
    const isPage = type.startsWith('text/html');
    const sent = isPage ? bytes.toString().replace('<base href="/"', `<base href="${prefix}"`) : bytes;
    const kept = { 'content-type': type, etag: reply.headers.get('etag') ?? '' };
    response.writeHead(reply.status, { ...kept, 'set-cookie': reply.headers.getSetCookie() }).end(sent);
  };
  // A browser that leaves a page leaves its requests, which ends the ones behind them.
  const proxy = createServer((request, response) => forward(request, response).catch(() => response.destroy()));
  await new Promise((done) => proxy.listen(0, '127.0.0.1', done));
  const stop = () => new Promise((done) => proxy.close(done).closeAllConnections());
  return { url: `http://127.0.0.1:${proxy.address().port}${prefix.slice(0, -1)}`, stop };
}

/** A stream is passed on as it comes. */
function relay(reply, response, type) {
  response.writeHead(reply.status, { 'content-type': type });
  response.flushHeaders();
  pipeline(Readable.fromWeb(reply.body), response).catch(() => {});
}

export async function startBrowser() {
  const profile = mkdtempSync(join(tmpdir(), 'tlab-chromium-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium-headless-shell',
    headless: true,
    args: QUIET_BROWSER,
    viewport: DESKTOP,
    acceptDownloads: true,
  });
  context.setDefaultTimeout(30_000); // a machine may be busy
  const stop = async () => {
    await context.close();
    rmSync(profile, { recursive: true, force: true });
  };
  return { context, stop };
}

/**
 * Opens a page and watches it; with the theme `auto` it follows the one that is emulated, dark at first. `page.problems` collects console errors, exceptions and requests to other
 * hosts; `allow` holds patterns of console errors that the test provokes.
 */
export async function openPage(context, url, { theme = 'dark', size = DESKTOP, allow = [] } = {}) {
  const page = await context.newPage();
  await page.setViewportSize(size);
  await page.emulateMedia({ colorScheme: theme === 'light' ? 'light' : 'dark' });
  const origin = new URL(url).origin;
  const problems = [];
  page.on('console', (message) => {
    if (message.type() !== 'error' && message.type() !== 'warning') return;
    if (!allow.some((pattern) => pattern.test(message.text()))) problems.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => problems.push(`exception: ${error.message}`));
  page.on('request', (request) => {
    const { protocol, origin: other } = new URL(request.url());
    if (protocol.startsWith('http') && other !== origin) problems.push(`foreign request: ${request.url()}`);
  });
  const streams = [];
  const waitedFor = watchRequests(page, streams);
  await page.addInitScript((chosen) => localStorage.setItem('mantine-color-scheme-value', chosen), theme);
  await page.goto(url);
  return Object.assign(page, { problems, streams, waitedFor });
}

const isStream = (request) => new URL(request.url()).pathname.endsWith('/events');

/** The requests that the page waits for. An event stream is none of them: it never ends, and goes to `streams`. */
function watchRequests(page, streams) {
  const open = new Set();
  page.on('request', (request) => {
    if (isStream(request)) streams.push(request.url());
    else open.add(request);
  });
  page.on('requestfinished', (request) => open.delete(request));
  page.on('requestfailed', (request) => open.delete(request));
  return open;
}

/** Closes the page; fails when it did anything it should not. */
export async function closeClean(page) {
  await page.close();
  assert.deepEqual(page.problems, []);
}

/** For a test whose subtests, each with a page of its own, may run at the same time: `forEach` makes them. */
export const AT_ONCE = { concurrency: PAGES_AT_ONCE };

/** A subtest of that name for each of `named`. */
export const forEach = (test, named, look) =>
  Promise.all(Object.entries(named).map(([name, value]) => test.test(name, () => look(value, name))));

/** Waits until nothing on the page is loading: no skeleton, no progress line, no request for `quiet` milliseconds. */
export async function settled(page, quiet = QUIET_MS) {
  await page.getByRole('main').waitFor();
  await page.waitForFunction(() => !document.querySelector('[role="status"][aria-label="Loading"]'));
  await page.waitForLoadState('load');
  for (let quiet_ms = 0; quiet_ms < quiet; quiet_ms = page.waitedFor.size > 0 ? 0 : quiet_ms + STEP_MS)
    await sleep(STEP_MS);
}

/** What was clicked may have opened with an animation, and contrast is measured on what is painted. */
export const animated = (page) =>
  page.waitForFunction(() => document.getAnimations().every(({ playState }) => playState !== 'running'));

/** The accessibility findings of the page as short lines, of some rules or all; empty when there are none. */
export async function axeFindings(page, rules = undefined) {
  // Evaluated by the debugger, not added to the page: the content security policy would refuse a script tag.
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(AXE);
  const options = { resultTypes: ['violations'], ...(rules && { runOnly: { type: 'rule', values: rules } }) };
  const { violations } = await page.evaluate((how) => globalThis.axe.run(document, how), options);
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')}: ${failureSummary?.split('\n')[1] ?? ''}`),
  );
}

/**
 * The findings in both themes and both widths, on a page that was opened with the theme `auto`. A width has a structure
 * of its own and is looked at whole; a theme changes nothing but colours, which no width does.
 */
export async function findingsInEveryLook(page) {
  const found = [];
  for (const size of [DESKTOP, PHONE]) {
    await page.setViewportSize(size);
    // What was clicked has moved away from under the mouse: nothing else is to show its tooltip.
    await page.mouse.move(0, 0);
    await settled(page, QUIET_RESIZED_MS);
    for (const theme of size === DESKTOP ? THEMES : THEMES.slice(-1)) {
      const isNew = await show(page, theme);
      const findings = await axeFindings(page, isNew ? COLOUR_RULES : undefined);
      found.push(...findings.map((finding) => `${theme}, ${size.width} px: ${finding}`));
    }
  }
  return found;
}

/** Shows the page in a theme; answers whether it was in another. */
async function show(page, theme) {
  const isShown = () => page.evaluate((name) => document.documentElement.dataset.mantineColorScheme === name, theme);
  if (await isShown()) return false;
  await page.emulateMedia({ colorScheme: theme });
  await page.waitForFunction((name) => document.documentElement.dataset.mantineColorScheme === name, theme);
  await animated(page);
  return true;
}

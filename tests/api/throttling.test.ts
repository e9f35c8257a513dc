// How often somebody may try: by account, by browser, by address; counted in the state database. How long the delays
// are is the business of tests/unit/app/throttle_test.c.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Api, assertProblem, type Reply } from '../harness/http.ts';
import { localEmail, localPassword, Person, withPasswords } from '../harness/people.ts';
import { samplePath } from '../harness/sample.ts';
import { onEachEngine, Server, useServer } from '../harness/server.ts';
import { changeState } from '../harness/state.ts';

// A proxy that says where requests come from, so that one test does not use up another's address.
// And so many threads that nobody is sent away for how many there are at once.
const env = withPasswords({ TRUSTED_PROXIES: '127.0.0.1', WORKER_THREADS: '64' });
let address = 0;
const newAddress = (): string => `203.0.113.${++address}`;
const from = (where: string): Record<string, string> => ({ 'x-forwarded-for': where });
const wrong = 'not it at all 77';

/** Until an address has no more tries, however long it took to use up the twenty: one comes back in six seconds. */
async function exhaust(api: Api, where: string): Promise<void> {
  for (let batch = 0, let_in = 1; let_in > 0; batch++) {
    assert.ok(batch < 50, 'the address is never throttled');
    const replies = await atOnce(8, (i) => new Person(api, from(where)).tryToSignIn(`all-${i}-${batch}@example.org`, wrong));
    let_in = replies.length - count(replies, 429);
  }
}

const count = (replies: Reply[], status: number): number =>
  replies.filter((reply) => reply.status === status).length;

/** All at the same moment, so that no delay passes between them, however slow the machine is. */
const atOnce = (times: number, send: (i: number) => Promise<Reply>): Promise<Reply[]> =>
  Promise.all(Array.from({ length: times }, (_, i) => send(i)));

onEachEngine('guessing', (engine) => {
  const tlab = useServer(() => ({ engine, marketPath: samplePath(), env }));

  test('one account stops after five times, wherever from and with whatever device', async () => {
    const owner = await new Person(tlab.api, from(newAddress())).signIn();
    const devices = ['A', 'B', 'C', 'D', 'E', 'F', 'G'].map((c) => `${c.repeat(43)}.${c.repeat(43)}`);
    devices.push(owner.cookies.get('tlab_device') ?? ''); // another account's
    const replies = await atOnce(devices.length, (i) => {
      const person = new Person(tlab.api, from(newAddress()));
      person.cookies.set('tlab_device', devices[i] ?? '');
      return person.tryToSignIn('nobody@example.org', wrong);
    });
    assert.equal(count(replies, 429), 3);
    for (const reply of replies.filter(({ status }) => status === 429)) {
      assertProblem(reply, 429, 'throttled');
      assert.equal(reply.headers['retry-after'], '1');
    }
  });

  test('many accounts from one address stops after twenty, whatever it says of itself', async () => {
    // the right-most address that is no proxy is the client: what stands before it is anybody's invention
    const where = newAddress();
    const replies = await atOnce(26, (i) => {
      // whether the proxy adds to the line that came, or a line of its own
      const lines = i % 2 ? [`10.1.1.${i}`, where] : `10.1.1.${i}, ${where}`;
      return new Person(tlab.api, { 'x-forwarded-for': lines }).tryToSignIn(`many-${i}@example.org`, wrong);
    });
    assert.ok(count(replies, 429) >= 1);
    assert.ok(26 - count(replies, 429) >= 20);
    for (const reply of replies.filter(({ status }) => status === 429))
      assert.ok(Number(reply.headers['retry-after']) <= 6);
  });

  test('many accounts keeps nobody out whose browser was there before, from the same address', async () => {
    const where = newAddress();
    const owner = await new Person(tlab.api, from(where)).signIn();
    await exhaust(tlab.api, where);
    assertProblem(await new Person(tlab.api, from(where)).tryToSignIn(localEmail, localPassword), 429, 'throttled');
    await owner.copy().signIn();
    // Nor does coming back make room for more guesses.
    const more = await atOnce(8, (i) => new Person(tlab.api, from(where)).tryToSignIn(`more-${i}@example.org`, wrong));
    assert.ok(count(more, 429) >= 4);
    const own = await atOnce(8, () => owner.copy().tryToSignIn(localEmail, wrong));
    assert.ok(count(own, 429) >= 3); // it has a count of its own
  });

  test('links stops after twenty', async () => {
    const person = new Person(tlab.api, from(newAddress()));
    const replies = await atOnce(26, () => person.get(`/api/v1/invitations/${'A'.repeat(43)}`));
    assert.ok(count(replies, 429) >= 1);
    assert.ok(count(replies, 404) >= 20);
    const elsewhere = new Person(tlab.api, from(newAddress()));
    assertProblem(await elsewhere.get(`/api/v1/invitations/${'A'.repeat(43)}`), 404, 'not_found');
  });
});

onEachEngine('more sign-ins at once than there are threads for', (engine) => {
  const tlab = useServer(() => ({ engine, marketPath: samplePath(), env: { ...env, WORKER_THREADS: '4' } }));

  test('are sent away, and nobody else is', async () => {
    const owner = await new Person(tlab.api, from(newAddress())).signIn();
    const busy = atOnce(60, (i) =>
      new Person(tlab.api, from(`198.51.100.${i}`)).tryToSignIn(`flood-${i}@example.org`, wrong),
    );
    const seen = await atOnce(20, () => owner.get('/api/v1/auth/session'));
    const replies = await busy;
    assert.equal(count(seen, 200), seen.length);
    assert.ok(count(replies, 401) >= 1 && count(replies, 503) >= 1);
    for (const reply of replies)
      if (reply.status === 401) assertProblem(reply, 401, 'wrong_credentials');
      else {
        assertProblem(reply, 503, 'busy');
        assert.ok(Number(reply.headers['retry-after']) >= 1);
      }
  });
});

onEachEngine('what was counted', (engine) => {
  test('holds after a restart and in all processes, and keeps no owner out', async () => {
    const first = await Server.start({ engine, marketPath: samplePath(), env });
    const owner = await new Person(first.api, from(newAddress())).signIn();
    for (const email of [localEmail, 'nobody@example.org'])
      assertProblem(
        await new Person(first.api, from(newAddress())).tryToSignIn(email, wrong),
        401,
        'wrong_credentials',
      );
    await first.stop();
    changeState(first.state, "UPDATE throttles SET level = 12 WHERE key LIKE '0.%'"); // of accounts: 128 s
    const second = await first.startAgain();
    const servers = engine === 'sqlite' ? [second] : [second, await first.startAgain()];
    try {
      for (const { api } of servers) {
        const bare = async (email: string, password: string): Promise<string> => {
          const reply = await new Person(api, from(newAddress())).tryToSignIn(email, password);
          assertProblem(reply, 429, 'throttled');
          const seconds = Number(reply.headers['retry-after']);
          assert.ok(seconds > 60 && seconds <= 128, String(seconds));
          return reply.text
            .replace(String(reply.headers['x-request-id']), '')
            .replace(/in \d+ seconds/, 'later');
        };
        const known = await bare(localEmail.toUpperCase(), localPassword);
        assert.equal(await bare('nobody@example.org', wrong), known); // whether it exists is not told
        await owner.copy(api).signIn(); // from the browser that was signed in before
      }
    } finally {
      await Promise.all(servers.map((server) => server.stop()));
    }
  });
});

onEachEngine('logins that fail all over the server', (engine) => {
  const network = '198.18.0.0/15';
  const options = { engine, marketPath: samplePath(), env: { ...env, LOGIN_NETWORKS: network } };
  /** One process, or two; what they count is changed while none runs. */
  const startAll = async (first: Server): Promise<Server[]> =>
    engine === 'sqlite' ? [await first.startAgain()] : Promise.all([first.startAgain(), first.startAgain()]);
  const stopAll = (servers: Server[]): Promise<unknown> => Promise.all(servers.map((server) => server.stop()));

  test('a hundred times in a minute leave it to known browsers for a minute, and sound the alarm once', async () => {
    const first = await Server.start(options);
    let owner = await new Person(first.api, from(newAddress())).signIn();
    await new Person(first.api, from(newAddress())).tryToSignIn('guess-1@example.org', wrong);
    await first.stop();
    changeState(
      first.state,
      `UPDATE throttles SET level = 98, updated_at = ${Date.now() * 1000} WHERE key = 'server.failures'`,
    );
    let servers = await startAll(first);
    const one = servers[0] as Server;
    const other = servers.at(-1) as Server;
    const stranger = (server: Server): Person => new Person(server.api, from(newAddress()));
    const alarms = async (server: Server) =>
      (await owner.copy(server.api).get('/api/v1/admin/audit', { query: { action: 'session.flood' }, expect: 200 })).json
        .entries;
    try {
      assertProblem(await stranger(one).tryToSignIn('guess-2@example.org', wrong), 401, 'wrong_credentials');
      assert.deepEqual(await alarms(one), []);
      assertProblem(await stranger(other).tryToSignIn('guess-3@example.org', wrong), 401, 'wrong_credentials');
      const texts = new Set<string>();
      for (const [email, password] of [
        [localEmail, localPassword],
        [localEmail, wrong],
        ['nobody@example.org', wrong],
      ] as const) {
        const reply = await stranger(one).tryToSignIn(email, password);
        assertProblem(reply, 429, 'only_known_browsers');
        const seconds = Number(reply.headers['retry-after']);
        assert.ok(seconds > 0 && seconds <= 60, String(seconds));
        texts.add(reply.json.detail.replace(/for \d+ seconds/, ''));
      }
      assert.equal(texts.size, 1, 'whether the account exists is not told');
      owner = await owner.copy(one.api).signIn();
      await new Person(one.api, from('198.19.7.7')).signIn();
      const [alarm, ...more] = await alarms(one);
      assert.deepEqual(more, []);
      assert.deepEqual(
        [alarm.outcome, alarm.object_type, alarm.address, alarm.detail],
        ['denied', 'server', `203.0.113.${address - 3}`, { failures: 100, within_s: 60, closed_for_s: 60 }],
      );
      assert.ok(other.stderr.includes('"login_flood"'));
    } finally {
      await stopAll(servers);
    }
    changeState(first.state, "UPDATE throttles SET updated_at = updated_at - 60000000 WHERE key = 'server.flood'");
    servers = await startAll(first);
    try {
      await stranger(servers[0] as Server).signIn();
    } finally {
      await stopAll(servers);
    }
  });
});

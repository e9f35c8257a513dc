// What time does to sessions, from outside: between two runs of a server the stored times are moved back. To the
// second it is in tests/unit/app/session_test.c.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertProblem } from '../harness/http.ts';
import { localPassword, Person, withPasswords } from '../harness/people.ts';
import { samplePath } from '../harness/sample.ts';
import { onEachEngine, Server } from '../harness/server.ts';
import { changeState } from '../harness/state.ts';

const auth = '/api/v1/auth';
const minutes = 60_000_000; // µs

/** The id of the session that a person has. */
async function sessionOf(person: Person): Promise<string> {
  const { sessions } = (await person.get(`${auth}/sessions`, { expect: 200 })).json;
  return sessions.find((session: { is_current: boolean }) => session.is_current).id;
}

onEachEngine('a session', (engine) => {
  test('ends, gets new tokens, and notices who comes with an old one', { timeout: 120_000 }, async () => {
    let server = await Server.start({ engine, marketPath: samplePath(), env: withPasswords() });
    const people = {
      idle: new Person(server.api),
      old: new Person(server.api),
      unproved: new Person(server.api),
      busy: new Person(server.api),
      calm: new Person(server.api),
    };
    for (const person of Object.values(people)) await person.signIn();
    const team = await people.unproved.makeWorkspace();
    const ids = {} as Record<keyof typeof people, string>;
    for (const [name, person] of Object.entries(people))
      ids[name as keyof typeof people] = await sessionOf(person);

    const restart = async (change: string): Promise<void> => {
      await server.stop();
      changeState(server.state, change);
      server = await server.startAgain();
    };
    const now = <T extends keyof typeof people>(name: T): Person => {
      people[name] = people[name].copy(server.api);
      return people[name];
    };

    await restart(`
      UPDATE sessions SET seen_at = seen_at - ${12 * 60 * minutes} WHERE id = '${ids.idle}';
      UPDATE sessions SET expires_at = created_at WHERE id = '${ids.old}';
      UPDATE sessions SET proved_at = proved_at - ${15 * minutes} WHERE id = '${ids.unproved}';
      UPDATE sessions SET rotated_at = rotated_at - ${15 * minutes} WHERE id IN ('${ids.busy}', '${ids.calm}');`);
    assert.ok(!(await now('idle').isIn()), 'unused for twelve hours');
    assert.ok(!(await now('old').isIn()), 'seven days after the login');

    const transfer = () => now('unproved').post(`${team}/transfer-ownership`, { user_id: 'nobody' });
    assertProblem(await transfer(), 403, 'reauth_required');
    const invite = (role: string) => now('unproved').post(`${team}/invitations`, { email: 'ann@example.org', role });
    assertProblem(await invite('owner'), 403, 'reauth_required');
    assert.equal((await invite('editor')).status, 201);
    await now('unproved').post(`${auth}/reauth`, { password: localPassword }, { expect: 204 });
    assertProblem(await transfer(), 404, 'not_found');

    // a quarter of an hour of use: of many requests at once none fails, and the browser has a new token
    const before = now('busy').copy();
    const replies = await Promise.all(Array.from({ length: 20 }, () => before.copy().get('/api/v1/me')));
    assert.deepEqual(
      replies.map(({ status }) => status).filter((status) => status !== 200),
      [],
    );
    const renewed = replies.filter(({ headers }) => headers['set-cookie']);
    assert.equal(renewed.length, 1, 'one of them brings it');
    people.busy.cookies.set('tlab_session', /tlab_session=([^;]+)/.exec(String(renewed[0]?.headers['set-cookie']))?.[1] ?? '');
    assert.notEqual(people.busy.token, before.token);
    assert.ok(await people.busy.isIn());
    assert.ok(await before.isIn(), 'what was on its way with the old token');
    // what a page asks for by itself keeps nothing alive, and so renews nothing
    const background = await now('calm').get('/api/v1/me', { headers: { 'x-tl-background': '1' }, expect: 200 });
    assert.equal(background.headers['set-cookie'], undefined);

    await restart(`UPDATE sessions SET rotated_at = rotated_at - ${minutes} - 1000000 WHERE id = '${ids.busy}';`);
    assert.ok(await now('busy').isIn());
    assert.ok(!(await before.copy(server.api).isIn()), 'a token that was replaced a minute ago');
    assert.ok(!(await now('busy').isIn()), 'the session of which somebody has a copy');
    const { entries } = (
      await now('unproved').get('/api/v1/admin/audit', { query: { action: 'session.reuse' }, expect: 200 })
    ).json;
    assert.deepEqual(
      entries.map((e: Record<string, unknown>) => [e.object_id, e.outcome, e.actor_id, e.address]),
      [[ids.busy, 'denied', 'local-user', '127.0.0.1']],
    );
    await server.stop();
  });
});

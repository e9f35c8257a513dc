// Links that let one person in: once, for a while, for that e-mail, while whoever made them is an owner.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { assertProblem, type Reply } from '../harness/http.ts';
import { MailServer } from '../harness/mail.ts';
import type { Json } from '../harness/openapi.ts';
import { addPerson, memberPassword, Person, withPasswords } from '../harness/people.ts';
import { samplePath } from '../harness/sample.ts';
import { onEachEngine, Server, useServer } from '../harness/server.ts';
import { changeState } from '../harness/state.ts';

const absent = '0198f5a2-6c1e-7d3a-9b57-2f4e8a1c6d90';
const env = withPasswords({ TRUSTED_PROXIES: '127.0.0.1' });
let address = 0;
/** From somewhere else each time: links are counted by address. */
const elsewhere = (): Record<string, string> => ({ 'x-forwarded-for': `198.51.100.${++address}` });
const linkOf = (token: string): string => `/api/v1/invitations/${token}`;

onEachEngine('invitations', (engine) => {
  const tlab = useServer(() => ({ engine, marketPath: samplePath(), env }));
  let owner: Person;
  let team = '';
  before(async () => {
    owner = await new Person(tlab.api).signIn();
    team = await owner.makeWorkspace('Research Team');
  });

  const stranger = (): Person => new Person(tlab.api, elsewhere());
  const invite = async (email: string, role = 'editor', by = owner): Promise<Json> =>
    (await by.post(`${team}/invitations`, { email, role }, { expect: 201 })).json;
  const register = (token: string, more: Json = {}): Promise<Reply> =>
    stranger().post(`${linkOf(token)}/register`, { password: memberPassword, ...more });

  async function assertGone(token: string): Promise<void> {
    const texts = new Set<string>();
    for (const dead of [token, 'A'.repeat(43), 'x']) {
      const reply = await stranger().get(linkOf(dead));
      assertProblem(reply, 404, 'not_found');
      texts.add(reply.text.replace(String(reply.headers['x-request-id']), ''));
      assertProblem(await register(dead), 404, 'not_found');
    }
    assert.equal(texts.size, 1, 'whatever is wrong with a link is told alike');
  }

  test('end when they were made to end', async () => {
    const ask = (expires_in_hours: unknown): Promise<Reply> =>
      owner.post(`${team}/invitations`, { email: "hours@example.org", role: "viewer", expires_in_hours });
    for (const hours of [1, 24, 168, 720]) {
      const { json } = await ask(hours);
      assert.equal(Date.parse(json.expires_at) - Date.parse(json.created_at), hours * 3600 * 1000);
    }
    for (const wrong of [0, 721, 1.5, '24'])
      assertProblem(await ask(wrong), 422, 'invalid_input', ['/expires_in_hours']);
  });

  test('that are sent anew end when that says, three days later without a word', async () => {
    const made = await invite('anew@example.org');
    const ask = (body: unknown): Promise<Reply> => owner.post(`${team}/invitations/${made.id}/resend`, body);
    const left = async (body: unknown) => (Date.parse((await ask(body)).json.expires_at) - Date.now()) / 3_600_000;
    for (const hours of [1, 168, 720]) assert.ok(Math.abs((await left({ expires_in_hours: hours })) - hours) < 0.5);
    for (const none of [undefined, {}, { expires_in_hours: null }]) assert.ok(Math.abs((await left(none)) - 72) < 0.5);
    for (const wrong of [0, 721, 1.5, '24'])
      assertProblem(await ask({ expires_in_hours: wrong }), 422, 'invalid_input', ['/expires_in_hours']);
    await owner.delete(`${team}/invitations/${made.id}`, { expect: 204 });
  });

  test('say what they are for, and let somebody new in once', async () => {
    const made = await invite('Ann@example.org');
    assert.equal(made.link, `${tlab.api.origin}/invite#${made.token}`);
    assert.deepEqual(
      Date.parse(made.expires_at) - Date.parse(made.created_at),
      72 * 3600 * 1000,
    );
    const offer = (await stranger().get(linkOf(made.token), { expect: 200 })).json;
    assert.deepEqual(offer, {
      workspace_name: 'Research Team',
      role: 'editor',
      invited_by: 'Local User',
      expires_at: made.expires_at,
    });
    assertProblem(await register(made.token, { password: 'short' }), 422, 'invalid_input', ['/password']);
    assertProblem(await register(made.token, { role: 'owner' }), 422, 'invalid_input', ['/role']);
    const nowhere = (await register('A'.repeat(43), { email: 'eve@example.org' })).json;
    const foreign = await register(made.token, { email: 'eve@example.org' }); // whose it is has to be known
    assertProblem(foreign, 404, 'not_found');
    assert.deepEqual({ ...foreign.json, instance: '' }, { ...nowhere, instance: '' });
    const joined = await register(made.token, { email: 'ANN@example.org', display_name: 'Ann B.' });
    assert.equal(joined.status, 201, joined.text);
    assert.deepEqual(joined.json, {
      workspace_id: team.split('/').at(-1),
      workspace_name: 'Research Team',
      role: 'editor',
    });
    const ann = await stranger().tryToSignIn('ann@example.org', memberPassword);
    assert.equal(ann.status, 200, ann.text);
    assert.equal(ann.json.must_change_password, undefined);
    assert.equal(ann.json.user.display_name, 'Ann B.');
    assert.deepEqual(
      ann.json.workspaces.map((w: Json) => w.role),
      ['editor'],
    );
    await assertGone(made.token);
  });

  test('are accepted by whoever has the e-mail, signed in, and by nobody else', async () => {
    const other = await owner.makeWorkspace('Elsewhere');
    const bob = await addPerson(owner, other, 'viewer', 'bob@example.org');
    const eve = await addPerson(owner, other, 'viewer', 'eve@example.org');
    const made = await invite('BOB@example.org', 'trader');
    const accept = (person: Person): Promise<Reply> =>
      person.post(`${linkOf(made.token)}/accept`, undefined, { headers: elsewhere() });
    assertProblem(await accept(stranger()), 401, 'unauthenticated');
    const dead = await eve.post(`${linkOf('A'.repeat(43))}/accept`, undefined, { headers: elsewhere() });
    const foreign = await accept(eve);
    assertProblem(foreign, 404, 'not_found');
    assert.deepEqual({ ...foreign.json, instance: '' }, { ...dead.json, instance: '' });
    const tried = (await owner.get('/api/v1/admin/audit', { query: { action: 'invitation.accept' }, expect: 200 })).json;
    assert.deepEqual(
      tried.entries.map((e: Json) => [e.outcome, e.actor_email, e.object_id]),
      [['denied', 'eve@example.org', made.id]],
    );
    assertProblem(await register(made.token), 409, 'email_taken');
    const reply = await accept(bob);
    assert.equal(reply.status, 201, reply.text);
    assert.equal((await bob.get(team, { expect: 200 })).json.role, 'trader');
    assertProblem(await accept(bob), 404, 'not_found');
    await assertGone(made.token);
    assertProblem(await eve.get(team), 404, 'not_found');
  });

  test('never lower a role', async () => {
    const made = await invite('carl@example.org', 'viewer');
    const carl = await addPerson(owner, team, 'owner', 'carl@example.org');
    const reply = await carl.post(`${linkOf(made.token)}/accept`, undefined, { headers: elsewhere() });
    assert.equal(reply.status, 201, reply.text);
    assert.equal((await carl.get(team)).json.role, 'owner');
    assertProblem(
      await owner.post(`${team}/invitations`, { email: 'Carl@Example.org', role: 'viewer' }),
      409,
      'already_member',
    );
  });

  test('end when they are revoked, sent anew, or made again', async () => {
    const first = await invite('dora@example.org');
    const second = await invite('DORA@example.org', 'viewer');
    await assertGone(first.token);
    const again = await owner.post(`${team}/invitations/${second.id}/resend`, undefined, { expect: 200 });
    assert.equal(again.json.id, second.id);
    await assertGone(second.token);
    await stranger().get(linkOf(again.json.token), { expect: 200 });
    await owner.delete(`${team}/invitations/${second.id}`, { expect: 204 });
    await assertGone(again.json.token);
    for (const id of [second.id, absent]) {
      assertProblem(await owner.delete(`${team}/invitations/${id}`), 404, 'not_found');
      assertProblem(await owner.post(`${team}/invitations/${id}/resend`), 404, 'not_found');
    }
  });

  test('end when whoever made them is no owner any more', async () => {
    const fay = await addPerson(owner, team, 'owner', 'fay@example.org');
    const made = await invite('gus@example.org', 'owner', fay);
    await stranger().get(linkOf(made.token), { expect: 200 });
    const demoted = { email: 'fay@example.org', role: 'editor' };
    await owner.post(`${team}/members`, demoted, { expect: 200 });
    await assertGone(made.token);
    await owner.post(`${team}/members`, { ...demoted, role: 'owner' }, { expect: 200 });
    await stranger().get(linkOf(made.token), { expect: 200 });
    await owner.delete(`${team}/members/${fay.userId}`, { expect: 204 });
    await assertGone(made.token);
  });

  test('of another workspace are none', async () => {
    const made = await invite('hal@example.org');
    const other = await owner.makeWorkspace('Another');
    assertProblem(await owner.delete(`${other}/invitations/${made.id}`), 404, 'not_found');
    assertProblem(await owner.post(`${other}/invitations/${made.id}/resend`), 404, 'not_found');
    assert.deepEqual((await owner.get(`${other}/invitations`)).json.invitations, []);
    await stranger().get(linkOf(made.token), { expect: 200 });
  });

  test('that are open are listed without their links, newest first', async () => {
    for (const name of ['ivy', 'jon', 'kim']) await invite(`${name}@example.org`);
    const whole = (await owner.get(`${team}/invitations`, { expect: 200 })).json.invitations;
    assert.deepEqual(
      whole.slice(0, 3).map((i: Json) => [i.email, i.role, i.is_expired, i.created_by_name]),
      ['kim', 'jon', 'ivy'].map((name) => [`${name}@example.org`, 'editor', false, 'Local User']),
    );
    const paged: Json[] = [];
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const page: Json = (await owner.get(`${team}/invitations`, { query: { limit: 2, cursor } })).json;
      paged.push(...page.invitations);
      cursor = page.next_cursor;
    }
    assert.deepEqual(paged, whole);
    assertProblem(await owner.get(`${team}/invitations?limit=0`), 422, 'invalid_input', ['?limit']);
    for (const email of ['nobody', 'a b@c.d', ''])
      assertProblem(
        await owner.post(`${team}/invitations`, { email, role: 'viewer' }),
        422,
        'invalid_input',
        ['/email'],
      );
  });

  test('accepted twice at the same moment make one member and one account', async () => {
    for (let round = 0; round < 3; round++) {
      const { token } = await invite(`twice-${round}@example.org`);
      const replies = await Promise.all([register(token), register(token)]);
      assert.deepEqual(
        replies.map(({ status }) => status === 201).sort(),
        [false, true],
        replies.map(({ text }) => text).join(),
      );
    }
    const other = await owner.makeWorkspace('Of Lea');
    const lea = await addPerson(owner, other, 'viewer', 'lea@example.org');
    for (let round = 0; round < 10; round++) {
      const { token } = await invite('lea@example.org');
      const accept = () => lea.post(`${linkOf(token)}/accept`, undefined, { headers: elsewhere() });
      const replies = await Promise.all([accept(), accept(), accept()]);
      assert.deepEqual(replies.map(({ status }) => status).sort(), [201, 404, 404]);
      await owner.delete(`${team}/members/${lea.userId}`, { expect: 204 });
    }
  });

  test('are too many from one address after twenty', async () => {
    const headers = elsewhere();
    const person = await new Person(tlab.api, headers).signIn();
    const dead = linkOf('A'.repeat(43));
    const looks = await Promise.all(Array.from({ length: 30 }, () => person.get(dead)));
    assert.ok(looks.some(({ status }) => status === 429));
    assertProblem(await person.post(`${dead}/accept`), 429, 'throttled');
    assertProblem(await person.post(`${dead}/register`, { password: memberPassword }), 429, 'throttled');
  });

  test('leave no link in the log', async () => {
    const { token } = await invite('mia@example.org');
    await stranger().get(linkOf(token), { expect: 200 });
    await stranger().post(`${linkOf(token)}/register`, { password: 'short' });
    assert.ok(tlab.server.stderr.includes('/api/v1/invitations/…'));
    assert.ok(!tlab.server.stderr.includes(token));
  });
});

onEachEngine('an invitation', (engine) => {
  test('ends after three days', async () => {
    const first = await Server.start({ engine, marketPath: samplePath(), env });
    const owner = await new Person(first.api).signIn();
    const team = await owner.makeWorkspace();
    const invite = async (email: string): Promise<Json> =>
      (await owner.post(`${team}/invitations`, { email, role: 'viewer' }, { expect: 201 })).json;
    const late = await invite('late@example.org');
    const soon = await invite('soon@example.org');
    await first.stop();
    const day = 24 * 3600 * 1_000_000;
    changeState(
      first.state,
      `UPDATE invitations SET expires_at = expires_at - ${3 * day} WHERE id = '${late.id}';
       UPDATE invitations SET expires_at = expires_at - ${3 * day} + 600000000 WHERE id = '${soon.id}';`,
    );
    const second = await first.startAgain();
    try {
      assertProblem(await second.api.get(linkOf(late.token)), 404, 'not_found');
      await second.api.get(linkOf(soon.token), { expect: 200 });
      const { invitations } = (await owner.copy(second.api).get(`${team}/invitations`)).json;
      assert.deepEqual(
        invitations.map((i: Json) => [i.email, i.is_expired]),
        [
          ['soon@example.org', false],
          ['late@example.org', true],
        ],
      );
    } finally {
      await second.stop();
    }
  });
});

onEachEngine('an invitation by mail', (engine) => {
  test('says when it ends, however long it is good for', async () => {
    const mail = await MailServer.start();
    const tlab = await Server.start({ engine, marketPath: samplePath(), env: { ...env, SMTP_URL: mail.url } });
    try {
      const owner = await new Person(tlab.api).signIn();
      const team = await owner.makeWorkspace('Mail Team');
      const hours: (number | undefined)[] = [1, 720, undefined];
      for (const expires_in_hours of hours) {
        const body = { email: 'mail@example.org', role: 'viewer', expires_in_hours };
        const made = (await owner.post(`${team}/invitations`, body, { expect: 201 })).json;
        assert.ok(made.sent_at, 'it was sent');
        const [day, time] = made.expires_at.split('T');
        const text = mail.messages.at(-1) ?? '';
        assert.ok(text.includes(`It is good once, until ${day} ${time.slice(0, 5)} UTC, and for mail@example.org only:`), text);
        assert.ok(text.includes(made.token), text);
      }
      assert.equal(mail.messages.length, hours.length);
    } finally {
      await tlab.stop();
      mail.stop();
    }
  });
});

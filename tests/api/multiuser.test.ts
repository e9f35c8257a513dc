// docs/guide/multiuser.md: its commands, one after the other, on a server without passwords and on one with them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { commandsOf, host, paste } from '../harness/documents.ts';
import { makeTempDir } from '../harness/paths.ts';
import { samplePath } from '../harness/sample.ts';
import { onEachEngine, useServer } from '../harness/server.ts';

const [first = '', ...others] = commandsOf('docs/guide/multiuser.md');

const pathOf = (command: string): string => new URL((/http:[^\s']+/.exec(command) as RegExpExecArray)[0]).pathname;

function expectedOf(command: string): number {
  if (!command.includes('-X POST') || pathOf(command).endsWith('/login')) return 200;
  return pathOf(command).endsWith('/logout') ? 204 : 201;
}

/** The body of the last answer: curl -i prints its head before it. */
async function answerOf(command: string, origin: string, folder: string): Promise<string> {
  const text = await paste(command.replaceAll(host, origin), folder);
  const status = Number(/^HTTP\/1.1 (\d+)/.exec(text)?.[1]);
  assert.equal(status, expectedOf(command), `${command}\n${text}`);
  return text.slice(text.indexOf('\r\n\r\n') + 4);
}

onEachEngine('docs/guide/multiuser.md', (engine) => {
  const open = useServer(() => ({ engine, marketPath: samplePath() }));
  const closed = useServer(() => ({
    engine,
    marketPath: samplePath(),
    env: { AUTH_MODE: 'password', DEFAULT_USER_PASSWORD: 'change-this-password' },
  }));

  test('without passwords one is the local user', async () => {
    const session = JSON.parse(await answerOf(first, open.api.origin, makeTempDir('reader')));
    assert.equal(session.auth_mode, 'none');
    assert.equal(session.user.id, 'local-user');
  });

  test('with passwords its commands do what it says', async () => {
    const folder = makeTempDir('reader');
    let workspace = '';
    assert.ok(others.length > 8);
    for (const command of others) {
      const body = await answerOf(command.replaceAll('{workspace_id}', workspace), closed.api.origin, folder);
      if (pathOf(command).endsWith('/workspaces') && workspace === '' && expectedOf(command) === 201)
        workspace = JSON.parse(body).id;
      if (pathOf(command).endsWith('/members') && expectedOf(command) === 201)
        assert.equal(JSON.parse(body).must_change_password, true);
      if (pathOf(command).endsWith('/audit'))
        assert.ok(JSON.parse(body).entries.some(({ action }: { action: string }) => action === 'member.add'));
    }
    const after = await paste(`curl -b cookies.txt ${closed.api.origin}/api/v1/auth/session`, folder);
    assert.match(after, /^HTTP\/1.1 401/);
  });
});

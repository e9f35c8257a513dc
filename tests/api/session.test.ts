// AUTH_MODE=none: every request is the local user, exactly as the guide has it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertProblem } from '../harness/http.ts';
import { samplePath } from '../harness/sample.ts';
import { onEachEngine, useServer } from '../harness/server.ts';

const guideSession = {
  auth_mode: 'none',
  user: { id: 'local-user', email: 'local@example.invalid', display_name: 'Local User', status: 'active' },
  active_workspace_id: 'local-workspace',
  workspaces: [
    { id: 'local-workspace', name: 'Local Workspace', default_quote_asset: 'USDT', role: 'owner' },
  ],
};

onEachEngine('the session', (engine) => {
  const tlab = useServer(() => ({ engine, marketPath: samplePath() }));

  test('of a new server is the one of the guide', async () => {
    const { json } = await tlab.api.get('/api/v1/auth/session', { expect: 200 });
    assert.deepEqual(json, guideSession); // and so without is_operator, which the local user is
  });

  test('is what /me answers too', async () => {
    const session = await tlab.api.get('/api/v1/auth/session', { expect: 200 });
    const me = await tlab.api.get('/api/v1/me', { expect: 200 });
    assert.equal(me.text, session.text);
  });

  test('remembers the active workspace over a restart', async () => {
    const { json: team } = await tlab.api.post('/api/v1/workspaces', { name: 'Team' }, { expect: 201 });
    const chosen = await tlab.api.post(
      '/api/v1/auth/active-workspace',
      { workspace_id: team.id },
      { expect: 200 },
    );
    assert.equal(chosen.json.active_workspace_id, team.id);
    assert.deepEqual(
      chosen.json.workspaces.map((w: { id: string }) => w.id),
      ['local-workspace', team.id],
    );
    const again = await tlab.api.get('/api/v1/me', { expect: 200 });
    assert.equal(again.text, chosen.text);
  });

  test('falls back when the active workspace is deleted', async () => {
    const created = await tlab.api.post('/api/v1/workspaces', { name: 'Soon gone' }, { expect: 201 });
    await tlab.api.post('/api/v1/auth/active-workspace', { workspace_id: created.json.id }, { expect: 200 });
    const headers = { 'if-match': String(created.headers.etag) };
    await tlab.api.delete(`/api/v1/workspaces/${created.json.id}`, { headers, expect: 204 });
    const { json } = await tlab.api.get('/api/v1/auth/session', { expect: 200 });
    assert.equal(json.active_workspace_id, 'local-workspace');
    assert.ok(!json.workspaces.some((w: { id: string }) => w.id === created.json.id));
  });

  test('takes no workspace that does not exist', async () => {
    const send = (body: unknown) => tlab.api.post('/api/v1/auth/active-workspace', body);
    assertProblem(await send({ workspace_id: '0198f5a2-6c1e-7d3a-9b57-2f4e8a1c6d90' }), 404, 'not_found');
    assertProblem(await send({ workspace_id: "' OR 1=1 --" }), 404, 'not_found');
    assertProblem(await send({}), 422, 'invalid_input', ['/workspace_id']);
    assertProblem(await send({ workspace_id: 7 }), 422, 'invalid_input', ['/workspace_id']);
    assertProblem(await send({ workspace_id: null }), 422, 'invalid_input', ['/workspace_id']);
    assertProblem(await send({ workspace_id: 'local-workspace', user_id: 'x' }), 422, 'invalid_input', [
      '/user_id',
    ]);
    assertProblem(await send([]), 422, 'invalid_input', ['']);
  });
});

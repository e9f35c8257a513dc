// The queue of a workspace as its members see it: listed, paged, narrowed, waited in, left.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { EventStream, ended } from '../harness/events.ts';
import { type Api, assertProblem, type Reply } from '../harness/http.ts';
import type { Json } from '../harness/openapi.ts';
import { allPages } from '../harness/pages.ts';
import { cross, enqueue, hold, local, run } from '../harness/runs.ts';
import { samplePath } from '../harness/sample.ts';
import { onEachEngine, Server, useServer } from '../harness/server.ts';

const absent = '0198f5a2-6c1e-7d3a-9b57-2f4e8a1c6d90';
const jobsOf = (workspace: string): string => `/api/v1/workspaces/${workspace}/jobs`;
const backtestsOf = (workspace: string): string => `/api/v1/workspaces/${workspace}/backtests`;
const jobs = jobsOf('local-workspace');

const get = async (api: Api, path: string): Promise<Json> => (await api.get(path, { expect: 200 })).json;
const list = async (api: Api, query: Json = {}, path = jobs): Promise<Json[]> =>
  (await api.get(path, { query: { limit: 1000, ...query }, expect: 200 })).json.jobs;
const cancel = (api: Api, id: string, path = jobs): Promise<Reply> =>
  api.post(`${path}/${id}/cancel`, undefined);
const makeWorkspace = async (api: Api, name: string): Promise<string> =>
  (await api.post('/api/v1/workspaces', { name }, { expect: 201 })).json.id;

onEachEngine('the jobs of a workspace', (engine) => {
  const tlab = useServer(() => ({ engine, marketPath: samplePath(), env: { JOB_WORKERS: '0' } }));
  const made: Json[] = []; // newest first: two queued, one cancelled, two completed

  before(async () => {
    for (let i = 0; i < 2; i++) made.unshift(await run(tlab.api, hold));
    const cancelled = await enqueue(tlab.api, cross);
    await cancel(tlab.api, cancelled.id);
    made.unshift(cancelled);
    for (const body of [cross, { ...cross, name: 'Slow' }]) made.unshift(await enqueue(tlab.api, body));
  });
  const ids = (rows: Json[]): string[] => rows.map((row) => row.id);

  test('are listed newest first, each as it is read by itself', async () => {
    const rows = await list(tlab.api);
    assert.deepEqual(
      rows.map((job) => job.backtest_id),
      ids(made),
    );
    assert.deepEqual(
      rows.map((job) => job.status),
      ['queued', 'queued', 'cancelled', 'completed', 'completed'],
    );
    for (const row of rows) assert.deepEqual(await get(tlab.api, `${jobs}/${row.id}`), row);
    const [queued] = rows;
    assert.deepEqual(
      [queued.kind, queued.title, queued.attempts, queued.worker, queued.started_at, queued.finished_at],
      ['backtest', 'Slow: ma_cross BTCUSDT 1d', 0, null, null, null],
    );
    assert.deepEqual([queued.progress, queued.progress_text, queued.error], [null, null, null]);
    assert.equal(queued.workspace_id, 'local-workspace');
    assert.ok(queued.max_attempts >= 2);
  });

  test('page by page are the whole', async () => {
    const whole = await list(tlab.api);
    for (const limit of [1, 2, 5]) {
      const pages = await allPages(tlab.api, jobs, { limit });
      assert.ok(pages.every((page) => page.jobs.length <= limit));
      assert.deepEqual(
        pages.flatMap((page) => page.jobs),
        whole,
      );
    }
  });

  test('can be narrowed by state and kind, page by page too', async () => {
    const rows = await list(tlab.api);
    for (const status of ['queued', 'running', 'completed', 'failed', 'cancelled']) {
      const wanted = rows.filter((job) => job.status === status);
      assert.deepEqual(await list(tlab.api, { status }), wanted);
      assert.deepEqual(await list(tlab.api, { status, kind: 'backtest' }), wanted);
      const pages = await allPages(tlab.api, jobs, { status, limit: 1 });
      assert.deepEqual(
        pages.flatMap((page) => page.jobs),
        wanted,
      );
    }
    assert.deepEqual(await list(tlab.api, { kind: 'backtest' }), rows);
    assert.deepEqual(await list(tlab.api, { kind: 'market_import' }), []);
  });

  test('stay in their places while others come and go', async () => {
    const whole = await list(tlab.api);
    const first = (await tlab.api.get(jobs, { query: { limit: 2 }, expect: 200 })).json;
    const added = await run(tlab.api, hold);
    const rest = (await tlab.api.get(jobs, { query: { limit: 100, cursor: first.next_cursor }, expect: 200 }))
      .json;
    assert.deepEqual(ids([...first.jobs, ...rest.jobs]), ids(whole));
    await tlab.api.delete(`${local}/${added.id}`, { expect: 204 });
    assert.deepEqual(await list(tlab.api), whole);
  });

  test('are asked for in words that it knows', async () => {
    const cases: [Json, string][] = [
      [{ limit: 0 }, '?limit'],
      [{ limit: 1001 }, '?limit'],
      [{ status: 'done' }, '?status'],
      [{ status: '' }, '?status'],
      [{ kind: 'nothing' }, '?kind'],
      [{ cursor: 'x' }, '?cursor'],
      [{ sort: 'status' }, '?sort'],
    ];
    for (const [query, pointer] of cases)
      assertProblem(await tlab.api.get(jobs, { query }), 422, 'invalid_input', [pointer]);
  });

  test('know their place in the queue', async () => {
    const places = async (): Promise<[string, number][]> =>
      (await list(tlab.api, { status: 'queued' })).reverse().map((job) => [job.id, job.queue_position]);
    const [second, first] = made as [Json, Json];
    assert.deepEqual(await places(), [
      [first.id, 1],
      [second.id, 2],
    ]);
    const third = await enqueue(tlab.api, hold);
    assert.deepEqual(await places(), [
      [first.id, 1],
      [second.id, 2],
      [third.id, 3],
    ]);
    const other = await makeWorkspace(tlab.api, 'Others');
    const theirs = await enqueue(tlab.api, hold, backtestsOf(other));
    assert.equal((await get(tlab.api, `${jobsOf(other)}/${theirs.id}`)).queue_position, 1);
    assert.equal((await cancel(tlab.api, first.id)).json.queue_position, null);
    assert.deepEqual(await places(), [
      [second.id, 1],
      [third.id, 2],
    ]);
    assert.equal((await get(tlab.api, `${jobs}/${third.id}`)).queue_position, 2);
    for (const [path, id] of [
      [jobs, second.id],
      [jobs, third.id],
      [jobsOf(other), theirs.id],
    ])
      await cancel(tlab.api, id, path);
  });

  test('that are queued are cancelled at once, and twice is as good as once', async () => {
    const { id } = await enqueue(tlab.api, cross);
    const reply = await cancel(tlab.api, id);
    assert.equal(reply.status, 200);
    assert.deepEqual([reply.json.status, reply.json.started_at, reply.json.attempts], ['cancelled', null, 0]);
    assert.notEqual(reply.json.finished_at, null);
    assert.deepEqual((await cancel(tlab.api, id)).json, reply.json);
    assert.deepEqual(await get(tlab.api, `${jobs}/${id}`), reply.json);
    assert.equal((await get(tlab.api, `${local}/${id}`)).status, 'cancelled');
  });

  test('take no more than an empty object as the body of their cancel', async () => {
    const path = `${jobs}/${(await enqueue(tlab.api, cross)).id}/cancel`;
    assertProblem(await tlab.api.post(path, { reason: 'late' }), 422, 'invalid_input', ['/reason']);
    assertProblem(await tlab.api.post(path, []), 422, 'invalid_input', ['']);
    await tlab.api.post(path, {}, { expect: 200 });
  });

  test('that have ended cannot be cancelled', async () => {
    const { job_id } = await run(tlab.api, hold);
    assertProblem(await cancel(tlab.api, job_id), 409, 'already_ended');
    assert.equal((await get(tlab.api, `${jobs}/${job_id}`)).status, 'completed');
  });

  test("are nobody else's: others, and the absent, are not there", async () => {
    const other = await makeWorkspace(tlab.api, 'Elsewhere');
    const mine = (await run(tlab.api, hold)).job_id;
    const { id: theirs } = await enqueue(tlab.api, hold, backtestsOf(other));
    for (const [path, id] of [
      [jobs, theirs],
      [jobsOf(other), mine],
      [jobs, absent],
      [jobs, 'nope'],
      [jobsOf(absent), mine],
    ] as [string, string][]) {
      assertProblem(await tlab.api.get(`${path}/${id}`), 404, 'not_found');
      assertProblem(await cancel(tlab.api, id, path), 404, 'not_found');
    }
    assertProblem(await tlab.api.get(jobsOf(absent)), 404, 'not_found');
    assert.deepEqual(ids(await list(tlab.api, {}, jobsOf(other))), [theirs]);
    assert.ok(!ids(await list(tlab.api)).includes(theirs));
    assert.equal((await get(tlab.api, `${jobsOf(other)}/${theirs}`)).status, 'queued');
    assertProblem(await tlab.api.get(`/api/v1/market/imports/${theirs}`), 404, 'not_found');
  });

  test('go with their workspace', async () => {
    const reply = await tlab.api.post('/api/v1/workspaces', { name: 'Short-lived' }, { expect: 201 });
    const { id } = await enqueue(tlab.api, hold, backtestsOf(reply.json.id));
    await tlab.api.delete(`/api/v1/workspaces/${reply.json.id}`, {
      headers: { 'if-match': String(reply.headers.etag) },
      expect: 204,
    });
    assertProblem(await tlab.api.get(`${jobsOf(reply.json.id)}/${id}`), 404, 'not_found');
  });
});

onEachEngine('the order of work', (engine) => {
  test('is that of asking within a workspace, and workspaces take turns', async () => {
    const parked = await Server.start({ engine, marketPath: samplePath(), env: { JOB_WORKERS: '0' } });
    const busy = await makeWorkspace(parked.api, 'Busy');
    const calm = await makeWorkspace(parked.api, 'Calm');
    const queue: [string, string][] = [];
    for (const workspace of [...Array(6).fill(busy), calm, calm])
      queue.push([workspace, (await enqueue(parked.api, hold, backtestsOf(workspace))).id]);
    const server = await parked.restart({ env: { JOB_WORKERS: '1' } });
    const done: Json[] = [];
    for (const [workspace, id] of queue) {
      await ended(server.api, id, { workspace });
      done.push(await get(server.api, `${jobsOf(workspace)}/${id}`));
    }
    const started = (job: Json): string => job.started_at;
    const order = [...done].sort((a, b) => (started(a) < started(b) ? -1 : 1));
    for (const workspace of [busy, calm]) {
      const own = order.filter((job) => job.workspace_id === workspace).map((job) => job.id);
      assert.deepEqual(
        own,
        queue.filter(([of]) => of === workspace).map(([, id]) => id),
      );
    }
    const lastCalm = order.map((job) => job.workspace_id).lastIndexOf(calm);
    assert.ok(lastCalm < 5, `two jobs of a calm workspace waited for ${lastCalm - 1} of a busy one`);
    await server.stop();
  });

  test('lets a workspace run as many at once as JOBS_RUNNING_PER_WORKSPACE says', async () => {
    const env = { JOB_WORKERS: '4', JOBS_RUNNING_PER_WORKSPACE: '1' };
    const server = await Server.start({ engine, marketPath: samplePath(), env });
    const stream = await EventStream.open(server.api);
    const made = [];
    for (let i = 0; i < 12; i++) made.push(await enqueue(server.api, { ...cross, interval: '1h' }));
    for (const { id } of made) await stream.job(id, 'completed');
    let running = 0;
    for (const { type, data } of stream.events) {
      if (type !== 'job') continue;
      if (data.status === 'running') running++;
      if (data.status === 'completed') running--;
      assert.ok(running <= 1, 'two ran at the same time');
    }
    stream.close();
    await server.stop();
  });
});

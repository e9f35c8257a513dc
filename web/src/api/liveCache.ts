import type { InfiniteData, Query, QueryClient, QueryFilters, QueryKey } from '@tanstack/react-query';
import { createBatch } from '~/lib/batch';
import { accountsKey } from './accounts';
import { auditKey } from './audit';
import { backtestsKey } from './backtests';
import { categorySetsKey } from './categorySets';
import type { Backtest, BacktestStatus, Import, Job } from './client';
import { isCompleted, isEnded } from './completed';
import type { Gap, StreamEvent } from './events';
import { fitsImport, importsKey, toldImportsKey } from './imports';
import { boardQuery, fitsJob, type JobFilter, jobQuery, jobsKey, putOnBoard, toldJobsKey } from './jobs';
import { type BacktestPages, patchBacktest, patchBacktests, patchRows, type Rows } from './livePatch';
import { symbolsQuery } from './market';
import { invitationsKey, membersKey } from './members';
import { ordersKey } from './orders';
import { planKey, plansKey } from './plans';
import { sessionQuery, workspaceQuery } from './session';
import { sweepsKey } from './sweeps';
import { remember } from './told';

const REREAD_MS = 100;
const QUEUE_MS = 400;
const CANDLES_MS = 250;

// Candles belong to all workspaces: what is known of them outlives the stream of one.
const dataVersions = new WeakMap<QueryClient, string>();

export interface LiveCache {
  onEvent: (event: StreamEvent) => void;
  onGap: (gap: Gap) => void;
  /** Reads what may have changed unheard, while there is no stream. */
  catchUp: () => void;
  close: () => void;
}

/** Keeps what was read of a workspace as it is on the server, by what the stream tells. */
export function connectCache(
  client: QueryClient,
  ws: string,
  onEnded: (job: Job | Import) => void,
): LiveCache {
  const reread = createBatch<QueryFilters>(REREAD_MS, (filters) => refetch(client, filters));
  const queue = createBatch<QueryFilters>(QUEUE_MS, (filters) => refetch(client, filters));
  const market = createBatch<QueryFilters>(CANDLES_MS, (filters) => refetch(client, filters));
  const board = boardQuery(ws).queryKey;

  const again = (queryKey: QueryKey, exact = false) => reread.add(queryKey.join(' '), { queryKey, exact });
  const rereadAll = () => {
    again(['ws', ws]);
    again(sessionQuery.queryKey);
    again(importsKey);
  };
  const rereadChanging = () => {
    reread.add('changing', { queryKey: ['ws', ws], predicate: canChange });
    again(importsKey);
  };

  const takeJob = (event: Job) => {
    const job = remember(client, toldJobsKey(ws), event);
    if (!job) return;
    const before = client.getQueryData(board)?.find(({ id }) => id === job.id);
    patchJobs(client, ws, job);
    patchRuns(client, ws, job);
    // One that joins or leaves the queue moves the others: their places are the server's to say.
    if ((before?.status === 'queued') !== (job.status === 'queued')) queue.add('board', { queryKey: board });
    if (!isEnded(job.status)) return;
    // What came of it is told by the job itself only.
    again(jobQuery(ws, job.id).queryKey, true);
    onEnded(job);
  };

  const takeImport = (event: Import) => {
    const file = remember(client, toldImportsKey, event);
    if (!file) return;
    patchImports(client, file);
    if (isEnded(file.status)) onEnded(file);
  };

  const takeCandles = (version: string) => {
    const known = dataVersions.get(client);
    dataVersions.set(client, version);
    if (known === undefined || known === version) return;
    market.add('candles', { queryKey: ['market'], predicate: isOfCandles });
    // What is held is worth something else now.
    for (const queryKey of [plansKey(ws), accountsKey(ws)])
      market.add(queryKey.join(' '), { queryKey, predicate: isMarked });
  };

  const onEvent = (event: StreamEvent) => {
    switch (event.type) {
      case 'job':
        return takeJob(event.data);
      case 'backtest':
        again([...backtestsKey(ws), event.data.id], true);
        again([...sweepsKey(ws), event.data.id], true);
        again([...sweepsKey(ws), 'list']);
        return again([...backtestsKey(ws), 'list']);
      case 'workspace':
        again(sessionQuery.queryKey);
        // One that is gone cannot be read: that it is, the session says.
        if (!event.data.deleted) again(workspaceQuery(event.data.id).queryKey);
        return;
      case 'category_set':
        again(categorySetsKey(ws));
        // What was made with its categories is made with others now.
        return market.add(event.data.id, { queryKey: ['market'], predicate: isOfSet(event.data.id) });
      case 'trade_plan':
        again(planKey(ws, event.data.id));
        return again([...plansKey(ws), 'list']);
      case 'account':
        return again(accountsKey(ws));
      case 'order':
        return again(ordersKey(ws));
      case 'member':
        // One's own role may be another one now, and with it what may be read.
        again(sessionQuery.queryKey);
        again(workspaceQuery(ws).queryKey);
        for (const key of [membersKey(ws), invitationsKey(ws), auditKey(ws)]) again(key);
        return;
      case 'import':
        return takeImport(event.data);
      case 'candles':
        return takeCandles(event.data.data_version);
      case 'reset':
        return rereadAll();
    }
  };

  return {
    onEvent,
    onGap: (gap) => (gap === 'lost' ? rereadAll() : rereadChanging()),
    catchUp: () => {
      rereadChanging();
      again(symbolsQuery.queryKey);
    },
    close: () => {
      for (const batch of [reread, queue, market]) batch.clear();
    },
  };
}

/** A first read that is still on its way may have seen what was before: it is let end, then read again. */
async function refetch(client: QueryClient, filters: QueryFilters[]) {
  const first = (query: Query) => query.state.data === undefined && query.state.fetchStatus === 'fetching';
  await Promise.all(
    filters.map(async (filter) => {
      const started = client.getQueryCache().findAll(filter).filter(first);
      await Promise.allSettled(started.map(({ promise }) => promise));
      await client.invalidateQueries(filter);
    }),
  );
}

/** What was asked for with a set has its id in the key. */
const isOfSet =
  (id: string) =>
  ({ queryHash }: Query) =>
    queryHash.includes(JSON.stringify(id));

/** Fills and changes stay what they are, whatever prices do. */
const isMarked = ({ queryKey }: Query) => !['fills', 'history', 'ledger'].includes(String(queryKey[4]));

const isOfCandles = ({ queryKey }: Query) => queryKey[1] !== 'strategies';

/** The result of a completed backtest never changes, and with it neither its equity nor its trades. */
function canChange({ queryKey, state }: Query): boolean {
  const [, , noun, , part] = queryKey;
  const backtest = state.data as Backtest | undefined;
  if (noun !== 'backtests' || queryKey[3] === 'list') return true;
  return part === undefined && !(backtest && isCompleted(backtest));
}

function patchJobs(client: QueryClient, ws: string, job: Job) {
  patch<Job[]>(client, { queryKey: boardQuery(ws).queryKey }, (board) => putOnBoard(board, job));
  patch<InfiniteData<Rows<Job>>>(client, { queryKey: [...jobsKey(ws), 'list'] }, (data, key) => {
    return patchRows(data, job, fitsJob(key[4] as JobFilter));
  });
}

function patchImports(client: QueryClient, file: Import) {
  patch<InfiniteData<Rows<Import>>>(client, { queryKey: importsKey }, (data, key) => {
    return patchRows(data, file, fitsImport((key[2] as JobFilter).status));
  });
}

function patchRuns(client: QueryClient, ws: string, job: Job) {
  if (job.backtest_id === null) return;
  patch<Backtest>(client, { queryKey: [...backtestsKey(ws), job.backtest_id], exact: true }, (backtest) =>
    patchBacktest(backtest, job),
  );
  patch<BacktestPages>(client, { queryKey: [...backtestsKey(ws), 'list'] }, (data, key) =>
    patchBacktests(data, job, (key[4] as { status?: BacktestStatus }).status),
  );
}

/**
 * Changes what is at hand without making it look newly read. What nobody looks at and is to be read again anyway
 * is left alone: a change would take that mark off.
 */
function patch<T>(client: QueryClient, filter: QueryFilters, change: (data: T, key: QueryKey) => T) {
  for (const query of client.getQueryCache().findAll(filter)) {
    const data = query.state.data as T | undefined;
    if (data === undefined || (query.state.isInvalidated && !query.isActive())) continue;
    const next = change(data, query.queryKey);
    if (next !== data) query.setData(next, { updatedAt: query.state.dataUpdatedAt, manual: true });
  }
}

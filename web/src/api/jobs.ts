import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, bodyOf, type Job, type JobKind, type JobStatus } from './client';
import { isEnded } from './completed';
import { laterJob } from './jobOrder';
import type { Rows } from './livePatch';
import { toldSince, withTold } from './told';

export interface JobFilter {
  status?: JobStatus;
  kind?: JobKind;
}

const ALL = 1000;
const LATEST = 8;

export const jobsKey = (ws: string) => ['ws', ws, 'jobs'] as const;

export const toldJobsKey = (ws: string) => [...jobsKey(ws), 'told'] as const;

export const fitsJob =
  ({ status, kind }: JobFilter) =>
  (job: Job): boolean =>
    (!status || job.status === status) && (!kind || job.kind === kind);

const fetchJobs = (ws: string, query: JobFilter & { limit?: number; cursor?: string }, signal: AbortSignal) =>
  bodyOf(
    api.GET('/api/v1/workspaces/{workspace_id}/jobs', {
      params: { path: { workspace_id: ws }, query },
      signal,
    }),
  );

export const jobsQuery = (ws: string, filter: JobFilter) =>
  infiniteQueryOptions({
    queryKey: [...jobsKey(ws), 'list', filter],
    queryFn: async ({ pageParam, signal, client }): Promise<Rows<Job>> => {
      const asked_ms = Date.now();
      const page = await fetchJobs(ws, { ...filter, cursor: pageParam || undefined }, signal);
      const told = toldSince<Job>(client, toldJobsKey(ws), asked_ms);
      const rows = { rows: page.jobs, next_cursor: page.next_cursor };
      return withTold(rows, told, fitsJob(filter), pageParam === '');
    },
    initialPageParam: '',
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
  });

/** What goes on now: every job that has not ended, and the latest of those that have. */
export const boardQuery = (ws: string) =>
  queryOptions({
    queryKey: [...jobsKey(ws), 'board'],
    queryFn: async ({ signal, client }): Promise<Job[]> => {
      const asked_ms = Date.now();
      const pages = await Promise.all([
        fetchJobs(ws, { status: 'queued', limit: ALL }, signal),
        fetchJobs(ws, { status: 'running', limit: ALL }, signal),
        fetchJobs(ws, { limit: LATEST }, signal),
      ]);
      const answered = pages.flatMap(({ jobs }) => jobs);
      const told = toldSince<Job>(client, toldJobsKey(ws), asked_ms);
      return [...answered, ...told].reduce(putOnBoard, []);
    },
  });

/** One job; the stream says when it is to be read again. */
export const jobQuery = (ws: string, id: string) =>
  queryOptions({
    queryKey: [...jobsKey(ws), id],
    queryFn: ({ signal }) =>
      bodyOf(
        api.GET('/api/v1/workspaces/{workspace_id}/jobs/{job_id}', {
          params: { path: { workspace_id: ws, job_id: id } },
          signal,
        }),
      ),
    staleTime: ({ state }) => (state.data && isEnded(state.data.status) ? Number.POSITIVE_INFINITY : 0),
  });

/** The board with this account of a job. */
export function putOnBoard(board: Job[], job: Job): Job[] {
  const known = board.find(({ id }) => id === job.id);
  const later = laterJob(known, job);
  if (later === known) return board;
  const others = board.filter(({ id }) => id !== job.id);
  const sorted = [later, ...others].sort((a, b) => b.created_at.localeCompare(a.created_at));
  const ended = sorted.filter(({ status }) => isEnded(status)).slice(LATEST);
  return sorted.filter((one) => !ended.includes(one));
}

/** The jobs of a board that have not ended: first those that run, then the queue in its order. */
export function unfinished(board: readonly Job[] | undefined): Job[] {
  const place = ({ status, queue_position }: Job) =>
    status === 'running' ? 0 : (queue_position ?? Number.MAX_SAFE_INTEGER);
  return (board ?? [])
    .filter(({ status }) => !isEnded(status))
    .sort((a, b) => place(a) - place(b) || a.created_at.localeCompare(b.created_at));
}

export const cancelJob = (ws: string, job_id: string) =>
  bodyOf(
    api.POST('/api/v1/workspaces/{workspace_id}/jobs/{job_id}/cancel', {
      params: { path: { workspace_id: ws, job_id } },
    }),
  );

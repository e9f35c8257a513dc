import {
  infiniteQueryOptions,
  keepPreviousData,
  type QueryClient,
  queryOptions,
} from '@tanstack/react-query';
import { api, bodyOf, type Job, type JobKind, type JobStatus } from './client';
import { isEnded } from './completed';
import { laterJob } from './jobOrder';

export interface JobFilter {
  status?: JobStatus;
  kind?: JobKind;
}

/** Rows of a list and where the next page begins. */
export interface Rows<T> {
  rows: T[];
  next_cursor: string | null;
}

const ALL = 1000;
const LATEST = 8;

export const jobsKey = (ws: string) => ['ws', ws, 'jobs'] as const;

/** Where the last account of each job is kept; the stream writes it. */
export const jobKey = (ws: string, id: string) => [...jobsKey(ws), id] as const;

// An answer may be older than what the stream has told since it was asked for.
const refresh = (client: QueryClient, ws: string, jobs: Job[]) =>
  jobs.map((job) => laterJob(client.getQueryData<Job>(jobKey(ws, job.id)), job));

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
      const page = await fetchJobs(ws, { ...filter, cursor: pageParam || undefined }, signal);
      return { rows: refresh(client, ws, page.jobs), next_cursor: page.next_cursor };
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
      const pages = await Promise.all([
        fetchJobs(ws, { status: 'queued', limit: ALL }, signal),
        fetchJobs(ws, { status: 'running', limit: ALL }, signal),
        fetchJobs(ws, { limit: LATEST }, signal),
      ]);
      return refresh(
        client,
        ws,
        pages.flatMap(({ jobs }) => jobs),
      ).reduce(putOnBoard, []);
    },
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

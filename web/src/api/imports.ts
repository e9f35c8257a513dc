import { infiniteQueryOptions, keepPreviousData } from '@tanstack/react-query';
import { api, bodyOf, type Import, type JobStatus } from './client';
import type { Rows } from './livePatch';
import { toldSince, withTold } from './told';

/** Candles belong to all workspaces, and so do the files they come from. */
export const importsKey = ['market', 'imports'] as const;

export const toldImportsKey = ['market', 'told imports'] as const;

export const fitsImport = (status: JobStatus | undefined) => (file: Import) =>
  !status || file.status === status;

export const importsQuery = (status: JobStatus | undefined) =>
  infiniteQueryOptions({
    queryKey: [...importsKey, { status }],
    queryFn: async ({ pageParam, signal, client }): Promise<Rows<Import>> => {
      const asked_ms = Date.now();
      const query = { status, cursor: pageParam || undefined };
      const page = await bodyOf(api.GET('/api/v1/market/imports', { params: { query }, signal }));
      const told = toldSince<Import>(client, toldImportsKey, asked_ms);
      const rows = { rows: page.imports, next_cursor: page.next_cursor };
      return withTold(rows, told, fitsImport(status), pageParam === '');
    },
    initialPageParam: '',
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
  });

export const cancelImport = (import_id: string) =>
  bodyOf(api.POST('/api/v1/market/imports/{import_id}/cancel', { params: { path: { import_id } } }));

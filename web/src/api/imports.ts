import { infiniteQueryOptions, keepPreviousData } from '@tanstack/react-query';
import { api, bodyOf, type Import, type JobStatus } from './client';
import { laterJob } from './jobOrder';
import type { Rows } from './jobs';

/** Candles belong to all workspaces, and so do the files they come from. */
export const importsKey = ['market', 'imports'] as const;

/** Where the last account of each import is kept; the stream writes it. */
export const importKey = (id: string) => ['market', 'import', id] as const;

export const importsQuery = (status: JobStatus | undefined) =>
  infiniteQueryOptions({
    queryKey: [...importsKey, { status }],
    queryFn: async ({ pageParam, signal, client }): Promise<Rows<Import>> => {
      const query = { status, cursor: pageParam || undefined };
      const page = await bodyOf(api.GET('/api/v1/market/imports', { params: { query }, signal }));
      const rows = page.imports.map((file) =>
        laterJob(client.getQueryData<Import>(importKey(file.id)), file),
      );
      return { rows, next_cursor: page.next_cursor };
    },
    initialPageParam: '',
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
  });

export const cancelImport = (import_id: string) =>
  bodyOf(api.POST('/api/v1/market/imports/{import_id}/cancel', { params: { path: { import_id } } }));

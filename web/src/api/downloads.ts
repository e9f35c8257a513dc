import { queryOptions } from '@tanstack/react-query';
import { api, bodyOf, type Download, type DownloadRequest } from './client';
import { isEnded } from './completed';
import { jobsKey } from './jobs';
import { once } from './once';

/** Candles belong to all workspaces. What fetches them are jobs of this one, whose editors start them. */
export const DOWNLOADS_WS = 'local-workspace';

export const startDownload = (body: DownloadRequest) =>
  once('download', body, ({ headers }) => bodyOf(api.POST('/api/v1/market/downloads', { body, headers })));

/** A download that was started, with what came of it. Under the key of its job the stream has it read again at its end. */
export const downloadQuery = (started: Download) =>
  queryOptions({
    queryKey: [...jobsKey(DOWNLOADS_WS), started.id],
    queryFn: ({ signal }) =>
      bodyOf(
        api.GET('/api/v1/market/downloads/{download_id}', {
          params: { path: { download_id: started.id } },
          signal,
        }),
      ),
    initialData: started,
    staleTime: ({ state }) => (state.data && isEnded(state.data.status) ? Number.POSITIVE_INFINITY : 0),
  });

import { apiBase } from '~/lib/base';
import { withTag } from './client';
import { send } from './send';

interface Options {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  body?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

/** The body of an answer together with its ETag, of a route whose shapes stand in `people.ts`; throws ApiError. */
export function askWithTag<T>(path: string, { body, headers, ...options }: Options = {}) {
  const request = new Request(`${apiBase}/api/v1${path}`, {
    ...options,
    headers: body === undefined ? headers : { 'Content-Type': 'application/json', ...headers },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  return withTag<T>(
    send(request).then(async (response) => {
      const read: unknown =
        response.status === 204 ? undefined : await response.json().catch(() => undefined);
      return response.ok ? { data: read as T, response } : { error: read, response };
    }),
  );
}

export const ask = async <T>(path: string, options?: Options): Promise<T> =>
  (await askWithTag<T>(path, options)).body;

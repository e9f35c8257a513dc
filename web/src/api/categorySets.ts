import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, bodyOf, type CategoryDocument, withTag } from './client';
import { once } from './once';
import { allRows } from './pages';

/** The sets of categories that a workspace keeps beside those of the server's file. */

export const categorySetsKey = (ws: string) => ['ws', ws, 'category-sets'] as const;
export const categorySetKey = (ws: string, id: string) => [...categorySetsKey(ws), id] as const;

const PAGE = 100;
const PATH = '/api/v1/workspaces/{workspace_id}/category-sets' as const;
const SET_PATH = `${PATH}/{set_id}` as const;
const of = (workspace_id: string) => ({ path: { workspace_id } });
const at = (workspace_id: string, set_id: string) => ({ path: { workspace_id, set_id } });
const YAML = { 'Content-Type': 'application/yaml' };

export const categorySetsQuery = (ws: string) =>
  queryOptions({
    queryKey: [...categorySetsKey(ws), 'list'],
    queryFn: ({ signal }) =>
      allRows(async (cursor) => {
        const params = { ...of(ws), query: { limit: PAGE, cursor } };
        const page = await bodyOf(api.GET(PATH, { params, signal }));
        return [page.category_sets, page.next_cursor];
      }),
  });

/** One version of a set, the newest when it is left out, with the ETag that a change of the set has to name. */
export const categorySetQuery = (ws: string, id: string, version?: number) =>
  queryOptions({
    queryKey: [...categorySetKey(ws, id), 'document', version ?? 'newest'],
    queryFn: async ({ signal }) => {
      const params = { ...at(ws, id), query: { version } };
      const { body, etag } = await withTag(api.GET(SET_PATH, { params, signal }));
      if (typeof body === 'string') throw new Error('the category set did not come as JSON');
      return { body, etag };
    },
    // A version that is asked for by its number never says anything else.
    staleTime: version === undefined ? 0 : Number.POSITIVE_INFINITY,
  });

export const categoryVersionsQuery = (ws: string, id: string) =>
  infiniteQueryOptions({
    queryKey: [...categorySetKey(ws, id), 'versions'],
    queryFn: ({ pageParam, signal }) =>
      bodyOf(
        api.GET(`${SET_PATH}/versions`, {
          params: { ...at(ws, id), query: { limit: PAGE, cursor: pageParam || undefined } },
          signal,
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    staleTime: 0,
  });

/** Without a document a copy of the categories of the server's file. */
export const createCategorySet = (ws: string, body: { name: string; document?: CategoryDocument }) =>
  once(`category set ${ws}`, body, ({ headers }) =>
    bodyOf(api.POST(PATH, { params: of(ws), body, headers })),
  );

// YAML is sent as the text it is, not as JSON of that text.
const yaml = (text: string) => ({
  body: text as never,
  bodySerializer: () => text,
});

export const createCategorySetOfYaml = (ws: string, name: string, text: string) =>
  once(`category set ${ws} ${name}`, text, ({ headers }) =>
    bodyOf(
      api.POST(PATH, {
        params: { ...of(ws), query: { name } },
        headers: { ...headers, ...YAML },
        ...yaml(text),
      }),
    ),
  );

interface Change {
  name?: string;
  document?: CategoryDocument;
}

export const updateCategorySet = (ws: string, id: string, etag: string, body: Change) =>
  withTag(api.PUT(SET_PATH, { params: { ...at(ws, id), header: { 'If-Match': etag } }, body }));

export const updateCategorySetOfYaml = (ws: string, id: string, etag: string, text: string) =>
  withTag(
    api.PUT(SET_PATH, {
      params: { ...at(ws, id), header: { 'If-Match': etag } },
      headers: YAML,
      ...yaml(text),
    }),
  );

export const deleteCategorySet = (ws: string, id: string, etag: string) =>
  bodyOf(api.DELETE(SET_PATH, { params: { ...at(ws, id), header: { 'If-Match': etag } } }));

/** The document as the server writes it into a file. */
export async function yamlOfCategorySet(ws: string, id: string, version?: number): Promise<string> {
  const params = { ...at(ws, id), query: { version, format: 'yaml' as const } };
  const text = await bodyOf(api.GET(SET_PATH, { params, parseAs: 'text' }));
  return String(text);
}

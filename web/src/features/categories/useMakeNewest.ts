import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { categorySetKey, categorySetQuery, categorySetsKey, updateCategorySet } from '~/api/categorySets';
import { describeError } from '~/api/problem';
import { toastDone, toastError } from '~/lib/toast';

/** Saves what a version said once more, as the next one. */
export function useMakeNewest(ws: string, id: string, etag: string) {
  const client = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: async (version: number) => {
      const { body } = await client.fetchQuery(categorySetQuery(ws, id, version));
      return updateCategorySet(ws, id, etag, { document: body.document });
    },
    onSuccess: async (reply, version) => {
      client.setQueryData(categorySetQuery(ws, id).queryKey, reply);
      toastDone(
        reply.body.version === reply.body.newest_version && reply.etag === etag
          ? `Version ${version} says the same as the newest.`
          : `Version ${version} is the newest again, as version ${reply.body.version}.`,
      );
      await client.invalidateQueries({ queryKey: categorySetsKey(ws) });
      await navigate({ to: '/w/$ws/categories/$id', params: { ws, id }, search: {} });
    },
    onError: (error) => {
      toastError('Could not make it the newest', error);
      if (describeError(error).status === 412)
        void client.invalidateQueries({ queryKey: categorySetKey(ws, id) });
    },
  });
}

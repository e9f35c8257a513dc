import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { LabelChange } from '~/api/client';
import { splitAtCommas } from '~/lib/splitList';
import { toastError } from '~/lib/toast';
import type { Kind, Labelled } from './kinds';

/** Names, tags, notes and stars: how they are typed, and how they are changed. */

export const TAGS_MAX = 20;
export const TAG_LENGTH_MAX = 40;

/** Tags as typed, with commas between; each once. */
export function readTags(typed: string): { tags: string[] } | { fault: string } {
  const tags = splitAtCommas(typed);
  if (tags.length > TAGS_MAX) return { fault: `${tags.length} are too many: ${TAGS_MAX} can be kept` };
  const long = tags.find((tag) => tag.length > TAG_LENGTH_MAX);
  return long ? { fault: `“${long}” is longer than ${TAG_LENGTH_MAX} characters` } : { tags };
}

/** Shows the change at once, and takes it back when the server refuses. */
export function useLabels(ws: string, kind: Kind) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, change }: { id: string; change: LabelChange }) => kind.label(ws, id, change),
    onMutate: ({ id, change }) => {
      const key = kind.key(ws, id);
      const before = client.getQueryData<Labelled>(key);
      if (before) client.setQueryData(key, { ...before, ...change });
      return { key, before };
    },
    onSuccess: (stored, { id }) => {
      client.setQueryData(kind.key(ws, id), stored);
      void client.invalidateQueries({ queryKey: kind.listKey(ws) });
    },
    onError: (error, _, context) => {
      if (context?.before) client.setQueryData(context.key, context.before);
      toastError('Could not save', error);
    },
  });
}

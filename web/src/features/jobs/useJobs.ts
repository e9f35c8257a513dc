import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Job } from '~/api/client';
import { boardQuery, cancelJob, putOnBoard } from '~/api/jobs';
import { describeError } from '~/api/problem';
import { toastError } from '~/lib/toast';

/** Every job of a workspace that has not ended, and the latest others; kept up to date by the stream. */
export const useBoard = (ws: string) => useQuery(boardQuery(ws)).data;

/** The job of a backtest, while it has not ended. */
export const useJob = (ws: string, id: string): Job | undefined => useBoard(ws)?.find((job) => job.id === id);

/** Not optimistic: that it stopped is the server's to say, and comes over the stream. */
export function useCancelJob(ws: string) {
  const client = useQueryClient();
  const board = boardQuery(ws).queryKey;
  return useMutation({
    mutationFn: (id: string) => cancelJob(ws, id),
    onSuccess: (job) => client.setQueryData(board, (jobs) => jobs && putOnBoard(jobs, job)),
    onError: (error) => {
      toastError('Could not cancel', error);
      if (describeError(error).status === 409) void client.invalidateQueries({ queryKey: ['ws', ws] });
    },
  });
}

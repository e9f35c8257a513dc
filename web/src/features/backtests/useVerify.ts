import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { verifyBacktest } from '~/api/backtests';
import { boardQuery, jobQuery, putOnBoard } from '~/api/jobs';
import { toastError } from '~/lib/toast';

/**
 * Verifies a backtest: a short one is answered at once, a long one goes on as a job, whose id `onJob` takes into the
 * address so that its end is found there after a reload as well.
 */
export function useVerify(
  ws: string,
  id: string,
  jobId: string | undefined,
  onJob: (id: string | undefined) => void,
) {
  const client = useQueryClient();
  const verify = useMutation({
    mutationFn: () => verifyBacktest(ws, id),
    onSuccess: (answer) => {
      if ('job' in answer) {
        client.setQueryData(boardQuery(ws).queryKey, (jobs) => jobs && putOnBoard(jobs, answer.job));
        client.setQueryData(jobQuery(ws, answer.job.id).queryKey, answer.job);
      }
      onJob('job' in answer ? answer.job.id : undefined);
    },
    onError: (error) => toastError('Could not verify', error),
  });
  const job = useQuery({ ...jobQuery(ws, jobId ?? ''), enabled: jobId !== undefined });
  const told = verify.data && 'verification' in verify.data ? verify.data.verification : undefined;
  const ended = jobId === undefined ? undefined : job.data;
  const result = ended?.result?.backtest_id === id ? ended.result : undefined;
  return {
    start: () => verify.mutate(),
    isPending: verify.isPending,
    /** The job that works on it, or has. */
    job: ended,
    jobError: jobId === undefined ? null : job.error,
    verification: result ?? (jobId === undefined ? told : undefined),
  };
}

export type VerifyState = ReturnType<typeof useVerify>;

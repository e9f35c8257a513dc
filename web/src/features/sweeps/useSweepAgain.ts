import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { Sweep } from '~/api/client';
import { rerunSweep, sweepQuery, sweepsKey } from '~/api/sweeps';
import { toastError } from '~/lib/toast';

/** Opens a sweep that was just begun; its page fills itself. */
export function useOpenSweep(ws: string) {
  const client = useQueryClient();
  const navigate = useNavigate();
  return async (sweep: Sweep) => {
    client.setQueryData(sweepQuery(ws, sweep.id).queryKey, sweep);
    void client.invalidateQueries({ queryKey: [...sweepsKey(ws), 'list'] });
    await navigate({ to: '/w/$ws/backtests/sweeps/$id', params: { ws, id: sweep.id } });
  };
}

export function useSweepAgain(ws: string) {
  const open = useOpenSweep(ws);
  return useMutation({
    mutationFn: (id: string) => rerunSweep(ws, id),
    onSuccess: open,
    onError: (error) => toastError('Could not run it again', error),
  });
}

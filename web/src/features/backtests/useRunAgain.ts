import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { backtestQuery, backtestsKey, rerunBacktest } from '~/api/backtests';
import type { Backtest } from '~/api/client';
import { isCompleted } from '~/api/completed';
import { toastDone, toastError } from '~/lib/toast';

/** Opens a backtest that was just begun: with its result where that is there already, else its page fills itself. */
export function useOpenRun(ws: string) {
  const client = useQueryClient();
  const navigate = useNavigate();
  return async (backtest: Backtest) => {
    client.setQueryData(backtestQuery(ws, backtest.id).queryKey, backtest);
    void client.invalidateQueries({ queryKey: [...backtestsKey(ws), 'list'] });
    await navigate({ to: '/w/$ws/backtests/$id', params: { ws, id: backtest.id } });
    if (isCompleted(backtest)) toastDone('The backtest is stored.');
  };
}

export function useRunAgain(ws: string) {
  const open = useOpenRun(ws);
  return useMutation({
    mutationFn: (id: string) => rerunBacktest(ws, id),
    onSuccess: open,
    onError: (error) => toastError('Could not run it again', error),
  });
}

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { accountsKey } from '~/api/accounts';
import type { PaperAccount, TradePlan } from '~/api/client';
import { plansKey } from '~/api/plans';
import { describeError } from '~/api/problem';
import { formProblems } from '~/components/Problem';
import { toastDone } from '~/lib/toast';

export interface MoveProps {
  ws: string;
  plan: TradePlan;
  etag: string;
  account: PaperAccount;
  onClose: () => void;
}

/** Sends a move; whatever comes of it, the plan and its account are read again. */
export function useMove(
  { ws, onClose }: Pick<MoveProps, 'ws' | 'onClose'>,
  act: () => Promise<TradePlan>,
  done: string,
) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: act,
    onSuccess: () => {
      onClose();
      toastDone(done);
    },
    onSettled: () =>
      Promise.all([plansKey(ws), accountsKey(ws)].map((queryKey) => client.invalidateQueries({ queryKey }))),
  });
}

/** What keeps a move from being made, in the server's words. */
export function moveMessages(error: unknown): string[] {
  if (!error) return [];
  if (describeError(error).status === 412)
    return ['Somebody changed the plan a moment ago. What is shown now is the plan as it is; look again.'];
  const { byField, rest } = formProblems(error, []);
  return [...Object.values(byField), ...rest];
}

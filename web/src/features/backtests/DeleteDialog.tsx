import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { backtestsKey, deleteBacktest } from '~/api/backtests';
import type { BacktestSummary } from '~/api/client';
import { describeError } from '~/api/problem';
import { Dialog } from '~/components/Dialog';
import { toastDone } from '~/lib/toast';

interface Props {
  /** The run in question; undefined keeps the dialog closed. */
  backtest: Pick<BacktestSummary, 'id' | 'name' | 'strategy_id' | 'symbol' | 'interval'> | undefined;
  ws: string;
  onClose: () => void;
  onDeleted?: () => void;
}

export function DeleteDialog({ backtest, ws, onClose, onDeleted }: Props) {
  const queryClient = useQueryClient();
  const remove = useMutation({
    mutationFn: (id: string) => deleteBacktest(ws, id),
    onSuccess: async (_, id) => {
      onClose();
      onDeleted?.();
      queryClient.removeQueries({ queryKey: [...backtestsKey(ws), id] });
      await queryClient.invalidateQueries({ queryKey: [...backtestsKey(ws), 'list'] });
      toastDone('The backtest was deleted.');
    },
  });
  const close = () => {
    remove.reset();
    onClose();
  };
  const problem = remove.error ? describeError(remove.error) : undefined;
  return (
    <Dialog opened={backtest !== undefined} onClose={close} title="Delete this backtest?">
      {backtest && (
        <Stack gap="md">
          <Text size="sm">
            <strong>{backtest.name ?? backtest.strategy_id}</strong> on {backtest.symbol}, {backtest.interval}
            , with its equity and trades. This cannot be undone; the same request over the same candles gives
            the same result again.
          </Text>
          {problem && (
            <Alert color="red" variant="light" title={problem.title}>
              {problem.detail}
            </Alert>
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={close} data-autofocus>
              Keep it
            </Button>
            <Button color="red" loading={remove.isPending} onClick={() => remove.mutate(backtest.id)}>
              Delete backtest
            </Button>
          </Group>
        </Stack>
      )}
    </Dialog>
  );
}

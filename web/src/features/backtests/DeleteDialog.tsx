import { Button, Group, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { BacktestSummary } from '~/api/client';
import { describeError } from '~/api/problem';
import { Dialog } from '~/components/Dialog';
import { Notice } from '~/components/Notice';
import { toastDone } from '~/lib/toast';
import { BACKTEST, type Kind } from './kinds';

interface Props {
  /** The run in question; undefined keeps the dialog closed. */
  backtest: Pick<BacktestSummary, 'id' | 'name' | 'strategy_id' | 'symbol' | 'interval'> | undefined;
  ws: string;
  kind?: Kind;
  onClose: () => void;
  onDeleted?: () => void;
}

export function DeleteDialog({ backtest, ws, kind = BACKTEST, onClose, onDeleted }: Props) {
  const queryClient = useQueryClient();
  const remove = useMutation({
    mutationFn: (id: string) => kind.remove(ws, id),
    onSuccess: async (_, id) => {
      onClose();
      onDeleted?.();
      queryClient.removeQueries({ queryKey: kind.key(ws, id) });
      await queryClient.invalidateQueries({ queryKey: kind.listKey(ws) });
      toastDone(`The ${kind.word} was deleted.`);
    },
  });
  const close = () => {
    remove.reset();
    onClose();
  };
  const problem = remove.error ? describeError(remove.error) : undefined;
  return (
    <Dialog opened={backtest !== undefined} onClose={close} title={`Delete this ${kind.word}?`}>
      {backtest && (
        <Stack gap="md">
          <Text size="sm">
            <strong>{backtest.name ?? backtest.strategy_id}</strong> on {backtest.symbol}, {backtest.interval}
            , with {kind.parts}. This cannot be undone; the same request over the same candles gives the same
            result again.
          </Text>
          {problem && (
            <Notice kind="bad" title={problem.title}>
              {problem.detail}
            </Notice>
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={close} data-autofocus>
              Keep it
            </Button>
            <Button color="red" loading={remove.isPending} onClick={() => remove.mutate(backtest.id)}>
              Delete {kind.word}
            </Button>
          </Group>
        </Stack>
      )}
    </Dialog>
  );
}

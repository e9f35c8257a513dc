import { Button } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { Backtest } from '~/api/client';
import { Gated } from '~/components/Gated';
import { Icon } from '~/components/Icon';
import { LinkButton } from '~/components/LinkButton';
import { DeleteDialog } from './DeleteDialog';
import { BACKTEST, type Kind } from './kinds';
import { useRunAgain } from './useRunAgain';

interface Props {
  ws: string;
  backtest: Backtest;
}

export function RunAgainButton({ ws, backtest }: Props) {
  const again = useRunAgain(ws);
  return (
    <Gated needs="trader">
      <Button
        variant="default"
        leftSection={<Icon name="refresh" size={15} />}
        title="The same request, over the candles as they are now"
        loading={again.isPending}
        onClick={() => again.mutate(backtest.id)}
      >
        Run again
      </Button>
    </Gated>
  );
}

export function DuplicateButton({ ws, backtest }: Props) {
  return (
    <LinkButton
      variant="default"
      to="/w/$ws/backtests/new"
      params={{ ws }}
      search={{ 'from-run': backtest.id }}
      leftSection={<Icon name="duplicate" size={15} />}
    >
      Duplicate & edit
    </LinkButton>
  );
}

interface DeleteProps {
  ws: string;
  backtest: Pick<Backtest, 'id' | 'name' | 'strategy_id' | 'symbol' | 'interval' | 'created_by'>;
  kind?: Kind;
  /** Where to go afterwards; the list of backtests unless said. */
  list?: '/w/$ws/backtests' | '/w/$ws/backtests/sweeps';
}

export function DeleteButton({ ws, backtest, kind = BACKTEST, list = '/w/$ws/backtests' }: DeleteProps) {
  const [deleting, setDeleting] = useState(false);
  const navigate = useNavigate();
  return (
    <>
      <Gated needs="trader" madeBy={backtest.created_by}>
        <Button
          variant="default"
          px={8}
          aria-label={`Delete this ${kind.word}`}
          onClick={() => setDeleting(true)}
        >
          <Icon name="trash" size={15} />
        </Button>
      </Gated>
      <DeleteDialog
        backtest={deleting ? backtest : undefined}
        ws={ws}
        kind={kind}
        onClose={() => setDeleting(false)}
        onDeleted={() => void navigate({ to: list, params: { ws } })}
      />
    </>
  );
}

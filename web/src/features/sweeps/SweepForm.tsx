import { Select } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import type { SweepCreate } from '~/api/client';
import { runSweep } from '~/api/sweeps';
import type { ExtraProps, FormKind } from '~/features/backtests/BacktestForm';
import { goalOf, METRICS } from '~/features/backtests/metrics';
import { formatInteger } from '~/lib/format';
import classes from './Sweep.module.css';
import { combinationsOf, readSweep } from './sweepRequest';
import { useOpenSweep } from './useSweepAgain';

export const METRIC_CHOICES = Object.values(METRICS).map(({ key, label }) => ({ value: key, label }));

function useSend(ws: string, onSent: () => void) {
  const open = useOpenSweep(ws);
  return useMutation<unknown, Error, SweepCreate>({
    mutationFn: async (body) => {
      const sweep = await runSweep(ws, body);
      onSent();
      await open(sweep);
    },
  });
}

function Extra({ draft, body, onChange }: ExtraProps<SweepCreate>) {
  const count = combinationsOf(body);
  return (
    <>
      <div className={classes.pair}>
        <Select
          label="Best by"
          data={METRIC_CHOICES}
          value={draft.metric}
          allowDeselect={false}
          searchable
          onChange={(metric) => metric && onChange({ metric, goal: '' })}
        />
        <Select
          label="Goal"
          data={[
            { value: 'highest', label: 'Highest' },
            { value: 'lowest', label: 'Lowest' },
          ]}
          value={draft.goal || goalOf(draft.metric)}
          allowDeselect={false}
          onChange={(goal) =>
            onChange({ goal: goal === goalOf(draft.metric) ? '' : (goal as typeof draft.goal) })
          }
        />
      </div>
      <p className={classes.count} aria-live="polite">
        <b>{formatInteger(count)}</b> {count === 1 ? 'combination' : 'combinations'}
      </p>
    </>
  );
}

export const SWEEP_FORM: FormKind<SweepCreate> = {
  title: 'New sweep',
  note: 'One backtest for each combination. Any number but the capital may be a list, 5, 10, 20, or a range, 5..50 step 5.',
  action: 'Run sweep',
  path: 'backtests/sweeps',
  draft: 'sweep.',
  read: readSweep,
  runs: combinationsOf,
  useSend,
  Extra,
};

import { Select } from '@mantine/core';
import type { BacktestStatus } from '~/api/client';
import { TextFilter } from '~/components/TextFilter';
import { StatusFilter } from '~/features/jobs/StatusFilter';
import classes from './ListPage.module.css';

interface Filter {
  q?: string;
  strategy?: string;
  status?: BacktestStatus;
}

interface Props extends Filter {
  strategies: { value: string; label: string }[];
  onChange: (next: Filter) => void;
}

export function ListFilters({ q, strategy, status, strategies, onChange }: Props) {
  return (
    <search className={classes.filters}>
      <TextFilter
        id="backtest-filter"
        label="Filter by name, symbol or strategy"
        value={q}
        onChange={(next) => onChange({ q: next })}
      />
      <Select
        aria-label="Strategy"
        placeholder="All strategies"
        data={strategies}
        value={strategy ?? null}
        clearable
        w={200}
        onChange={(value) => onChange({ strategy: value ?? undefined })}
      />
      <StatusFilter status={status} onChange={(value) => onChange({ status: value })} />
    </search>
  );
}

import { Select, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useState } from 'react';
import type { BacktestStatus } from '~/api/client';
import { Icon } from '~/components/Icon';
import { StatusFilter } from '~/features/jobs/StatusFilter';
import classes from './ListPage.module.css';

const FILTER_SETTLES_MS = 250;

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
  const [typed, setTyped] = useState(q ?? '');
  const apply = useDebouncedCallback(
    (text: string) => onChange({ q: text.trim() || undefined }),
    FILTER_SETTLES_MS,
  );
  return (
    <search className={classes.filters}>
      <TextInput
        id="backtest-filter"
        aria-label="Filter by name, symbol or strategy"
        placeholder="Name, symbol or strategy"
        leftSection={<Icon name="search" size={15} />}
        w={260}
        value={typed}
        onChange={(event) => {
          setTyped(event.currentTarget.value);
          apply(event.currentTarget.value);
        }}
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

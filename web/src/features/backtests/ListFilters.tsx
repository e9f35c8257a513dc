import { Button, Select } from '@mantine/core';
import type { BacktestStatus } from '~/api/client';
import { Icon } from '~/components/Icon';
import { TextFilter } from '~/components/TextFilter';
import { StatusFilter } from '~/features/jobs/StatusFilter';
import classes from './ListPage.module.css';

export interface Filter {
  q?: string;
  strategy?: string;
  status?: BacktestStatus;
  tag?: string;
  starred?: 'only';
}

/** What takes every filter off. */
export const NO_FILTER: Filter = {
  q: undefined,
  strategy: undefined,
  status: undefined,
  tag: undefined,
  starred: undefined,
};

interface Props extends Filter {
  strategies: { value: string; label: string }[];
  onChange: (next: Filter) => void;
}

export function ListFilters({ q, strategy, status, tag, starred, strategies, onChange }: Props) {
  return (
    <search className={classes.filters}>
      <TextFilter
        id="backtest-filter"
        label="Filter by name, symbol, strategy or tag"
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
      <Button
        variant={starred ? 'light' : 'default'}
        aria-pressed={starred !== undefined}
        leftSection={<Icon name="star" size={15} filled={starred !== undefined} />}
        onClick={() => onChange({ starred: starred ? undefined : 'only' })}
      >
        Starred
      </Button>
      {tag !== undefined && (
        <Button
          variant="light"
          title="Show runs with other tags, too"
          rightSection={<Icon name="close" size={13} />}
          onClick={() => onChange({ tag: undefined })}
        >
          Tag: {tag}
        </Button>
      )}
    </search>
  );
}

import { Select } from '@mantine/core';
import type { JobStatus } from '~/api/client';
import { STATUSES } from '~/components/StatusMark';

interface Props {
  status: JobStatus | undefined;
  onChange: (status: JobStatus | undefined) => void;
}

const CHOICES = Object.entries(STATUSES).map(([value, { word }]) => ({ value, label: word }));

export function StatusFilter({ status, onChange }: Props) {
  return (
    <Select
      aria-label="State"
      placeholder="Any state"
      data={CHOICES}
      value={status ?? null}
      clearable
      w={150}
      onChange={(value) => onChange((value as JobStatus | null) ?? undefined)}
    />
  );
}

import { ActionIcon, Button } from '@mantine/core';
import type { Job } from '~/api/client';
import { Gated } from '~/components/Gated';
import { Icon } from '~/components/Icon';
import { useCancelJob } from './useJobs';

interface Props {
  job: Pick<Job, 'id' | 'title' | 'cancel_requested' | 'workspace_id' | 'created_by'>;
  /** With its word beside it, where there is room. */
  labelled?: boolean;
}

/** Stops a job. It can be run again, so nothing is asked; what cannot be undone is only the time spent. */
export function CancelButton({ job, labelled = false }: Props) {
  const cancel = useCancelJob(job.workspace_id);
  const stopping = job.cancel_requested || cancel.isPending;
  const common = {
    onClick: () => cancel.mutate(job.id),
    loading: cancel.isPending,
    disabled: job.cancel_requested,
    title: stopping ? 'It is being cancelled' : 'Cancel',
  };
  if (labelled)
    return (
      <Gated needs="trader" madeBy={job.created_by}>
        <Button variant="default" leftSection={<Icon name="close" size={14} />} {...common}>
          {stopping ? 'Cancelling…' : 'Cancel'}
        </Button>
      </Gated>
    );
  return (
    <Gated needs="trader" madeBy={job.created_by}>
      <ActionIcon variant="subtle" color="gray" aria-label={`Cancel ${job.title}`} {...common}>
        <Icon name="close" size={15} />
      </ActionIcon>
    </Gated>
  );
}

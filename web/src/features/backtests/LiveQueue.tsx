import { Button } from '@mantine/core';
import { useState } from 'react';
import type { Job } from '~/api/client';
import { Ago } from '~/components/Ago';
import { StatusMark } from '~/components/StatusMark';
import { CancelButton } from '~/features/jobs/CancelButton';
import { JobProgress } from '~/features/jobs/JobProgress';
import { countText } from '~/features/jobs/JobsTray';
import { JobTitle } from '~/features/jobs/JobTitle';
import classes from './LiveQueue.module.css';

const SHOWN = 5;

interface Props {
  ws: string;
  jobs: Job[];
  /** What the person called the run, where that is known. */
  nameOf: (job: Job) => string | undefined;
}

/** The backtests that have not ended: first those that run, then the queue in its order. */
export function LiveQueue({ ws, jobs, nameOf }: Props) {
  const [all, setAll] = useState(false);
  if (jobs.length === 0) return null;
  const running = jobs.filter(({ status }) => status === 'running').length;
  return (
    <section className={classes.queue} aria-label="Running and queued">
      <h2>{countText(running, jobs.length - running)}</h2>
      <ul>
        {(all ? jobs : jobs.slice(0, SHOWN)).map((job) => (
          <li key={job.id}>
            <StatusMark status={job.status} cancelling={job.cancel_requested} />
            <span className={classes.what}>
              <JobTitle ws={ws} job={{ ...job, title: nameOf(job) ?? job.title }} />
              {nameOf(job) && <span className={classes.series}>{job.title}</span>}
            </span>
            <JobProgress job={job} inline />
            <span className={classes.ago}>
              <Ago iso={job.started_at ?? job.created_at} />
            </span>
            <CancelButton job={job} />
          </li>
        ))}
      </ul>
      {jobs.length > SHOWN && (
        <Button size="compact-xs" variant="subtle" onClick={() => setAll(!all)}>
          {all ? 'Show fewer' : `Show all ${jobs.length}`}
        </Button>
      )}
    </section>
  );
}

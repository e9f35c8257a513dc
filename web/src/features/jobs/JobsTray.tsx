import { Popover, UnstyledButton } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { Job } from '~/api/client';
import { isEnded } from '~/api/completed';
import { unfinished } from '~/api/jobs';
import { Ago } from '~/components/Ago';
import { Icon } from '~/components/Icon';
import { StatusMark } from '~/components/StatusMark';
import { CancelButton } from './CancelButton';
import { JobProgress } from './JobProgress';
import classes from './JobsTray.module.css';
import { JobTitle } from './JobTitle';
import { useBoard } from './useJobs';

const SHOWN = 6;

/** What the server is at in this workspace: how much of it, and in a popover what. */
export function JobsTray({ ws }: { ws: string }) {
  const [opened, setOpened] = useState(false);
  const board = useBoard(ws) ?? [];
  const going = unfinished(board);
  const running = going.filter(({ status }) => status === 'running').length;
  const count = going.length;
  return (
    <Popover opened={opened} onChange={setOpened} width={360} position="bottom-end" trapFocus returnFocus>
      <Popover.Target>
        <UnstyledButton
          className={classes.button}
          data-active={count > 0 || undefined}
          data-running={running > 0 || undefined}
          title="Jobs"
          onClick={() => setOpened(!opened)}
        >
          <Icon name="refresh" size={17} />
          <span className="visually-hidden">Jobs: </span>
          {count > 0 ? count : <span className="visually-hidden">none</span>}
          <span className="visually-hidden"> running or queued</span>
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown p={0} aria-label="Jobs">
        <header className={classes.head}>
          <h2>Jobs</h2>
          <span>{countText(running, count - running)}</span>
        </header>
        <Rows ws={ws} jobs={rowsOf(board, going)} onLeave={() => setOpened(false)} />
        <Link to="/w/$ws/jobs" params={{ ws }} className={classes.all} onClick={() => setOpened(false)}>
          {count > SHOWN ? `All jobs, ${count - SHOWN} more of them waiting` : 'All jobs'}
        </Link>
      </Popover.Dropdown>
    </Popover>
  );
}

export const countText = (running: number, queued: number): string =>
  running + queued === 0
    ? 'Nothing runs or waits'
    : [running > 0 && `Running ${running}`, queued > 0 && `Queued ${queued}`].filter(Boolean).join(' · ');

function rowsOf(board: Job[], going: Job[]): Job[] {
  const ended = board
    .filter(({ status }) => isEnded(status))
    .sort((a, b) => (b.finished_at ?? '').localeCompare(a.finished_at ?? ''));
  return [...going, ...ended].slice(0, SHOWN);
}

function Rows({ ws, jobs, onLeave }: { ws: string; jobs: Job[]; onLeave: () => void }) {
  if (jobs.length === 0)
    return <p className={classes.none}>Backtests that run in the background show here.</p>;
  return (
    <ul className={classes.list}>
      {jobs.map((job) => (
        <li key={job.id}>
          <StatusMark status={job.status} cancelling={job.cancel_requested} compact />
          <div className={classes.what}>
            <JobTitle ws={ws} job={job} onOpen={onLeave} />
            {isEnded(job.status) ? (
              <span className={classes.ended}>{job.error?.detail ?? <Ago iso={job.finished_at} />}</span>
            ) : (
              <JobProgress job={job} />
            )}
          </div>
          {!isEnded(job.status) && <CancelButton job={job} />}
        </li>
      ))}
    </ul>
  );
}

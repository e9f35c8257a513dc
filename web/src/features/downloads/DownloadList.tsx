import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useContext } from 'react';
import type { Download, Job } from '~/api/client';
import { isEnded } from '~/api/completed';
import { DOWNLOADS_WS, downloadQuery } from '~/api/downloads';
import { laterJob } from '~/api/jobOrder';
import { unfinished } from '~/api/jobs';
import { MemberContext } from '~/components/Gated';
import { asSentence } from '~/components/Problem';
import { StatusMark } from '~/components/StatusMark';
import { CancelButton } from '~/features/jobs/CancelButton';
import { JobProgress } from '~/features/jobs/JobProgress';
import tray from '~/features/jobs/JobsTray.module.css';
import { useBoard } from '~/features/jobs/useJobs';
import { useLive } from '~/features/shell/useLive';
import { useDownloadRole } from './useDownloads';
import { outcomeOf } from './wish';

const SHOWN = 5;

interface Props {
  /** Those that were started here stay when they have ended. */
  started: readonly Download[];
}

/** The downloads that go on, and what came of those that were started here. Nothing where there are none. */
export function DownloadList(props: Props) {
  const { userId } = useContext(MemberContext);
  const role = useDownloadRole();
  if (!role) return null;
  return (
    <MemberContext value={{ userId, role }}>
      <List {...props} />
    </MemberContext>
  );
}

function List({ started }: Props) {
  const { ws } = useParams({ from: '/w/$ws' });
  const { userId } = useContext(MemberContext);
  const board = useBoard(DOWNLOADS_WS) ?? [];
  const others = unfinished(board).filter(
    ({ id, kind }) => kind === 'market_download' && !started.some((one) => one.id === id),
  );
  const isEmpty = started.length + others.length === 0;
  // The stream of another workspace does not tell of them.
  useLive(isEmpty || ws === DOWNLOADS_WS ? undefined : DOWNLOADS_WS, userId);
  if (isEmpty) return null;
  return (
    <div className="ui-box" style={{ flex: 'none', width: 'min(660px, 100%)', textAlign: 'left' }}>
      <ul className={tray.list} aria-label="Downloads">
        {started.slice(0, SHOWN).map((made) => (
          <Started key={made.id} made={made} job={board.find(({ id }) => id === made.id)} />
        ))}
        {others.slice(0, SHOWN).map((job) => (
          <Row key={job.id} job={job} />
        ))}
      </ul>
      <Link
        to="/w/$ws/jobs"
        params={{ ws: DOWNLOADS_WS }}
        search={{ kind: 'market_download' }}
        className={tray.all}
      >
        All downloads
      </Link>
    </div>
  );
}

function Started({ made, job }: { made: Download; job: Job | undefined }) {
  const { data } = useQuery(downloadQuery(made));
  const later = job ? laterJob<Shown>(data, job) : data;
  return <Row job={later} outcome={data.result ? outcomeOf(data.result) : undefined} />;
}

type Shown = Omit<Download, 'result'>;

function Row({ job, outcome = '' }: { job: Shown; outcome?: string }) {
  const ended = isEnded(job.status);
  return (
    <li>
      <StatusMark status={job.status} cancelling={job.cancel_requested} compact />
      <div className={tray.what}>
        <span>{job.title}</span>
        {ended ? (
          <span className="ui-note">{job.error ? asSentence(job.error.detail) : outcome}</span>
        ) : (
          <JobProgress job={job} />
        )}
      </div>
      {!ended && <CancelButton job={{ ...job, workspace_id: DOWNLOADS_WS }} />}
    </li>
  );
}

import type { Job, Verification } from '~/api/client';
import { isEnded } from '~/api/completed';
import { describeError } from '~/api/problem';
import { Icon } from '~/components/Icon';
import { Notice } from '~/components/Notice';
import { SkeletonRows } from '~/components/States';
import { StatusMark } from '~/components/StatusMark';
import { CancelButton } from '~/features/jobs/CancelButton';
import { JobProgress } from '~/features/jobs/JobProgress';
import { useJob } from '~/features/jobs/useJobs';
import { formatNumber, NONE } from '~/lib/format';
import { type Interval, isInterval } from '~/lib/interval';
import { formatBarTime, type Zone } from '~/lib/time';
import { METRICS, type Metric, metricText } from './metrics';
import type { VerifyState } from './useVerify';
import classes from './VerifyPanel.module.css';
import { apart, changedSeries, isSameResult, seriesText, verdictWords } from './verdict';

interface Props {
  ws: string;
  interval: Interval;
  zone: Zone;
  state: VerifyState;
}

/** What verifying came to, or how far it is; nothing as long as nobody asked. */
export function VerifyPanel({ ws, interval, zone, state }: Props) {
  const { isPending, job, jobError, verification } = state;
  if (isPending)
    return (
      <section className={classes.panel} aria-label="Verification">
        <SkeletonRows rows={2} height={18} />
      </section>
    );
  if (verification) return <Outcome verification={verification} interval={interval} zone={zone} />;
  if (jobError)
    return (
      <Notice kind="bad" title={describeError(jobError).title}>
        {describeError(jobError).detail}
      </Notice>
    );
  if (!job) return null;
  return isEnded(job.status) ? <WithoutVerdict job={job} /> : <Underway ws={ws} job={job} />;
}

function Underway({ ws, job }: { ws: string; job: Job }) {
  const live = useJob(ws, job.id) ?? job;
  return (
    <section className={classes.panel} aria-label="Verification">
      <h2>Verification</h2>
      <span className={classes.line}>
        <StatusMark status={live.status} cancelling={live.cancel_requested} />
        <span className={classes.progress}>
          <JobProgress job={live} inline />
        </span>
        <CancelButton job={live} labelled />
      </span>
      <p className={classes.note}>The verdict shows here by itself. You may leave this page meanwhile.</p>
    </section>
  );
}

function WithoutVerdict({ job }: { job: Job }) {
  if (job.status === 'cancelled')
    return (
      <Notice title="The verification was cancelled">
        Nothing is known about the result. Verify it again at any time.
      </Notice>
    );
  return (
    <Notice kind="bad" title="The verification failed">
      {job.error?.detail ?? 'No reason was given.'}
    </Notice>
  );
}

interface OutcomeProps {
  verification: Verification;
  interval: Interval;
  zone: Zone;
}

function Outcome({ verification, interval, zone }: OutcomeProps) {
  const { tone, title, text } = verdictWords(verification);
  const { engine_version: engine, error } = verification;
  const changed = changedSeries(verification, zone);
  return (
    <section className={classes.panel} data-tone={tone} aria-label="Verification" aria-live="polite">
      <h2>
        <Icon name={tone === 'good' ? 'shield' : 'alert'} size={16} /> {title}
      </h2>
      <p>{text}</p>
      {changed.length > 0 && (
        <ul>
          {changed.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      )}
      {error && <p>It could not be run again: {error.detail}</p>}
      {verification.verdict !== 'identical' && isSameResult(verification) && (
        <p>The result is the same all the same.</p>
      )}
      <Differences verification={verification} interval={interval} zone={zone} />
      <p className={classes.note}>
        {seriesText(verification)} · engine{' '}
        {engine.stored === engine.now ? engine.now : `${engine.stored} then, ${engine.now} now`}
      </p>
    </section>
  );
}

function Differences({ verification: { differences }, interval, zone }: OutcomeProps) {
  if (!differences) return null;
  const { figures, equity, trades, parts } = differences;
  const bar = (seconds: number) => formatBarTime(seconds, isInterval(interval) ? interval : '1d', zone);
  const rows = [
    ...figures.map(({ name, stored, now }) => ({
      name: metricOf(name)?.label ?? name.replaceAll('_', ' '),
      ...apart(stored, now, (value) => figureText(name, value)),
    })),
    ...(equity
      ? [
          {
            name: `First equity that differs, ${bar(equity.time)}`,
            ...apart(equity.stored, equity.now, formatNumber),
          },
        ]
      : []),
    ...(trades
      ? [
          {
            name: `First trade that differs, no. ${trades.number}, ${bar(trades.time)}`,
            ...apart(trades.stored, trades.now, formatNumber),
          },
        ]
      : []),
  ];
  if (rows.length === 0 && parts.length === 0) return null;
  return (
    <>
      {rows.length > 0 && (
        <div className={classes.scroller} role="region" aria-label="Differences, table" tabIndex={0}>
          <table className={classes.sheet}>
            <thead>
              <tr>
                <th scope="col">What differs</th>
                <th scope="col">Stored</th>
                <th scope="col">Now</th>
              </tr>
            </thead>
            <tbody>
              {rows.map(({ name, stored, now }) => (
                <tr key={name}>
                  <th scope="row">{name}</th>
                  <td>{stored}</td>
                  <td>{now}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {parts.length > 0 && (
        <p className={classes.note}>
          Also different: {parts.map((part) => part.replaceAll('_', ' ')).join(', ')}.
        </p>
      )}
    </>
  );
}

const metricOf = (name: string) => Object.values<Metric>(METRICS).find(({ key }) => key === name);

const figureText = (name: string, value: number | null) => {
  const metric = metricOf(name);
  if (value === null) return NONE;
  return metric ? metricText(metric, value) : formatNumber(value);
};

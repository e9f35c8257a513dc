import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import type { Sweep } from '~/api/client';
import { isEnded } from '~/api/completed';
import { strategiesQuery } from '~/api/market';
import { sweepQuery } from '~/api/sweeps';
import { Gated } from '~/components/Gated';
import { Icon } from '~/components/Icon';
import { LinkButton } from '~/components/LinkButton';
import { PanelBoundary } from '~/components/PanelBoundary';
import { EmptyState, ErrorState, SkeletonBlock } from '~/components/States';
import { SWEEP } from '~/features/backtests/kinds';
import { LabelButton, LabelLines, StarButton } from '~/features/backtests/Labels';
import { memberLabel, memberText } from '~/features/backtests/memberNames';
import { goalOf, METRIC_NAMES, METRICS, metricText, metricTone } from '~/features/backtests/metrics';
import { DeleteButton } from '~/features/backtests/RunActions';
import { RunHeader } from '~/features/backtests/RunHeader';
import { requestedRange } from '~/features/backtests/request';
import { Failure, Underway } from '~/features/backtests/UnfinishedRun';
import { CancelButton } from '~/features/jobs/CancelButton';
import { useJob } from '~/features/jobs/useJobs';
import { downloadCsv } from '~/lib/download';
import { toastError } from '~/lib/toast';
import { useTitle } from '~/lib/useTitle';
import { CombinationTable } from './CombinationTable';
import { axesOf, formatSet } from './combination';
import { verdictOf } from './luck';
import classes from './Sweep.module.css';
import { SweepMap } from './SweepMap';
import { useSweepAgain } from './useSweepAgain';

const route = getRouteApi('/w/$ws/backtests/sweeps/$id');
const CSV_ROWS = 10_000;

export function SweepPage() {
  const { ws, id } = route.useParams();
  const query = useQuery(sweepQuery(ws, id));
  if (query.isPending)
    return (
      <div className={classes.page}>
        <SkeletonBlock height={420} />
      </div>
    );
  if (query.isError)
    return (
      <>
        <h1 className="visually-hidden">Sweep</h1>
        <ErrorState error={query.error} onRetry={() => void query.refetch()}>
          <LinkButton variant="default" to="/w/$ws/backtests/sweeps" params={{ ws }}>
            All sweeps
          </LinkButton>
        </ErrorState>
      </>
    );
  return <SweepView key={id} ws={ws} sweep={query.data} />;
}

function SweepView({ ws, sweep }: { ws: string; sweep: Sweep }) {
  const { request, status } = sweep;
  useTitle(`${sweep.name ?? request.strategy_id} · sweep`);
  const job = useJob(ws, sweep.job_id);
  const isDone = status === 'completed';
  const save = () =>
    downloadCsv(`/api/v1/workspaces/${ws}/backtests/sweeps/${sweep.id}/combinations`, 'sweep.csv', {
      limit: CSV_ROWS,
    }).catch((error: unknown) => toastError('Could not export', error));
  return (
    <div className={classes.page}>
      <RunHeader
        backtest={sweep}
        range={requestedRange(request)}
        marks={
          <>
            <StarButton ws={ws} kind={SWEEP} row={sweep} />
            <LabelButton ws={ws} kind={SWEEP} row={sweep} />
          </>
        }
        below={<LabelLines row={sweep} />}
      >
        {isDone && (
          <Button
            variant="default"
            leftSection={<Icon name="download" size={15} />}
            onClick={() => void save()}
          >
            CSV
          </Button>
        )}
        <LinkButton
          variant="default"
          to="/w/$ws/backtests/sweeps/new"
          params={{ ws }}
          search={{ 'from-sweep': sweep.id }}
          leftSection={<Icon name="duplicate" size={15} />}
        >
          Duplicate & edit
        </LinkButton>
        {isEnded(status) && <RunSweepAgain ws={ws} id={sweep.id} />}
        {isEnded(status) && (
          <DeleteButton ws={ws} backtest={sweep} kind={SWEEP} list="/w/$ws/backtests/sweeps" />
        )}
        {!isEnded(status) && job && <CancelButton job={job} labelled />}
      </RunHeader>
      {!isEnded(status) && <Underway ws={ws} backtest={sweep} />}
      {status === 'failed' && <Failure backtest={sweep} what="sweep" />}
      {status === 'cancelled' && (
        <EmptyState icon="ban" title="This sweep was cancelled">
          <p className="dim" style={{ margin: 0 }}>
            It has no result. Run it again, or change it first.
          </p>
        </EmptyState>
      )}
      {isDone && <Result ws={ws} sweep={sweep} />}
    </div>
  );
}

function RunSweepAgain({ ws, id }: { ws: string; id: string }) {
  const again = useSweepAgain(ws);
  return (
    <Gated needs="trader">
      <Button
        variant="default"
        leftSection={<Icon name="refresh" size={15} />}
        title="The same combinations, over the candles as they are now"
        loading={again.isPending}
        onClick={() => again.mutate(id)}
      >
        Run again
      </Button>
    </Gated>
  );
}

function Result({ ws, sweep }: { ws: string; sweep: Sweep }) {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const axes = axesOf(sweep.request);
  const change = (next: Partial<typeof search>) =>
    void navigate({ search: (old) => ({ ...old, ...next }), replace: true });
  return (
    <>
      <Best ws={ws} sweep={sweep} />
      <Asked sweep={sweep} axes={axes} />
      {sweep.warnings.map((warning) => (
        <p key={warning} className={classes.note}>
          {warning}
        </p>
      ))}
      <PanelBoundary resetKey={sweep.id}>
        <SweepMap
          ws={ws}
          sweep={sweep}
          axes={axes}
          choice={{
            x: search.x ?? axes[0] ?? '',
            y: search.y ?? axes[1] ?? '',
            metric: search.metric ?? sweep.request.metric ?? 'sharpe',
          }}
          onChange={change}
        />
      </PanelBoundary>
      <PanelBoundary resetKey={sweep.id}>
        <CombinationTable
          ws={ws}
          sweep={sweep}
          axes={axes}
          sort={search.sort ?? defaultSort(sweep)}
          onSort={(sort) => change({ sort })}
        />
      </PanelBoundary>
    </>
  );
}

/** What was the same in all combinations. */
function Asked({ sweep: { request }, axes }: { sweep: Sweep; axes: string[] }) {
  const { data: strategies = [] } = useQuery(strategiesQuery);
  const { params, strategy_id: _s, symbol: _y, interval: _i, from: _f, to: _t, ...rules } = request;
  const members = [
    ...Object.entries(params).map(([name, value]) => [`/params/${name}`, name, value] as const),
    ...Object.entries(rules).map(([name, value]) => [`/${name}`, name, value] as const),
  ];
  return (
    <p className={classes.note}>
      {members
        .filter(([, name, value]) => !axes.includes(name) && value !== null)
        .map(([path, , value]) => `${memberLabel(path, strategies)} ${memberText([value].flat()[0], path)}`)
        .join(' · ')}
    </p>
  );
}

const defaultSort = ({ request: { metric = 'sharpe', goal } }: Sweep) =>
  (goal === 'lowest' ? '' : '-') + metric;

const goalText = ({ metric = 'sharpe', goal = goalOf(metric) }: Sweep['request']) =>
  `${METRIC_NAMES.get(metric) ?? metric}, ${goal}`;

const TILES = [
  METRICS.total_return,
  METRICS.cagr,
  METRICS.max_drawdown,
  METRICS.sharpe,
  METRICS.calmar,
  METRICS.trades,
];

/** The best combination, its figures, and how much of it is luck. */
function Best({ ws, sweep }: { ws: string; sweep: Sweep }) {
  const { best, metrics, deflated_sharpe } = sweep;
  if (!best || !metrics) return null;
  const verdict = deflated_sharpe && verdictOf(deflated_sharpe, metrics.sharpe);
  return (
    <section className={classes.card} aria-label="Best combination">
      <div className={classes.bestHead}>
        <h2>Best combination</h2>
        <p className="ui-note">{goalText(sweep.request)}</p>
        <ul className={classes.values}>
          {Object.entries(best).map(([name, value]) => (
            <li key={name} className={classes.value}>
              {name} <b>{value}</b>
            </li>
          ))}
        </ul>
        <LinkButton
          to="/w/$ws/backtests/new"
          params={{ ws }}
          search={{ 'from-sweep': sweep.id, set: formatSet(best) }}
          leftSection={<Icon name="flask" size={15} />}
        >
          Open as backtest
        </LinkButton>
      </div>
      <dl className={classes.tiles}>
        {TILES.map((metric) => (
          <div key={metric.key}>
            <dt title={metric.definition}>{metric.label}</dt>
            <dd className={metricTone(metric, metrics[metric.key])}>
              {metricText(metric, metrics[metric.key])}
            </dd>
          </div>
        ))}
      </dl>
      {verdict && (
        <p className={classes.verdict} data-tone={verdict.tone}>
          <b>{verdict.title}.</b> {verdict.text}
        </p>
      )}
    </section>
  );
}

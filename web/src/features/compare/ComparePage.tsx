import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { comparisonQuery } from '~/api/backtests';
import type { BacktestSummary, Comparison } from '~/api/client';
import { Icon } from '~/components/Icon';
import { LinkButton } from '~/components/LinkButton';
import { Notice } from '~/components/Notice';
import { PanelBoundary } from '~/components/PanelBoundary';
import { EmptyState, ErrorState, SkeletonBlock, SkeletonRows } from '~/components/States';
import { downloadCsv } from '~/lib/download';
import { formatDate } from '~/lib/time';
import { toastError } from '~/lib/toast';
import { useTitle } from '~/lib/useTitle';
import classes from './Compare.module.css';
import { CompareCharts, colorOf } from './CompareCharts';
import { CorrelationMatrix, MetricMatrix, ParameterDiff } from './CompareTables';
import { warningsOf } from './compare';
import { letterOf, parseRuns, RUNS_MIN, toggleRun } from './runs';

const route = getRouteApi('/w/$ws/backtests/compare');

/** Two to six completed runs beside each other. */
export function ComparePage() {
  const { ws } = route.useParams();
  const search = route.useSearch();
  useTitle('Compare backtests');
  const ids = parseRuns(search.ids);
  const isEnough = ids.length >= RUNS_MIN;
  const query = useQuery({ ...comparisonQuery(ws, ids), enabled: isEnough });
  const save = () =>
    downloadCsv(`/api/v1/workspaces/${ws}/backtests/compare`, 'comparison.csv', { ids: search.ids }).catch(
      (error: unknown) => toastError('Could not export', error),
    );
  return (
    <div className={classes.page}>
      <header className={classes.header}>
        <h1>Compare backtests</h1>
        <span className={classes.actions}>
          <LinkButton
            variant="default"
            to="/w/$ws/backtests"
            params={{ ws }}
            search={{ sel: search.ids }}
            leftSection={<Icon name="plus" size={15} />}
          >
            Choose runs
          </LinkButton>
          {isEnough && (
            <Button variant="default" leftSection={<Icon name="download" size={15} />} onClick={save}>
              CSV
            </Button>
          )}
        </span>
      </header>
      {!isEnough && (
        <EmptyState icon="flask" title="Choose at least two runs">
          <p className="dim" style={{ margin: 0 }}>
            Tick two to six completed backtests in the list, then press Compare.
          </p>
          <LinkButton to="/w/$ws/backtests" params={{ ws }} search={{ sel: search.ids }}>
            All backtests
          </LinkButton>
        </EmptyState>
      )}
      {isEnough && query.isPending && (
        <>
          <SkeletonRows rows={3} />
          <SkeletonBlock height={422} />
        </>
      )}
      {isEnough && query.isError && (
        <ErrorState error={query.error} onRetry={() => void query.refetch()}>
          <LinkButton variant="default" to="/w/$ws/backtests" params={{ ws }}>
            All backtests
          </LinkButton>
        </ErrorState>
      )}
      {isEnough && query.data && <Sheets comparison={query.data} />}
    </div>
  );
}

function Sheets({ comparison }: { comparison: Comparison }) {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { backtests } = comparison;
  const base = Math.max(
    0,
    backtests.findIndex(({ id }) => id === search.base),
  );
  const key = backtests.map(({ id }) => id).join(' ');
  const change = (next: Partial<typeof search>) =>
    void navigate({ search: (old) => ({ ...old, ...next }), replace: true });
  return (
    <>
      <RunList runs={backtests} base={base} onChange={change} />
      {warningsOf(backtests, base).map(({ title, text }) => (
        <Notice key={`${title} ${text}`} title={title}>
          {text}
        </Notice>
      ))}
      <PanelBoundary resetKey={key}>
        <CompareCharts
          comparison={comparison}
          base={base}
          table={search.view === 'table'}
          log={search.scale === 'log'}
          onLog={(log) => change({ scale: log ? 'log' : undefined })}
          onTable={(table) => change({ view: table ? 'table' : undefined })}
        />
      </PanelBoundary>
      <ParameterDiff comparison={comparison} base={base} />
      <MetricMatrix comparison={comparison} base={base} />
      <CorrelationMatrix comparison={comparison} base={base} />
    </>
  );
}

interface ListProps {
  runs: BacktestSummary[];
  base: number;
  onChange: (next: { base?: string; ids?: string }) => void;
}

/** Who is who: letter, colour, name; which of them the others are measured against. */
function RunList({ runs, base, onChange }: ListProps) {
  const { ws } = route.useParams();
  const ids = runs.map(({ id }) => id).join(',');
  return (
    <fieldset className={classes.runs}>
      <legend className="visually-hidden">Runs, and the one they are measured against</legend>
      {runs.map((run, index) => {
        const { id, name, strategy_id, symbol, interval, data } = run;
        const title = name ?? strategy_id;
        return (
          <div key={id} className={classes.run}>
            <i style={{ background: colorOf(index) }} />
            <b>{letterOf(index)}</b>
            <Link to="/w/$ws/backtests/$id" params={{ ws, id }} className={classes.name}>
              <strong>{title}</strong>
              <span>
                {symbol} · {interval}
                {data && ` · ${formatDate(data.first)} → ${formatDate(data.last)}`}
              </span>
            </Link>
            <label className={classes.base}>
              <input
                type="radio"
                name="base"
                checked={index === base}
                onChange={() => onChange({ base: index === 0 ? undefined : id })}
                aria-label={`Measure against ${letterOf(index)}`}
              />
              base
            </label>
            {runs.length > RUNS_MIN && (
              <button
                type="button"
                className={classes.icon}
                aria-label={`Leave out ${letterOf(index)}, ${title}`}
                title="Leave out"
                onClick={() =>
                  onChange({ ids: toggleRun(ids, id), ...(index === base && { base: undefined }) })
                }
              >
                <Icon name="close" size={14} />
              </button>
            )}
          </div>
        );
      })}
    </fieldset>
  );
}

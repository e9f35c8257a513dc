import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { backtestQuery } from '~/api/backtests';
import { isCompleted } from '~/api/completed';
import { strategiesQuery } from '~/api/market';
import { LinkButton } from '~/components/LinkButton';
import { ErrorState, SkeletonBlock, SkeletonRows } from '~/components/States';
import { CompletedRun } from './CompletedRun';
import classes from './ResultPage.module.css';
import { UnfinishedRun } from './UnfinishedRun';

const route = getRouteApi('/w/$ws/backtests/$id');

export function ResultPage() {
  const { ws, id } = route.useParams();
  const backtest = useQuery(backtestQuery(ws, id));
  const { data: strategies } = useQuery(strategiesQuery);
  if (backtest.isPending)
    return (
      <div className={classes.page}>
        <SkeletonRows rows={2} height={28} />
        <SkeletonBlock height={110} />
        <SkeletonBlock height={420} />
      </div>
    );
  if (backtest.isError)
    return (
      <>
        <h1 className="visually-hidden">Backtest</h1>
        <ErrorState error={backtest.error} onRetry={() => void backtest.refetch()}>
          <LinkButton variant="default" to="/w/$ws/backtests" params={{ ws }}>
            All backtests
          </LinkButton>
        </ErrorState>
      </>
    );
  const run = backtest.data;
  const strategy = strategies?.find((one) => one.id === run.strategy_id);
  return isCompleted(run) ? (
    <CompletedRun key={id} backtest={run} strategy={strategy} />
  ) : (
    <UnfinishedRun key={id} ws={ws} backtest={run} strategy={strategy} />
  );
}

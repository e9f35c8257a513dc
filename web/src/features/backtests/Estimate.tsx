import { useInfiniteQuery } from '@tanstack/react-query';
import { backtestsQuery } from '~/api/backtests';
import { formatInteger, NONE } from '~/lib/format';
import { guessText, pace_ms } from './estimates';
import classes from './NewPage.module.css';

interface Props {
  ws: string;
  strategyId: string;
  /** Of one run; undefined where nothing is stored. */
  bars: number | undefined;
  /** How many runs; one unless said. */
  runs?: number;
  /** Members of a category. */
  members?: number;
}

/** How much will be computed, and how long that should take, going by the last run of the strategy. */
export function Estimate({ ws, strategyId, bars, runs = 1, members }: Props) {
  const { data } = useInfiniteQuery({
    ...backtestsQuery(ws, { strategy_id: strategyId, status: 'completed' }),
    enabled: strategyId !== '',
  });
  const pace = pace_ms(data?.pages.flatMap(({ backtests }) => backtests) ?? []);
  const time = pace === undefined || bars === undefined ? undefined : guessText(pace * bars * runs);
  return (
    <dl className={classes.facts} aria-label="Estimate">
      <div>
        <dt>Bars</dt>
        <dd>{bars === undefined ? NONE : `about ${formatInteger(bars)}`}</dd>
      </div>
      {members !== undefined && (
        <div>
          <dt>Symbols</dt>
          <dd>{formatInteger(members)}</dd>
        </div>
      )}
      <div>
        <dt>Time</dt>
        <dd title="Going by the last run of this strategy">{time ?? 'no run of it to go by'}</dd>
      </div>
    </dl>
  );
}

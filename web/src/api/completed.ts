import type { Backtest, BacktestStatus, BacktestSummary, MomentumRequest, SingleRequest } from './client';

type ResultMember =
  | 'engine_version'
  | 'data'
  | 'warmup_bars'
  | 'bars'
  | 'final_equity'
  | 'metrics'
  | 'timings'
  | 'started_at'
  | 'finished_at';

type WithResult<T extends Backtest | BacktestSummary> = T & { status: 'completed' } & {
  [Member in ResultMember]: NonNullable<T[Member]>;
};

/** A backtest that has ended well: what only a result has is there. */
export type CompletedBacktest = WithResult<Backtest>;
export type CompletedSummary = WithResult<BacktestSummary>;

export const isCompleted = <T extends Backtest | BacktestSummary>(backtest: T): backtest is WithResult<T> =>
  backtest.status === 'completed';

/** Jobs and backtests go through the same states. */
export const isEnded = (status: BacktestStatus): boolean => status !== 'queued' && status !== 'running';

/** The request of a run over one series; undefined for one of a category. */
export const singleRequest = (request: Backtest['request']): SingleRequest | undefined =>
  'strategy_id' in request ? request : undefined;

/** The request of a run of a category; undefined for one over one series. */
export const momentumRequest = (request: Backtest['request']): MomentumRequest | undefined =>
  'strategy_id' in request ? undefined : request;

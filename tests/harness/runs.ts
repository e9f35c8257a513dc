// Backtests that several tests ask for.
import type { Api } from './http.ts';
import type { Json } from './openapi.ts';

/** The backtests of the local workspace, by its path and by the one without a workspace. */
export const local = '/api/v1/workspaces/local-workspace/backtests';
export const legacy = '/api/v1/backtests';

export const cross = { strategy_id: 'ma_cross', symbol: 'BTCUSDT' };
export const hold = { strategy_id: 'buy_and_hold', symbol: 'RISINGUSDT' };

/** Runs one that must succeed. */
export const run = async (api: Api, body: Json, path = local): Promise<Json> =>
  (await api.post(path, body, { expect: 201 })).json;

/** What two runs of one request must have in common to the last byte: all but who they are and when they ran. */
export function withoutIdentity(backtest: Json): Json {
  const {
    id: _id,
    job_id: _j,
    timings: _t,
    created_at: _c,
    started_at: _s,
    finished_at: _f,
    ...rest
  } = backtest;
  return rest;
}

/** The request header that does not wait for the result. */
export const respondAsync = { prefer: 'respond-async' };

/** Has one run by whoever works, without waiting: queued or running, or ended already where a worker was quick. */
export const enqueue = async (api: Api, body?: Json, path = local): Promise<Json> =>
  (await api.post(path, body, { headers: respondAsync, expect: 202 })).json;

import createClient from 'openapi-fetch';
import { apiBase } from '~/lib/base';
import { type Exact, quoteNumbers } from '~/lib/exactJson';
import { toApiError } from './problem';
import type { components, paths } from './schema';
import { retryAfter_s, send } from './send';

type Schemas = components['schemas'];
export type Session = Schemas['Session'];
export type SessionWorkspace = Schemas['SessionWorkspace'];
export type Workspace = Schemas['Workspace'];
export type Role = Schemas['Role'];
export type Member = Schemas['Member'];
export type Invitation = Schemas['Invitation'];
export type InvitationCreated = Schemas['InvitationCreated'];
export type InvitationOffer = Schemas['InvitationOffer'];
export type AuditEntry = Schemas['AuditEntry'];
export type SignedInSession = Schemas['SignedInSession'];
export type Credentials = Schemas['Login'];
export type ApiToken = Schemas['ApiToken'];
export type ApiTokenInput = Schemas['TokenCreate'];
export type NewApiToken = Omit<Schemas['NewApiToken'], 'last_used_at'>;
export type Authenticator = Schemas['Totp'];
export type Account = Schemas['Account'];
export type DeletedWorkspace = Schemas['DeletedWorkspace'];
export type MarketSymbol = Schemas['Symbol'];
export type SeriesCoverage = Schemas['SeriesCoverage'];
export type CandleSource = Schemas['CandleSource'];
export type CandleRevision = Schemas['CandleRevision'];
export type CandleColumns = Schemas['CandleColumns'];
export type CandleColumnPage = Schemas['CandleColumnPage'];
export type IndicatorSet = NonNullable<CandleColumnPage['indicators']>;
export type Strategy = Schemas['Strategy'];
export type StrategyParameter = Schemas['StrategyParameter'];
export type Backtest = Schemas['Backtest'];
export type BacktestSummary = Schemas['BacktestSummary'];
/** The request of a run over one series; that of a category is another. */
export type SingleRequest = Schemas['BacktestRequest'];
export type BacktestCreate = Schemas['BacktestCreate'];
/** A backtest of the symbols of a category against each other. */
export type MomentumCreate = Schemas['MomentumCreate'];
export type MomentumRequest = Schemas['MomentumRequest'];
export type BacktestStatus = Schemas['BacktestStatus'];
export type BacktestMetrics = Schemas['BacktestMetrics'];
export type Comparison = Schemas['Comparison'];
export type Verification = Schemas['Verification'];
export type EquityPoint = Schemas['EquityPoint'];
export type Trade = Schemas['Trade'];
export type Rebalance = Schemas['Rebalance'];
export type Job = Schemas['Job'];
export type JobList = Schemas['JobList'];
/** What jobs of the workspace and imports have in common. */
export type JobProperties = Omit<Job, 'workspace_id' | 'backtest_id' | 'result'>;
export type JobStatus = Schemas['JobStatus'];
export type JobKind = Schemas['JobKind'];
export type Import = Schemas['Import'];
export type ImportResult = Schemas['ImportResult'];
/** Candles on their way from the exchange's archive. */
export type Download = Schemas['Download'];
export type DownloadRequest = Schemas['DownloadRequest'];
export type DownloadResult = Schemas['DownloadResult'];
export type Scan = Schemas['Scan'];
export type ScanRow = Schemas['ScanRow'];
export type Scorecard = Schemas['Scorecard'];
export type ScorecardCell = Schemas['ScorecardCell'];
export type CategorySummary = Schemas['CategorySummary'];
export type CategorySet = Schemas['CategorySet'];
export type CategorySetSummary = Schemas['CategorySetSummary'];
export type CategoryDocument = Schemas['CategoryDocument'];
export type CategoryVersion = Schemas['CategoryVersion'];
export type CategorySetEvent = Schemas['CategorySetEvent'];
export type HeatmapRow = Schemas['HeatmapRow'];
export type CategoryPeriod = Schemas['CategoryHeatmap']['period'];
export type Sweep = Schemas['Sweep'];
export type SweepSummary = Schemas['SweepSummary'];
export type SweepCreate = Schemas['SweepCreate'];
export type SweepHeatmap = Schemas['SweepHeatmap'];
export type Combination = Schemas['Combination'];
export type BacktestEvent = Schemas['BacktestEvent'];
export type WorkspaceEvent = Schemas['WorkspaceEvent'];
export type MemberEvent = Schemas['MemberEvent'];
export type CandlesEvent = Schemas['CandlesEvent'];
export type ResetEvent = Schemas['ResetEvent'];
export type TradePlanEvent = Schemas['TradePlanEvent'];
export type AccountEvent = Schemas['AccountEvent'];
export type OrderEvent = Schemas['OrderEvent'];
// What the ledger says comes with its numbers as text.
export type TradePlan = Exact<Schemas['TradePlan']>;
export type TradePlanLeg = TradePlan['legs'][number];
export type PlanStatus = TradePlan['status'];
export type TradeType = TradePlan['trade_type'];
export type TradePlanPnl = Exact<Schemas['TradePlanPnl']>;
export type TradePlanCreate = Schemas['TradePlanCreate'];
export type TradePlanUpdate = Schemas['TradePlanUpdate'];
export type TradePlanChange = Exact<Schemas['TradePlanChange']>;
export type TradePlanReplay = Exact<Schemas['TradePlanReplay']>;
export type InvalidationRule = Schemas['InvalidationRule'];
export type PaperOpen = Schemas['PaperOpen'];
export type PaperClose = Schemas['PaperClose'];
export type Fill = Exact<Schemas['Fill']>;
export type PaperAccount = Exact<Schemas['PaperAccount']>;
export type PaperAccountCreate = Schemas['PaperAccountCreate'];
export type PaperAccountUpdate = Schemas['PaperAccountUpdate'];
export type PaperPosition = Exact<Schemas['PaperPosition']>;
export type LedgerEntry = Exact<Schemas['LedgerEntry']>;
export type PaperEquityPoint = Exact<Schemas['PaperEquityPoint']>;
export type PaperOrder = Exact<Schemas['PaperOrder']>;
export type PaperOrderCreate = Schemas['PaperOrderCreate'];
/** What a person may change of a backtest or a sweep. */
export type LabelChange = Schemas['BacktestChange'];
export type BacktestSort = NonNullable<
  NonNullable<paths['/api/v1/workspaces/{workspace_id}/backtests']['get']['parameters']['query']>['sort']
>;

export const api = createClient<paths>({ baseUrl: apiBase, fetch: send });

/** The same for what holds money: the numbers of its answers are text. Read them with `exactOf` or `exactWithTag`. */
export const exactApi = createClient<paths>({ baseUrl: apiBase, fetch: sendExact });

async function sendExact(request: Request): Promise<Response> {
  const reply = await send(request);
  if (!reply.headers.get('content-type')?.includes('json')) return reply;
  return new Response(quoteNumbers(await reply.text()), reply);
}

interface Reply<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** The body of a good answer together with its ETag; throws ApiError for any other. */
export async function withTag<T>(reply: Promise<Reply<T>>): Promise<{ body: T; etag: string }> {
  const { data, error, response } = await reply;
  const requestId = response.headers.get('x-request-id') ?? '';
  if (!response.ok) throw toApiError(response.status, error, requestId, retryAfter_s(response.headers));
  return { body: data as T, etag: response.headers.get('etag') ?? '' };
}

/** The body of a good answer; throws ApiError for any other. */
export async function bodyOf<T>(reply: Promise<Reply<T>>): Promise<T> {
  return (await withTag(reply)).body;
}

/** The same of what comes as CSV, too, to those who ask for that: `what` did not come as JSON otherwise. */
export async function jsonOf<T>(what: string, reply: Promise<Reply<T>>): Promise<Exclude<T, string>> {
  const body = await bodyOf(reply);
  if (typeof body === 'string') throw new Error(`${what} did not come as JSON`);
  return body as Exclude<T, string>;
}

/** What `exactApi` was answered, as it is: its types say numbers where there is text. */
export async function exactWithTag<T>(reply: Promise<Reply<T>>): Promise<{ body: Exact<T>; etag: string }> {
  const { body, etag } = await withTag(reply);
  return { body: body as Exact<T>, etag };
}

export const exactOf = async <T>(reply: Promise<Reply<T>>): Promise<Exact<T>> =>
  (await exactWithTag(reply)).body;

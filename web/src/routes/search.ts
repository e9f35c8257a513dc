import { normaliseCompared } from '~/features/chart/compared';
import { normaliseIndicators, wrongIndicators } from '~/features/chart/indicators';
import { normaliseRuns } from '~/features/compare/runs';
import { EXTENSION_MAX, WINDOW_MAX } from '~/features/scanner/filters';
import { normaliseSet } from '~/features/sweeps/combination';
import { INTERVALS } from '~/lib/interval';
import { canonical, number, oneOf, pattern, searchSchema, text, whole } from '~/lib/search';

/** What the address bar may hold, per screen. Whatever a screen shows and can be shared is here. */

const SECONDS_MAX = 253402300799;
const seconds = number(-62135596800, SECONDS_MAX);
const series = text(129);
const asset = pattern(/^[A-Za-z0-9]{1,20}$/);
const uuid = pattern(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);

export const rootSearch = searchSchema({ tz: oneOf('utc', 'local') });

export const chartSearch = searchSchema({
  symbol: series,
  interval: oneOf(...INTERVALS),
  from: seconds,
  to: seconds,
  scale: oneOf('log'),
  ind: canonical(normaliseIndicators, wrongIndicators),
  cmp: canonical(normaliseCompared),
  view: oneOf('table'),
  run: uuid,
  set: uuid,
});

const status = oneOf('queued', 'running', 'completed', 'failed', 'cancelled');

export const dataSearch = searchSchema({
  q: text(64),
  interval: oneOf(...INTERVALS),
  only: oneOf('gaps', 'revised', 'flawed'),
  view: oneOf('matrix'),
  sort: oneOf('symbol', 'score', '-score', '-missing', '-last', 'last'),
  sel: text(64),
});

export const backtestsSearch = searchSchema({
  sel: canonical(normaliseRuns),
  q: text(200),
  strategy: text(64),
  status,
  tag: text(40),
  starred: oneOf('only'),
  sort: oneOf(
    'created_at',
    '-created_at',
    'total_return',
    '-total_return',
    'sharpe',
    '-sharpe',
    'max_drawdown',
    '-max_drawdown',
    'final_equity',
    '-final_equity',
  ),
});

export const compareSearch = searchSchema({
  ids: canonical(normaliseRuns),
  base: uuid,
  scale: oneOf('log'),
  view: oneOf('table'),
});

export const newBacktestSearch = searchSchema({
  over: oneOf('category'),
  'category-set': uuid,
  category: text(64),
  quote: asset,
  strategy: text(64),
  symbol: series,
  interval: oneOf(...INTERVALS),
  from: seconds,
  to: seconds,
  'from-run': uuid,
  'from-sweep': uuid,
  set: canonical(normaliseSet),
});

export const sweepsSearch = searchSchema({
  q: text(200),
  sort: oneOf('created_at', 'total_return', '-total_return', 'sharpe', '-sharpe'),
});

export const newSweepSearch = searchSchema({
  'from-sweep': uuid,
  strategy: text(64),
  symbol: series,
  interval: oneOf(...INTERVALS),
  'category-set': uuid,
});

const figure = pattern(/^[a-z][a-z0-9_]{1,40}$/);

export const sweepSearch = searchSchema({
  x: figure,
  y: figure,
  metric: figure,
  sort: pattern(/^-?[a-z][a-z0-9_]{1,40}$/),
});

export const backtestSearch = searchSchema({
  verify: uuid,
  tab: oneOf('overview', 'trades', 'rebalances', 'params'),
  scale: oneOf('log'),
  curve: oneOf('alone'),
  sort: pattern(/^-?[a-z_]{2,20}$/),
  side: oneOf('long', 'short'),
  pnl: oneOf('won', 'lost'),
  exit: figure,
  symbol: series,
  rebalance: seconds,
  rows: oneOf('all'),
  view: oneOf('table'),
});

const bars = whole(1, WINDOW_MAX);

/** The rules of a scan are named as the server names them. */
export const scannerSearch = searchSchema({
  kind: oneOf('ratio'),
  sel: series,
  tab: oneOf('scorecard'),
  interval: oneOf(...INTERVALS),
  quote: asset,
  set: uuid,
  category: text(64),
  as_of: seconds,
  short_window: bars,
  medium_window: bars,
  long_window: bars,
  slope_window: bars,
  recent_return_window: bars,
  long_return_window: bars,
  max_extension: number(0, EXTENSION_MAX),
  min_quote_volume: number(0),
  passing_only: oneOf('false'),
  quote_symbol: text(78),
  sort: oneOf(
    'score',
    '-score',
    'symbol',
    '-symbol',
    'close',
    '-close',
    'recent_return',
    '-recent_return',
    'long_return',
    '-long_return',
    'extension',
    '-extension',
    'slope_medium',
    '-slope_medium',
    'quote_volume',
    '-quote_volume',
  ),
  signals: oneOf('all'),
});

export const heatmapSearch = searchSchema({
  mode: oneOf('treemap', 'matrix'),
  window: oneOf('7d', '30d', '90d', 'ytd'),
  size: oneOf('equal'),
  set: uuid,
  quote: asset,
  sort: pattern(/^-?(name|members|breadth|change_((1|7|30|90)d|ytd))$/),
});

export const categorySetSearch = searchSchema({
  tab: oneOf('versions'),
  version: whole(1, 1000),
  category: text(64),
});

const planStatus = oneOf('planned', 'open', 'closed', 'cancelled');
const decimal = pattern(/^\d{1,20}(\.\d{1,18})?$/);

export const plansSearch = searchSchema({
  view: oneOf('list'),
  state: planStatus,
  tag: text(120),
  symbol: text(32),
  mine: oneOf('true'),
  sort: pattern(/^-?(name|status|risk|pnl|return|r|age)$/),
});

export const newPlanSearch = searchSchema({
  symbol: series,
  side: oneOf('long', 'short'),
  entry: decimal,
  tag: text(120),
  'from-run': uuid,
  'from-plan': text(40),
  edit: text(40),
  step: whole(2, 3),
});

export const planSearch = searchSchema({
  tab: oneOf('fills', 'chart', 'history', 'replay'),
  leg: text(8),
  interval: oneOf(...INTERVALS),
  view: oneOf('table'),
});

export const paperAccountSearch = searchSchema({
  tab: oneOf('ledger', 'orders'),
  entries: oneOf('deposit', 'withdrawal', 'reset', 'fill'),
  by: oneOf('plan', 'category'),
  view: oneOf('table'),
});

export const ordersSearch = searchSchema({
  state: oneOf('accepted', 'filled', 'cancelled', 'rejected'),
  symbol: text(32),
  account: text(40),
});

export const jobsSearch = searchSchema({
  tab: oneOf('imports'),
  status,
  kind: oneOf(
    'backtest',
    'category_backtest',
    'sweep',
    'backtest_verify',
    'market_import',
    'market_download',
  ),
});

export const accountSearch = searchSchema({ tab: oneOf('appearance', 'security', 'sessions', 'tokens') });

export const usersSearch = searchSchema({ q: text(100) });

const audit = {
  action: pattern(/^[a-z_.]{1,64}$/),
  actor: text(64),
  about: text(64),
  outcome: oneOf('ok', 'failed', 'denied'),
  from: seconds,
  to: seconds,
};

export const auditSearch = searchSchema(audit);

export const membersSearch = searchSchema({ tab: oneOf('invitations', 'audit'), ...audit });

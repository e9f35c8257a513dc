import { normaliseIndicators } from '~/features/chart/indicators';
import { INTERVALS } from '~/lib/interval';
import { canonical, number, oneOf, pattern, searchSchema, text } from '~/lib/search';

/** What the address bar may hold, per screen. Whatever a screen shows and can be shared is here. */

const SECONDS_MAX = 253402300799;
const seconds = number(-62135596800, SECONDS_MAX);
const series = text(129);
const uuid = pattern(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);

export const rootSearch = searchSchema({ tz: oneOf('utc', 'local') });

export const chartSearch = searchSchema({
  symbol: series,
  interval: oneOf(...INTERVALS),
  from: seconds,
  to: seconds,
  scale: oneOf('log'),
  ind: canonical(normaliseIndicators),
  view: oneOf('table'),
  run: uuid,
});

const status = oneOf('queued', 'running', 'completed', 'failed', 'cancelled');

export const backtestsSearch = searchSchema({
  q: text(200),
  strategy: text(64),
  status,
  sort: oneOf(
    'created_at',
    '-created_at',
    'total_return',
    '-total_return',
    'sharpe',
    '-sharpe',
    'max_drawdown',
    '-max_drawdown',
  ),
});

export const newBacktestSearch = searchSchema({
  strategy: text(64),
  symbol: series,
  interval: oneOf(...INTERVALS),
  from: seconds,
  to: seconds,
  'from-run': uuid,
});

export const backtestSearch = searchSchema({
  tab: oneOf('overview', 'trades', 'rebalances', 'params'),
  scale: oneOf('log'),
  sort: pattern(/^-?[a-z_]{2,20}$/),
  side: oneOf('long', 'short'),
  view: oneOf('table'),
});

export const jobsSearch = searchSchema({
  tab: oneOf('imports'),
  status,
  kind: oneOf('backtest', 'category_backtest', 'market_import'),
});

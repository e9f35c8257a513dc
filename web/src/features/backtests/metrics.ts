import type { BacktestMetrics } from '~/api/client';
import { formatInteger, formatNumber, formatPercent, NONE, type Tone, toneOf } from '~/lib/format';

/** Every figure of a run: its name, how it is printed, and what it means. */

export type MetricKey = Exclude<keyof BacktestMetrics, 'monthly_returns'>;

export interface Metric {
  key: MetricKey;
  label: string;
  definition: string;
  kind: 'change' | 'percent' | 'ratio' | 'count' | 'amount' | 'bars' | 'multiple';
}

const metric = (key: MetricKey, label: string, kind: Metric['kind'], definition: string): Metric => ({
  key,
  label,
  kind,
  definition,
});

export const METRICS = {
  total_return: metric('total_return', 'Total return', 'change', 'Final equity ÷ initial capital − 1.'),
  cagr: metric(
    'cagr',
    'CAGR',
    'change',
    'The steady yearly growth that ends at the same equity (365-day year).',
  ),
  max_drawdown: metric(
    'max_drawdown',
    'Max drawdown',
    'change',
    'The deepest fall of equity from its highest point before.',
  ),
  sharpe: metric(
    'sharpe',
    'Sharpe',
    'ratio',
    'Mean ÷ standard deviation of the returns per bar, times √(bars a year). No risk-free rate.',
  ),
  sortino: metric(
    'sortino',
    'Sortino',
    'ratio',
    'Mean return ÷ root mean square of the negative returns, times √(bars a year).',
  ),
  calmar: metric('calmar', 'Calmar', 'ratio', 'CAGR ÷ |max drawdown|.'),
  volatility: metric(
    'volatility',
    'Volatility',
    'percent',
    'Standard deviation (n − 1) of the returns per bar, times √(bars a year).',
  ),
  max_drawdown_bars: metric(
    'max_drawdown_bars',
    'Longest drawdown',
    'bars',
    'The longest time below a former high, in bars.',
  ),
  average_drawdown: metric(
    'average_drawdown',
    'Average drawdown',
    'change',
    'Mean depth of the stretches below the highest equity so far.',
  ),
  ulcer_index: metric(
    'ulcer_index',
    'Ulcer index',
    'percent',
    'Root mean square of the drawdown over all bars: deep and long ones weigh more.',
  ),
  value_at_risk_95: metric(
    'value_at_risk_95',
    'Value at risk 95',
    'change',
    '5 % quantile of the returns per bar: one bar in twenty was this bad or worse.',
  ),
  cvar_95: metric('cvar_95', 'CVaR 95', 'change', 'Mean of the returns in that worst twentieth of the bars.'),
  skew: metric(
    'skew',
    'Skew',
    'ratio',
    'Asymmetry of the returns: below zero the bad tail is the longer one.',
  ),
  kurtosis: metric(
    'kurtosis',
    'Kurtosis',
    'ratio',
    'Excess kurtosis of the returns: above zero the tails are fatter than normal.',
  ),
  alpha: metric(
    'alpha',
    'Alpha',
    'change',
    'Yearly return that the benchmark does not explain: (mean − beta × its mean) × bars a year.',
  ),
  beta: metric(
    'beta',
    'Beta',
    'ratio',
    'Covariance with the benchmark ÷ its variance: how much of its moves the equity follows.',
  ),
  trades: metric('trades', 'Trades', 'count', 'Closed trades; one still open at the end is counted apart.'),
  win_rate: metric('win_rate', 'Win rate', 'percent', 'Share of the closed trades with a profit after fees.'),
  profit_factor: metric('profit_factor', 'Profit factor', 'ratio', 'Sum of the gains ÷ sum of the losses.'),
  payoff_ratio: metric(
    'payoff_ratio',
    'Payoff ratio',
    'ratio',
    'Mean profit of the winners ÷ mean loss of the losers.',
  ),
  expectancy: metric(
    'expectancy',
    'Expectancy',
    'amount',
    'Mean profit of the closed trades after fees, in the quote asset.',
  ),
  average_trade: metric(
    'average_trade',
    'Average trade',
    'change',
    'Mean return of the closed trades on their value at entry.',
  ),
  best_trade: metric(
    'best_trade',
    'Best trade',
    'change',
    'Highest return of a closed trade on its value at entry.',
  ),
  worst_trade: metric(
    'worst_trade',
    'Worst trade',
    'change',
    'Lowest return of a closed trade on its value at entry.',
  ),
  average_bars_held: metric(
    'average_bars_held',
    'Average holding',
    'bars',
    'Bars from entry to exit, on average.',
  ),
  max_consecutive_losses: metric(
    'max_consecutive_losses',
    'Losses in a row',
    'count',
    'The longest run of losing trades.',
  ),
  sqn: metric(
    'sqn',
    'SQN',
    'ratio',
    'System quality number: √trades × mean ÷ standard deviation of their profits.',
  ),
  kelly: metric(
    'kelly',
    'Kelly',
    'percent',
    'Win rate − loss rate ÷ payoff ratio: the share of capital Kelly would stake.',
  ),
  exposure: metric(
    'exposure',
    'Exposure',
    'percent',
    'Share of the bars at whose close a position was held.',
  ),
  turnover: metric(
    'turnover',
    'Turnover',
    'multiple',
    'Traded value ÷ equity before the fill, summed over all fills.',
  ),
  fees_paid: metric(
    'fees_paid',
    'Fees paid',
    'amount',
    'Fees of all fills, those of an open trade included, in the quote asset.',
  ),
  open_trades: metric(
    'open_trades',
    'Open trades',
    'count',
    'Trades still open at the last bar, marked at its close.',
  ),
} satisfies Partial<Record<MetricKey, Metric>>;

/** The names of all figures by the server's. */
export const METRIC_NAMES: ReadonlyMap<string, string> = new Map(
  Object.values(METRICS).map(({ key, label }) => [key, label]),
);

const LOWER_IS_BETTER: ReadonlySet<string> = new Set<MetricKey>([
  'volatility',
  'max_drawdown_bars',
  'ulcer_index',
  'max_consecutive_losses',
  'fees_paid',
]);

/** What a sweep looks for where nothing else is said, as the server has it: drawdowns are below zero, so the highest. */
export const goalOf = (metric: string): 'highest' | 'lowest' =>
  LOWER_IS_BETTER.has(metric) ? 'lowest' : 'highest';

export const METRIC_GROUPS: { title: string; metrics: Metric[] }[] = [
  { title: 'Return', metrics: [METRICS.total_return, METRICS.cagr, METRICS.alpha, METRICS.beta] },
  {
    title: 'Risk',
    metrics: [
      METRICS.volatility,
      METRICS.max_drawdown,
      METRICS.average_drawdown,
      METRICS.max_drawdown_bars,
      METRICS.ulcer_index,
      METRICS.value_at_risk_95,
      METRICS.cvar_95,
      METRICS.skew,
      METRICS.kurtosis,
    ],
  },
  { title: 'Ratios', metrics: [METRICS.sharpe, METRICS.sortino, METRICS.calmar, METRICS.sqn, METRICS.kelly] },
  {
    title: 'Trades',
    metrics: [
      METRICS.trades,
      METRICS.open_trades,
      METRICS.win_rate,
      METRICS.profit_factor,
      METRICS.payoff_ratio,
      METRICS.expectancy,
      METRICS.average_trade,
      METRICS.best_trade,
      METRICS.worst_trade,
      METRICS.average_bars_held,
      METRICS.max_consecutive_losses,
    ],
  },
  { title: 'Costs', metrics: [METRICS.exposure, METRICS.turnover, METRICS.fees_paid] },
];

/** With its unit; amounts with the asset they are in where that is known. */
export function metricText({ kind }: Metric, value: number | null, asset = ''): string {
  if (value === null) return NONE;
  if (kind === 'change') return formatPercent(value);
  if (kind === 'percent') return formatPercent(value, { signed: false });
  if (kind === 'count') return formatInteger(value);
  if (kind === 'bars') return barsText(value);
  if (kind === 'multiple') return formatNumber(value, { suffix: '×' });
  return formatNumber(value, { suffix: kind === 'amount' && asset ? ` ${asset}` : '' });
}

/** "1 bar", "12.5 bars" */
export const barsText = (bars: number): string =>
  formatNumber(bars, { decimals: Number.isInteger(bars) ? 0 : 1, suffix: bars === 1 ? ' bar' : ' bars' });

/** Only changes are coloured: a level is neither good nor bad by its sign. */
export const metricTone = (metric: Metric, value: number | null): Tone =>
  metric.kind === 'change' ? toneOf(metricText(metric, value)) : 'flat';

// A slow second opinion on backtests: the execution model of the specification, written down once more, one bar after
// the other, and the figures that follow from an equity curve.
import type { Candle } from './candles.ts';
import { ema, type Line, sma } from './indicators.ts';
import type { Json } from './openapi.ts';

export interface Rules {
  capital: number;
  feeBps: number;
  slippageBps: number;
  fraction: number;
  allowShort: boolean;
  execution: 'next_open' | 'close';
  /** In percent of the entry price. */
  stopLoss?: number;
  takeProfit?: number;
  trailingStop?: number;
}

export const defaultRules: Rules = {
  capital: 10_000,
  feeBps: 10,
  slippageBps: 0,
  fraction: 1,
  allowShort: false,
  execution: 'next_open',
};

export type Signal = 'long' | 'short' | 'flat' | undefined;

/** What a trade as the API tells it came to at the worst and at the best, in percent: the bars that it was held in. */
export function excursions(candles: Candle[], trade: Json, execution: Rules['execution']): [number, number] {
  const { entry_time, exit_time, exit_reason, entry_price, exit_price } = trade;
  const isStop = ['stop_loss', 'take_profit', 'trailing_stop'].includes(exit_reason);
  const leavesAtOpen = isStop || (execution === 'next_open' && ['signal', 'reversal'].includes(exit_reason));
  const prices: number[] = [entry_price, exit_price ?? entry_price];
  for (const { time, open, high, low } of candles) {
    if (time < entry_time || (time === entry_time && execution === 'close')) continue;
    if (exit_time !== null && (time > exit_time || (time === exit_time && leavesAtOpen))) {
      if (time === exit_time && isStop && time > entry_time) prices.push(open);
      break;
    }
    prices.push(high, low);
  }
  const moves = [Math.min(...prices), Math.max(...prices)].map((price) => (price / entry_price - 1) * 100);
  const [fall, rise] = moves as [number, number];
  return trade.side === 'short' ? [-rise, -fall] : [fall, rise];
}

/** Crosses only: an average that begins above the other one is no signal. */
export function crossSignals(
  candles: Candle[],
  fast: number,
  slow: number,
  kind: 'sma' | 'ema' = 'sma',
): Signal[] {
  const close = candles.map((c) => c.close);
  const average = (n: number): Line => (kind === 'sma' ? sma(close, n) : ema(close, n));
  const [quick, lazy] = [average(fast), average(slow)];
  const above = (t: number): boolean | undefined =>
    quick[t] == null || lazy[t] == null ? undefined : (quick[t] as number) > (lazy[t] as number);
  return candles.map((_, t) => {
    const [before, now] = [t > 0 ? above(t - 1) : undefined, above(t)];
    if (before === undefined || now === undefined || before === now) return undefined;
    return now ? 'long' : 'short';
  });
}

export interface SimulatedTrade {
  side: 'long' | 'short';
  quantity: number;
  entryTime: number;
  entryPrice: number;
  exitTime: number | null;
  exitPrice: number | null;
  fees: number;
  pnl: number;
  /** Why it was left: 'order', or the stop that was touched; null while it is open. */
  exit: Exit | null;
}

type Exit = 'order' | 'stop_loss' | 'take_profit' | 'trailing_stop';

/** Where the bar touches a stop of the position, and which: stop before target, and at the open where that is beyond. */
function touch(
  rules: Rules,
  trade: SimulatedTrade,
  best: number,
  { open, high, low }: Candle,
): { price: number; exit: Exit } | undefined {
  const sign = trade.side === 'long' ? 1 : -1;
  const distance = (percent: number): number => (sign * trade.entryPrice * percent) / 100;
  const beyond = (a: number, b: number): boolean => sign * a <= sign * b;
  const levels: { price: number; exit: Exit }[] = [];
  if (rules.stopLoss !== undefined)
    levels.push({ price: trade.entryPrice - distance(rules.stopLoss), exit: 'stop_loss' });
  if (rules.trailingStop !== undefined)
    levels.push({ price: best - distance(rules.trailingStop), exit: 'trailing_stop' });
  const stop = levels.sort((a, b) => sign * (b.price - a.price))[0];
  const target = trade.entryPrice + distance(rules.takeProfit ?? Number.POSITIVE_INFINITY);
  if (stop && beyond(open, stop.price)) return { price: open, exit: stop.exit };
  if (beyond(target, open)) return { price: open, exit: 'take_profit' };
  if (stop && beyond(sign > 0 ? low : high, stop.price)) return stop;
  if (beyond(target, sign > 0 ? high : low)) return { price: target, exit: 'take_profit' };
  return undefined;
}

export interface Simulation {
  equity: number[];
  trades: SimulatedTrade[];
  fees: number;
}

/** Runs signals over candles; `first` is the bar where the test begins, those before it have warmed up. */
export function simulate(candles: Candle[], signals: Signal[], rules: Rules, first = 0): Simulation {
  const feeRate = rules.feeBps / 10_000;
  const slip = rules.slippageBps / 10_000;
  let cash = rules.capital;
  let fees = 0;
  let open: SimulatedTrade | undefined;
  let best = 0;
  let stopped: Signal;
  const trades: SimulatedTrade[] = [];
  const equity: number[] = [];
  const sign = (trade: SimulatedTrade): number => (trade.side === 'long' ? 1 : -1);
  const worth = (price: number): number => cash + (open ? sign(open) * open.quantity * price : 0);

  const pay = (notional: number): number => {
    const fee = notional * feeRate;
    cash -= fee;
    fees += fee;
    return fee;
  };
  const leave = (time: number, price: number, exit: Exit): void => {
    if (!open) return;
    open.exit = exit;
    const fill = price * (1 - sign(open) * slip);
    cash += sign(open) * open.quantity * fill;
    open.fees += pay(open.quantity * fill);
    open.exitTime = time;
    open.exitPrice = fill;
    open.pnl = sign(open) * open.quantity * (fill - open.entryPrice) - open.fees;
    open = undefined;
  };
  const enter = (side: 'long' | 'short', time: number, price: number): void => {
    const fill = price * (side === 'long' ? 1 + slip : 1 - slip);
    const quantity = (cash * rules.fraction) / (fill * (1 + feeRate));
    open = {
      side,
      quantity,
      entryTime: time,
      entryPrice: fill,
      exitTime: null,
      exitPrice: null,
      fees: 0,
      pnl: 0,
      exit: null,
    };
    best = fill;
    cash -= sign(open) * quantity * fill;
    open.fees = pay(quantity * fill);
    trades.push(open);
  };
  const act = (decided: number, time: number, price: number): void => {
    const signal = signals[decided];
    if (signal && signal === stopped && signals[decided - 1] === signal) return;
    stopped = undefined;
    if (!signal || open?.side === signal) return;
    if (signal !== 'long' && !open && !(signal === 'short' && rules.allowShort)) return;
    leave(time, price, 'order');
    if (signal === 'long' || (signal === 'short' && rules.allowShort)) enter(signal, time, price);
  };
  const watch = (candle: Candle): void => {
    if (!open) return;
    const hit = touch(rules, open, best, candle);
    if (hit) {
      stopped = open.side;
      leave(candle.time, hit.price, hit.exit);
    } else best = open.side === 'long' ? Math.max(best, candle.high) : Math.min(best, candle.low);
  };

  candles.forEach((candle, t) => {
    if (t < first) return;
    if (rules.execution === 'next_open' && t > first) act(t - 1, candle.time, candle.open);
    watch(candle);
    if (rules.execution === 'close') act(t, candle.time, candle.close);
    equity.push(worth(candle.close));
  });
  const held = open as SimulatedTrade | undefined;
  const lastClose = candles.at(-1)?.close ?? 0;
  if (held) held.pnl = sign(held) * held.quantity * (lastClose - held.entryPrice) - held.fees;
  return { equity, trades, fees };
}

const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** The figures that an equity curve alone decides; `periods` is the number of bars in 365 days. */
export function figures(equity: number[], capital: number, periods: number): Record<string, number> {
  const last = equity.at(-1) ?? capital;
  const returns = equity.slice(1).map((value, i) => value / (equity[i] as number) - 1);
  const average = mean(returns);
  const deviation = Math.sqrt(returns.reduce((sum, r) => sum + (r - average) ** 2, 0) / (returns.length - 1));
  const downside = Math.sqrt(mean(returns.map((r) => Math.min(r, 0) ** 2)));
  const cagr = (last / capital) ** (periods / (equity.length - 1)) - 1;
  const falls = drawdowns(equity);
  const deepest = Math.min(...falls);
  return {
    total_return: last / capital - 1,
    cagr,
    volatility: deviation * Math.sqrt(periods),
    sharpe: (average / deviation) * Math.sqrt(periods),
    sortino: (average / downside) * Math.sqrt(periods),
    max_drawdown: deepest,
    calmar: cagr / Math.abs(deepest),
    max_drawdown_bars: longestBelow(falls),
    ulcer_index: Math.sqrt(mean(falls.map((fall) => fall ** 2))),
  };
}

export function drawdowns(equity: number[]): number[] {
  let peak = Number.NEGATIVE_INFINITY;
  return equity.map((value) => {
    peak = Math.max(peak, value);
    return value / peak - 1;
  });
}

function longestBelow(falls: number[]): number {
  let longest = 0;
  let run = 0;
  for (const fall of falls) {
    run = fall < 0 ? run + 1 : 0;
    longest = Math.max(longest, run);
  }
  return longest;
}

import type { Rebalance } from '~/api/client';

type Skip = Rebalance['skipped'][number];

/** Why a symbol was not ranked, or its order not filled; those that were not ranked first. */
export const SKIP_WORDS: Record<Skip['reason'], string> = {
  no_candle: 'No candle at the bar of the decision',
  short_history: 'No candle where the lookback begins',
  no_candle_at_end_of_lookback: 'No candle where the lookback ends',
  no_volatility: 'Too few moves for a volatility',
  waiting_for_a_candle: 'The order waits for a candle',
  no_candle_before_next_rebalance: 'No candle until the next rebalance',
  asset_ended: 'Its candles end',
};

export const FLAT_WORDS: Record<NonNullable<Rebalance['flat_reason']>, string> = {
  fewer_than_two_eligible: 'fewer than two symbols could be ranked',
};

const REASONS = Object.keys(SKIP_WORDS) as Skip['reason'][];
const UNRANKED = REASONS.slice(0, REASONS.indexOf('waiting_for_a_candle'));

/** How many symbols there were to rank. */
export const candidates = ({ eligible, skipped }: Rebalance): number =>
  eligible + skipped.filter(({ reason }) => UNRANKED.includes(reason)).length;

/** The symbols of each reason, in the order of `SKIP_WORDS`. */
export const skippedByReason = (skipped: readonly Skip[]) =>
  REASONS.map((reason) => ({
    reason,
    symbols: skipped.filter((skip) => skip.reason === reason).map(({ symbol }) => symbol),
  })).filter(({ symbols }) => symbols.length > 0);

export interface Holding {
  symbol: string;
  previous: number;
  target: number;
  trade: Rebalance['trades'][number] | undefined;
}

/** What was held or is to be held of each symbol, and what was traded for it: the longs first, the shorts last. */
export function holdingsOf({ weights, trades }: Rebalance): Holding[] {
  const symbols = new Set([...weights, ...trades].map(({ symbol }) => symbol));
  return [...symbols]
    .map((symbol) => {
      const { previous = 0, target = 0 } = weights.find((weight) => weight.symbol === symbol) ?? {};
      return { symbol, previous, target, trade: trades.find((trade) => trade.symbol === symbol) };
    })
    .sort((a, b) => b.target - a.target || b.previous - a.previous);
}

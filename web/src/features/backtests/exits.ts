import type { Trade } from '~/api/client';

export type ExitReason = Trade['exit_reason'];

/** What ended a trade. */
export const EXIT_WORDS: Record<ExitReason, string> = {
  signal: 'signal',
  reversal: 'reversal',
  liquidation: 'liquidated',
  series_break: 'series ended',
  end_of_data: 'still open',
  stop_loss: 'stop loss',
  take_profit: 'take profit',
  trailing_stop: 'trailing stop',
  data_ended: 'candles ended',
};

export const EXIT_REASONS = Object.keys(EXIT_WORDS) as ExitReason[];

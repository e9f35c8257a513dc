import type { Sweep } from '~/api/client';
import { formatInteger, formatNumber, formatPercent } from '~/lib/format';

type Deflated = NonNullable<Sweep['deflated_sharpe']>;

export interface Verdict {
  title: string;
  tone: 'good' | 'doubtful' | 'bad';
  text: string;
}

const CONVINCING = 0.95;
const LIKELY = 0.8;
// Printed with one decimal it would be 100 %, which nothing is.
const NEAR_CERTAIN = 0.999;

/** The deflated Sharpe ratio in words: how far the best of so many tries is more than luck. */
export function verdictOf(
  { trials, expected_maximum_sharpe, probability }: Deflated,
  sharpe: number | null,
): Verdict {
  if (probability === null || expected_maximum_sharpe === null)
    return {
      title: 'It cannot be said how much of this is luck',
      tone: 'doubtful',
      text: `${formatInteger(trials)} combinations have a Sharpe ratio; at least two that differ are needed.`,
    };
  const odds =
    probability > NEAR_CERTAIN
      ? 'more than 99.9%'
      : formatPercent(probability, { signed: false, decimals: 1 });
  const text =
    `The best of ${formatInteger(trials)} tries without skill would show a Sharpe ratio of about ` +
    `${formatNumber(expected_maximum_sharpe)}; this one has ${formatNumber(sharpe)}. ` +
    `With the choosing taken into account, its true Sharpe ratio is above 0 with a probability of ${odds}.`;
  if (probability >= CONVINCING) return { title: 'Hardly luck alone', tone: 'good', text };
  if (probability >= LIKELY) return { title: 'Perhaps luck', tone: 'doubtful', text };
  return { title: 'May well be luck', tone: 'bad', text };
}

import type { Verification } from '~/api/client';
import { isInterval } from '~/lib/interval';
import { formatBarTime, type Zone } from '~/lib/time';

/** What a verification came to, in words. */

export type Verdict = Verification['verdict'];

interface Words {
  tone: 'good' | 'doubtful' | 'bad';
  title: string;
  text: string;
}

const VERDICTS: Record<Verdict, Words> = {
  identical: {
    tone: 'good',
    title: 'Identical',
    text: 'Run again over the same candles: every figure, equity point and trade is the same, bit by bit.',
  },
  data_changed: {
    tone: 'doubtful',
    title: 'The candles have changed',
    text: 'What is stored was computed from candles that are others by now.',
  },
  engine_changed: {
    tone: 'doubtful',
    title: 'The engine has changed',
    text: 'The same candles give another result with the engine of today.',
  },
  different: {
    tone: 'bad',
    title: 'Not what was computed',
    text: 'The same candles and the same engine give another result: what is stored is not what came out.',
  },
};

export const verdictWords = ({ verdict }: Pick<Verification, 'verdict'>): Words => VERDICTS[verdict];

/** One line for each series that is another one, and from when on. */
export function changedSeries({ series }: Pick<Verification, 'series'>, zone: Zone): string[] {
  return series
    .filter(({ status }) => status !== 'same')
    .map(({ symbol, interval, status, changed_from }) => {
      const name = `${symbol} ${interval}`;
      if (status === 'missing') return `${name} is no longer there`;
      if (changed_from === null) return `${name} has changed; from when on is not known`;
      const when = formatBarTime(changed_from, isInterval(interval) ? interval : '1d', zone);
      return `${name} has changed from ${when} on`;
    });
}

/** Whether the result came out the same although something else did not. */
export const isSameResult = ({ differences }: Pick<Verification, 'differences'>): boolean =>
  differences !== null &&
  differences.figures.length === 0 &&
  differences.equity === null &&
  differences.trades === null &&
  differences.parts.length === 0;

/** Several series: how many of them are as they were. */
export function seriesText({ series }: Pick<Verification, 'series'>): string {
  const same = series.filter(({ status }) => status === 'same').length;
  if (same === series.length) return series.length === 1 ? 'the same candles' : `all ${same} series the same`;
  return `${same} of ${series.length} series the same`;
}

/** Two figures as text, with every digit where they look the same otherwise. */
export function apart(
  stored: number | null,
  now: number | null,
  text: (value: number | null) => string,
): { stored: string; now: string } {
  const short = { stored: text(stored), now: text(now) };
  if (short.stored !== short.now || stored === now) return short;
  return { stored: String(stored), now: String(now) };
}

import type { ScanRow } from '~/api/client';
import { formatNumber } from '~/lib/format';
import classes from './Scanner.module.css';

export const SCORE_PARTS = [
  ['trend_stack', 'averages stacked'],
  ['slopes', 'slopes'],
  ['returns', 'returns'],
  ['distance', 'distance'],
] as const;

/** The score out of 100, and what it is made of: in a bar to see, in the title to read. */
export function ScoreBar({ row }: { row: ScanRow }) {
  const parts = SCORE_PARTS.map(([name, label]) => ({ name, label, value: row.score_parts[name] }));
  const words = parts
    .map(({ label, value }) => `${label} ${formatNumber(value, { decimals: 1 })}`)
    .join(', ');
  return (
    <span className={classes.score} title={`${formatNumber(row.score)} of 100: ${words}`}>
      <span className={classes.scoreBar} aria-hidden="true">
        {parts.map(({ name, value }) => (
          <span key={name} data-part={name} style={{ width: `${value}%` }} />
        ))}
      </span>
      <strong>{formatNumber(row.score, { decimals: 0 })}</strong>
      <span className="visually-hidden">{`: ${words}`}</span>
    </span>
  );
}

import { formatNumber, formatPercent, toneOf } from '~/lib/format';

const toneClass = { up: 'num up', down: 'num down', flat: 'num' } as const;

interface ChangeProps {
  value: number | null | undefined;
  /** A fraction shown in percent (default), or a plain amount. */
  as?: 'percent' | 'number';
  decimals?: number;
}

/** A change: coloured by its sign, and always with that sign printed. */
export function Change({ value, as = 'percent', decimals = 2 }: ChangeProps) {
  const text =
    as === 'percent' ? formatPercent(value, { decimals }) : formatNumber(value, { decimals, signed: true });
  return <span className={toneClass[toneOf(text)]}>{text}</span>;
}

import { toneOf } from '~/lib/format';
import { formatDecimal, formatMoney } from '~/lib/money';

const toneClass = { up: 'num up', down: 'num down', flat: 'num' } as const;

interface Props {
  /** The decimal as it was sent; all of its digits are in the title. */
  value: string | null | undefined;
  /** In percent already: 12.5 is 12.5 %. */
  isPercent?: boolean;
}

/** Money gained or lost: coloured by its sign, and always with that sign printed. */
export function Gain({ value, isPercent = false }: Props) {
  const text = isPercent ? formatDecimal(value, { signed: true, suffix: '%' }) : formatMoney(value, true);
  return (
    <span className={toneClass[toneOf(text)]} title={value ?? undefined}>
      {text}
    </span>
  );
}

export function Money({ value }: { value: string | null | undefined }) {
  return (
    <span className="num" title={value ?? undefined}>
      {formatMoney(value)}
    </span>
  );
}

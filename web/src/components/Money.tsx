import { toneOf } from '~/lib/format';
import { formatDecimal, formatMoney } from '~/lib/money';

const toneClass = { up: 'num up', down: 'num down', flat: 'num' } as const;

interface Props {
  /** The decimal as it was sent; all of its digits are in the title. */
  value: string | null | undefined;
  /** In percent already: 12.5 is 12.5 %. */
  isPercent?: boolean;
  /** The asset that it is in, where that is not said beside it. */
  unit?: string;
}

/** Money gained or lost: coloured by its sign, and always with that sign printed. */
export function Gain({ value, isPercent = false, unit }: Props) {
  const text = isPercent ? formatDecimal(value, { signed: true, suffix: '%' }) : formatMoney(value, true);
  return (
    <span className={toneClass[toneOf(text)]} title={value ?? undefined}>
      {text}
      <Unit name={unit} />
    </span>
  );
}

const Unit = ({ name }: { name: string | undefined }) =>
  name ? <span className="dim ui-unit"> {name}</span> : null;

export function Money({ value, unit }: Pick<Props, 'value' | 'unit'>) {
  return (
    <span className="num" title={value ?? undefined}>
      {formatMoney(value)}
      <Unit name={unit} />
    </span>
  );
}

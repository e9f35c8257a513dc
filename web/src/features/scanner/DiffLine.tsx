import { UnstyledButton } from '@mantine/core';
import { formatInteger } from '~/lib/format';
import type { ScanDiff } from './diff';
import classes from './Scanner.module.css';

const SHOWN = 6;

interface Props {
  diff: ScanDiff;
  onSelect: (symbol: string) => void;
}

/** What came in since the bar before, and what fell out: that stands in no row any more. */
export function DiffLine({ diff: { added, dropped }, onSelect }: Props) {
  if (added.size === 0 && dropped.length === 0)
    return <p className={classes.diff}>The same symbols as a bar before.</p>;
  return (
    <p className={classes.diff}>
      {added.size > 0 && (
        <span>
          <b className={classes.new}>NEW</b> {formatInteger(added.size)} that did not pass a bar before:{' '}
          <Names symbols={[...added]} onSelect={onSelect} />
        </span>
      )}
      {dropped.length > 0 && (
        <span>
          <b className={classes.dropped}>Dropped</b> {formatInteger(dropped.length)} that passed then:{' '}
          <Names symbols={dropped} onSelect={onSelect} />
        </span>
      )}
    </p>
  );
}

function Names({ symbols, onSelect }: { symbols: readonly string[]; onSelect: Props['onSelect'] }) {
  return (
    <>
      {symbols.slice(0, SHOWN).map((symbol) => (
        <UnstyledButton
          key={symbol}
          className={classes.reset}
          title="Show its chart beside the list"
          onClick={() => onSelect(symbol)}
        >
          {symbol}
        </UnstyledButton>
      ))}
      {symbols.length > SHOWN && ` and ${formatInteger(symbols.length - SHOWN)} more`}
    </>
  );
}

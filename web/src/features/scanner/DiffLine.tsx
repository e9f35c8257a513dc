import { UnstyledButton } from '@mantine/core';
import { useState } from 'react';
import { formatInteger } from '~/lib/format';
import type { ScanDiff } from './diff';
import classes from './Scanner.module.css';
import { hasRoomBeside } from './useSelection';

const SHOWN = 6;
const SHOWN_NARROW = 2;

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
  const [isWhole, setWhole] = useState(false);
  const shown = isWhole ? symbols.length : hasRoomBeside() ? SHOWN : SHOWN_NARROW;
  return (
    <>
      {symbols.slice(0, shown).map((symbol) => (
        <UnstyledButton
          key={symbol}
          className={classes.reset}
          title="Show its chart, and why"
          onClick={() => onSelect(symbol)}
        >
          {symbol}
        </UnstyledButton>
      ))}
      {symbols.length > shown && (
        <UnstyledButton className={classes.reset} onClick={() => setWhole(true)}>
          and {formatInteger(symbols.length - shown)} more
        </UnstyledButton>
      )}
    </>
  );
}

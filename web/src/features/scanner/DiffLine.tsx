import { UnstyledButton } from '@mantine/core';
import { formatInteger } from '~/lib/format';
import type { ScanDiff } from './diff';
import classes from './Scanner.module.css';

const SHOWN = 8;

interface Props {
  diff: ScanDiff;
  onSelect: (symbol: string) => void;
}

/** What fell out since the bar before: it stands in no row any more. */
export function DiffLine({ diff: { added, dropped }, onSelect }: Props) {
  if (added.size === 0 && dropped.length === 0)
    return <p className={classes.diff}>The same symbols as a bar before.</p>;
  return (
    <p className={classes.diff}>
      {added.size > 0 && (
        <span>
          <b className={classes.new}>NEW</b> {formatInteger(added.size)} since the bar before
        </span>
      )}
      {dropped.length > 0 && (
        <span>
          <b className={classes.dropped}>Dropped</b> {formatInteger(dropped.length)}:{' '}
          {dropped.slice(0, SHOWN).map((symbol) => (
            <UnstyledButton
              key={symbol}
              className={classes.reset}
              title="Show its chart beside the list"
              onClick={() => onSelect(symbol)}
            >
              {symbol}
            </UnstyledButton>
          ))}
          {dropped.length > SHOWN && ` and ${dropped.length - SHOWN} more`}
        </span>
      )}
    </p>
  );
}

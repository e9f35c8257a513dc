import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { Scan } from '~/api/client';
import { failedScanQuery, type ScanKind } from '~/api/scanner';
import { EmptyState } from '~/components/States';
import { formatInteger, formatPercent } from '~/lib/format';
import { conditionText, failuresOf, skippedText } from './conditions';
import { EXTENSION, PRESETS, presetOf, presetWindows, scanQueryOf } from './filters';
import classes from './Scanner.module.css';
import type { ScannerState } from './useScanner';

interface Props {
  state: ScannerState;
  kind: ScanKind;
  scan: Scan;
}

const REASONS = 4;

/** An empty list says which rules keep everything out, and which change lets something in. */
export function NothingPasses({ state, kind, scan }: Props) {
  const { filters, isRatio, change } = state;
  const { data: failed } = useQuery({
    ...failedScanQuery(kind, scanQueryOf(filters, isRatio)),
    enabled: scan.evaluated > 0,
  });
  const things = isRatio ? 'ratios' : 'symbols';
  if (scan.evaluated === 0) return <NothingScanned state={state} scan={scan} things={things} />;
  const failures = failuresOf(failed?.rows ?? []);
  const extended = failures.find(({ name }) => name === 'not_extended');
  const fast = PRESETS[1];
  return (
    <EmptyState icon="radar" title={`None of ${formatInteger(scan.evaluated)} ${things} is in an uptrend`}>
      {failed && (
        <ul className={classes.reasons}>
          {failures.slice(0, REASONS).map(({ name, failed: count }) => (
            <li key={name}>
              <span className="num">{formatInteger(count)}</span> fail: {conditionText(name, scan)}
            </li>
          ))}
        </ul>
      )}
      <p className={classes.advice}>
        {extended && extended.alone > 0
          ? `${formatInteger(extended.alone)} would pass, were a greater distance above the average allowed.`
          : 'Shorter averages turn sooner; the ones that fail can be shown by how near they come.'}
      </p>
      <div className={classes.ways}>
        <Button onClick={() => change({ passing_only: 'false' })}>Show what comes near</Button>
        {extended && extended.alone > 0 && (
          <Button
            variant="default"
            onClick={() => change({ max_extension: (filters.max_extension ?? EXTENSION) * 2 })}
          >
            Allow {formatPercent((filters.max_extension ?? EXTENSION) * 2, { decimals: 0, signed: false })}
          </Button>
        )}
        {fast && presetOf(filters) !== fast && (
          <Button variant="default" onClick={() => change(presetWindows(fast))}>
            {fast.name}
          </Button>
        )}
      </div>
    </EmptyState>
  );
}

/** Everything was left out before any condition was looked at. */
function NothingScanned({ state, scan, things }: { state: ScannerState; scan: Scan; things: string }) {
  const { change } = state;
  const { skipped } = scan;
  const fast = PRESETS[1];
  return (
    <EmptyState icon="radar" title={`There were no ${things} to look at`}>
      <p className={classes.advice}>
        {skippedText(scan)
          ? `Left out: ${skippedText(scan)}.`
          : `No symbols priced in ${scan.quote_asset} have ${scan.interval} candles${scan.category ? ` in ${scan.category}` : ''}.`}
      </p>
      <div className={classes.ways}>
        {skipped.low_volume > 0 && (
          <Button onClick={() => change({ min_quote_volume: undefined })}>Any volume</Button>
        )}
        {skipped.too_short > 0 && fast && (
          <Button variant="default" onClick={() => change(presetWindows(fast))}>
            {fast.name}: needs fewer candles
          </Button>
        )}
        <Button
          variant="default"
          onClick={() =>
            change({ interval: undefined, quote: undefined, category: undefined, as_of: undefined })
          }
        >
          Daily candles of all symbols
        </Button>
      </div>
    </EmptyState>
  );
}

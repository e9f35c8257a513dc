import { useInfiniteQuery } from '@tanstack/react-query';
import type { Scan } from '~/api/client';
import { type ScanKind, scanQuery } from '~/api/scanner';
import type { Sort } from '~/components/DataTable';
import { PagedTable } from '~/components/PagedTable';
import { formatInteger, formatNumber } from '~/lib/format';
import { type Interval, isInterval } from '~/lib/interval';
import { formatBarTime, zoneLabel } from '~/lib/time';
import { useZone } from '~/lib/useZone';
import { skippedText } from './conditions';
import { scanQueryOf } from './filters';
import { NothingPasses } from './NothingPasses';
import classes from './Scanner.module.css';
import { columnsOf } from './scanColumns';
import { BEST_FIRST, type ScannerState } from './useScanner';

export function ScanResults({ state }: { state: ScannerState }) {
  const { ws, isRatio, filters, sort, change } = state;
  const kind: ScanKind = isRatio ? 'ratio-uptrends' : 'uptrends';
  const query = { ...scanQueryOf(filters, isRatio), sort };
  const list = useInfiniteQuery(scanQuery(kind, query));
  const scan = list.data?.pages[0];
  const rows = list.data?.pages.flatMap((page) => page.rows) ?? [];
  return (
    <>
      <PagedTable
        label={isRatio ? 'Ratios in an uptrend' : 'Symbols in an uptrend'}
        pages={list}
        columns={scan ? columnsOf({ ws, scan, isRatio }) : []}
        rows={rows}
        rowKey={({ symbol }) => symbol}
        rowHeight={36}
        sort={{ key: sort.replace(/^-/, ''), descending: sort.startsWith('-') }}
        onSort={(next) => change({ sort: sortText(next) }, true)}
        empty={scan ? <NothingPasses state={state} kind={kind} scan={scan} /> : null}
      />
      {scan && <Footer scan={scan} isRatio={isRatio} />}
    </>
  );
}

function sortText({ key, descending }: Sort) {
  const text = ((descending ? '-' : '') + key) as ScannerState['sort'];
  return text === BEST_FIRST ? undefined : text;
}

/** How many passed of how many, how long it took, up to when, and what was not looked at. */
function Footer({ scan, isRatio }: { scan: Scan; isRatio: boolean }) {
  const [zone] = useZone();
  const interval: Interval = isInterval(scan.interval) ? scan.interval : '1d';
  const skipped = skippedText(scan);
  const decimals = scan.took_ms < 10 ? 1 : 0;
  return (
    <footer className={classes.footer}>
      <span>
        <b>{formatInteger(scan.passing_count)}</b> of {formatInteger(scan.evaluated)}{' '}
        {isRatio ? 'ratios' : 'symbols'} pass
      </span>
      <span>{formatNumber(scan.took_ms, { decimals })} ms</span>
      {scan.as_of !== null && (
        <span>
          as of {formatBarTime(scan.as_of, interval, zone)} {zoneLabel(zone)}
        </span>
      )}
      {skipped && <span>Skipped: {skipped}</span>}
      <span>Research tool, not advice</span>
    </footer>
  );
}

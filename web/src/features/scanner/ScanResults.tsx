import { useInfiniteQuery } from '@tanstack/react-query';
import type { Scan } from '~/api/client';
import { type ScanKind, scanQuery } from '~/api/scanner';
import type { Sort } from '~/components/DataTable';
import { PagedTable } from '~/components/PagedTable';
import { formatInteger, formatNumber } from '~/lib/format';
import { type Interval, isBehind, isInterval } from '~/lib/interval';
import { formatBarTime, zoneLabel } from '~/lib/time';
import { useNow } from '~/lib/useNow';
import { useZone } from '~/lib/useZone';
import { skippedText } from './conditions';
import { DiffLine } from './DiffLine';
import { scanQueryOf } from './filters';
import { NothingPasses } from './NothingPasses';
import classes from './Scanner.module.css';
import { ScanSide } from './ScanSide';
import { columnsOf } from './scanColumns';
import { useAway } from './useAway';
import { useDiff } from './useDiff';
import { BEST_FIRST, type ScannerState } from './useScanner';
import { useSelection } from './useSelection';

export function ScanResults({ state }: { state: ScannerState }) {
  const { ws, isRatio, filters, sort, change } = state;
  const kind: ScanKind = isRatio ? 'ratio-uptrends' : 'uptrends';
  const query = { ...scanQueryOf(filters, isRatio), sort };
  const list = useInfiniteQuery(scanQuery(kind, query));
  const scan = list.data?.pages[0];
  const rows = list.data?.pages.flatMap((page) => page.rows) ?? [];
  const { selected } = state;
  const loadMore = () => {
    if (list.hasNextPage && !list.isFetchingNextPage) void list.fetchNextPage();
  };
  const { select, close, row } = useSelection(state, rows, scan, loadMore);
  const away = useAway(kind, query, row ? undefined : selected);
  const diff = useDiff(kind, scanQueryOf(filters, isRatio), scan);
  return (
    <>
      {diff && <DiffLine diff={diff} onSelect={select} />}
      <div className={classes.split} data-side={selected !== undefined || undefined}>
        <div className={classes.results}>
          <PagedTable
            label={isRatio ? 'Ratios in an uptrend' : 'Symbols in an uptrend'}
            pages={list}
            columns={
              scan
                ? columnsOf({
                    ws,
                    scan,
                    isRatio,
                    isNarrow: selected !== undefined,
                    diff,
                    onSelect: select,
                  })
                : []
            }
            rows={rows}
            rowKey={({ symbol }) => symbol}
            rowHeight={36}
            current={selected}
            sort={{ key: sort.replace(/^-/, ''), descending: sort.startsWith('-') }}
            onSort={(next) => change({ sort: sortText(next) }, true)}
            empty={scan ? <NothingPasses state={state} kind={kind} scan={scan} /> : null}
          />
          {scan && <Footer scan={scan} isRatio={isRatio} />}
        </div>
        {scan && selected !== undefined && (
          <ScanSide ws={ws} scan={scan} symbol={selected} row={row ?? away} onClose={close} />
        )}
      </div>
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
  const now_s = useNow(60);
  const isOld = scan.as_of !== null && isBehind(scan.as_of, interval, now_s);
  const decimals = scan.took_ms < 10 ? 1 : 0;
  return (
    <footer className={classes.footer}>
      <span>
        <b>{formatInteger(scan.passing_count)}</b> of {formatInteger(scan.evaluated)}{' '}
        {isRatio ? 'ratios' : 'symbols'} pass
      </span>
      <span>{formatNumber(scan.took_ms, { decimals })} ms</span>
      {scan.as_of !== null && (
        <span
          className={isOld ? 'ui-warn' : undefined}
          title={isOld ? 'There are no newer candles: prices are others by now' : undefined}
        >
          as of {formatBarTime(scan.as_of, interval, zone)} {zoneLabel(zone)}
        </span>
      )}
      {skipped && <span>Skipped: {skipped}</span>}
      <span className={classes.keys}>
        <kbd className="ui-kbd">↑</kbd> <kbd className="ui-kbd">↓</kbd> or <kbd className="ui-kbd">Space</kbd>{' '}
        look at one after the other, <kbd className="ui-kbd">Enter</kbd> opens,{' '}
        <kbd className="ui-kbd">b</kbd> tests it, <kbd className="ui-kbd">p</kbd> plans it
      </span>
      <span>Research tool, not advice</span>
    </footer>
  );
}

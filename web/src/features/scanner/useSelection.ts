import { useNavigate } from '@tanstack/react-router';
import { useEffect } from 'react';
import type { Scan, ScanRow } from '~/api/client';
import { isInterval } from '~/lib/interval';
import { useHotkeys } from '~/lib/useHotkeys';
import { useRowKeys } from '~/lib/useRowKeys';
import { neighbour } from './diff';
import type { ScannerState } from './useScanner';

const WIDE = '(min-width: 1200px)';

/** Whether a chart fits beside the list. */
export const hasRoomBeside = (): boolean => window.matchMedia(WIDE).matches;

/** Brings a row into view and puts the focus on its link, so that Enter opens it. */
function focusRow(symbol: string) {
  const link = document.querySelector<HTMLElement>(`[data-row="${CSS.escape(symbol)}"]`);
  link?.focus({ preventScroll: true });
  link?.closest('tr')?.scrollIntoView({ block: 'nearest' });
}

/** The row that is looked at: arrows and Space move it, b tests it, p plans a trade of it, Escape puts its chart away. */
export function useSelection(
  { ws, selected, change }: ScannerState,
  rows: readonly ScanRow[],
  scan: Scan | undefined,
  onEnd: () => void,
) {
  const navigate = useNavigate();
  const select = (symbol: string | undefined) => change({ sel: symbol }, true);
  /** The focus goes back to the row whose chart it was. */
  const close = () => {
    if (selected) focusRow(selected);
    select(undefined);
  };
  const interval = scan && isInterval(scan.interval) ? scan.interval : undefined;
  useRowKeys((step) => {
    const next = neighbour(rows, ({ symbol }) => symbol === selected, step);
    if (!next) return;
    if (next === rows[rows.length - 1]) onEnd();
    focusRow(next.symbol);
    if (next.symbol !== selected) select(next.symbol);
  });
  useHotkeys({
    b: () => {
      if (selected)
        void navigate({
          to: '/w/$ws/backtests/new',
          params: { ws },
          search: { symbol: selected, interval },
        });
    },
    p: () => {
      if (selected)
        void navigate({
          to: '/w/$ws/plans/new',
          params: { ws },
          search: { symbol: selected, tag: 'scanner' },
        });
    },
    escape: close,
  });
  const isThere = rows.some(({ symbol }) => symbol === selected);
  useEffect(() => {
    if (isThere && selected) focusRow(selected);
  }, [isThere, selected]);
  return { select, close, row: rows.find(({ symbol }) => symbol === selected) };
}

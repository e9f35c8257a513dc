import { useQuery } from '@tanstack/react-query';
import type { ScanRow } from '~/api/client';
import { failedScanQuery, type ScanKind, type ScanQuery } from '~/api/scanner';
import { splitRatio } from '~/features/chart/series';

/**
 * The row of what is looked at and stands in none of the list, such as what has dropped out: null where it was not scanned,
 * undefined while that is not known.
 */
export function useAway(
  kind: ScanKind,
  query: ScanQuery,
  symbol: string | undefined,
): ScanRow | null | undefined {
  // Ratios are many: those priced in the same symbol are few enough for one answer.
  const quote_symbol = symbol === undefined ? undefined : splitRatio(symbol)[1];
  const { data } = useQuery({
    ...failedScanQuery(kind, { ...query, ...(quote_symbol && { quote_symbol }) }),
    enabled: symbol !== undefined,
  });
  return data && (data.rows.find((row) => row.symbol === symbol) ?? null);
}

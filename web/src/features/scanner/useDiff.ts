import { useQuery } from '@tanstack/react-query';
import type { Scan } from '~/api/client';
import { passingQuery, type ScanKind, type ScanQuery } from '~/api/scanner';
import { diffOf, type ScanDiff } from './diff';

/** This scan against the one of the bar before; undefined until both are there. */
export function useDiff(kind: ScanKind, query: ScanQuery, scan: Scan | undefined): ScanDiff | undefined {
  const as_of = scan?.as_of ?? undefined;
  const enabled = as_of !== undefined;
  const now = useQuery({ ...passingQuery(kind, query, as_of ?? 0), enabled });
  // One second earlier that bar has not opened: the newest one is the one before it, whatever its length.
  const before = useQuery({ ...passingQuery(kind, query, (as_of ?? 0) - 1), enabled });
  return now.data && before.data ? diffOf(now.data, before.data) : undefined;
}

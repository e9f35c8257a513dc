import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, jsonOf } from './client';
import type { paths } from './schema';

export type ScanKind = 'uptrends' | 'ratio-uptrends';
export type ScanQuery = NonNullable<paths['/api/v1/scanner/ratio-uptrends']['get']['parameters']['query']>;
export type ScorecardQuery = NonNullable<paths['/api/v1/scanner/scorecard']['get']['parameters']['query']>;

const PAGE_ROWS = 100;
const ALL_ROWS = 1000;
/** Closes of the small line in each row. */
export const SPARKLINE_BARS = 40;

function fetchScan(kind: ScanKind, query: ScanQuery, signal: AbortSignal) {
  const asked = { params: { query }, signal };
  return jsonOf(
    'the scan',
    kind === 'uptrends'
      ? api.GET('/api/v1/scanner/uptrends', asked)
      : api.GET('/api/v1/scanner/ratio-uptrends', asked),
  );
}

/** A scan reads candles only: it is the same in all workspaces. */
export const scanQuery = (kind: ScanKind, query: ScanQuery) =>
  infiniteQueryOptions({
    queryKey: ['market', 'scan', kind, query],
    queryFn: ({ pageParam, signal }) =>
      fetchScan(
        kind,
        { ...query, limit: PAGE_ROWS, sparkline: SPARKLINE_BARS, cursor: pageParam || undefined },
        signal,
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  });

/** The rows that fail as well, to say which conditions they fail. */
export const failedScanQuery = (kind: ScanKind, query: ScanQuery) =>
  queryOptions({
    queryKey: ['market', 'scan', kind, 'failed', query],
    queryFn: ({ signal }) =>
      fetchScan(kind, { ...query, sort: '-score', passing_only: 'false', limit: ALL_ROWS }, signal),
    staleTime: 60_000,
  });

const SET_PAGES_MAX = 20;

/** Every symbol that passed at the newest bar up to `as_of`, whatever is shown of them. */
export const passingQuery = (kind: ScanKind, query: ScanQuery, as_of: number) =>
  queryOptions({
    queryKey: ['market', 'scan', kind, 'passing', query, as_of],
    queryFn: async ({ signal }) => {
      const symbols: string[] = [];
      let cursor: string | undefined;
      for (let page = 0; page < SET_PAGES_MAX; page++) {
        const asked = { ...query, passing_only: undefined, as_of: String(as_of), limit: ALL_ROWS, cursor };
        const scan = await fetchScan(kind, asked, signal);
        for (const { symbol } of scan.rows) symbols.push(symbol);
        cursor = scan.next_cursor ?? undefined;
        if (cursor === undefined) break;
      }
      return symbols;
    },
    staleTime: 60_000,
  });

export const scorecardQuery = (query: ScorecardQuery) =>
  queryOptions({
    queryKey: ['market', 'scorecard', query],
    queryFn: ({ signal }) =>
      jsonOf('the score card', api.GET('/api/v1/scanner/scorecard', { params: { query }, signal })),
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  });

import type { DownloadRequest, DownloadResult, SeriesCoverage } from '~/api/client';
import { splitRatio } from '~/features/chart/series';
import { hasIndex } from '~/lib/category';
import { formatInteger } from '~/lib/format';
import { type Interval, intervalSeconds } from '~/lib/interval';
import { formatDate } from '~/lib/time';

/** What a download is asked for, and what came of it, in words. */

const LONG_AGO_S = Date.UTC(2021) / 1000;
const BARS = 10_000;
const DAY_S = 86_400;

/** The first day that is offered of an interval: long ago, but of short bars no more than a chart wants. */
export const firstDay = (interval: Interval, now_s: number): string =>
  formatDate(Math.max(LONG_AGO_S, Math.min(now_s - BARS * intervalSeconds(interval), now_s - DAY_S)));

/** What a series is made of, from long ago until yesterday; undefined where the archive has no such thing. */
export function wishOf(series: string, interval: Interval, now_s: number): DownloadRequest | undefined {
  const symbols = splitRatio(series).filter((leg) => leg !== undefined);
  if (symbols.some((leg) => leg === '' || hasIndex(leg))) return undefined;
  return { symbols, interval, from: firstDay(interval, now_s) };
}

type Gap = SeriesCoverage['largest_gaps'][number];

/** The days of a gap, also of files that were imported before: they left it. Undefined while none of them is over. */
export function repairOf(
  { symbol, interval }: Pick<SeriesCoverage, 'symbol' | 'interval'>,
  { start, end }: Pick<Gap, 'start' | 'end'>,
  now_s: number,
): DownloadRequest | undefined {
  const from = formatDate(start);
  if (from >= formatDate(now_s)) return undefined;
  return { symbols: [symbol], interval, from, to: formatDate(end - 1), recheck: true };
}

/** What came of a download that has ended well. */
export function outcomeOf(result: DownloadResult): string {
  const { files_fetched, files_on_disk, files_had, files_failed, rows_added, rows_revised } = result;
  if (files_fetched + files_on_disk + files_had + files_failed === 0)
    return 'The archive has no file of these days.';
  const said = [
    rows_added > 0 && `${formatInteger(rows_added)} candles are new`,
    rows_revised > 0 && `${formatInteger(rows_revised)} candles have other values now`,
    files_failed > 0 && `${formatInteger(files_failed)} files failed, the first: ${result.failures[0]}`,
  ].filter(Boolean);
  return said.length > 0 ? `${said.join('; ')}.` : 'No candle is new: what the archive has is stored.';
}

import { toApiError } from '~/api/problem';
import { send } from '~/api/send';
import { apiBase } from './base';
import { stringifyQuery } from './search';

const PAGE_ROWS = 50_000;

type Query = Record<string, string | number | undefined>;

/**
 * Saves a list of the API as CSV: the server writes it (full precision, ASCII), page after page; the header
 * line stays once. `path` starts with /api/v1; a `limit` in `query` is the rows of a page; `arrange` makes of all that
 * what is saved.
 */
export async function downloadCsv(
  path: string,
  name: string,
  query: Query = { limit: PAGE_ROWS },
  arrange = (csv: string) => csv,
): Promise<void> {
  const parts: string[] = [];
  let cursor: string | null = null;
  do {
    const asked: string = stringifyQuery({ ...query, cursor });
    const reply: Response = await send(
      new Request(`${apiBase}${path}${asked}`, { headers: { Accept: 'text/csv' } }),
    );
    if (!reply.ok)
      throw toApiError(
        reply.status,
        await reply.json().catch(() => undefined),
        reply.headers.get('x-request-id') ?? '',
      );
    const text = await reply.text();
    parts.push(parts.length === 0 ? text : text.slice(text.indexOf('\n') + 1));
    cursor = reply.headers.get('x-next-cursor');
  } while (cursor);
  saveFile(name, 'text/csv', arrange(parts.join('')));
}

/** A text as a cell of CSV (RFC 4180); one that a spreadsheet would take for a formula stays a text. */
export function csvText(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Offers text as a file; nothing leaves the machine. */
export function saveFile(name: string, type: string, content: string) {
  const url = URL.createObjectURL(new Blob([content], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}

// Walking a list page by page, as a client does.
import assert from 'node:assert/strict';
import type { Api } from './http.ts';
import type { Json } from './openapi.ts';

/** All pages of a list, first to last. */
export async function allPages(
  api: Api,
  path: string,
  query: Record<string, string | number>,
): Promise<Json[]> {
  const pages: Json[] = [];
  let cursor: string | undefined;
  do {
    const { json } = await api.get(path, { query: { ...query, cursor }, expect: 200 });
    pages.push(json);
    assert.ok(pages.length <= 2000, 'the pages do not end');
    assert.notEqual(json.next_cursor, cursor ?? '', 'a cursor that leads to itself');
    cursor = json.next_cursor ?? undefined;
  } while (cursor !== undefined);
  return pages;
}

/** The rows of a CSV answer: an array of texts each, the header first. */
export function csvRows(text: string): string[][] {
  assert.ok(text.endsWith('\n'), 'the last line of CSV ends as the others do');
  return text
    .split(/\r?\n/)
    .slice(0, -1)
    .map(csvCells);
}

/** Cells with quotes by RFC 4180, of one line. */
function csvCells(line: string): string[] {
  const cells = line.match(/(?<=^|,)(?:"(?:[^"]|"")*"|[^,]*)/g) ?? [];
  return cells.map((cell) => (cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell));
}

export const csvNumber = (text: string): number | null => (text === '' ? null : Number(text));

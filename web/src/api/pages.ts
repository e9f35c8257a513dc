/** A page of a list: its rows, and the cursor of the next one, if there is any. */
type Page<Row> = readonly [rows: readonly Row[], next: string | null];

/** All rows of a list that comes in pages. */
export async function allRows<Row>(read: (cursor: string | undefined) => Promise<Page<Row>>): Promise<Row[]> {
  const pages: (readonly Row[])[] = [];
  let cursor: string | undefined;
  do {
    const [rows, next] = await read(cursor);
    pages.push(rows);
    cursor = next ?? undefined;
  } while (cursor);
  return pages.flat();
}

// The state database from outside, for what the API does not show: rows counted after the fact, rows of older versions.
import { execFileSync } from 'node:child_process';
import { systemPython } from './paths.ts';
import { queryDatabase } from './postgresql.ts';
import type { StateSettings } from './server.ts';

const python = `
import sqlite3, sys
db = sqlite3.connect(sys.argv[1], timeout=10, isolation_level=None)
sql = sys.stdin.read()
if sys.argv[2] == 'script':
    db.executescript(sql)
else:
    for row in db.execute(sql):
        print('|'.join('' if v is None else v.hex() if isinstance(v, bytes) else repr(v) if isinstance(v, float) else str(v) for v in row))
`;

const querySqlite = (path: string, sql: string, how: 'rows' | 'script'): string =>
  execFileSync(systemPython, ['-c', python, path, how], { input: sql, encoding: 'utf8', timeout: 30_000 });

/** One statement; its rows as lines of texts with bars between. A SQLite file is best asked while no server runs. */
export function queryState(state: StateSettings, sql: string): string[][] {
  const { APP_STATE_DB_PATH: file, APP_STATE_DATABASE_URL: url } = state;
  const text = file === undefined ? queryDatabase(url as string, sql) : querySqlite(file, sql, 'rows');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split('|'));
}

/** Any number of statements. */
export function changeState(state: StateSettings, sql: string): void {
  const { APP_STATE_DB_PATH: file, APP_STATE_DATABASE_URL: url } = state;
  if (file === undefined) queryDatabase(url as string, sql);
  else querySqlite(file, sql, 'script');
}

/** Every row of every table as a line; but for the columns that are named ("table.column"), and tables that are
 * ("table.*"). */
export function dumpState(state: StateSettings, without: string[] = []): string[] {
  const isFile = state.APP_STATE_DB_PATH !== undefined;
  const columns = queryState(
    state,
    isFile
      ? "SELECT t.name, c.name FROM sqlite_master t, pragma_table_info(t.name) c WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' ORDER BY t.name, c.cid"
      : "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public' ORDER BY table_name, ordinal_position",
  ).filter(([table, column]) => !without.includes(`${table}.${column}`) && !without.includes(`${table}.*`));
  const text = (column: string): string => (isFile ? `quote("${column}")` : `quote_nullable("${column}"::text)`);
  const selects = [...new Set(columns.map(([table]) => table as string))].map((table) => {
    const row = columns.filter(([name]) => name === table).map(([, column]) => text(column as string));
    return `SELECT '${table}' || ' ' || ${row.join(" || ' ' || ")} FROM "${table}"`;
  });
  return queryState(state, `${selects.join(' UNION ALL ')} ORDER BY 1`).map((cells) => cells.join('|'));
}

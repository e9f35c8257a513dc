// The state database looked at from outside after each step, while the server runs: what the API does not show of the
// invariants. One process a run asks, so that a look costs a millisecond.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createInterface } from 'node:readline';
import { systemPython } from '../harness/paths.ts';
import { addressOf } from '../harness/postgresql.ts';
import type { StateSettings } from '../harness/server.ts';

const END = '-- end of the answer';

// A line is a statement.
const python = `
import sqlite3, sys
db = sqlite3.connect('file:' + sys.argv[1] + '?mode=ro', uri=True, timeout=10, isolation_level=None)
for sql in sys.stdin:
    try:
        for (text,) in db.execute(sql):
            print(text)
    except sqlite3.Error as error:
        print('cannot be asked:', error)
    print('${END}', flush=True)
`;

/** Answers statements of one column, of which no row has a line break in it. */
class Asker {
  readonly #process: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  stderr = '';

  constructor(readonly state: StateSettings) {
    const { APP_STATE_DB_PATH: file, APP_STATE_DATABASE_URL: url } = state;
    const { database, socketDir } = file === undefined ? addressOf(url as string) : { database: '', socketDir: '' };
    const psql = ['-X', '-q', '-A', '-t', '-h', socketDir, '-U', 'tlab', '-d', database];
    this.#process = file === undefined ? spawn('psql', psql) : spawn(systemPython, ['-c', python, file]);
    this.#process.stderr?.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
    this.#lines = createInterface({ input: this.#process.stdout as NodeJS.ReadableStream })[Symbol.asyncIterator]();
  }

  async rows(sql: string): Promise<string[]> {
    return (await this.rowsOf([sql]))[0] as string[];
  }

  /** Of several statements: they are asked at once. */
  async rowsOf(statements: string[]): Promise<string[][]> {
    const echo = this.state.APP_STATE_DB_PATH === undefined ? `;\n\\echo '${END}'\n` : '\n';
    this.#process.stdin?.write(statements.map((sql) => sql.replace(/\s+/g, ' ') + echo).join(''));
    const answers: string[][] = [];
    for (const _ of statements) answers.push(await this.#answer());
    assert.equal(this.stderr, '');
    return answers;
  }

  async #answer(): Promise<string[]> {
    const rows: string[] = [];
    for (;;) {
      const { value, done } = await this.#lines.next();
      if (done) throw new Error(`whoever asks the state ended: ${this.stderr}`);
      if (value === END) return rows;
      rows.push(value);
    }
  }

  stop(): void {
    this.#process.stdin?.end();
  }
}

const FILL = [
  ...['action', 'symbol', 'side', 'quantity', 'price', 'notional', 'fee', 'fee_bps', 'slippage_bps', 'mark_price'],
  ...['mark_source', 'mark_time', 'position_after', 'cost_after'],
];
const WHO = ['actor_id', 'request_id', 'idempotency_key', 'note', 'plan_id', 'leg_id', 'order_id'];
const COLUMNS = ['number', 'id', 'kind', 'created_at', ...WHO, ...FILL, 'cash', 'cash_after'];
const AUDIT_TEXTS = [
  ...['actor_id', 'actor_email', 'via', 'action', 'outcome', 'object_type', 'object_id', 'address', 'request_id'],
  'detail',
];

/** What was looked at of an account so far; each look takes what is new and holds it against what was there. */
export class StateWatch {
  readonly #asker: Asker;
  readonly #isFile: boolean;
  readonly #seen = createHash('sha256'); // of the journal's rows, whole
  #number = 0;
  #audit = { number: 0, hash: Buffer.alloc(32) };

  constructor(
    state: StateSettings,
    readonly account: string,
  ) {
    this.#asker = new Asker(state);
    this.#isFile = state.APP_STATE_DB_PATH !== undefined;
  }

  get #own(): string {
    return `j.workspace_id = 'local-workspace' AND j.account_id = '${this.account}'`;
  }

  #rowsBehind(number: number): string {
    const cells = COLUMNS.map((column) => `COALESCE(CAST(j.${column} AS text), '')`).join(" || '|' || ");
    return `SELECT ${cells} FROM journal j WHERE ${this.#own} AND j.number > ${number} ORDER BY j.number`;
  }

  /** After a step that moved or made these plans. */
  async look(plans: readonly string[]): Promise<void> {
    const asked = [this.#faultsOf(plans), this.#rowsBehind(this.#number), this.#auditBehind(this.#audit.number)];
    const [faults = [], journal = [], audit = []] = await this.#asker.rowsOf(asked);
    assert.deepEqual(faults, []);
    for (const row of journal) {
      const [number] = row.split('|');
      assert.equal(Number(number), this.#number + 1);
      this.#number++;
      this.#seen.update(`${row}\n`);
    }
    this.#followAudit(audit);
  }

  #faultsOf(plans: readonly string[]): string {
    const fresh = `${this.#own} AND j.number > ${this.#number} AND j.kind = 'fill'`;
    const among = plans.map((id) => `'${id}'`).join(', ') || "''";
    const changes = 'trade_plan_changes c WHERE c.workspace_id = p.workspace_id AND c.plan_id = p.id';
    const touched = `trade_plans p WHERE p.workspace_id = 'local-workspace' AND p.id IN (${among})`;
    const ofPlan = 'trade_plans p WHERE p.workspace_id = j.workspace_id AND p.id = j.plan_id';
    // Scalar: PostgreSQL, which knows nothing yet of tables this young, would join what it may.
    const rules: [string, string, string][] = [
      ['I2: a leg that was opened twice', 'j.id', `journal j WHERE ${fresh} AND j.action = 'open' AND j.plan_id IS NOT NULL
        AND 1 < (SELECT count(*) FROM journal k WHERE k.workspace_id = j.workspace_id AND k.plan_id = j.plan_id
          AND k.leg_id = j.leg_id AND k.action = 'open')`],
      ['I3, I16: a fill of a plan of elsewhere', 'j.id', `journal j WHERE ${fresh} AND j.plan_id IS NOT NULL
        AND (j.account_id <> COALESCE((SELECT p.account_id FROM ${ofPlan}), '')
          OR j.symbol <> COALESCE((SELECT l.symbol FROM trade_plan_legs l WHERE l.workspace_id = j.workspace_id
            AND l.plan_id = j.plan_id AND l.id = j.leg_id), ''))`],
      ['I14: a fill from before its plan', 'j.id', `journal j WHERE ${fresh}
        AND j.created_at < (SELECT p.created_at FROM ${ofPlan})`],
      ['I15: a fill without actor or request', 'j.id', `journal j WHERE ${fresh} AND (j.actor_id = '' OR j.request_id = '')`],
      ['I13: a plan whose versions are not its changes', 'p.id', `${touched}
        AND (p.version <> (SELECT count(*) FROM ${changes}) OR p.version <> (SELECT max(c.version) FROM ${changes}))`],
      ['I14: changes that do not come one after the other', 'p.id', `${touched} AND EXISTS (SELECT 1 FROM ${changes}
        AND c.created_at >= (SELECT d.created_at FROM trade_plan_changes d WHERE d.workspace_id = c.workspace_id
          AND d.plan_id = c.plan_id AND d.version = c.version + 1))`],
      ['I11: a plan with fills that it must not have', 'p.id', `${touched} AND p.status IN ('planned', 'cancelled')
        AND EXISTS (SELECT 1 FROM journal k WHERE k.workspace_id = p.workspace_id AND k.plan_id = p.id)`],
      ['I17: a workspace without an owner', 'w.id', `workspaces w WHERE w.deleted_at IS NULL
        AND NOT EXISTS (SELECT 1 FROM members m WHERE m.workspace_id = w.id AND m.role = 'owner')`],
    ];
    return rules.map(([what, id, from]) => `SELECT '${what}: ' || ${id} FROM ${from}`).join(' UNION ALL ');
  }

  #auditBehind(after: number): string {
    const size = (column: string): string =>
      this.#isFile ? `length(CAST(${column} AS BLOB))` : `octet_length(${column})`;
    const counted = (column: string): string => `${size(column)} || ':' || ${column}`;
    const hash = this.#isFile ? 'lower(hex(hash))' : "encode(hash, 'hex')";
    const canonical = [counted('log'), "number || ',' || created_at || ','", ...AUDIT_TEXTS.map(counted)];
    return `SELECT number || '|' || ${hash} || '|' || ${canonical.join(' || ')} FROM audit_entries
       WHERE log = 'local-workspace' AND number > ${after} ORDER BY number`;
  }

  /** I18: each hash is that of the one before and of its row. */
  #followAudit(rows: readonly string[]): void {
    for (const row of rows) {
      const [number, hash, ...rest] = row.split('|');
      const expected = createHash('sha256').update(this.#audit.hash).update(rest.join('|')).digest('hex');
      assert.deepEqual([number, hash], [`${this.#audit.number + 1}`, expected], 'I18: the chain of the audit log');
      this.#audit = { number: Number(number), hash: Buffer.from(expected, 'hex') };
    }
  }

  /** I1: the journal is, row by row, what it was when each row came. */
  async end(): Promise<void> {
    const all = createHash('sha256');
    for (const row of await this.#asker.rows(this.#rowsBehind(0))) all.update(`${row}\n`);
    this.#asker.stop();
    assert.equal(all.digest('hex'), this.#seen.digest('hex'), 'I1: the journal is not what it was');
  }

  stop(): void {
    this.#asker.stop();
  }
}

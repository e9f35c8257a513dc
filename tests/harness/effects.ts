// What must hold of the jobs of a state database, whatever happened to the processes that worked on them.
import type { Json } from './openapi.ts';
import type { StateSettings } from './server.ts';
import { queryState } from './state.ts';

const statements: [string, string][] = [
  [
    'a completed backtest without its result',
    `SELECT j.id FROM jobs j LEFT JOIN backtest_results r ON r.backtest_id = j.id
      WHERE j.kind = 'backtest' AND j.status = 'completed' AND r.backtest_id IS NULL`,
  ],
  [
    'a result of a backtest that is not completed',
    `SELECT r.backtest_id FROM backtest_results r LEFT JOIN jobs j ON j.id = r.backtest_id
      WHERE j.status IS NULL OR j.status <> 'completed'`,
  ],
  [
    'a result more than once',
    'SELECT backtest_id FROM backtest_results GROUP BY backtest_id HAVING count(*) > 1',
  ],
  [
    'not as many points of equity as bars',
    `SELECT r.backtest_id, r.bars, sum(c.row_count) FROM backtest_results r
      LEFT JOIN backtest_chunks c ON c.backtest_id = r.backtest_id AND c.part = 'equity'
      GROUP BY r.workspace_id, r.backtest_id, r.bars HAVING COALESCE(sum(c.row_count), 0) <> r.bars`,
  ],
  [
    'rows that do not follow one another',
    `SELECT c.backtest_id, c.part, c.first_row FROM backtest_chunks c WHERE c.first_row > 0 AND NOT EXISTS
      (SELECT 1 FROM backtest_chunks p WHERE p.workspace_id = c.workspace_id AND p.backtest_id = c.backtest_id
        AND p.part = c.part AND p.first_row + p.row_count = c.first_row)`,
  ],
  [
    'rows without a result',
    `SELECT c.backtest_id FROM backtest_chunks c LEFT JOIN backtest_results r ON r.backtest_id = c.backtest_id
      WHERE r.backtest_id IS NULL`,
  ],
  ['more attempts than there may be', 'SELECT id, attempts FROM jobs WHERE attempts > max_attempts'],
  [
    'a job without its backtest, or a backtest without its job',
    `SELECT j.id FROM jobs j LEFT JOIN backtests b ON b.id = j.id WHERE j.kind = 'backtest' AND b.id IS NULL
      UNION ALL SELECT b.id FROM backtests b LEFT JOIN jobs j ON j.id = b.id WHERE j.id IS NULL`,
  ],
  [
    'two running jobs in one slot',
    `SELECT lane, slot FROM jobs WHERE status = 'running' AND slot IS NOT NULL GROUP BY lane, slot HAVING count(*) > 1`,
  ],
  [
    'a log of events with a gap',
    `SELECT e.log, min(e.number), max(e.number), count(*), l.last_number FROM events e
      JOIN event_logs l ON l.log = e.log GROUP BY e.log, l.last_number
      HAVING count(*) <> max(e.number) - min(e.number) + 1 OR max(e.number) <> l.last_number`,
  ],
];

/** Of all events that are still logged, by job, the states in order. */
export function loggedStates(state: StateSettings): Map<string, string[]> {
  const states = new Map<string, string[]>();
  for (const [, ...rest] of queryState(
    state,
    "SELECT number, data FROM events WHERE type = 'job' ORDER BY log, number",
  )) {
    const job: Json = JSON.parse(rest.join('|'));
    states.set(job.id, [...(states.get(job.id) ?? []), job.status]);
  }
  return states;
}

/** What does not hold, a line each. */
export function effectFaults(state: StateSettings): string[] {
  const faults = statements.flatMap(([what, sql]) =>
    queryState(state, sql).map((row) => `${what}: ${row.join(' ')}`),
  );
  for (const [id, states] of loggedStates(state)) {
    const end = states.findIndex((status) => ['completed', 'failed', 'cancelled'].includes(status));
    if (end >= 0 && end < states.length - 1)
      faults.push(`a job that goes on after its end: ${id} ${states.join(' ')}`);
  }
  return faults;
}

-- Work that outlives a request: jobs, and the log of what happened for those who watch.

-- A job of a workspace, or of the instance (workspace_id NULL). Jobs of a lane take slots 1 to lane_width while they
-- run, so that no lane runs more at once, whoever claims; those that run within their request have none. Among queued
-- jobs of a priority the smallest turn starts first: lanes take turns, however many jobs one has.
CREATE TABLE jobs (
    id TEXT PRIMARY KEY,
    workspace_id TEXT REFERENCES workspaces (id),
    kind TEXT NOT NULL CHECK (length(kind) BETWEEN 1 AND 40),
    title TEXT NOT NULL CHECK (length(title) BETWEEN 1 AND 300),
    payload TEXT NOT NULL,
    place TEXT NOT NULL DEFAULT '',
    status TEXT NOT NULL CHECK (status IN ('queued', 'running', 'completed', 'failed', 'cancelled')),
    priority INTEGER NOT NULL DEFAULT 0,
    lane TEXT NOT NULL,
    lane_width INTEGER NOT NULL CHECK (lane_width > 0),
    turn INTEGER NOT NULL DEFAULT 0,
    slot INTEGER CHECK (slot > 0),
    attempts INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    max_attempts INTEGER NOT NULL CHECK (max_attempts > 0),
    run_at INTEGER,
    lease_until INTEGER,
    worker TEXT,
    cancel_requested INTEGER NOT NULL DEFAULT 0 CHECK (cancel_requested IN (0, 1)),
    progress REAL CHECK (progress BETWEEN 0 AND 1),
    progress_text TEXT,
    result TEXT,
    error_code TEXT,
    error_detail TEXT,
    created_by TEXT NOT NULL REFERENCES users (id),
    created_at INTEGER NOT NULL,
    started_at INTEGER,
    finished_at INTEGER,
    CHECK ((status = 'running') = (lease_until IS NOT NULL)),
    CHECK (slot IS NULL OR status = 'running'),
    CHECK ((status IN ('completed', 'failed', 'cancelled')) = (finished_at IS NOT NULL)),
    CHECK (status <> 'failed' OR error_code IS NOT NULL)
) STRICT;

CREATE INDEX jobs_ready ON jobs (priority DESC, turn, id) WHERE status = 'queued';
CREATE INDEX jobs_waiting ON jobs (lane, turn) WHERE status = 'queued';
CREATE UNIQUE INDEX jobs_slot ON jobs (lane, slot) WHERE status = 'running';
CREATE INDEX jobs_lease ON jobs (lease_until) WHERE status = 'running';
CREATE INDEX jobs_by_time ON jobs (COALESCE(workspace_id, ''), created_at, id);

-- The numbers of a log's events have no gaps, and follow the order in which their transactions were committed: whoever
-- appends holds the log's row to the end of the transaction.
CREATE TABLE event_logs (
    log TEXT PRIMARY KEY,
    last_number INTEGER NOT NULL
) STRICT;

CREATE TABLE events (
    log TEXT NOT NULL,
    number INTEGER NOT NULL,
    type TEXT NOT NULL,
    data TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (log, number)
) STRICT;

-- A backtest is a job with a name, and has a result when the job is completed.
CREATE TABLE backtest_results (
    workspace_id TEXT NOT NULL,
    backtest_id TEXT NOT NULL,
    engine_version TEXT NOT NULL,
    data TEXT NOT NULL,
    warmup_bars INTEGER NOT NULL,
    bars INTEGER NOT NULL,
    final_equity REAL NOT NULL,
    metrics TEXT NOT NULL,
    monthly_returns TEXT NOT NULL,
    warnings TEXT NOT NULL,
    liquidated_at INTEGER,
    total_return REAL,
    sharpe REAL,
    max_drawdown REAL,
    load_ms REAL NOT NULL,
    run_ms REAL NOT NULL,
    PRIMARY KEY (workspace_id, backtest_id),
    FOREIGN KEY (workspace_id, backtest_id) REFERENCES backtests (workspace_id, id) ON DELETE CASCADE
) STRICT;

INSERT INTO jobs (id, workspace_id, kind, title, payload, status, lane, lane_width, attempts, max_attempts,
    progress, created_by, created_at, started_at, finished_at)
SELECT id, workspace_id, 'backtest', strategy_id || ' ' || symbol || ' ' || interval, request, 'completed', workspace_id,
    1, 1, 1, 1, created_by, created_at, started_at, finished_at
FROM backtests;

INSERT INTO backtest_results (workspace_id, backtest_id, engine_version, data, warmup_bars, bars, final_equity, metrics,
    monthly_returns, warnings, liquidated_at, total_return, sharpe, max_drawdown, load_ms, run_ms)
SELECT workspace_id, id, engine_version, data, warmup_bars, bars, final_equity, metrics, monthly_returns, warnings,
    liquidated_at, total_return, sharpe, max_drawdown, load_ms, run_ms
FROM backtests;

ALTER TABLE backtests DROP COLUMN status;
ALTER TABLE backtests DROP COLUMN request;
ALTER TABLE backtests DROP COLUMN engine_version;
ALTER TABLE backtests DROP COLUMN data;
ALTER TABLE backtests DROP COLUMN warmup_bars;
ALTER TABLE backtests DROP COLUMN bars;
ALTER TABLE backtests DROP COLUMN final_equity;
ALTER TABLE backtests DROP COLUMN metrics;
ALTER TABLE backtests DROP COLUMN monthly_returns;
ALTER TABLE backtests DROP COLUMN warnings;
ALTER TABLE backtests DROP COLUMN liquidated_at;
ALTER TABLE backtests DROP COLUMN total_return;
ALTER TABLE backtests DROP COLUMN sharpe;
ALTER TABLE backtests DROP COLUMN max_drawdown;
ALTER TABLE backtests DROP COLUMN load_ms;
ALTER TABLE backtests DROP COLUMN run_ms;
ALTER TABLE backtests DROP COLUMN started_at;
ALTER TABLE backtests DROP COLUMN finished_at;

-- Users, workspaces, members, stored backtests. Times are microseconds since 1970 (UTC).
CREATE TABLE users (
    id TEXT PRIMARY KEY,
    email TEXT NOT NULL UNIQUE CHECK (length(email) BETWEEN 3 AND 254),
    display_name TEXT NOT NULL CHECK (length(display_name) BETWEEN 1 AND 120),
    status TEXT NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'disabled')),
    is_operator INTEGER NOT NULL DEFAULT 0 CHECK (is_operator IN (0, 1)),
    active_workspace_id TEXT,
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE workspaces (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
    default_quote_asset TEXT NOT NULL CHECK (length(default_quote_asset) BETWEEN 2 AND 20),
    version INTEGER NOT NULL DEFAULT 1,
    created_by TEXT NOT NULL REFERENCES users (id),
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    deleted_at INTEGER
) STRICT, WITHOUT ROWID;

CREATE TRIGGER workspaces_version BEFORE UPDATE ON workspaces WHEN NEW.version <> OLD.version + 1
BEGIN SELECT RAISE (ABORT, 'version_must_step'); END;

CREATE TABLE members (
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    user_id TEXT NOT NULL REFERENCES users (id),
    role TEXT NOT NULL CHECK (role IN ('viewer', 'trader', 'editor', 'owner')),
    created_at INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, user_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX members_by_user ON members (user_id, workspace_id);

-- request, metrics and data hold JSON text that the server wrote; total_return, sharpe and max_drawdown repeat
-- figures of metrics so that lists sort by them.
CREATE TABLE backtests (
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    id TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('single')),
    status TEXT NOT NULL CHECK (status IN ('queued', 'running', 'completed', 'failed', 'cancelled')),
    strategy_id TEXT NOT NULL,
    symbol TEXT NOT NULL,
    interval TEXT NOT NULL,
    name TEXT CHECK (length(name) BETWEEN 1 AND 120),
    tags TEXT NOT NULL,
    notes TEXT,
    request TEXT NOT NULL,
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
    created_by TEXT NOT NULL REFERENCES users (id),
    created_at INTEGER NOT NULL,
    started_at INTEGER NOT NULL,
    finished_at INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, id)
) STRICT;

CREATE INDEX backtests_by_time ON backtests (workspace_id, created_at);

-- Rows of a run as fixed-size records (app/backtest_rows.h), in chunks, so that a page reads only what it shows.
CREATE TABLE backtest_chunks (
    workspace_id TEXT NOT NULL,
    backtest_id TEXT NOT NULL,
    part TEXT NOT NULL CHECK (part IN ('equity', 'trades')),
    first_row INTEGER NOT NULL CHECK (first_row >= 0),
    row_count INTEGER NOT NULL CHECK (row_count > 0),
    content BLOB NOT NULL,
    PRIMARY KEY (workspace_id, backtest_id, part, first_row),
    FOREIGN KEY (workspace_id, backtest_id) REFERENCES backtests (workspace_id, id) ON DELETE CASCADE
) STRICT;

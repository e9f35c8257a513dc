-- Users, workspaces, members, stored backtests. Times are microseconds since 1970 (UTC).
CREATE TABLE users (
    id text COLLATE "C" PRIMARY KEY,
    email text NOT NULL UNIQUE CHECK (length(email) BETWEEN 3 AND 254),
    display_name text NOT NULL CHECK (length(display_name) BETWEEN 1 AND 120),
    status text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'disabled')),
    is_operator bigint NOT NULL DEFAULT 0 CHECK (is_operator IN (0, 1)),
    active_workspace_id text,
    created_at bigint NOT NULL
);

CREATE TABLE workspaces (
    id text COLLATE "C" PRIMARY KEY,
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
    default_quote_asset text NOT NULL CHECK (length(default_quote_asset) BETWEEN 2 AND 20),
    version bigint NOT NULL DEFAULT 1,
    created_by text NOT NULL REFERENCES users (id),
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    deleted_at bigint
);

CREATE FUNCTION workspaces_version_steps() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.version <> OLD.version + 1 THEN RAISE EXCEPTION 'version_must_step' USING ERRCODE = '23514'; END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER workspaces_version BEFORE UPDATE ON workspaces FOR EACH ROW EXECUTE FUNCTION workspaces_version_steps();

CREATE TABLE members (
    workspace_id text NOT NULL REFERENCES workspaces (id),
    user_id text NOT NULL REFERENCES users (id),
    role text NOT NULL CHECK (role IN ('viewer', 'trader', 'editor', 'owner')),
    created_at bigint NOT NULL,
    PRIMARY KEY (workspace_id, user_id)
);

CREATE INDEX members_by_user ON members (user_id, workspace_id);

-- request, metrics and data hold JSON text that the server wrote; total_return, sharpe and max_drawdown repeat
-- figures of metrics so that lists sort by them.
CREATE TABLE backtests (
    workspace_id text NOT NULL REFERENCES workspaces (id),
    id text COLLATE "C" NOT NULL,
    kind text NOT NULL CHECK (kind IN ('single')),
    status text NOT NULL CHECK (status IN ('queued', 'running', 'completed', 'failed', 'cancelled')),
    strategy_id text NOT NULL,
    symbol text NOT NULL,
    interval text NOT NULL,
    name text CHECK (length(name) BETWEEN 1 AND 120),
    tags text NOT NULL,
    notes text,
    request text NOT NULL,
    engine_version text NOT NULL,
    data text NOT NULL,
    warmup_bars bigint NOT NULL,
    bars bigint NOT NULL,
    final_equity double precision NOT NULL,
    metrics text NOT NULL,
    monthly_returns text NOT NULL,
    warnings text NOT NULL,
    liquidated_at bigint,
    total_return double precision,
    sharpe double precision,
    max_drawdown double precision,
    load_ms double precision NOT NULL,
    run_ms double precision NOT NULL,
    created_by text NOT NULL REFERENCES users (id),
    created_at bigint NOT NULL,
    started_at bigint NOT NULL,
    finished_at bigint NOT NULL,
    PRIMARY KEY (workspace_id, id)
);

CREATE INDEX backtests_by_time ON backtests (workspace_id, created_at);

-- Rows of a run as fixed-size records (app/backtest_rows.h), in chunks, so that a page reads only what it shows.
CREATE TABLE backtest_chunks (
    workspace_id text NOT NULL,
    backtest_id text NOT NULL,
    part text NOT NULL CHECK (part IN ('equity', 'trades')),
    first_row bigint NOT NULL CHECK (first_row >= 0),
    row_count bigint NOT NULL CHECK (row_count > 0),
    content bytea NOT NULL,
    PRIMARY KEY (workspace_id, backtest_id, part, first_row),
    FOREIGN KEY (workspace_id, backtest_id) REFERENCES backtests (workspace_id, id) ON DELETE CASCADE
);

-- Backtests of a whole category, and sweeps over parameters, beside those of one series. SQLite changes no CHECK in
-- place: the tables are made anew, those that refer to others last, so that nothing is ever without what it refers to. revision counts the changes of name, tags, notes and star.
CREATE TABLE research_backtests (
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    id TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('single', 'category_momentum', 'sweep')),
    strategy_id TEXT NOT NULL,
    symbol TEXT NOT NULL,
    interval TEXT NOT NULL,
    name TEXT CHECK (length(name) BETWEEN 1 AND 120),
    tags TEXT NOT NULL,
    notes TEXT,
    starred INTEGER NOT NULL DEFAULT 0 CHECK (starred IN (0, 1)),
    revision INTEGER NOT NULL DEFAULT 1,
    created_by TEXT NOT NULL REFERENCES users (id),
    created_at INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, id)
) STRICT;

CREATE TABLE research_chunks (
    workspace_id TEXT NOT NULL,
    backtest_id TEXT NOT NULL,
    part TEXT NOT NULL CHECK (part IN ('equity', 'trades', 'rebalances', 'combinations', 'checks')),
    first_row INTEGER NOT NULL CHECK (first_row >= 0),
    row_count INTEGER NOT NULL CHECK (row_count > 0),
    content BLOB NOT NULL,
    PRIMARY KEY (workspace_id, backtest_id, part, first_row),
    FOREIGN KEY (workspace_id, backtest_id) REFERENCES research_backtests (workspace_id, id) ON DELETE CASCADE
) STRICT;

-- lookahead_check and attribution hold JSON text that the server wrote; NULL where a kind has none.
CREATE TABLE research_results (
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
    lookahead_check TEXT,
    attribution TEXT,
    PRIMARY KEY (workspace_id, backtest_id),
    FOREIGN KEY (workspace_id, backtest_id) REFERENCES research_backtests (workspace_id, id) ON DELETE CASCADE
) STRICT;

INSERT INTO research_backtests (workspace_id, id, kind, strategy_id, symbol, interval, name, tags, notes, created_by, created_at)
SELECT workspace_id, id, kind, strategy_id, symbol, interval, name, tags, notes, created_by, created_at FROM backtests;

INSERT INTO research_chunks (workspace_id, backtest_id, part, first_row, row_count, content)
SELECT workspace_id, backtest_id, part, first_row, row_count, content FROM backtest_chunks;

INSERT INTO research_results (workspace_id, backtest_id, engine_version, data, warmup_bars, bars, final_equity, metrics,
    monthly_returns, warnings, liquidated_at, total_return, sharpe, max_drawdown, load_ms, run_ms)
SELECT workspace_id, backtest_id, engine_version, data, warmup_bars, bars, final_equity, metrics, monthly_returns, warnings,
    liquidated_at, total_return, sharpe, max_drawdown, load_ms, run_ms
FROM backtest_results;

DROP TABLE backtest_results;
DROP TABLE backtest_chunks;
DROP TABLE backtests;
ALTER TABLE research_backtests RENAME TO backtests;
ALTER TABLE research_chunks RENAME TO backtest_chunks;
ALTER TABLE research_results RENAME TO backtest_results;

CREATE INDEX backtests_by_time ON backtests (workspace_id, created_at);

-- Categories that a workspace edits. version is that of the newest text; revision counts every change, of the name too. A
-- set that was deleted stays as long as backtests refer to one of its versions.
CREATE TABLE category_sets (
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    id TEXT NOT NULL,
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
    version INTEGER NOT NULL CHECK (version > 0),
    revision INTEGER NOT NULL DEFAULT 1,
    created_by TEXT NOT NULL REFERENCES users (id),
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    deleted_at INTEGER,
    PRIMARY KEY (workspace_id, id)
) STRICT;

CREATE INDEX category_sets_by_id ON category_sets (id);
CREATE INDEX category_sets_by_time ON category_sets (workspace_id, created_at, id);

CREATE TRIGGER category_sets_revision BEFORE UPDATE ON category_sets WHEN NEW.revision <> OLD.revision + 1
BEGIN SELECT RAISE (ABORT, 'revision_must_step'); END;

-- content is YAML as the server writes it; a version never changes.
CREATE TABLE category_set_versions (
    workspace_id TEXT NOT NULL,
    set_id TEXT NOT NULL,
    version INTEGER NOT NULL CHECK (version > 0),
    content TEXT NOT NULL,
    category_count INTEGER NOT NULL,
    symbol_count INTEGER NOT NULL,
    created_by TEXT NOT NULL REFERENCES users (id),
    created_at INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, set_id, version),
    FOREIGN KEY (workspace_id, set_id) REFERENCES category_sets (workspace_id, id)
) STRICT;

CREATE TRIGGER category_set_versions_stay BEFORE UPDATE ON category_set_versions
BEGIN SELECT RAISE (ABORT, 'versions_never_change'); END;

-- Which version a backtest was run with.
CREATE TABLE backtest_category_sets (
    workspace_id TEXT NOT NULL,
    backtest_id TEXT NOT NULL,
    set_id TEXT NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, backtest_id),
    FOREIGN KEY (workspace_id, backtest_id) REFERENCES backtests (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, set_id, version) REFERENCES category_set_versions (workspace_id, set_id, version)
) STRICT, WITHOUT ROWID;

CREATE INDEX backtest_category_sets_by_version ON backtest_category_sets (workspace_id, set_id, version);

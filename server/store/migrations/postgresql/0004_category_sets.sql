-- Categories that a workspace edits. version is that of the newest text; revision counts every change, of the name too. A
-- set that was deleted stays as long as backtests refer to one of its versions.
CREATE TABLE category_sets (
    workspace_id text NOT NULL REFERENCES workspaces (id),
    id text COLLATE "C" NOT NULL,
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
    version bigint NOT NULL CHECK (version > 0),
    revision bigint NOT NULL DEFAULT 1,
    created_by text NOT NULL REFERENCES users (id),
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    deleted_at bigint,
    PRIMARY KEY (workspace_id, id)
);

CREATE INDEX category_sets_by_id ON category_sets (id);
CREATE INDEX category_sets_by_time ON category_sets (workspace_id, created_at, id);

CREATE FUNCTION category_sets_revision_steps() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.revision <> OLD.revision + 1 THEN RAISE EXCEPTION 'revision_must_step' USING ERRCODE = '23514'; END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER category_sets_revision BEFORE UPDATE ON category_sets FOR EACH ROW
    EXECUTE FUNCTION category_sets_revision_steps();

-- content is YAML as the server writes it; a version never changes.
CREATE TABLE category_set_versions (
    workspace_id text NOT NULL,
    set_id text COLLATE "C" NOT NULL,
    version bigint NOT NULL CHECK (version > 0),
    content text NOT NULL,
    category_count bigint NOT NULL,
    symbol_count bigint NOT NULL,
    created_by text NOT NULL REFERENCES users (id),
    created_at bigint NOT NULL,
    PRIMARY KEY (workspace_id, set_id, version),
    FOREIGN KEY (workspace_id, set_id) REFERENCES category_sets (workspace_id, id)
);

CREATE FUNCTION category_set_versions_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'versions_never_change' USING ERRCODE = '23514';
END $$;
CREATE TRIGGER category_set_versions_stay BEFORE UPDATE ON category_set_versions FOR EACH ROW
    EXECUTE FUNCTION category_set_versions_stay();

-- Which version a backtest was run with.
CREATE TABLE backtest_category_sets (
    workspace_id text NOT NULL,
    backtest_id text COLLATE "C" NOT NULL,
    set_id text COLLATE "C" NOT NULL,
    version bigint NOT NULL,
    PRIMARY KEY (workspace_id, backtest_id),
    FOREIGN KEY (workspace_id, backtest_id) REFERENCES backtests (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, set_id, version) REFERENCES category_set_versions (workspace_id, set_id, version)
);

CREATE INDEX backtest_category_sets_by_version ON backtest_category_sets (workspace_id, set_id, version);

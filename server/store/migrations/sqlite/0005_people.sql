-- People: what they sign in with, where they are signed in, what they were invited to, and what they did.

-- Who made the account: an owner may set a password only for an account that the owner made and nobody has used.
ALTER TABLE users ADD COLUMN created_by TEXT;
ALTER TABLE users ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
ALTER TABLE members ADD COLUMN version INTEGER NOT NULL DEFAULT 1;

-- An e-mail as it is compared: lower case. The one in users is as it was typed.
ALTER TABLE users ADD COLUMN email_key TEXT;
UPDATE users SET email_key = lower(email);
CREATE UNIQUE INDEX users_by_email ON users (email_key);

-- hash is libsodium's string. A temporary password, which somebody else gave, ends at expires_at.
CREATE TABLE credentials (
    user_id TEXT PRIMARY KEY REFERENCES users (id),
    hash TEXT NOT NULL,
    must_change INTEGER NOT NULL DEFAULT 0 CHECK (must_change IN (0, 1)),
    expires_at INTEGER,
    changed_at INTEGER NOT NULL
) STRICT;

-- Tokens are held as SHA-256. The token before the last rotation is good until the new one was used (is_confirmed), and a
-- minute longer for what was on its way; whoever uses it later than that has a copy, and the session ends.
CREATE TABLE sessions (
    id TEXT PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id),
    token_hash BLOB NOT NULL UNIQUE,
    previous_hash BLOB UNIQUE,
    rotated_at INTEGER NOT NULL,
    is_confirmed INTEGER NOT NULL DEFAULT 1 CHECK (is_confirmed IN (0, 1)),
    created_at INTEGER NOT NULL,
    seen_at INTEGER NOT NULL,
    idle_us INTEGER NOT NULL CHECK (idle_us > 0),
    expires_at INTEGER NOT NULL,
    proved_at INTEGER NOT NULL,
    method TEXT NOT NULL CHECK (method IN ('password', 'oidc')),
    address TEXT NOT NULL,
    user_agent TEXT NOT NULL
) STRICT;

CREATE INDEX sessions_by_user ON sessions (user_id, created_at);

-- Failed logins and the like, by a hash of what is counted. level falls with time; see app/throttle.h.
CREATE TABLE throttles (
    key TEXT PRIMARY KEY,
    level INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;

CREATE INDEX throttles_by_time ON throttles (updated_at);

-- What the server signs with. Made once, never shown.
CREATE TABLE secrets (
    name TEXT PRIMARY KEY,
    value BLOB NOT NULL
) STRICT;

-- The one-time passwords of an authenticator (RFC 6238). last_step is the newest that was used.
CREATE TABLE authenticators (
    user_id TEXT PRIMARY KEY REFERENCES users (id),
    secret BLOB NOT NULL,
    confirmed_at INTEGER,
    last_step INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE recovery_codes (
    user_id TEXT NOT NULL REFERENCES users (id),
    hash BLOB NOT NULL,
    used_at INTEGER,
    PRIMARY KEY (user_id, hash)
) STRICT;

-- Tokens of programs. Without a workspace for all of the user's; never more than the user's own role.
CREATE TABLE api_tokens (
    id TEXT PRIMARY KEY,
    secret_hash BLOB NOT NULL,
    user_id TEXT NOT NULL REFERENCES users (id),
    workspace_id TEXT REFERENCES workspaces (id),
    role TEXT NOT NULL CHECK (role IN ('viewer', 'trader', 'editor', 'owner')),
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    last_used_at INTEGER,
    revoked_at INTEGER
) STRICT;

CREATE INDEX api_tokens_by_user ON api_tokens (user_id, created_at);

CREATE TABLE invitations (
    id TEXT PRIMARY KEY,
    token_hash BLOB NOT NULL UNIQUE,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    email TEXT NOT NULL CHECK (length(email) BETWEEN 3 AND 254),
    email_key TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('viewer', 'trader', 'editor', 'owner')),
    created_by TEXT NOT NULL REFERENCES users (id),
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    sent_at INTEGER,
    accepted_at INTEGER,
    accepted_by TEXT REFERENCES users (id),
    revoked_at INTEGER,
    CHECK (accepted_at IS NULL OR revoked_at IS NULL)
) STRICT;

CREATE INDEX invitations_by_workspace ON invitations (workspace_id, created_at, id);

-- What a user sets for themselves: JSON text that they wrote.
CREATE TABLE preferences (
    user_id TEXT PRIMARY KEY REFERENCES users (id),
    data TEXT NOT NULL,
    version INTEGER NOT NULL DEFAULT 1,
    updated_at INTEGER NOT NULL
) STRICT;

-- What was done, in a log per workspace and one of the instance (''). Rows are never changed, and each carries the hash
-- of the one before it and of itself (app/audit.h).
CREATE TABLE audit_logs (
    log TEXT PRIMARY KEY,
    last_number INTEGER NOT NULL,
    last_hash BLOB NOT NULL
) STRICT;

CREATE TABLE audit_entries (
    log TEXT NOT NULL,
    number INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    actor_id TEXT NOT NULL,
    actor_email TEXT NOT NULL,
    via TEXT NOT NULL,
    action TEXT NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN ('ok', 'failed', 'denied')),
    object_type TEXT NOT NULL,
    object_id TEXT NOT NULL,
    address TEXT NOT NULL,
    request_id TEXT NOT NULL,
    detail TEXT NOT NULL,
    hash BLOB NOT NULL,
    PRIMARY KEY (log, number)
) STRICT;

CREATE INDEX audit_entries_by_action ON audit_entries (log, action, number);
CREATE INDEX audit_entries_by_actor ON audit_entries (log, actor_id, number);

-- Requests that may be sent twice and shall act once: who sent which to what, and how it was answered.
CREATE TABLE idempotency_keys (
    scope TEXT NOT NULL,
    key TEXT NOT NULL,
    fingerprint BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    object_id TEXT NOT NULL,
    status INTEGER,
    headers TEXT,
    body BLOB,
    PRIMARY KEY (scope, key)
) STRICT;

CREATE INDEX idempotency_keys_by_time ON idempotency_keys (created_at);

CREATE TRIGGER audit_entries_update BEFORE UPDATE ON audit_entries
BEGIN SELECT RAISE (ABORT, 'audit_is_append_only'); END;
CREATE TRIGGER audit_entries_delete BEFORE DELETE ON audit_entries
BEGIN SELECT RAISE (ABORT, 'audit_is_append_only'); END;

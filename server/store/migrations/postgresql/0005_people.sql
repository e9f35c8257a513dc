-- People: what they sign in with, where they are signed in, what they were invited to, and what they did.

-- Who made the account: an owner may set a password only for an account that the owner made and nobody has used.
ALTER TABLE users ADD COLUMN created_by text;
ALTER TABLE users ADD COLUMN version bigint NOT NULL DEFAULT 1;
ALTER TABLE members ADD COLUMN version bigint NOT NULL DEFAULT 1;

-- An e-mail as it is compared: lower case. The one in users is as it was typed.
ALTER TABLE users ADD COLUMN email_key text;
UPDATE users SET email_key = lower(email);
CREATE UNIQUE INDEX users_by_email ON users (email_key);

-- hash is libsodium's string. A temporary password, which somebody else gave, ends at expires_at.
CREATE TABLE credentials (
    user_id text COLLATE "C" PRIMARY KEY REFERENCES users (id),
    hash text NOT NULL,
    must_change bigint NOT NULL DEFAULT 0 CHECK (must_change IN (0, 1)),
    expires_at bigint,
    changed_at bigint NOT NULL
);

-- Tokens are held as SHA-256. The token before the last rotation is good until the new one was used (is_confirmed), and a
-- minute longer for what was on its way; whoever uses it later than that has a copy, and the session ends.
CREATE TABLE sessions (
    id text COLLATE "C" PRIMARY KEY,
    user_id text NOT NULL REFERENCES users (id),
    token_hash bytea NOT NULL UNIQUE,
    previous_hash bytea UNIQUE,
    rotated_at bigint NOT NULL,
    is_confirmed bigint NOT NULL DEFAULT 1 CHECK (is_confirmed IN (0, 1)),
    created_at bigint NOT NULL,
    seen_at bigint NOT NULL,
    idle_us bigint NOT NULL CHECK (idle_us > 0),
    expires_at bigint NOT NULL,
    proved_at bigint NOT NULL,
    method text NOT NULL CHECK (method IN ('password', 'oidc')),
    address text NOT NULL,
    user_agent text NOT NULL
);

CREATE INDEX sessions_by_user ON sessions (user_id, created_at);

-- Failed logins and the like, by a hash of what is counted. level falls with time; see app/throttle.h.
CREATE TABLE throttles (
    key text COLLATE "C" PRIMARY KEY,
    level bigint NOT NULL,
    updated_at bigint NOT NULL
);

CREATE INDEX throttles_by_time ON throttles (updated_at);

-- What the server signs with. Made once, never shown.
CREATE TABLE secrets (
    name text COLLATE "C" PRIMARY KEY,
    value bytea NOT NULL
);

-- The one-time passwords of an authenticator (RFC 6238). last_step is the newest that was used.
CREATE TABLE authenticators (
    user_id text COLLATE "C" PRIMARY KEY REFERENCES users (id),
    secret bytea NOT NULL,
    confirmed_at bigint,
    last_step bigint NOT NULL DEFAULT 0,
    created_at bigint NOT NULL
);

CREATE TABLE recovery_codes (
    user_id text COLLATE "C" NOT NULL REFERENCES users (id),
    hash bytea NOT NULL,
    used_at bigint,
    PRIMARY KEY (user_id, hash)
);

-- Tokens of programs. Without a workspace for all of the user's; never more than the user's own role.
CREATE TABLE api_tokens (
    id text COLLATE "C" PRIMARY KEY,
    secret_hash bytea NOT NULL,
    user_id text NOT NULL REFERENCES users (id),
    workspace_id text REFERENCES workspaces (id),
    role text NOT NULL CHECK (role IN ('viewer', 'trader', 'editor', 'owner')),
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
    created_at bigint NOT NULL,
    expires_at bigint NOT NULL,
    last_used_at bigint,
    revoked_at bigint
);

CREATE INDEX api_tokens_by_user ON api_tokens (user_id, created_at);

CREATE TABLE invitations (
    id text COLLATE "C" PRIMARY KEY,
    token_hash bytea NOT NULL UNIQUE,
    workspace_id text NOT NULL REFERENCES workspaces (id),
    email text NOT NULL CHECK (length(email) BETWEEN 3 AND 254),
    email_key text NOT NULL,
    role text NOT NULL CHECK (role IN ('viewer', 'trader', 'editor', 'owner')),
    created_by text NOT NULL REFERENCES users (id),
    created_at bigint NOT NULL,
    expires_at bigint NOT NULL,
    sent_at bigint,
    accepted_at bigint,
    accepted_by text REFERENCES users (id),
    revoked_at bigint,
    CHECK (accepted_at IS NULL OR revoked_at IS NULL)
);

CREATE INDEX invitations_by_workspace ON invitations (workspace_id, created_at, id);

-- What a user sets for themselves: JSON text that they wrote.
CREATE TABLE preferences (
    user_id text COLLATE "C" PRIMARY KEY REFERENCES users (id),
    data text NOT NULL,
    version bigint NOT NULL DEFAULT 1,
    updated_at bigint NOT NULL
);

-- What was done, in a log per workspace and one of the instance (''). Rows are never changed, and each carries the hash
-- of the one before it and of itself (app/audit.h).
CREATE TABLE audit_logs (
    log text COLLATE "C" PRIMARY KEY,
    last_number bigint NOT NULL,
    last_hash bytea NOT NULL
);

CREATE TABLE audit_entries (
    log text COLLATE "C" NOT NULL,
    number bigint NOT NULL,
    created_at bigint NOT NULL,
    actor_id text NOT NULL,
    actor_email text NOT NULL,
    via text NOT NULL,
    action text NOT NULL,
    outcome text NOT NULL CHECK (outcome IN ('ok', 'failed', 'denied')),
    object_type text NOT NULL,
    object_id text NOT NULL,
    address text NOT NULL,
    request_id text NOT NULL,
    detail text NOT NULL,
    hash bytea NOT NULL,
    PRIMARY KEY (log, number)
);

CREATE INDEX audit_entries_by_action ON audit_entries (log, action, number);
CREATE INDEX audit_entries_by_actor ON audit_entries (log, actor_id, number);

-- Requests that may be sent twice and shall act once: who sent which to what, and how it was answered.
CREATE TABLE idempotency_keys (
    scope text COLLATE "C" NOT NULL,
    key text COLLATE "C" NOT NULL,
    fingerprint bytea NOT NULL,
    created_at bigint NOT NULL,
    object_id text NOT NULL,
    status bigint,
    headers text,
    body bytea,
    PRIMARY KEY (scope, key)
);

CREATE INDEX idempotency_keys_by_time ON idempotency_keys (created_at);

CREATE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'audit_is_append_only' USING ERRCODE = '23514'; END $$;
CREATE TRIGGER audit_entries_stay BEFORE UPDATE OR DELETE ON audit_entries FOR EACH ROW
    EXECUTE FUNCTION audit_is_append_only();
CREATE TRIGGER audit_entries_stay_all BEFORE TRUNCATE ON audit_entries FOR EACH STATEMENT
    EXECUTE FUNCTION audit_is_append_only();

ALTER TABLE users ALTER COLUMN email_key SET NOT NULL;

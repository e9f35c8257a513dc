-- name: session_insert
INSERT INTO sessions (id, user_id, token_hash, rotated_at, created_at, seen_at, idle_us, expires_at, proved_at, method,
    address, user_agent)
VALUES ($1, $2, $3, $4, $4, $4, $5, $6, $4, $7, $8, $9)

-- name: session_find
-- By its token or the one before.
SELECT s.id, s.user_id, s.token_hash, s.rotated_at, s.is_confirmed, s.created_at, s.seen_at, s.idle_us, s.expires_at,
    s.proved_at, s.method, s.address, s.user_agent, u.status, u.is_operator, COALESCE(c.must_change, 0),
    CASE WHEN a.confirmed_at IS NULL THEN 0 ELSE 1 END
FROM sessions s
JOIN users u ON u.id = s.user_id
LEFT JOIN credentials c ON c.user_id = s.user_id
LEFT JOIN authenticators a ON a.user_id = s.user_id
WHERE s.token_hash = $1 OR s.previous_hash = $1

-- name: session_rotate
-- Of those that come with the old token at the same moment one gets a new one.
UPDATE sessions
SET previous_hash = token_hash, token_hash = $3, rotated_at = $4, seen_at = $4, is_confirmed = 0
WHERE id = $1 AND token_hash = $2

-- name: session_renew
-- The new token was lost on its way: there is another one.
UPDATE sessions
SET token_hash = $3, rotated_at = $4, seen_at = $4
WHERE id = $1 AND token_hash = $2 AND is_confirmed = 0

-- name: session_see
UPDATE sessions
SET seen_at = $2, is_confirmed = 1
WHERE id = $1

-- name: session_replace
-- The password was given: a new token, whatever the old ones were.
UPDATE sessions
SET token_hash = $2, previous_hash = NULL, rotated_at = $3, seen_at = $3, proved_at = $3, is_confirmed = 1
WHERE id = $1

-- name: session_is_alive
SELECT count(*)
FROM sessions s
JOIN users u ON u.id = s.user_id
WHERE s.id = $1 AND s.expires_at > $2 AND u.status = 'active'

-- name: session_list
SELECT s.id, s.user_id, s.token_hash, s.rotated_at, s.is_confirmed, s.created_at, s.seen_at, s.idle_us, s.expires_at,
    s.proved_at, s.method, s.address, s.user_agent, 'active', 0, 0, 0
FROM sessions s
WHERE s.user_id = $1 AND s.expires_at > $2 AND s.seen_at + s.idle_us > $2
ORDER BY s.created_at DESC, s.id DESC
LIMIT $3

-- name: session_delete
DELETE FROM sessions
WHERE id = $1 AND user_id = $2

-- name: session_delete_token
DELETE FROM sessions
WHERE token_hash = $1 OR previous_hash = $1

-- name: session_delete_others
-- All of the user's, but the one that is named ("": none).
DELETE FROM sessions
WHERE user_id = $1 AND id <> $2

-- name: session_delete_oldest
-- So that no more than $2 are left.
DELETE FROM sessions
WHERE user_id = $1 AND id NOT IN (SELECT id FROM sessions WHERE user_id = $1 ORDER BY created_at DESC, id DESC LIMIT $2)

-- name: session_forget
-- Ended by $1, at most $2.
DELETE FROM sessions
WHERE id IN (
    SELECT id
    FROM sessions
    WHERE expires_at <= $1 OR seen_at + idle_us <= $1
    LIMIT $2
    {skip_locked}
)

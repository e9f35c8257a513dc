-- name: api_token_insert
INSERT INTO api_tokens (id, secret_hash, user_id, workspace_id, role, name, created_at, expires_at, allowed_cidrs)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)

-- name: api_token_find
SELECT t.id, t.user_id, COALESCE(t.workspace_id, ''), t.role, t.name, t.created_at, t.expires_at, COALESCE(t.last_used_at, 0),
    u.email, t.allowed_cidrs, t.secret_hash, COALESCE(t.revoked_at, 0), u.status, COALESCE(c.must_change, 0),
    CASE WHEN a.confirmed_at IS NULL THEN 0 ELSE 1 END, u.is_operator
FROM api_tokens t
JOIN users u ON u.id = t.user_id
LEFT JOIN credentials c ON c.user_id = t.user_id
LEFT JOIN authenticators a ON a.user_id = t.user_id
WHERE t.id = $1

-- name: api_token_list
-- Of a user ($1), or of all ("").
SELECT t.id, t.user_id, COALESCE(t.workspace_id, ''), t.role, t.name, t.created_at, t.expires_at, COALESCE(t.last_used_at, 0),
    u.email, t.allowed_cidrs
FROM api_tokens t
JOIN users u ON u.id = t.user_id
WHERE (t.user_id = $1 OR $1 = '') AND t.revoked_at IS NULL
ORDER BY t.created_at DESC, t.id
LIMIT $2

-- name: api_token_count
SELECT count(*)
FROM api_tokens
WHERE user_id = $1 AND revoked_at IS NULL

-- name: api_token_is_alive
SELECT count(*)
FROM api_tokens t
JOIN users u ON u.id = t.user_id
WHERE t.id = $1 AND t.expires_at > $2 AND t.revoked_at IS NULL AND u.status = 'active'

-- name: api_token_use
-- Of requests in the same minute one writes.
UPDATE api_tokens
SET last_used_at = $2
WHERE id = $1 AND (last_used_at IS NULL OR last_used_at <= $3)

-- name: api_token_revoke
UPDATE api_tokens
SET revoked_at = $2
WHERE id = $1 AND revoked_at IS NULL

-- name: api_token_revoke_of_member
UPDATE api_tokens
SET revoked_at = $3
WHERE workspace_id = $1 AND user_id = $2 AND revoked_at IS NULL

-- name: api_token_forget
-- Revoked ones of a user; the audit log still tells of them.
DELETE FROM api_tokens
WHERE user_id = $1 AND revoked_at < $2

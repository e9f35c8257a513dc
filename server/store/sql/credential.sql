-- name: credential_put
INSERT INTO credentials (user_id, hash, must_change, expires_at, changed_at)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (user_id) DO UPDATE SET hash = excluded.hash, must_change = excluded.must_change,
    expires_at = excluded.expires_at, changed_at = excluded.changed_at

-- name: credential_rehash
-- The same password, kept better.
UPDATE credentials
SET hash = $3
WHERE user_id = $1 AND hash = $2

-- name: credential_by_user
SELECT u.id, u.email, u.status, COALESCE(c.hash, ''), COALESCE(c.must_change, 0), COALESCE(c.expires_at, 0)
FROM users u
LEFT JOIN credentials c ON c.user_id = u.id
WHERE u.id = $1

-- name: credential_by_email
SELECT u.id, u.email, u.status, COALESCE(c.hash, ''), COALESCE(c.must_change, 0), COALESCE(c.expires_at, 0)
FROM users u
LEFT JOIN credentials c ON c.user_id = u.id
WHERE u.email_key = $1

-- name: credential_exists
SELECT count(*)
FROM (SELECT user_id FROM credentials LIMIT 1) AS one

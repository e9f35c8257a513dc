-- name: authenticator_put
-- A new one, in place of one that was never confirmed.
INSERT INTO authenticators (user_id, secret, created_at)
VALUES ($1, $2, $3)
ON CONFLICT (user_id) DO UPDATE SET secret = excluded.secret, last_step = 0, created_at = excluded.created_at
WHERE authenticators.confirmed_at IS NULL

-- name: authenticator_get
SELECT a.secret, COALESCE(a.confirmed_at, 0), a.last_step,
    (SELECT count(*) FROM recovery_codes r WHERE r.user_id = a.user_id AND r.used_at IS NULL)
FROM authenticators a
WHERE a.user_id = $1

-- name: authenticator_confirm
UPDATE authenticators
SET confirmed_at = $3, last_step = $2
WHERE user_id = $1 AND confirmed_at IS NULL

-- name: authenticator_use
-- Of those that come with the same code one is in time.
UPDATE authenticators
SET last_step = $2
WHERE user_id = $1 AND last_step < $2

-- name: authenticator_delete
DELETE FROM authenticators
WHERE user_id = $1

-- name: recovery_code_insert
INSERT INTO recovery_codes (user_id, hash)
VALUES ($1, $2)

-- name: recovery_code_use
UPDATE recovery_codes
SET used_at = $3
WHERE user_id = $1 AND hash = $2 AND used_at IS NULL

-- name: recovery_code_delete
DELETE FROM recovery_codes
WHERE user_id = $1

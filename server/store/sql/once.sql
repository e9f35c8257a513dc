-- name: once_insert
-- Whoever comes second waits for the first, and finds it.
INSERT INTO idempotency_keys (scope, key, fingerprint, created_at, object_id)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (scope, key) DO NOTHING

-- name: once_get
SELECT fingerprint, created_at, object_id, status, headers, body
FROM idempotency_keys
WHERE scope = $1 AND key = $2

-- name: once_answer
UPDATE idempotency_keys
SET status = $3, headers = $4, body = $5
WHERE scope = $1 AND key = $2 AND status IS NULL

-- name: once_forget
DELETE FROM idempotency_keys
WHERE (scope, key) IN (
    SELECT scope, key
    FROM idempotency_keys
    WHERE created_at < $1
    ORDER BY created_at
    LIMIT $2
    {skip_locked}
)

-- name: throttle_insert_if_absent
INSERT INTO throttles (key, level, updated_at)
VALUES ($1, 0, 0)
ON CONFLICT (key) DO NOTHING

-- name: throttle_get
SELECT level, updated_at
FROM throttles
WHERE key = $1

-- name: throttle_lock
SELECT level, updated_at
FROM throttles
WHERE key = $1
{for_update}

-- name: throttle_put
UPDATE throttles
SET level = $2, updated_at = $3
WHERE key = $1

-- name: throttle_forget
DELETE FROM throttles
WHERE key IN (
    SELECT key
    FROM throttles
    WHERE updated_at < $1
    ORDER BY updated_at
    LIMIT $2
    {skip_locked}
)

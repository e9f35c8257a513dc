-- name: audit_begin
INSERT INTO audit_logs (log, last_number, last_hash)
VALUES ($1, 0, $2)
ON CONFLICT (log) DO NOTHING

-- name: audit_lock
-- Holds the log's row, and with it the place of the entry, to the end of the transaction.
SELECT last_number, last_hash, COALESCE((SELECT email FROM users WHERE id = $2), '')
FROM audit_logs
WHERE log = $1
{for_update}

-- name: audit_advance
UPDATE audit_logs
SET last_number = $2, last_hash = $3
WHERE log = $1

-- name: audit_insert
INSERT INTO audit_entries (log, number, created_at, actor_id, actor_email, via, action, outcome, object_type, object_id,
    address, request_id, detail, hash)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)

-- name: audit_count_same
-- Entries like that one, made between $7 and $8, among the last $9 of the log.
SELECT count(*)
FROM audit_entries
WHERE log = $1 AND actor_id = $2 AND via = $3 AND action = $4 AND outcome = $5 AND object_id = $6 AND created_at > $7
    AND created_at < $8
    AND number > COALESCE((SELECT last_number FROM audit_logs WHERE log = $1), 0) - CAST($9 AS bigint)

-- name: audit_list
-- Newest first, before $2; filters that are "" let all through.
SELECT number, created_at, actor_id, actor_email, via, action, outcome, object_type, object_id, address, request_id,
    detail, hash
FROM audit_entries
WHERE log = $1 AND number < $2
    AND ($3 = '' OR action = $3 OR substr(action, 1, length($3) + 1) = $3 || '.') AND ($4 = '' OR actor_id = $4)
    AND ($5 = '' OR object_id = $5) AND ($6 = '' OR outcome = $6) AND created_at >= $7 AND created_at < $8
ORDER BY number DESC
LIMIT $9

-- name: audit_walk
-- Oldest first, behind $2.
SELECT number, created_at, actor_id, actor_email, via, action, outcome, object_type, object_id, address, request_id,
    detail, hash
FROM audit_entries
WHERE log = $1 AND number > $2
ORDER BY number
LIMIT $3

-- name: audit_list_logs
SELECT log, last_number, last_hash
FROM audit_logs
ORDER BY log

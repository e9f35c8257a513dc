-- name: event_count
-- Holds the log's row, and with it the place of the event, to the end of the transaction.
INSERT INTO event_logs (log, last_number)
VALUES ($1, 1)
ON CONFLICT (log) DO UPDATE SET last_number = event_logs.last_number + 1

-- name: event_insert
-- The one that was counted last.
INSERT INTO events (log, number, type, data, created_at)
SELECT log, last_number, CAST($2 AS text), CAST($3 AS text), CAST($4 AS bigint)
FROM event_logs
WHERE log = $1

-- name: event_trim
DELETE FROM events
WHERE log = $1 AND number <= (SELECT last_number - CAST($2 AS bigint) FROM event_logs WHERE log = $1)

-- name: event_last_number
SELECT last_number
FROM event_logs
WHERE log = $1

-- name: event_list
SELECT number, type, data
FROM events
WHERE log = $1 AND number > $2
ORDER BY number
LIMIT $3

-- Leases and delays are in the database's own time, {now_us}: the clocks of processes need not agree. It may be set: what
-- lies further ahead than any lease (20 s) or delay (12.5 min) reaches is of a time that is no more.

-- name: job_insert
-- The turn: behind the jobs of its own lane that wait, or where none does with the first that waits at all.
INSERT INTO jobs (id, workspace_id, kind, title, payload, place, status, priority, lane, lane_width, attempts, max_attempts,
    lease_until, worker, created_by, created_at, started_at, turn)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, {now_us} + CAST($13 AS bigint), $14, $15, $16, $17,
    COALESCE((SELECT max(turn) + 1 FROM jobs WHERE status = 'queued' AND lane = $9),
        (SELECT min(turn) FROM jobs WHERE status = 'queued' AND priority = $8), 0))

-- name: job_count_queued
SELECT count(*)
FROM jobs
WHERE status = 'queued' AND lane = $1

-- name: job_claim
-- Up to $5 of the next jobs whose lanes have a free slot; of each lane the first, which takes the lowest. Two processes
-- that reach for the same slot are told apart by the unique index; they take lanes in one order. Which lanes are full is
-- found once, not for each job that waits: there may be thousands in front.
WITH waiting AS MATERIALIZED (
    SELECT j.id, j.lane, j.priority, j.turn
    FROM jobs j
    WHERE j.status = 'queued' AND (j.run_at IS NULL OR j.run_at <= {now_us} OR j.run_at > {now_us} + 900000000)
        AND (j.place = '' OR j.place = $2)
        AND (SELECT w.deleted_at FROM workspaces w WHERE w.id = j.workspace_id) IS NULL
        AND j.lane NOT IN (SELECT r.lane FROM jobs r WHERE r.status = 'running' AND r.slot >= r.lane_width
            AND (SELECT count(*) FROM jobs n WHERE n.status = 'running' AND n.lane = r.lane
                AND n.slot <= r.lane_width) >= r.lane_width)
    ORDER BY j.priority DESC, j.turn, j.id
    LIMIT $5
    {skip_locked}
), next AS MATERIALIZED (
    SELECT w.id
    FROM (SELECT id, lane, row_number() OVER (PARTITION BY lane ORDER BY priority DESC, turn, id) AS place FROM waiting) w
    WHERE w.place = 1
    ORDER BY w.lane
)
UPDATE jobs
SET status = 'running', attempts = attempts + 1, worker = $1, lease_until = {now_us} + CAST($3 AS bigint),
    started_at = $4, progress = NULL, progress_text = NULL,
    slot = CASE WHEN NOT EXISTS (SELECT 1 FROM jobs r WHERE r.status = 'running' AND r.lane = jobs.lane AND r.slot = 1)
        THEN 1
        ELSE (SELECT min(r.slot) + 1 FROM jobs r WHERE r.status = 'running' AND r.lane = jobs.lane
            AND NOT EXISTS (SELECT 1 FROM jobs n WHERE n.status = 'running' AND n.lane = r.lane AND n.slot = r.slot + 1))
        END
WHERE id IN (SELECT id FROM next)
RETURNING id, workspace_id, kind, title, payload, place, status, priority, attempts, max_attempts, run_at, worker,
    cancel_requested, progress, progress_text, result, error_code, error_detail, created_by, created_at, started_at,
    finished_at, NULL AS queue_position

-- name: job_get
SELECT id, workspace_id, kind, title, payload, place, status, priority, attempts, max_attempts, run_at, worker,
    cancel_requested, progress, progress_text, result, error_code, error_detail, created_by, created_at, started_at,
    finished_at, CASE WHEN status = 'queued' THEN (SELECT count(*) FROM jobs q WHERE q.status = 'queued'
        AND q.lane = j.lane AND (q.priority > j.priority OR (q.priority = j.priority AND (q.turn < j.turn
        OR (q.turn = j.turn AND q.id <= j.id))))) END AS queue_position
FROM jobs j
WHERE id = $1 AND COALESCE(workspace_id, '') = $2

-- name: job_lock
-- Nobody else changes it until the transaction ends.
SELECT id, workspace_id, kind, title, payload, place, status, priority, attempts, max_attempts, run_at, worker,
    cancel_requested, progress, progress_text, result, error_code, error_detail, created_by, created_at, started_at,
    finished_at, NULL AS queue_position
FROM jobs
WHERE id = $1 AND COALESCE(workspace_id, '') = $2
{for_update}

-- name: job_list
-- Newest first; older ones than the last one seen ($4, $5) follow.
SELECT id, workspace_id, kind, title, payload, place, status, priority, attempts, max_attempts, run_at, worker,
    cancel_requested, progress, progress_text, result, error_code, error_detail, created_by, created_at, started_at,
    finished_at, CASE WHEN status = 'queued' THEN (SELECT count(*) FROM jobs q WHERE q.status = 'queued'
        AND q.lane = j.lane AND (q.priority > j.priority OR (q.priority = j.priority AND (q.turn < j.turn
        OR (q.turn = j.turn AND q.id <= j.id))))) END AS queue_position
FROM jobs j
WHERE COALESCE(workspace_id, '') = $1 AND ($2 = '' OR status = $2) AND ($3 = '' OR kind = $3)
    AND (created_at < $4 OR (created_at = $4 AND id < $5))
ORDER BY created_at DESC, id DESC
LIMIT $6

-- name: job_expired
-- Running jobs, or the one of that id, whose worker has not been heard of. A process does not doubt its own.
SELECT id, COALESCE(workspace_id, '')
FROM jobs
WHERE status = 'running' AND (lease_until < {now_us} OR lease_until > {now_us} + 120000000) AND worker <> $1
    AND ($2 = '' OR id = $2)
ORDER BY lease_until
LIMIT $3

-- name: job_expire_all
UPDATE jobs
SET lease_until = 0
WHERE status = 'running'

-- name: job_forget_places
-- For a database of one process: whatever waits for a place waits for that one.
UPDATE jobs
SET place = ''
WHERE place <> '' AND status IN ('queued', 'running')

-- name: job_renew
UPDATE jobs
SET lease_until = {now_us} + CAST($2 AS bigint)
WHERE status = 'running' AND worker = $1
RETURNING id, COALESCE(workspace_id, ''), attempts, cancel_requested

-- name: job_progress
UPDATE jobs
SET progress = $4, progress_text = $5
WHERE id = $1 AND status = 'running' AND worker = $2 AND attempts = $3

-- name: job_move
-- From one state to another, if worker and attempt are those that the mover knows; $9: only if nobody asked for its end.
UPDATE jobs
SET status = $5, slot = NULL, lease_until = NULL, attempts = $6, finished_at = $8,
    run_at = {now_us} + CAST($7 AS bigint),
    result = $10, error_code = $11, error_detail = $12, progress = CASE WHEN $5 = 'completed' THEN 1 ELSE progress END,
    progress_text = NULL
WHERE id = $1 AND status = $2 AND COALESCE(worker, '') = $3 AND attempts = $4 AND (cancel_requested = 0 OR CAST($9 AS bigint) = 0)

-- name: job_request_cancel
UPDATE jobs
SET cancel_requested = 1
WHERE id = $1 AND status = 'running'

-- name: job_delete
DELETE FROM jobs
WHERE id = $1 AND COALESCE(workspace_id, '') = $2 AND status IN ('completed', 'failed', 'cancelled')

-- name: job_forget
-- Ended before $1, at most $2: those that are no part of anything else. A backtest's job goes with its backtest.
DELETE FROM jobs
WHERE id IN (
    SELECT id
    FROM jobs
    WHERE kind IN ('market_import', 'market_download', 'backtest_verify') AND finished_at < $1
    ORDER BY finished_at
    LIMIT $2
    {skip_locked}
)

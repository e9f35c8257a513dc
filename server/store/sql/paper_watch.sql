-- What waits for candles: orders that rest, and open plans with stops, targets or a rule. Orders are listed by
-- paper_order.sql.

-- name: paper_watch_any
-- Of any workspace.
SELECT CASE WHEN EXISTS (SELECT 1 FROM paper_orders WHERE status = 'accepted')
    OR EXISTS (SELECT 1 FROM trade_plans WHERE status = 'open' AND (auto_close = 1
        OR (invalidation_rule IS NOT NULL AND invalidated_at IS NULL))) THEN 1 ELSE 0 END

-- name: paper_watch_list_plans
-- Of all workspaces that are not deleted, by workspace and id, behind ($1, $2).
SELECT p.workspace_id, p.id
FROM trade_plans p
JOIN workspaces w ON w.id = p.workspace_id AND w.deleted_at IS NULL
WHERE p.status = 'open' AND (p.auto_close = 1 OR (p.invalidation_rule IS NOT NULL AND p.invalidated_at IS NULL))
    AND (p.workspace_id > $1 OR (p.workspace_id = $1 AND p.id > $2))
ORDER BY p.workspace_id, p.id
LIMIT $3

-- name: paper_watch_plan_on
-- What was looked at is not looked at again; the plan is the same, and so is its version.
UPDATE trade_plans
SET watched_from = $4
WHERE workspace_id = $1 AND id = $2 AND version = $3 AND watched_from < $4

-- name: paper_watch_forget_jobs
-- Those that have ended say nothing that is not said elsewhere.
DELETE FROM jobs
WHERE kind = 'paper_watch' AND status IN ('completed', 'failed', 'cancelled')

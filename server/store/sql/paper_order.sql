-- Orders of paper money.

-- name: paper_order_insert
INSERT INTO paper_orders (workspace_id, id, account_id, symbol, side, type, quantity, limit_price, time_in_force, note,
    status, watched_from, version, created_by, created_at, updated_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'accepted', $11, 1, $12, $13, $13)

-- name: paper_order_get
SELECT o.workspace_id, o.id, o.account_id, o.symbol, o.side, o.type, o.quantity, o.limit_price, o.time_in_force, o.note,
    o.status, o.reject_reason, o.fill_number, o.watched_from, o.version, o.created_by, o.created_at, o.updated_at, j.id,
    j.price, j.fee, j.created_at
FROM paper_orders o
LEFT JOIN journal j ON j.workspace_id = o.workspace_id AND j.account_id = o.account_id AND j.number = o.fill_number
WHERE o.workspace_id = $1 AND o.id = $2

-- name: paper_order_list
-- Newest first; older ones than the last one seen ($5, $6) follow. Filters that are "" let all through.
SELECT o.workspace_id, o.id, o.account_id, o.symbol, o.side, o.type, o.quantity, o.limit_price, o.time_in_force, o.note,
    o.status, o.reject_reason, o.fill_number, o.watched_from, o.version, o.created_by, o.created_at, o.updated_at, j.id,
    j.price, j.fee, j.created_at
FROM paper_orders o
LEFT JOIN journal j ON j.workspace_id = o.workspace_id AND j.account_id = o.account_id AND j.number = o.fill_number
WHERE o.workspace_id = $1 AND ($2 = '' OR o.account_id = $2) AND ($3 = '' OR o.status = $3) AND ($4 = '' OR o.symbol = $4)
    AND (o.created_at < $5 OR (o.created_at = $5 AND o.id < $6))
ORDER BY o.created_at DESC, o.id DESC
LIMIT $7

-- name: paper_order_list_resting
-- Of all workspaces that are not deleted, by workspace and id, behind ($1, $2).
SELECT o.workspace_id, o.id, o.account_id, o.symbol, o.side, o.type, o.quantity, o.limit_price, o.time_in_force, o.note,
    o.status, o.reject_reason, o.fill_number, o.watched_from, o.version, o.created_by, o.created_at, o.updated_at, NULL AS
    fill_id, NULL AS price, NULL AS fee, NULL AS filled_at
FROM paper_orders o
JOIN workspaces w ON w.id = o.workspace_id AND w.deleted_at IS NULL
WHERE o.status = 'accepted' AND (o.workspace_id > $1 OR (o.workspace_id = $1 AND o.id > $2))
ORDER BY o.workspace_id, o.id
LIMIT $3

-- name: paper_order_count_resting
SELECT count(*)
FROM paper_orders
WHERE workspace_id = $1 AND account_id = $2 AND status = 'accepted'

-- name: paper_order_move
UPDATE paper_orders
SET status = $4, reject_reason = $5, fill_number = $6, updated_at = $7, version = version + 1
WHERE workspace_id = $1 AND id = $2 AND version = $3 AND status = 'accepted'

-- name: paper_order_watch_on
-- What was looked at is not looked at again; the order is the same, and so is its version.
UPDATE paper_orders
SET watched_from = $3
WHERE workspace_id = $1 AND id = $2 AND status = 'accepted' AND watched_from < $3

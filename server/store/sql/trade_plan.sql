-- Trade plans, their legs, and how each version of them came about.

-- name: trade_plan_insert
INSERT INTO trade_plans (workspace_id, id, account_id, trade_type, strategy_tag, thesis, invalidation, invalidation_rule,
    max_risk_amount, auto_close, notes, tags, status, version, created_by, created_at, updated_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 'planned', 1, $13, $14, $14)

-- name: trade_plan_count
SELECT count(*)
FROM trade_plans
WHERE workspace_id = $1

-- name: trade_plan_leg_insert
INSERT INTO trade_plan_legs (workspace_id, plan_id, id, symbol, side, planned_quantity, planned_entry_price, stop_price,
    target_price)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)

-- name: trade_plan_leg_delete_all
DELETE FROM trade_plan_legs
WHERE workspace_id = $1 AND plan_id = $2

-- name: trade_plan_leg_save
UPDATE trade_plan_legs
SET stop_price = $4, target_price = $5, quantity_open = $6, quantity_closed = $7, entry_notional = $8, exit_notional = $9,
    fees = $10
WHERE workspace_id = $1 AND plan_id = $2 AND id = $3

-- name: trade_plan_get
-- A row a leg; what is long comes with the first.
SELECT p.workspace_id, p.id, p.account_id, p.trade_type, p.strategy_tag, CASE WHEN l.id = '1' THEN p.thesis END,
    CASE WHEN l.id = '1' THEN p.invalidation END, CASE WHEN l.id = '1' THEN p.invalidation_rule END, p.max_risk_amount,
    p.auto_close, CASE WHEN l.id = '1' THEN p.notes END, p.tags, p.status, p.close_reason, p.version, p.watched_from,
    p.created_by, p.created_at, p.updated_at, p.opened_at, p.closed_at, p.cancelled_at, p.invalidated_at, l.id, l.symbol,
    l.side, l.planned_quantity, l.planned_entry_price, l.stop_price, l.target_price, l.quantity_open, l.quantity_closed,
    l.entry_notional, l.exit_notional, l.fees
FROM trade_plans p
JOIN trade_plan_legs l ON l.workspace_id = p.workspace_id AND l.plan_id = p.id
WHERE p.workspace_id = $1 AND p.id = $2
ORDER BY length(l.id), l.id

-- name: trade_plan_list
-- Newest first, behind the plan last seen ($9, $10); filters that are "" let all through. $4 is a tag as it stands in the
-- array. A row a leg, as above.
SELECT p.workspace_id, p.id, p.account_id, p.trade_type, p.strategy_tag, CASE WHEN l.id = '1' THEN p.thesis END,
    CASE WHEN l.id = '1' THEN p.invalidation END, CASE WHEN l.id = '1' THEN p.invalidation_rule END, p.max_risk_amount,
    p.auto_close, CASE WHEN l.id = '1' THEN p.notes END, p.tags, p.status, p.close_reason, p.version, p.watched_from,
    p.created_by, p.created_at, p.updated_at, p.opened_at, p.closed_at, p.cancelled_at, p.invalidated_at, l.id, l.symbol,
    l.side, l.planned_quantity, l.planned_entry_price, l.stop_price, l.target_price, l.quantity_open, l.quantity_closed,
    l.entry_notional, l.exit_notional, l.fees
FROM (
    SELECT workspace_id, id, account_id, trade_type, strategy_tag, thesis, invalidation, invalidation_rule, max_risk_amount,
        auto_close, notes, tags, status, close_reason, version, watched_from, created_by, created_at, updated_at, opened_at,
        closed_at, cancelled_at, invalidated_at
    FROM trade_plans t
    WHERE t.workspace_id = $1
        AND ($2 = '' OR t.status = $2)
        AND ($3 = '' OR t.account_id = $3)
        AND ($4 = '' OR t.strategy_tag = $5 OR replace(t.tags, $4, '') <> t.tags)
        AND ($6 = '' OR EXISTS (SELECT 1 FROM trade_plan_legs s
            WHERE s.workspace_id = t.workspace_id AND s.plan_id = t.id AND s.symbol = $6))
        AND ($7 = '' OR t.created_by = $7)
        AND ($8 = '' OR lower(COALESCE(t.thesis, '') || ' ' || COALESCE(t.invalidation, '') || ' '
            || COALESCE(t.strategy_tag, '') || ' ' || COALESCE(t.notes, '') || ' ' || t.tags) LIKE $8 ESCAPE '\'
            OR EXISTS (SELECT 1 FROM trade_plan_legs s
                WHERE s.workspace_id = t.workspace_id AND s.plan_id = t.id AND lower(s.symbol) LIKE $8 ESCAPE '\'))
        AND (t.created_at < $9 OR (t.created_at = $9 AND t.id < $10))
    ORDER BY t.created_at DESC, t.id DESC
    LIMIT $11
) AS p
JOIN trade_plan_legs l ON l.workspace_id = p.workspace_id AND l.plan_id = p.id
ORDER BY p.created_at DESC, p.id DESC, length(l.id), l.id

-- name: trade_plan_save
-- What may change of it, if it still is what was read: at version $3 and in state $4.
UPDATE trade_plans
SET trade_type = $5, strategy_tag = $6, thesis = $7, invalidation = $8, invalidation_rule = $9, max_risk_amount = $10,
    auto_close = $11, notes = $12, tags = $13, status = $14, close_reason = $15, watched_from = $16, updated_at = $17,
    opened_at = $18, closed_at = $19, cancelled_at = $20, invalidated_at = $21, version = version + 1
WHERE workspace_id = $1 AND id = $2 AND version = $3 AND status = $4

-- name: trade_plan_change_insert
INSERT INTO trade_plan_changes (workspace_id, plan_id, version, action, actor_id, created_at, request_id, detail)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)

-- name: trade_plan_change_list
-- Newest first, below $3.
SELECT version, action, actor_id, created_at, request_id, detail
FROM trade_plan_changes
WHERE workspace_id = $1 AND plan_id = $2 AND version < $3
ORDER BY version DESC
LIMIT $4

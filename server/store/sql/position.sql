-- What paper accounts hold.

-- name: position_get
SELECT quantity, cost
FROM positions
WHERE workspace_id = $1 AND account_id = $2 AND symbol = $3

-- name: position_put
INSERT INTO positions (workspace_id, account_id, symbol, quantity, cost, updated_at)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (workspace_id, account_id, symbol) DO UPDATE
SET quantity = excluded.quantity, cost = excluded.cost, updated_at = excluded.updated_at

-- name: position_list
SELECT symbol, quantity, cost, updated_at
FROM positions
WHERE workspace_id = $1 AND account_id = $2 AND quantity <> '0'
ORDER BY symbol
LIMIT $3

-- name: position_count_symbols
-- That the account holds, or open plans have legs of; all but $3.
SELECT count(*)
FROM (
    SELECT symbol
    FROM positions
    WHERE workspace_id = $1 AND account_id = $2 AND quantity <> '0' AND symbol <> $3
    UNION
    SELECT l.symbol
    FROM trade_plans p
    JOIN trade_plan_legs l ON l.workspace_id = p.workspace_id AND l.plan_id = p.id
    WHERE p.workspace_id = $1 AND p.account_id = $2 AND p.status = 'open' AND l.quantity_open <> '0' AND l.symbol <> $3
) s

-- name: position_count_legs
SELECT count(*)
FROM trade_plans p
JOIN trade_plan_legs l ON l.workspace_id = p.workspace_id AND l.plan_id = p.id
WHERE p.workspace_id = $1 AND p.account_id = $2 AND p.status = 'open' AND l.quantity_open <> '0'

-- name: position_list_shares
SELECT l.symbol, l.plan_id, l.side, l.quantity_open
FROM trade_plans p
JOIN trade_plan_legs l ON l.workspace_id = p.workspace_id AND l.plan_id = p.id
WHERE p.workspace_id = $1 AND p.account_id = $2 AND p.status = 'open' AND l.quantity_open <> '0'
ORDER BY l.symbol, l.plan_id, l.id
LIMIT $3

-- Accounts of paper money.

-- name: paper_account_insert_if_absent
-- With its starting balance, which the first entry of its journal tells of.
INSERT INTO paper_accounts (workspace_id, id, name, currency, starting_balance, fee_bps, slippage_bps, max_leverage, cash,
    deposits, realized_pnl, fees_paid, last_number, reset_number, version, created_by, created_at, updated_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $5, $5, '0', '0', CASE $5 WHEN '0' THEN 0 ELSE 1 END, 0, 1, $9, $10, $10)
ON CONFLICT (workspace_id, id) DO NOTHING

-- name: paper_account_get
SELECT workspace_id, id, name, currency, starting_balance, fee_bps, slippage_bps, max_leverage, cash, deposits,
    realized_pnl, fees_paid, last_number, reset_number, version, created_by, created_at, updated_at,
    (SELECT count(*) FROM trade_plans p WHERE p.workspace_id = $1 AND p.account_id = $2 AND p.status = 'open')
FROM paper_accounts
WHERE workspace_id = $1 AND id = $2

-- name: paper_account_lock
SELECT workspace_id, id, name, currency, starting_balance, fee_bps, slippage_bps, max_leverage, cash, deposits,
    realized_pnl, fees_paid, last_number, reset_number, version, created_by, created_at, updated_at
FROM paper_accounts
WHERE workspace_id = $1 AND id = $2
{for_update}

-- name: paper_account_list
SELECT a.workspace_id, a.id, a.name, a.currency, a.starting_balance, a.fee_bps, a.slippage_bps, a.max_leverage, a.cash,
    a.deposits, a.realized_pnl, a.fees_paid, a.last_number, a.reset_number, a.version, a.created_by, a.created_at,
    a.updated_at,
    (SELECT count(*) FROM trade_plans p WHERE p.workspace_id = a.workspace_id AND p.account_id = a.id
        AND p.status = 'open')
FROM paper_accounts a
WHERE a.workspace_id = $1 AND (a.created_at > $2 OR (a.created_at = $2 AND a.id > $3))
ORDER BY a.created_at, a.id
LIMIT $4

-- name: paper_account_count
SELECT count(*)
FROM paper_accounts
WHERE workspace_id = $1

-- name: paper_account_save
UPDATE paper_accounts
SET name = $4, starting_balance = $5, fee_bps = $6, slippage_bps = $7, max_leverage = $8, cash = $9, deposits = $10,
    realized_pnl = $11, fees_paid = $12, last_number = $13, reset_number = $14, updated_at = $15, version = version + 1
WHERE workspace_id = $1 AND id = $2 AND version = $3


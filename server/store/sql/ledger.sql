-- The whole of the paper ledger, for whoever checks it: pages in the order of the keys, of all workspaces.

-- name: ledger_accounts
SELECT workspace_id, id, currency, starting_balance, cash, deposits, realized_pnl, fees_paid, last_number, reset_number,
    created_at, updated_at
FROM paper_accounts
WHERE (workspace_id > $1 OR (workspace_id = $1 AND id > $2))
ORDER BY workspace_id, id
LIMIT $3

-- name: ledger_entries
SELECT number, kind, created_at, plan_id, leg_id, order_id, action, symbol, side, quantity, price, notional, fee, fee_bps,
    slippage_bps, mark_price, mark_source, cash, cash_after, position_after, cost_after
FROM journal
WHERE workspace_id = $1 AND account_id = $2 AND number > $3
ORDER BY number
LIMIT $4

-- name: ledger_positions
SELECT symbol, quantity, cost
FROM positions
WHERE workspace_id = $1 AND account_id = $2 AND symbol > $3
ORDER BY symbol
LIMIT $4

-- name: ledger_legs
-- In the order of the legs' key, so that nothing is sorted: CROSS JOIN holds SQLite to it.
SELECT l.plan_id, l.id, p.status, l.symbol, l.side, l.quantity_open, l.quantity_closed, l.entry_notional, l.exit_notional, l.fees,
    l.planned_quantity, p.created_at
FROM trade_plan_legs l
CROSS JOIN trade_plans p
WHERE l.workspace_id = $1 AND p.account_id = $2 AND l.plan_id >= $3 AND (l.plan_id > $3 OR l.id > $4)
    AND p.workspace_id = l.workspace_id AND p.id = l.plan_id
ORDER BY l.plan_id, l.id
LIMIT $5

-- name: ledger_orders
SELECT id, status, symbol, side, quantity, COALESCE(fill_number, 0)
FROM paper_orders
WHERE workspace_id = $1 AND account_id = $2 AND id > $3
ORDER BY id
LIMIT $4

-- name: ledger_list_odd_plans
-- Plans whose history does not come to what they say: a change for each version, opened and cancelled in it or not.
SELECT p.workspace_id, p.account_id, p.id, p.status, p.version, COUNT(c.version), COALESCE(MAX(c.version), 0)
FROM trade_plans p
LEFT JOIN trade_plan_changes c ON c.workspace_id = p.workspace_id AND c.plan_id = p.id
GROUP BY p.workspace_id, p.id, p.account_id, p.status, p.version
HAVING COUNT(c.version) <> p.version OR COALESCE(MAX(c.version), 0) <> p.version
    OR (COUNT(CASE WHEN c.action = 'open' THEN 1 END) > 0) <> (p.status IN ('open', 'closed'))
    OR (COUNT(CASE WHEN c.action = 'cancel' THEN 1 END) > 0) <> (p.status = 'cancelled')
ORDER BY p.workspace_id, p.id
LIMIT $1

-- name: ledger_count_entries
SELECT count(*)
FROM journal

-- name: ledger_list_stray_entries
-- Of an account that there is not.
SELECT 'journal', workspace_id, account_id
FROM journal j
WHERE NOT EXISTS (SELECT 1 FROM paper_accounts a WHERE a.workspace_id = j.workspace_id AND a.id = j.account_id)
GROUP BY workspace_id, account_id
ORDER BY workspace_id, account_id
LIMIT $1

-- name: ledger_list_strays
-- What belongs to an account that there is not, and workspaces without their first account or an owner.
SELECT 'positions', workspace_id, account_id
FROM positions p
WHERE NOT EXISTS (SELECT 1 FROM paper_accounts a WHERE a.workspace_id = p.workspace_id AND a.id = p.account_id)
GROUP BY workspace_id, account_id
UNION ALL
SELECT 'trade_plans', workspace_id, account_id
FROM trade_plans p
WHERE NOT EXISTS (SELECT 1 FROM paper_accounts a WHERE a.workspace_id = p.workspace_id AND a.id = p.account_id)
GROUP BY workspace_id, account_id
UNION ALL
SELECT 'paper_orders', workspace_id, account_id
FROM paper_orders p
WHERE NOT EXISTS (SELECT 1 FROM paper_accounts a WHERE a.workspace_id = p.workspace_id AND a.id = p.account_id)
GROUP BY workspace_id, account_id
UNION ALL
SELECT 'members', id, ''
FROM workspaces w
WHERE NOT EXISTS (SELECT 1 FROM members m WHERE m.workspace_id = w.id AND m.role = 'owner')
UNION ALL
SELECT 'paper_accounts', id, 'paper-main'
FROM workspaces w
WHERE NOT EXISTS (SELECT 1 FROM paper_accounts a WHERE a.workspace_id = w.id AND a.id = 'paper-main')
ORDER BY 1, 2, 3
LIMIT $1

-- The journal of paper accounts.

-- name: journal_append
INSERT INTO journal (workspace_id, account_id, number, id, kind, created_at, actor_id, request_id, idempotency_key, note,
    plan_id, leg_id, order_id, action, symbol, side, quantity, price, notional, fee, fee_bps, slippage_bps, mark_price,
    mark_source, mark_time, cash, cash_after, position_after, cost_after)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25,
    $26, $27, $28, $29)

-- name: journal_list
-- Newest first, before $3; filters that are "" let all through.
SELECT workspace_id, account_id, number, id, kind, created_at, actor_id, request_id, idempotency_key, note, plan_id, leg_id,
    order_id, action, symbol, side, quantity, price, notional, fee, fee_bps, slippage_bps, mark_price, mark_source,
    mark_time, cash, cash_after, position_after, cost_after
FROM journal
WHERE workspace_id = $1 AND account_id = $2 AND number < $3 AND ($4 = '' OR kind = $4) AND ($5 = '' OR symbol = $5)
    AND ($6 = '' OR plan_id = $6)
ORDER BY number DESC
LIMIT $7

-- name: journal_list_of_plan
SELECT workspace_id, account_id, number, id, kind, created_at, actor_id, request_id, idempotency_key, note, plan_id, leg_id,
    order_id, action, symbol, side, quantity, price, notional, fee, fee_bps, slippage_bps, mark_price, mark_source,
    mark_time, cash, cash_after, position_after, cost_after
FROM journal
WHERE workspace_id = $1 AND plan_id = $2 AND number > $3
ORDER BY number
LIMIT $4

-- name: journal_trace
-- What cash and positions were after each entry up to $3, oldest first.
SELECT created_at, cash_after, COALESCE(symbol, ''), position_after, mark_price, mark_time
FROM journal
WHERE workspace_id = $1 AND account_id = $2 AND created_at < $3
ORDER BY number

-- name: journal_symbols
-- What was ever traded; one more than there may be tells that they are too many.
SELECT DISTINCT symbol
FROM journal
WHERE workspace_id = $1 AND account_id = $2 AND symbol IS NOT NULL
LIMIT $3

-- name: journal_steps
-- What each entry below $3 changed, newest first.
SELECT number, created_at, kind, COALESCE(symbol, ''), COALESCE(side, ''), COALESCE(quantity, '0'), cash, cash_after
FROM journal
WHERE workspace_id = $1 AND account_id = $2 AND number < $3
ORDER BY number DESC
LIMIT $4

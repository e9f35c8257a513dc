-- name: backtest_insert
INSERT INTO backtests (
    workspace_id, id, kind, status, strategy_id, symbol, interval, name, tags, notes, request, engine_version, data,
    warmup_bars, bars, final_equity, metrics, monthly_returns, warnings, liquidated_at, total_return, sharpe,
    max_drawdown, load_ms, run_ms, created_by, created_at, started_at, finished_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24,
    $25, $26, $27, $28, $29)

-- name: backtest_chunk_insert
INSERT INTO backtest_chunks (workspace_id, backtest_id, part, first_row, row_count, content)
VALUES ($1, $2, $3, $4, $5, $6)

-- name: backtest_get
SELECT workspace_id, id, kind, status, strategy_id, symbol, interval, name, tags, notes, request, engine_version, data,
    warmup_bars, bars, final_equity, metrics, monthly_returns, warnings, liquidated_at, total_return, sharpe,
    max_drawdown, load_ms, run_ms, created_by, created_at, started_at, finished_at
FROM backtests
WHERE workspace_id = $1 AND id = $2

-- name: backtest_list
-- One statement for every order: the key is the sorted figure times $7 (1 or -1), smallest first, absent figures last;
-- rows after the key and id of the last row seen ($8, $9) follow.
SELECT workspace_id, id, kind, status, strategy_id, symbol, interval, name, tags, notes, request, engine_version, data,
    warmup_bars, bars, final_equity, metrics, monthly_returns, warnings, liquidated_at, total_return, sharpe,
    max_drawdown, load_ms, run_ms, created_by, created_at, started_at, finished_at, sort_key
FROM (
    SELECT b.*,
        COALESCE($7 * CASE $6 WHEN 'total_return' THEN total_return WHEN 'sharpe' THEN sharpe
            WHEN 'max_drawdown' THEN max_drawdown ELSE created_at END, 1e308) AS sort_key
    FROM backtests b
    WHERE workspace_id = $1
        AND ($2 = '' OR strategy_id = $2)
        AND ($3 = '' OR symbol = $3)
        AND ($4 = '' OR status = $4)
        AND ($5 = '' OR lower(COALESCE(name, '') || ' ' || symbol || ' ' || strategy_id) LIKE $5 ESCAPE '\')
) AS listed
WHERE sort_key > $8 OR (sort_key = $8 AND id > $9)
ORDER BY sort_key, id
LIMIT $10

-- name: backtest_delete
DELETE FROM backtests
WHERE workspace_id = $1 AND id = $2

-- name: backtest_chunk_list
-- Chunks that hold any of the rows [$4, $5).
SELECT first_row, row_count, content
FROM backtest_chunks
WHERE workspace_id = $1 AND backtest_id = $2 AND part = $3 AND first_row < $5 AND first_row + row_count > $4
ORDER BY first_row

-- A backtest with its job (state and times) and its result, where it has one.

-- name: backtest_insert
INSERT INTO backtests (workspace_id, id, kind, strategy_id, symbol, interval, name, tags, notes, created_by, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)

-- name: backtest_result_insert
INSERT INTO backtest_results (
    workspace_id, backtest_id, engine_version, data, warmup_bars, bars, final_equity, metrics, monthly_returns, warnings,
    lookahead_check, attribution, sweep, liquidated_at, total_return, sharpe, max_drawdown, load_ms, run_ms)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)

-- name: backtest_chunk_insert
INSERT INTO backtest_chunks (workspace_id, backtest_id, part, first_row, row_count, content)
VALUES ($1, $2, $3, $4, $5, $6)

-- name: backtest_get
SELECT b.workspace_id, b.id, b.kind, b.strategy_id, b.symbol, b.interval, b.name, b.tags, b.notes, b.created_by,
    b.created_at, j.status, j.payload, j.progress, j.error_code, j.error_detail, j.started_at, j.finished_at,
    r.engine_version, r.data, r.warmup_bars, r.bars, r.final_equity, r.metrics, r.monthly_returns, r.warnings,
    r.liquidated_at, r.total_return, r.sharpe, r.max_drawdown, r.load_ms, r.run_ms, b.starred, b.revision, r.lookahead_check,
    r.attribution, r.sweep
FROM backtests b
JOIN jobs j ON j.id = b.id
LEFT JOIN backtest_results r ON r.workspace_id = b.workspace_id AND r.backtest_id = b.id
WHERE b.workspace_id = $1 AND b.id = $2

-- name: backtest_list
-- Filters that are "" let all through; $13 is a tag as it stands in the array, with its quotes, $14 "1" or "0".
-- One statement for every order: the key is the sorted figure times $7 (1 or -1), smallest first, absent figures last;
-- rows after the key and id of the last row seen ($8, $9) follow.
SELECT workspace_id, id, kind, strategy_id, symbol, interval, name, tags, notes, created_by,
    created_at, status, payload, progress, error_code, error_detail, started_at, finished_at,
    engine_version, data, warmup_bars, bars, final_equity, metrics, monthly_returns, warnings,
    liquidated_at, total_return, sharpe, max_drawdown, load_ms, run_ms, starred, revision, lookahead_check, attribution,
    sweep, sort_key
FROM (
    SELECT b.workspace_id, b.id, b.kind, b.strategy_id, b.symbol, b.interval, b.name, b.tags, b.notes, b.created_by,
        b.created_at, j.status, j.payload, j.progress, j.error_code, j.error_detail, j.started_at, j.finished_at,
        r.engine_version, r.data, r.warmup_bars, r.bars, r.final_equity, r.metrics, r.monthly_returns, r.warnings,
        r.liquidated_at, r.total_return, r.sharpe, r.max_drawdown, r.load_ms, r.run_ms, b.starred, b.revision, r.lookahead_check,
        r.attribution, r.sweep,
        COALESCE($7 * CASE $6 WHEN 'total_return' THEN r.total_return WHEN 'sharpe' THEN r.sharpe
            WHEN 'max_drawdown' THEN r.max_drawdown WHEN 'final_equity' THEN r.final_equity ELSE b.created_at END, 1e308) AS sort_key
    FROM backtests b
    JOIN jobs j ON j.id = b.id
    LEFT JOIN backtest_results r ON r.workspace_id = b.workspace_id AND r.backtest_id = b.id
    WHERE b.workspace_id = $1
        AND (b.kind = 'sweep') = ($11 = 'sweep')
        AND ($2 = '' OR b.strategy_id = $2)
        AND ($3 = '' OR lower(b.symbol) = lower($3))
        AND ($4 = '' OR j.status = $4)
        AND ($5 = '' OR lower(COALESCE(b.name, '') || ' ' || b.symbol || ' ' || b.strategy_id || ' ' || b.tags) LIKE $5
            ESCAPE '\')
        AND ($12 = '' OR b.kind = $12)
        AND ($13 = '' OR replace(b.tags, $13, '') <> b.tags)
        AND ($14 = '' OR b.starred = CASE $14 WHEN '1' THEN 1 ELSE 0 END)
) AS listed
WHERE sort_key > $8 OR (sort_key = $8 AND id > $9)
ORDER BY sort_key, id
LIMIT $10

-- name: backtest_label_update
UPDATE backtests SET name = $3, tags = $4, notes = $5, starred = $6, revision = revision + 1
WHERE workspace_id = $1 AND id = $2

-- name: backtest_delete
DELETE FROM backtests
WHERE workspace_id = $1 AND id = $2

-- name: backtest_chunk_list
-- Chunks that hold any of the rows [$4, $5).
SELECT first_row, row_count, content
FROM backtest_chunks
WHERE workspace_id = $1 AND backtest_id = $2 AND part = $3 AND first_row < $5 AND first_row + row_count > $4
ORDER BY first_row

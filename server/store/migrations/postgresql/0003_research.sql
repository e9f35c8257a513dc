-- Backtests of a whole category, and sweeps over parameters, beside those of one series.
ALTER TABLE backtests DROP CONSTRAINT backtests_kind_check;
ALTER TABLE backtests ADD CONSTRAINT backtests_kind_check CHECK (kind IN ('single', 'category_momentum', 'sweep'));
ALTER TABLE backtests ADD COLUMN starred bigint NOT NULL DEFAULT 0 CHECK (starred IN (0, 1));
-- Counts the changes of name, tags, notes and star.
ALTER TABLE backtests ADD COLUMN revision bigint NOT NULL DEFAULT 1;

ALTER TABLE backtest_chunks DROP CONSTRAINT backtest_chunks_part_check;
ALTER TABLE backtest_chunks ADD CONSTRAINT backtest_chunks_part_check
    CHECK (part IN ('equity', 'trades', 'rebalances', 'combinations', 'checks'));

-- lookahead_check and attribution hold JSON text that the server wrote; NULL where a kind has none.
ALTER TABLE backtest_results ADD COLUMN lookahead_check text;
ALTER TABLE backtest_results ADD COLUMN attribution text;

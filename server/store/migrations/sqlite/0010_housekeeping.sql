-- What housekeeping looks for: ended jobs that are no part of anything (job_forget has the same kinds), and the ends of
-- invitations.
CREATE INDEX jobs_ended ON jobs (finished_at) WHERE kind IN ('market_import', 'market_download', 'backtest_verify');
CREATE INDEX invitations_by_end ON invitations (COALESCE(accepted_at, revoked_at, expires_at));

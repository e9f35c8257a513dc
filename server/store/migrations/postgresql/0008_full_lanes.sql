-- Lanes whose last slot is taken, which are few: of those alone a claim asks whether they are full.
CREATE INDEX jobs_last_slot ON jobs (lane) WHERE status = 'running' AND slot >= lane_width;

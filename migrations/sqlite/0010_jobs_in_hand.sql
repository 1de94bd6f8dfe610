-- Whether a server has claimed the job: until then `run_at` is the end of its lease. A workspace has its jobs done one after
-- the other.
ALTER TABLE jobs ADD COLUMN in_hand INTEGER NOT NULL DEFAULT FALSE;

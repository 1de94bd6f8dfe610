-- Worked time, and the work that the server does later by itself.

CREATE TABLE time_entries (
    workspace_id BLOB NOT NULL REFERENCES workspaces (id),
    id BLOB NOT NULL,
    member_id BLOB NOT NULL,
    client_id BLOB,
    engagement_id BLOB,
    task_id BLOB,
    status TEXT NOT NULL CHECK (status IN ('running', 'paused', 'recorded', 'submitted', 'approved')),
    source TEXT NOT NULL CHECK (source IN ('timer', 'manual', 'import', 'api')),
    started_at INTEGER,
    ended_at INTEGER,
    paused_at INTEGER,
    time_zone TEXT NOT NULL,
    work_date TEXT NOT NULL,
    -- Worked seconds without breaks; null while the timer has not been stopped.
    duration_seconds INTEGER,
    break_seconds INTEGER NOT NULL,
    billable INTEGER NOT NULL,
    -- What the entry itself says; null: as its task or engagement says.
    billable_given INTEGER,
    billed_seconds INTEGER,
    -- The rate it was saved with. It does not follow later changes.
    rate_minor INTEGER,
    rate_unit TEXT CHECK (rate_unit IN ('hour', 'day')),
    rate_source TEXT CHECK (rate_source IN ('entry', 'task', 'engagement', 'client', 'member')),
    currency TEXT NOT NULL,
    amount_minor INTEGER,
    -- The share of a day in hundredths, in daily engagements.
    day_hundredths INTEGER,
    description TEXT,
    internal_note TEXT,
    service TEXT,
    tags TEXT NOT NULL,
    external_source TEXT,
    external_ref TEXT,
    needs_review_since INTEGER,
    -- When it was told that its timer runs too long: once.
    announced_at INTEGER,
    lock_reason TEXT CHECK (lock_reason IN ('approved', 'period_closed', 'policy')),
    locked_at INTEGER,
    -- For sorting: the start, or the first instant of its date; the seconds, 0 while it runs. For search: folded, the
    -- internal part for assistants only.
    begins_at INTEGER NOT NULL,
    sort_seconds INTEGER NOT NULL,
    search_text TEXT NOT NULL,
    search_internal TEXT NOT NULL,
    tags_key TEXT NOT NULL,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    deleted_at INTEGER,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, member_id) REFERENCES members (workspace_id, id),
    FOREIGN KEY (workspace_id, client_id) REFERENCES clients (workspace_id, id),
    FOREIGN KEY (workspace_id, client_id, engagement_id) REFERENCES engagements (workspace_id, client_id, id),
    FOREIGN KEY (workspace_id, client_id, task_id) REFERENCES tasks (workspace_id, client_id, id),
    CHECK (client_id IS NOT NULL OR (engagement_id IS NULL AND task_id IS NULL)),
    CHECK ((status IN ('running', 'paused')) = (duration_seconds IS NULL)),
    CHECK ((status = 'paused') = (paused_at IS NOT NULL)),
    CHECK (started_at IS NOT NULL OR (ended_at IS NULL AND duration_seconds IS NOT NULL)),
    CHECK (ended_at IS NULL OR ended_at >= started_at),
    CHECK ((rate_minor IS NULL) = (rate_unit IS NULL)),
    CHECK ((rate_minor IS NULL) = (rate_source IS NULL)),
    CHECK ((lock_reason IS NULL) = (locked_at IS NULL)),
    CHECK ((external_ref IS NULL) = (external_source IS NULL))
) STRICT;
-- A member has one timer at a time, whatever the program believes.
CREATE UNIQUE INDEX time_entries_one_open ON time_entries (workspace_id, member_id) WHERE duration_seconds IS NULL AND deleted_at IS NULL;
CREATE UNIQUE INDEX time_entries_by_ref ON time_entries (workspace_id, external_source, external_ref) WHERE external_ref IS NOT NULL AND deleted_at IS NULL;
CREATE INDEX time_entries_by_created ON time_entries (workspace_id, created_at, id, work_date);
CREATE INDEX time_entries_by_updated ON time_entries (workspace_id, updated_at, id);
CREATE INDEX time_entries_by_date ON time_entries (workspace_id, work_date, id);
CREATE INDEX time_entries_by_start ON time_entries (workspace_id, begins_at, id, client_id, engagement_id, task_id, member_id);
CREATE INDEX time_entries_by_seconds ON time_entries (workspace_id, sort_seconds, id, client_id, engagement_id, task_id, member_id);
CREATE INDEX time_entries_of_client_by_created ON time_entries (workspace_id, client_id, created_at, id);
CREATE INDEX time_entries_of_client_by_updated ON time_entries (workspace_id, client_id, updated_at, id);
CREATE INDEX time_entries_of_client_by_date ON time_entries (workspace_id, client_id, work_date, id);
CREATE INDEX time_entries_of_engagement_by_created ON time_entries (workspace_id, engagement_id, created_at, id);
CREATE INDEX time_entries_of_engagement_by_date ON time_entries (workspace_id, engagement_id, work_date, id);
CREATE INDEX time_entries_of_task_by_created ON time_entries (workspace_id, task_id, created_at, id);
CREATE INDEX time_entries_of_task_by_date ON time_entries (workspace_id, task_id, work_date, id);
CREATE INDEX time_entries_of_member_by_created ON time_entries (workspace_id, member_id, created_at, id);
CREATE INDEX time_entries_of_member_by_date ON time_entries (workspace_id, member_id, work_date, id);
CREATE INDEX time_entries_of_member_by_start ON time_entries (workspace_id, member_id, started_at) WHERE started_at IS NOT NULL AND deleted_at IS NULL;
-- The few that a question about the clock or about open work needs besides.
CREATE INDEX time_entries_over_a_day ON time_entries (workspace_id, member_id) WHERE duration_seconds + break_seconds > 86400 AND deleted_at IS NULL;
CREATE INDEX time_entries_open ON time_entries (workspace_id, created_at, id) WHERE duration_seconds IS NULL AND deleted_at IS NULL;
CREATE INDEX time_entries_to_review ON time_entries (workspace_id, created_at, id) WHERE needs_review_since IS NOT NULL AND deleted_at IS NULL;

-- Entries that left a client for another one: to her they are gone.
CREATE TABLE time_entry_departures (
    workspace_id BLOB NOT NULL,
    left_client_id BLOB NOT NULL,
    entry_id BLOB NOT NULL,
    left_at INTEGER NOT NULL,
    -- What its tombstone says, as it was then: what the entry is now is the other client's.
    left_version INTEGER NOT NULL,
    left_work_date TEXT NOT NULL,
    left_time_zone TEXT NOT NULL,
    left_currency TEXT NOT NULL,
    PRIMARY KEY (workspace_id, left_client_id, entry_id),
    FOREIGN KEY (workspace_id, left_client_id) REFERENCES clients (workspace_id, id),
    FOREIGN KEY (workspace_id, entry_id) REFERENCES time_entries (workspace_id, id)
) STRICT;
CREATE INDEX time_entry_departures_by_time ON time_entry_departures (workspace_id, left_client_id, left_at, entry_id);

-- Work that is due at a time. A claim puts `run_at` off, so that a server that dies leaves its jobs to the others.
CREATE TABLE jobs (
    workspace_id BLOB NOT NULL REFERENCES workspaces (id),
    id BLOB NOT NULL,
    kind TEXT NOT NULL,
    payload TEXT NOT NULL,
    run_at INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    last_error TEXT,
    -- Given up after too many attempts.
    failed_at INTEGER,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, id)
) STRICT;
CREATE INDEX jobs_due ON jobs (run_at, id) WHERE failed_at IS NULL;
CREATE INDEX jobs_by_payload ON jobs (workspace_id, kind, payload);

-- How selective each index is in a workspace at work, so that the planner need not guess: without figures it takes a
-- workspace for ten rows and reads through its whole month to find an engagement's.
ANALYZE time_entries;
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('time_entries', 'time_entries_by_created', '1000000 20000 1 1 1'),
    ('time_entries', 'time_entries_by_updated', '1000000 20000 1 1'),
    ('time_entries', 'time_entries_by_date', '1000000 20000 40 1'),
    ('time_entries', 'time_entries_by_start', '1000000 20000 2 1 1 1 1 1'),
    ('time_entries', 'time_entries_by_seconds', '1000000 20000 20 1 1 1 1 1'),
    ('time_entries', 'time_entries_of_client_by_created', '1000000 20000 400 1 1'),
    ('time_entries', 'time_entries_of_client_by_updated', '1000000 20000 400 1 1'),
    ('time_entries', 'time_entries_of_client_by_date', '1000000 20000 400 4 1'),
    ('time_entries', 'time_entries_of_engagement_by_created', '1000000 20000 150 1 1'),
    ('time_entries', 'time_entries_of_engagement_by_date', '1000000 20000 150 3 1'),
    ('time_entries', 'time_entries_of_task_by_created', '1000000 20000 50 1 1'),
    ('time_entries', 'time_entries_of_task_by_date', '1000000 20000 50 3 1'),
    ('time_entries', 'time_entries_of_member_by_created', '1000000 20000 10000 1 1'),
    ('time_entries', 'time_entries_of_member_by_date', '1000000 20000 10000 40 1'),
    ('time_entries', 'time_entries_of_member_by_start', '900000 18000 9000 1'),
    ('time_entries', 'time_entries_one_open', '100 2 1'),
    ('time_entries', 'time_entries_open', '100 2 1 1'),
    ('time_entries', 'time_entries_to_review', '100 2 1 1'),
    ('time_entries', 'time_entries_over_a_day', '100 2 1'),
    ('time_entries', 'time_entries_by_ref', '100000 2000 2000 1'),
    ('time_entries', 'sqlite_autoindex_time_entries_1', '1000000 20000 1');
ANALYZE sqlite_schema;

-- An entry keeps the version of the terms that it is accounted under, what was given apart from what was computed, and
-- its parts where it lies on several local dates. Days are counted in ten-thousandths.

CREATE TABLE accounted_entries (
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
    -- The share of a day that it counts as, in ten-thousandths, in daily engagements.
    day_ten_thousandths INTEGER,
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
    -- The version of the terms that it is accounted under; null without an engagement and while its timer runs.
    terms_id BLOB,
    -- The last local date that it reaches.
    last_work_date TEXT NOT NULL,
    -- The share of a day that was given, in ten-thousandths.
    days_given INTEGER,
    -- Its parts as JSON, where it lies on several local dates.
    allocations TEXT,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, member_id) REFERENCES members (workspace_id, id),
    FOREIGN KEY (workspace_id, client_id) REFERENCES clients (workspace_id, id),
    FOREIGN KEY (workspace_id, client_id, engagement_id) REFERENCES engagements (workspace_id, client_id, id),
    FOREIGN KEY (workspace_id, client_id, task_id) REFERENCES tasks (workspace_id, client_id, id),
    FOREIGN KEY (workspace_id, client_id, terms_id) REFERENCES engagement_terms (workspace_id, client_id, id),
    CHECK (last_work_date >= work_date),
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
INSERT INTO accounted_entries (
    workspace_id,
    id,
    member_id,
    client_id,
    engagement_id,
    task_id,
    terms_id,
    status,
    source,
    started_at,
    ended_at,
    paused_at,
    time_zone,
    work_date,
    last_work_date,
    duration_seconds,
    break_seconds,
    billable,
    billable_given,
    billed_seconds,
    rate_minor,
    rate_unit,
    rate_source,
    currency,
    amount_minor,
    days_given,
    day_ten_thousandths,
    allocations,
    description,
    internal_note,
    service,
    tags,
    external_source,
    external_ref,
    needs_review_since,
    announced_at,
    lock_reason,
    locked_at,
    begins_at,
    sort_seconds,
    search_text,
    search_internal,
    tags_key,
    version,
    created_at,
    updated_at,
    deleted_at
) SELECT
    workspace_id,
    id,
    member_id,
    client_id,
    engagement_id,
    task_id,
    CASE WHEN time_entries.duration_seconds IS NOT NULL THEN COALESCE(
        (SELECT v.id FROM engagement_terms v WHERE v.workspace_id = time_entries.workspace_id AND v.engagement_id = time_entries.engagement_id
            AND v.status = 'accepted' AND v.deleted_at IS NULL AND v.effective_from <= time_entries.work_date AND v.accepted_at <= time_entries.created_at
            ORDER BY v.effective_from DESC, v.accepted_at DESC LIMIT 1),
        (SELECT v.id FROM engagement_terms v WHERE v.workspace_id = time_entries.workspace_id AND v.engagement_id = time_entries.engagement_id
            AND v.status = 'accepted' AND v.deleted_at IS NULL AND v.effective_from <= time_entries.work_date
            ORDER BY v.accepted_at, v.effective_from DESC LIMIT 1)
    ) END,
    status,
    source,
    started_at,
    ended_at,
    paused_at,
    time_zone,
    work_date,
    work_date,
    duration_seconds,
    break_seconds,
    billable,
    billable_given,
    billed_seconds,
    rate_minor,
    rate_unit,
    rate_source,
    currency,
    amount_minor,
    NULL,
    day_hundredths * 100,
    NULL,
    description,
    internal_note,
    service,
    tags,
    external_source,
    external_ref,
    needs_review_since,
    announced_at,
    lock_reason,
    locked_at,
    begins_at,
    sort_seconds,
    search_text,
    search_internal,
    tags_key,
    version,
    created_at,
    updated_at,
    deleted_at
FROM time_entries;

-- Rows that refer to the old table wait aside while it goes.
CREATE TABLE waiting_departures AS SELECT * FROM time_entry_departures;
DELETE FROM time_entry_departures;
DROP TABLE time_entries;
ALTER TABLE accounted_entries RENAME TO time_entries;
INSERT INTO time_entry_departures SELECT * FROM waiting_departures;
DROP TABLE waiting_departures;

-- What was given: the days of entries under terms by which entries say them themselves.
UPDATE time_entries SET days_given = day_ten_thousandths WHERE day_ten_thousandths IS NOT NULL AND EXISTS
    (SELECT 1 FROM engagement_terms v WHERE v.workspace_id = time_entries.workspace_id AND v.id = time_entries.terms_id
        AND v.terms LIKE '%"day_mode":"explicit"%');

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
CREATE INDEX time_entries_of_engagement_by_date ON time_entries (workspace_id, engagement_id, work_date, id, last_work_date);
CREATE INDEX time_entries_of_task_by_created ON time_entries (workspace_id, task_id, created_at, id);
CREATE INDEX time_entries_of_task_by_date ON time_entries (workspace_id, task_id, work_date, id);
CREATE INDEX time_entries_of_member_by_created ON time_entries (workspace_id, member_id, created_at, id);
CREATE INDEX time_entries_of_member_by_date ON time_entries (workspace_id, member_id, work_date, id);
CREATE INDEX time_entries_of_member_by_start ON time_entries (workspace_id, member_id, started_at, ended_at) WHERE started_at IS NOT NULL AND deleted_at IS NULL;
-- The few that a question about the clock or about open work needs besides.
CREATE INDEX time_entries_over_a_day ON time_entries (workspace_id, member_id) WHERE duration_seconds + break_seconds > 86400 AND deleted_at IS NULL;
CREATE INDEX time_entries_open ON time_entries (workspace_id, created_at, id) WHERE duration_seconds IS NULL AND deleted_at IS NULL;
CREATE INDEX time_entries_to_review ON time_entries (workspace_id, created_at, id) WHERE needs_review_since IS NOT NULL AND deleted_at IS NULL;


-- Whether time is rounded by period, so that sums find these versions without reading all.
ALTER TABLE engagement_terms ADD COLUMN rounds_by_period INTEGER NOT NULL DEFAULT 0;
UPDATE engagement_terms SET rounds_by_period = 1 WHERE terms LIKE '%"scope":"period"%';
CREATE INDEX engagement_terms_rounding_by_period ON engagement_terms (workspace_id, engagement_id) WHERE rounds_by_period;

-- How far changes of stored data have come that need more than SQL; they go on from there after a restart.
CREATE TABLE upgrades (
    name TEXT NOT NULL PRIMARY KEY,
    -- The last row that was done, as JSON.
    position TEXT,
    done_at INTEGER
) STRICT;

-- How selective each index is in a workspace at work.
DELETE FROM sqlite_stat1 WHERE tbl IN ('time_entries', 'accounted_entries');
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
    ('time_entries', 'time_entries_of_engagement_by_date', '1000000 20000 150 3 1 1'),
    ('time_entries', 'time_entries_of_task_by_created', '1000000 20000 50 1 1'),
    ('time_entries', 'time_entries_of_task_by_date', '1000000 20000 50 3 1'),
    ('time_entries', 'time_entries_of_member_by_created', '1000000 20000 10000 1 1'),
    ('time_entries', 'time_entries_of_member_by_date', '1000000 20000 10000 40 1'),
    ('time_entries', 'time_entries_of_member_by_start', '900000 18000 9000 1 1'),
    ('time_entries', 'time_entries_one_open', '100 2 1'),
    ('time_entries', 'time_entries_open', '100 2 1 1'),
    ('time_entries', 'time_entries_to_review', '100 2 1 1'),
    ('time_entries', 'time_entries_over_a_day', '100 2 1'),
    ('time_entries', 'time_entries_by_ref', '100000 2000 2000 1'),
    ('time_entries', 'sqlite_autoindex_time_entries_1', '1000000 20000 1');
ANALYZE sqlite_schema;

-- An entry keeps the version of the terms that it is accounted under, what was given apart from what was computed, and
-- its parts where it lies on several local dates. Days are counted in ten-thousandths.

ALTER TABLE time_entries ADD COLUMN terms_id UUID;
ALTER TABLE time_entries ADD COLUMN last_work_date DATE;
-- Shares of a day in ten-thousandths, in daily engagements: what was given, and what it counts as.
ALTER TABLE time_entries ADD COLUMN days_given BIGINT;
ALTER TABLE time_entries RENAME COLUMN day_hundredths TO day_ten_thousandths;
-- Its parts as JSON, where it lies on several local dates.
ALTER TABLE time_entries ADD COLUMN allocations TEXT;
UPDATE time_entries SET last_work_date = work_date, day_ten_thousandths = day_ten_thousandths * 100, terms_id =
    CASE WHEN time_entries.duration_seconds IS NOT NULL THEN COALESCE(
        (SELECT v.id FROM engagement_terms v WHERE v.workspace_id = time_entries.workspace_id AND v.engagement_id = time_entries.engagement_id
            AND v.status = 'accepted' AND v.deleted_at IS NULL AND v.effective_from <= time_entries.work_date AND v.accepted_at <= time_entries.created_at
            ORDER BY v.effective_from DESC, v.accepted_at DESC LIMIT 1),
        (SELECT v.id FROM engagement_terms v WHERE v.workspace_id = time_entries.workspace_id AND v.engagement_id = time_entries.engagement_id
            AND v.status = 'accepted' AND v.deleted_at IS NULL AND v.effective_from <= time_entries.work_date
            ORDER BY v.accepted_at, v.effective_from DESC LIMIT 1)
    ) END;
-- What was given: the days of entries under terms by which entries say them themselves.
UPDATE time_entries SET days_given = day_ten_thousandths WHERE day_ten_thousandths IS NOT NULL AND EXISTS
    (SELECT 1 FROM engagement_terms v WHERE v.workspace_id = time_entries.workspace_id AND v.id = time_entries.terms_id
        AND v.terms LIKE '%"day_mode":"explicit"%');
ALTER TABLE time_entries ALTER COLUMN last_work_date SET NOT NULL;
ALTER TABLE time_entries ADD FOREIGN KEY (workspace_id, client_id, terms_id) REFERENCES engagement_terms (workspace_id, client_id, id);
ALTER TABLE time_entries ADD CHECK (last_work_date >= work_date);
DROP INDEX time_entries_of_engagement_by_date;
CREATE INDEX time_entries_of_engagement_by_date ON time_entries (workspace_id, engagement_id, work_date, id, last_work_date);

-- Whether time is rounded by period, so that sums find these versions without reading all.
ALTER TABLE engagement_terms ADD COLUMN rounds_by_period BOOLEAN NOT NULL DEFAULT FALSE;
UPDATE engagement_terms SET rounds_by_period = TRUE WHERE terms LIKE '%"scope":"period"%';
CREATE INDEX engagement_terms_rounding_by_period ON engagement_terms (workspace_id, engagement_id) WHERE rounds_by_period;

-- How far changes of stored data have come that need more than SQL; they go on from there after a restart.
CREATE TABLE upgrades (
    name TEXT NOT NULL PRIMARY KEY,
    -- The last row that was done, as JSON.
    position TEXT,
    done_at TIMESTAMPTZ
);

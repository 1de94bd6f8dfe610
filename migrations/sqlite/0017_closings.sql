-- Periods that were closed, and work of closed periods that was noted late: it counts for the day on which it is booked.

CREATE TABLE closings (
    workspace_id BLOB NOT NULL,
    engagement_id BLOB NOT NULL,
    seq INTEGER NOT NULL,
    -- The last day of the period.
    ends_on TEXT NOT NULL,
    closed_at INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, engagement_id, seq),
    FOREIGN KEY (workspace_id, engagement_id) REFERENCES engagements (workspace_id, id)
) STRICT;
ALTER TABLE time_entries ADD COLUMN booked_on TEXT;
CREATE INDEX time_entries_booked ON time_entries (workspace_id, engagement_id, booked_on) WHERE booked_on IS NOT NULL;

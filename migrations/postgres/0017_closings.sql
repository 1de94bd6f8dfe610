-- Periods that were closed, and work of closed periods that was noted late: it counts for the day on which it is booked.

CREATE TABLE closings (
    workspace_id UUID NOT NULL,
    engagement_id UUID NOT NULL,
    seq BIGINT NOT NULL,
    -- The last day of the period.
    ends_on DATE NOT NULL,
    closed_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (workspace_id, engagement_id, seq),
    FOREIGN KEY (workspace_id, engagement_id) REFERENCES engagements (workspace_id, id)
);
ALTER TABLE time_entries ADD COLUMN booked_on DATE;
CREATE INDEX time_entries_booked ON time_entries (workspace_id, engagement_id, booked_on) WHERE booked_on IS NOT NULL;

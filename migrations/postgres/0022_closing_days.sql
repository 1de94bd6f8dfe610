-- From which day on the next period of an engagement closes by itself, as its terms say, and up to which one was reopened: those
-- close again only by an act. What engagements of before agreed on is planned when the server starts.

CREATE TABLE closing_days (
    workspace_id UUID NOT NULL,
    engagement_id UUID NOT NULL,
    -- In the engagement's zone; null while nothing closes by itself.
    due_on DATE,
    reopened_seq BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, engagement_id),
    FOREIGN KEY (workspace_id, engagement_id) REFERENCES engagements (workspace_id, id)
);
CREATE INDEX closing_days_due ON closing_days (workspace_id, due_on) WHERE due_on IS NOT NULL;

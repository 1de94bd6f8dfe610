-- Milestones of projects that were accepted: facts, which no later terms change.

CREATE TABLE milestone_acceptances (
    workspace_id BLOB NOT NULL,
    -- It follows from the engagement, the title, and the place among the milestones of this title.
    id BLOB NOT NULL,
    client_id BLOB NOT NULL,
    engagement_id BLOB NOT NULL,
    title TEXT NOT NULL,
    amount_minor INTEGER NOT NULL,
    currency TEXT NOT NULL,
    accepted_at INTEGER NOT NULL,
    accepted_by BLOB,
    accepted_by_name TEXT NOT NULL,
    accepted_version INTEGER NOT NULL,
    accepted_elsewhere INTEGER NOT NULL,
    answer_note TEXT,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, client_id, engagement_id) REFERENCES engagements (workspace_id, client_id, id),
    FOREIGN KEY (workspace_id, accepted_by) REFERENCES members (workspace_id, id)
) STRICT;
CREATE INDEX milestone_acceptances_of_engagement ON milestone_acceptances (workspace_id, engagement_id, accepted_at, id);

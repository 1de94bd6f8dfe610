-- Milestones of projects that were accepted: facts, which no later terms change.

CREATE TABLE milestone_acceptances (
    workspace_id UUID NOT NULL,
    -- It follows from the engagement, the title, and the place among the milestones of this title.
    id UUID NOT NULL,
    client_id UUID NOT NULL,
    engagement_id UUID NOT NULL,
    title TEXT NOT NULL,
    amount_minor BIGINT NOT NULL,
    currency TEXT NOT NULL,
    accepted_at TIMESTAMPTZ NOT NULL,
    accepted_by UUID,
    accepted_by_name TEXT NOT NULL,
    accepted_version BIGINT NOT NULL,
    accepted_elsewhere BOOLEAN NOT NULL,
    answer_note TEXT,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, client_id, engagement_id) REFERENCES engagements (workspace_id, client_id, id),
    FOREIGN KEY (workspace_id, accepted_by) REFERENCES members (workspace_id, id)
);
CREATE INDEX milestone_acceptances_of_engagement ON milestone_acceptances (workspace_id, engagement_id, accepted_at, id);

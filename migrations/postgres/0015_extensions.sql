-- More minutes for one period of a package, which one side asks for and the other approves.

CREATE TABLE extensions (
    workspace_id UUID NOT NULL,
    id UUID NOT NULL,
    client_id UUID NOT NULL,
    engagement_id UUID NOT NULL,
    -- The period that it belongs to, and ends with.
    period_seq BIGINT NOT NULL,
    minutes BIGINT NOT NULL CHECK (minutes > 0),
    reason TEXT NOT NULL,
    requested_by TEXT NOT NULL CHECK (requested_by IN ('assistant', 'client')),
    status TEXT NOT NULL CHECK (status IN ('requested', 'approved', 'declined', 'withdrawn')),
    withdrawn_at TIMESTAMPTZ,
    accepted_at TIMESTAMPTZ,
    accepted_by UUID,
    accepted_by_name TEXT,
    accepted_version BIGINT,
    accepted_elsewhere BOOLEAN NOT NULL,
    declined_at TIMESTAMPTZ,
    declined_by UUID,
    declined_by_name TEXT,
    answer_note TEXT,
    version BIGINT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL,
    deleted_at TIMESTAMPTZ,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, client_id, engagement_id) REFERENCES engagements (workspace_id, client_id, id),
    FOREIGN KEY (workspace_id, accepted_by) REFERENCES members (workspace_id, id),
    FOREIGN KEY (workspace_id, declined_by) REFERENCES members (workspace_id, id)
);
CREATE INDEX extensions_of_engagement ON extensions (workspace_id, engagement_id, created_at, id);

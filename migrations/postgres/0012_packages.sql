-- Time that was added to the packages of engagements, or taken from them.

CREATE TABLE adjustments (
    workspace_id UUID NOT NULL,
    id UUID NOT NULL,
    client_id UUID NOT NULL,
    engagement_id UUID NOT NULL,
    -- The period that it belongs to.
    period_seq BIGINT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('opening', 'correction', 'goodwill')),
    -- Below zero what is taken.
    minutes BIGINT NOT NULL CHECK (minutes <> 0),
    reason TEXT NOT NULL,
    valid_until DATE,
    version BIGINT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL,
    deleted_at TIMESTAMPTZ,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, client_id, engagement_id) REFERENCES engagements (workspace_id, client_id, id)
);
CREATE INDEX adjustments_of_engagement ON adjustments (workspace_id, engagement_id, created_at, id);

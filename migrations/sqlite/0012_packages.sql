-- Time that was added to the packages of engagements, or taken from them.

CREATE TABLE adjustments (
    workspace_id BLOB NOT NULL,
    id BLOB NOT NULL,
    client_id BLOB NOT NULL,
    engagement_id BLOB NOT NULL,
    -- The period that it belongs to.
    period_seq INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('opening', 'correction', 'goodwill')),
    -- Below zero what is taken.
    minutes INTEGER NOT NULL CHECK (minutes <> 0),
    reason TEXT NOT NULL,
    valid_until TEXT,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    deleted_at INTEGER,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, client_id, engagement_id) REFERENCES engagements (workspace_id, client_id, id)
) STRICT;
CREATE INDEX adjustments_of_engagement ON adjustments (workspace_id, engagement_id, created_at, id);

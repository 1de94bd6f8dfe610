-- Shares of packages, caps, budgets and blocks that were reached. A row stays: what it is about is told once.

CREATE TABLE alerts (
    workspace_id BLOB NOT NULL,
    id BLOB NOT NULL,
    client_id BLOB NOT NULL,
    engagement_id BLOB NOT NULL,
    subject TEXT NOT NULL CHECK (subject IN ('package', 'cap', 'budget', 'block')),
    -- The period of a package or cap, 0 for what is not of one.
    period_seq INTEGER NOT NULL,
    block_id BLOB,
    percent INTEGER NOT NULL,
    -- As it was when it was reached: time, or money.
    used_seconds INTEGER,
    limit_seconds INTEGER,
    used_minor INTEGER,
    limit_minor INTEGER,
    reached_at INTEGER NOT NULL,
    cleared_at INTEGER,
    acknowledged_at INTEGER,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    deleted_at INTEGER,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, client_id, engagement_id) REFERENCES engagements (workspace_id, client_id, id),
    FOREIGN KEY (workspace_id, block_id) REFERENCES blocks (workspace_id, id)
) STRICT;
CREATE UNIQUE INDEX alerts_once ON alerts (workspace_id, engagement_id, subject, period_seq, percent) WHERE block_id IS NULL;
CREATE UNIQUE INDEX alerts_once_of_block ON alerts (workspace_id, block_id, percent) WHERE block_id IS NOT NULL;
CREATE INDEX alerts_by_creation ON alerts (workspace_id, created_at, id);
CREATE INDEX alerts_by_update ON alerts (workspace_id, updated_at, id);

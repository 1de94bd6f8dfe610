-- Shares of packages, caps, budgets and blocks that were reached. A row stays: what it is about is told once.

CREATE TABLE alerts (
    workspace_id UUID NOT NULL,
    id UUID NOT NULL,
    client_id UUID NOT NULL,
    engagement_id UUID NOT NULL,
    subject TEXT NOT NULL CHECK (subject IN ('package', 'cap', 'budget', 'block')),
    -- The period of a package or cap, 0 for what is not of one.
    period_seq BIGINT NOT NULL,
    block_id UUID,
    percent BIGINT NOT NULL,
    -- As it was when it was reached: time, or money.
    used_seconds BIGINT,
    limit_seconds BIGINT,
    used_minor BIGINT,
    limit_minor BIGINT,
    reached_at TIMESTAMPTZ NOT NULL,
    cleared_at TIMESTAMPTZ,
    acknowledged_at TIMESTAMPTZ,
    version BIGINT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL,
    deleted_at TIMESTAMPTZ,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, client_id, engagement_id) REFERENCES engagements (workspace_id, client_id, id),
    FOREIGN KEY (workspace_id, block_id) REFERENCES blocks (workspace_id, id)
);
CREATE UNIQUE INDEX alerts_once ON alerts (workspace_id, engagement_id, subject, period_seq, percent) WHERE block_id IS NULL;
CREATE UNIQUE INDEX alerts_once_of_block ON alerts (workspace_id, block_id, percent) WHERE block_id IS NOT NULL;
CREATE INDEX alerts_by_creation ON alerts (workspace_id, created_at, id);
CREATE INDEX alerts_by_update ON alerts (workspace_id, updated_at, id);

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

-- Prepaid hours with their own validity.
CREATE TABLE blocks (
    workspace_id UUID NOT NULL,
    id UUID NOT NULL,
    client_id UUID NOT NULL,
    engagement_id UUID NOT NULL,
    title TEXT,
    minutes BIGINT NOT NULL CHECK (minutes > 0),
    bonus_minutes BIGINT NOT NULL CHECK (bonus_minutes >= 0),
    price_minor BIGINT,
    currency TEXT NOT NULL,
    -- As it was offered.
    valid_from DATE,
    valid_until DATE,
    valid_days BIGINT,
    paid_on DATE,
    -- What is used up or over follows from the account.
    status TEXT NOT NULL CHECK (status IN ('offered', 'active', 'declined', 'withdrawn', 'void')),
    -- Its days, once it was accepted.
    starts_on DATE,
    ends_on DATE,
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
    voided_at TIMESTAMPTZ,
    void_on DATE,
    void_reason TEXT,
    -- What it had given when it was voided.
    void_given_seconds BIGINT,
    version BIGINT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL,
    deleted_at TIMESTAMPTZ,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, client_id, engagement_id) REFERENCES engagements (workspace_id, client_id, id),
    FOREIGN KEY (workspace_id, accepted_by) REFERENCES members (workspace_id, id),
    FOREIGN KEY (workspace_id, declined_by) REFERENCES members (workspace_id, id)
);
CREATE INDEX blocks_of_engagement ON blocks (workspace_id, engagement_id, created_at, id);

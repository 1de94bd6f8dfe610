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

-- Prepaid hours with their own validity.
CREATE TABLE blocks (
    workspace_id BLOB NOT NULL,
    id BLOB NOT NULL,
    client_id BLOB NOT NULL,
    engagement_id BLOB NOT NULL,
    title TEXT,
    minutes INTEGER NOT NULL CHECK (minutes > 0),
    bonus_minutes INTEGER NOT NULL CHECK (bonus_minutes >= 0),
    price_minor INTEGER,
    currency TEXT NOT NULL,
    -- As it was offered.
    valid_from TEXT,
    valid_until TEXT,
    valid_days INTEGER,
    paid_on TEXT,
    -- What is used up or over follows from the account.
    status TEXT NOT NULL CHECK (status IN ('offered', 'active', 'declined', 'withdrawn', 'void')),
    -- Its days, once it was accepted.
    starts_on TEXT,
    ends_on TEXT,
    withdrawn_at INTEGER,
    accepted_at INTEGER,
    accepted_by BLOB,
    accepted_by_name TEXT,
    accepted_version INTEGER,
    accepted_elsewhere INTEGER NOT NULL,
    declined_at INTEGER,
    declined_by BLOB,
    declined_by_name TEXT,
    answer_note TEXT,
    voided_at INTEGER,
    void_on TEXT,
    void_reason TEXT,
    -- What it had given when it was voided.
    void_given_seconds INTEGER,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    deleted_at INTEGER,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, client_id, engagement_id) REFERENCES engagements (workspace_id, client_id, id),
    FOREIGN KEY (workspace_id, accepted_by) REFERENCES members (workspace_id, id),
    FOREIGN KEY (workspace_id, declined_by) REFERENCES members (workspace_id, id)
) STRICT;
CREATE INDEX blocks_of_engagement ON blocks (workspace_id, engagement_id, created_at, id);

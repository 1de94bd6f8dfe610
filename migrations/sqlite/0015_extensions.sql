-- More minutes for one period of a package, which one side asks for and the other approves.

CREATE TABLE extensions (
    workspace_id BLOB NOT NULL,
    id BLOB NOT NULL,
    client_id BLOB NOT NULL,
    engagement_id BLOB NOT NULL,
    -- The period that it belongs to, and ends with.
    period_seq INTEGER NOT NULL,
    minutes INTEGER NOT NULL CHECK (minutes > 0),
    reason TEXT NOT NULL,
    requested_by TEXT NOT NULL CHECK (requested_by IN ('assistant', 'client')),
    status TEXT NOT NULL CHECK (status IN ('requested', 'approved', 'declined', 'withdrawn')),
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
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    deleted_at INTEGER,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, client_id, engagement_id) REFERENCES engagements (workspace_id, client_id, id),
    FOREIGN KEY (workspace_id, accepted_by) REFERENCES members (workspace_id, id),
    FOREIGN KEY (workspace_id, declined_by) REFERENCES members (workspace_id, id)
) STRICT;
CREATE INDEX extensions_of_engagement ON extensions (workspace_id, engagement_id, created_at, id);

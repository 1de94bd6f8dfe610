-- A client asks for a block: it is requested before it is offered. SQLite changes a CHECK by making the table anew. Alerts refer
-- to its rows, which are back before their references are judged.
PRAGMA defer_foreign_keys = ON;
CREATE TABLE kept_blocks AS SELECT * FROM blocks;
DROP TABLE blocks;
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
    -- As it was asked for or offered.
    valid_from TEXT,
    valid_until TEXT,
    valid_days INTEGER,
    paid_on TEXT,
    -- What is used up or over follows from the account.
    status TEXT NOT NULL CHECK (status IN ('requested', 'offered', 'active', 'declined', 'withdrawn', 'void')),
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
    -- Why it is asked for.
    reason TEXT,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, client_id, engagement_id) REFERENCES engagements (workspace_id, client_id, id),
    FOREIGN KEY (workspace_id, accepted_by) REFERENCES members (workspace_id, id),
    FOREIGN KEY (workspace_id, declined_by) REFERENCES members (workspace_id, id)
) STRICT;
INSERT INTO blocks SELECT *, NULL FROM kept_blocks;
DROP TABLE kept_blocks;
CREATE INDEX blocks_of_engagement ON blocks (workspace_id, engagement_id, created_at, id);
UPDATE events SET data = json_set(data, '$.reason', NULL), client_data = json_set(client_data, '$.reason', NULL)
    WHERE resource_type = 'block';

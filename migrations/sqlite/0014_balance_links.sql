-- Secret addresses that show how many hours an engagement has left.

CREATE TABLE balance_links (
    workspace_id BLOB NOT NULL,
    id BLOB NOT NULL,
    client_id BLOB NOT NULL,
    engagement_id BLOB NOT NULL,
    label TEXT,
    -- Of the address in force: an older one is unknown.
    token_hash BLOB NOT NULL,
    expires_at INTEGER,
    rotated_at INTEGER,
    revoked_at INTEGER,
    -- Noted at most once an hour, outside the order of changes.
    last_used_at INTEGER,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    deleted_at INTEGER,
    PRIMARY KEY (workspace_id, id),
    UNIQUE (token_hash),
    FOREIGN KEY (workspace_id, client_id, engagement_id) REFERENCES engagements (workspace_id, client_id, id)
) STRICT;
CREATE INDEX balance_links_of_engagement ON balance_links (workspace_id, engagement_id, created_at, id);

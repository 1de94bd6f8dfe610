-- Secret addresses that show how many hours an engagement has left.

CREATE TABLE balance_links (
    workspace_id UUID NOT NULL,
    id UUID NOT NULL,
    client_id UUID NOT NULL,
    engagement_id UUID NOT NULL,
    label TEXT,
    -- Of the address in force: an older one is unknown.
    token_hash BYTEA NOT NULL,
    expires_at TIMESTAMPTZ,
    rotated_at TIMESTAMPTZ,
    revoked_at TIMESTAMPTZ,
    -- Noted at most once an hour, outside the order of changes.
    last_used_at TIMESTAMPTZ,
    version BIGINT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL,
    deleted_at TIMESTAMPTZ,
    PRIMARY KEY (workspace_id, id),
    UNIQUE (token_hash),
    FOREIGN KEY (workspace_id, client_id, engagement_id) REFERENCES engagements (workspace_id, client_id, id)
);
CREATE INDEX balance_links_of_engagement ON balance_links (workspace_id, engagement_id, created_at, id);

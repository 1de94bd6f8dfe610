-- Share links. What follows # in an address and its password are sealed; nothing that searches or logs sees them.

CREATE TABLE share_links (
    workspace_id UUID NOT NULL,
    id UUID NOT NULL,
    client_id UUID NOT NULL,
    engagement_id UUID,
    task_id UUID,
    source TEXT NOT NULL CHECK (source IN ('external', 'hosted', 'connector')),
    -- The provider by its name in the program's table; null where the address belongs to none of them.
    provider TEXT,
    -- The role of the side that added it.
    added_by TEXT NOT NULL CHECK (added_by IN ('assistant', 'client')),
    visibility TEXT NOT NULL CHECK (visibility IN ('shared', 'internal')),
    -- When the client last lost sight of it; null while she sees it, or when she never did.
    hidden_at TIMESTAMPTZ,
    -- Its version then: the last that she is told of.
    hidden_version BIGINT,
    title TEXT,
    -- Without what follows #.
    url TEXT NOT NULL,
    -- Equal for links that lead to the same place.
    place_key TEXT NOT NULL,
    sealed_fragment BYTEA,
    sealed_password BYTEA,
    client_note TEXT,
    internal_note TEXT,
    -- How the end is known; null where none is, and then it is far away.
    expiry_kind TEXT CHECK (expiry_kind IN ('declared', 'provider', 'assumed')),
    ends_at TIMESTAMPTZ NOT NULL,
    -- The end whose passing was announced.
    told_end TIMESTAMPTZ,
    revoked_at TIMESTAMPTZ,
    -- Folded for search and sorting; the internal part is for assistants only.
    sort_key TEXT COLLATE "C" NOT NULL,
    search_text TEXT NOT NULL,
    search_internal TEXT NOT NULL,
    version BIGINT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL,
    deleted_at TIMESTAMPTZ,
    PRIMARY KEY (workspace_id, id),
    UNIQUE (workspace_id, client_id, id),
    FOREIGN KEY (workspace_id, client_id) REFERENCES clients (workspace_id, id),
    FOREIGN KEY (workspace_id, client_id, engagement_id) REFERENCES engagements (workspace_id, client_id, id),
    FOREIGN KEY (workspace_id, client_id, task_id) REFERENCES tasks (workspace_id, client_id, id)
);
CREATE INDEX share_links_by_created ON share_links (workspace_id, created_at, id);
CREATE INDEX share_links_by_updated ON share_links (workspace_id, updated_at, id);
CREATE INDEX share_links_by_end ON share_links (workspace_id, ends_at, id);
CREATE INDEX share_links_by_title ON share_links (workspace_id, sort_key, id);
CREATE INDEX share_links_of_client_by_created ON share_links (workspace_id, client_id, created_at, id);
CREATE INDEX share_links_of_client_by_updated ON share_links (workspace_id, client_id, updated_at, id);
CREATE INDEX share_links_of_client_by_end ON share_links (workspace_id, client_id, ends_at, id);
CREATE INDEX share_links_of_engagement_by_created ON share_links (workspace_id, engagement_id, created_at, id);
CREATE INDEX share_links_of_task_by_created ON share_links (workspace_id, task_id, created_at, id);
CREATE INDEX share_links_by_place ON share_links (workspace_id, client_id, place_key, created_at, id);

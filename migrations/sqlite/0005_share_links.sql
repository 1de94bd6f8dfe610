-- Share links. What follows # in an address and its password are sealed; nothing that searches or logs sees them.

CREATE TABLE share_links (
    workspace_id BLOB NOT NULL,
    id BLOB NOT NULL,
    client_id BLOB NOT NULL,
    engagement_id BLOB,
    task_id BLOB,
    source TEXT NOT NULL CHECK (source IN ('external', 'hosted', 'connector')),
    -- The provider by its name in the program's table; null where the address belongs to none of them.
    provider TEXT,
    -- The role of the side that added it.
    added_by TEXT NOT NULL CHECK (added_by IN ('assistant', 'client')),
    visibility TEXT NOT NULL CHECK (visibility IN ('shared', 'internal')),
    -- When the client last lost sight of it; null while she sees it, or when she never did.
    hidden_at INTEGER,
    title TEXT,
    -- Without what follows #.
    url TEXT NOT NULL,
    -- Equal for links that lead to the same place.
    place_key TEXT NOT NULL,
    sealed_fragment BLOB,
    sealed_password BLOB,
    client_note TEXT,
    internal_note TEXT,
    -- How the end is known; null where none is, and then it is far away.
    expiry_kind TEXT CHECK (expiry_kind IN ('declared', 'provider', 'assumed')),
    ends_at INTEGER NOT NULL,
    revoked_at INTEGER,
    -- Folded for search and sorting; the internal part is for assistants only.
    sort_key TEXT NOT NULL,
    search_text TEXT NOT NULL,
    search_internal TEXT NOT NULL,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    deleted_at INTEGER,
    PRIMARY KEY (workspace_id, id),
    UNIQUE (workspace_id, client_id, id),
    FOREIGN KEY (workspace_id, client_id) REFERENCES clients (workspace_id, id),
    FOREIGN KEY (workspace_id, client_id, engagement_id) REFERENCES engagements (workspace_id, client_id, id),
    FOREIGN KEY (workspace_id, client_id, task_id) REFERENCES tasks (workspace_id, client_id, id)
) STRICT;
CREATE INDEX share_links_by_created ON share_links (workspace_id, created_at, id);
CREATE INDEX share_links_by_updated ON share_links (workspace_id, updated_at, id);
CREATE INDEX share_links_by_end ON share_links (workspace_id, ends_at, id);
CREATE INDEX share_links_by_title ON share_links (workspace_id, sort_key, id);
CREATE INDEX share_links_of_client_by_created ON share_links (workspace_id, client_id, created_at, id);
CREATE INDEX share_links_of_client_by_updated ON share_links (workspace_id, client_id, updated_at, id);
CREATE INDEX share_links_of_client_by_end ON share_links (workspace_id, client_id, ends_at, id);
CREATE INDEX share_links_of_engagement_by_created ON share_links (workspace_id, engagement_id, created_at, id);
CREATE INDEX share_links_of_task_by_created ON share_links (workspace_id, task_id, created_at, id);
CREATE INDEX share_links_by_place ON share_links (workspace_id, client_id, place_key, id);

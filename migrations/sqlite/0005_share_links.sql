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
    -- Its version then: the last that she is told of.
    hidden_version INTEGER,
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
    -- The end whose passing was announced.
    told_end INTEGER,
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
CREATE INDEX share_links_by_place ON share_links (workspace_id, client_id, place_key, created_at, id);

-- How selective each index is in a workspace at work, so that the planner need not guess.
ANALYZE share_links;
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('share_links', 'share_links_by_created', '100000 2000 1 1'),
    ('share_links', 'share_links_by_updated', '100000 2000 1 1'),
    ('share_links', 'share_links_by_end', '100000 2000 2 1'),
    ('share_links', 'share_links_by_title', '100000 2000 2 1'),
    ('share_links', 'share_links_of_client_by_created', '100000 2000 40 1 1'),
    ('share_links', 'share_links_of_client_by_updated', '100000 2000 40 1 1'),
    ('share_links', 'share_links_of_client_by_end', '100000 2000 40 2 1'),
    ('share_links', 'share_links_of_engagement_by_created', '100000 2000 20 1 1'),
    ('share_links', 'share_links_of_task_by_created', '100000 2000 5 1 1'),
    ('share_links', 'share_links_by_place', '100000 2000 40 1 1 1'),
    ('share_links', 'sqlite_autoindex_share_links_1', '100000 2000 1'),
    ('share_links', 'sqlite_autoindex_share_links_2', '100000 2000 40 1');
ANALYZE sqlite_schema;

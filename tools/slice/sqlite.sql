CREATE TABLE {{plural}} (
    workspace_id BLOB NOT NULL,
    id BLOB NOT NULL,
    client_id BLOB NOT NULL,
    name TEXT NOT NULL,
    internal_note TEXT,
    search_text TEXT NOT NULL,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    deleted_at INTEGER,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, client_id) REFERENCES clients (workspace_id, id)
) STRICT;
CREATE INDEX {{plural}}_by_created ON {{plural}} (workspace_id, created_at, id);
CREATE INDEX {{plural}}_by_updated ON {{plural}} (workspace_id, updated_at, id);
CREATE INDEX {{plural}}_by_client ON {{plural}} (workspace_id, client_id, created_at, id);

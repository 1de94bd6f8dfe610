CREATE TABLE {{plural}} (
    workspace_id UUID NOT NULL,
    id UUID NOT NULL,
    client_id UUID NOT NULL,
    name TEXT NOT NULL,
    internal_note TEXT,
    search_text TEXT NOT NULL,
    version BIGINT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL,
    deleted_at TIMESTAMPTZ,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, client_id) REFERENCES clients (workspace_id, id)
);
CREATE INDEX {{plural}}_by_created ON {{plural}} (workspace_id, created_at, id);
CREATE INDEX {{plural}}_by_updated ON {{plural}} (workspace_id, updated_at, id);
CREATE INDEX {{plural}}_by_client ON {{plural}} (workspace_id, client_id, created_at, id);

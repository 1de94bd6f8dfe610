-- Accounts: users with their log-ins, workspaces, who is a member of which, invitations, API keys.

CREATE TABLE users (
    id BLOB NOT NULL PRIMARY KEY,
    email TEXT NOT NULL,
    email_key TEXT NOT NULL,
    email_verified_at INTEGER,
    name TEXT NOT NULL,
    -- The name folded for search and sorting.
    sort_key TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    UNIQUE (email_key)
) STRICT;

CREATE TABLE workspaces (
    id BLOB NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    time_zone TEXT NOT NULL,
    currency TEXT NOT NULL,
    language TEXT NOT NULL,
    overlap_policy TEXT NOT NULL CHECK (overlap_policy IN ('allow', 'warn', 'reject')),
    areas TEXT NOT NULL,
    sort_key TEXT NOT NULL,
    -- The queue of writers: each change takes the next revision and a later instant.
    revision INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    deleted_at INTEGER
) STRICT;

-- One row, locked while it is decided whether a workspace may be registered: the first of several at once wins.
CREATE TABLE registration_locks (
    name TEXT NOT NULL PRIMARY KEY
) STRICT;

CREATE TABLE clients (
    workspace_id BLOB NOT NULL REFERENCES workspaces (id),
    id BLOB NOT NULL,
    name TEXT NOT NULL,
    legal_name TEXT,
    kind TEXT NOT NULL CHECK (kind IN ('sole_trader', 'company', 'association', 'private')),
    stage TEXT NOT NULL CHECK (stage IN ('lead', 'active', 'paused')),
    billing_address TEXT,
    vat_id TEXT,
    email TEXT,
    currency TEXT NOT NULL,
    time_zone TEXT NOT NULL,
    language TEXT NOT NULL,
    payment_term_days INTEGER NOT NULL,
    default_terms TEXT,
    working_hours TEXT NOT NULL,
    tags TEXT NOT NULL,
    client_note TEXT,
    internal_note TEXT,
    external_source TEXT,
    external_ref TEXT,
    archived_at INTEGER,
    -- Folded for search and sorting; the internal part is for assistants only.
    sort_key TEXT NOT NULL,
    search_text TEXT NOT NULL,
    search_internal TEXT NOT NULL,
    tags_key TEXT NOT NULL,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    deleted_at INTEGER,
    PRIMARY KEY (workspace_id, id),
    CHECK ((external_ref IS NULL) = (external_source IS NULL))
) STRICT;
CREATE INDEX clients_by_created ON clients (workspace_id, created_at, id);
CREATE INDEX clients_by_updated ON clients (workspace_id, updated_at, id);
CREATE INDEX clients_by_name ON clients (workspace_id, sort_key, id);
CREATE UNIQUE INDEX clients_by_ref ON clients (workspace_id, external_source, external_ref) WHERE deleted_at IS NULL;

CREATE TABLE contacts (
    workspace_id BLOB NOT NULL,
    id BLOB NOT NULL,
    client_id BLOB NOT NULL,
    name TEXT NOT NULL,
    email TEXT,
    email_key TEXT,
    phone TEXT,
    job_function TEXT,
    is_primary INTEGER NOT NULL,
    internal_note TEXT,
    search_text TEXT NOT NULL,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    deleted_at INTEGER,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, client_id) REFERENCES clients (workspace_id, id)
) STRICT;
CREATE INDEX contacts_by_created ON contacts (workspace_id, client_id, created_at, id);
CREATE INDEX contacts_by_updated ON contacts (workspace_id, client_id, updated_at, id);
CREATE UNIQUE INDEX contacts_one_primary ON contacts (workspace_id, client_id) WHERE is_primary = 1 AND deleted_at IS NULL;

CREATE TABLE channels (
    workspace_id BLOB NOT NULL,
    id BLOB NOT NULL,
    client_id BLOB NOT NULL,
    contact_id BLOB,
    kind TEXT NOT NULL,
    address TEXT NOT NULL,
    label TEXT,
    purpose TEXT,
    preference INTEGER NOT NULL,
    reachable_hours TEXT NOT NULL,
    -- Folded for search.
    search_text TEXT NOT NULL,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    deleted_at INTEGER,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, client_id) REFERENCES clients (workspace_id, id),
    FOREIGN KEY (workspace_id, contact_id) REFERENCES contacts (workspace_id, id)
) STRICT;
CREATE INDEX channels_by_created ON channels (workspace_id, client_id, created_at, id);
CREATE INDEX channels_by_updated ON channels (workspace_id, client_id, updated_at, id);

CREATE TABLE members (
    workspace_id BLOB NOT NULL REFERENCES workspaces (id),
    id BLOB NOT NULL,
    user_id BLOB NOT NULL REFERENCES users (id),
    role TEXT NOT NULL CHECK (role IN ('assistant', 'client')),
    client_id BLOB,
    is_owner INTEGER NOT NULL,
    -- What an hour of this member costs where nothing else says so, in minor units of the workspace's currency.
    rate_minor INTEGER,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    deleted_at INTEGER,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, client_id) REFERENCES clients (workspace_id, id),
    CHECK ((role = 'client') = (client_id IS NOT NULL)),
    CHECK (is_owner = 0 OR role = 'assistant')
) STRICT;
CREATE UNIQUE INDEX members_by_user ON members (user_id, workspace_id) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX members_one_owner ON members (workspace_id) WHERE is_owner = 1 AND deleted_at IS NULL;
CREATE INDEX members_by_created ON members (workspace_id, created_at, id);
CREATE INDEX members_by_updated ON members (workspace_id, updated_at, id);

CREATE TABLE sessions (
    id BLOB NOT NULL PRIMARY KEY,
    user_id BLOB NOT NULL REFERENCES users (id),
    workspace_id BLOB NOT NULL REFERENCES workspaces (id),
    user_agent TEXT,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    last_used_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    revoked_at INTEGER,
    revoked_because TEXT
) STRICT;
CREATE INDEX sessions_by_user ON sessions (user_id, created_at, id);

CREATE TABLE refresh_tokens (
    hash BLOB NOT NULL PRIMARY KEY,
    session_id BLOB NOT NULL REFERENCES sessions (id),
    created_at INTEGER NOT NULL,
    used_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX refresh_tokens_by_session ON refresh_tokens (session_id);

CREATE TABLE mailed_tokens (
    hash BLOB NOT NULL PRIMARY KEY,
    user_id BLOB NOT NULL REFERENCES users (id),
    purpose TEXT NOT NULL CHECK (purpose IN ('password_reset', 'email_change')),
    new_email TEXT,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    used_at INTEGER
) STRICT;
CREATE INDEX mailed_tokens_by_user ON mailed_tokens (user_id, purpose);

CREATE TABLE invitations (
    workspace_id BLOB NOT NULL REFERENCES workspaces (id),
    id BLOB NOT NULL,
    email TEXT NOT NULL,
    name TEXT,
    role TEXT NOT NULL CHECK (role IN ('assistant', 'client')),
    client_id BLOB,
    invited_by BLOB NOT NULL,
    -- Of the token that the inviter sees, and of the one that only the mail carries.
    token_hash BLOB NOT NULL,
    mailed_token_hash BLOB NOT NULL,
    expires_at INTEGER NOT NULL,
    accepted_at INTEGER,
    accepted_by BLOB,
    -- Whether the person who accepted came by the mailed link, and so proved that the address is hers.
    address_verified INTEGER NOT NULL,
    revoked_at INTEGER,
    search_text TEXT NOT NULL,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, id),
    UNIQUE (token_hash),
    UNIQUE (mailed_token_hash),
    FOREIGN KEY (workspace_id, client_id) REFERENCES clients (workspace_id, id),
    FOREIGN KEY (workspace_id, invited_by) REFERENCES members (workspace_id, id),
    FOREIGN KEY (workspace_id, accepted_by) REFERENCES members (workspace_id, id),
    CHECK ((role = 'client') = (client_id IS NOT NULL))
) STRICT;
CREATE INDEX invitations_by_created ON invitations (workspace_id, created_at, id);
CREATE INDEX invitations_by_updated ON invitations (workspace_id, updated_at, id);

CREATE TABLE api_keys (
    workspace_id BLOB NOT NULL,
    id BLOB NOT NULL,
    member_id BLOB NOT NULL,
    name TEXT NOT NULL,
    sort_key TEXT NOT NULL,
    scopes TEXT NOT NULL,
    hash BLOB NOT NULL,
    last_four TEXT NOT NULL,
    expires_at INTEGER,
    last_used_at INTEGER,
    revoked_at INTEGER,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, id),
    UNIQUE (hash),
    FOREIGN KEY (workspace_id, member_id) REFERENCES members (workspace_id, id)
) STRICT;
CREATE INDEX api_keys_by_created ON api_keys (workspace_id, created_at, id);
CREATE INDEX api_keys_by_updated ON api_keys (workspace_id, updated_at, id);
CREATE INDEX api_keys_by_member ON api_keys (workspace_id, member_id);

-- What happened, in order; written in the transaction of the change itself.
CREATE TABLE events (
    workspace_id BLOB NOT NULL REFERENCES workspaces (id),
    id BLOB NOT NULL,
    seq INTEGER NOT NULL,
    type TEXT NOT NULL,
    occurred_at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    request_id TEXT NOT NULL,
    client_id BLOB,
    resource_type TEXT NOT NULL,
    resource_id BLOB NOT NULL,
    resource_version INTEGER NOT NULL,
    -- The object as an assistant gets it, and as the client does (null: not hers to see).
    data TEXT NOT NULL,
    client_data TEXT,
    changes TEXT,
    PRIMARY KEY (workspace_id, id)
) STRICT;
CREATE UNIQUE INDEX events_by_seq ON events (workspace_id, seq);
CREATE INDEX events_by_resource ON events (workspace_id, resource_id, seq, id);
CREATE INDEX events_by_type ON events (workspace_id, type, seq, id);
CREATE INDEX events_by_client ON events (workspace_id, client_id, seq, id);

-- First answers, to be given again for a repeated Idempotency-Key.
CREATE TABLE idempotency_keys (
    workspace_id BLOB NOT NULL REFERENCES workspaces (id),
    key_hash BLOB NOT NULL,
    fingerprint BLOB NOT NULL,
    answer BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, key_hash)
) STRICT;
CREATE INDEX idempotency_keys_by_created ON idempotency_keys (workspace_id, created_at);

-- Engagements and the versions of their terms.

CREATE TABLE engagements (
    workspace_id BLOB NOT NULL,
    id BLOB NOT NULL,
    client_id BLOB NOT NULL,
    title TEXT NOT NULL,
    description TEXT,
    internal_note TEXT,
    -- The kind of its terms, fixed once they were accepted.
    kind TEXT NOT NULL CHECK (kind IN ('hourly', 'daily', 'project', 'retainer')),
    status TEXT NOT NULL CHECK (status IN ('draft', 'proposed', 'active', 'paused', 'ended', 'archived', 'declined')),
    starts_on TEXT NOT NULL,
    ends_on TEXT,
    time_zone TEXT NOT NULL,
    external_source TEXT,
    external_ref TEXT,
    proposed_at INTEGER,
    -- When the client last lost sight of it: it went back to a draft.
    withdrawn_at INTEGER,
    -- What the client saw of it then, as JSON: her tombstone shows it for good. Null while she sees the engagement.
    withdrawn_as TEXT,
    accepted_at INTEGER,
    accepted_by BLOB,
    accepted_by_name TEXT,
    -- The version that was seen and accepted.
    accepted_version INTEGER,
    accepted_elsewhere INTEGER NOT NULL,
    declined_at INTEGER,
    declined_by BLOB,
    declined_by_name TEXT,
    answer_note TEXT,
    paused_at INTEGER,
    paused_on TEXT,
    ended_at INTEGER,
    ended_on TEXT,
    archived_at INTEGER,
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
    FOREIGN KEY (workspace_id, accepted_by) REFERENCES members (workspace_id, id),
    FOREIGN KEY (workspace_id, declined_by) REFERENCES members (workspace_id, id),
    CHECK ((external_ref IS NULL) = (external_source IS NULL)),
    CHECK (ends_on IS NULL OR ends_on >= starts_on)
) STRICT;
CREATE INDEX engagements_by_created ON engagements (workspace_id, created_at, id);
CREATE INDEX engagements_by_updated ON engagements (workspace_id, updated_at, id);
CREATE INDEX engagements_by_title ON engagements (workspace_id, sort_key, id);
CREATE INDEX engagements_by_start ON engagements (workspace_id, starts_on, id);
CREATE INDEX engagements_of_client_by_created ON engagements (workspace_id, client_id, created_at, id);
CREATE INDEX engagements_of_client_by_title ON engagements (workspace_id, client_id, sort_key, id);
CREATE INDEX engagements_of_client_by_start ON engagements (workspace_id, client_id, starts_on, id);
CREATE INDEX engagements_of_client_by_updated ON engagements (workspace_id, client_id, updated_at, id);
CREATE UNIQUE INDEX engagements_by_ref ON engagements (workspace_id, external_source, external_ref) WHERE deleted_at IS NULL;

-- Each version counts from a day on, once the client has accepted it; accepted ones never change.
CREATE TABLE engagement_terms (
    workspace_id BLOB NOT NULL,
    id BLOB NOT NULL,
    client_id BLOB NOT NULL,
    engagement_id BLOB NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('draft', 'proposed', 'accepted', 'declined', 'withdrawn')),
    effective_from TEXT NOT NULL,
    -- The completed terms as JSON; null once deleted.
    terms TEXT,
    reason TEXT,
    proposed_at INTEGER,
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
    UNIQUE (workspace_id, client_id, id),
    FOREIGN KEY (workspace_id, client_id, engagement_id) REFERENCES engagements (workspace_id, client_id, id),
    FOREIGN KEY (workspace_id, accepted_by) REFERENCES members (workspace_id, id),
    FOREIGN KEY (workspace_id, declined_by) REFERENCES members (workspace_id, id)
) STRICT;
CREATE INDEX engagement_terms_by_created ON engagement_terms (workspace_id, engagement_id, created_at, id);
CREATE INDEX engagement_terms_by_updated ON engagement_terms (workspace_id, engagement_id, updated_at, id);
CREATE INDEX engagement_terms_by_start ON engagement_terms (workspace_id, engagement_id, effective_from, id);
